"""What a click costs, when it was made before and when it wasn't, and how many people at once it takes to slow it down.

Each figure stands beside that of a bare page of the same shape, in the same run: what is more than 1 is ours.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from statistics import median, quantiles

from clockify.demo import agency_world, create_app, serve
from clockify.periods import ONE_DAY, Month
from tests.bench.clients import Answer, Viewer
from tests.bench.process import processor_seconds, resident
from tests.bench.stage import Figure, Stage
from tests.conftest import keyed
from tests.support.servers import AppServer

PEOPLE, PROJECTS, ENTRIES = 26, 284, 31_000
PAGES = {"overview": "", "detailed": "detailed", "weekly": "weekly", "billable": "billable"}
STATES = ("billable=yes", "billable=no", "")
CLICKS, THINK_SECONDS, LOOK_SECONDS = 30, 2.0, 20.0
CROWDS = (1, 10, 25, 50)
BARE = "tests/bench/bare_page.py"


def measure(stage: Stage) -> Iterator[Figure]:
    """Measure the bare page, then ours, each alone in its process."""
    with stage.app(script=BARE) as app:
        bare = _clicks(app, "")
        yield Figure("a bare page: processor time, seen by the client, bytes", _words(bare))
        bare_crowds = {size: _crowd(app, "", size) for size in CROWDS}
    world = agency_world(datetime.now(UTC), people=PEOPLE, projects=PROJECTS, entries=ENTRIES)
    with serve(create_app(world)) as server, stage.app(**keyed(server, stage.new_folder("viewers"))) as app:
        _settle(app)
        for name, page in PAGES.items():
            hit, miss = _clicks(app, page), _clicks(app, page, fresh=True)
            yield Figure(f"{name}: what was made before", f"{_words(hit)} · {hit[0] / bare[0]:.2f} × bare")
            yield Figure(f"{name}: what nobody saw yet", f"{_words(miss)} · {miss[0] / bare[0]:.2f} × bare")
        for size in CROWDS:
            ours, theirs = _crowd(app, "", size), bare_crowds[size]
            yield Figure(f"{size:>2} viewers, p50 and p95", f"{_pair(ours)}, bare {_pair(theirs)} · p95 {ours[1] / theirs[1]:.2f} × bare")
        yield from _thousand(app)


def _settle(app: AppServer) -> None:
    """Let every page read what it needs."""
    for page in PAGES.values():
        with Viewer(app.url, page) as viewer:
            for _ in range(6):
                viewer.show("")
                time.sleep(1)


def _clicks(app: AppServer, page: str, *, fresh: bool = False) -> tuple[float, float, float]:
    """Click through the filter; return processor ms, client ms and kB a click. `fresh`: each on days that nobody looked at."""
    with Viewer(app.url, page) as viewer:
        days = [fresh_days(number) for number in range(CLICKS)]
        for state in (*STATES, *STATES):
            viewer.show(state)
        used = processor_seconds(app.pid) or 0.0
        answers = [viewer.show(days[number] if fresh else STATES[number % 3]) for number in range(CLICKS)]
        cost = ((processor_seconds(app.pid) or 0.0) - used) / CLICKS
    return cost * 1000, median(one.seconds for one in answers) * 1000, max(one.received for one in answers[3:]) / 1000


def _crowd(app: AppServer, page: str, size: int) -> tuple[float, float]:
    """Let so many look at once, two seconds to think; return p50 and p95 of what they wait, in ms."""
    answers: list[Answer] = []
    threads = [threading.Thread(target=_look, args=(app.url, page, Random(number), answers)) for number in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waited = [one.seconds * 1000 for one in answers]
    return median(waited), quantiles(waited, n=20)[-1]


def _look(url: str, page: str, dice: Random, answers: list[Answer]) -> None:
    with Viewer(url, page) as viewer:
        viewer.show("")
        until = time.monotonic() + LOOK_SECONDS
        while time.monotonic() < until:
            time.sleep(THINK_SECONDS * dice.uniform(0.5, 1.5))
            answers.append(viewer.show(dice.choice(STATES)))


def _thousand(app: AppServer) -> Iterator[Figure]:
    before = resident(app.pid)
    with Viewer(app.url) as viewer:
        for number in range(1000):
            viewer.show(fresh_days(number))
    yield Figure("memory after a thousand different views", f"{before} → {resident(app.pid)}")


def fresh_days(number: int) -> str:
    """Return days of this month and the one before, and a filter, that no smaller number has."""
    month = Month.of(datetime.now(UTC).date())
    first, last = month.after(-1).period.start + number % 28 * ONE_DAY, month.period.last_day - number // 28 % 20 * ONE_DAY
    return f"period=custom&from={first}&to={last}&{STATES[number // 560 % 3]}"


def _words(figures: Sequence[float]) -> str:
    processor, client, size = figures
    return f"{processor:.0f} ms, {client:.0f} ms, {size:.0f} kB"


def _pair(figures: tuple[float, float]) -> str:
    return f"{figures[0]:,.0f} / {figures[1]:,.0f} ms"
