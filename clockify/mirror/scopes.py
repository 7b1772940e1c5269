"""Which copies there are, and which may go: what nobody has looked at for a month, what belonged to a forgotten key alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from clockify.mirror import tables
from clockify.mirror.database import Database
from clockify.mirror.snapshots import Scope

UNUSED_FOR = timedelta(days=30)
OF_SCOPE = (tables.months, tables.replaced, tables.parts, tables.changes, tables.scopes)


class Scopes:
    """The copies in a database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, scope: Scope, now: datetime) -> None:
        """Note that a copy is looked at, and drop those that nobody has looked at for long."""
        table = tables.scopes
        with self._database.writing() as connection:
            self._database.upsert(connection, table, asdict(scope), {"used_at": now.timestamp()})
            old = connection.execute(sa.select(table).where(table.c.used_at < (now - UNUSED_FOR).timestamp())).all()
            for row in old:
                _drop(connection, {"workspace_id": row.workspace_id, "user_id": row.user_id, "zone": row.zone})
            self._drop_lists(connection, now)

    def forget_key(self, fingerprint: str) -> None:
        """Drop what a key has read, but for what another key of the same Clockify user may have, too."""
        table = tables.identities
        with self._database.writing() as connection:
            user_id = connection.scalar(sa.select(table.c.user_id).where(table.c.fingerprint == fingerprint))
            connection.execute(sa.delete(table).where(table.c.fingerprint == fingerprint))
            connection.execute(sa.delete(tables.lists).where(tables.lists.c.user_id == fingerprint))
            others = connection.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.user_id == user_id))
            if user_id and not others:
                _drop(connection, {"user_id": user_id})
                connection.execute(sa.delete(tables.lists).where(tables.lists.c.user_id == user_id))

    def _drop_lists(self, connection: sa.Connection, now: datetime) -> None:
        """Drop the lists of workspaces of which no copy is left."""
        lists, scopes = tables.lists, tables.scopes
        used = sa.exists().where(scopes.c.workspace_id == lists.c.workspace_id, scopes.c.user_id == lists.c.user_id)
        is_old = lists.c.read_at < (now - UNUSED_FOR).timestamp()
        connection.execute(sa.delete(lists).where(lists.c.workspace_id != "", is_old, sa.not_(used)))


def _drop(connection: sa.Connection, owner: dict[str, str]) -> None:
    for table in OF_SCOPE:
        connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in owner.items())))
