"""Webhooks at a desk: whose workspaces they are, what was written here, rarer checks, and the bell in every process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clockify.desk import writing
from clockify.desk.desk import Desk
from clockify.desk.hooks import Receipt
from clockify.desk.visit import Visit
from clockify.mirror import ear
from clockify.mirror.database import Database
from clockify.mirror.store import Store
from clockify.settings import ApiKey, Settings
from clockify.writes import Draft
from tests.conftest import unavailable
from tests.support import studio
from tests.support.databases import Cluster, Place, start_cluster
from tests.support.faults import Front
from tests.support.mirrors import count_requests
from tests.support.pens import NOVEMBER, at_a_desk, mirror_of
from tests.support.studio import Clock
from tests.support.telling import body_of

START = datetime(2026, 11, 17, 8, tzinfo=UTC)
SECONDS = 30.0


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that a test may stop."""
    found = start_cluster()
    if isinstance(found, str):
        unavailable("postgres", found)
    else:
        yield found
        found.stop()


@pytest.fixture
def visit(front: Front, tmp_path: Path, clock: Clock) -> Iterator[Visit]:
    with at_a_desk(front, Place(None, tmp_path), clock) as found:
        yield found


def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def new_entry(front: Front, **settings: Any) -> dict[str, Any]:
    world = front.behind.world
    return body_of(world, world.add_entry(next(iter(world.users.values())), START, START + timedelta(hours=1), **settings))


def test_the_workspaces_are_those_that_the_installations_key_opens_as_far_as_it_is_known(
    front: Front, tmp_path: Path, clock: Clock
) -> None:
    with at_a_desk(front, Place(None, tmp_path), clock, reads=False) as visit:
        hooks = visit.desk.hooks(demo=False)
        assert visit.desk.hooks(demo=False) is hooks
        body = new_entry(front)
        asked = len(front.exchanges)
        assert hooks.take("NEW_TIME_ENTRY", body) is Receipt.TAKEN
        assert hooks.take("NEW_TIME_ENTRY", body | {"workspaceId": "other"}) is Receipt.OTHER_WORKSPACE
        assert len(front.exchanges) == asked
    fresh = Desk(Settings(key=ApiKey(studio.KEY), api_url=front.api_url, reports_url=front.reports_url), tmp_path / "new", clock)
    try:
        # Nobody has opened a page yet: nobody knows, and nobody asks.
        assert fresh.hooks(demo=False).take("NEW_TIME_ENTRY", body) is Receipt.OTHER_WORKSPACE
        assert fresh.hooks(demo=True).take("NEW_TIME_ENTRY", body) is Receipt.OTHER_WORKSPACE
        assert len(front.exchanges) == asked
        assert not fresh.demo_runs
    finally:
        fresh.close()


def test_the_demo_has_webhooks_of_its_own(tmp_path: Path) -> None:
    desk = Desk(Settings(), tmp_path)
    try:
        desk.demo_settings()
        body = {"id": "e1", "workspaceId": desk._demo.world.id, "userId": "u1", "timeInterval": {"start": "2026-11-17T08:00:00Z"}}
        assert desk.hooks(demo=True).take("NEW_TIMER_STARTED", body) is Receipt.TAKEN
        assert desk.hooks(demo=False).take("NEW_TIMER_STARTED", body) is Receipt.OTHER_WORKSPACE
    finally:
        desk.close()


def test_the_echo_of_what_was_written_here_does_nothing(visit: Visit, front: Front) -> None:
    hooks, mirror = visit.desk.hooks(demo=False), mirror_of(visit)
    draft = Draft(START, START + timedelta(hours=1), description="a talk")
    written = writing.log_time(visit, writing.new_id(), draft)
    longer = Draft(START, START + timedelta(hours=2), description="a talk")
    world = front.behind.world
    first = body_of(world, world.entry(written.entry_id))
    writing.change_entry(visit, writing.new_id(), written.entry_id, longer, draft)
    assert hooks.wait(SECONDS)
    before = mirror.states()
    hooks.take("TIME_ENTRY_UPDATED", body_of(world, world.entry(written.entry_id)))
    hooks.take("NEW_TIME_ENTRY", first)
    assert hooks.wait(SECONDS)
    assert {one.outcome for one in hooks.recent(mirror.workspace.id)} == {"nothing_new"}
    assert len(hooks.recent(mirror.workspace.id)) == 2, "what was written here is no delivery"
    assert mirror.states() == before
    assert mirror.states()[NOVEMBER].verdict.doubted == ()
    # And what is written here is no sign that webhooks are heard.
    writing.delete_entry(visit, writing.new_id(), written.entry_id, longer)
    assert hooks.wait(SECONDS)
    assert mirror.states()[NOVEMBER].entries_count == 4


def test_what_is_written_is_in_copies_that_are_not_open_here(front: Front, tmp_path: Path, clock: Clock) -> None:
    place = Place(None, tmp_path)
    with at_a_desk(front, place, clock, key=studio.MANAGER) as other:
        world = mirror_of(other)
    with at_a_desk(front, place, clock) as visit:
        writing.log_time(visit, writing.new_id(), Draft(START, START + timedelta(hours=1), description="a talk"))
        until(lambda: not visit.desk.store.inbox.waiting(1), "somebody does so by himself")
    with at_a_desk(front, place, clock, key=studio.MANAGER) as other:
        mirror = mirror_of(other)
        entries = mirror.entries(NOVEMBER, mirror.states()[NOVEMBER].version, ["description"])
        assert entries is not None and "a talk" in set(entries["description"])
    assert world.scope == mirror.scope


