"""The journal's rows: what is to be written to Clockify, and what became of it. Each step is one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from clockify.errors import StoreError, WrittenAlready
from clockify.records import tables
from clockify.records.database import Database
from clockify.records.written import columns_of, draft_text, known_of, written_of
from clockify.writes import Draft, State, Write, Written

# A second press within this time means the same; later it means another one.
SAME_WITHIN = timedelta(seconds=60)
KEPT_FOR = timedelta(days=90)
_WRITES = tables.writes
_C = _WRITES.c
_OPEN = (State.TO_SEND, State.SENT, State.UNKNOWN)
_SETTLED = (State.DONE, State.REFUSED, State.NOT_DONE)
_INSTEAD = "It was sent again instead."
_ANOTHERS = "The entry that was found for it turned out to be another's; look for it in Clockify."
_SET_ASIDE = "It was set aside before it was sent."


class Writes:
    """The writes of all workspaces; safe to share between threads and processes. Every method raises StoreError as `Records` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, write: Write, *, thing: str, now: datetime, known: Collection[str] = (), again: bool = False, instead_of: str = ""
    ) -> tuple[Written, bool]:
        """Put a write down that is to be sent, and tell whether it is new; one that is there already is returned as it stands.

        Raises WrittenAlready if the same `thing` is under way or was done a moment ago, unless `again`. `instead_of` names one
        that was not done: it is set aside with this.
        """
        with self._database.writing() as connection:
            self._line_up(connection, write.workspace_id)
            row = _row(connection, write.id)
            if row is not None:
                return written_of(row), False
            if instead_of:
                _set_aside(connection, instead_of)
            same = None if again else _same(connection, write, thing, now, but=instead_of)
            if same is not None:
                raise WrittenAlready(written_of(same))
            _forget_old(connection, write, now)
            connection.execute(sa.insert(_WRITES).values(columns_of(write, thing, known)))
            return Written(write, State.TO_SEND), True

    def get(self, write_id: str) -> Written | None:
        """Return a write and what is known of it."""
        with self._database.reading(at_once=True) as connection:
            row = _row(connection, write_id)
            return written_of(row) if row is not None else None

    def keep_before(self, write_id: str, before: Draft) -> None:
        """Keep what an entry was when the write was about to leave."""
        with self._database.writing() as connection:
            connection.execute(sa.update(_WRITES).where(_C.id == write_id).values(before=draft_text(before)))

    def leave(self, write_id: str, now: datetime) -> bool:
        """Let a write leave: of all who ask, one is told True, once."""
        moved = sa.update(_WRITES).where(_C.id == write_id, _C.state == State.TO_SEND)
        with self._database.writing() as connection:
            return connection.execute(moved.values(state=State.SENT, sent_at=now.timestamp(), retry_at=None)).rowcount == 1

    def put_off(self, write_id: str, reason: str, retry_at: datetime | None) -> Written:
        """Say why one that is to be sent could not leave yet, and when it can."""
        values = {"reason": reason, "retry_at": retry_at.timestamp() if retry_at else None}
        with self._database.writing() as connection:
            connection.execute(sa.update(_WRITES).where(_C.id == write_id, _C.state == State.TO_SEND).values(values))
            return written_of(_there(connection, write_id))

    def settle(
        self, write: Write, state: State, now: datetime, *, reason: str = "", entry_id: str = "", makes: bool = False, surely: bool = False
    ) -> Written | None:
        """Note what became of a write; what is settled stays, unless who sent it knows it `surely`.

        `makes`: it made the entry. None, and nothing is noted, if another write has made that one; who knows surely takes it
        from whoever only found it, and of that one nothing is known again.
        """
        with self._database.writing() as connection:
            self._line_up(connection, write.workspace_id)
            row = _there(connection, write.id)
            if not surely and row["state"] in _SETTLED:
                return written_of(row)
            if makes and not _take(connection, write, entry_id, surely=surely):
                connection.rollback()
                return None
            values: dict[str, Any] = {"state": state, "reason": reason, "retry_at": None}
            values["settled_at"] = now.timestamp() if state.is_settled else None
            values["made_id"] = entry_id if makes else row["made_id"] if state is State.DONE else None
            connection.execute(sa.update(_WRITES).where(_C.id == write.id).values(values))
            return written_of(_there(connection, write.id))

    def known(self, write: Write) -> set[str]:
        """Return the ids of entries that a write can't have made: known before, or made by another one."""
        others = sa.select(_C.made_id).where(_C.workspace_id == write.workspace_id, _C.made_id.is_not(None), _C.id != write.id)
        with self._database.reading() as connection:
            return {*known_of(_there(connection, write.id)), *connection.scalars(others)}

    def open_writes(self, workspace_id: str, by: str) -> list[Written]:
        """Return what somebody's key wrote and that asks for a look, newest first: unsettled, refused, not done; not what was set aside."""
        asks = sa.and_(_C.state != State.DONE, sa.not_(_C.dismissed))
        return self._listed(sa.select(_WRITES).where(_C.workspace_id == workspace_id, _C.by_user == by, asks))

    def latest(self, workspace_id: str, by: str, limit: int) -> list[Written]:
        """Return what somebody's key wrote, newest first."""
        return self._listed(sa.select(_WRITES).where(_C.workspace_id == workspace_id, _C.by_user == by).limit(limit))

    def dismiss(self, write_id: str) -> None:
        """Set one aside that asked for a look; one that was to be sent will not be."""
        with self._database.writing() as connection:
            connection.execute(sa.update(_WRITES).where(_C.id == write_id).values(dismissed=True))
            waits = sa.update(_WRITES).where(_C.id == write_id, _C.state == State.TO_SEND)
            connection.execute(waits.values(state=State.REFUSED, reason=_SET_ASIDE))

    def _listed(self, question: sa.Select[Any]) -> list[Written]:
        with self._database.reading(at_once=True) as connection:
            return [written_of(row) for row in connection.execute(question.order_by(_C.at.desc(), _C.id)).mappings()]

    def _line_up(self, connection: sa.Connection, workspace_id: str) -> None:
        """Let one writer of a workspace at a time past; SQLite does so by itself."""
        if not self._database.is_sqlite:
            number = int.from_bytes(hashlib.blake2b(f"writes {workspace_id}".encode(), digest_size=8).digest(), signed=True)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _row(connection: sa.Connection, write_id: str) -> sa.RowMapping | None:
    return connection.execute(sa.select(_WRITES).where(_C.id == write_id)).mappings().first()


