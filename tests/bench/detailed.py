"""How long the list of all entries takes: when its page is chosen, filtered, searched, sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.bench.stage import Figure, Stage, World, milliseconds
from tests.bench.watching import Watch, billable_clicks

SIZES = (1_000, 100_000)
ROUNDS = 4
SUMS = ".st-key-entries [data-testid=stMarkdown]"  # the sums of what is shown, above the list


def measure(stage: Stage) -> Iterator[Figure]:
    """Come from the overview by the menu, then filter; from the click until the page stands still."""
    for size in SIZES:
        yield from _at(stage, stage.world(size))


def _at(stage: Stage, world: World) -> Iterator[Figure]:
    with stage.app(**world.environment) as app, stage.page() as page:
        watch = Watch(page)
        watch.open(f"{app.url}{world.address}", SUMS)
        pages, billable = _menu(page, ("Detailed", "Overview")), billable_clicks(page)
        served = len(world.server.requests)
        watch.rerun(pages[0])
        watch.rerun(pages[1])
        comings = []
        for _ in range(ROUNDS):
            comings.append(watch.rerun(pages[0]))
            watch.rerun(pages[1])
        comings.append(watch.rerun(pages[0]))
        clicks = [*billable, *_without(page)]
        for click in clicks:
            watch.rerun(click)
        runs = [watch.rerun(click) for _ in range(ROUNDS) for click in clicks]
        size = f"{world.entries:>7,} entries"
        for what, measured in (("page chosen to settled", comings), ("filter clicked to settled", runs)):
            yield Figure(f"{size}, {what.split()[0]}, click to new sums", milliseconds([run.painted for run in measured]))
            yield Figure(f"{size}, {what}", milliseconds([run.settled for run in measured]))
            yield Figure(f"{size}, {what.split()[0]}, message to end of script", milliseconds([run.server for run in measured]))
            yield Figure(
                f"{size}, {what.split()[0]}, received (uncompressed)", f"{max(run.received for run in measured) / 1000:,.0f} kB at most"
            )
        yield Figure(f"{size}, requests to Clockify for all of it", f"{len(world.server.requests) - served}")


def _menu(page: Any, names: Sequence[str]) -> list[Callable[[], object]]:
    return [page.get_by_test_id("stSidebarNav").get_by_text(name, exact=True).click for name in names]


def _without(page: Any) -> list[Callable[[], object]]:
    """Return the clicks that ask for entries without a task, and let go of that."""
    return [page.locator(".st-key-without").get_by_text("no task", exact=True).click] * 2
