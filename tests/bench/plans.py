"""What People and Projects cost beside the overview, in a workspace of 500 people and 800 projects."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median

from clockify.demo import World, agency_world, create_app, serve
from tests.bench.clients import Viewer
from tests.bench.process import processor_seconds
from tests.bench.stage import Figure, Stage
from tests.bench.viewers import fresh_days
from tests.conftest import keyed
from tests.support.servers import AppServer

PEOPLE, PROJECTS, ENTRIES = 500, 800, 250_000
CLICKS, PATIENCE_SECONDS = 8, 240
State = Callable[[int], str]


def measure(stage: Stage) -> Iterator[Figure]:
    """Click each page's filters: what was made before, and what nobody saw yet; processor and client time, beside the overview's."""
    world = agency_world(datetime.now(UTC), people=PEOPLE, projects=PROJECTS, entries=ENTRIES)
    pages: dict[str, tuple[str, State]] = {
        "overview": ("", fresh_days),
        "people": ("team", fresh_days),
        "projects": ("projects", _clients(world)),
    }
    with serve(create_app(world)) as server, stage.app(**keyed(server, stage.new_folder("plans"))) as app:
        _settle(app)
        usual: tuple[float, float] | None = None
        for name, (page, state) in pages.items():
            hit, miss = _clicks(app, page, lambda _: ""), _clicks(app, page, state)
            usual = usual or (hit[1], miss[1])
            yield Figure(f"{name}: what was made before", f"{_words(hit)} · {hit[1] / usual[0]:.2f} × the overview's")
            yield Figure(f"{name}: what nobody saw yet", f"{_words(miss)} · {miss[1] / usual[1]:.2f} × the overview's")


def _settle(app: AppServer) -> None:
    """Let the pages read what they need."""
    until = time.monotonic() + PATIENCE_SECONDS
    for page in ("", "team", "projects"):
        with Viewer(app.url, page) as viewer:
            quiet = 0
            while quiet < 3 and time.monotonic() < until:
                before = processor_seconds(app.pid) or 0.0
                viewer.show("")
                time.sleep(1.5)
                quiet = quiet + 1 if (processor_seconds(app.pid) or 0.0) - before < 1.2 else 0


def _clients(world: World) -> State:
    ids = sorted(client.id for client in world.clients.values() if not client.archived)
    return lambda number: f"clients={ids[number % len(ids)]}"


def _clicks(app: AppServer, page: str, state: State) -> tuple[float, float]:
    """Return processor ms and client ms a click; each state but the usual one is shown for the first time."""
    with Viewer(app.url, page) as viewer:
        for _ in range(3):
            viewer.show("")
        used = processor_seconds(app.pid) or 0.0
        answers = [viewer.show(state(number)) for number in range(CLICKS)]
        cost = ((processor_seconds(app.pid) or 0.0) - used) / CLICKS
    return cost * 1000, median(one.seconds for one in answers) * 1000


def _words(figures: tuple[float, float]) -> str:
    return f"{figures[0]:,.0f} ms, {figures[1]:,.0f} ms"
