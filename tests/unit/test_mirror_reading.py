"""A month from Clockify into the database and out again, on both databases: worked out beside it from the world itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from clockify.demo import MANAGER_KEY, RunningServer, World, agency_world
from clockify.frames import CUBE_DTYPES, CUBE_KEYS, ENTRY_DTYPES
from clockify.mirror.snapshots import Difference, Verdict
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.studio import Clock
from tests.support.tampering import serve_tampered, without_rows

Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HALF_HOUR = timedelta(minutes=30)


def shop(entries: int = 0) -> World:
    """One person, one project at 60 EUR an hour, half-hour entries from 1 October 08:00 UTC, eight a day."""
    world = World.empty()
    ana = world.add_user("Ana", role="OWNER")
    project = world.add_project("Atlas", world.add_client("Acme", "EUR"), rate=6000)
    for number in range(entries):
        start = datetime(2026, 10, 1 + number // 8, 8, tzinfo=UTC) + number % 8 * HALF_HOUR
        world.add_entry(ana, start, start + HALF_HOUR, project=project)
    return world


def sums(frame: pd.DataFrame) -> tuple[int, int, int]:
    """Return entries, seconds and ticks."""
    entries = int(frame["entries"].sum()) if "entries" in frame else len(frame)
    return entries, int(frame["seconds"].sum()), int(frame["amount_ticks"].sum())


def cube_of(copy: Copy, month: Month) -> pd.DataFrame:
    cube = copy.cube(month)
    assert cube is not None
    return cube


def entries_of(copy: Copy, month: Month) -> pd.DataFrame:
    entries = copy.entries(month)
    assert entries is not None
    return entries


def test_a_month_is_read_page_by_page_and_agrees_with_the_totals_of_its_first_page(place: Place, served: Serve) -> None:
    server = served(shop(25), detailed_page_cap=10)
    with mirror_of(server, place, clock=lambda: NOW) as copy:
        before = len(server.requests)
        state = copy.read(OCTOBER).states[OCTOBER]
        assert count_requests(server, before) == {"detailed": 3}
        assert (state.source, state.entries_count, state.amounts_hidden) == ("report", 25, False)
        assert state.verdict == Verdict(True, NOW.timestamp())
        # 25 half hours at 60 EUR: 45 000 s, 750 EUR.
        assert sums(cube_of(copy, OCTOBER)) == sums(entries_of(copy, OCTOBER)) == (25, 45_000, 75_000 * 3600)


def test_a_row_that_the_server_loses_is_noticed_and_named(place: Place) -> None:
    world = shop(25)
    lost = world.entries[13]

    def lose(path: str, _: Any, reply: Any) -> Any:
        return without_rows(reply, lambda row: row["_id"] == lost.id) if path.endswith("detailed") else reply

    with serve_tampered(world, lose, detailed_page_cap=10) as server, mirror_of(server, place, clock=lambda: NOW) as copy:
        before = len(server.requests)
        state = copy.read(OCTOBER).states[OCTOBER]
        # Three pages and one in search of the lost row, all of it twice, then the summary that tells where.
        assert count_requests(server, before) == {"detailed": 8, "summary": 1}
        (project,) = world.projects
        assert state.verdict.agrees is False
        assert state.verdict.differences == (Difference(lost.user_id, project, -1800, {"EUR": -3000}),)
        assert state.entries_count == 24


def test_a_row_lost_once_is_found_when_the_month_is_read_again(place: Place) -> None:
    world = shop(25)
    pages = []

    def lose(path: str, asked: Any, reply: Any) -> Any:
        if path.endswith("detailed"):
            pages.append(asked["detailedFilter"]["page"])
            if pages[-1] == 2 and pages.count(2) == 1:
                return without_rows(reply, lambda row: row["_id"] == world.entries[13].id)
        return reply

    with serve_tampered(world, lose, detailed_page_cap=10) as server, mirror_of(server, place, clock=lambda: NOW) as copy:
        state = copy.read(OCTOBER).states[OCTOBER]
        assert (state.verdict.agrees, state.entries_count) == (True, 25)
        assert sorted(pages) == [1, 1, 2, 2, 3, 3, 4]
        assert count_requests(server)["summary"] == 0


@pytest.mark.parametrize("page", [1, 3])
def test_totals_of_the_first_page_and_of_the_last_must_both_be_what_came(place: Place, page: int) -> None:
    """An entry was made shorter, or longer again, while the pages came: the rows may be of either moment."""
    pages: list[int] = []

    def edit(path: str, asked: Any, reply: Any) -> Any:
        if path.endswith("detailed"):
            pages.append(asked["detailedFilter"]["page"])
            if pages[-1] == page and pages.count(page) == 1:
                reply["totals"][0]["totalTime"] += 60
        return reply

    with serve_tampered(shop(25), edit, detailed_page_cap=10) as server, mirror_of(server, place, clock=lambda: NOW) as copy:
        state = copy.read(OCTOBER).states[OCTOBER]
        assert (state.verdict.agrees, state.entries_count) == (True, 25)
        assert sorted(pages) == [1, 1, 2, 2, 3, 3]


def test_each_currency_keeps_to_itself_and_no_project_has_the_workspaces(place: Place, served: Serve) -> None:
    world = World.empty(currency="CHF")
    ana = world.add_user("Ana", role="OWNER", rate=3000)
    start = datetime(2026, 10, 5, 8, tzinfo=UTC)
    for currency, rate in (("EUR", 10_000), ("USD", 9_999)):
        project = world.add_project(f"In {currency}", world.add_client(currency, currency), rate=rate)
        world.add_entry(ana, start, start + timedelta(seconds=4999), project=project)
    world.add_entry(ana, start, start + HALF_HOUR, billable=True)
    with mirror_of(served(world), place, clock=lambda: NOW) as copy:
        assert copy.read(OCTOBER).states[OCTOBER].verdict.agrees is True
        ticks = cube_of(copy, OCTOBER).groupby("currency", observed=True)["amount_ticks"].sum()
        assert ticks.to_dict() == {"CHF": 1800 * 3000, "EUR": 4999 * 10_000, "USD": 4999 * 9_999}


# The first second of November in each zone, and a second entry on each side of a change of its clocks.
ZONES = {
    "Europe/Belgrade": ("2026-10-31T23:00:00Z", [("2026-10-25T00:30:00Z", "2026-10-25"), ("2026-10-25T01:30:00Z", "2026-10-25")]),
    "America/Los_Angeles": ("2026-11-01T07:00:00Z", [("2026-11-01T08:30:00Z", "2026-11-01"), ("2026-11-01T09:30:00Z", "2026-11-01")]),
    "Asia/Kolkata": ("2026-10-31T18:30:00Z", [("2026-10-31T18:29:00Z", "2026-10-31"), ("2026-11-02T18:30:00Z", "2026-11-03")]),
    "Pacific/Auckland": ("2026-10-31T11:00:00Z", [("2026-11-14T10:59:59Z", "2026-11-14"), ("2026-11-14T11:00:00Z", "2026-11-15")]),
    "Africa/Casablanca": ("2026-10-31T23:00:00Z", [("2026-11-07T22:59:59Z", "2026-11-07"), ("2026-11-07T23:00:00Z", "2026-11-08")]),
}


@pytest.mark.parametrize("zone", ZONES)
def test_an_entry_belongs_wholly_to_the_local_day_on_which_it_starts(place: Place, served: Serve, zone: str) -> None:
    first, others = ZONES[zone]
    moment = datetime.fromisoformat(first)
    expected = {moment - timedelta(seconds=1): date(2026, 10, 31), moment: date(2026, 11, 1)}
    expected |= {datetime.fromisoformat(start): date.fromisoformat(day) for start, day in others}
    world = World.empty()
    ana = world.add_user("Ana", role="OWNER")
    for start in expected:
        # Nine hours: over midnight, over the change of the clocks, and not cut by either.
        world.add_entry(ana, start, start + timedelta(hours=9))
    with mirror_of(served(world), place, zone=zone, clock=lambda: NOW) as copy:
        opening = copy.read(OCTOBER, NOVEMBER)
        assert [opening.states[month].verdict.agrees for month in (OCTOBER, NOVEMBER)] == [True, True]
        rows = pd.concat([entries_of(copy, month).assign(month=month.key) for month in (OCTOBER, NOVEMBER)])
        found = {row.start.to_pydatetime(): row.day.date() for row in rows.itertuples()}
        assert found == expected
        assert set(rows["seconds"]) == {9 * 3600}
        assert all(row.month == f"{row.day:%Y-%m}" for row in rows.itertuples())


def test_running_timers_stand_beside_and_in_no_total(place: Place, served: Serve) -> None:
    world = shop(2)
    ana = next(iter(world.users.values()))
    timer = world.add_running(ana, NOW - timedelta(hours=3), project=next(iter(world.projects.values())))
    with mirror_of(served(world), place, clock=lambda: NOW) as copy:
        states = copy.read(OCTOBER, NOVEMBER).states
        assert (states[OCTOBER].entries_count, states[NOVEMBER].entries_count) == (2, 0)
        assert states[NOVEMBER].verdict.agrees is True
        timers = copy.mirror.running(NOW)
        assert (timers["id"].tolist(), timers["seconds"].tolist()) == ([timer.id], [3 * 3600])
        assert copy.mirror.running_read_at == NOW.timestamp()


def test_hidden_amounts_are_noted_and_read_as_soon_as_they_are_shown(place: Place, served: Serve) -> None:
    world, clock = shop(4), Clock(NOW)
    mia = world.add_user("Mia", role="MANAGER")
    with mirror_of(served(world), place, key=MANAGER_KEY, clock=clock) as copy:
        state = copy.read(OCTOBER).states[OCTOBER]
        assert (state.amounts_hidden, state.verdict.agrees) == (True, True)
        assert sums(cube_of(copy, OCTOBER)) == (4, 7200, 0)
        world.edit(mia, role="OWNER")
        clock.pass_by(hours=2)
        state = copy.read(OCTOBER).states[OCTOBER]
        assert (state.amounts_hidden, sums(cube_of(copy, OCTOBER))) == (False, (4, 7200, 12_000 * 3600))
        # And the other way round: who loses the right doesn't keep the figures.
        world.edit(world.users[mia.id], role="MANAGER")
        clock.pass_by(hours=2)
        state = copy.read(OCTOBER).states[OCTOBER]
        assert (state.amounts_hidden, sums(cube_of(copy, OCTOBER))) == (True, (4, 7200, 0))


def test_months_without_time_are_empty_typed_and_verified(place: Place, served: Serve) -> None:
    past, future = Month(2019, 2), Month(2027, 3)
    with mirror_of(served(shop(3)), place, clock=lambda: NOW) as copy:
        states = copy.read(past, future).states
        for month in (past, future):
            assert (states[month].entries_count, states[month].amounts_hidden, states[month].verdict.agrees) == (0, False, True)
            assert entries_of(copy, month).dtypes.astype(str).to_dict() == ENTRY_DTYPES
            assert cube_of(copy, month).dtypes.astype(str).to_dict() == CUBE_DTYPES


def test_time_logged_ahead_counts_in_its_future_month(place: Place, served: Serve) -> None:
    world, future = shop(), Month(2027, 3)
    ana = next(iter(world.users.values()))
    world.add_entry(ana, datetime(2027, 3, 31, 20, tzinfo=UTC), datetime(2027, 3, 31, 21, tzinfo=UTC))
    with mirror_of(served(world), place, clock=lambda: NOW) as copy:
        assert copy.read(future).states[future].entries_count == 1
        assert list(entries_of(copy, future)["day"]) == [pd.Timestamp(2027, 3, 31)]


def test_the_daily_cube_is_the_sum_of_the_worlds_entries(place: Place, served: Serve) -> None:
    world = agency_world(NOW)
    zone = ZoneInfo("Pacific/Auckland")
    expected: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for entry in world.entries:
        day = datetime.fromtimestamp(entry.start, zone).date()
        rate = (entry.rate or 0) if entry.billable else 0
        if Month.of(day) == OCTOBER:
            key = (day, entry.user_id, entry.project_id or "", entry.task_id or "", entry.billable, rate)
            cell = expected[(*key, world.currency_of(entry.project_id))]
            for place_, figure in enumerate((entry.seconds, rate * entry.seconds, 1)):
                cell[place_] += figure
    with mirror_of(served(world), place, zone=zone.key, clock=lambda: NOW) as copy:
        copy.read(OCTOBER)
        cube = cube_of(copy, OCTOBER)
        cube["day"] = cube["day"].dt.date
        rows = cube[[*CUBE_KEYS, "seconds", "amount_ticks", "entries"]].itertuples(index=False, name=None)
        assert {row[:7]: list(row[7:]) for row in rows} == expected
        assert len(expected) > 300


def test_a_month_of_31_days_is_within_a_free_plan(place: Place, served: Serve) -> None:
    with mirror_of(served(shop(5), plan="FREE"), place, clock=lambda: NOW) as copy:
        assert copy.mirror.workspace.plan.is_free
        assert copy.read(OCTOBER).states[OCTOBER].verdict.agrees is True
