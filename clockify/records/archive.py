"""All that people typed here in one file, and back out of it: on either database, from this layout or an older one.

The file is a zip of a SQLite database of these same tables and of its digest. So an older layout comes forward by the
migrations that there are, and what a later version brings can't be forgotten: every table of `tables.metadata` is copied.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from clockify.engines import make_private, open_engine
from clockify.errors import BackupRefused, NotesTooNew
from clockify.records import tables
from clockify.records.database import Database, bring_forward
from clockify.writes import State

FORMAT = "clockify-dashboard records 1"
ROWS_AT_ONCE = 500
# Hundred thousands of notes are some tens of megabytes: what unpacks to more than this is none of ours.
LARGEST = 4 * 1024**3
_ABOUT, _RECORDS = "about.json", "records.sqlite"
_NONE_OF_OURS = "This file is damaged, or no backup of what is written down here; nothing was changed."
_REASON = "This comes from a backup: what became of it since isn't known."


@dataclass(frozen=True)
class Stock:
    """What is in a backup: rows by table, the layout they were kept in, and when it was made."""

    rows: Mapping[str, int]
    layout: str
    made_at: str

    @property
    def total(self) -> int:
        """How many rows it has."""
        return sum(self.rows.values())


def back_up(database: Database, file: Path, now: datetime, *, replace: bool = False) -> Stock:
    """Write everything into a file that its owner alone can read, as of one moment; the file is there whole or not at all.

    Raises BackupRefused where there is nothing to keep, or the file is there already and `replace` doesn't say so.
    """
    if file.exists() and not replace:
        raise BackupRefused(f"{file.name} is there already. Choose another name, or say --replace.")
    with _unpacked() as folder:
        with _engine_of(folder / _RECORDS) as engine, database.reading() as source, engine.connect() as target:
            target.exec_driver_sql("BEGIN")
            rows = _copy(source, target)
            target.commit()
        if not sum(rows.values()):
            raise BackupRefused("Nothing is written down in this database yet: no backup was made. Is DATABASE_URL the right one?")
        stock = Stock(rows, tables.LAYOUT, now.isoformat(timespec="seconds"))
        _pack(folder / _RECORDS, file, stock)
    return stock


def restore(database: Database, file: Path, now: datetime, *, replace: bool = False) -> Stock:
    """Put back what a file has, all of it or nothing, in place of what is there if `replace` says so.

    Raises BackupRefused for a file that is damaged or none of ours, and where something is there already; NotesTooNew for one
    of a newer layout.
    """
    with _unpacked() as folder:
        stock = _unpack(file, folder / _RECORDS)
        with _brought_forward(folder / _RECORDS) as engine, engine.connect() as source, database.writing() as target:
            _shut_out_others(target)
            before = _versions(target)
            if _has_rows(target) and not replace:
                raise BackupRefused("Something is written down here already. To put the backup in its place, say --replace.")
            for table in reversed(tables.metadata.sorted_tables):
                target.execute(sa.delete(table))
            rows = _copy(source, target)
            _settle(target, before, now)
    return Stock(rows, stock.layout, stock.made_at)


def _copy(source: sa.Connection, target: sa.Connection) -> dict[str, int]:
    """Copy every row of every table; return how many."""
    counts = {}
    for table in tables.metadata.sorted_tables:
        found = source.execute(sa.select(table).execution_options(yield_per=ROWS_AT_ONCE))
        counts[table.name] = 0
        for few in found.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in few])
            counts[table.name] += len(few)
    return counts


def _settle(target: sa.Connection, before: Mapping[str, int], now: datetime) -> None:
    """Make what was put back safe to go on with."""
    # What waited to be sent may have been since: it is looked up before anybody sends it again.
    writes = tables.writes
    waits = sa.update(writes).where(writes.c.state == State.TO_SEND, sa.not_(writes.c.dismissed))
    target.execute(waits.values(state=State.UNKNOWN.value, reason=_REASON, sent_at=writes.c.at, retry_at=None))
    # Whoever has older notes in memory sees that they are others now.
    versions = tables.versions
    fresh = max([int(now.timestamp() * 1000), *before.values(), *_versions(target).values()]) + 1
    target.execute(sa.update(versions).values(version=fresh))
    if target.dialect.name == "postgresql":
        for table in tables.metadata.sorted_tables:
            _wind_on(target, table)


def _wind_on(target: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL count on from the highest number of a table; SQLite does so by itself."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    highest = sa.select(sa.func.max(column)).scalar_subquery()
    target.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))


def _shut_out_others(target: sa.Connection) -> None:
    """Let nobody read or write meanwhile: half of the old and half of the new is nothing; SQLite has done so already."""
    if target.dialect.name == "postgresql":
        names = ", ".join(target.dialect.identifier_preparer.format_table(table) for table in tables.metadata.sorted_tables)
        target.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def _has_rows(connection: sa.Connection) -> bool:
    return any(connection.scalar(sa.select(sa.literal(1)).select_from(one).limit(1)) for one in tables.metadata.sorted_tables)


def _versions(connection: sa.Connection) -> dict[str, int]:
    found = connection.execute(sa.select(tables.versions.c.workspace_id, tables.versions.c.version))
    return {row.workspace_id: row.version for row in found}


@contextmanager
def _unpacked() -> Iterator[Path]:
    """Make a folder for its owner alone, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clockify-backup-") as folder:
        yield Path(folder)


