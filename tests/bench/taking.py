"""A file is taken on one tab: how long that takes, and what somebody who clicks on another one feels."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from clockify.periods import Period
from tests.bench.stage import Figure, Stage, World, milliseconds
from tests.bench.watching import Watch, usual_clicks
from tests.support.servers import AppServer

PATIENCE_SECONDS = 120
CLICKS = 9
# Of all there is, and of the last whole month.
LONG, MONTHLY = ("entries-csv", "entries-xlsx", "entries-json"), ("summary-pdf",)


def measure(stage: Stage) -> Iterator[Figure]:
    """Take files of 100 000 and of a million entries, and the summary of a month, while another tab is clicked on."""
    for size, keys in ((100_000, LONG), (1_000_000, ("entries-csv",))):
        world = stage.world(size)
        with stage.app(**world.environment) as app, stage.page() as other, stage.page() as page:
            yield from _taken(app, world, other, page, keys)


def _taken(app: AppServer, world: World, other: Any, page: Any, keys: tuple[str, ...]) -> Iterator[Figure]:
    month = world.months[-2].period
    watch = Watch(other)
    watch.open(f"{app.url}/?{_days(month)}")
    clicks, usual = usual_clicks(watch, other, CLICKS)
    size = f"{world.entries:>9,} entries"
    yield Figure(f"{size}, another viewer's click before", milliseconds(usual))
    whole = Period(world.months[0].period.start, world.months[-1].period.end)
    for path, days, wanted in (("detailed", whole, keys), ("", month, MONTHLY)):
        page.goto(f"{app.url}/{path}?{_days(days)}")
        for key in wanted:
            button = page.locator(f".st-key-download-{key} button")
            button.wait_for(timeout=PATIENCE_SECONDS * 1000)
            page.wait_for_timeout(2000)
            took, meanwhile = _take(page, button.click, watch, clicks)
            yield Figure(f"{size}, {key}: click to file", f"{took:,.2f} s")
            if meanwhile:
                yield Figure(f"{size}, {key}: another viewer's click meanwhile", milliseconds(meanwhile))


def _take(page: Any, click: Callable[[], object], watch: Watch, clicks: Iterator[Callable[[], object]]) -> tuple[float, list[float]]:
    came: list[float] = []
    page.once("download", lambda _: came.append(time.monotonic()))
    began, meanwhile = time.monotonic(), []
    click()
    while not came and time.monotonic() - began < PATIENCE_SECONDS:
        meanwhile.append(watch.rerun(next(clicks)).painted)
    if not came:
        raise RuntimeError("the file did not come")
    return came[0] - began, meanwhile


def _days(period: Period) -> str:
    return f"period=custom&from={period.start}&to={period.last_day}"
