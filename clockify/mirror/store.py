"""What the mirror keeps, and the only SQL there is.

Every write is one transaction: a crash in the middle leaves what was there before.
Moments are seconds since 1970.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from clockify.api.quota import HOUR, free_at
from clockify.mirror import tables
from clockify.mirror.codec import Undecodable, pack_json, unpack_json
from clockify.mirror.database import Database
from clockify.mirror.inbox import Inbox
from clockify.mirror.months import Months
from clockify.mirror.parts import Parts
from clockify.mirror.scopes import Scopes

# Lists of which pages show something; others are notes of ours.
TOLD = ("users", "projects", "tags", "running")
# A list that was put right is another one than that which was read, of nearly the same moment.
A_LITTLE = 0.001


class LeaseRow(NamedTuple):
    """Who holds a lease, and how often it has shown that it lives."""

    holder: str
    beat: int


class Store:
    """What the mirror keeps; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        """Work on an open database."""
        self._database = database
        self.months, self.parts, self.scopes, self.inbox = Months(database), Parts(database), Scopes(database), Inbox(database)

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

    def listen(self, listener: Callable[[str], object]) -> None:
        """Have the one listener told of each workspace whose copy has changed; see `Database.listen`."""
        self._database.listen(listener)

    def spread(self, workspace_id: str) -> None:
        """Tell other processes that something of a workspace has changed."""
        self._database.spread(workspace_id)

    def salt(self) -> bytes:
        """Return this database's own random salt, made on first use."""
        with self._database.writing() as connection:
            # Two processes may be first at once: one of them puts it there, both use that one.
            fresh = self._database.insert(tables.meta).values(name="salt", value=secrets.token_hex(16))
            connection.execute(fresh.on_conflict_do_nothing())
            known = connection.scalar(sa.select(tables.meta.c.value).where(tables.meta.c.name == "salt"))
        return bytes.fromhex(str(known))

    def identity(self, fingerprint: str) -> str | None:
        """Return the Clockify user whose key has this fingerprint."""
        with self._database.reading() as connection:
            table = tables.identities
            return connection.scalar(sa.select(table.c.user_id).where(table.c.fingerprint == fingerprint))

    def save_identity(self, fingerprint: str, user_id: str) -> None:
        """Remember to which user a key belongs."""
        with self._database.writing() as connection:
            self._database.upsert(connection, tables.identities, {"fingerprint": fingerprint}, {"user_id": user_id})

    def read_list(self, workspace_id: str, user_id: str, kind: str) -> tuple[Any, float] | None:
        """Return a reference list and when it was read; raise Undecodable if it is damaged."""
        table = tables.lists
        query = sa.select(table.c.payload, table.c.read_at).where(
            table.c.workspace_id == workspace_id, table.c.user_id == user_id, table.c.kind == kind
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (unpack_json(row.payload), row.read_at) if row else None

    def list_stamps(self, workspace_id: str, user_id: str) -> dict[str, tuple[float, int]]:
        """Return when each of an owner's lists was read and its size in bytes, by kind."""
        table = tables.lists
        columns = (table.c.kind, table.c.read_at, sa.func.length(table.c.payload))
        query = sa.select(*columns).where(table.c.workspace_id == workspace_id, table.c.user_id == user_id)
        with self._database.reading() as connection:
            return {kind: (read_at, size) for kind, read_at, size in connection.execute(query)}

    def save_list(self, workspace_id: str, user_id: str, kind: str, payload: Any, now: datetime) -> None:
        """Keep a reference list."""
        keys = {"workspace_id": workspace_id, "user_id": user_id, "kind": kind}
        with self._database.writing() as connection:
            self._database.upsert(connection, tables.lists, keys, {"payload": pack_json(payload), "read_at": now.timestamp()})
            if kind in TOLD:
                self._database.announce(connection, workspace_id)

    def change_list(
        self, workspace_id: str, user_id: str, kind: str, change: Callable[[Any], Any], also: Callable[[sa.Connection], None] | None = None
    ) -> bool:
        """Change a stored list in one transaction, at nearly the moment at which it was read; tell whether there was anything to change.

        `change` returns what it is to be, None where it stays. Who reads it meanwhile comes before, or after.
        """
        table = tables.lists
        wanted = (table.c.workspace_id == workspace_id, table.c.user_id == user_id, table.c.kind == kind)
        with self._database.writing() as connection:
            row = connection.execute(sa.select(table.c.payload, table.c.read_at).where(*wanted).with_for_update()).first()
            kept = _payload(row.payload) if row else None
            payload = None if kept is None else change(kept)
            if payload is not None:
                changed = sa.update(table).where(*wanted).values(payload=pack_json(payload), read_at=table.c.read_at + A_LITTLE)
                connection.execute(changed)
                self._database.announce(connection, workspace_id)
            if also:
                also(connection)
        return payload is not None

    def keys_of(self, user_id: str) -> list[str]:
        """Return the fingerprints of a Clockify user's keys."""
        table = tables.identities
        with self._database.reading() as connection:
            return list(connection.scalars(sa.select(table.c.fingerprint).where(table.c.user_id == user_id)))

    def take_lease(self, name: str, holder: str, *, after: LeaseRow | None = None) -> LeaseRow | None:
        """Take a lease that is free, or that is still as it was seen (`after`); return whose it is now, None if nobody's.

        Whoever gets an answer has had the database's lock for writing.
        """
        table = tables.leases
        ours = self._database.insert(table).values(name=name, holder=holder, beat=0).on_conflict_do_nothing()
        with self._database.writing() as connection:
            connection.execute(ours)
            if after:
                unchanged = sa.and_(table.c.name == name, table.c.holder == after.holder, table.c.beat == after.beat)
                connection.execute(sa.update(table).where(unchanged).values(holder=holder, beat=0))
            row = connection.execute(sa.select(table.c.holder, table.c.beat).where(table.c.name == name).with_for_update()).first()
        return LeaseRow(row.holder, row.beat) if row else None

    def beat_leases(self, holders: Collection[str]) -> set[str]:
        """Show that these holders live; return those who still hold something."""
        table = tables.leases
        beaten = sa.update(table).where(table.c.holder.in_(sorted(holders))).values(beat=table.c.beat + 1)
        with self._database.writing() as connection:
            return set(connection.scalars(beaten.returning(table.c.holder)))

    def give_leases(self, holder: str) -> None:
        """Give back all that a holder has."""
        with self._database.writing() as connection:
            connection.execute(sa.delete(tables.leases).where(tables.leases.c.holder == holder))

    def claim_request(self, scope: str, now: datetime, limit: int | None) -> datetime | None:
        """Note a request, or note nothing and return when one is free, by the rule of `api/quota.py`."""
        table = tables.requests
        with self._database.writing() as connection:
            if self._database.backend == "postgresql":
                connection.execute(sa.text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
            if limit is not None:
                refused_until = free_at(_moments(connection, scope, now), now, limit)
                if refused_until is not None:
                    return refused_until
            connection.execute(sa.delete(table).where(sa.not_(_in_hour(now))))
            connection.execute(sa.insert(table).values(scope=scope, at=now.timestamp()))
        return None

    def requests_of_hour(self, scope: str, now: datetime) -> list[datetime]:
        """Return the moments of the requests of the rolling hour, oldest first."""
        with self._database.reading() as connection:
            return _moments(connection, scope, now)

    def move_requests(self, old: str, new: str) -> None:
        """Count requests under the workspace, once it is known which one they were for."""
        with self._database.writing() as connection:
            connection.execute(sa.update(tables.requests).where(tables.requests.c.scope == old).values(scope=new))


def _payload(packed: bytes) -> Any:
    """Return what a list holds; None where it is damaged: it is read again."""
    try:
        return unpack_json(packed)
    except Undecodable:
        return None


def _moments(connection: sa.Connection, scope: str, now: datetime) -> list[datetime]:
    table = tables.requests
    query = sa.select(table.c.at).where(table.c.scope == scope, _in_hour(now)).order_by(table.c.at)
    return [datetime.fromtimestamp(moment, UTC) for moment in connection.scalars(query)]


def _in_hour(now: datetime) -> sa.ColumnElement[bool]:
    """Is a request one of the rolling hour? One further ahead than an hour was noted by a clock that was set back."""
    at = tables.requests.c.at
    return sa.and_(at > (now - HOUR).timestamp(), at < (now + HOUR).timestamp())
