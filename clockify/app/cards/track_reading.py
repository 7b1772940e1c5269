"""What the form of Track says: read as an entry, with what is wrong with it and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from clockify.app.cards.track import Track, on_day, records, shortened
from clockify.app.shell.tracking import Editing
from clockify.clocks import moments
from clockify.desk.weeks import is_read
from clockify.directory import Kind
from clockify.drafts import Known, Repair, Warning, freed, problems, warnings
from clockify.periods import ONE_DAY, Period
from clockify.render.markdown import one_line
from clockify.timing import Fault, Question, Span, place, read_time, read_when, say
from clockify.writes import Draft

Own = tuple[str, datetime, datetime | None]
TIMES, A_MINUTE = ("day", "when", "start", "end"), timedelta(minutes=1)
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """What the form says: the entry if its time is understood, said in words; what is wrong, and what is asked."""

    draft: Draft | None = None
    said: str = ""
    question: Question | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Warning, ...] = ()
    repairs: tuple[Repair, ...] = ()


def read(track: Track, fields: Fields, editing: Editing | None, choice: str) -> Reading:
    """Read the form."""
    found = _timer(track, fields, editing.before.start) if editing and editing.before.end is None else _span(track, fields, editing, choice)
    draft = _draft(fields, found, track, editing)
    if isinstance(found, Fault | Question):
        # Its time isn't known, so nothing is said of that but what is wrong with it.
        faults = faults_of(track, draft, editing.before if editing else None)
        rest = tuple(fault for fault in faults if fault.field not in TIMES)
        return Reading(question=found, faults=rest) if isinstance(found, Question) else Reading(faults=(found, *rest))
    return judged(track, draft, str(fields["person"] or track.me), editing)


def judged(track: Track, draft: Draft, user_id: str, editing: Editing | None = None) -> Reading:
    """Return an entry as it would be sent, with what is wrong with it and what is asked first."""
    faults = faults_of(track, draft, editing.before if editing else None)
    if draft.end is None:
        return Reading(draft, f"since {track.local(draft.start):%H:%M}", None, faults)
    span, others = Span(draft.start, draft.end), _others(track, user_id, editing, draft)
    terms: dict[str, Any] = {"now": track.view.now, "zone": track.zone.key}
    warned = (*unread(track, draft, user_id), *warnings(draft, others, **terms))
    return Reading(draft, say(span, track.zone.key), None, faults, warned, freed(span, others, **terms))


def unread(track: Track, draft: Draft, user_id: str) -> tuple[Warning, ...]:
    """Return what is to be confirmed where somebody's entries aren't seen, or not read: what an entry would lie over isn't known there."""
    if not track.shows_time_of(user_id):
        return (Warning("unread", "The key that shows this page doesn't see your time, so overlaps can't be seen."),)
    first, last = (track.local(moment).date() for moment in (draft.start, draft.end or draft.start))
    end = min(last, track.view.today) + ONE_DAY
    months = Period(first, end).months() if first < end else []
    names = [month.label() for month in months if not is_read(track.view, month)]
    return (Warning("unread", f"{names[0]} isn't read here yet, so overlaps there can't be seen."),) if names else ()


def faults_of(track: Track, draft: Draft, before: Draft | None = None) -> tuple[Fault, ...]:
    """Return what Clockify would refuse of an entry that was `before`."""
    terms: dict[str, Any] = {"now": track.visit.desk.now(), "zone": track.zone.key, "known": Known.of(track.view.directory)}
    return tuple(problems(draft, track.rules, before=before, may_write_locked=track.may_write_locked, **terms))


def _span(track: Track, fields: Fields, editing: Editing | None, choice: str) -> Span | Fault | Question:
    typed = read_when(fields["when"]) if str(fields["when"] or "").strip() else None
    ends = {name: read_time(fields[name], name) for name in ("start", "end") if str(fields[name] or "").strip()}
    start, end = ends.get("start"), ends.get("end")
    if isinstance(typed, Fault):
        return typed
    if isinstance(start, Fault):
        return start
    if isinstance(end, Fault):
        return end
    day = fields["day"] or track.view.today
    after = editing.before.start if editing else _last_end(track, fields, day)
    return place(typed, day, track.zone.key, start=start, end=end, after=after, choice=choice)


def _timer(track: Track, fields: Fields, was: datetime) -> datetime | Fault:
    """Read since when a timer runs: of a time that comes twice, the one that it `was`, else the one that was last."""
    wall = read_time(str(fields["start"] or ""), "start")
    if isinstance(wall, Fault):
        return wall
    begun = [one.at for one in moments(fields["day"] or track.view.today, wall, track.zone.key)]
    past = [moment for moment in begun if moment <= track.visit.desk.now()]
    if was in past:
        return was
    return past[-1] if past else Fault("start", "A timer can't have begun later than now.")


def _draft(fields: Fields, found: Span | datetime | Fault | Question, track: Track, editing: Editing | None) -> Draft:
    """Return the entry as it stands in the form; where its time isn't understood, as a minute of now."""
    before, now = editing.before if editing else None, track.view.now
    words = str(fields["description"] or "").strip()
    if before and words == one_line(before.description):
        # A field has one line: what nobody typed into keeps its own.
        words = before.description
    start, end = (found, None) if isinstance(found, datetime) else (now - A_MINUTE, now)
    if isinstance(found, Span):
        start, end = found.start, found.end
    return Draft(
        start,
        end,
        str(fields["project"] or ""),
        str(fields["task"] or ""),
        tuple(fields["tags"] or ()),
        words,
        bool(fields["billable"]),
        before.type if before else "",
        before.custom if before else (),
    )


def _last_end(track: Track, fields: Fields, day: date) -> datetime | None:
    """Return when the last entry of a day ended: where a length alone begins."""
    rows = on_day(track.of(str(fields["person"] or track.me)), day)
    return None if rows.empty else pd.Timestamp(rows["end"].max()).to_pydatetime()


def _others(track: Track, user_id: str, editing: Editing | None, draft: Draft) -> list[Own]:
    """Return somebody's entries near a draft that it could lie over, by what they are called."""
    rows = track.of(user_id)
    near = rows[(rows["end"] > pd.Timestamp(draft.start)) & (rows["start"] < pd.Timestamp(draft.end or track.view.now))]
    kept = [row for row in records(near) if not _is(editing, row)]
    found: list[Own] = [(_called(track, row), row["start"].to_pydatetime(), row["end"].to_pydatetime()) for row in kept]
    timers = track.running if user_id == track.me else track.running.iloc[:0]
    return found + [(_called(track, row), row["start"].to_pydatetime(), None) for row in records(timers) if not _is(editing, row)]


def _is(editing: Editing | None, row: dict[str, Any]) -> bool:
    return editing is not None and str(row["id"]) == editing.entry_id


def _called(track: Track, row: dict[str, Any]) -> str:
    return shortened(str(row["description"])) or track.view.directory.full_label(Kind.PROJECT, str(row["project_id"]))
