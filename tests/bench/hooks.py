"""How long a webhook's delivery takes until it is in the copy, and what hearing them spares of a free hour's requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from clockify.demo import agency_world, create_app, serve
from clockify.periods import Month
from tests.bench.stage import Figure, Stage
from tests.support.databases import Place
from tests.support.mirrors import Copy, mirror_of
from tests.support.telling import body_of, hooks_at

NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
NOVEMBER = Month(2026, 11)
TIMES, SECONDS = 30, 60.0
DAY_MINUTES, LOOK_MINUTES, DELIVERY_MINUTES = 8 * 60, 1, 10


class _Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def measure(stage: Stage) -> Iterator[Figure]:
    """Tell of one entry after another in a large agency; then a day on FREE with a page open, with and without webhooks."""
    yield from _of_one(stage)
    for heard in (False, True):
        yield _of_day(stage, heard=heard)


def _of_one(stage: Stage) -> Iterator[Figure]:
    world, clock = agency_world(NOW, people=26, entries=34_000, projects=284), _Clock()
    place = Place(None, stage.new_folder("hooks"))
    with serve(create_app(world)) as server, mirror_of(server, place, clock=clock) as copy, hooks_at(place, world.id, clock) as hooks:
        copy.read(NOVEMBER)
        count = copy.state(NOVEMBER).entries_count
        entries = [one for one in world.entries if one.start > (NOW - timedelta(days=20)).timestamp()][:TIMES]
        taken, there = [], []
        for entry in entries:
            body, begun = body_of(world, world.edit_entry(entry.id, description="edited")), time.perf_counter()
            hooks.take("TIME_ENTRY_UPDATED", body)
            taken.append(time.perf_counter() - begun)
            hooks.wait(SECONDS)
            there.append(time.perf_counter() - begun)
    what = f"a delivery into a month of {count:,} entries"
    yield Figure(f"{what}: noted", f"{median(taken) * 1000:.1f} ms")
    yield Figure(f"{what}: in the copy", f"{median(there) * 1000:.0f} ms")


def _of_day(stage: Stage, *, heard: bool) -> Figure:
    world, clock = agency_world(NOW, people=5, entries=2_000), _Clock()
    place = Place(None, stage.new_folder(f"day {heard}"))
    terms = {"plan": "FREE", "requests_per_hour": 10_000}
    with (
        serve(create_app(world, **terms)) as server,
        mirror_of(server, place, clock=clock) as copy,
        hooks_at(place, world.id, clock) as hooks,
    ):
        copy.read(NOVEMBER)
        asked = len(server.requests)
        user = next(iter(world.users.values()))
        for minute in range(DAY_MINUTES):
            if minute % DELIVERY_MINUTES == 0:
                start = clock.moment - timedelta(minutes=DELIVERY_MINUTES)
                entry = world.add_entry(user, start, clock.moment, description="work")
                if heard:
                    hooks.take("NEW_TIMER_STARTED" if minute == 0 else "TIMER_STOPPED", body_of(world, entry))
                    hooks.wait(SECONDS)
            clock.moment += timedelta(minutes=LOOK_MINUTES)
            _look(copy)
        used = (len(server.requests) - asked) / (DAY_MINUTES / 60)
    return Figure(f"FREE, a page open for 8 h, {'with' if heard else 'without'} webhooks: of 30 an hour", f"{used:.1f}")


def _look(copy: Copy) -> None:
    """Look as a page does that is open."""
    job = copy.mirror.ensure_lists()
    if job:
        copy.mirror.wait_for(job, SECONDS)
    copy.mirror.wait(copy.mirror.open_months([NOVEMBER]), SECONDS)
