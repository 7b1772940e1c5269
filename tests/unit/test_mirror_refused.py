"""Where reports are refused: months are read person by person, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from clockify.demo import MEMBER_KEY, RunningServer, World
from clockify.directory import Kind
from clockify.errors import ReportsRefused
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.studio import NOON, Clock, studio
from tests.support.tampering import refused, serve_tampered

Serve = Callable[..., RunningServer]

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def totals(copy: Copy, month: Month) -> dict[str, Any]:
    """Return seconds, entries and cents per currency."""
    cube = copy.cube(month)
    assert cube is not None
    ticks = cube.groupby("currency", observed=True)["amount_ticks"].sum()
    cents = {str(code): int(sum_) / 3600 for code, sum_ in ticks.items() if sum_}
    return {"seconds": int(cube["seconds"].sum()), "entries": int(cube["entries"].sum()), **cents}


def test_everyones_list_is_read_with_amounts_from_each_entrys_rate(place: Place, served: Serve) -> None:
    world = studio()
    gone = world.add_user("Gone", status="DELETED", rate=5000)
    world.add_entry(gone, NOON - timedelta(days=2), NOON - timedelta(days=1), billable=True)
    ana = next(iter(world.users.values()))
    world.add_running(ana, NOON - timedelta(hours=1), project=next(iter(world.projects.values())))
    with Front(served(world)) as front, mirror_of(front, place, clock=Clock()) as copy:
        front.fail("detailed", "403")
        state = copy.read(NOVEMBER).states[NOVEMBER]
        assert (state.source, state.amounts_hidden, state.verdict.agrees) == ("lists", False, None)
        # The studio's own November: without the one who was deleted, and without the running timer.
        assert totals(copy, NOVEMBER) == {"seconds": 7 * 3600, "entries": 4, "EUR": 35_000, "USD": 24_000}
        assert (front.count("detailed"), front.count("time-entries"), front.count("summary")) == (1, 3, 0)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "America/Los_Angeles", "Asia/Kolkata", "Europe/Belgrade"])
def test_a_month_is_cut_by_timestamp_whatever_zone_the_account_has(place: Place, served: Serve, zone: str) -> None:
    world = World.empty(zone="Pacific/Niue")
    ana = world.add_user("Ana", role="OWNER")
    first = {"Pacific/Kiritimati": "2026-10-31T10:00", "Pacific/Niue": "2026-11-01T11:00", "America/Los_Angeles": "2026-11-01T07:00"}
    first |= {"Asia/Kolkata": "2026-10-31T18:30", "Europe/Belgrade": "2026-10-31T23:00"}
    begin = datetime.fromisoformat(f"{first[zone]}:00+00:00")
    for seconds in (-1, 0, 1):
        world.add_entry(ana, begin + timedelta(seconds=seconds), begin + timedelta(minutes=10))
    with Front(served(world)) as front, mirror_of(front, place, zone=zone, clock=Clock()) as copy:
        front.fail("detailed", "403")
        states = copy.read(OCTOBER, NOVEMBER).states
        assert [states[month].entries_count for month in (OCTOBER, NOVEMBER)] == [1, 2]
        for one in front.exchanges:
            if one.endpoint == "time-entries":
                query = parse_qs(urlsplit(one.path).query)
                start, end = (datetime.fromisoformat(query[name][0]) for name in ("start", "end"))
                month = Month.of((start + timedelta(days=3)).date())
                assert start <= datetime(month.year, month.number, 1, tzinfo=UTC) - timedelta(days=1)
                assert end >= datetime(month.after(1).year, month.after(1).number, 1, tzinfo=UTC) + timedelta(days=1)


def test_a_members_key_gives_that_members_own_time(place: Place, served: Serve) -> None:
    server = served(studio())
    with mirror_of(server, place, key=MEMBER_KEY, clock=Clock()) as copy:
        asked = len(server.requests)
        state = copy.read(NOVEMBER).states[NOVEMBER]
        assert count_requests(server, asked) == {"detailed": 1, "time-entries": 1}
        assert (state.source, state.amounts_hidden, state.verdict.agrees) == ("own", True, None)
        # Ben: an hour and a half on Atlas, three hours on Borealis; rates are not shown to him.
        assert totals(copy, NOVEMBER) == {"seconds": 16_200, "entries": 2}


def test_a_workspace_of_one_person_is_not_taken_for_a_member(place: Place, served: Serve) -> None:
    world = World.empty()
    ana = world.add_user("Ana", role="OWNER", rate=3600)
    world.add_entry(ana, NOON - timedelta(hours=2), NOON - timedelta(hours=1), billable=True)
    with Front(served(world)) as front, mirror_of(front, place, clock=Clock()) as copy:
        front.fail("detailed", "403")
        assert copy.read(NOVEMBER).states[NOVEMBER].source == "lists"
        assert totals(copy, NOVEMBER) == {"seconds": 3600, "entries": 1, "EUR": 3600}


def test_the_refusal_is_remembered_for_an_hour(place: Place, served: Serve) -> None:
    clock = Clock()
    with Front(served(studio())) as front:
        front.fail("detailed", "403")
        with mirror_of(front, place, clock=clock) as copy:
            copy.read(NOVEMBER)
        # A restart doesn't forget it.
        with mirror_of(front, place, clock=clock) as copy:
            copy.read(OCTOBER)
            clock.pass_by(minutes=55)
            copy.read(NOVEMBER)
            assert (front.count("detailed"), front.count("summary"), front.count("time-entries")) == (1, 0, 9)
            front.heal()
            clock.pass_by(minutes=5)
            copy.read(NOVEMBER)
            # Nothing independent could check it before, so it is read anew, by report now.
            assert (front.count("detailed"), front.count("summary"), front.count("time-entries")) == (2, 0, 9)
            state = copy.mirror.states()[NOVEMBER]
            assert (state.source, state.verdict.agrees) == ("report", True)


@pytest.mark.parametrize("refusal", [refused(), refused(status=402), (400, {"message": "Upgrade your plan", "code": 501})])
def test_what_reports_brought_stays_when_they_are_refused(place: Place, refusal: tuple[int, Any]) -> None:
    clock, is_refused = Clock(), []

    def change(path: str, _: Any, reply: Any) -> Any:
        return refusal if is_refused and "/reports/" in path else reply

    with serve_tampered(studio(), change) as server, mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        is_refused.append(True)
        clock.pass_by(minutes=5)
        opening = copy.read(NOVEMBER)
        assert isinstance(opening.faults[NOVEMBER], ReportsRefused)
        state = opening.states[NOVEMBER]
        assert (state.source, state.verdict.agrees) == ("report", True)
        assert totals(copy, NOVEMBER) == {"seconds": 7 * 3600, "entries": 4, "EUR": 35_000, "USD": 24_000}
        # While the refusal is remembered nothing is asked; a person's Refresh tries at once, and that ends it.
        asked = len(server.requests)
        clock.pass_by(minutes=5)
        copy.read(NOVEMBER)
        assert len(server.requests) == asked
        is_refused.clear()
        assert not copy.read(NOVEMBER, person=True).faults
        clock.pass_by(minutes=5)
        assert not copy.read(NOVEMBER).faults


def test_another_error_is_no_refusal(place: Place, served: Serve) -> None:
    with Front(served(studio())) as front, mirror_of(front, place, clock=Clock()) as copy:
        front.fail("detailed", "500")
        opening = copy.read(NOVEMBER)
        assert (opening.missing, str(opening.faults[NOVEMBER])) == ((NOVEMBER,), "Clockify failed on its side (status 500).")
        assert front.count("time-entries") == 0


def test_lists_that_are_denied_are_empty_and_not_asked_for_again(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, key=MEMBER_KEY, clock=clock) as copy:
        assert copy.mirror.has_lists
        asked = len(server.requests)
        clock.pass_by(minutes=59)
        job = copy.mirror.ensure_lists()
        assert job and copy.mirror.wait_for(job, 60)
        assert count_requests(server, asked) == {"in-progress": 1}
        # The member himself is known all the same.
        assert "Ben Okafor" in copy.mirror.directory().names[Kind.USER].values()


def test_that_a_member_has_no_reports_is_remembered_for_a_day(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, key=MEMBER_KEY, clock=clock) as copy:
        copy.read(NOVEMBER)
        for hours, asked in ((2, 1), (21.9, 1), (0.2, 2)):
            clock.pass_by(hours=hours)
            copy.read(NOVEMBER)
            assert count_requests(server)["detailed"] == asked
