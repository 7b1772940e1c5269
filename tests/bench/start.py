"""How long somebody waits for the first chart, beside a bare page's, and for another page of the menu."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from tests.bench.stage import Figure, Stage, milliseconds
from tests.bench.viewers import BARE
from tests.bench.watching import PATIENCE_MS, Watch

STARTS, VISITS, ROUNDS = 3, 5, 4
ANY_CHART = "[data-testid=stVegaLiteChart] [aria-roledescription=bar]"
PAGES = ("Detailed", "Weekly", "Billable", "Overview")


def measure(stage: Stage) -> Iterator[Figure]:
    """Start the app on the demo workspace and open its overview: first visitor, then others, then by its menu; a bare page between."""
    healthy, cold, warm, bare = [], [], [], []
    for _ in range(STARTS):
        begun = perf_counter()
        with stage.app() as app, stage.app(script=BARE) as beside:
            healthy.append(perf_counter() - begun)
            cold.append(_visit(stage, app.url))
            _visit(stage, beside.url)
            for _ in range(VISITS):
                warm.append(_visit(stage, app.url))
                bare.append(_visit(stage, beside.url))
            moves = _moves(stage, app.url)
    yield Figure("process to health, two of them at once", milliseconds(healthy))
    yield Figure("page to first chart, first visitor (demo made and read)", milliseconds(cold))
    ratio = f"{median(warm) / median(bare):.2f} × a bare page's {milliseconds(bare)}"
    yield Figure("page to first chart, further visitors (empty caches)", f"{milliseconds(warm)} · {ratio}")
    for name, times in moves.items():
        server, settled = (list(column) for column in zip(*times, strict=True))
        yield Figure(f"to {name} by the menu: server done, page still", f"{milliseconds(server)}, {milliseconds(settled)}")


def _moves(stage: Stage, url: str) -> dict[str, list[tuple[float, float]]]:
    """Return how long each page took from a click in the menu until the script had ended, and until nothing changed any more."""
    with stage.page() as page:
        watch = Watch(page)
        watch.open(url)
        links = {name: page.locator("[data-testid=stSidebarNav]").get_by_text(name, exact=True) for name in PAGES}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in PAGES}
        for turn in range(ROUNDS + 1):
            for name, link in links.items():
                run = watch.rerun(link.click)
                if turn:
                    times[name].append((run.server, run.settled))
        return times


def _visit(stage: Stage, url: str) -> float:
    with stage.page() as page:
        begun = perf_counter()
        page.goto(url)
        page.wait_for_selector(ANY_CHART, timeout=PATIENCE_MS)
        return perf_counter() - begun
