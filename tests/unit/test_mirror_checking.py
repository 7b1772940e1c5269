"""Does the copy agree with Clockify? On both databases what a check costs and finds; then the comparison itself, by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from clockify.demo import RunningServer, World
from clockify.frames import daily_cube, empty_cube, report_entries_frame
from clockify.mirror.checking import are_amounts_hidden, cents_by_currency, compare_summary, totals_differ
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
        assert count_requests(server, asked) == {"summary": 3, "detailed": 1}
        assert [before[month].version == after[month].version for month in (SEPTEMBER, OCTOBER, NOVEMBER)] == [True, False, True]
        assert all(state.verdict.agrees and state.checked_at == clock.moment.timestamp() for state in after.values())
        # And once found it is settled.
        clock.pass_by(**A_DAY)
        asked = len(server.requests)
        copy.read(SEPTEMBER, OCTOBER, NOVEMBER)
        assert count_requests(server, asked) == {"summary": 3}


def test_an_unchanged_month_costs_one_summary_when_stale_and_nothing_when_fresh(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        read_at = copy.read(NOVEMBER).states[NOVEMBER].read_at
        asked = len(server.requests)
        clock.pass_by(minutes=4, seconds=59)
        copy.read(NOVEMBER)
        assert len(server.requests) == asked
        clock.pass_by(seconds=1)
        state = copy.read(NOVEMBER).states[NOVEMBER]
        assert count_requests(server, asked) == {"summary": 1}
        assert (state.read_at, state.checked_at, state.verdict.at) == (read_at, clock.moment.timestamp(), clock.moment.timestamp())


def test_refresh_checks_what_is_fresh_and_read_again_reads_it(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy:
        version = copy.read(NOVEMBER).states[NOVEMBER].version
        clock.pass_by(seconds=1)
        asked = len(server.requests)
        copy.read(NOVEMBER, person=True)
        assert count_requests(server, asked) == {"summary": 1}
        clock.pass_by(seconds=1)
        assert copy.mirror.wait_for(copy.mirror.read_again(NOVEMBER), 60)
        assert count_requests(server, asked) == {"summary": 1, "detailed": 1}
        assert copy.mirror.states()[NOVEMBER].version != version


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


# The comparison, without a server


def cube(*rows: dict[str, Any]) -> pd.DataFrame:
    usual = {"billable": True, "currency": "EUR", "timeInterval": {"start": "2026-11-02T09:00:00Z", "end": "x", "duration": 3600}}
    filled = [{"_id": f"e{number}", "userId": "ana", "projectId": "atlas", **usual, **row} for number, row in enumerate(rows)]
    for row in filled:
        row["timeInterval"] = {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z", "duration": row.pop("seconds", 3600)}
    return daily_cube(report_entries_frame(filled, zone="UTC", currencies={}, default_currency="EUR"))


def money(**cents: float) -> dict[str, Any]:
    return {"amounts": [{"type": "EARNED", "value": 1.0, "amountByCurrency": [{"currency": c, "amount": a} for c, a in cents.items()]}]}


def summary(*people: tuple[str, list[dict[str, Any]]], **totals: Any) -> dict[str, Any]:
    return {"totals": [totals], "groupOne": [{"_id": name, "children": projects} for name, projects in people]}


def test_seconds_and_cents_are_compared_for_each_person_and_project() -> None:
    ours = cube({"amount": 10_000.0}, {"userId": "ben", "amount": 5_000.0, "currency": "USD"}, {"projectId": None, "billable": False})
    theirs = summary(
        ("ana", [{"_id": "atlas", "name": "Atlas", "duration": 3000, **money(EUR=9000.4)}, {"_id": "", "name": "", "duration": 3600}]),
        ("ben", [{"_id": "atlas", "name": "Atlas", "duration": 3600, **money(EUR=5000, USD=0)}]),
        ("eve", [{"_id": "atlas", "name": "Atlas", "duration": 60, **money(EUR=0)}]),
    )
    assert compare_summary(ours, theirs, amounts_hidden=False) == (
        Difference("ana", "atlas", 600, {"EUR": 1000}),
        Difference("eve", "atlas", -60, {}),
        Difference("ben", "atlas", 0, {"EUR": -5000, "USD": 5000}),
    )


@pytest.mark.parametrize(
    ("theirs", "apart"), [(10_000.49, {}), (9_999.51, {}), (10_000.5, {"EUR": -1}), (9_999.5, {"EUR": 1}), (10_003, {"EUR": -3})]
)
def test_less_than_half_a_cent_is_the_noise_of_doubles(theirs: float, apart: dict[str, int]) -> None:
    row = {"_id": "atlas", "name": "Atlas", "duration": 3600, **money(EUR=theirs)}
    totals = {"entriesCount": 1, "totalTime": 3600, "totalBillableTime": 3600}
    found = compare_summary(cube({"amount": 10_000.0}), summary(("ana", [row]), **totals), amounts_hidden=False)
    assert [one.cents for one in found] == ([apart] if apart else [])


@pytest.mark.parametrize("row", [{"_id": None}, {"_id": ""}, {}, {"_id": "x1", "name": "(Without project)"}])
def test_no_project_is_understood_in_each_of_its_forms(row: dict[str, Any]) -> None:
    theirs = summary(("ana", [{"duration": 3600, **row}]), entriesCount=1, totalTime=3600, totalBillableTime=0)
    assert compare_summary(cube({"projectId": None, "billable": False}), theirs, amounts_hidden=True) == ()


def test_a_project_may_be_named_like_none() -> None:
    row = {"_id": "atlas", "name": "(Without a doubt)", "duration": 3600}
    totals = {"entriesCount": 1, "totalTime": 3600, "totalBillableTime": 3600}
    assert compare_summary(cube({}), summary(("ana", [row]), **totals), amounts_hidden=True) == ()


@pytest.mark.parametrize(
    ("name", "figure"), [("entriesCount", 2), ("totalBillableTime", 0), ("totalTime", 3599), ("entriesCount", None), ("totalTime", None)]
)
def test_the_whole_is_compared_where_no_pair_shows_it(name: str, figure: int | None) -> None:
    row = {"_id": "atlas", "name": "Atlas", "duration": 3600}
    totals = {"entriesCount": 1, "totalTime": 3600, "totalBillableTime": 3600}
    assert compare_summary(cube({}), summary(("ana", [row]), **totals), amounts_hidden=True) == ()
    theirs = summary(("ana", [row]), **totals | {name: figure})
    assert compare_summary(cube({}), theirs, amounts_hidden=True) == (Difference("", "", 0),)


@pytest.mark.parametrize("totals", [[], [None], None, [{"entriesCount": 0, "totalTime": 0, "totalBillableTime": 0, "totalAmount": 0}]])
def test_an_empty_range_has_several_forms_and_agrees_with_an_empty_cube(totals: Any) -> None:
    assert compare_summary(empty_cube(), {"totals": totals, "groupOne": []}, amounts_hidden=False) == ()
    assert compare_summary(cube({}), {"totals": totals, "groupOne": []}, amounts_hidden=False) == (Difference("ana", "atlas", 3600),)


def test_money_is_read_by_currency_and_never_from_the_sum_of_several() -> None:
    parts = [{"currency": "EUR", "amount": 10.5}, {"currency": "USD", "amount": None}]
    assert cents_by_currency({"totalAmount": 10.5, "totalAmountByCurrency": parts}) == {"EUR": 10.5, "USD": 0.0}
    cost, earned = (
        {"type": kind, "amountByCurrency": [{"currency": "EUR", "amount": cents}]} for kind, cents in (("COST", 1), ("EARNED", 2))
    )
    assert cents_by_currency({"amounts": [cost, earned]}) == {"EUR": 2.0}
    assert cents_by_currency({"totalAmount": 99.0, "amounts": [], "totalAmountByCurrency": {}}) is None


def test_totals_tell_hidden_money_from_none() -> None:
    assert are_amounts_hidden({"entriesCount": 3, "totalAmount": None, "amounts": []})
    assert not are_amounts_hidden({"entriesCount": 3, "totalAmount": 0, "amounts": []})
    assert not are_amounts_hidden({})
    totals = {"entriesCount": 1, "totalTime": 3600, "totalBillableTime": 3600, "totalAmount": 5.0, **money(EUR=500)}
    assert totals_differ(cube({"amount": 600.0}), totals, amounts_hidden=False)
    assert not totals_differ(cube({"amount": 600.0}), totals, amounts_hidden=True)
    assert not totals_differ(cube({"amount": 500.0}), totals, amounts_hidden=False)
