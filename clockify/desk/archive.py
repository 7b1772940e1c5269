"""Backup and restore of what people typed here, where the settings say that it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from clockify.records import archive
from clockify.records.archive import Stock as Stock
from clockify.records.database import Database
from clockify.settings import Settings


def back_up(settings: Settings, data_folder: Path, file: Path, now: datetime, *, replace: bool = False) -> Stock:
    """Write all of it into a file; raises BackupRefused, StoreError and ConfigurationError, each of them a sentence."""
    with _opened(settings, data_folder) as database:
        return archive.back_up(database, file, now, replace=replace)


def restore(settings: Settings, data_folder: Path, file: Path, now: datetime, *, replace: bool = False) -> Stock:
    """Put back what a file has, all or nothing; raises as `back_up` does."""
    with _opened(settings, data_folder) as database:
        return archive.restore(database, file, now, replace=replace)


@contextmanager
def _opened(settings: Settings, data_folder: Path) -> Iterator[Database]:
    database = Database(settings.database_url, data_folder)
    try:
        yield database
    finally:
        database.close()
