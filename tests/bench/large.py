"""A year of a very large team arrives through the open page: how long, how much memory, and what another viewer feels."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from clockify.demo import RunningServer, agency_world, create_app, serve
from clockify.periods import Month
from tests.bench.process import peak_megabytes, resident, resident_megabytes
from tests.bench.stage import Figure, Stage, milliseconds
from tests.bench.watching import Watch, usual_clicks
from tests.conftest import keyed

ENTRIES, PEOPLE = 1_120_000, 900  # over thirteen months; about 948 000 of them in eleven
PATIENCE_SECONDS = 300
CLICKS = 6
SUMS = ".st-key-entries [data-testid=stMarkdown]"


def measure(stage: Stage) -> Iterator[Figure]:
    """Open /detailed over eleven months of a strict stand-in: 1000 rows a page, 50 ms a reply, 50 requests a second."""
    world = agency_world(datetime.now(UTC), people=PEOPLE, entries=ENTRIES, former=False)
    app = create_app(world, requests_per_second=50, delay=0.05)
    with serve(app) as server:
        newest = Month.of(datetime.now(UTC).astimezone(world.zone).date())
        yield from _measured(stage, server, newest.after(-11), newest)


def _measured(stage: Stage, server: RunningServer, early: Month, newest: Month) -> Iterator[Figure]:
    with stage.app(**keyed(server, stage.new_folder("large"))) as app, stage.page() as other, stage.page() as page:
        watch = Watch(other)
        watch.open(f"{app.url}/?period=custom&from={early.period.start}&to={early.period.last_day}")
        clicks, usual = usual_clicks(watch, other, CLICKS)
        yield Figure("another viewer's click before", milliseconds(usual))
        yield Figure("memory before", resident(app.pid))
        served, began = len(server.requests), time.monotonic()
        page.goto(f"{app.url}/detailed?period=custom&from={newest.after(-10).period.start}&to={newest.period.last_day}")
        meanwhile = []
        while not page.locator(SUMS).count() and time.monotonic() - began < PATIENCE_SECONDS:
            meanwhile.append(watch.rerun(next(clicks)).painted)
            page.wait_for_timeout(200)
        took = time.monotonic() - began
        text = page.locator(SUMS).first.inner_text() if page.locator(SUMS).count() else "not there"
        yield Figure("rows on screen", f"{' '.join(text.split())[:90]}")
        yield Figure(
            "the year through the page",
            f"{took:,.1f} s, {len(server.requests) - served:,} requests, {app.log.count('RateLimited')} refused",
        )
        yield Figure("another viewer's click meanwhile", milliseconds(meanwhile))
        yield Figure("memory at its peak", f"{peak_megabytes(app.pid):,.0f} MB")
        yield from _afterwards(app.pid, page)


def _afterwards(process: int, page: Any) -> Iterator[Figure]:
    for seconds in (5, 40):
        page.wait_for_timeout(seconds * 1000)
        yield Figure(f"memory {seconds} s afterwards", f"{resident_megabytes(process):,.0f} MB")
