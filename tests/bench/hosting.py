"""Many viewers over two processes behind the proxy, on PostgreSQL; and what a scrape of the numbers costs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from statistics import median, quantiles

from clockify.demo import agency_world, create_app, serve
from tests.bench.clients import Viewer
from tests.bench.stage import Figure, Missing, Stage
from tests.bench.viewers import BARE, ENTRIES, PEOPLE, PROJECTS, STATES
from tests.conftest import keyed
from tests.support.hosting import Hosted, find_proxy, hosted, trusting

CROWD, THINK_SECONDS, LOOK_SECONDS = 50, 2.0, 60.0


@dataclass
class Crowd:
    """What so many viewers met: how long they waited in ms for the first page and after each click, and what failed."""

    came: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return median(self.waited)

    @property
    def p95(self) -> float:
        return quantiles(self.waited, n=20)[-1]

    @property
    def rate(self) -> float:
        """Answers in a second."""
        return len(self.waited) / LOOK_SECONDS


def measure(stage: Stage) -> Iterator[Figure]:
    """Measure one viewer and many, on a bare page and on ours."""
    if find_proxy() is None:
        raise Missing("no HAProxy here (Debian: apt-get install haproxy)")
    yield Figure("load of the machine before", _load())
    with hosted(stage.new_folder("bare"), "", {}, script=BARE) as house:
        bare = _crowd(house, CROWD)
    world = agency_world(datetime.now(UTC), people=PEOPLE, projects=PROJECTS, entries=ENTRIES)
    folder = stage.new_folder("hosted")
    with serve(create_app(world)) as server, hosted(folder, stage.new_database(), keyed(server, folder)) as house:
        _settle(house)
        one, many = _crowd(house, 1), _crowd(house, CROWD)
    yield Figure("one viewer, p50 and p95", _pair(one))
    yield Figure(f"{CROWD} viewers, p50 and p95", _pair(many))
    yield Figure(f"{CROWD} viewers of a bare page, p50 and p95", _pair(bare))
    yield Figure("p50 and p95 to one viewer's", f"{many.p50 / one.p50:.2f} × / {many.p95 / one.p95:.2f} ×")
    yield Figure("p50 and p95 to the bare page's", f"{many.p50 / bare.p50:.2f} × / {many.p95 / bare.p95:.2f} ×")
    yield Figure(f"the first page of {CROWD} who come within {2 * THINK_SECONDS:.0f} s, the last of them", f"{max(many.came):,.0f} ms")
    yield Figure("answers and errors", f"{len(many.waited)} ({many.rate:.1f}/s) and {len(many.faults)} {sorted(set(many.faults))[:3]}")
    yield Figure("load of the machine after", _load())


def _settle(house: Hosted) -> None:
    """Let both processes read what they need."""
    for process in house.processes.values():
        with Viewer(f"http://127.0.0.1:{process.port}") as viewer:
            for _ in range(8):
                viewer.show("")
                time.sleep(1)


def _crowd(house: Hosted, size: int) -> Crowd:
    crowd = Crowd()
    threads = [threading.Thread(target=_look, args=(house, Random(number), crowd)) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crowd


def _look(house: Hosted, dice: Random, crowd: Crowd) -> None:
    try:
        # They don't all come in the same moment.
        time.sleep(dice.uniform(0, 2 * THINK_SECONDS))
        began = time.perf_counter()
        with Viewer(house.url, tls=trusting()) as viewer:
            viewer.show("")
            crowd.came.append((time.perf_counter() - began) * 1000)
            until = time.monotonic() + LOOK_SECONDS
            while time.monotonic() < until:
                time.sleep(THINK_SECONDS * dice.uniform(0.5, 1.5))
                crowd.waited.append(viewer.show(dice.choice(STATES)).seconds * 1000)
    except Exception as fault:  # noqa: BLE001 - they are what is counted
        crowd.faults.append(type(fault).__name__)


def _pair(crowd: Crowd) -> str:
    return f"{crowd.p50:,.0f} / {crowd.p95:,.0f} ms"


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())
