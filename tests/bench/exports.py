"""How long files of entries take to make, how large they are, and what making them costs in memory."""

from __future__ import annotations

import gc
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pandas as pd

from clockify.directory import Directory
from clockify.frames import concat_frames, empty_entries
from clockify.periods import Period
from clockify.render.facts import Facts
from clockify.render.files.clockify_csv import SOLIDTIME, detailed_csv
from clockify.render.files.comma import entries_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.xlsx import entries_xlsx
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT
from tests.bench.stage import Figure, Missing, Stage, World
from tests.support.mirrors import mirror_of

SIZES = (100_000, 1_000_000)
STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True)
class Contents:
    """What files are made of."""

    entries: pd.DataFrame
    directory: Directory
    facts: Facts


Make = Callable[[Contents], bytes]
FILES: dict[str, Make] = {
    "CSV": lambda one: entries_csv(one.entries, one.directory, one.facts.zone),
    "CSV, Clockify's columns": lambda one: detailed_csv(one.entries, one.directory, one.facts.zone, SOLIDTIME, emails={}),
    "JSON": lambda one: entries_json(one.entries, one.directory, one.facts),
    "XLSX": lambda one: entries_xlsx(one.entries, one.directory, one.facts),
}


def measure(stage: Stage) -> Iterator[Figure]:
    """Make each file of all entries of a world, each in a process of its own: what another one freed would hide what it takes."""
    if not RESET.exists():
        raise Missing("no /proc here, which tells the peak of a process's memory")
    for size in SIZES:
        kept = _kept(stage, stage.world(size))
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
            for name in FILES:
                yield Figure(f"{size:>9,} entries, {name}", pool.submit(_made, kept, name).result())


def _made(path: Path, name: str) -> str:
    """Make a file; the peak is of this process, beyond what it had with the frame in memory, the file itself included."""
    contents: Contents = pickle.loads(path.read_bytes())
    frame = int(contents.entries.memory_usage(deep=True).sum())
    gc.collect()
    before = _memory("VmRSS")
    RESET.write_text("5")  # proc(5): lets the peak begin at what there is
    begun = perf_counter()
    size = len(FILES[name](contents))
    seconds, extra = perf_counter() - begun, _memory("VmHWM") - before
    return f"{seconds:,.1f} s, {size / 1e6:,.1f} MB, peak {extra / 1e6:,.0f} MB more than with the frame ({frame / 1e6:,.0f} MB) alone"


def _memory(field: str) -> int:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def _kept(stage: Stage, world: World) -> Path:
    """Write the contents to a file for the processes."""
    with mirror_of(world.server, world.place) as copy:
        found = [copy.entries(month) for month in world.months]
        entries = concat_frames([frame for frame in found if frame is not None], empty_entries())
        directory = copy.mirror.directory().with_names([copy.names(month) for month in world.months])
        period, zone = Period(world.months[0].period.start, world.months[-1].period.end), copy.mirror.zone
    totals = totals_of(entries)
    facts = Facts("Detailed", "Bench", period, zone, "Everyone", EXACT, totals, totals, datetime.now(UTC))
    path = stage.new_folder(f"files-{world.entries}") / "contents.pickle"
    path.write_bytes(pickle.dumps(Contents(entries, directory, facts)))
    return path
