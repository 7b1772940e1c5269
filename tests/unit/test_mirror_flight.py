"""One read, whoever wants it: threads, processes, and one that dies on the way; on both databases."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from clockify.api.quota import Intent
from clockify.demo import RunningServer
from clockify.mirror.jobs import Job, Progress
from clockify.mirror.work import Task
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.reader import start_reader
from tests.support.studio import NOON, Clock, log_one_hour_more, studio
from tests.support.tampering import serve_tampered

Serve = Callable[..., RunningServer]

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
SECONDS = 60.0


def hours(copy: Copy, month: Month) -> float:
    cube = copy.cube(month)
    assert cube is not None
    return int(cube["seconds"].sum()) / 3600


def test_threads_that_open_one_cold_month_cause_one_read(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, clock=Clock()) as one, mirror_of(server, place, clock=Clock()) as other:
        gate = Barrier(8)

        def open_month(copy: Copy) -> str:
            gate.wait(20)
            return copy.read(NOVEMBER).states[NOVEMBER].version

        with ThreadPoolExecutor(8) as pool:
            versions = set(pool.map(open_month, [one, other] * 4))
        assert len(versions) == 1
        assert count_requests(server)["detailed"] == 1
        assert hours(one, NOVEMBER) == hours(other, NOVEMBER) == 7


def test_processes_that_open_the_same_cold_months_cause_one_read_of_each(place: Place, served: Serve, tmp_path: Path) -> None:
    server, gate = served(studio()), tmp_path / "go"
    months = [NOVEMBER.after(-back) for back in range(10)]
    readers = [start_reader(server, place, months, gate=str(gate)) for _ in range(2)]
    with readers[0], readers[1]:
        assert [reader.stdout.readline() for reader in readers if reader.stdout] == ["ready\n"] * 2
        gate.touch()
        read = [json.loads(reader.stdout.read()) for reader in readers if reader.stdout]
    assert [reader.returncode for reader in readers] == [0, 0]
    assert read[0] == read[1]
    asked = count_requests(server)
    assert asked["detailed"] == len(read[0]) == 10
    assert [asked[kind] for kind in ("users", "projects", "tags", "in-progress")] == [1, 1, 1, 1]


def test_who_looked_before_another_finished_does_not_do_it_again(place: Place, served: Serve) -> None:
    """The other's thread gets to work late, by a clock that says nothing, with what was seen long before."""
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as one, mirror_of(server, place, clock=clock) as other:
        one.read(NOVEMBER)
        seen = one.mirror.states()[NOVEMBER]
        asked = len(server.requests)
        other.mirror._schedule._read(Task((NOVEMBER,), {}), Intent.BACKGROUND, Progress())
        assert len(server.requests) == asked
        clock.pass_by(hours=2)
        one.read(NOVEMBER)
        asked = len(server.requests)
        other.mirror._schedule._check(Task((NOVEMBER,), {NOVEMBER: seen}), Intent.BACKGROUND, Progress())
        assert len(server.requests) == asked
        assert one.mirror.wait_for(one.mirror.read_again(NOVEMBER), SECONDS)
        job = one.mirror.ensure_lists(person=True)
        assert job and one.mirror.wait_for(job, SECONDS)
        asked = len(server.requests)
        other.mirror._schedule._read(Task((NOVEMBER,), {NOVEMBER: seen}), Intent.PERSON, Progress())
        other.mirror._read_lists(dict.fromkeys(("users", "projects"), NOON.timestamp()), True, Progress())
        assert len(server.requests) == asked


