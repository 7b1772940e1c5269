"""Who and what there is: people of the lists, and a list that failed asked for again by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from clockify.demo import RunningServer
from clockify.mirror.changes import Change
from clockify.mirror.lists import with_written
from clockify.periods import Month
from tests.support import studio
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.mirrors import mirror_of
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]


def test_people_are_those_of_the_list_and_active_ones_take_part(place: Place, served: Serve) -> None:
    world = studio.studio()
    ben = next(one for one in world.users.values() if one.name == "Ben Okafor")
    world.users[ben.id] = replace(ben, status="INACTIVE")
    with mirror_of(served(world), place, clock=Clock()) as copy:
        assert copy.mirror.emails() == {one.id: one.email for one in world.users.values()}
        assert set(copy.mirror.active_people()) == {one.id for one in world.users.values() if one.id != ben.id}


def test_who_presses_refresh_waits_for_no_earlier_fault(place: Place, served: Serve) -> None:
    clock = Clock()
    with Front(served(studio.studio())) as front, mirror_of(front, place, clock=clock) as copy:
        copy.read(Month(2026, 11))
        clock.pass_by(hours=25)
        front.fail("users", "500")
        job = copy.mirror.ensure_lists()
        assert job is not None
        copy.mirror.wait_for(job, 60)
        assert job.fault is not None
        front.heal()
        clock.pass_by(seconds=1)
        assert copy.mirror.ensure_lists() is job, "by itself it rests first"
        again = copy.mirror.ensure_lists(person=True)
        assert again is not None and again is not job
        copy.mirror.wait_for(again, 60)
        assert again.fault is None


def test_a_month_that_failed_is_read_at_once_when_a_person_asks(place: Place, served: Serve) -> None:
    clock, november = Clock(), Month(2026, 11)
    with Front(served(studio.studio())) as front, mirror_of(front, place, clock=clock) as copy:
        front.fail("detailed", "500")
        assert november in copy.read(november).faults
        front.heal()
        assert november not in copy.read(november).states, "by itself it rests first"
        assert november in copy.read(november, person=True).states


def timer(name: str, user: str, start: str, end: str | None = None) -> dict[str, Any]:
    return {"id": name, "userId": user, "timeInterval": {"start": start, "end": end, "duration": None}}


def test_a_timer_that_was_started_ends_the_persons_own_and_nobody_elses() -> None:
    ana, ben = timer("a1", "ana", "2026-11-18T08:00:00Z"), timer("b1", "ben", "2026-11-18T09:00:00Z")
    started = timer("a2", "ana", "2026-11-18T10:00:00Z")
    running, ended = with_written([ana, ben], {"a2": started})
    assert (running, ended) == ([started, ben], [timer("a1", "ana", "2026-11-18T08:00:00Z", "2026-11-18T10:00:00Z")])
    assert ana["timeInterval"]["end"] is None, "what is kept is not changed"


def test_a_timer_that_was_stopped_changed_or_discarded_is_the_newer_one_or_gone() -> None:
    ana, ben = timer("a1", "ana", "2026-11-18T08:00:00Z"), timer("b1", "ben", "2026-11-18T09:00:00Z")
    later = timer("a1", "ana", "2026-11-18T08:30:00Z")
    assert with_written([ana, ben], {"a1": later}) == ([later, ben], [])
    assert with_written([ana, ben], {"a1": timer("a1", "ana", "2026-11-18T08:00:00Z", "2026-11-18T09:00:00Z")}) == ([ben], [])
    assert with_written([ana, ben], {"a1": None}) == ([ben], [])
    assert with_written([ana], {"else": timer("else", "ana", "2026-11-01T08:00:00Z", "2026-11-01T09:00:00Z")}) == ([ana], [])
    assert with_written([], {}) == ([], [])


def test_a_list_that_was_put_right_is_as_old_as_it_was_and_yet_another_one(place: Place, served: Serve) -> None:
    clock = Clock()
    with mirror_of(served(studio.studio(), clock=clock), place, clock=clock) as copy:
        read_at = copy.mirror.running_read_at
        assert read_at is not None
        clock.pass_by(minutes=4)
        user = copy.mirror.profile.user_id
        copy.mirror.take_in(user, [Change("t", timer("t", user, "2026-11-18T12:00:00Z"))])
        put_right = copy.mirror.running_read_at
        assert put_right is not None and read_at < put_right < read_at + 1
        assert list(copy.mirror.running(clock())["id"]) == ["t"]
        copy.mirror.take_in(user, [Change("t", timer("t", user, "2026-11-18T12:00:00Z"))])
        assert copy.mirror.running_read_at == put_right, "nothing has changed"
        copy.mirror.take_in("a stranger", [Change("t", None)])
        assert list(copy.mirror.running(clock())["id"]) == ["t"], "of whom this key sees nothing"
        clock.pass_by(minutes=2)
        assert copy.mirror.ensure_lists() is not None, "it is read again as soon as before"
