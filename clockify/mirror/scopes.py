"""Which copies there are, and which may go: what nobody has looked at for a month, what belonged to a forgotten key alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from clockify.mirror import tables
from clockify.mirror.database import Database
from clockify.mirror.inbox import prune
from clockify.mirror.snapshots import Scope

UNUSED_FOR = timedelta(days=30)
OF_SCOPE = (tables.months, tables.replaced, tables.parts, tables.changes, tables.scopes)


class Scopes:
    """The copies in a database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, scope: Scope, now: datetime) -> None:
        """Note that a copy is looked at, and drop those that nobody has looked at for long."""
        table, limit = tables.scopes, (now - UNUSED_FOR).timestamp()
        with self._database.writing() as connection:
            self._database.serialize(connection, "scopes")
            self._database.upsert(connection, table, asdict(scope), {"used_at": now.timestamp()})
            self._adopt(connection, now)
            for row in connection.execute(sa.select(table).where(table.c.used_at < limit)).all():
                self._drop(connection, Scope(row.workspace_id, row.user_id, row.zone))
            _drop_lists(connection, limit)
            prune(connection, now)
            _drop_keys(connection, limit)

    def of(self, workspace_id: str) -> list[Scope]:
        """Return the copies of a workspace that are noted."""
        table = tables.scopes
        query = sa.select(table.c.user_id, table.c.zone).where(table.c.workspace_id == workspace_id).order_by(table.c.user_id, table.c.zone)
        with self._database.reading() as connection:
            return [Scope(workspace_id, row.user_id, row.zone) for row in connection.execute(query)]

    def forget_key(self, fingerprint: str, now: datetime) -> None:
        """Drop what a key has read, but for what another key of the same Clockify user may have, too."""
        keys, lists, scopes = tables.identities, tables.lists, tables.scopes
        with self._database.writing() as connection:
            self._database.serialize(connection, "scopes")
            user_id = connection.scalar(sa.select(keys.c.user_id).where(keys.c.fingerprint == fingerprint))
            _drop_key(connection, fingerprint)
            others = connection.scalar(sa.select(sa.func.count()).select_from(keys).where(keys.c.user_id == user_id))
            if not user_id or others:
                return
            self._adopt(connection, now)
            for row in connection.execute(sa.select(scopes).where(scopes.c.user_id == user_id)).all():
                self._drop(connection, Scope(row.workspace_id, row.user_id, row.zone))
            connection.execute(sa.delete(lists).where(lists.c.user_id == user_id))

    def _adopt(self, connection: sa.Connection, now: datetime) -> None:
        """Note copies that nobody noted: of a job that ended after its copy was dropped. They have their month, too."""
        names = list(asdict(Scope("", "", "")))
        for table in OF_SCOPE[:-1]:
            found = sa.select(*(table.c[name] for name in names), sa.literal(now.timestamp())).distinct()
            # SQLite takes the ON of ON CONFLICT for a join's unless there is a WHERE.
            noted = self._database.insert(tables.scopes).from_select([*names, "used_at"], found.where(sa.true()))
            connection.execute(noted.on_conflict_do_nothing())

    def _drop(self, connection: sa.Connection, scope: Scope) -> None:
        """Drop a copy. Whoever is about to store a month of it comes before this, or after."""
        self._database.serialize(connection, f"months:{scope}")
        for table in OF_SCOPE:
            connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in asdict(scope).items())))


def _drop_lists(connection: sa.Connection, limit: float) -> None:
    """Drop the lists of workspaces of which no copy is left."""
    lists, scopes = tables.lists, tables.scopes
    used = sa.exists().where(scopes.c.workspace_id == lists.c.workspace_id, scopes.c.user_id == lists.c.user_id)
    connection.execute(sa.delete(lists).where(lists.c.workspace_id != "", lists.c.read_at < limit, sa.not_(used)))


def _drop_keys(connection: sa.Connection, limit: float) -> None:
    """Drop what is known of keys that nobody has used for long; of the last one to a copy that is in use, nothing."""
    lists, keys = tables.lists, tables.identities
    newest = sa.select(lists.c.user_id, sa.func.max(lists.c.read_at).label("read_at")).where(lists.c.workspace_id == "")
    read_at = {row.user_id: row.read_at for row in connection.execute(newest.group_by(lists.c.user_id))}
    users = {row.fingerprint: row.user_id for row in connection.execute(sa.select(keys))}
    in_use = set(connection.scalars(sa.select(tables.scopes.c.user_id)))
    # Clockify may have been out of reach all the time: a copy that is looked at keeps the newest of its keys.
    best = {user_id: max((read_at.get(one, 0.0), one) for one, owner in users.items() if owner == user_id)[1] for user_id in users.values()}
    for fingerprint, at in read_at.items():
        user_id = users.get(fingerprint)
        if at < limit and not (user_id in in_use and best[user_id] == fingerprint):
            _drop_key(connection, fingerprint)


def _drop_key(connection: sa.Connection, fingerprint: str) -> None:
    """Drop a key's fingerprint, and who and where it is."""
    keys, lists = tables.identities, tables.lists
    connection.execute(sa.delete(keys).where(keys.c.fingerprint == fingerprint))
    connection.execute(sa.delete(lists).where(lists.c.workspace_id == "", lists.c.user_id == fingerprint))
