from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.frames import CUBE_DTYPES, daily_cube, empty_cube, listed_entries_frame
from clockify.periods import WEEKDAYS
from clockify.plans import Cycle, Plan
from clockify.reports.cycles import CYCLE_DTYPES, cycle_around, cycles_by_project, cycles_of, first_days, running_cycles

HOUR = 3600
DAY = timedelta(days=1)


def cube(*rows: tuple[str, int], **others: Any) -> pd.DataFrame:
    """A day and hours a row, of project p; `others` are columns with the same value, or a list."""
    columns = {"day": [row[0] for row in rows], "seconds": [row[1] * HOUR for row in rows]}
    rest = {
        "user_id": "u",
        "project_id": "p",
        "task_id": "",
        "billable": True,
        "rate": 0,
        "currency": "EUR",
        "amount_ticks": 0,
        "entries": 1,
    }
    return pd.DataFrame(columns | rest | others)[list(CUBE_DTYPES)].astype(CUBE_DTYPES) if rows else empty_cube()


def hours(count: int, cycle: Cycle = Cycle.MONTH, **more: Any) -> Plan:
    return Plan("p", seconds=count * HOUR, cycle=cycle, **more)


def shown(plans: list[Plan], frame: pd.DataFrame, first: str, today: str, week_start: str = "MONDAY", **more: Any) -> list[tuple[Any, ...]]:
    """Start, end, planned, carried in, used, left, carried out, in hours."""
    found = cycles_of(plans, frame, first=date.fromisoformat(first), today=date.fromisoformat(today), week_start=week_start, **more)
    ends = [None if pd.isna(end) else str(end.date()) for end in found["end"]]
    figures = [(found[name] // HOUR).tolist() for name in ("planned", "carried_in", "used", "left", "carried_out")]
    return list(zip(found["start"].dt.strftime("%Y-%m-%d").tolist(), ends, *figures, strict=True))


def test_months_with_empty_ones_among_them() -> None:
    frame = cube(("2026-01-31", 5), ("2026-02-01", 7), ("2026-04-02", 50))
    assert shown([hours(40)], frame, "2026-01-20", "2026-04-15") == [
        ("2026-01-01", "2026-02-01", 40, 0, 5, 35, 0),
        ("2026-02-01", "2026-03-01", 40, 0, 7, 33, 0),
        ("2026-03-01", "2026-04-01", 40, 0, 0, 40, 0),
        ("2026-04-01", "2026-05-01", 40, 0, 50, -10, 0),
    ]


def test_a_rest_goes_over_and_so_does_a_negative_one() -> None:
    frame = cube(("2026-01-10", 30), ("2026-02-10", 65), ("2026-03-10", 40), ("2026-04-01", 1))
    assert shown([hours(40, carries=True)], frame, "2026-01-01", "2026-04-01") == [
        ("2026-01-01", "2026-02-01", 40, 0, 30, 10, 10),
        ("2026-02-01", "2026-03-01", 40, 10, 65, -15, -15),
        ("2026-03-01", "2026-04-01", 40, -15, 40, -15, -15),
        ("2026-04-01", "2026-05-01", 40, -15, 1, 24, 0),
    ]


def test_a_plan_changed_in_the_middle_counts_from_the_next_cycle() -> None:
    frame = cube(("2026-01-10", 30), ("2026-02-10", 30), ("2026-03-10", 30))
    plans = [hours(60, first=date(2026, 2, 15)), hours(40, carries=True)]
    assert shown(plans, frame, "2026-01-01", "2026-03-31") == [
        ("2026-01-01", "2026-02-01", 40, 0, 30, 10, 10),
        ("2026-02-01", "2026-03-01", 40, 10, 30, 20, 20),  # begun under the old plan, which carries
        ("2026-03-01", "2026-04-01", 60, 20, 30, 50, 0),
    ]
    on_the_day = [hours(60, first=date(2026, 2, 1)), hours(40)]
    assert [row[2] for row in shown(on_the_day, frame, "2026-01-01", "2026-03-31")] == [40, 60, 60]


def test_months_become_weeks_where_the_month_ends() -> None:
    plans = [hours(40), hours(10, Cycle.WEEK, first=date(2026, 11, 12))]
    found = shown(plans, cube(("2026-11-30", 4), ("2026-12-01", 3)), "2026-11-01", "2026-12-08")
    assert found == [  # 1 December 2026 is a Tuesday
        ("2026-11-01", "2026-12-01", 40, 0, 4, 36, 0),
        ("2026-12-01", "2026-12-07", 10, 0, 3, 7, 0),
        ("2026-12-07", "2026-12-14", 10, 0, 0, 10, 0),
    ]


def test_the_first_plan_cuts_its_first_cycle() -> None:
    frame = cube(("2026-11-03", 9), ("2026-11-20", 2))
    assert shown([hours(40, first=date(2026, 11, 15))], frame, "2026-01-01", "2026-12-01") == [
        ("2026-11-15", "2026-12-01", 40, 0, 2, 38, 0),
        ("2026-12-01", "2027-01-01", 40, 0, 0, 40, 0),
    ]


def test_a_whole_project_is_one_cycle_of_all_that_was_used() -> None:
    frame = cube(("2025-01-10", 30), ("2026-02-10", 30))
    assert shown([hours(100, Cycle.WHOLE)], frame, "2025-01-10", "2026-03-01") == [("2025-01-10", None, 100, 0, 60, 40, 0)]
    changed = [hours(100, Cycle.WHOLE), hours(150, Cycle.WHOLE, first=date(2026, 2, 1))]
    assert shown(changed, frame, "2025-01-10", "2026-03-01") == [("2025-01-10", None, 150, 0, 60, 90, 0)]
    assert shown(changed, frame, "2025-01-10", "2026-01-31") == [("2025-01-10", None, 100, 0, 60, 40, 0)]


def test_a_whole_plan_after_months_and_months_after_a_whole_plan() -> None:
    frame = cube(("2026-01-10", 30), ("2026-02-05", 8), ("2026-02-20", 4))
    to_whole = [hours(40, carries=True), hours(500, Cycle.WHOLE, first=date(2026, 2, 15))]
    assert shown(to_whole, frame, "2026-01-01", "2026-02-28") == [
        ("2026-01-01", "2026-02-01", 40, 0, 30, 10, 10),
        ("2026-02-01", "2026-02-15", 40, 10, 8, 42, 0),
        ("2026-01-01", None, 500, 0, 42, 458, 0),
    ]
    to_months = [hours(500, Cycle.WHOLE), hours(600, Cycle.WHOLE, first=date(2026, 1, 15)), hours(40, first=date(2026, 2, 15))]
    assert shown(to_months, frame, "2026-01-01", "2026-03-01") == [
        ("2026-01-01", "2026-02-15", 600, 0, 38, 562, 0),
        ("2026-02-15", "2026-03-01", 40, 0, 4, 36, 0),
        ("2026-03-01", "2026-04-01", 40, 0, 0, 40, 0),
    ]


def test_no_plan_has_begun() -> None:
    for plans in ([], [hours(40, first=date(2026, 5, 1))]):
        found = cycles_of(plans, cube(("2026-01-10", 1)), first=date(2026, 1, 1), today=date(2026, 4, 30), week_start="MONDAY")
        assert found.empty
        assert found.dtypes.astype(str).to_dict() == {name: kind for name, kind in CYCLE_DTYPES.items() if name != "project_id"}


def test_no_time_at_all() -> None:
    assert shown([hours(40)], empty_cube(), "2026-04-09", "2026-04-09") == [("2026-04-01", "2026-05-01", 40, 0, 0, 40, 0)]


def test_what_lies_after_today_is_used_and_named() -> None:
    frame = cube(("2026-04-10", 5), ("2026-04-15", 2), ("2026-04-16", 3), ("2026-05-01", 4))
    for plan, used, ahead in ((hours(40), 10, 3), (hours(40, Cycle.WHOLE), 14, 7)):
        row = cycles_of([plan], frame, first=date(2026, 4, 1), today=date(2026, 4, 15), week_start="MONDAY").iloc[-1]
        assert (row["used"], row["ahead"]) == (used * HOUR, ahead * HOUR)
    past = cycles_of([hours(40)], frame, first=date(2026, 4, 1), today=date(2026, 6, 1), week_start="MONDAY")
    assert past["ahead"].tolist() == [0, 0, 0]
    assert past["running"].tolist() == [False, False, True]


def test_billable_time_alone() -> None:
    frame = cube(("2026-04-10", 5), ("2026-04-11", 2), billable=[True, False])
    assert [row[4] for row in shown([hours(40)], frame, "2026-04-01", "2026-04-30")] == [7]
    assert [row[4] for row in shown([hours(40)], frame, "2026-04-01", "2026-04-30", billable_only=True)] == [5]


def test_money_is_of_one_currency_and_the_others_are_named() -> None:
    budget = Plan("p", cents=50_000, cycle=Cycle.MONTH, carries=True)
    ticks = [20_000 * 3600 + 1, 7, 9, 11, 13, 0]
    days = ("2026-03-10", "2026-03-11", "2026-03-12", "2026-04-02", "2026-04-02", "2026-04-02")
    frame = cube(*((day, 1) for day in days), currency=["EUR", "USD", "CHF", "EUR", "SEK", "NOK"], amount_ticks=ticks)
    found = cycles_of([budget], frame, first=date(2026, 3, 1), today=date(2026, 4, 3), week_start="MONDAY", currency="EUR")
    assert found["used"].tolist() == [ticks[0], 11]
    assert found["left"].tolist() == [30_000 * 3600 - 1, 80_000 * 3600 - 1 - 11]
    assert found["others"].tolist() == ["CHF, USD", "SEK"]
    assert found["currency"].tolist() == ["EUR", "EUR"]
    with pytest.raises(ValueError, match="currency"):
        cycles_of([budget], frame, first=date(2026, 3, 1), today=date(2026, 4, 3), week_start="MONDAY")


def test_hours_left_are_never_made_money() -> None:
    plans = [hours(40, carries=True), Plan("p", cents=100, cycle=Cycle.MONTH, first=date(2026, 2, 1))]
    found = cycles_of(plans, empty_cube(), first=date(2026, 1, 1), today=date(2026, 2, 1), week_start="MONDAY", currency="EUR")
    assert found["carried_in"].tolist() == [0, 0]
    assert found["carried_out"].tolist() == [0, 0]
    assert found["planned"].tolist() == [40 * HOUR, 100 * 3600]
    assert found["currency"].tolist() == ["", "EUR"]


def test_months_over_both_changes_of_the_clock() -> None:
    """In Belgrade: the hour before and after midnight where March and October end, two days after the clocks changed."""
    moments = ["2026-03-31T21:30", "2026-03-31T22:30", "2026-10-31T22:30", "2026-10-31T23:30"]
    rows = [
        {
            "id": str(place),
            "userId": "u",
            "projectId": "p",
            "billable": True,
            "timeInterval": {"start": f"{moment}:00Z", "end": (datetime.fromisoformat(f"{moment}:00Z") + timedelta(hours=1)).isoformat()},
        }
        for place, moment in enumerate(moments)
    ]
    frame = daily_cube(listed_entries_frame(rows, zone="Europe/Belgrade", currencies={}, default_currency="EUR"))
    assert datetime.fromisoformat("2026-03-31T22:30Z").astimezone(UTC).hour == 22  # 00:30 of 1 April there
    used = {row[0]: row[4] for row in shown([hours(9)], frame, "2026-03-01", "2026-11-30")}
    assert {start: count for start, count in used.items() if count} == {"2026-03-01": 1, "2026-04-01": 1, "2026-10-01": 1, "2026-11-01": 1}


def test_29_february() -> None:
    frame = cube(("2028-02-28", 1), ("2028-02-29", 2), ("2028-03-01", 4))
    assert [row[:2] + row[4:5] for row in shown([hours(9)], frame, "2028-02-28", "2028-03-01")] == [
        ("2028-02-01", "2028-03-01", 3),
        ("2028-03-01", "2028-04-01", 4),
    ]
    plans = [hours(9), hours(8, first=date(2028, 2, 29))]
    assert [row[2] for row in shown(plans, frame, "2028-02-28", "2028-03-01")] == [9, 8]


@pytest.mark.parametrize(
    ("day", "cycle", "first", "start", "end"),
    [
        ("2028-02-29", Cycle.MONTH, "MONDAY", "2028-02-01", "2028-03-01"),
        ("2028-02-29", Cycle.QUARTER, "MONDAY", "2028-01-01", "2028-04-01"),
        ("2028-02-29", Cycle.YEAR, "MONDAY", "2028-01-01", "2029-01-01"),
        ("2028-02-29", Cycle.WEEK, "MONDAY", "2028-02-28", "2028-03-06"),
        ("2028-02-29", Cycle.WEEK, "SUNDAY", "2028-02-27", "2028-03-05"),
        ("2026-12-31", Cycle.QUARTER, "MONDAY", "2026-10-01", "2027-01-01"),
        ("2026-06-30", Cycle.QUARTER, "MONDAY", "2026-04-01", "2026-07-01"),
        ("2026-12-31", Cycle.MONTH, "MONDAY", "2026-12-01", "2027-01-01"),
    ],
)
def test_the_cycle_around_a_day(day: str, cycle: Cycle, first: str, start: str, end: str) -> None:
    found = cycle_around(date.fromisoformat(day), cycle, first)
    assert (str(found.start), str(found.end)) == (start, end)


def test_a_whole_project_is_around_no_day() -> None:
    with pytest.raises(ValueError, match="whole project"):
        cycle_around(date(2026, 1, 1), Cycle.WHOLE, "MONDAY")


def test_many_projects_at_once() -> None:
    frame = cube(("2026-01-10", 3), ("2026-01-11", 4), ("2026-02-02", 5), project_id=["b", "a", "b"])
    before = frame.copy()
    plans = {"b": [Plan("b", seconds=HOUR, cycle=Cycle.MONTH)], "c": [Plan("c", seconds=HOUR)], "a": [Plan("a", seconds=HOUR, threshold=7)]}
    firsts = first_days(frame)
    assert firsts == {"a": date(2026, 1, 11), "b": date(2026, 1, 10)}
    assert first_days(frame[frame["project_id"] == "a"]) == {"a": date(2026, 1, 11)}
    assert first_days(empty_cube()) == {}
    found = cycles_by_project(plans, frame, firsts=firsts, today=date(2026, 2, 3), week_start="MONDAY")
    assert found.dtypes.astype(str).to_dict() == CYCLE_DTYPES
    assert list(zip(found["project_id"], found["used"] // HOUR, strict=True)) == [("b", 3), ("b", 5), ("c", 0), ("a", 4)]
    assert list(zip(*running_cycles(found)[["project_id", "threshold"]].to_numpy().T, strict=True)) == [("b", 0), ("c", 0), ("a", 7)]
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 50)), max_size=20),
    st.lists(
        st.tuples(st.none() | st.integers(-30, 500), st.sampled_from([one for one in Cycle if one is not Cycle.WHOLE]), st.booleans()),
        min_size=1,
        max_size=4,
        unique_by=lambda plan: plan[0],
    ),
    st.integers(0, 500),
    st.sampled_from(WEEKDAYS),
)
def test_cycles_are_without_gaps_and_rests_add_up(
    rows: list[tuple[int, int]], drawn: list[tuple[int | None, Cycle, bool]], until: int, week_start: str
) -> None:
    origin = date(2027, 6, 1)  # five hundred days with 29 February 2028 among them
    plans = [
        hours(place + 1, cycle, carries=carries, first=None if first is None else origin + first * DAY)
        for place, (first, cycle, carries) in enumerate(drawn)
    ]
    frame = cube(*((str(origin + day * DAY), count) for day, count in rows))
    found = shown(plans, frame, str(origin), str(origin + until * DAY), week_start)
    for before, after in pairwise(found):
        assert before[1] == after[0]
        assert before[6] == after[3]
    for start, end, planned, carried_in, used, left, _ in found:
        assert used == sum(count for day, count in rows if start <= str(origin + day * DAY) < end)
        assert left == planned + carried_in - used
        holding = [plan for plan in plans if plan.first is None or str(plan.first) <= start]
        # A plan from ever is older than any with a day.
        assert planned * HOUR == max(holding, key=lambda plan: plan.first or date.min).seconds
    if found:
        assert found[-1][0] <= str(origin + until * DAY) < found[-1][1]
