"""Leases: one holder at a time; the dead are followed soon, the living never; on both databases."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from clockify.errors import StoreError
from clockify.mirror import holders, leases
from clockify.mirror.database import Database
from clockify.mirror.holders import Holder, new_holder
from clockify.mirror.leases import heart_of, lease
from clockify.mirror.store import Store
from tests.support.databases import Place
from tests.support.looks import wait_for
from tests.support.nightly import at_night
from tests.support.servers import PROJECT

MONTH, OTHER_MONTH = "2026-11:studio", "2026-10:studio"
FOREIGN = str(Holder("another host/another boot/1", 7, "123", "abc"))

PATIENCE = 4000.0

# Takes a lease in a process of its own, says so, and keeps it until the file `done` is there; notes begin and end.
HOLDS = """
import json, sys, time
from pathlib import Path
from clockify.mirror.database import Database
from clockify.mirror.leases import lease
from clockify.mirror.store import Store
wish = json.loads(sys.argv[1])
while not Path(wish["go"]).exists():
    time.sleep(0.001)
with lease(Store(Database(wish["url"], Path(wish["folder"]))), [wish["name"]]):
    with open(wish["notes"], "a") as notes:
        notes.write("begin\\n")
    print("holds", flush=True)
    while not Path(wish["done"]).exists():
        time.sleep(0.001)
    with open(wish["notes"], "a") as notes:
        notes.write("end\\n")
"""


class GaveUp(Exception):
    pass


class Time:
    """A waiter's own clock; `during` is called after each sleep. Nobody waits for ever."""

    def __init__(self, during: Callable[[float], None] = lambda now: None) -> None:
        self.now, self._during = 0.0, during

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now > PATIENCE:
            raise GaveUp
        self._during(self.now)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    found = Store(Database(place.url, place.folder))
    yield found
    found.close()


@pytest.fixture
def holding(place: Place, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a process that holds a lease."""
    wishes = {"url": place.url, "folder": str(place.folder), "name": MONTH, "notes": str(tmp_path / "notes")}
    wishes |= {"done": str(tmp_path / "done"), "go": str(tmp_path / "go")}
    with ExitStack() as stack:

        def start() -> subprocess.Popen[str]:
            command = [sys.executable, "-c", HOLDS, json.dumps(wishes)]
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT))
            stack.callback(process.kill)
            return process

        yield start


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def foreign(_: Holder) -> bool | None:
    """Know nothing of any process."""
    return None


# The table


def test_a_lease_has_one_holder_until_it_is_given_back(store: Store) -> None:
    assert store.take_lease(MONTH, "a") == ("a", 0)
    assert store.take_lease(MONTH, "b") == ("a", 0)
    assert store.take_lease(OTHER_MONTH, "b") == ("b", 0), "another month is another lease"
    store.give_leases("b")
    assert store.take_lease(MONTH, "b") == ("a", 0), "nobody gives back what another holds"
    store.give_leases("a")
    assert store.take_lease(MONTH, "b") == ("b", 0)


def test_only_an_unchanged_lease_is_taken_from_its_holder(store: Store) -> None:
    seen = store.take_lease(MONTH, "a")
    assert seen
    assert store.beat_leases({"a", "never there"}) == {"a"}
    assert store.take_lease(MONTH, "b", after=seen) == ("a", 1), "it has beaten since"
    assert store.take_lease(OTHER_MONTH, "a") == ("a", 0)
    assert store.beat_leases({"a"}) == {"a"}
    seen = store.take_lease(MONTH, "b")
    assert seen == ("a", 2)
    assert store.take_lease(MONTH, "b", after=seen) == ("b", 0)
    assert store.take_lease(MONTH, "c", after=seen) == ("b", 0), "the second who saw it silent comes too late"


def test_a_holder_of_the_longest_name_fits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holders.socket, "gethostname", lambda: "x" * 253)
    text = str(replace(new_holder(), process=2**31 - 1, began="9" * 20))
    assert store.take_lease(MONTH, text) == (text, 0)


# The silent and the living


def test_a_silent_foreign_hosts_is_taken_within_ten_seconds(store: Store) -> None:
    store.take_lease(MONTH, FOREIGN)
    waiter = Time()
    with lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep):
        assert 7 <= waiter.now <= 10


@pytest.mark.parametrize("place", ["sqlite", at_night("postgresql")], indirect=True)
def test_a_beating_one_is_never_taken_and_then_soon(store: Store) -> None:
    """An hour of a slow read; the waiter knows nothing but the beats, of a clock that nobody compares."""
    store.take_lease(MONTH, FOREIGN)
    beats = {"next": 2.0}

    def beat(now: float) -> None:
        if now < 3600:
            while beats["next"] <= now:
                store.beat_leases({FOREIGN})
                beats["next"] += 2.0

    waiter = Time(beat)
    with lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep, alive=foreign):
        assert 3600 + 5 <= waiter.now <= 3600 + 10


def test_one_that_lives_on_this_machine_is_never_taken_though_it_is_silent(store: Store) -> None:
    store.take_lease(MONTH, FOREIGN)

    def give_up(now: float) -> None:
        if now > 1000:
            raise GaveUp

    waiter = Time(give_up)
    with pytest.raises(GaveUp), lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep, alive=lambda _: True):
        pass
    assert store.take_lease(MONTH, "c") == (FOREIGN, 0)


def test_looks_that_come_too_fast_rob_nobody(store: Store) -> None:
    """Eight looks within a second say nothing: the beat is due every two."""
    store.take_lease(MONTH, FOREIGN)
    looks: list[float] = []

    def fast(_: float) -> None:
        looks.append(waiter.now)
        if len(looks) > 30:
            raise GaveUp

    waiter = Time()
    with pytest.raises(GaveUp), lease(store, [MONTH], clock=waiter.clock, sleep=fast, alive=foreign):
        pass


def test_clocks_a_minute_apart_rob_nobody(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each host's wall clock is another's future; who beats keeps what he holds, who is silent loses it as soon."""
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + 60)
    test_a_silent_foreign_hosts_is_taken_within_ten_seconds(store)
    with store._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM mirror_leases")
    monkeypatch.setattr(time, "time", lambda: wall() - 60)
    test_a_silent_foreign_hosts_is_taken_within_ten_seconds(store)


