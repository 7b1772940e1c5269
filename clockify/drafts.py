"""What is wrong with an entry that somebody wants to write, and what he is asked about first.

Nothing here asks Clockify: what it would refuse is said before anything is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from clockify.clocks import at_wall, day_name
from clockify.directory import Directory
from clockify.estimates import Task
from clockify.periods import ONE_DAY
from clockify.timing import Fault, Span, say_ends, say_length
from clockify.writes import Draft, Rules

MOST_LETTERS = 3000
LONG = 24 * 3600
SECOND = timedelta(seconds=1)
# A clock that is a little ahead of this one starts no timer in the future.
SLACK = timedelta(minutes=1)
Own = tuple[str, datetime, datetime | None]


@dataclass(frozen=True)
class Known:
    """What there is to choose from: `current` are the projects, tasks and tags on which time may be logged."""

    current: frozenset[str]
    archived: frozenset[str]
    tasks: Mapping[str, Task]

    @classmethod
    def of(cls, directory: Directory) -> Known:
        """Return what a directory knows."""
        return cls(directory.current, directory.archived, directory.tasks)

    def has_tasks(self, project_id: str) -> bool:
        """Has a project a task on which time may be logged?"""
        return any(task.project_id == project_id and task.id in self.current for task in self.tasks.values())


@dataclass(frozen=True)
class Repair:
    """A change that mends an overlap: `label` is a button's, `span` what the entry would be."""

    label: str
    span: Span


@dataclass(frozen=True)
class Warning:
    """What is asked about before an entry is written. `kind`: long or overlap; `name` is of the entry that is in the way."""

    kind: str
    sentence: str
    name: str = ""
    repairs: tuple[Repair, ...] = ()


def problems(
    draft: Draft,
    rules: Rules,
    *,
    now: datetime,
    zone: str,
    known: Known,
    before: Draft | None = None,
    may_write_locked: bool = False,
) -> list[Fault]:
    """Return what Clockify would refuse, one sentence for a field, in the order of the form.

    `before` is what a changed entry was: what stays as it was is not looked at again. `may_write_locked`: the
    writer is an owner or an admin, whom a lock doesn't bind. What a workspace forces is asked of finished
    entries; a timer needs it when it stops, as in Clockify's own clients.
    """
    was = before or Draft(draft.start)
    forced = Rules() if draft.end is None else rules
    locked_before = None if may_write_locked else rules.locked_before
    found = (
        _project(draft, was, forced, known),
        _task(draft, was, forced, known),
        _description(draft, forced),
        _tags(draft, was, forced, known),
        _day(draft, was, now, zone, locked_before),
        _ends(draft, now),
    )
    return [fault for fault in found if fault]


def warnings(draft: Draft, own: Iterable[Own], *, now: datetime, zone: str) -> list[Warning]:
    """Return what is to be confirmed: more than a day, and each overlap with somebody's `own` entries, earliest first.

    `own` are (description, start, end) of the others, without the entry that is changed itself; end None is the
    timer that runs, up to `now`. Entries that touch don't overlap. A timer that is started stops the one that runs.
    """
    span = Span(draft.start, draft.end or max(now, draft.start))
    found = [Warning("long", f"That is {say_length(span.seconds)}, more than a day.")] if span.seconds > LONG else []
    others = [(name, Span(start, end or now), end is None) for name, start, end in own if end or draft.end]
    return found + [_overlap(span, *other, zone) for other in sorted(others, key=_begin) if overlap_seconds(span, other[1]) > 0]


