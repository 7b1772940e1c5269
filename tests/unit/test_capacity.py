"""How long people are there, against a walk over the days in plain Python."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.periods import WEEKDAYS, Period
from clockify.plans import Capacity, DaysOff, Notes, Usual
from clockify.reports.capacity import CAPACITY_DTYPES, capacity_days, ended_days, tracked_on, usual_week
from tests.support.people import EIGHT, ROWS, WORKWEEK, Row, cube_of, days_from, full_week

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))  # from a Monday


def hours(people: list[str], notes: Notes, period: Period = WEEK, working: frozenset[str] = WORKWEEK) -> list[tuple[float, float]]:
    found = capacity_days(people, period, notes, working)
    return [(there / 3600, off / 3600) for there, off in zip(found["seconds"], found["off_seconds"], strict=True)]


def test_nobody_wrote_anything_down_the_usual_week_is_spread() -> None:
    found = capacity_days(["ben", "ana", "ben"], WEEK, Notes(usual=Usual(person_week=30 * 3600)), WORKWEEK)
    assert found.dtypes.astype(str).to_dict() == CAPACITY_DTYPES
    assert found["user_id"].tolist() == ["ben"] * 7 + ["ana"] * 7
    assert found["day"].dt.date.tolist() == days_from(WEEK.start, 7) * 2
    assert found["seconds"].tolist() == [6 * 3600] * 5 + [0, 0] + [6 * 3600] * 5 + [0, 0]
    assert found["is_usual"].all() and not found["off_seconds"].any()


@pytest.mark.parametrize(
    ("seconds", "working", "week"),
    [
        (40 * 3600, WORKWEEK, (EIGHT,) * 5 + (0, 0)),
        (10, {"SUNDAY", "TUESDAY", "FRIDAY"}, (0, 4, 0, 0, 3, 0, 3)),
        (15, set(), (3, 2, 2, 2, 2, 2, 2)),
        (15, {"someday"}, (3, 2, 2, 2, 2, 2, 2)),
    ],
)
def test_a_week_adds_up_to_the_second(seconds: int, working: set[str], week: tuple[int, ...]) -> None:
    assert usual_week(seconds, working) == week
    assert sum(week) == seconds


def test_everybodys_days_off_are_each_ones_and_one_that_is_off_anyway_is_off_once() -> None:
    notes = Notes(
        (full_week("ana", day=4 * 3600),), (DaysOff("*", date(2026, 11, 18), date(2026, 11, 19)), DaysOff("ana", *[date(2026, 11, 19)] * 2))
    )
    assert hours(["ana"], notes) == [(4, 0), (4, 0), (0, 4), (0, 4), (4, 0), (0, 0), (0, 0)]
    assert hours(["ben"], notes) == [(8, 0), (8, 0), (0, 8), (0, 8), (8, 0), (0, 0), (0, 0)]
    assert hours(["*"], notes)[0] == (8, 0), "it is nobody's id"


def test_a_capacity_that_changes_in_the_middle_of_a_week() -> None:
    notes = Notes(capacities=(full_week("ana", last=date(2026, 11, 18)), full_week("ana", date(2026, 11, 19), day=4 * 3600)))
    assert [there for there, _ in hours(["ana"], notes)] == [8, 8, 8, 4, 4, 0, 0]
    assert not capacity_days(["ana"], WEEK, notes, WORKWEEK)["is_usual"].any()


def test_outside_of_what_is_written_a_person_isnt_there() -> None:
    notes = Notes(capacities=(full_week("ana", date(2026, 11, 17), date(2026, 11, 18)),))
    assert [there for there, _ in hours(["ana", "ben"], notes)] == [0, 8, 8, 0, 0, 0, 0, 8, 8, 8, 8, 8, 0, 0]
    later = Notes(capacities=(full_week("ana", date(2027, 1, 1)), full_week("ana", None, date(2026, 1, 1))))
    assert [there for there, _ in hours(["ana"], later)] == [0] * 7


def test_days_off_over_a_weekend_take_only_what_was_there() -> None:
    notes = Notes(days_off=(DaysOff("ana", date(2026, 11, 20), date(2026, 11, 30)), DaysOff("ana", date(2026, 11, 20), date(2026, 11, 20))))
    assert hours(["ana"], notes) == [(8, 0)] * 4 + [(0, 8), (0, 0), (0, 0)]
    assert hours(["ben"], notes) == [(8, 0)] * 5 + [(0, 0)] * 2


def test_a_leap_day_is_a_day() -> None:
    period = Period(date(2028, 2, 28), date(2028, 3, 2))  # Monday to Wednesday
    notes = Notes(days_off=(DaysOff("ana", date(2028, 2, 29), date(2028, 2, 29)),))
    assert hours(["ana"], notes, period) == [(8, 0), (0, 8), (8, 0)]


def test_nobody_has_no_rows_and_other_people_are_left_alone() -> None:
    notes = Notes(capacities=(full_week("zoe"),), days_off=(DaysOff("zoe", WEEK.start, WEEK.end),))
    found = capacity_days([], WEEK, notes, WORKWEEK)
    assert found.empty and found.dtypes.astype(str).to_dict() == CAPACITY_DTYPES
    assert tracked_on(found, cube_of([Row(WEEK.start)])).tolist() == []


DATES = st.one_of(st.none(), st.dates(date(2028, 2, 10), date(2028, 3, 20)))
SECONDS = st.lists(st.integers(0, 86_400), min_size=7, max_size=7).map(tuple)
CAPACITIES = st.lists(st.builds(Capacity, st.sampled_from(["ana", "ben"]), SECONDS, DATES, DATES), max_size=5)
OFF = st.lists(
    st.builds(
        lambda user, first, days: DaysOff(user, first, first + timedelta(days=days)),
        st.sampled_from(["ana", "ben", "cleo"]),
        st.dates(date(2028, 2, 10), date(2028, 3, 20)),
        st.integers(0, 12),
    ),
    max_size=5,
)


def plain(user: str, day: date, notes: Notes, working: frozenset[str]) -> tuple[int, int]:
    """Capacity and days off of one person on one day."""
    mine = [one for one in notes.capacities if one.user_id == user]
    if mine:
        holding = [one for one in mine if (one.first or date.min) <= day <= (one.last or date.max)]
        whole = holding[-1].seconds[day.weekday()] if holding else 0
    else:
        whole = usual_week(notes.usual.person_week, working)[day.weekday()]
    is_off = any(one.user_id == user and one.first <= day <= one.last for one in notes.days_off)
    return (0, whole) if is_off else (whole, 0)


@given(CAPACITIES, OFF, st.integers(1, 604_800), st.frozensets(st.sampled_from(WEEKDAYS)), st.dates(date(2028, 2, 20), date(2028, 3, 5)))
def test_every_day_is_what_a_walk_over_the_days_finds(
    capacities: list[Capacity], off: list[DaysOff], usual: int, working: frozenset[str], start: date
) -> None:
    notes = Notes(tuple(capacities), tuple(off), usual=Usual(person_week=usual))
    period = Period(start, start + timedelta(days=10))
    found = capacity_days(["cleo", "ana", "ben"], period, notes, working)
    expected = [plain(user, day, notes, working) for user in ("cleo", "ana", "ben") for day in days_from(start, 10)]
    assert list(zip(found["seconds"].tolist(), found["off_seconds"].tolist(), strict=True)) == expected


@given(st.lists(ROWS, max_size=20), st.dates(date(2028, 2, 15), date(2028, 3, 15)))
def test_what_was_tracked_stands_beside_each_day(rows: list[Row], until: date) -> None:
    period = Period(date(2028, 2, 25), date(2028, 3, 5))
    days = ended_days(capacity_days(["ben", "nobody", "ana"], period, Notes(), WORKWEEK), until)
    walked = [(user, day) for user in ("ben", "nobody", "ana") for day in days_from(period.start, period.days) if day < until]
    assert list(zip(days["user_id"], days["day"].dt.date, strict=True)) == walked
    expected = [sum(row.seconds for row in rows if (row.user, row.day) == one) for one in walked]
    assert tracked_on(days, cube_of(rows)).tolist() == expected
