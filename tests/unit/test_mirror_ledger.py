"""The rolling hour in the database: exact to the microsecond, one for all processes, and six requests kept for people."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from clockify.api.quota import Intent, free_at, used
from clockify.demo import RunningServer
from clockify.errors import RateLimited
from clockify.mirror.account import StoreLedger
from clockify.mirror.database import Database
from clockify.mirror.store import Store
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.servers import PROJECT
from tests.support.studio import NOON, Clock, studio

Serve = Callable[..., RunningServer]

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
NOVEMBER = Month(2026, 11)


def store_at(place: Place) -> Store:
    return Store(Database(place.url, place.folder))


def test_the_hour_is_exact_to_the_microsecond(place: Place) -> None:
    store = store_at(place)
    ledger = StoreLedger(store, "w")
    for number in range(30):
        assert ledger.claim(now=NOON + number * TICK, limit=30) is None
    last = NOON + HOUR - TICK
    assert ledger.claim(now=last, limit=30) == NOON + HOUR
    assert len(store.requests_of_hour("w", last)) == 30, "a refused claim notes nothing"
    assert ledger.claim(now=NOON + HOUR, limit=30) is None
    assert ledger.claim(now=NOON + HOUR, limit=30) == NOON + HOUR + TICK
    # Another workspace has an hour of its own, and a claim without a limit is noted all the same.
    assert StoreLedger(store, "v").claim(now=NOON + HOUR, limit=1) is None
    assert ledger.claim(now=NOON + HOUR, limit=None) is None
    assert len(store.requests_of_hour("w", NOON + HOUR)) == 31
    store.close()


def test_it_counts_as_the_rule_of_the_api_says(place: Place) -> None:
    """Moments around the hour, in any order and from clocks that were set back; the rule itself is `now-1h < m < now+1h`."""
    dice, now = random.Random(5), NOON
    edges = [-HOUR - TICK, -HOUR, -HOUR + TICK, -TICK, timedelta(0), TICK, HOUR - TICK, HOUR, HOUR + TICK]
    store = store_at(place)
    for round_ in range(40):
        scope = f"w{round_}"
        moments = [now + dice.choice([*edges, timedelta(seconds=dice.uniform(-5000, 5000))]) for _ in range(dice.randrange(12))]
        counted = sorted(moment for moment in moments if now - HOUR < moment < now + HOUR)
        with store._database.writing() as connection:
            for moment in moments:
                connection.exec_driver_sql(f"INSERT INTO mirror_requests (scope, at) VALUES ('{scope}', {moment.timestamp()!r})")
        assert store.requests_of_hour(scope, now) == counted
        assert len(counted) == used(moments, now)
        limit = dice.randrange(1, 8)
        expected = free_at(moments, now, limit)
        assert expected == (None if len(counted) < limit else counted[len(counted) - limit] + HOUR)
        assert store.claim_request(scope, now, limit) == expected
        assert len(store.requests_of_hour(scope, now)) == len(counted) + (expected is None)
    store.close()


def test_what_is_past_is_cleared_away(place: Place) -> None:
    store = store_at(place)

    def kept_after_claim(moment: datetime) -> list[datetime]:
        store.claim_request("w", moment, None)
        with store._database.reading() as connection:
            return [
                datetime.fromtimestamp(at, UTC) for at in connection.exec_driver_sql("SELECT at FROM mirror_requests ORDER BY at").scalars()
            ]

    half_past, one, nine = NOON + HOUR / 2, NOON + HOUR, NOON + 9 * HOUR
    assert [kept_after_claim(moment) for moment in (NOON, half_past, one)] == [[NOON], [NOON, half_past], [half_past, one]]
    assert kept_after_claim(nine) == [nine]
    # The clock was wrong, and is set back.
    assert kept_after_claim(one) == [one]
    store.close()


def test_threads_together_get_what_one_would(place: Place) -> None:
    stores = [store_at(place) for _ in range(2)]
    gate = Barrier(8)

    def claim(number: int) -> int:
        gate.wait(20)
        return sum(stores[number % 2].claim_request("w", NOON, 30) is None for _ in range(10))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(8))) == 30
    assert len(stores[0].requests_of_hour("w", NOON)) == 30
    for store in stores:
        store.close()


CLAIMING = """
import sys, time
from datetime import datetime
from pathlib import Path
from clockify.mirror.database import Database
from clockify.mirror.store import Store
url, folder, now, gate = sys.argv[1:]
store = Store(Database(url or None, Path(folder)))
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.001)
print(sum(store.claim_request("w", datetime.fromisoformat(now), 30) is None for _ in range(30)), flush=True)
"""


@pytest.mark.parametrize("place", [at_night("sqlite"), "postgresql"], indirect=True)
def test_processes_together_get_what_one_would(place: Place, tmp_path: Path) -> None:
    store_at(place).close()
    gate = tmp_path / "go"
    command = [sys.executable, "-c", CLAIMING, place.url or "", str(place.folder), NOON.isoformat(), str(gate)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) for _ in range(2)]
    with processes[0], processes[1]:
        assert [process.stdout.readline() for process in processes if process.stdout] == ["ready\n"] * 2
        gate.touch()
        assert sum(int(process.stdout.read()) for process in processes if process.stdout) == 30
    assert [process.returncode for process in processes] == [0, 0]
    store = store_at(place)
    assert len(store.requests_of_hour("w", NOON)) == 30
    store.close()


def spend(copy: Copy, now: datetime, left: int) -> None:
    """Use the hour up until so many requests are left."""
    while copy.mirror.requests_used() < 30 - left:
        assert copy.store.claim_request(copy.mirror.workspace.id, now, None) is None


def test_the_background_leaves_six_requests_to_people(place: Place, served: Serve) -> None:
    server, clock = served(studio(), plan="FREE"), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        assert copy.mirror.requests_used() == len(server.requests) == 6
        spend(copy, clock(), left=6)
        clock.pass_by(minutes=1)
        asked = len(server.requests)
        # What is only compared with waits; what is looked at may use all but two of the six.
        opening = copy.mirror.open_months([], beside=[NOVEMBER])
        assert (opening.waiting, opening.reading, opening.free_at) == ((NOVEMBER,), {}, None)
        assert copy.mirror.requests_left(Intent.VIEWER) == 4
        assert (copy.mirror.requests_left(Intent.BACKGROUND), copy.mirror.requests_left(Intent.PERSON)) == (0, 6)
        # The client keeps to it by itself, whatever was planned.
        with pytest.raises(RateLimited) as limited:
            copy.mirror._client.for_background().user()
        assert limited.value.retry_at == NOON + HOUR
        assert len(server.requests) == asked
        # A person's Refresh may use what was kept, to the last one.
        assert copy.read(NOVEMBER, person=True).missing == ()
        assert count_requests(server, asked) == {"detailed": 1}
        assert copy.mirror.requests_left(Intent.PERSON) == 5


def test_who_and_where_are_counted_with_the_workspace_after_a_restart_too(place: Place, served: Serve) -> None:
    server, clock = served(studio(), plan="FREE"), Clock()
    with mirror_of(server, place, clock=clock):
        pass
    clock.pass_by(hours=6)
    with mirror_of(server, place, clock=clock) as copy:
        copy.jobs.wait(list(copy.jobs._jobs.values()), 60)
        spend(copy, clock(), left=6)
    clock.pass_by(hours=6)
    moment = clock.moment
    with mirror_of(server, place, clock=clock) as copy:
        copy.jobs.wait(list(copy.jobs._jobs.values()), 60)
        assert copy.account.fault is None
        assert len(server.requests) == 18
        spend(copy, moment, left=6)
        # Once more stale by the clock alone: no request is left for the background, so none goes out.
        for kind in ("user", "workspaces"):
            found = copy.store.read_list("", copy.account.fingerprint, kind)
            assert found
            copy.store.save_list("", copy.account.fingerprint, kind, found[0], moment - 7 * HOUR)
        copy.account.open()
        assert copy.jobs.wait(list(copy.jobs._jobs.values()), 60)
        assert isinstance(copy.account.fault, RateLimited)
        assert len(server.requests) == 18
        assert copy.mirror.requests_used() == 24


def test_used_and_next_free_time_as_settings_shows_them(place: Place, served: Serve) -> None:
    server, clock = served(studio(), plan="FREE"), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        assert (copy.mirror.requests_used(), copy.mirror.next_free_at()) == (6, None)
        clock.pass_by(minutes=10)
        spend(copy, clock(), left=6)
        assert (copy.mirror.requests_used(), copy.mirror.next_free_at()) == (24, NOON + HOUR)
        clock.moment = NOON + HOUR - TICK
        assert (copy.mirror.requests_used(), copy.mirror.next_free_at()) == (24, NOON + HOUR)
        clock.moment = NOON + HOUR
        assert (copy.mirror.requests_used(), copy.mirror.next_free_at()) == (18, None)


def test_an_older_free_workspace_may_have_more(place: Place, served: Serve) -> None:
    with mirror_of(served(studio(), plan="FREE"), place, clock=Clock()) as copy:
        copy.account.open(requests_per_hour=300)
        assert copy.account.workspace(None).plan.limit_for(Intent.BACKGROUND) == 294


def test_paid_plans_have_no_hour(place: Place, served: Serve) -> None:
    with mirror_of(served(studio()), place, clock=Clock()) as copy:
        assert (copy.mirror.requests_left(Intent.BACKGROUND), copy.mirror.next_free_at()) == (None, None)
        for _ in range(40):
            assert copy.mirror._client.for_background().user()
        assert copy.mirror.requests_used() == 46
        # Nor has the account's own client, which began without knowing the plan.
        assert all(copy.account._client.user() for _ in range(3))
        assert copy.mirror.requests_used() == 49
