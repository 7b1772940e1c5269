"""Bring the tables forward: every step in the caller's one transaction, so that it is done or as it was before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from clockify.engines import make_private
from clockify.errors import NotesTooNew, StoreError
from clockify.records.tables import LAYOUT_TABLE

_FOLDER = Path(__file__).with_name("migrations")


def revisions() -> list[str]:
    """Return every layout that this code knows, oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def upgrade(connection: sa.Connection, found: str | None, target: str) -> None:
    """Bring the layout `found` to `target` inside the transaction that is under way; keep a copy of a SQLite file with rows.

    Raises NotesTooNew, before anything is changed, for a layout that this code doesn't know.
    """
    if found is not None and found not in revisions():
        raise NotesTooNew("What was written down here belongs to a newer version of this app; nothing was changed.")
    if connection.dialect.name == "sqlite" and _has_rows(connection):
        _keep_copy(Path(str(connection.engine.url.database)), target)
    scripts = _scripts()
    with EnvironmentContext(Config(), scripts, fn=lambda now, _: scripts._upgrade_revs(target, now)) as environment:
        # A transaction is under way, and alembic leaves it to whoever began it.
        environment.configure(connection=connection, version_table=LAYOUT_TABLE, transactional_ddl=True)
        environment.run_migrations()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(_FOLDER, version_locations=[_FOLDER])


def _has_rows(connection: sa.Connection) -> bool:
    names = [name for name in sa.inspect(connection).get_table_names() if name.startswith("records_") and name != LAYOUT_TABLE]
    return any(connection.scalar(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)) for name in names)


def _keep_copy(path: Path, target: str) -> None:
    """Keep the file as it is beside it, whole or not at all."""
    copy = path.with_name(f"{path.name}.before-{target}")
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        make_private(unfinished)
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as kept:
            source.backup(kept)
            # One file alone, without side files.
            kept.execute("PRAGMA journal_mode=DELETE")
        unfinished.replace(copy)
    except (OSError, sqlite3.Error):
        raise StoreError("What was written down here can't be brought forward: no copy of it could be kept first.") from None
