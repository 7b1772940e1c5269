"""Every project beside its plan: whose plan it is, what of it is known, and what is foreseen; by hand and in plain Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from time import perf_counter
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.app.cards.forecast import _burning
from clockify.directory import Directory, Kind, Project
from clockify.estimates import Estimate
from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.periods import Period
from clockify.plans import EVERYBODY, Cycle, DaysOff, Notes, Plan, Usual
from clockify.reports.budgets import Budget, Budgets, Source, budgets, forecasts
from clockify.reports.burn import State
from clockify.reports.capacity import capacity_days, week_scale
from tests.support.people import WORKWEEK, Row, cube_of, full_week

HOUR, TICKS = 3600, 3600
TODAY = date(2026, 11, 18)  # a Wednesday
KNOWN = date(2026, 8, 1)


def directory_of(*projects: Project, archived: frozenset[str] = frozenset()) -> Directory:
    names = {kind: {} for kind in Kind} | {Kind.PROJECT: {one.id: one.name for one in projects}, Kind.CLIENT: {"c1": "Zeta"}}
    return Directory(names, {one.id: one for one in projects}, "EUR", archived)


def project(name: str, plan: Plan | None = None, tracked: int | None = None, currency: str = "EUR", **more: bool) -> Project:
    return Project(name, name.upper(), "c1", currency=currency, estimate=Estimate(plan, tracked, **more))


def found_of(rows: list[Row], directory: Directory, *plans: Plan, known_from: date = KNOWN, **more: object) -> Budgets:
    terms = {"today": TODAY, "week_start": "MONDAY"} | more
    return budgets(cube_of(rows), directory, Notes(plans=plans), known_from=known_from, **terms)  # type: ignore[arg-type]


def one_of(rows: list[Row], directory: Directory, *plans: Plan, **more: object) -> Budget:
    (found,) = found_of(rows, directory, *plans, **more).rows
    return found


def worked(day: str, hours: float, one: str = "p", **more: object) -> Row:
    return Row(date.fromisoformat(day), project=one, seconds=round(hours * HOUR), **more)  # type: ignore[arg-type]


def test_what_is_written_down_comes_before_clockifys_and_that_before_the_usual_week() -> None:
    theirs = Plan("p", seconds=100 * HOUR)
    rows = [worked("2026-11-16", 3)]
    written = Plan("p", seconds=50 * HOUR, cycle=Cycle.MONTH)
    found = one_of(rows, directory_of(project("p", theirs, 3 * HOUR)), written)
    assert (found.source, found.plan, found.burn.planned, found.burn.used) == (Source.HERE, written, 50 * HOUR, 3 * HOUR)
    found = one_of(rows, directory_of(project("p", theirs, 3 * HOUR)))
    assert (found.source, found.plan) == (Source.CLOCKIFY, theirs)
    found = one_of(rows, directory_of(project("p", None, 3 * HOUR)))
    assert (found.source, found.burn.planned, found.start, found.end) == (Source.USUAL, 40 * HOUR, date(2026, 11, 16), date(2026, 11, 23))
    assert not found_of([worked("2026-10-20", 3)], directory_of(project("p"))).rows, "nobody has worked on it for four weeks"
    assert one_of([worked("2026-10-21", 3)], directory_of(project("p"))).burn.used == 0


def test_a_plan_written_from_a_later_day_on_hides_nothing_until_then() -> None:
    ahead = Plan("p", seconds=9 * HOUR, first=TODAY + timedelta(days=1))
    theirs = Plan("p", seconds=100 * HOUR)
    rows = [worked("2026-11-16", 3)]
    assert one_of(rows, directory_of(project("p", theirs)), ahead).plan == theirs
    assert one_of(rows, directory_of(project("p")), ahead).source is Source.USUAL
    assert one_of(rows, directory_of(project("p", theirs)), replace(ahead, first=TODAY)).source is Source.HERE
    assert not found_of([], directory_of(project("p")), ahead).rows


def test_a_cycle_has_the_plan_of_its_first_day_and_so_have_its_words() -> None:
    """Weeks from the 10th on: November keeps its month until it is over."""
    months, weeks = Plan("p", seconds=80 * HOUR, cycle=Cycle.MONTH), Plan("p", cents=500_00, cycle=Cycle.WEEK, first=date(2026, 11, 10))
    found = one_of([worked("2026-10-05", 1), worked("2026-11-16", 3)], directory_of(project("p")), months, weeks)
    assert (found.plan, found.burn.money, found.burn.planned) == (months, False, 80 * HOUR)


@pytest.mark.parametrize(("tracked", "used"), [(None, 5), (2, 5), (5, 5), (40, 40)])
def test_clockifys_own_count_holds_where_it_knows_of_more(tracked: int | None, used: int) -> None:
    plan, seconds = Plan("p", seconds=50 * HOUR), None if tracked is None else tracked * HOUR
    found = one_of([worked("2026-11-16", 5)], directory_of(project("p", plan, seconds)))
    assert found.burn.used == used * HOUR
    assert found.burn.state is (State.NEAR if used == 40 else State.WITHIN)
    assert (found.is_whole, found.knows_carry) == (tracked is not None, True)
    # A plan written down for the whole project counts alike; what begins anew doesn't.
    here = one_of([worked("2026-11-16", 5)], directory_of(project("p", None, seconds)), plan)
    assert here.burn.used == used * HOUR
    months = one_of([worked("2026-11-16", 5)], directory_of(project("p", None, seconds)), replace(plan, cycle=Cycle.MONTH))
    assert (months.burn.used, months.is_whole) == (5 * HOUR, True)


@pytest.mark.parametrize(("tracked", "is_whole"), [(None, False), (4, True), (5, True), (6, False)])
def test_money_is_whole_only_where_the_copy_has_all_time(tracked: int | None, is_whole: bool) -> None:
    seconds = None if tracked is None else tracked * HOUR
    rows = [worked("2026-11-16", 3, rate=100_00, billable=True), worked("2026-11-17", 2)]
    found = one_of(rows, directory_of(project("p", Plan("p", cents=1000_00), seconds)))
    assert (found.burn.used, found.burn.currency, found.is_whole) == (3 * 100_00 * TICKS, "EUR", is_whole)
    assert found_of(rows, directory_of(project("p", Plan("p", cents=1000_00), seconds)), money=False).rows[0].source is Source.USUAL
    written = found_of(rows, directory_of(project("p", Plan("p", seconds=9, cycle=Cycle.WEEK))), Plan("p", cents=7), money=False)
    assert [one.plan.seconds for one in written.rows] == [9]


@pytest.mark.parametrize(
    ("cycle", "known_from", "is_whole"),
    [
        (Cycle.WEEK, "2026-11-16", True),
        (Cycle.WEEK, "2026-11-17", False),
        (Cycle.MONTH, "2026-11-01", True),
        (Cycle.MONTH, "2026-11-02", False),
        (Cycle.QUARTER, "2026-10-01", True),
        (Cycle.QUARTER, "2026-11-01", False),
        (Cycle.YEAR, "2026-01-01", True),
        (Cycle.YEAR, "2026-08-01", False),
    ],
)
def test_a_cycle_that_began_before_the_known_days_is_at_least(cycle: Cycle, known_from: str, is_whole: bool) -> None:
    plan = Plan("p", seconds=100 * HOUR, cycle=cycle)
    one = one_of([worked("2026-11-17", 2)], directory_of(project("p")), plan, known_from=date.fromisoformat(known_from))
    assert (one.is_whole, one.knows_used, one.knows_carry) == (is_whole, is_whole, True)
    # Where the copy has all of the project's time, nothing is missing of it.
    all_time = directory_of(project("p", None, 2 * HOUR))
    assert one_of([worked("2026-11-17", 2)], all_time, plan, known_from=date.fromisoformat(known_from)).is_whole


def test_what_is_carried_along_a_chain() -> None:
    """10 h a month from September on: 4 used, 12 used, 1 used."""
    plan = Plan("p", seconds=10 * HOUR, cycle=Cycle.MONTH, carries=True, first=date(2026, 9, 1))
    rows = [worked("2026-09-10", 4), worked("2026-10-10", 12), worked("2026-11-10", 1)]
    found = one_of(rows, directory_of(project("p")), plan)
    assert (found.carried, found.burn.planned, found.burn.left) == (4 * HOUR, 14 * HOUR, 13 * HOUR)  # +6, then −2
    assert found.is_whole, "all of the chain is known"
    later = one_of(rows, directory_of(project("p")), plan, known_from=date(2026, 10, 1))
    assert (later.is_whole, later.knows_used, later.knows_carry) == (False, True, False), "September may have left more"
    ever = one_of(rows, directory_of(project("p")), replace(plan, first=None))
    assert (ever.knows_used, ever.knows_carry) == (True, False), "there may have been cycles before September"
    assert one_of(rows, directory_of(project("p", None, 17 * HOUR)), replace(plan, first=None)).is_whole
    keeps = replace(plan, first=None, carries=False)
    begins = one_of(rows, directory_of(project("p")), keeps, replace(plan, first=date(2026, 10, 1)), known_from=date(2026, 10, 1))
    assert (begins.carried, begins.is_whole) == (-2 * HOUR, True), "September keeps its rest"


def test_archived_projects_are_left_out_unless_asked_for() -> None:
    place = directory_of(project("p", Plan("p", seconds=9), 1), archived=frozenset({"p"}))
    assert not found_of([], place).rows and found_of([], place).cycles.empty
    assert [one.project_id for one in found_of([], place, archived=True).rows] == ["p"]


def test_an_estimate_for_billable_time_counts_that_alone() -> None:
    rows = [worked("2026-11-16", 3, billable=True), worked("2026-11-16", 30)]
    theirs = Plan("p", seconds=10 * HOUR)
    place = directory_of(project("p", theirs, 33 * HOUR, billable_only=True))
    found = one_of(rows, place)
    assert (found.burn.used, found.billable_only, found.is_whole) == (3 * HOUR, True, True)
    # Clockify's count is of all time: it doesn't stand for the billable one.
    more = one_of(rows, directory_of(project("p", theirs, 90 * HOUR, billable_only=True)))
    assert (more.burn.used, more.is_whole) == (3 * HOUR, False)
    # The same figure written down here is for all time.
    here = one_of(rows, place, theirs)
    assert (here.source, here.burn.used, here.billable_only) == (Source.HERE, 33 * HOUR, False)


def test_time_in_another_currency_is_named_and_in_no_figure() -> None:
    """The project went to a client who pays in dollars; what was earned before stays in euros."""
    rows = [
        worked("2026-11-03", 2, rate=50_00, billable=True),
        worked("2026-11-10", 1, rate=80_00, billable=True, currency="USD"),
        worked("2026-11-11", 1, currency="GBP"),
    ]
    found = one_of(rows, directory_of(project("p", Plan("p", cents=1000_00), 4 * HOUR, currency="USD")))
    assert (found.burn.used, found.burn.currency, found.others, found.is_whole) == (80_00 * HOUR, "USD", "EUR", True)
    hours = one_of(rows, directory_of(project("p", Plan("p", seconds=10 * HOUR), currency="USD")))
    assert hours.others == ""


def test_a_plan_of_a_project_that_exists_no_more() -> None:
    found = found_of([], directory_of(), Plan("gone", seconds=HOUR), Plan("lost", cents=100), Plan("past", seconds=9, cycle=Cycle.WEEK))
    assert {one.project_id: (one.burn.used, one.is_whole, one.burn.currency) for one in found.rows} == {
        "gone": (0, False, ""),
        "lost": (0, False, "EUR"),
        "past": (0, True, ""),
    }


def test_nothing() -> None:
    found = found_of([], directory_of())
    assert found.rows == () and found.cycles.empty and found.of("p") is None
    ahead = forecasts(empty_cube(), found, known_from=KNOWN, today=TODAY, week_start="MONDAY", weekdays=WORKWEEK)
    assert (ahead.by_project, ahead.records) == ({}, {})


def test_what_is_written_ahead_is_used_and_known() -> None:
    found = one_of(
        [worked("2026-11-16", 2), worked("2026-11-27", 5)], directory_of(project("p")), Plan("p", seconds=9 * HOUR, cycle=Cycle.MONTH)
    )
    assert (found.burn.used, found.ahead) == (7 * HOUR, 5 * HOUR)


def test_over_comes_first_and_the_usual_week_last() -> None:
    plans = {"a": 100, "b": 10, "c": 5, "d": 12}
    place = directory_of(*(project(one, Plan(one, seconds=hours * HOUR), 10 * HOUR) for one, hours in plans.items()), project("e"))
    rows = [worked("2026-11-16", 10, one) for one in "abcd"] + [worked("2026-11-16", 90, "e")]
    assert [(one.project_id, one.burn.state.value) for one in found_of(rows, place).rows] == [
        ("c", "over"),
        ("b", "near"),
        ("d", "near"),
        ("a", "within"),
        ("e", "over"),
    ]


PLANS = st.builds(
    Plan,
    project_id=st.sampled_from(["p", "q"]),
    seconds=st.integers(1, 40).map(lambda hours: hours * HOUR),
    cycle=st.sampled_from(list(Cycle)),
)
WORK = st.builds(
    Row,
    day=st.dates(date(2026, 8, 1), date(2026, 11, 30)),
    project=st.sampled_from(["p", "q", "r", ""]),
    seconds=st.integers(0, 9 * HOUR),
    billable=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(WORK, max_size=25),
    plans=st.lists(PLANS, max_size=2, unique_by=lambda one: one.project_id),
    tracked=st.integers(0, 90 * HOUR),
)
def test_every_figure_is_a_plain_sum(rows: list[Row], plans: list[Plan], tracked: int) -> None:
    place = directory_of(project("p", None, tracked), project("q"), project("r"))
    found = {one.project_id: one for one in found_of(rows, place, *plans).rows}
    own = {plan.project_id: plan for plan in plans}
    recent = {row.project for row in rows if row.day >= TODAY - timedelta(weeks=4) and row.project}
    assert set(found) == set(own) | recent
    starts = {
        Cycle.WEEK: date(2026, 11, 16),
        Cycle.MONTH: date(2026, 11, 1),
        Cycle.QUARTER: date(2026, 10, 1),
        Cycle.YEAR: date(2026, 1, 1),
    }
    ends = {Cycle.WEEK: date(2026, 11, 23), Cycle.MONTH: date(2026, 12, 1), Cycle.QUARTER: date(2027, 1, 1), Cycle.YEAR: date(2027, 1, 1)}
    for one, budget in found.items():
        plan = own.get(one) or Plan(one, seconds=Usual().project_week, cycle=Cycle.WEEK)
        every = sum(row.seconds for row in rows if row.project == one)
        if plan.cycle is Cycle.WHOLE:
            used, whole = max(every, tracked if one == "p" else 0), one == "p"
        else:
            start, end = starts[plan.cycle], ends[plan.cycle]
            used = sum(row.seconds for row in rows if row.project == one and start <= row.day < end)
            whole = start >= KNOWN or (one == "p" and every >= tracked)
        assert (budget.burn.used, budget.burn.planned, budget.is_whole) == (used, plan.seconds, whole)


def weeks_of(hours: list[float], one: str = "p", **more: object) -> list[Row]:
    """So many hours on the Monday of each of the last weeks, the newest last; the 9th of November is the last."""
    monday = date(2026, 11, 9)
    return [
        Row(monday - timedelta(weeks=len(hours) - 1 - place), project=one, seconds=round(some * HOUR), **more)  # type: ignore[arg-type]
        for place, some in enumerate(hours)
    ]


def foreseen_of(
    rows: list[Row], directory: Directory, *plans: Plan, known_from: date = date(2026, 6, 1), **more: object
) -> tuple[Budget, object]:
    found = found_of(rows, directory, *plans, known_from=known_from)
    ahead = forecasts(
        cube_of(rows),
        found,
        known_from=known_from,
        today=TODAY,
        week_start="MONDAY",
        weekdays=WORKWEEK,
        **more,  # type: ignore[arg-type]
    )
    return found.rows[0], ahead.by_project[found.rows[0].project_id]


def test_steady_weeks_are_used_up_on_the_day_that_a_calendar_shows() -> None:
    """10 h a week, 2 a working day: 13 h are left on a Wednesday, so that the seventh working day from Thursday on takes the last."""
    rows = weeks_of([10.0] * 12)
    one, ahead = foreseen_of(rows, directory_of(project("p", Plan("p", seconds=133 * HOUR), 120 * HOUR)))
    assert (one.burn.left, ahead.pace.mean) == (13 * HOUR, 10 * HOUR)  # type: ignore[attr-defined]
    assert ahead.found.middle == ahead.found.earliest == ahead.found.latest == date(2026, 11, 27)  # type: ignore[attr-defined]
    off = frozenset({date(2026, 11, 19), date(2026, 11, 23)})
    _, later = foreseen_of(rows, directory_of(project("p", Plan("p", seconds=133 * HOUR), 120 * HOUR)), off=off)
    assert later.found.middle == date(2026, 12, 1)  # type: ignore[attr-defined]


def test_a_week_that_is_not_all_known_is_no_week() -> None:
    rows = [*weeks_of([1.0] + [10.0] * 8), worked("2026-09-16", 0.5)]
    place = directory_of(project("p", Plan("p", seconds=500 * HOUR), int(81.5 * HOUR)))
    _, whole = foreseen_of(rows, place, known_from=date(2026, 9, 14))  # the Monday of the first
    assert whole.pace.weeks == 9 and whole.pace.mean < 10 * HOUR  # type: ignore[attr-defined]
    _, part = foreseen_of(rows, place, known_from=date(2026, 9, 15))
    assert (part.pace.weeks, part.pace.mean) == (8, 10 * HOUR)  # type: ignore[attr-defined]
    _, short = foreseen_of(rows, place, known_from=date(2026, 9, 22))
    assert short.pace is None, "seven weeks are too few"  # type: ignore[attr-defined]
    _, none = foreseen_of(rows, place, known_from=TODAY + timedelta(days=1))
    assert none.pace is None  # type: ignore[attr-defined]


def test_billable_time_goes_on_at_its_own_pace() -> None:
    rows = weeks_of([10.0] * 12, billable=True) + weeks_of([30.0] * 12)
    place = directory_of(project("p", Plan("p", seconds=200 * HOUR), 480 * HOUR, billable_only=True))
    one, ahead = foreseen_of(rows, place)
    assert (one.burn.used, ahead.pace.mean) == (120 * HOUR, 10 * HOUR)  # type: ignore[attr-defined]


def test_nothing_is_foreseen_of_what_is_known_in_part() -> None:
    rows = weeks_of([10.0] * 12)
    _, ahead = foreseen_of(rows, directory_of(project("p", Plan("p", seconds=500 * HOUR))))
    assert ahead.pace is not None and ahead.found is None and ahead.outlook is None  # type: ignore[attr-defined]
    _, carried = foreseen_of(rows, directory_of(project("p")), Plan("p", seconds=40 * HOUR, cycle=Cycle.MONTH, carries=True))
    assert carried.found is None and carried.outlook is None and carried.to_land is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(("hours", "said"), [(30, "likely over"), (60, "likely within")])
def test_how_a_month_will_end(hours: int, said: str) -> None:
    """20 h are used by the 18th; after it come 8 working days of 2 h each: 16."""
    rows = [*weeks_of([10.0] * 12), worked("2026-11-17", 0)]
    one, ahead = foreseen_of(rows, directory_of(project("p")), Plan("p", seconds=hours * HOUR, cycle=Cycle.MONTH))
    assert one.burn.used == 20 * HOUR
    assert ahead.outlook.rest.middle == 16 * HOUR and ahead.outlook.chance.value == said  # type: ignore[attr-defined]
    assert ahead.to_land == (hours - 20) * HOUR * 5 // 8  # type: ignore[attr-defined]


def test_the_chart_of_billable_time_shows_that_alone_and_rests_on_days_off() -> None:
    """10 of 40 hours a week are billable, 2 a working day; Thursday and Friday are everybody's days off."""
    rows = weeks_of([10.0] * 12, billable=True) + weeks_of([30.0] * 12)
    place = directory_of(project("p", Plan("p", seconds=200 * HOUR), 480 * HOUR, billable_only=True))
    one, ahead = foreseen_of(rows, place)
    notes = Notes(days_off=(DaysOff(EVERYBODY, date(2026, 11, 19), date(2026, 11, 20)),))
    access = SimpleNamespace(notes=notes, active_people=lambda: ["ana"], workspace=SimpleNamespace(working_days=WORKWEEK))
    view = SimpleNamespace(today=TODAY, access=access, period=Period(date(2026, 6, 1), date(2026, 12, 1)), week_start="MONDAY")
    burning = _burning(view, one, cube_of(rows), ahead)  # type: ignore[arg-type]
    assert burning.past["used"].iloc[-1] == 120 * HOUR
    course = {day: band.middle for day, band in burning.ahead}
    assert [course[date(2026, 11, day)] // HOUR for day in (18, 19, 20, 22, 23, 24)] == [0, 0, 0, 0, 2, 4]


def test_which_part_of_a_week_people_were_there() -> None:
    """Ana has a day off of five and Ben none: 9 of 10 days; in the week after everybody is off; then nobody is."""
    notes = Notes(
        capacities=(full_week("ana"), full_week("ben")),
        days_off=(DaysOff("ana", date(2026, 11, 3), date(2026, 11, 3)), DaysOff(EVERYBODY, date(2026, 11, 9), date(2026, 11, 15))),
    )
    days = capacity_days(["ana", "ben"], Period(date(2026, 11, 2), date(2026, 11, 23)), notes, WORKWEEK)
    assert week_scale(days, "MONDAY") == {date(2026, 11, 2): 0.9, date(2026, 11, 9): 0.0, date(2026, 11, 16): 1.0}
    # Weeks that begin on a Sunday: that of 15 November has the last day off, on which nobody works anyway.
    assert week_scale(days, "SUNDAY") == {date(2026, 11, 1): 0.9, date(2026, 11, 8): 0.0, date(2026, 11, 15): 1.0}
    nobody = capacity_days([], Period(date(2026, 11, 2), date(2026, 11, 23)), notes, WORKWEEK)
    assert week_scale(nobody, "MONDAY") == {}


def test_800_projects_with_100_000_rows_take_a_moment() -> None:
    random = np.random.default_rng(1)
    size = 100_000
    ids = [f"p{number:03}" for number in range(800)]
    frame = pd.DataFrame(
        {
            "day": pd.Timestamp(KNOWN) + pd.to_timedelta(random.integers(0, 110, size), "D"),
            "user_id": pd.Categorical.from_codes(random.integers(0, 500, size), [f"u{number}" for number in range(500)]),
            "project_id": pd.Categorical.from_codes(random.integers(0, 800, size), ids),
            "task_id": pd.Categorical([""] * size),
            "billable": random.random(size) < 0.7,
            "rate": 100,
            "currency": pd.Categorical.from_codes(random.integers(0, 2, size), ["EUR", "USD"]),
            "seconds": random.integers(60, 8 * HOUR, size),
            "amount_ticks": random.integers(0, 10**9, size),
            "entries": 1,
        }
    ).astype({"day": "datetime64[us]", "entries": "int64"})[list(CUBE_DTYPES)]
    cycles = list(Cycle)
    plans = [
        Plan(one, cents=10**7, cycle=cycles[place % 5])
        if place % 3 == 0
        else Plan(one, seconds=900 * HOUR, cycle=cycles[place % 5], carries=place % 5 == 1)
        for place, one in enumerate(ids)
    ]
    place = directory_of(*map(project, ids))
    begun = perf_counter()
    found = budgets(frame, place, Notes(plans=tuple(plans)), known_from=KNOWN, today=TODAY, week_start="MONDAY")
    middle = perf_counter()
    ahead = forecasts(frame, found, known_from=KNOWN, today=TODAY, week_start="MONDAY", weekdays=WORKWEEK)
    print(f"budgets {middle - begun:.2f} s, forecasts {perf_counter() - middle:.2f} s")
    assert len(found.rows) == len(ahead.by_project) == 800
    assert perf_counter() - begun < 20
    # Every tenth against plain sums.
    plain: Counter[tuple[str, str]] = Counter()
    for one, code, ticks in zip(frame["project_id"], frame["currency"], frame["amount_ticks"].tolist(), strict=True):
        plain[one, code] += ticks
    for budget in found.rows[::10]:
        if budget.burn.money and not budget.recurs:
            assert (budget.burn.used, budget.others) == (plain[budget.project_id, "EUR"], "USD")
