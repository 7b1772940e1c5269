"""What is typed into the grid of a week, as what is to be written: cell by cell, and nothing that isn't meant.

`sheet` makes the grid. Cells of one day get starts that overlap neither each other nor what is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from clockify.clocks import day_name, day_start
from clockify.directory import Directory, Kind
from clockify.drafts import Known as Names
from clockify.drafts import Warning, problems, warnings
from clockify.reports.room import Room
from clockify.reports.weeksheet import Cell, Key, Known, Place, Row, Sheet, sheet
from clockify.timing import Fault, Question, Span, place, read_when
from clockify.writes import NO_RULES, Act, Draft, Rules

__all__ = ["Cell", "Change", "Changes", "Key", "Known", "Place", "Row", "Sheet", "changes", "sheet"]

NOTHING = "0:.,hm "


@dataclass(frozen=True)
class Change:
    """A cell that is to be written: `draft` is what its entry is to be (None: deleted), `before` what it was (None: made anew)."""

    place: Place
    act: Act
    draft: Draft | None = None
    before: Draft | None = None
    entry_id: str = ""
    warnings: tuple[Warning, ...] = ()
    is_placed: bool = True

    @property
    def seconds(self) -> int:
        """How long the cell will be."""
        return (self.draft.seconds or 0) if self.draft else 0


@dataclass(frozen=True)
class Changes:
    """What is typed and not written yet.

    `ready` can be written, in the order of the rows and days; `asks` are deletions that nobody has confirmed; `opens`
    the cells that stand for several entries, with these; `faults` a sentence for each cell that can't be written.
    `seconds` are the cells' with what is typed, 0 for one to be deleted; those with a fault are as they were.
    """

    ready: tuple[Change, ...] = ()
    asks: tuple[Change, ...] = ()
    opens: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    faults: Mapping[Place, str] = field(default_factory=dict)
    seconds: Mapping[Place, int] = field(default_factory=dict)
    written: int = 0

    @property
    def total(self) -> int:
        """The week's time with what is typed."""
        return sum(self.seconds.values())

    @property
    def unwritten(self) -> int:
        """How much of that is not written yet; below 0 where time would go."""
        return self.total - self.written

    def of_row(self, key: Key) -> int:
        """A row's time with what is typed."""
        return sum(seconds for (row, _), seconds in self.seconds.items() if row == key)

    def of_day(self, day: date) -> int:
        """A day's time with what is typed."""
        return sum(seconds for (_, at), seconds in self.seconds.items() if at == day)


def changes(
    grid: Sheet,
    typed: Mapping[Place, str],
    notes: Mapping[Place, str],
    *,
    directory: Directory,
    now: datetime,
    deletes: Collection[Place] = (),
    rules: Rules = NO_RULES,
) -> Changes:
    """Read what was `typed` into cells, lengths or ranges, and their `notes`; what stays as it is makes no change.

    A new entry begins where its day's last one ends, or at 9:00, and stays within its day; its billable flag is the
    project's. A changed one keeps its start. `deletes` are the emptied cells whose deletion somebody has confirmed.
    What `rules` refuse is a fault of its cell (locks are the grid's).
    """
    meant = {at: _meant(grid, at, typed.get(at), notes.get(at), directory) for at in _in_order(grid, {*typed, *notes})}
    found = {at: one for at, one in meant.items() if isinstance(one, Change)}
    asks = {at: one for at, one in found.items() if one.act is Act.DELETE and at not in deletes}
    placed = _placed(grid, {at: one for at, one in found.items() if at not in asks})
    checked = {at: one if isinstance(one, str) else _refused(one, rules, directory, now, grid) or one for at, one in placed.items()}
    faults = {at: one for at, one in (meant | checked).items() if isinstance(one, str)}
    ready = [one for one in checked.values() if isinstance(one, Change)]
    warned = tuple(replace(one, warnings=_warned(one, grid, ready, directory, now)) for one in ready)
    opens = {at: one.entry_ids for at, one in meant.items() if isinstance(one, Cell)}
    seconds = {(row.key, day): cell.seconds for row in grid.rows for day, cell in zip(grid.days, row.cells, strict=True)}
    seconds |= {one.place: one.seconds for one in (*asks.values(), *ready)}
    return Changes(warned, tuple(asks.values()), opens, faults, seconds, grid.seconds)


def _in_order(grid: Sheet, places: Collection[Place]) -> list[Place]:
    """Return places as the grid shows them: so what is typed first has no better place than what is typed last."""
    rows = {row.key: number for number, row in enumerate(grid.rows)}
    return sorted(places, key=lambda at: (rows.get(at[0], len(rows)), at[0], at[1]))


