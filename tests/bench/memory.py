"""How much memory the app's process holds."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.process import resident
from tests.bench.stage import Figure, Stage, World
from tests.bench.watching import Watch

SIZES = (100_000, 1_000_000)


def measure(stage: Stage) -> Iterator[Figure]:
    """Look at the process after its start, with the overview of a world open, and grouped by tag, which needs rows."""
    for size in SIZES:
        yield from _at(stage, stage.world(size))


def _at(stage: Stage, world: World) -> Iterator[Figure]:
    with stage.app(**world.environment) as app, stage.page() as page:
        watch = Watch(page)
        size = f"{world.entries:>9,} entries"
        yield Figure(f"{size}, before the first visitor", resident(app.pid))
        watch.open(f"{app.url}{world.address}")
        yield Figure(f"{size}, overview open (cubes)", resident(app.pid))
        watch.open(f"{app.url}{world.address}&group-by=Tag")
        yield Figure(f"{size}, grouped by tag as well (rows)", resident(app.pid))