def overlap_seconds(one: Span, other: Span) -> int:
    """Return for how long two spans overlap; 0 where they don't."""
    return max(0, (min(one.end, other.end) - max(one.start, other.start)) // SECOND)


def freed(span: Span, own: Iterable[Own], *, now: datetime, zone: str) -> tuple[Repair, ...]:
    """Return how a span could be cut so that it overlaps with nothing: at its end, at its start; () if there is no need, or no way."""
    others = [(Span(start, end or now), end is None) for _, start, end in own]
    hit = [(other, is_running) for other, is_running in others if overlap_seconds(span, other)]
    if not hit:
        return ()
    around = Span(min(other.start for other, _ in hit), max(other.end for other, _ in hit))
    return _cuts(span, around, any(is_running for _, is_running in hit), zone)


def _begin(other: tuple[str, Span, bool]) -> datetime:
    return other[1].start


def _overlap(span: Span, name: str, other: Span, is_running: bool, zone: str) -> Warning:
    """Name what is in the way, for how long, and how the entry could be cut so that it isn't."""
    named = " ".join(name.split()) or "an entry without description"
    when = f"{at_wall(other.start, zone)}–now" if is_running else say_ends(other, zone)
    begun, day = (moment.astimezone(ZoneInfo(zone)).date() for moment in (span.start, other.start))
    day_of_other = "" if day == begun else f"{day_name(day)} "
    sentence = f"Overlaps with {named} {day_of_other}{when} by {say_length(overlap_seconds(span, other))}."
    return Warning("overlap", sentence, named, _cuts(span, other, is_running, zone))


def _cuts(span: Span, other: Span, is_running: bool, zone: str) -> tuple[Repair, ...]:
    """Return what of a span lies before and after another; nothing lies after a timer that runs."""
    found = []
    if span.start < other.start:
        found.append(Repair(f"End at {at_wall(other.start, zone)}", Span(span.start, other.start)))
    if other.end < span.end and not is_running:
        found.append(Repair(f"Start at {at_wall(other.end, zone)}", Span(other.end, span.end)))
    return tuple(found)


def _project(draft: Draft, was: Draft, rules: Rules, known: Known) -> Fault | None:
    if not draft.project_id:
        return Fault("project", "Choose a project: this workspace wants one on every entry.") if rules.needs_project else None
    return _gone("project", draft.project_id, {was.project_id}, known)


def _task(draft: Draft, was: Draft, rules: Rules, known: Known) -> Fault | None:
    # Clockify's own extension offers only projects with tasks where it forces tasks: so none is exempt.
    if not draft.task_id and rules.needs_task:
        if draft.project_id and not known.has_tasks(draft.project_id):
            return Fault("task", "This workspace wants a task on every entry and this project has none: choose another project.")
        return Fault("task", "Choose a task: this workspace wants one on every entry.")
    if not draft.task_id or (draft.task_id, draft.project_id) == (was.task_id, was.project_id):
        return None
    task = known.tasks.get(draft.task_id)
    if task is not None and task.project_id != draft.project_id:
        return Fault("task", "This task belongs to another project: choose one of this project's.")
    if task is not None and task.is_done:
        return Fault("task", "This task is done: choose another.")
    return None if task is not None else _gone("task", draft.task_id, set(), known)


def _description(draft: Draft, rules: Rules) -> Fault | None:
    """Judge the text. Clockify is written in Java: its 3000 characters are taken to be those of UTF-16, where an emoji is two."""
    text = draft.description
    if rules.needs_description and not text.strip():
        return Fault("description", "Say what it was: this workspace wants a description on every entry.")
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        return Fault("description", "The description has a character in it that can't be sent: type it anew.")
    more = len(text.encode("utf-16-le")) // 2 - MOST_LETTERS
    return Fault("description", f"The description is {more} characters too long: Clockify takes {MOST_LETTERS}.") if more > 0 else None


def _tags(draft: Draft, was: Draft, rules: Rules, known: Known) -> Fault | None:
    if not draft.tag_ids:
        return Fault("tags", "Choose a tag: this workspace wants one on every entry.") if rules.needs_tags else None
    found = (_gone("tag", tag_id, was.tag_ids, known) for tag_id in draft.tag_ids)
    fault = next((one for one in found if one), None)
    return Fault("tags", fault.sentence) if fault else None


def _gone(what: str, identifier: str, kept: Collection[str], known: Known) -> Fault | None:
    if identifier in known.current or identifier in kept:
        return None
    why = "is archived" if identifier in known.archived else "isn't in this workspace any more"
    return Fault(what, f"This {what} {why}: choose another.")


def _day(draft: Draft, was: Draft, now: datetime, zone: str, locked_before: datetime | None) -> Fault | None:
    clock = ZoneInfo(zone)
    if draft.start.astimezone(clock).date() > now.astimezone(clock).date() + ONE_DAY:
        return Fault("day", "That is more than a day ahead: choose tomorrow or a day before.")
    if locked_before is None or min(draft.start, was.start) >= locked_before:
        return None
    return Fault("day", f"Time before {say_lock(locked_before, zone)} is locked: choose a later day, or ask an admin.")


def say_lock(moment: datetime, zone: str) -> str:
    """Say where a lock ends: "Sun 1 Nov 2026", with the time unless it is midnight."""
    local = moment.astimezone(ZoneInfo(zone))
    wall = at_wall(moment, zone)
    return f"{day_name(local.date())} {local.year}" + ("" if wall == "00:00" else f" {wall}")


def _ends(draft: Draft, now: datetime) -> Fault | None:
    if draft.end is None:
        return Fault("start", "A timer can't start in the future.") if draft.start > now + SLACK else None
    return Fault("end", "The end must come after the start.") if draft.end <= draft.start else None
