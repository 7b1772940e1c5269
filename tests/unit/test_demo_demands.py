"""What a workspace of the demo forces and locks is in its settings, and refused over HTTP; a refused write changes nothing."""

from datetime import UTC, datetime

import pytest

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, World
from clockify.demo.demands import rules_of
from clockify.demo.generate import agency_world
from clockify.locks import rulebook_of
from tests.unit.test_demo_writes import BELGRADE, Desk, at

HOUR = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T09:00:00Z"}
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=BELGRADE)


@pytest.fixture
def desk(served):
    desk = Desk(served)
    yield desk
    desk.session.close()


def settings_of(desk):
    return desk.session.get(f"{desk.server.api_url}/workspaces", headers={"X-Api-Key": MEMBER_KEY}).json()[0]["workspaceSettings"]


def whole(desk):
    return HOUR | {"projectId": desk.site.id, "taskId": desk.rush.id, "description": "Work", "tagIds": [desk.red.id]}


FORCED = {"forceProjects": "projectId", "forceTasks": "taskId", "forceDescription": "description", "forceTags": "tagIds"}


@pytest.mark.parametrize(("setting", "field"), FORCED.items())
def test_a_forced_field_is_asked_for_when_time_is_logged_changed_or_a_timer_stopped(desk, setting, field):
    assert settings_of(desk)[setting] is False
    desk.world.settings[setting] = True
    assert settings_of(desk)[setting] is True
    lacking = {name: value for name, value in whole(desk).items() if name not in (field, "taskId" if field == "projectId" else field)}
    entry = desk.log(**whole(desk))
    before = list(desk.world.entries)
    for method, path in (("POST", "/time-entries"), ("PUT", f"/time-entries/{entry['id']}")):
        reply = desk.send(method, path, **lacking)
        assert (reply.status_code, reply.json()["code"]) == (400, 501)
    assert desk.world.entries == before
    # A timer may start without; it stops with it alone.
    timer = desk.log(**{name: value for name, value in lacking.items() if name != "end"})
    assert desk.stop(desk.uma, "2026-03-02T10:00:00Z").status_code == 400
    assert desk.world.timer(timer["id"])
    assert desk.replace(timer["id"], **whole(desk))["timeInterval"]["end"] == HOUR["end"]


def test_locked_time_takes_nothing_new_and_lets_nothing_go_but_from_the_owner(desk):
    old = desk.world.add_entry(desk.wes, at(1, 9), at(1, 10))
    new = desk.world.add_entry(desk.wes, at(2, 9), at(2, 10))
    desk.world.settings["lockTimeEntries"] = "2026-03-01T23:00:00Z"
    before_lock = HOUR | {"start": "2026-03-01T22:59:59Z"}
    for key, user in ((MEMBER_KEY, desk.wes), (MANAGER_KEY, desk.wes)):
        replies = [
            desk.send("POST", f"/user/{user.id}/time-entries", key, **before_lock),
            desk.send("PUT", f"/time-entries/{new.id}", key, **before_lock),
            desk.send("PUT", f"/time-entries/{old.id}", key, **HOUR),
            desk.send("DELETE", f"/time-entries/{old.id}", key),
        ]
        assert [reply.status_code for reply in replies] == [400, 400, 403, 403]
        assert desk.world.entries == [old, new]
    assert desk.log(desk.wes, MEMBER_KEY, **HOUR | {"start": "2026-03-01T23:00:00Z"})
    assert desk.send("PUT", f"/time-entries/{old.id}", OWNER_KEY, **before_lock).status_code == 200


def test_a_lock_that_moves_by_itself_is_as_of_the_worlds_own_clock():
    world = World.empty()
    world.settings["automaticLock"] = {"type": "MONTHLY", "dayOfMonth": 5}
    for now, expected in ((at(4, 12), datetime(2026, 1, 31, 23, tzinfo=UTC)), (at(5, 12), datetime(2026, 2, 28, 23, tzinfo=UTC))):
        world.advance(now)
        assert rules_of(world).locked_before == expected


def test_the_agency_locks_the_months_whose_entries_are_locked():
    world = agency_world(NOW)
    locked_before = rulebook_of(world.settings).at(NOW, world.zone.key).locked_before
    assert locked_before == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert {entry.is_locked for entry in world.entries if entry.start < locked_before.timestamp()} == {True}
    assert {entry.is_locked for entry in world.entries if entry.start >= locked_before.timestamp()} == {False}
