"""What a team wrote down: read, changed, taken back. Every change is one transaction and is noted with its author."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from clockify.branding import Branding
from clockify.errors import Conflict, NotAccepted
from clockify.plans import KINDS, SINGLE, Change, Notes, Row, WeekMark, problems_of
from clockify.records import tables
from clockify.records.codec import Kept
from clockify.records.database import Database
from clockify.records.ended import Ended
from clockify.records.logos import Logos
from clockify.records.swapping import Rows, by_kind, change_of, note, standing, swap
from clockify.records.writes import Writes

_CHANGES = tables.changes


class Records:
    """What people typed, workspace by workspace; safe to share between threads and processes.

    Every method raises StoreError while the database can't be used (NotesDamaged, NotesTooNew where waiting doesn't help).
    """

    def __init__(self, database_url: str | None, data_folder: Path, *, clock: Callable[[], datetime]) -> None:
        """Note where it is, it is opened at first use; raise ConfigurationError for an address that can't be one."""
        self._database = Database(database_url, data_folder)
        self._clock = clock

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    @property
    def writes(self) -> Writes:
        """What is to be written to Clockify, in the same database."""
        return Writes(self._database)

    @property
    def ended(self) -> Ended:
        """Which sign-ins were ended, in the same database."""
        return Ended(self._database)

    def version(self, workspace_id: str) -> int:
        """Return a number that is another after every change, marks included; 0 before the first."""
        with self._database.reading(at_once=True) as connection:
            return _version(connection, workspace_id)

    def notes(self, workspace_id: str) -> Notes:
        """Return all that is written down, each kind by id of the person or project, then by first day."""
        with self._database.reading() as connection:
            return _notes(connection, workspace_id)

    def save(self, workspace_id: str, kind: str, removed: Sequence[Row], added: Sequence[Row], *, by: str) -> None:
        """Take rows of one kind (of KINDS or SINGLE) out and put others in, all or nothing.

        Of those of SINGLE there is one row, which `added` replaces; where `removed` names one it must be the one that holds.
        Raises Conflict if a removed row is no longer there, NotAccepted if an added one can't be right or clashes.
        """
        if kind in SINGLE and len(added) != 1:
            raise TypeError(f"of {kind} there is one")
        _check(kind, added)
        with self._changing(workspace_id) as (connection, now):
            if kind in SINGLE:
                removed = _standing_one(connection, workspace_id, kind, removed)
            _change(connection, workspace_id, kind, {kind: removed}, {kind: added}, by=by, at=now)

    def replace(self, workspace_id: str, notes: Notes, *, by: str) -> None:
        """Let exactly these notes hold (an import), as one change; their version is of no matter. Raises NotAccepted."""
        wanted = _rows(notes)
        for kind, rows in wanted.items():
            _check(kind, rows)
        with self._changing(workspace_id) as (connection, now):
            there = {kind: list(standing(connection, workspace_id, kind)) for kind in wanted}
            removed = {kind: _without(there[kind], wanted[kind]) for kind in wanted}
            added = {kind: _without(wanted[kind], there[kind]) for kind in wanted}
            _change(connection, workspace_id, "import", removed, added, by=by, at=now)

    def history(self, workspace_id: str, limit: int = 50) -> list[Change]:
        """Return the last changes, newest first, those that took another one back among them."""
        question = sa.select(_CHANGES).where(_CHANGES.c.workspace_id == workspace_id).order_by(_CHANGES.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            logos = Logos(connection, workspace_id)
            return [change_of(values, logos) for values in connection.execute(question).mappings().all()]

    def undo(self, workspace_id: str, *, by: str) -> Change | None:
        """Take back the last change that isn't taken back, and return it; None if there is none left.

        That is a change of its own; asked again it goes one further back. Raises Conflict if the rows are not as it left them.
        """
        open_ones = [_CHANGES.c.workspace_id == workspace_id, _CHANGES.c.undoes.is_(None), _CHANGES.c.undone_by.is_(None)]
        with self._changing(workspace_id) as (connection, now):
            question = sa.select(_CHANGES).where(*open_ones).order_by(_CHANGES.c.id.desc()).limit(1)
            last = connection.execute(question).mappings().first()
            if last is None:
                connection.rollback()
                return None
            _take_back(connection, workspace_id, last, by=by, at=now)
            return replace(change_of(last, Logos(connection, workspace_id)), undone=True)

    def mark_week(self, workspace_id: str, mark: WeekMark, *, by: str) -> None:
        """Mark a person's week as done; a mark that is there is replaced."""
        self._mark(workspace_id, mark.user_id, mark.first, [mark], by)

    def unmark_week(self, workspace_id: str, user_id: str, first_day: date, *, by: str) -> None:
        """Take a mark away; nothing happens if there is none."""
        self._mark(workspace_id, user_id, first_day, [], by)

    def weeks(self, workspace_id: str, first: date, last: date) -> list[WeekMark]:
        """Return the marks of weeks that begin on a day from `first` to `last`, both included; by person, then day."""
        table = tables.weeks_done
        with self._database.reading() as connection:
            begins = table.c.first_day.between(first, last)
            return [cast(WeekMark, row) for row in standing(connection, workspace_id, "weeks", only=begins)]

    def _mark(self, workspace_id: str, user_id: str, first_day: date, added: list[WeekMark], by: str) -> None:
        with self._changing(workspace_id) as (connection, now):
            begins = tables.weeks_done.c.first_day == first_day
            removed = list(standing(connection, workspace_id, "weeks", {user_id}, only=begins))
            _change(connection, workspace_id, "weeks", {"weeks": removed}, {"weeks": added}, by=by, at=now)

    @contextmanager
    def _changing(self, workspace_id: str) -> Iterator[tuple[sa.Connection, datetime]]:
        """Run one transaction, and hand out now; the version rises first, which lets one writer of a workspace at a time past.

        It is at least the time in milliseconds: of a backup that is put back it never counts up to a number that has stood
        for something else.
        """
        now, column = self._clock(), tables.versions.c.version
        stamp = int(now.timestamp() * 1000)
        statement = self._database.insert(tables.versions).values(workspace_id=workspace_id, version=stamp)
        higher = sa.case((column >= stamp, column + 1), else_=stamp)
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["workspace_id"], set_={"version": higher}))
            yield connection, now


