"""Who and what there is: people of the lists, and a list that failed asked for again by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clockify.demo import RunningServer
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