def test_what_ends_while_the_page_looks_is_there_and_not_missing(place: Place, served: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with mirror_of(served(studio()), place, clock=Clock()) as copy:
        start = copy.jobs.start

        def start_and_end(*args: object, **terms: object) -> Job:
            job = start(*args, **terms)  # type: ignore[arg-type]
            assert copy.jobs.wait([job], SECONDS)
            return job

        monkeypatch.setattr(copy.jobs, "start", start_and_end)
        opening = copy.mirror.open_months([OCTOBER, NOVEMBER])
        assert (opening.missing, opening.is_busy, opening.faults) == ((), False, {})


@pytest.mark.parametrize("place", ["sqlite", at_night("postgresql")], indirect=True)
def test_a_process_that_is_killed_between_pages_leaves_the_old_month_whole(place: Place, served: Serve) -> None:
    clock = Clock()
    with Front(served(studio(), detailed_page_cap=2)) as front, mirror_of(front, place, clock=clock) as copy:
        old = copy.read(NOVEMBER).states[NOVEMBER]
        log_one_hour_more(front.behind.world)
        clock.pass_by(minutes=10)
        before = len(front.exchanges)
        with front.hold("detailed", lambda one: one.page == 2), start_reader(front, place, [NOVEMBER], now=clock().isoformat()) as reader:
            wait_until(lambda: any(one.page == 2 for one in front.exchanges[before:]))
            reader.send_signal(signal.SIGKILL)
            reader.wait(SECONDS)
        assert reader.returncode == -signal.SIGKILL
        assert copy.mirror.states()[NOVEMBER] == old
        assert hours(copy, NOVEMBER) == 7
        # The dead one's lease is followed at once: nobody's help, and no time by any clock.
        begun = time.monotonic()
        opening = copy.mirror.open_months([NOVEMBER])
        assert (opening.states[NOVEMBER], opening.refreshing) == (old, {NOVEMBER})
        assert copy.mirror.wait(opening, SECONDS)
        assert time.monotonic() - begun < 10
        assert copy.mirror.states()[NOVEMBER].version != old.version
        assert hours(copy, NOVEMBER) == 8


@pytest.mark.parametrize("place", ["sqlite", at_night("postgresql")], indirect=True)
def test_a_process_that_is_killed_while_it_writes_leaves_the_old_month_whole(place: Place, served: Serve) -> None:
    clock = Clock()
    server = served(studio())
    with mirror_of(server, place, clock=clock) as copy:
        old = copy.read(NOVEMBER).states[NOVEMBER]
        log_one_hour_more(server.world)
        clock.pass_by(minutes=10)
        with start_reader(server, place, [NOVEMBER], now=clock().isoformat(), dies_while_saving=True) as reader:
            reader.wait(SECONDS)
        assert reader.returncode == -signal.SIGKILL
        assert count_requests(server)["detailed"] == 2, "it had read the month"
        assert copy.mirror.states()[NOVEMBER] == old
        assert hours(copy, NOVEMBER) == 7
        assert copy.read(NOVEMBER).states[NOVEMBER].version != old.version
        assert hours(copy, NOVEMBER) == 8


def wait_until(happened: Callable[[], bool]) -> None:
    """Wait for another process; not for time to pass."""
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_month_that_takes_long_is_read_by_one(place: Place) -> None:
    clock, told = Clock(), Event()

    def be_slow(path: str, _: Any, reply: Any) -> Any:
        if path.endswith("detailed"):
            clock.pass_by(minutes=10)
            told.set()
        return reply

    with ExitStack() as stack:
        server = stack.enter_context(serve_tampered(studio(), be_slow, detailed_page_cap=1, plan="FREE"))
        one, other = (stack.enter_context(mirror_of(server, place, clock=clock)) for _ in range(2))
        opening = one.mirror.open_months([NOVEMBER])
        assert told.wait(SECONDS)
        late = other.mirror.open_months([NOVEMBER])
        assert one.mirror.wait(opening, SECONDS)
        assert other.mirror.wait(late, SECONDS)
        assert count_requests(server)["detailed"] == 4
        assert hours(other, NOVEMBER) == 7


def test_a_fault_gives_the_lease_back(place: Place, served: Serve) -> None:
    clock = Clock()
    with Front(served(studio())) as front, mirror_of(front, place, clock=clock) as one, mirror_of(front, place, clock=clock) as other:
        front.fail("detailed", "404")
        assert one.read(NOVEMBER).missing == (NOVEMBER,)
        front.heal()
        assert other.read(NOVEMBER).missing == ()
