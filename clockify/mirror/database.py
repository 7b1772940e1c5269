"""A database that is open: transactions, faults told in plain words, a damaged file set aside."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from clockify.engines import BUSY_SECONDS, FileId, Turnstile, file_of
from clockify.errors import ConfigurationError, StoreError
from clockify.mirror import tables
from clockify.mirror.ear import CHANNEL, Ear

log = logging.getLogger(__name__)

_ADVISORY_LOCK = 4_283_911
ANNOUNCED = "announced"


class Database:
    """SQLite or PostgreSQL behind one face; safe to share between threads."""

    def __init__(self, database_url: str | None, data_folder: Path) -> None:
        """Open it and make its tables; a damaged SQLite file is set aside.

        Raises StoreError, or ConfigurationError for an address that can't be one.
        """
        self._address = (database_url, data_folder)
        self._lock = threading.Lock()
        self._turnstile = Turnstile("The local copy has been closed.")
        self._engine = self._open()
        self._file = file_of(self._engine)
        # What this process announces it knows already.
        self._token = secrets.token_hex(8)
        self._tell: Callable[[str], object] = _nobody
        self._ear: Ear | None = None

    @property
    def backend(self) -> str:
        """The database's kind: "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    def close(self) -> None:
        """Let go of every connection; who asks for one afterwards gets a StoreError.

        What is under way ends first: a connection that comes back to a pool that is gone is never closed.
        """
        if self._ear:
            self._ear.close()
        self._turnstile.close()
        self._engine.dispose()

    def insert(self, table: sa.Table) -> Any:
        """Begin an INSERT in this database's own dialect, which knows ON CONFLICT."""
        return (postgresql if self.backend == "postgresql" else sqlite).insert(table)

    def upsert(self, connection: sa.Connection, table: sa.Table, keys: dict[str, Any], values: dict[str, Any]) -> None:
        """Insert a row, or replace the one with these keys."""
        statement = self.insert(table).values(**keys, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))

    def serialize(self, connection: sa.Connection, what: str) -> None:
        """Let one transaction at a time past here, of those that name the same; SQLite writes one at a time anyway."""
        if self.backend == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(what, 0))))

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Hand out a connection to read with."""
        with self._guarded(), self._connected() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one transaction. SQLite takes the write lock at its begin: a later upgrade could deadlock."""
        with self._guarded(), self._connected() as connection:
            if self.backend == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.info.pop(ANNOUNCED, None)
            yield connection
            connection.commit()
            announced = connection.info.pop(ANNOUNCED, ())
        for workspace_id in announced:
            self._tell(workspace_id)

    def announce(self, connection: sa.Connection, workspace_id: str) -> None:
        """Say in a transaction that it changes a workspace's copy: once it is through, whoever listens is told, in other processes too."""
        connection.info.setdefault(ANNOUNCED, {})[workspace_id] = True
        if self.backend == "postgresql":
            connection.execute(sa.select(sa.func.pg_notify(CHANNEL, f"{self._token} {workspace_id}")))

    def listen(self, listener: Callable[[str], object]) -> None:
        """Have the one listener called with each workspace whose copy is changed here or, on PostgreSQL, elsewhere; "" for all of them."""
        self._tell = listener
        if self.backend == "postgresql" and self._ear is None:
            self._ear = Ear(lambda: self._engine, self._token, listener)

    def spread(self, workspace_id: str) -> None:
        """Tell other processes that something of a workspace has changed."""
        if self.backend == "postgresql":
            with self.writing() as connection:
                connection.execute(sa.select(sa.func.pg_notify(CHANNEL, f"{self._token} {workspace_id}")))

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        with self._turnstile.passing(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn the database's faults into StoreError; set a damaged file aside. No address is shown."""
        engine = self._engine
        try:
            yield
        except sa.exc.DBAPIError as problem:
            if _is_damaged(problem):
                self._set_aside(engine)
                raise StoreError("The local copy was damaged and has been set aside; it is read from Clockify again.") from None
            log.warning("mirror: %s", type(problem.orig).__name__)
            raise StoreError("The local copy can't be read or written.") from None
        except sa.exc.TimeoutError:
            raise StoreError("The local copy is busy: no connection to it came free.") from None

    def _open(self, *, may_set_aside: bool = True) -> sa.Engine:
        try:
            engine = tables.open_engine(*self._address)
        except OSError:
            raise StoreError("The folder of the local copy can't be written.") from None
        except (sa.exc.ArgumentError, ImportError, ValueError):
            raise ConfigurationError("DATABASE_URL doesn't lead to a database that this installation can use.") from None
        found = file_of(engine)
        try:
            _make_tables(engine)
        except sa.exc.DBAPIError as problem:
            engine.dispose()
            if not (may_set_aside and _is_damaged(problem)):
                log.warning("mirror: %s", type(problem.orig).__name__)
                raise StoreError("The local copy can't be opened.") from None
            _move_away(engine, found)
            return self._open(may_set_aside=False)
        return engine

    def _set_aside(self, engine: sa.Engine) -> None:
        """Move the file away and begin another, unless somebody has: what stands there then is good."""
        with self._lock:
            if engine is not self._engine:
                return
            engine.dispose()
            _move_away(engine, self._file)
            self._engine = self._open()
            self._file = file_of(self._engine)


def _nobody(_: str) -> None:
    """Tell nobody."""


def _make_tables(engine: sa.Engine) -> None:
    """Make what is missing; make everything anew if the layout is another. One process at a time."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        tables.meta.create(connection, checkfirst=True)
        layout = connection.scalar(sa.select(tables.meta.c.value).where(tables.meta.c.name == "layout"))
        if layout != tables.LAYOUT:
            tables.metadata.drop_all(connection)
            tables.metadata.create_all(connection)
            connection.execute(sa.insert(tables.meta).values(name="layout", value=tables.LAYOUT))
        connection.commit()


def _is_damaged(problem: sa.exc.DBAPIError) -> bool:
    """Tell whether a SQLite file has lost what was in it: spoilt, or deleted while the app runs."""
    text = str(problem.orig) if isinstance(problem.orig, sqlite3.Error) else ""
    return any(words in text for words in ("malformed", "not a database", "no such table"))


def _move_away(engine: sa.Engine, damaged: FileId | None) -> None:
    """Keep a damaged file beside the new one, for whoever wants to look.

    A lock of SQLite's own lets one process at a time do so: the next finds another file
    there, a good one, and leaves it alone.
    """
    path = Path(str(engine.url.database))
    try:
        with closing(sqlite3.connect(path.with_name(f"{path.name}.lock"), timeout=BUSY_SECONDS)) as gate:
            gate.execute("BEGIN EXCLUSIVE")
            if damaged and file_of(engine) == damaged:
                _rename(path)
    except (OSError, sqlite3.Error):
        raise StoreError("The local copy is damaged and can't be moved out of the way.") from None


def _rename(path: Path) -> None:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    log.warning("mirror: %s is damaged, moved to %s", path.name, aside.name)
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
