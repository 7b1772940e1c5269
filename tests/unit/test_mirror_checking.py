"""Does the copy agree with Clockify? On both databases, what a check costs and finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clockify.demo import RunningServer, World
from clockify.frames import daily_cube, report_entries_frame
from clockify.mirror.checking import cents_by_currency, compare_summary
from clockify.mirror.snapshots import Difference
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import count_requests, mirror_of
from tests.support.studio import Clock, studio
from tests.support.tampering import serve_tampered, without_rows

Serve = Callable[..., RunningServer]

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
A_DAY = {"hours": 25}


def edit(world: World) -> None:
    (entry,) = [one for one in world.entries if one.seconds == 240 * 60]
    world.edit_entry(entry.id, seconds=241 * 60)


def make_unbillable(world: World) -> None:
    (entry,) = [one for one in world.entries if one.seconds == 240 * 60]
    world.edit_entry(entry.id, billable=False)


def change_rate(world: World) -> None:
    (entry,) = [one for one in world.entries if one.seconds == 240 * 60]
    world.edit_entry(entry.id, rate=10_001)


def split(world: World) -> None:
    """Make two entries of one: every sum stays, the count doesn't."""
    (entry,) = [one for one in world.entries if one.seconds == 240 * 60]
    world.edit_entry(entry.id, seconds=120 * 60)
    start = datetime.fromtimestamp(entry.start, UTC) + timedelta(hours=5)
    project = world.projects[entry.project_id or ""]
    world.add_entry(world.users[entry.user_id], start, start + timedelta(hours=2), project=project)


def add(world: World) -> None:
    start = datetime(2026, 10, 31, 9, tzinfo=UTC)
    world.add_entry(next(iter(world.users.values())), start, start + timedelta(seconds=1))


def delete(world: World) -> None:
    (entry,) = [one for one in world.entries if one.seconds == 240 * 60]
    world.delete_entry(entry.id)


@pytest.mark.parametrize("change", [edit, make_unbillable, change_rate, split, add, delete])
def test_a_change_on_the_server_is_found_and_only_its_month_is_read_again(
    place: Place, served: Serve, change: Callable[[World], None]
) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        before = copy.read(SEPTEMBER, OCTOBER, NOVEMBER).states
        change(server.world)
        clock.pass_by(**A_DAY)
        asked = len(server.requests)
        after = copy.read(SEPTEMBER, OCTOBER, NOVEMBER).states
        # What is gone from one month may be in another: the two others on screen are looked at once more.
        assert count_requests(server, asked) == {"detailed": 5 if change is delete else 3}
        assert [before[month].version == after[month].version for month in (SEPTEMBER, OCTOBER, NOVEMBER)] == [True, False, True]
        assert all(state.verdict.agrees and state.checked_at == clock.moment.timestamp() for state in after.values())
        # And once found it is settled.
        clock.pass_by(**A_DAY)
        asked = len(server.requests)
        copy.read(SEPTEMBER, OCTOBER, NOVEMBER)
        assert count_requests(server, asked) == {"detailed": 3}


def test_an_unchanged_month_costs_one_request_when_stale_and_nothing_when_fresh(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        version = copy.read(NOVEMBER).states[NOVEMBER].version
        asked = len(server.requests)
        clock.pass_by(minutes=4, seconds=59)
        copy.read(NOVEMBER)
        assert len(server.requests) == asked
        clock.pass_by(seconds=1)
        state = copy.read(NOVEMBER).states[NOVEMBER]
        assert count_requests(server, asked) == {"detailed": 1}
        now = clock.moment.timestamp()
        # What is the same keeps its version, and is as of now.
        assert (state.version, state.rows_at(), state.checked_at, state.verdict.at) == (version, now, now, now)


def test_refresh_checks_what_is_fresh_and_read_again_reads_it(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        version = copy.read(NOVEMBER).states[NOVEMBER].version
        clock.pass_by(seconds=1)
        asked = len(server.requests)
        copy.read(NOVEMBER, person=True)
        assert count_requests(server, asked) == {"detailed": 1}
        clock.pass_by(seconds=1)
        assert copy.mirror.wait_for(copy.mirror.read_again(NOVEMBER), 60)
        assert count_requests(server, asked) == {"detailed": 2}
        state = copy.mirror.states()[NOVEMBER]
        assert (state.version, state.rows_at()) == (version, clock.moment.timestamp())


def test_a_difference_that_stays_is_named_and_kept(place: Place) -> None:
    world = studio()
    (lost,) = [one for one in world.entries if one.seconds == 180 * 60]

    def lose(path: str, _: Any, reply: Any) -> Any:
        return without_rows(reply, lambda row: row["_id"] == lost.id) if path.endswith("detailed") else reply

    # Three hours of Ben on Borealis at 80 USD.
    expected = (Difference(lost.user_id, str(lost.project_id), -10_800, {"USD": -24_000}),)
    with serve_tampered(world, lose) as server:
        with mirror_of(server, place, clock=Clock()) as copy:
            verdict = copy.read(NOVEMBER).states[NOVEMBER].verdict
            assert (verdict.agrees, verdict.differences) == (False, expected)
        with mirror_of(server, place, clock=Clock()) as copy:
            verdict = copy.mirror.states()[NOVEMBER].verdict
            assert (verdict.agrees, verdict.differences) == (False, expected)


# The comparison alone; more of it in test_checking


HOUR = {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z", "duration": 3600}
ROW = {"_id": "e", "userId": "ana", "projectId": "atlas", "billable": True, "currency": "EUR", "amount": 10_000.0, "timeInterval": HOUR}
TOTALS = {"entriesCount": 1, "totalTime": 3600, "totalBillableTime": 3600}


def compared(name: str, cents: float) -> list[Difference]:
    """Compare an hour of Ana on Atlas for 100 EUR with what a summary says of it."""
    cube = daily_cube(report_entries_frame([ROW], zone="UTC", currencies={}, default_currency="EUR"))
    amounts = [{"type": "EARNED", "value": cents, "amountByCurrency": [{"currency": "EUR", "amount": cents}]}]
    row = {"_id": "atlas", "name": name, "duration": 3600, "amounts": amounts}
    return list(compare_summary(cube, {"totals": [TOTALS], "groupOne": [{"_id": "ana", "children": [row]}]}, amounts_hidden=False))


@pytest.mark.parametrize(
    ("theirs", "apart"), [(10_000.49, {}), (9_999.51, {}), (10_000.5, {"EUR": -1}), (9_999.5, {"EUR": 1}), (10_003, {"EUR": -3})]
)
def test_less_than_half_a_cent_is_the_noise_of_doubles(theirs: float, apart: dict[str, int]) -> None:
    assert [one.cents for one in compared("Atlas", theirs)] == ([apart] if apart else [])


def test_a_project_may_be_named_like_none() -> None:
    assert compared("(Without a doubt)", 10_000) == []


def test_money_is_read_by_currency_and_never_from_the_sum_of_several() -> None:
    parts = [{"currency": "EUR", "amount": 10.5}, {"currency": "USD", "amount": None}]
    assert cents_by_currency({"totalAmount": 10.5, "totalAmountByCurrency": parts}) == {"EUR": 10.5, "USD": 0.0}
    cost, earned = (
        {"type": kind, "amountByCurrency": [{"currency": "EUR", "amount": cents}]} for kind, cents in (("COST", 1), ("EARNED", 2))
    )
    assert cents_by_currency({"amounts": [cost, earned]}) == {"EUR": 2.0}
    assert cents_by_currency({"totalAmount": 99.0, "amounts": [], "totalAmountByCurrency": {}}) is None
