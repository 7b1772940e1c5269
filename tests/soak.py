"""Half an hour of everything that goes wrong, on the free plan: `python -m tests.soak --minutes 30`.

Five people click on, PostgreSQL is restarted, Clockify refuses, fails, drops and dawdles, and somebody edits. Afterwards:
never more than thirty requests in any hour, no figure that was never true, no traceback. Ends with 1 if any of it is otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from websockets.exceptions import ConnectionClosed

from clockify.demo import World, agency_world, create_app, serve
from clockify.periods import Month, Period
from tests.conftest import keyed
from tests.support.databases import Cluster, start_cluster
from tests.support.faults import FAULTS, Front
from tests.support.reckoning import Span, cards, entries_in, month_before
from tests.support.servers import AppServer
from tests.support.walking import Seen, Walker

VIEWERS, THINK_SECONDS = 5, (1.0, 6.0)
LIMIT, HOUR = 30, 3600.0
BROKEN = ("user", "workspaces", "users", "projects", "tags", "in-progress", "detailed", "summary")
KINDS = tuple(kind for kind in FAULTS if kind not in ("401", "403", "404"))
PAGES = ("", "", "", "detailed", "weekly", "billable", "team", "projects")
PARTIAL = ("Not a total", "partly read", "so far")


@dataclass
class Log:
    """What was seen, by all threads."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)

    def count(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1

    def complain(self, what: str) -> None:
        with self.lock:
            self.wrong.append(f"{datetime.now(UTC):%H:%M:%S} {what}")


class Truth:
    """What the cards of each view may show: all that was ever so, for a copy is as old as the page says."""

    def __init__(self, world: World) -> None:
        self.world, self.lock = world, threading.Lock()
        today = datetime.now(world.zone).date()
        people = [one.id for one in world.users.values()][:3]
        last, before = month_before(today), month_before(today, 2)
        self.views: dict[str, tuple[Span, tuple[str, ...]]] = {
            "period=last-month": (last, ()),
            "period=this-month": (Span(today.replace(day=1), today), ()),
        }
        self.views |= {f"period=last-month&people={one}": (last, (one,)) for one in people}
        self.views |= {f"period=custom&from={span.first}&to={span.last}": (span, ()) for span in (before, Span(before.first, last.last))}
        self._true: dict[str, set[tuple[str, ...]]] = {query: set() for query in self.views}
        self._words = {query: self._words_of(span, people) for query, (span, people) in self.views.items()}
        self.note()

    def _words_of(self, span: Span, people: tuple[str, ...]) -> tuple[str, str]:
        """Return what a page of these days and people says of itself."""
        days = Period(span.first, Month.of(span.last).period.end).label()
        name = self.world.users[people[0]].name if people else "Everyone"
        return f"{days} · ", f"{name} · all clients"

    def note(self) -> None:
        """Take down what is so now."""
        with self.lock:
            for query, (span, people) in self.views.items():
                found = cards(entries_in(self.world, span, people=people), self.world)
                self._true[query].add((found["kpi-tracked"], found["kpi-billable"], found["kpi-amount"]))

    def told_by(self, said: str) -> str | None:
        """Return what a page says that it is of."""
        return next((query for query, both in self._words.items() if all(words in said for words in both)), None)

    def was_ever(self, query: str, shown: tuple[str, ...]) -> bool:
        with self.lock:
            return shown in self._true[query]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=18)
    wanted = parser.parse_args()
    log, ends = Log(), time.monotonic() + wanted.minutes * 60
    with house(log) as (app, front, cluster, truth):
        dice = Random(wanted.seed)
        work: list[Callable[[], None]] = [
            lambda: break_clockify(front, Random(dice.random()), ends, log),
            lambda: restart_database(cluster, Random(dice.random()), ends, log),
            lambda: edit(truth, Random(dice.random()), ends, log),
            lambda: watch(front, ends, log),
            *[lambda seed=number: look(app, truth, Random(seed), ends, log) for number in range(VIEWERS)],  # type: ignore[misc]
        ]
        threads = [threading.Thread(target=guarded, args=(one, log)) for one in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if "Traceback" in app.log:
            log.complain("a traceback in the log: " + app.log[app.log.index("Traceback") :][:2000])
        if any("demo-owner-key" in text for text in (app.log, *log.wrong)):
            log.complain("the key is in the log")
    return told(log, wanted.minutes)


@contextmanager
def house(log: Log) -> Iterator[tuple[AppServer, Front, Cluster, Truth]]:
    """Start Clockify on the free plan, what breaks it, PostgreSQL and the app."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        cluster = start_cluster()
        if isinstance(cluster, str):
            raise SystemExit(cluster)
        stack.callback(cluster.stop)
        world = agency_world(datetime.now(UTC))
        server = stack.enter_context(serve(create_app(world, plan="FREE")))
        front = stack.enter_context(Front(server))
        front.hooks.append(lambda _: log.count("answered by Clockify"))
        settings = {"DATABASE_URL": cluster.new_database(), "CLOCKIFY_API_URL": front.api_url, "CLOCKIFY_REPORTS_URL": front.reports_url}
        app = stack.enter_context(AppServer(folder, "", keyed(server, folder) | settings))
        yield app, front, cluster, Truth(world)


def guarded(work: Callable[[], None], log: Log) -> None:
    try:
        work()
    except Exception as bug:  # noqa: BLE001  # told at the end
        log.complain(f"the soak itself failed: {bug!r}")


def rested(seconds: float, ends: float) -> bool:
    """Sleep, at most until the end; tell whether there is time left."""
    time.sleep(max(min(seconds, ends - time.monotonic()), 0))
    return time.monotonic() < ends


def break_clockify(front: Front, dice: Random, ends: float, log: Log) -> None:
    """Break one endpoint after another, two thirds of the time."""
    while rested(dice.uniform(2, 15), ends):
        endpoint, kind = dice.choice(BROKEN), dice.choice(KINDS)
        front.fail(endpoint, kind)
        log.count(f"Clockify: {kind}")
        rested(dice.uniform(5, 40), ends)
        front.heal()


def restart_database(cluster: Cluster, dice: Random, ends: float, log: Log) -> None:
    """Break PostgreSQL off now and then, and start it again after a while."""
    while rested(dice.uniform(60, 200), ends):
        cluster.break_off()
        log.count("PostgreSQL broken off")
        rested(dice.uniform(2, 12), ends)
        cluster.start()


def edit(truth: Truth, dice: Random, ends: float, log: Log) -> None:
    """Change an entry of the last months every half a minute or so, as somebody in Clockify would."""
    world = truth.world
    while rested(dice.uniform(20, 50), ends):
        with world.lock:
            span = truth.views[dice.choice(("period=last-month", "period=this-month"))][0]
            entry = dice.choice(entries_in(world, span))
            start = datetime.fromtimestamp(entry.start, UTC)
            world.delete_entry(entry.id) if dice.random() < 0.3 else world.add_entry(
                world.users[entry.user_id], start, start + timedelta(seconds=dice.randrange(600, 9_000)), description="put in"
            )
            truth.note()
        log.count("edits")


def watch(front: Front, ends: float, log: Log) -> None:
    """Note when requests arrived, whatever became of them."""
    while rested(0.5, ends):
        log.arrivals += [time.monotonic()] * (len(front.exchanges) - len(log.arrivals))


def look(app: AppServer, truth: Truth, dice: Random, ends: float, log: Log) -> None:
    """Click on, as somebody does who looks for something; now and then load the page anew."""
    while time.monotonic() < ends:
        try:
            with Walker(app.url) as tab:
                for _ in range(dice.randrange(3, 20)):
                    page, query = dice.choice(PAGES), dice.choice(sorted(truth.views))
                    began = time.monotonic()
                    seen = tab.go(page, query)
                    log.count("runs")
                    if time.monotonic() - began > 15:
                        log.count("runs of more than 15 s")
                    judge(page, query, seen, truth, log)
                    if not rested(dice.uniform(*THINK_SECONDS), ends):
                        return
        except (ConnectionClosed, TimeoutError, OSError) as fault:
            log.complain(f"a tab broke: {fault!r}")
            rested(5, ends)


def said_on(seen: Seen) -> str:
    """Return the words of a page."""
    return " ".join(text for one in seen.elements for text in (one.markdown.body, one.alert.body))


def shown_on(seen: Seen) -> dict[str, str]:
    """Return the cards of a page by their labels."""
    return {one.metric.label: one.metric.body for one in seen.elements if one.WhichOneof("type") == "metric"}


def judge(page: str, query: str, seen: Seen, truth: Truth, log: Log) -> None:
    """Hold what a page shows against what was ever so."""
    for message in seen.exceptions:
        log.complain(f"/{page}?{query}: {message}")
    said, shown = said_on(seen), shown_on(seen)
    log.count("pages with a notice" if any(one.WhichOneof("type") == "alert" for one in seen.elements) else "pages without a notice")
    if page or "Tracked" not in shown or any(word in said for word in PARTIAL):
        return
    with suppress(KeyError):
        figures = tuple(shown[label].split(" · ")[0] for label in ("Tracked", "Billable", "Amount"))
        log.count("totals compared")
        # This tab doesn't send what its widgets hold, as a browser does with every message, so that now and then one has an
        # older value again. What is true is told by the days and people that the page names.
        told = truth.told_by(said)
        if told != query:
            log.count("totals of other days than were asked for")
        if told is None or not truth.was_ever(told, figures):
            log.complain(f"never true: /{page}?{query} shows {figures}, and says {said[:600]}")


def told(log: Log, minutes: float) -> int:
    """Print what was seen; return 1 if any of it must not be."""
    most = max((sum(at <= one < at + HOUR for one in log.arrivals) for at in log.arrivals), default=0)
    print(f"{minutes:g} minutes · {most} requests at most in an hour")
    for what, count in sorted(log.counts.items()):
        print(f"  {what}: {count}")
    if most > LIMIT:
        log.complain(f"{most} requests in an hour")
    if not log.counts["totals compared"]:
        log.complain("no total was ever compared")
    print("\n".join(log.wrong) or "nothing wrong")
    return 1 if log.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