def test_a_look_that_fails_is_no_look(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away for all is no silence: the waiter fails, and what it may have got is given back later."""
    store.take_lease(MONTH, FOREIGN)
    take = Store.take_lease
    looks: list[str] = []

    def away(*args: object, **terms: object) -> object:
        looks.append("")
        if len(looks) == 5:
            raise StoreError("The local copy can't be read or written.")
        return take(*args, **terms)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "take_lease", away)
    waiter = Time()
    with pytest.raises(StoreError), lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep):
        pass
    assert store.take_lease(MONTH, "c") == (FOREIGN, 0)


# Several


def test_several_are_taken_in_one_order_and_given_back_together(store: Store) -> None:
    taken: list[str] = []
    with lease(store, [MONTH, OTHER_MONTH, MONTH]):
        for name in (MONTH, OTHER_MONTH):
            row = store.take_lease(name, "b")
            assert row
            taken.append(row.holder)
        assert len(set(taken)) == 1
        assert "b" not in taken
    assert store.take_lease(MONTH, "b") == ("b", 0)
    assert store.take_lease(OTHER_MONTH, "b") == ("b", 0)


def test_those_who_want_the_same_several_never_wait_in_a_circle(store: Store) -> None:
    names = [f"2026-{month:02}" for month in range(1, 7)]
    inside: list[int] = []

    def work(turn: int) -> None:
        with lease(store, names[::-1] if turn % 2 else names):
            inside.append(turn)
            assert len(inside) == 1
            inside.remove(turn)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))


def test_who_gives_up_waiting_holds_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    store.take_lease(MONTH, FOREIGN)

    def give_up(_: float) -> None:
        raise GaveUp

    with pytest.raises(GaveUp), lease(store, [MONTH, OTHER_MONTH], sleep=give_up):
        pass
    wait_for(lambda: (store.take_lease(OTHER_MONTH, "b") or ("",))[0] == "b")


# The heart


def test_one_heart_beats_for_all_and_only_as_long(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    with lease(store, [MONTH]), lease(store, [OTHER_MONTH]):
        assert heart_of(store) is heart_of(store)
        thread = heart_of(store)._thread
        for name in (MONTH, OTHER_MONTH):
            wait_for(lambda name=name: (store.take_lease(name, "b") or ("", 0))[1] > 3)  # type: ignore[misc]
    assert thread
    thread.join(20)
    assert not thread.is_alive()


def test_a_beat_that_fails_is_made_up_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    beat, tries = Store.beat_leases, []

    def away(*args: object) -> set[str]:
        tries.append("")
        if len(tries) < 4:
            raise StoreError("The local copy can't be read or written.") if len(tries) < 3 else ValueError("a bug")
        return beat(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "beat_leases", away)
    with lease(store, [MONTH]):
        wait_for(lambda: (store.take_lease(MONTH, "b") or ("", 0))[1] > 0)


def test_giving_back_raises_nothing_and_is_done_later(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    give, tries = Store.give_leases, []

    def away(*args: object) -> None:
        tries.append("")
        if len(tries) < 4:
            raise StoreError("The local copy can't be read or written.")
        give(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "give_leases", away)
    with lease(store, [MONTH]):
        pass
    wait_for(lambda: (store.take_lease(MONTH, "b") or ("",))[0] == "b")
    assert len(tries) >= 4


def test_what_could_not_be_given_back_keeps_nobody_of_this_process_waiting(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object) -> None:
        raise StoreError("The local copy can't be read or written.")

    monkeypatch.setattr(Store, "give_leases", away)
    with lease(store, [MONTH]):
        pass
    waiter = Time()
    with lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep):
        assert waiter.now == 0


def test_a_robbed_holder_is_told_in_the_log(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with lease(store, [MONTH]):
        seen = store.take_lease(MONTH, "b")
        assert store.take_lease(MONTH, "b", after=seen) == ("b", 0)
        heart_of(store).beat()
        assert "taken by another process" in caplog.text
    assert store.take_lease(MONTH, "c") == ("b", 0), "nobody gives back what another holds"


def test_threads_of_one_process_get_it_one_after_the_other(place: Place) -> None:
    inside: list[int] = []

    def work(turn: int) -> None:
        store = Store(Database(place.url, place.folder))
        with lease(store, [MONTH]):
            inside.append(turn)
            assert len(inside) == 1
            inside.remove(turn)
        store.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))


# Processes


def test_a_killed_process_is_followed_at_once(store: Store, holding: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    process = holding()
    assert said(process) == "holds\n"
    got = Event()

    def wait_for_it() -> None:
        with lease(store, [MONTH]):
            got.set()

    waiting = Thread(target=wait_for_it)
    waiting.start()
    assert not got.wait(1), "it lives"
    process.send_signal(signal.SIGKILL)
    # Not waited for yet: a process that nobody has buried is dead all the same.
    assert got.wait(5)
    waiting.join(20)
    assert process.wait(20) == -signal.SIGKILL


def test_a_process_that_is_held_up_keeps_what_it_has(store: Store, holding: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    """It can't beat, as one can't whose machine is overloaded, and it is there."""
    (tmp_path / "go").touch()
    process = holding()
    assert said(process) == "holds\n"
    process.send_signal(signal.SIGSTOP)

    def give_up(now: float) -> None:
        if now > 300:
            raise GaveUp

    waiter = Time(give_up)
    with pytest.raises(GaveUp), lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep):
        pass
    process.kill()
    assert process.wait(20) == -signal.SIGKILL
    waiter = Time(give_up)
    with lease(store, [MONTH], clock=waiter.clock, sleep=waiter.sleep):
        assert waiter.now == 0


def test_two_processes_get_it_one_after_the_other(holding: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    processes = [holding(), holding()]
    (tmp_path / "go").touch()
    wait_for(lambda: (tmp_path / "notes").exists())
    time.sleep(0.5)
    assert (tmp_path / "notes").read_text() == "begin\n"
    (tmp_path / "done").touch()
    assert [process.wait(30) for process in processes] == [0, 0]
    assert (tmp_path / "notes").read_text() == "begin\nend\nbegin\nend\n"


@pytest.mark.skipif(not holders.machine(), reason="only Linux says which process is which")
def test_a_number_that_was_given_again_is_another_process() -> None:
    own = new_holder()
    assert holders.is_alive(own) is True
    assert holders.is_alive(replace(own, began="1")) is False
    assert holders.is_alive(replace(own, began="")) is None
    assert holders.is_alive(replace(own, machine="another host/x/1")) is None
    assert holders.is_alive(replace(own, machine="")) is None
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait(20)
    assert holders.is_alive(replace(own, process=process.pid)) is False


def test_where_the_machine_says_nothing_of_processes_silence_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(holders, "PROC", tmp_path)
    own = new_holder()
    assert (own.machine, own.began) == ("", "")
    assert holders.is_alive(own) is None
    assert Holder.parse(str(own)) == own
    assert Holder.parse("a hand's work") is None
