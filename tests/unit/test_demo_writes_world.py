"""What is written stays as it is while the demo's day goes on, for many edits and from several threads."""

import random
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from clockify.demo import MEMBER_KEY, OWNER_KEY, World, agency_world

BELGRADE = ZoneInfo("Europe/Belgrade")
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=BELGRADE)
EVENING = NOW.replace(hour=23, minute=50)


@pytest.fixture
def world():
    return agency_world(NOW)


@pytest.fixture
def planned(world):
    """A timer that the world invented: an entry planned to end later today."""
    upcoming = {entry.id for entry in world.upcoming}
    return next(timer for timer in world.running if timer.id in upcoming)


class Lock:
    """A lock that knows how often it is held."""

    def __init__(self):
        self.lock, self.depth = threading.RLock(), 0

    def __enter__(self):
        self.lock.acquire()
        self.depth += 1

    def __exit__(self, *_):
        self.depth -= 1
        self.lock.release()


def of(person_id, entries):
    return [entry for entry in entries if entry.user_id == person_id]


def test_a_written_timer_runs_on(world, planned):
    ana = next(iter(world.users.values()))
    timer = world.add_running(ana, NOW, description="Mine")
    for minutes in range(0, 570, 30):
        world.advance(NOW + timedelta(minutes=minutes))
        assert of(ana.id, world.running) == [timer]
    # Nobody touched the other two, so theirs go on being invented.
    assert len(world.running) == 3 and planned not in world.running


def test_a_stopped_timer_does_not_start_again(world, planned):
    stopped = world.write_entry(planned._replace(seconds=60))
    planned_count = len(world.upcoming) + len(world.entries)
    for moment in (NOW, NOW + timedelta(hours=2), EVENING):
        world.advance(moment)
        assert of(planned.user_id, world.running) == []
    # The plan would have ended it later: it is there once, as it was stopped.
    assert [entry for entry in world.entries if entry.id == planned.id] == [stopped]
    assert len(world.upcoming) + len(world.entries) == planned_count
    assert len(world.running) == 1


def test_a_deleted_timer_does_not_come_back(world, planned):
    world.delete_entry(planned.id)
    for moment in (NOW, NOW + timedelta(hours=2), EVENING):
        world.advance(moment)
        assert of(planned.user_id, world.running) == []
        assert planned.id not in {entry.id for entry in (*world.entries, *world.upcoming)}
    with pytest.raises(KeyError):
        world.delete_entry(planned.id)


def test_a_changed_timer_stays_as_it_was_changed(world, planned):
    changed = world.write_entry(planned._replace(description="Changed"), running=True)
    world.advance(EVENING)
    assert of(planned.user_id, world.running) == [changed]
    assert planned.id not in {entry.id for entry in world.entries}


def test_what_the_day_brings_can_be_found_and_changed(world):
    first = world.upcoming[0]
    with pytest.raises(KeyError):
        world.entry(first.id)
    world.advance(EVENING)
    assert world.entry(first.id) == first
    assert world.edit_entry(first.id, description="Changed") in world.entries


def test_the_days_timers_over_http(served):
    now = [NOW]
    server = served(agency_world, clock=lambda: now[0])
    world = server.world
    carla = next(user for user in world.users.values() if user.name == "Carla Ruiz")
    url = f"{server.api_url}/workspaces/{world.id}"
    with requests.Session() as session:
        session.headers["X-Api-Key"] = MEMBER_KEY

        def running():
            return [row["id"] for row in session.get(url + "/time-entries/status/in-progress").json()]

        (invented,) = running()
        started = session.post(url + "/time-entries", json={"start": "2026-03-19T13:21:00Z"}).json()
        now[0] += timedelta(hours=3)
        assert running() == [started["id"]]
        assert session.get(f"{url}/time-entries/{invented}").json()["timeInterval"]["end"] == "2026-03-19T13:21:00Z"
        end = {"end": "2026-03-19T16:00:00Z"}
        assert [session.patch(f"{url}/user/{carla.id}/time-entries", json=end).status_code for _ in range(2)] == [200, 404]
        now[0] += timedelta(hours=3)
        assert running() == []


def test_many_edits_keep_the_order_and_lose_nothing():
    world = agency_world(NOW, entries=3_000)
    rng = random.Random(13)
    known = {entry.id: entry for entry in world.entries}
    for number in range(300):
        entry = known[rng.choice(list(known))]
        if number % 3 == 0:
            world.delete_entry(entry.id)
            del known[entry.id]
        else:
            known[entry.id] = world.edit_entry(entry.id, start=entry.start + rng.randrange(-9_000_000, 9_000_000), description=str(number))
        if number % 50 == 0:
            user = world.users[entry.user_id]
            added = world.add_entry(user, NOW - timedelta(days=number), NOW - timedelta(days=number, hours=-1))
            known[added.id] = added
    assert world.entries == sorted(known.values())
    assert all(world.entry(key) is entry for key, entry in known.items())


def test_changes_and_requests_hold_the_lock(served):
    held = []

    class Watched(World):
        def between(self, first, last):
            held.append(("read", self.lock.depth))
            return super().between(first, last)

        def make_entry(self, *args, **settings):
            held.append(("write", self.lock.depth))
            return super().make_entry(*args, **settings)

    world = Watched()
    world.lock = Lock()
    uma = world.add_user("Uma")
    world.add_entry(uma, NOW, NOW)
    server = served(world)
    url = f"{server.api_url}/workspaces/{world.id}/user/{uma.id}/time-entries"
    for method, body in (("GET", None), ("POST", {"start": "2026-03-19T13:21:00Z"})):
        assert requests.request(method, url, json=body, headers={"X-Api-Key": OWNER_KEY}).ok
    assert held == [("write", 1), ("read", 1), ("write", 1)]


def test_an_entry_that_is_being_edited_is_never_missing(served):
    world = World.empty()
    uma = world.add_user("Uma")
    entries = [world.add_entry(uma, NOW + timedelta(hours=hour), NOW + timedelta(hours=hour + 1)) for hour in range(20)]
    server = served(world)
    done = threading.Event()

    def edit():
        for number in range(5_000):
            world.edit_entry(entries[number % 20].id, seconds=3_600, start=entries[(number * 7) % 20].start)
            if done.is_set():
                return

    editor = threading.Thread(target=edit)
    body = {"dateRangeStart": "2026-03-19T00:00:00", "dateRangeEnd": "2026-03-21T00:00:00", "summaryFilter": {"groups": ["USER"]}}
    with requests.Session() as session:
        session.headers["X-Api-Key"] = OWNER_KEY
        editor.start()
        url = f"{server.reports_url}/workspaces/{world.id}/reports/summary"
        totals = [session.post(url, json=body).json()["totals"][0] for _ in range(40)]
        done.set()
        editor.join()
    assert {(total["entriesCount"], total["totalTime"]) for total in totals} == {(20, 72_000)}
