"""The database with what people typed: opened at first use, brought forward, and never replaced, damaged or not."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from clockify.engines import FileId, Turnstile, address_of, file_of, open_engine
from clockify.errors import ConfigurationError, NotesDamaged, StoreError
from clockify.records import tables

log = logging.getLogger(__name__)

_ADVISORY_LOCK = 4_283_912
_LAYOUT = sa.table(tables.LAYOUT_TABLE, sa.column("version_num", sa.String))


class Database:
    """SQLite or PostgreSQL behind one face; safe to share between threads.

    It is opened when it is first used, and again as long as that fails: a server that comes late, or a file that is put
    right, is found without a new start. SQLite has a file of its own beside the mirror's.
    """

    def __init__(self, database_url: str | None, data_folder: Path) -> None:
        """Note where it is; raise ConfigurationError for an address that can't be one."""
        try:
            self._url = records_address(database_url, data_folder)
        except (sa.exc.ArgumentError, ValueError):
            raise ConfigurationError(_UNUSABLE) from None
        self._lock = threading.Lock()
        self._turnstile = Turnstile("What was written down here has been closed.")
        self._opened: tuple[sa.Engine, FileId | None] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self._url.get_backend_name() == "sqlite"

    def close(self) -> None:
        """Let go of every connection, when what is under way has ended; who comes afterwards gets a StoreError."""
        self._turnstile.close()
        with self._lock:
            if self._opened:
                self._opened[0].dispose()

    def insert(self, table: sa.Table) -> Any:
        """Begin an INSERT in this database's own dialect, which knows ON CONFLICT."""
        return (sqlite if self.is_sqlite else postgresql).insert(table)

    @contextmanager
    def reading(self, *, at_once: bool = False) -> Iterator[sa.Connection]:
        """Hand out a connection that sees one moment, however many questions it is asked; `at_once`: it is asked a single one."""
        with self._turnstile.passing(), _guarded(), self._engine().connect() as connection:
            if at_once:
                yield connection
            elif self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
                yield connection
            else:
                yield connection.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one transaction; whatever is raised in it takes all of it back."""
        with self._turnstile.passing(), _guarded(), self._engine().connect() as connection:
            if self.is_sqlite:
                # The write lock at the begin: a later upgrade could deadlock.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def _engine(self) -> sa.Engine:
        """Return the open engine; open it where none is, or where another file stands now (a backup that was put back)."""
        with self._lock:
            before = self._opened
            if before and (not self.is_sqlite or before[1] == file_of(before[0])):
                return before[0]
        # Without the lock: a server that doesn't answer keeps each one waiting once, and nobody after the other.
        engine = _open(self._url)
        with self._lock:
            if self._opened is not before and self._opened:
                engine.dispose()
                return self._opened[0]
            if before:
                before[0].dispose()
            self._opened = (engine, file_of(engine))
        return engine


def records_address(database_url: str | None, data_folder: Path) -> sa.URL:
    """Return where what people typed is kept: the same PostgreSQL database as the mirror's, or a file beside its file."""
    url = address_of(database_url, data_folder / "records.sqlite")
    if not database_url or url.get_backend_name() != "sqlite":
        return url
    if url.database in (None, "", ":memory:"):
        return address_of(None, data_folder / "records.sqlite")
    path = Path(str(url.database))
    return url.set(database=str(path.with_name(f"{path.stem}-records{path.suffix}")))


def bring_forward(engine: sa.Engine, target: str = tables.LAYOUT) -> None:
    """Migrate the tables to a layout, one process at a time, in one transaction."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        has_layout = sa.inspect(connection).has_table(tables.LAYOUT_TABLE)
        found = connection.scalar(sa.select(_LAYOUT.c.version_num)) if has_layout else None
        if found != target:
            # Alembic takes a while to import, and is seldom needed.
            from clockify.records import migrating

            migrating.upgrade(connection, found, target)
        connection.commit()


_UNUSABLE = "DATABASE_URL doesn't lead to a database that this installation can use."


def _open(url: sa.URL) -> sa.Engine:
    try:
        engine = open_engine(url, is_durable=True)
    except OSError:
        raise StoreError("The folder of what was written down here can't be written.") from None
    except (sa.exc.ArgumentError, ImportError, ValueError):
        raise ConfigurationError(_UNUSABLE) from None
    try:
        bring_forward(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn the database's faults into StoreError, without an address or a value."""
    try:
        yield
    except sa.exc.DBAPIError as problem:
        log.warning("records: %s", type(problem.orig).__name__)
        if _is_damaged(problem):
            raise NotesDamaged("What was written down here can't be read: its file is damaged. It was left as it is.") from None
        raise StoreError("What was written down here can't be read or written.") from None
    except sa.exc.TimeoutError:
        raise StoreError("What was written down here is busy: no connection to it came free.") from None


def _is_damaged(problem: sa.exc.DBAPIError) -> bool:
    text = str(problem.orig) if isinstance(problem.orig, sqlite3.Error) else ""
    return any(words in text for words in ("malformed", "not a database", "no such table"))
