"""A person's week as a grid: projects and tasks down, seven days across, one cell for what was done.

Plain values, for a grid is typed into and not added up: of a week there are few entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from clockify.clocks import day_start
from clockify.directory import Directory, Kind
from clockify.periods import ONE_DAY, Period
from clockify.reports.labels import frame_label
from clockify.writes import Draft

Key = tuple[str, str]  # a project's id and a task's, "" for none
Place = tuple[Key, date]
COLUMNS = ("id", "day", "start", "end", "seconds", "project_id", "task_id", "tag_ids", "description", "billable", "type", "locked")
# What Clockify makes itself of holidays and absences: nobody types these.
FIXED_TYPES = {"HOLIDAY", "TIME_OFF"}


@dataclass(frozen=True)
class Known:
    """An entry of somebody's own. Of a timer that runs, `draft` has no end; `end` is the moment of looking then."""

    id: str
    day: date
    draft: Draft
    end: datetime
    is_locked: bool = False

    @property
    def key(self) -> Key:
        """Its row."""
        return self.draft.project_id, self.draft.task_id

    @property
    def is_running(self) -> bool:
        """Is it a timer that runs?"""
        return self.draft.end is None


@dataclass(frozen=True)
class Cell:
    """A row's day. `seconds` are those of finished entries, `note` is the description, those of several joined with "; "."""

    seconds: int = 0
    entries: tuple[Known, ...] = ()
    is_locked: bool = False

    @property
    def entry_ids(self) -> tuple[str, ...]:
        """The entries it stands for, oldest first."""
        return tuple(entry.id for entry in self.entries)

    @property
    def note(self) -> str:
        """What its entries say."""
        return "; ".join(dict.fromkeys(entry.draft.description for entry in self.entries if entry.draft.description))

    @property
    def is_running(self) -> bool:
        """Is a timer among its entries?"""
        return any(entry.is_running for entry in self.entries)

    @property
    def is_several(self) -> bool:
        """Does it stand for several entries, so that it opens them instead of being typed into?"""
        return len(self.entries) > 1

    @property
    def is_editable(self) -> bool:
        """May it be typed into?"""
        return not (self.is_locked or self.is_several or self.is_running)


EMPTY_CELL = Cell()


@dataclass(frozen=True)
class Row:
    """A project and a task, and what was done on them each day."""

    key: Key
    cells: tuple[Cell, ...]

    @property
    def seconds(self) -> int:
        """The finished time of its week."""
        return sum(cell.seconds for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """The grid of a week. `entries` are all that is known of the person's own, also around the week and without its rows."""

    week: Period
    zone: str
    rows: tuple[Row, ...]
    entries: tuple[Known, ...]
    locked_days: frozenset[date]
    locked_before: datetime | None = None

    @property
    def days(self) -> tuple[date, ...]:
        """Its days, in order."""
        return tuple(self.week.start + timedelta(days=number) for number in range(self.week.days))

    @property
    def seconds(self) -> int:
        """The finished time of the week."""
        return sum(row.seconds for row in self.rows)

    def cell(self, place: Place) -> Cell:
        """Return a cell, an empty one where there is none."""
        return self._cells.get(place, Cell(is_locked=place[1] in self.locked_days))

    @cached_property
    def _cells(self) -> dict[Place, Cell]:
        return {(row.key, day): cell for row in self.rows for day, cell in zip(self.days, row.cells, strict=True)}


def sheet(
    entries: pd.DataFrame,
    before: pd.DataFrame,
    week: Period,
    directory: Directory,
    zone: str,
    *,
    running: pd.DataFrame | None = None,
    added: Sequence[Key] = (),
    locked_before: datetime | None = None,
    may_write_locked: bool = False,
) -> Sheet:
    """Return the grid of a week of one person's own entries (`COLUMNS`; any others that are given keep their time free of new ones).

    Rows are those of this week and, without their hours, of `before` (the week before), by the names of project and
    task; then what somebody `added`, in that order. A day is locked that has ended before `locked_before`: its cells
    are, and so is a cell with a locked entry. `may_write_locked`: its person is an owner or admin, whom no lock binds.
    """
    known = sorted((*_known(entries, runs=False), *_known(running, runs=True)), key=lambda entry: (entry.draft.start, entry.id))
    lock = None if may_write_locked else locked_before
    days = [week.start + timedelta(days=number) for number in range(week.days)]
    locked = frozenset(day for day in days if lock and day_start(day + ONE_DAY, zone) <= lock)
    in_week = [entry for entry in known if week.start <= entry.day < week.end]
    keys = _keys([entry.key for entry in in_week] + _keys_of(before), added, directory)
    placed: dict[Place, list[Known]] = {}
    for entry in in_week:
        placed.setdefault((entry.key, entry.day), []).append(entry)
    is_fixed = _never if may_write_locked else _is_fixed(lock)
    rows = [Row(key, tuple(_cell(placed.get((key, day), []), day in locked, is_fixed) for day in days)) for key in keys]
    return Sheet(week, zone, tuple(rows), tuple(known), locked, lock)


def _never(entry: Known) -> bool:
    return entry.draft.type in FIXED_TYPES


def _is_fixed(locked_before: datetime | None) -> Callable[[Known], bool]:
    """Return what tells whether an entry can't be changed by its person."""

    def is_fixed(entry: Known) -> bool:
        is_old = locked_before is not None and entry.draft.start < locked_before
        return is_old or entry.is_locked or entry.draft.type in FIXED_TYPES

    return is_fixed


def _cell(entries: Sequence[Known], is_locked: bool, is_fixed: Callable[[Known], bool]) -> Cell:
    if not entries:
        return Cell(is_locked=True) if is_locked else EMPTY_CELL
    seconds = sum(entry.draft.seconds or 0 for entry in entries)
    return Cell(seconds, tuple(entries), is_locked or any(is_fixed(entry) for entry in entries))


def _keys(found: Iterable[Key], added: Sequence[Key], directory: Directory) -> list[Key]:
    """Return the rows in their order; one that was added stays where it was put, also when it has time."""
    named = {key: _label(key, directory) for key in found if key not in added}
    return [*sorted(named, key=lambda key: named[key]), *dict.fromkeys(added)]


def _label(key: Key, directory: Directory) -> tuple[Any, ...]:
    """Return what rows are ordered by: their names, none last."""
    parts = zip((Kind.PROJECT, Kind.TASK), key, strict=True)
    return tuple((not one, frame_label(directory, kind, one).casefold(), one) for kind, one in parts)


def _keys_of(entries: pd.DataFrame) -> list[Key]:
    if not len(entries):
        return []
    return [(str(project), str(task)) for project, task in zip(entries["project_id"], entries["task_id"], strict=True)]


def _known(entries: pd.DataFrame | None, *, runs: bool) -> list[Known]:
    if entries is None or not len(entries):
        return []
    return [_entry(row, runs=runs) for row in entries[list(COLUMNS)].to_dict("records")]


def _entry(row: Mapping[Any, Any], *, runs: bool) -> Known:
    start, end = (row[name].to_pydatetime() for name in ("start", "end"))
    draft = Draft(
        start,
        None if runs else end,
        project_id=str(row["project_id"]),
        task_id=str(row["task_id"]),
        tag_ids=tuple(tag for tag in str(row["tag_ids"]).split(",") if tag),
        description=str(row["description"]),
        billable=bool(row["billable"]),
        type=str(row["type"]),
    )
    return Known(str(row["id"]), row["day"].date(), draft, end, bool(row["locked"]))
