"""Processes that read, check or change a copy until they are killed; forked from one that has everything loaded."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from clockify.mirror.changes import Change
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import Copy, mirror_of

MONTHS = tuple(Month(2026, 11).after(-back) for back in range(4))
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.support.killing", "sqlite3", "psycopg"])
BEGINS = datetime(2026, 11, 20, 12, tzinfo=UTC)


def start(kind: str, server: Any, place: Place) -> ForkServerProcess:
    """Start a process that does one kind of work on a copy again and again."""
    where = (server.api_url, server.reports_url, place.url, str(place.folder))
    process = CONTEXT.Process(target=_work, args=(kind, *where), daemon=True)
    process.start()
    return process


def _work(kind: str, api_url: str, reports_url: str, url: str | None, folder: str) -> None:
    moment = [BEGINS]
    served = SimpleNamespace(api_url=api_url, reports_url=reports_url)
    with mirror_of(served, Place(url, Path(folder)), clock=lambda: moment[0]) as copy:
        while True:
            WORK[kind](copy)
            moment[0] += timedelta(hours=2)


def _read(copy: Copy) -> None:
    for month in copy.mirror.states():
        copy.store.months.forget(copy.mirror.scope, month)
    copy.read(*MONTHS)


def _check(copy: Copy) -> None:
    copy.read(*MONTHS, person=True)


def _apply(copy: Copy) -> None:
    """Move one entry between two months, to and fro, and put one in and out."""
    for month in (10, 11):
        start, end = (f"2026-{month}-05T0{hour}:00:00Z" for hour in (8, 9))
        row = {"id": "wanderer", "userId": "u", "billable": False, "timeInterval": {"start": start, "end": end}, "description": month}
        copy.mirror.apply([Change("wanderer", row | {"description": f"in {month}"})])
    copy.mirror.apply([Change("wanderer", None)])


WORK: dict[str, Callable[[Copy], None]] = {"read": _read, "check": _check, "apply": _apply}
