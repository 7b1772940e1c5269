"""How long somebody waits for the first chart."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from tests.bench.stage import Figure, Stage, milliseconds
from tests.bench.watching import FIRST_CHART, PATIENCE_MS

STARTS, VISITS = 3, 5


def measure(stage: Stage) -> Iterator[Figure]:
    """Start the app on the demo workspace and open its overview: first visitor, then others."""
    healthy, cold, warm = [], [], []
    for number in range(STARTS):
        begun = perf_counter()
        with stage.app() as app:
            healthy.append(perf_counter() - begun)
            cold.append(_visit(stage, app.url))
            if number == 0:
                warm = [_visit(stage, app.url) for _ in range(VISITS)]
    yield Figure("process to health", milliseconds(healthy))
    yield Figure("page to first chart, first visitor (demo made and read)", milliseconds(cold))
    yield Figure("page to first chart, further visitors (empty caches)", milliseconds(warm))


def _visit(stage: Stage, url: str) -> float:
    with stage.page() as page:
        begun = perf_counter()
        page.goto(url)
        page.wait_for_selector(FIRST_CHART, timeout=PATIENCE_MS)
        return perf_counter() - begun
