"""What the mirror keeps, and the only SQL there is.

Every write is one transaction: a crash in the middle leaves what was there before.
Moments are seconds since 1970.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from clockify.api.quota import HOUR, free_at
from clockify.mirror import tables
from clockify.mirror.codec import pack_json, unpack_json
from clockify.mirror.database import Database
from clockify.mirror.months import Months, Parts
from clockify.mirror.scopes import Scopes


class Store:
    """What the mirror keeps; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        """Work on an open database."""
        self._database = database
        self.months, self.parts, self.scopes = Months(database), Parts(database), Scopes(database)

    def close(self) -> None:
        """Let go of every connection."""
        self._database.close()

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

    def take_lease(self, name: str, holder: str, now: datetime, seconds: float) -> bool:
        """Take or renew a lease; False while another holder's runs."""
        table = tables.leases
        until = now.timestamp() + seconds
        statement = self._database.insert(table).values(name=name, holder=holder, until=until)
        statement = statement.on_conflict_do_update(
            index_elements=[table.c.name],
            set_={"holder": holder, "until": until},
            where=sa.or_(table.c.until <= now.timestamp(), table.c.holder == holder),
        )
        with self._database.writing() as connection:
            return connection.execute(statement.returning(table.c.name)).first() is not None

    def give_lease(self, name: str, holder: str) -> None:
        """Give a lease back."""
        table = tables.leases
        with self._database.writing() as connection:
            connection.execute(sa.delete(table).where(table.c.name == name, table.c.holder == holder))

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


def _moments(connection: sa.Connection, scope: str, now: datetime) -> list[datetime]:
    table = tables.requests
    query = sa.select(table.c.at).where(table.c.scope == scope, _in_hour(now)).order_by(table.c.at)
    return [datetime.fromtimestamp(moment, UTC) for moment in connection.scalars(query)]


def _in_hour(now: datetime) -> sa.ColumnElement[bool]:
    """Is a request one of the rolling hour? One further ahead than an hour was noted by a clock that was set back."""
    at = tables.requests.c.at
    return sa.and_(at > (now - HOUR).timestamp(), at < (now + HOUR).timestamp())
