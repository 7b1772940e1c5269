"""Entries put in and taken out one by one, while others read, check and put in as well; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from clockify.api.quota import Intent
from clockify.demo import MANAGER_KEY, RunningServer, World
from clockify.mirror.changes import Change
from clockify.mirror.jobs import Progress
from clockify.mirror.merging import merged_names
from clockify.mirror.publishing import Draft
from clockify.mirror.work import Task
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.faults import Exchange, Front
from tests.support.looks import wait_for
from tests.support.mirrors import Copy, mirror_of
from tests.support.studio import Clock
from tests.support.workshop import MONTHS, NOVEMBER, NOW, OCTOBER, TIMER, entry, workshop

Serve = Callable[..., RunningServer]
Json = dict[str, Any]

SECONDS = 60.0
SEPTEMBER = Month(2026, 9)
COUNT = 25
FRESH = "put in by hand"


def row(world: World, start: str, minutes: int | None = 60, **fields: Any) -> Json:
    """Return an entry as the main API gives it: Ana's on Atlas at 100 EUR an hour; without minutes it still runs."""
    begin = datetime.fromisoformat(f"{start}:00+00:00")
    end = begin + timedelta(minutes=minutes) if minutes is not None else None
    (atlas,) = [one.id for one in world.projects.values() if one.name == "Atlas"]
    return {
        "id": FRESH,
        "userId": next(iter(world.users)),
        "projectId": atlas,
        "taskId": None,
        "tagIds": [],
        "billable": True,
        "description": FRESH,
        "hourlyRate": {"amount": 10_000, "currency": "EUR"},
        "type": "REGULAR",
        "isLocked": False,
        "timeInterval": {"start": begin.isoformat(), "end": end and end.isoformat(), "duration": None},
    } | fields


def put(entry_row: Json) -> Change:
    return Change(entry_row["id"], entry_row)


def out(identifier: str) -> Change:
    return Change(identifier, None)


def ids(copy: Copy, month: Month) -> list[str]:
    return [str(one) for one in copy.entries(month)["id"]]