def _there(connection: sa.Connection, write_id: str) -> sa.RowMapping:
    row = _row(connection, write_id)
    if row is None:
        raise StoreError("What was to be written is not in the journal any more.")
    return row


def _same(connection: sa.Connection, write: Write, thing: str, now: datetime, but: str) -> sa.RowMapping | None:
    """Return the write of the same thing that is under way, or was done a moment ago to an entry that nobody has written to since."""
    a_moment_ago = sa.and_(_C.state == State.DONE, _C.settled_at > (now - SAME_WITHIN).timestamp())
    counts = sa.or_(sa.and_(_C.state.in_(_OPEN), sa.not_(_C.dismissed)), a_moment_ago)
    question = sa.select(_WRITES).where(_C.workspace_id == write.workspace_id, _C.thing == thing, _C.id != but, counts)
    found = connection.execute(question.order_by(_C.at.desc())).mappings().all()
    return next((row for row in found if row["state"] != State.DONE or not _is_overwritten(connection, row)), None)


def _is_overwritten(connection: sa.Connection, row: sa.RowMapping) -> bool:
    entry_id = row["made_id"] or row["entry_id"]
    later = sa.select(_C.id).where(_C.workspace_id == row["workspace_id"], _C.entry_id == entry_id, _C.at >= row["at"], _C.id != row["id"])
    return connection.scalar(later.where(_C.state.in_((State.SENT, State.UNKNOWN, State.DONE))).limit(1)) is not None


def _set_aside(connection: sa.Connection, write_id: str) -> None:
    """Set one aside that another is sent for; raise WrittenAlready if it may be there, or somebody has set it aside before."""
    row = _there(connection, write_id)
    if row["dismissed"]:
        same = [_C.workspace_id == row["workspace_id"], _C.thing == row["thing"], _C.id != write_id, _C.at >= row["at"]]
        newer = connection.execute(sa.select(_WRITES).where(*same).order_by(_C.at.desc())).mappings().first()
        raise WrittenAlready(written_of(newer or row))
    if row["state"] not in (State.TO_SEND, State.REFUSED, State.NOT_DONE):
        raise WrittenAlready(written_of(row))
    waits = {"state": State.REFUSED, "reason": _INSTEAD} if row["state"] == State.TO_SEND else {}
    connection.execute(sa.update(_WRITES).where(_C.id == write_id).values(dismissed=True, **waits))


def _take(connection: sa.Connection, write: Write, entry_id: str, *, surely: bool) -> bool:
    """Let a write have made an entry, if no other has; tell whether it does."""
    others = sa.and_(_C.workspace_id == write.workspace_id, _C.made_id == entry_id, _C.id != write.id)
    if connection.scalar(sa.select(_C.id).where(others)) is None:
        return True
    if surely:
        nothing_known = {"state": State.UNKNOWN, "made_id": None, "settled_at": None, "reason": _ANOTHERS}
        connection.execute(sa.update(_WRITES).where(others).values(nothing_known))
    return surely


def _forget_old(connection: sa.Connection, write: Write, now: datetime) -> None:
    """Drop what was settled long ago."""
    mine = sa.and_(_C.workspace_id == write.workspace_id, _C.by_user == write.by)
    old = sa.and_(_C.at < (now - KEPT_FOR).timestamp(), _C.state.in_(_SETTLED))
    connection.execute(sa.delete(_WRITES).where(mine, old))
