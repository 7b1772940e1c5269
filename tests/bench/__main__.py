"""Print how fast the app is and what it costs: `python -m tests.bench [--only start,reruns]`.

Nothing here is a test: figures depend on the machine, which is why the first line names it.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.bench import (
    detailed,
    exports,
    forecasts,
    hooks,
    hosting,
    large,
    memory,
    opening,
    plans,
    reruns,
    scrapes,
    start,
    taking,
    thrift,
    traffic,
    viewers,
    writing,
)
from tests.bench.stage import Figure, Missing, Stage

SECTIONS = {
    "requests": ("Requests", traffic.measure),
    "thrift": ("Keeping in step with edits, in requests", thrift.measure),
    "writing": ("Logging time, in requests", writing.measure),
    "hooks": ("Webhooks", hooks.measure),
    "start": ("Start, in Chromium", start.measure),
    "reruns": ("A filter is clicked, in Chromium", reruns.measure),
    "viewers": ("A click without a browser: processor time, time, bytes; many viewers", viewers.measure),
    "hosting": ("Two processes behind the proxy, on one PostgreSQL", hosting.measure),
    "metrics": ("A scrape of the numbers", scrapes.measure),
    "plans": ("People and Projects at 500 people × 800 projects", plans.measure),
    "detailed": ("The detailed page, in Chromium", detailed.measure),
    "opening": ("Months are opened from the mirror", opening.measure),
    "memory": ("Memory of the app's process", memory.measure),
    "large": ("A large year arrives through the page, in Chromium", large.measure),
    "taking": ("A file is taken while somebody else clicks, in Chromium", taking.measure),
    "files": ("Files of entries are made", exports.measure),
    "forecasts": ("How often the forecast holds on series that are made up; wanted: 0.80", forecasts.measure),
}


def main() -> None:
    wanted = _parser().parse_args().only
    print(environment())
    with tempfile.TemporaryDirectory(prefix="clockify-bench-") as folder, Stage(Path(folder)) as stage:
        for name in wanted:
            title, measure = SECTIONS[name]
            print(f"\n{title}")
            for figure in _measured(measure(stage)):
                print(f"  {figure.what:<58}{figure.value}", flush=True)


def environment() -> str:
    """Name the machine, what runs on it, and the day."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "pandas", "pyarrow", "altair", "sqlalchemy"))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {packages}; {date.today()}"


def _measured(figures: Iterator[Figure]) -> Iterator[Figure]:
    """Yield a section's figures; what the machine lacks for the rest of it is the last one."""
    try:
        yield from figures
    except Missing as lack:
        yield Figure(str(lack), "not measured")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(SECTIONS), help=f"some of {','.join(SECTIONS)} (default: all)")
    return parser


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(SECTIONS):
        raise argparse.ArgumentTypeError(f"no such section: {', '.join(sorted(unknown))}")
    return names


if __name__ == "__main__":
    sys.exit(main())
