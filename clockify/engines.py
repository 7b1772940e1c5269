"""How a database is reached: PostgreSQL by its address, else a SQLite file that its owner alone can read.

A word of the two rooms that keep something; what they keep, and what becomes of it, is theirs to say.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from clockify.errors import StoreError

BUSY_SECONDS = 20
CONNECT_SECONDS = 5

FileId = tuple[int, int]


class Turnstile:
    """Counts who is inside; once it is closed nobody comes in any more."""

    def __init__(self, refusal: str) -> None:
        self._refusal = refusal
        self._idle = threading.Condition()
        self._inside, self._is_closed = 0, False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside for a while; raise StoreError with the refusal if it has been closed."""
        with self._idle:
            if self._is_closed:
                raise StoreError(self._refusal)
            self._inside += 1
        try:
            yield
        finally:
            with self._idle:
                self._inside -= 1
                self._idle.notify_all()

    def close(self) -> None:
        """Let nobody in, and wait until all have left, though not for ever."""
        with self._idle:
            self._is_closed = True
            self._idle.wait_for(lambda: not self._inside, BUSY_SECONDS)


def address_of(database_url: str | None, file: Path) -> sa.URL:
    """Return what an address means, short forms that hosting services hand out included; without one, SQLite in `file`."""
    if not database_url:
        return sa.URL.create("sqlite", database=str(file))
    if database_url.startswith("sqlite"):
        return sa.make_url(database_url)
    parsed = sa.make_url(database_url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def open_engine(url: sa.URL, *, is_durable: bool = False) -> sa.Engine:
    """Make ready to use a database; a SQLite file is made, readable by its owner only.

    `is_durable`: what is written outlives a loss of power at once, which takes a few milliseconds more.
    """
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, connect_args=_patience(url), pool_pre_ping=True, hide_parameters=True)
    if url.database:
        make_private(Path(url.database))
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", partial(_prepare_sqlite, is_durable))
    return engine


def file_of(engine: sa.Engine) -> FileId | None:
    """Return which file a SQLite address leads to now; None where there is none."""
    path = Path(str(engine.url.database))
    if engine.dialect.name != "sqlite" or not path.exists():
        return None
    found = path.stat()
    return found.st_dev, found.st_ino


def make_private(path: Path) -> None:
    """Create folder and file for the owner alone; SQLite gives its side files the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def _patience(url: sa.URL) -> dict[str, int]:
    """Let nobody wait long for a server that doesn't answer; an address may say otherwise."""
    known = url.drivername.startswith("postgresql+psycopg") and "connect_timeout" not in url.query
    return {"connect_timeout": CONNECT_SECONDS} if known else {}


def _prepare_sqlite(is_durable: bool, connection: Any, _record: Any) -> None:
    """Let readers and one writer work at once, and leave BEGIN to us (see `writing` of the databases)."""
    connection.isolation_level = None
    _use_wal(connection)
    connection.execute(f"PRAGMA synchronous={'FULL' if is_durable else 'NORMAL'}")


def _use_wal(connection: Any) -> None:
    """Switch to WAL. The first users of a new file can collide in that, and SQLite's own patience doesn't cover it."""
    end = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or monotonic() > end:
                raise
            sleep(0.02)
        else:
            return
