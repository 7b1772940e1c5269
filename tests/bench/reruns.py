"""How long a click on a filter takes, by the number of entries on screen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

from tests.bench.process import processor_seconds
from tests.bench.stage import Figure, Stage, World, milliseconds
from tests.bench.watching import Watch

SIZES = (1_000, 10_000, 100_000)
CLICKS = 9
WARMING = 3  # each of the three settings of the filter once


def measure(stage: Stage) -> Iterator[Figure]:
    """Click through All, Yes and No of "Billable"; from the click until the page stands still."""
    for size in SIZES:
        yield from _at(stage, stage.world(size))


def _at(stage: Stage, world: World) -> Iterator[Figure]:
    with stage.app(**world.environment) as app, stage.page() as page:
        watch = Watch(page)
        watch.open(f"{app.url}{world.address}")
        served = len(world.server.requests)
        words = islice(cycle(("Yes", "No", "All")), WARMING + CLICKS)
        clicks = [page.locator(".st-key-billable").get_by_text(word, exact=True).click for word in words]
        for click in clicks[:WARMING]:
            watch.rerun(click)
        used = processor_seconds(app.pid)
        runs = [watch.rerun(click) for click in clicks[WARMING:]]
        size = f"{world.entries:>7,} entries"
        yield Figure(f"{size}, click to new figures", milliseconds([run.painted for run in runs]))
        yield Figure(f"{size}, click to settled page", milliseconds([run.settled for run in runs]))
        yield Figure(f"{size}, message to end of script", milliseconds([run.server for run in runs]))
        if used is not None and (now := processor_seconds(app.pid)):
            yield Figure(f"{size}, processor time of the app a click", f"{(now - used) / CLICKS * 1000:,.0f} ms")
        yield Figure(f"{size}, received (uncompressed)", f"{max(run.received for run in runs) / 1000:,.0f} kB at most")
        yield Figure(f"{size}, requests to Clockify for {WARMING + CLICKS} clicks", f"{len(world.server.requests) - served}")