def _change(connection: sa.Connection, workspace_id: str, kind: str, removed: Rows, added: Rows, *, by: str, at: datetime) -> None:
    """Swap rows of some kinds and note it; where nothing changes, nothing has been."""
    if all(set(removed[one]) == set(added[one]) for one in removed):
        connection.rollback()
        return
    for one in removed:
        swap(connection, workspace_id, one, removed[one], added[one])
    note(connection, workspace_id, kind, removed, added, by=by, at=at)


def _take_back(connection: sa.Connection, workspace_id: str, change: Mapping[Any, Any], *, by: str, at: datetime) -> None:
    kinds = by_kind(change, Logos(connection, workspace_id))
    try:
        for kind, removed, added in kinds:
            swap(connection, workspace_id, kind, added, removed)
    except NotAccepted:
        # What came back would clash with what somebody put there past this history.
        raise Conflict from None
    gone, back = {kind: added for kind, _, added in kinds}, {kind: removed for kind, removed, _ in kinds}
    number = note(connection, workspace_id, change["kind"], gone, back, by=by, at=at, undoes=change["id"])
    connection.execute(sa.update(_CHANGES).where(_CHANGES.c.id == change["id"]).values(undone_by=number))


def _check(kind: str, rows: Sequence[Row]) -> None:
    """Refuse rows that can't be right by themselves."""
    known = SINGLE[kind] if kind in SINGLE else KINDS[kind]
    if not all(type(row) is known for row in rows):
        raise TypeError(f"rows of {kind} are {known.__name__}")
    problems = [sentence for row in rows for sentence in problems_of(row)]
    if problems:
        raise NotAccepted(problems)


def _standing_one(connection: sa.Connection, workspace_id: str, kind: str, expected: Sequence[Row]) -> list[Row]:
    """Return what a kind of SINGLE has now, nothing if it was never written; raise Conflict if somebody expects another."""
    there = [cast(Row, row) for row in standing(connection, workspace_id, kind)]
    if expected and list(expected) != (there or [getattr(Notes(), kind)]):
        raise Conflict
    return there


def _version(connection: sa.Connection, workspace_id: str) -> int:
    table = tables.versions
    return int(connection.scalar(sa.select(table.c.version).where(table.c.workspace_id == workspace_id)) or 0)


def _notes(connection: sa.Connection, workspace_id: str) -> Notes:
    found: dict[str, Any] = {kind: tuple(standing(connection, workspace_id, kind)) for kind in KINDS}
    for kind in SINGLE:
        found[kind] = next(iter(standing(connection, workspace_id, kind)), getattr(Notes(), kind))
    return Notes(**found, version=_version(connection, workspace_id))


def _rows(notes: Notes) -> dict[str, list[Row]]:
    branding = [notes.branding] if notes.branding != Branding() else []
    return {**{kind: list(getattr(notes, kind)) for kind in KINDS}, "usual": [notes.usual], "branding": branding}


def _without(rows: Sequence[Kept], others: Sequence[Kept]) -> list[Kept]:
    known = set(others)
    return [row for row in rows if row not in known]