def test_checks_become_rarer_while_webhooks_are_heard_and_not_after_two_hours(visit: Visit, front: Front, clock: Clock) -> None:
    mirror, server = mirror_of(visit), front.behind
    visit.desk.hooks(demo=False).take("NEW_TIMER_STARTED", new_timer(front))
    assert visit.desk.hooks(demo=False).wait(SECONDS)

    def look(minutes: float) -> dict[str, int]:
        clock.pass_by(minutes=minutes)
        seen = len(server.requests)
        job = mirror.ensure_lists()
        assert job is None or mirror.wait_for(job, SECONDS)
        assert mirror.wait(mirror.open_months([NOVEMBER]), SECONDS)
        return dict(count_requests(server, seen))

    assert look(14) == {}
    # A list that was put right is a little younger than when it was read.
    assert look(1.1) == {"detailed": 1, "in-progress": 1}
    assert look(14) == {}
    look(95)
    # Two hours and four minutes after the delivery nobody is heard any more.
    assert look(5) == {"detailed": 1, "in-progress": 1}


def test_where_no_start_was_ever_told_timers_are_asked_for_as_before(visit: Visit, front: Front, clock: Clock) -> None:
    visit.desk.hooks(demo=False).take("NEW_TIME_ENTRY", new_entry(front))
    assert visit.desk.hooks(demo=False).wait(SECONDS)
    clock.pass_by(minutes=5)
    assert mirror_of(visit).ensure_lists() is not None
    opening = mirror_of(visit).open_months([NOVEMBER])
    assert not opening.is_busy


def new_timer(front: Front) -> dict[str, Any]:
    world = front.behind.world
    return body_of(world, world.add_running(next(iter(world.users.values())), START), runs=True)


# The bell


@contextmanager
def two_desks(front: Front, place: Place, clock: Clock) -> Iterator[tuple[Visit, Visit]]:
    with at_a_desk(front, place, clock) as one, at_a_desk(front, place, clock) as other:
        yield one, other


def heard_by(desk: Desk) -> list[str]:
    rings: list[str] = []
    desk.bell.listen(rings.append)
    return rings


def is_listening(desk: Desk) -> bool:
    found = desk.store._database._ear
    return found is not None and found.is_listening


def test_a_copy_rings_once_when_it_changes_and_not_when_it_doesnt(visit: Visit, front: Front, clock: Clock) -> None:
    rings, workspace = heard_by(visit.desk), mirror_of(visit).workspace.id
    visit.desk.hooks(demo=False).take("NEW_TIME_ENTRY", new_entry(front))
    assert visit.desk.hooks(demo=False).wait(SECONDS)
    assert rings == [workspace]
    job = mirror_of(visit).ensure_lists(person=True)
    assert job and mirror_of(visit).wait_for(job, SECONDS)
    assert set(rings) == {workspace} and len(rings) == 5, "four lists were read"
    mirror_of(visit).open_months([NOVEMBER])
    assert len(rings) == 5
    visit.desk.bell.ring("w1")
    assert rings[-1] == "w1"


def test_it_rings_in_every_process_of_a_shared_server(front: Front, cluster: Cluster, tmp_path: Path, clock: Clock) -> None:
    with two_desks(front, Place(cluster.new_database(), tmp_path), clock) as (one, other):
        workspace = mirror_of(one).workspace.id
        until(lambda: is_listening(one.desk) and is_listening(other.desk), "both listen")
        here, there = heard_by(one.desk), heard_by(other.desk)
        one.desk.hooks(demo=False).take("NEW_TIME_ENTRY", new_entry(front))
        until(lambda: there, "the other hears it")
        assert one.desk.hooks(demo=False).wait(SECONDS)
        other.desk.bell.ring("notes of w1")
        until(lambda: "notes of w1" in here, "notes go across, too")
        assert here == [workspace, "notes of w1"], "nobody hears himself twice"
        assert there == [workspace, "notes of w1"]
    assert [one.name for one in threading.enumerate() if one.name in ("mirror-ear", "hooks")] == []


def test_what_changed_before_it_listened_may_be_everything(
    front: Front, own_cluster: Cluster, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page may be drawn, and another process may change what it shows, before the first connection is there."""
    listen, may_listen = ear._connected, threading.Event()

    def at_last(engine: Any) -> Any:
        assert may_listen.wait(SECONDS)
        return listen(engine)

    monkeypatch.setattr(ear, "_connected", at_last)
    url = own_cluster.new_database()
    with at_a_desk(front, Place(url, tmp_path), clock) as visit:
        rings, other = heard_by(visit.desk), Store(Database(url, tmp_path))
        other.spread("w1")
        may_listen.set()
        until(lambda: rings == [""], "it is told that it may have missed something")
        other.close()


def test_after_a_lost_connection_everything_may_have_changed(
    front: Front, own_cluster: Cluster, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ear, "FIRST_REST_SECONDS", 0.1)
    url = own_cluster.new_database()
    with at_a_desk(front, Place(url, tmp_path), clock) as visit:
        until(lambda: is_listening(visit.desk), "it listens")
        rings = heard_by(visit.desk)
        own_cluster.break_off()
        time.sleep(1)
        assert rings == []
        own_cluster.start()
        until(lambda: "" in rings, "it comes back by itself")
        other = Store(Database(url, tmp_path))
        other.spread("w1")
        until(lambda: "w1" in rings, "and hears again")
        other.close()
        assert "postgresql://" not in caplog.text