def sums(copy: Copy, month: Month) -> tuple[int, int, int]:
    """Return entries, seconds and cents of a month: rows and cube must say the same."""
    entries, cube = copy.entries(month), copy.cube(month)
    found = (len(entries), int(entries["seconds"].sum()), int(entries["amount_ticks"].sum()) // 3600)
    assert found == (int(cube["entries"].sum()), int(cube["seconds"].sum()), int(cube["amount_ticks"].sum()) // 3600)
    return found


# Ana: 12 hours and 1 + … + 12 = 78 minutes, 20 minutes more; Ben: 6 hours. Ana's 818 minutes earn 100 EUR an hour.
AS_READ = (COUNT, (818 + 360) * 60, 818 * 10_000 // 60)
WITH_ONE_HOUR_MORE = (COUNT + 1, AS_READ[1] + 3600, 818 * 10_000 // 60 + 10_000)


@contextmanager
def front_of(served: Serve, world: World, place: Place, *, cap: int = 1000, **terms: Any) -> Iterator[tuple[Front, Copy, Clock]]:
    clock = Clock(NOW)
    with Front(served(world, detailed_page_cap=cap)) as front, mirror_of(front, place, clock=clock, **terms) as copy:
        yield front, copy, clock


@contextmanager
def held(front: Front, page: int) -> Iterator[None]:
    """Let a page of a report wait while the block runs; the pages before it have been read by then."""
    asked = len(front.exchanges)

    def is_meant(one: Exchange) -> bool:
        return one.page == page

    with front.hold("detailed", is_meant):
        yield
        assert any(one.endpoint == "detailed" and one.page == page for one in front.exchanges[asked:]), "the block came too late"


def is_at(front: Front, page: int, since: int = 0) -> None:
    """Wait until a page is asked for."""
    wait_for(lambda: any(one.endpoint == "detailed" and one.page == page for one in list(front.exchanges)[since:]))


# Alone


def test_what_is_put_in_is_there_at_once_and_at_no_request(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (front, copy, clock):
        copy.read(*MONTHS)
        assert sums(copy, NOVEMBER) == AS_READ
        before, october, asked = copy.state(NOVEMBER), copy.state(OCTOBER), len(front.exchanges)
        clock.pass_by(seconds=30)
        copy.mirror.apply([put(row(world, "2026-11-21T10:00"))])
        state = copy.state(NOVEMBER)
        assert sums(copy, NOVEMBER) == WITH_ONE_HOUR_MORE
        assert (state.version != before.version, state.entries_count, state.rows, state.checked_at) == (
            (True, COUNT + 1, before.rows, before.checked_at)
        )
        assert (state.verdict.agrees, state.verdict.is_pending, state.verdict.at) == (None, True, clock().timestamp())
        assert copy.state(OCTOBER) == october
        # Its name is known, too: the list gives ids alone, so those that were known stay.
        names = copy.mirror.names(NOVEMBER, state.version)
        assert names == copy.mirror.names(OCTOBER, october.version)
        assert len(front.exchanges) == asked
        # The sums are asked for a minute after they were last; Clockify knows nothing of it, so it goes.
        clock.pass_by(seconds=29)
        assert not copy.mirror.open_months(MONTHS).is_busy
        clock.pass_by(seconds=1)
        copy.read(*MONTHS)
        copy.settle(*MONTHS)
        assert sums(copy, NOVEMBER) == AS_READ
        assert copy.state(NOVEMBER).verdict.agrees is True


def test_an_entry_is_changed_and_taken_out_by_its_id(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(*MONTHS)
        known = entry(world, "Ana 11-05").id
        copy.mirror.apply([put(row(world, "2026-11-06T10:00", 30, id=known, description="moved"))])
        # 65 minutes on the 5th became 30 on the 6th.
        assert sums(copy, NOVEMBER) == (COUNT, AS_READ[1] - 35 * 60, (818 - 35) * 10_000 // 60)
        (found,) = [one for one in copy.entries(NOVEMBER).itertuples() if one.id == known]
        assert (str(found.day.date()), found.description, found.rate) == ("2026-11-06", "moved", 10_000)
        copy.mirror.apply([out(known)])
        assert known not in ids(copy, NOVEMBER)
        assert sums(copy, NOVEMBER) == (COUNT - 1, AS_READ[1] - 65 * 60, (818 - 65) * 10_000 // 60)


def test_of_several_changes_of_an_entry_the_last_counts(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(NOVEMBER)
        copy.mirror.apply([put(row(world, "2026-11-06T10:00", minutes)) for minutes in (5, 60)])
        assert sums(copy, NOVEMBER) == WITH_ONE_HOUR_MORE
        copy.mirror.apply([put(row(world, "2026-11-06T10:00")), out(FRESH)])
        assert sums(copy, NOVEMBER) == AS_READ


def test_an_entry_that_moves_between_months_is_in_one_at_every_moment(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(*MONTHS)
        known, seen, publish = entry(world, "Ana 11-05").id, [], copy.store.months.publish

        def publish_and_look(*args: Any, **terms: Any) -> Any:
            overtaken = publish(*args, **terms)
            seen.append([month for month in MONTHS if known in ids(copy, month)])
            return overtaken

        copy.store.months.publish = publish_and_look  # type: ignore[method-assign]
        copy.mirror.apply([put(row(world, "2026-10-06T10:00", id=known))])
        copy.mirror.apply([put(row(world, "2026-11-06T10:00", id=known))])
        # In Belgrade the month begins an hour before it does in UTC.
        copy.mirror.apply([put(row(world, "2026-10-31T22:59", id=known))])
        copy.mirror.apply([put(row(world, "2026-10-31T23:00", id=known))])
        assert seen == [[OCTOBER], [NOVEMBER], [OCTOBER], [NOVEMBER]]


def test_it_leaves_the_months_that_are_stored_for_one_that_is_not(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(NOVEMBER)
        known = entry(world, "Ana 11-05").id
        copy.mirror.apply([put(row(world, "2026-09-05T10:00", id=known))])
        assert known not in ids(copy, NOVEMBER)
        assert set(copy.mirror.states()) == {NOVEMBER}


def test_a_running_timer_is_in_no_month(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(*MONTHS)
        before = copy.mirror.states()
        copy.mirror.apply([put(row(world, "2026-11-21T10:00", None))])
        assert copy.mirror.states() == before
        # One that was stopped and runs again leaves its month.
        known = entry(world, "Ana 11-05").id
        copy.mirror.apply([put(row(world, "2026-11-05T08:00", None, id=known))])
        assert known not in ids(copy, NOVEMBER)
        # And back it is when it has ended.
        copy.mirror.apply([put(row(world, "2026-11-05T08:00", 65, id=known))])
        assert sums(copy, NOVEMBER) == AS_READ


def test_what_nobody_knows_changes_nothing(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(*MONTHS)
        before = copy.mirror.states()
        copy.mirror.apply([out("nobody")])
        copy.mirror.apply([])
        assert copy.mirror.states() == before
        # An entry whose time can't be understood is in no sum, and takes none with it.
        copy.mirror.apply([put(row(world, "2026-11-21T10:00", timeInterval={"start": "yesterday", "end": "today"}))])
        assert copy.mirror.states() == before


def test_hidden_amounts_stay_hidden(place: Place, served: Serve) -> None:
    world = workshop()
    world.add_user("Mia", role="MANAGER")
    with front_of(served, world, place, key=MANAGER_KEY) as (_, copy, _):
        assert copy.read(NOVEMBER).states[NOVEMBER].amounts_hidden is True
        copy.mirror.apply([put(row(world, "2026-11-21T10:00"))])
        assert (copy.state(NOVEMBER).amounts_hidden, sums(copy, NOVEMBER)) == (True, (COUNT + 1, AS_READ[1] + 3600, 0))
        assert set(copy.entries(NOVEMBER)["rate"]) == {0}


# While others are at work


@pytest.mark.parametrize("months", [(), MONTHS])
def test_a_read_under_way_neither_loses_to_it_nor_undoes_it(place: Place, served: Serve, months: tuple[Month, ...]) -> None:
    """The month isn't there yet, or read again; a day of it has changed meanwhile, which only the read can bring."""
    world = workshop()
    with front_of(served, world, place, cap=10) as (front, copy, _):
        copy.read(*months)
        gone, changed = entry(world, "Ana 11-05").id, entry(world, "Ana 11-07").id
        world.edit_entry(changed, description="brought by the read")
        asked = len(front.exchanges)
        with held(front, 3):
            job = copy.mirror.read_again(NOVEMBER)
            is_at(front, 3, asked)
            copy.mirror.apply([put(row(world, "2026-11-21T10:00")), out(gone)])
            assert set(copy.mirror.states()) == set(months)
        assert copy.mirror.wait_for(job, SECONDS)
        assert job.fault is None
        found = copy.entries(NOVEMBER)
        assert len(found) == COUNT
        assert FRESH in set(found["id"])
        assert gone not in set(found["id"])
        assert set(found.loc[found["id"] == changed, "description"]) == {"brought by the read"}
        assert sums(copy, NOVEMBER) == (COUNT, AS_READ[1] + 3600 - 65 * 60, (818 - 5) * 10_000 // 60)
        # What the read found of the sums was true without these two.
        assert (copy.state(NOVEMBER).verdict.agrees, copy.state(NOVEMBER).verdict.is_pending) == (None, True)


def test_a_check_under_way_neither_loses_to_it_nor_undoes_it(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place, cap=10) as (front, copy, clock):
        copy.read(*MONTHS)
        gone, changed = entry(world, "Ana 11-05").id, entry(world, "Ana 11-07").id
        world.edit_entry(changed, description="brought by the check")
        clock.pass_by(minutes=5)
        asked = len(front.exchanges)
        with held(front, 3):
            opening = copy.mirror.open_months(MONTHS)
            is_at(front, 3, asked)
            copy.mirror.apply([put(row(world, "2026-11-21T10:00")), out(gone)])
            assert FRESH in ids(copy, NOVEMBER)
        assert copy.mirror.wait(opening, SECONDS)
        found = copy.entries(NOVEMBER)
        assert (FRESH in set(found["id"]), gone in set(found["id"]), len(found)) == (True, False, COUNT)
        assert set(found.loc[found["id"] == changed, "description"]) == {"brought by the check"}
        assert copy.state(NOVEMBER).verdict.is_pending


def test_a_check_that_finds_nothing_new_leaves_what_was_put_in_meanwhile(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place, cap=10) as (front, copy, clock):
        copy.read(*MONTHS)
        clock.pass_by(minutes=5)
        asked = len(front.exchanges)
        with held(front, 3):
            opening = copy.mirror.open_months(MONTHS)
            is_at(front, 3, asked)
            copy.mirror.apply([put(row(world, "2026-11-21T10:00"))])
            state = copy.state(NOVEMBER)
        assert copy.mirror.wait(opening, SECONDS)
        assert sums(copy, NOVEMBER) == WITH_ONE_HOUR_MORE
        # The sums that were compared were those of before: nothing is called checked by that.
        assert copy.state(NOVEMBER).verdict == state.verdict


def test_a_check_by_sums_under_way_neither_loses_to_it_nor_undoes_it(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place, cap=2) as (front, copy, clock):
        copy.read(*MONTHS)
        gone, changed = entry(world, "Ana 11-05").id, entry(world, "Ana 11-07").id
        world.edit_entry(changed, description="brought by the check")
        clock.pass_by(minutes=5)
        asked = len(front.exchanges)
        with held(front, 1):
            opening = copy.mirror.open_months(MONTHS)
            is_at(front, 1, asked)
            copy.mirror.apply([put(row(world, "2026-11-07T10:00")), out(gone)])
        assert copy.mirror.wait(opening, SECONDS)
        found = copy.entries(NOVEMBER)
        assert (FRESH in set(found["id"]), gone in set(found["id"]), len(found)) == (True, False, COUNT)
        assert set(found.loc[found["id"] == changed, "description"]) == {"brought by the check"}


def test_a_month_that_is_not_stored_yet_gets_what_was_put_in_while_it_was_read(place: Place, served: Serve) -> None:
    """It moves from a month that is there into one that is on its way, and was not there when its pages were read."""
    world = workshop()
    with front_of(served, world, place, cap=10) as (front, copy, _):
        copy.read(OCTOBER)
        known = entry(world, "Ana 10-05").id
        asked = len(front.exchanges)
        with held(front, 3):
            opening = copy.mirror.open_months(MONTHS)
            is_at(front, 3, asked)
            copy.mirror.apply([put(row(world, "2026-11-21T10:00", id=known))])
            assert known not in ids(copy, OCTOBER)
        assert copy.mirror.wait(opening, SECONDS)
        assert [known in ids(copy, month) for month in MONTHS] == [False, True]
        assert sums(copy, NOVEMBER) == WITH_ONE_HOUR_MORE


# Two who store


def draft_of(copy: Copy, month: Month) -> Draft:
    """Read a month from Clockify, and store nothing."""
    state = copy.mirror._press.begin()[1].get(month)
    snapshot = copy.mirror._schedule._work(Intent.BACKGROUND)._roads(Progress()).read(month, state)
    return Draft(snapshot, state, snapshot.verdict.at)


@pytest.mark.parametrize("is_stored", [False, True])
def test_of_two_readers_the_first_one_stays(place: Place, served: Serve, is_stored: bool) -> None:
    world = workshop()
    server, clock = served(world), Clock(NOW)
    with mirror_of(server, place, clock=clock) as one, mirror_of(server, place, clock=clock) as other:
        if is_stored:
            one.read(NOVEMBER)
        known = one.mirror._press.begin()[0]
        world.edit_entry(entry(world, "Ana 11-05").id, description="first")
        first = draft_of(one, NOVEMBER)
        world.edit_entry(entry(world, "first").id, description="second")
        second = draft_of(other, NOVEMBER)
        one.mirror._press.publish([first], known)
        state = one.state(NOVEMBER)
        other.mirror._press.publish([second], known)
        assert other.state(NOVEMBER) == state
        assert "first" in set(other.entries(NOVEMBER)["description"])
        # Who begins after that sees it, and stores.
        known, third = other.mirror._press.begin()[0], draft_of(other, NOVEMBER)
        other.mirror._press.publish([third], known)
        assert "second" in set(one.entries(NOVEMBER)["description"])


def test_two_who_put_in_at_once_both_do(place: Place, served: Serve) -> None:
    world = workshop()
    server, clock = served(world), Clock(NOW)
    with mirror_of(server, place, clock=clock) as one, mirror_of(server, place, clock=clock) as other:
        one.read(NOVEMBER)
        begin = one.mirror._press.begin

        def begin_and_let_the_other_be_quicker() -> Any:
            found = begin()
            one.mirror._press.begin = begin  # type: ignore[method-assign]
            other.mirror.apply([put(row(world, "2026-11-20T10:00", id="the other's"))])
            return found

        one.mirror._press.begin = begin_and_let_the_other_be_quicker  # type: ignore[method-assign]
        one.mirror.apply([put(row(world, "2026-11-21T10:00"))])
        assert {FRESH, "the other's"} <= set(ids(one, NOVEMBER))
        assert sums(one, NOVEMBER)[:2] == (COUNT + 2, AS_READ[1] + 2 * 3600)


def test_what_was_put_in_before_a_read_began_is_not_put_in_again(place: Place, served: Serve) -> None:
    """Clockify doesn't have it any more: the next read is right, whatever was put in by hand before."""
    world = workshop()
    with front_of(served, world, place) as (_, copy, _):
        copy.read(NOVEMBER)
        copy.mirror.apply([put(row(world, "2026-11-21T10:00"))])
        copy.mirror._schedule._read(Task((NOVEMBER,), copy.mirror.states()), Intent.PERSON, Progress())
        assert FRESH not in ids(copy, NOVEMBER)
        assert (sums(copy, NOVEMBER), copy.state(NOVEMBER).verdict.agrees) == (AS_READ, True)


def test_a_stopped_timer_put_in_is_what_the_next_check_finds(place: Place, served: Serve) -> None:
    world = workshop()
    with front_of(served, world, place) as (front, copy, clock):
        copy.read(NOVEMBER)
        (timer,) = [one for one in world.running if one.description == TIMER]
        world.write_entry(timer._replace(seconds=3600))
        stopped = row(world, "2026-11-20T10:00", id=timer.id, userId=timer.user_id, projectId=None, billable=False, description=TIMER)
        copy.mirror.apply([put(stopped | {"hourlyRate": None})])
        state, asked = copy.state(NOVEMBER), len(front.exchanges)
        clock.pass_by(minutes=1)
        copy.read(NOVEMBER)
        # The same content keeps its version: nothing that was made of it is made again.
        assert (copy.state(NOVEMBER).version, copy.state(NOVEMBER).verdict.agrees) == (state.version, True)
        assert [one.endpoint for one in front.exchanges[asked:]] == ["detailed"]


def test_names_that_are_known_are_not_lost_to_a_row_that_names_nothing() -> None:
    known = {"project": {"p": "Atlas"}, "project_facts": {"p": ["acme", "#123456"]}}
    nameless = {"project": {"p": "", "q": ""}, "project_facts": {"p": ["", ""], "q": ["", ""]}}
    both = {"project": {"p": "Atlas", "q": ""}, "project_facts": {"p": ["acme", "#123456"], "q": ["", ""]}}
    assert merged_names(known, nameless) == merged_names(nameless, known) == both
    assert merged_names(known, {"project": {"p": "New"}, "project_facts": {"p": ["blue", "#654321"]}}) == {
        "project": {"p": "New"},
        "project_facts": {"p": ["blue", "#654321"]},
    }
