"""What a scrape of the numbers costs at an agency's size, in time and in requests."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

from clockify.demo import agency_world, create_app, serve
from clockify.desk.desk import Desk
from clockify.periods import Month
from clockify.settings import Settings, parse_settings
from clockify.web.metrics import serve_metrics
from tests.bench.stage import MONTHS, READ_SECONDS, Figure, Stage, milliseconds
from tests.bench.viewers import ENTRIES, PEOPLE, PROJECTS
from tests.conftest import keyed
from tests.support.databases import free_port

SCRAPES = 30


def measure(stage: Stage) -> Iterator[Figure]:
    """Read all there is, then scrape; on SQLite and on PostgreSQL."""
    world = agency_world(datetime.now(UTC), people=PEOPLE, projects=PROJECTS, entries=ENTRIES)
    with serve(create_app(world)) as server:
        for kind, address in (("SQLite", None), ("PostgreSQL", stage.new_database())):
            folder = stage.new_folder(f"scrapes {kind}")
            environment = keyed(server, folder) | ({"DATABASE_URL": address} if address else {})
            desk = Desk(parse_settings(environment), folder)
            _read(desk, desk.settings)
            asked = len(server.requests)
            seconds, size = _scrape(desk)
            yield Figure(f"{MONTHS} months on {kind}", f"{milliseconds(seconds)}, {size:,} bytes, {len(server.requests) - asked} requests")
            desk.close()


def _read(desk: Desk, settings: Settings) -> None:
    account = desk.account(settings)
    account.open()
    mirror = desk.mirror(account, None, None)
    job = mirror.ensure_lists()
    if job:
        mirror.wait_for(job, READ_SECONDS)
    newest = Month.of(datetime.now(UTC).date())
    mirror.wait(mirror.open_months([newest.after(-back) for back in range(MONTHS)]), READ_SECONDS)


def _scrape(desk: Desk) -> tuple[list[float], int]:
    port, taken, size = free_port(), [], 0
    stop = serve_metrics(lambda: desk, port)
    for _ in range(SCRAPES):
        began = time.perf_counter()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as reply:
            size = len(reply.read())
        taken.append(time.perf_counter() - began)
    stop()
    return taken, size
