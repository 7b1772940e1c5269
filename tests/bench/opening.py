"""How long the mirror takes to open what it keeps, and how large that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from clockify.frames import concat_frames, empty_cube, empty_entries
from clockify.mirror.mirror import Mirror
from clockify.periods import Month
from tests.bench.stage import Figure, Missing, Stage, World, milliseconds, timed
from tests.support.databases import Place
from tests.support.mirrors import mirror_of

SIZES = (100_000, 1_000_000)
TIMES = 3
# What the table needs when somebody groups by tag.
FEW = ("day", "user_id", "project_id", "task_id", "tag_ids", "billable", "rate", "seconds", "amount_ticks", "currency")


def measure(stage: Stage) -> Iterator[Figure]:
    """Open all months of a world as one frame: cubes, rows with the columns of a grouping, whole rows."""
    lack: Missing | None = None
    for size in SIZES:
        world = stage.world(size)
        yield from _in(world, world.place, "SQLite")
        try:
            place = stage.in_postgres(world)
        except Missing as missing:
            lack = missing
        else:
            yield from _in(world, place, "PostgreSQL")
    if lack:
        raise lack


def _in(world: World, place: Place, name: str) -> Iterator[Figure]:
    size = f"{world.entries:>9,} entries, {name}"
    with mirror_of(world.server, place) as copy:
        for what, open_all in _openings(copy.mirror, world.months).items():
            rows = len(open_all())
            yield Figure(f"{size}, {what}", f"{milliseconds([timed(open_all) for _ in range(TIMES)])}, {rows:,} rows")
    yield Figure(f"{size}, on disk", f"{_size(place) / 1e6:,.1f} MB")


def _openings(mirror: Mirror, months: tuple[Month, ...]) -> dict[str, Callable[[], pd.DataFrame]]:
    return {
        "cubes": lambda: concat_frames([_there(mirror.cube(month)) for month in months], empty_cube()),
        "rows, 10 columns": lambda: concat_frames([_there(mirror.entries(month, FEW)) for month in months], empty_entries()[list(FEW)]),
        "rows, whole": lambda: concat_frames([_there(mirror.entries(month)) for month in months], empty_entries()),
    }


def _there(frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None:
        raise RuntimeError("a month is not in the copy")
    return frame


def _size(place: Place) -> int:
    """Return the bytes that the months take: PostgreSQL's table, or the whole SQLite file, vacuumed."""
    if place.url is None:
        raise ValueError("a copy has an address")
    engine = sa.create_engine(place.url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                return int(connection.scalar(sa.text("SELECT pg_total_relation_size('mirror_months')")) or 0)
            connection.execute(sa.text("VACUUM"))
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
            return Path(str(engine.url.database)).stat().st_size
    finally:
        engine.dispose()