@contextmanager
def _engine_of(path: Path) -> Iterator[sa.Engine]:
    """Open an unpacked database in today's layout."""
    engine = open_engine(sa.URL.create("sqlite", database=str(path)))
    try:
        bring_forward(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _brought_forward(path: Path) -> Iterator[sa.Engine]:
    """Open what was unpacked, in today's layout; raise BackupRefused for what is no such database."""
    with ExitStack() as stack:
        try:
            engine = stack.enter_context(_engine_of(path))
            with engine.connect() as connection:
                # Every row once, before anything is taken away for it.
                for table in tables.metadata.sorted_tables:
                    for _ in connection.execute(sa.select(table).execution_options(yield_per=ROWS_AT_ONCE)):
                        pass
        except NotesTooNew:
            raise NotesTooNew("This backup was made by a newer version of this app; nothing was changed.") from None
        except (sa.exc.SQLAlchemyError, ValueError, TypeError):
            raise BackupRefused(_NONE_OF_OURS) from None
        yield engine


def _pack(records: Path, file: Path, stock: Stock) -> None:
    """Write the file beside its place, then put it there."""
    with closing(sqlite3.connect(records)) as kept:
        # One file alone, without side files.
        kept.execute("PRAGMA journal_mode=DELETE")
    about = {"format": FORMAT, "layout": stock.layout, "made_at": stock.made_at, "rows": stock.rows, "sha256": _digest(records)}
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        make_private(unfinished)
        with unfinished.open("r+b") as raw_file:
            with zipfile.ZipFile(raw_file, "w", zipfile.ZIP_DEFLATED) as packed:
                packed.writestr(_ABOUT, json.dumps(about, indent=1))
                packed.write(records, _RECORDS)
            raw_file.flush()
            os.fsync(raw_file.fileno())
        unfinished.replace(file)
    except OSError as fault:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise BackupRefused(f"The backup can't be written there ({fault.strerror}).") from None


def _unpack(file: Path, place: Path) -> Stock:
    """Write the database of a backup to a place, if it is whole."""
    try:
        with zipfile.ZipFile(file) as packed:
            about = json.loads(packed.read(_ABOUT)) if packed.getinfo(_ABOUT).file_size < 1024**2 else {}
            if about["format"] != FORMAT or packed.getinfo(_RECORDS).file_size > LARGEST:
                raise BackupRefused(_NONE_OF_OURS)
            with packed.open(_RECORDS) as source, place.open("wb") as target:
                while piece := source.read(1024**2):
                    target.write(piece)
        stock = Stock(dict(about["rows"]), str(about["layout"]), str(about["made_at"]))
        is_whole = about["sha256"] == _digest(place)
    except FileNotFoundError:
        raise BackupRefused(f"There is no file {file.name}.") from None
    except OSError as fault:
        raise BackupRefused(f"The file can't be read ({fault.strerror or 'it is damaged'}); nothing was changed.") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, RuntimeError, EOFError):
        # All that a zip raises that is cut off, changed, locked, or holds something else.
        is_whole = False
    if not is_whole:
        raise BackupRefused(_NONE_OF_OURS)
    return stock


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