def _meant(grid: Sheet, at: Place, text: str | None, note: str | None, directory: Directory) -> Change | Cell | str | None:
    """Return what is meant in one cell: a change, the cell that has to be opened, what is wrong, or nothing.

    A new entry of which only the length is known starts at the beginning of its day, until it is placed.
    """
    cell = grid.cell(at)
    if cell.is_several:
        return cell
    if cell.is_locked:
        return f"{day_name(at[1])} is locked." if at[1] in grid.locked_days else "This entry is locked."
    if cell.is_running:
        return "A timer runs here: stop it first."
    is_emptied = text is not None and not text.strip(NOTHING)
    if cell.entries:
        entry = cell.entries[0]
        if is_emptied:
            return Change(at, Act.DELETE, before=entry.draft, entry_id=entry.id)
        return _update(at, entry, text, note, grid.zone)
    if text is None or is_emptied:
        return "A note needs hours beside it: type how long." if note and note.strip() else None
    return _create(at, text, note or "", directory, grid.zone)


def _update(at: Place, entry: Known, text: str | None, note: str | None, zone: str) -> Change | str | None:
    draft = entry.draft
    span = None if text is None else _read(text, at[1], zone)
    if isinstance(span, str):
        return span
    if isinstance(span, int):
        draft = replace(draft, end=draft.start + timedelta(seconds=span))
    elif span is not None:
        draft = replace(draft, start=span.start, end=span.end)
    if note is not None:
        draft = replace(draft, description=note.strip())
    return None if draft == entry.draft else Change(at, Act.UPDATE, draft, entry.draft, entry.id)


def _create(at: Place, text: str, note: str, directory: Directory, zone: str) -> Change | str:
    (project_id, task_id), day = at
    span = _read(text, day, zone)
    if isinstance(span, str):
        return span
    if isinstance(span, int):
        begun = day_start(day, zone)
        span, is_placed = Span(begun, begun + timedelta(seconds=span)), False
    else:
        is_placed = True
    billable = directory.is_billable(project_id)
    draft = Draft(span.start, span.end, project_id, task_id, description=note.strip(), billable=billable)
    return Change(at, Act.CREATE, draft, is_placed=is_placed)


def _read(text: str, day: date, zone: str) -> int | Span | str:
    """Return a length in seconds, a span, or what is wrong."""
    typed = read_when(text)
    if isinstance(typed, Fault):
        return typed.sentence
    if typed.seconds is not None:
        return typed.seconds
    found = place(typed, day, zone)
    if isinstance(found, Question):
        return f"{found.sentence[:-1]}, so it can't be typed here: use the form, which asks."
    return found.sentence if isinstance(found, Fault) else found


def _placed(grid: Sheet, found: Mapping[Place, Change]) -> dict[Place, Change | str]:
    """Give new entries of a bare length their starts: around what stays, what is changed, and one another."""
    gone = {one.entry_id for one in found.values()}
    taken = [_span(entry) for entry in grid.entries if entry.id not in gone]
    taken += [Span(one.draft.start, one.draft.end) for one in found.values() if one.is_placed and one.draft and one.draft.end]
    rooms = {day: Room(day, grid.zone, taken, not_before=grid.locked_before) for _, day in found}
    return {at: one if one.is_placed else _at_home(one, rooms[at[1]]) for at, one in found.items()}


def _span(entry: Known) -> Span:
    """Return the time that is taken; a timer that runs takes all that is to come."""
    return Span(entry.draft.start, entry.draft.end or datetime.max.replace(tzinfo=UTC))


def _at_home(change: Change, room: Room) -> Change | str:
    span = room.take(change.seconds)
    if isinstance(span, str) or change.draft is None:
        return str(span)
    return replace(change, draft=replace(change.draft, start=span.start, end=span.end), is_placed=True)


def _refused(change: Change, rules: Rules, directory: Directory, now: datetime, grid: Sheet) -> str:
    """Return what Clockify would say no to, "" if nothing; the lock is the grid's."""
    if change.draft is None:
        return ""
    bound = replace(rules, locked_before=grid.locked_before)
    found = problems(change.draft, bound, now=now, zone=grid.zone, known=Names.of(directory), before=change.before)
    return found[0].sentence if found else ""


def _warned(change: Change, grid: Sheet, ready: Sequence[Change], directory: Directory, now: datetime) -> tuple[Warning, ...]:
    """Return what is to be confirmed: the overlaps of a span that was typed, with what will be there then."""
    draft, before = change.draft, change.before
    if draft is None or (before and (draft.start, draft.end) == (before.start, before.end)):
        return ()
    gone = {one.entry_id for one in ready}
    drafts = [entry.draft for entry in grid.entries if entry.id not in gone]
    drafts += [one.draft for one in ready if one is not change and one.draft]
    own = [(one.description or directory.full_label(Kind.PROJECT, one.project_id), one.start, one.end) for one in drafts]
    return tuple(warnings(draft, own, now=now, zone=grid.zone))
