from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import Directory, Kind
from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.periods import WEEKDAYS, Period
from clockify.reports.intervals import INTERVAL_DTYPES
from clockify.reports.summary import WORKING_WEEK, Interval, by_interval, by_interval_and, interval_for, spark, working_days

DIRECTORY = Directory({kind: {} for kind in Kind} | {Kind.USER: {"u1": "Ana", "u2": "Bo"}})
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))


def cube(*rows: tuple[str, int, bool, str]) -> pd.DataFrame:
    columns = {"day": [row[0] for row in rows], "seconds": [row[1] for row in rows], "billable": [row[2] for row in rows]}
    columns |= {"user_id": [row[3] for row in rows]}
    rest = {"project_id": "p", "task_id": "", "rate": 0, "currency": "EUR", "amount_ticks": 0, "entries": 1}
    return pd.DataFrame(columns | rest).astype(CUBE_DTYPES) if rows else empty_cube()


@pytest.mark.parametrize(("days", "step"), [(1, "day"), (31, "day"), (32, "week"), (200, "week"), (201, "month")])
def test_the_step_follows_the_length(days: int, step: str) -> None:
    assert interval_for(Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days))) == step


def test_days_without_gaps() -> None:
    frame = cube(
        ("2026-11-02", 60, True, "u1"), ("2026-11-02", 40, False, "u1"), ("2026-11-30", 5, True, "u2"), ("2026-12-01", 9, True, "u1")
    )
    found = by_interval(frame, NOVEMBER, Interval.DAY, "MONDAY")
    assert found.dtypes.astype(str).to_dict() == INTERVAL_DTYPES
    assert len(found) == 30
    assert found.loc[1, ["billable_seconds", "other_seconds", "seconds"]].tolist() == [60, 40, 100]
    assert found["seconds"].sum() == 105
    assert found["working"].sum() == 21
    assert not found["working"][0]  # 1 November 2026 is a Sunday


def test_weeks_are_clipped_to_the_period() -> None:
    weeks = by_interval(empty_cube(), NOVEMBER, Interval.WEEK, "MONDAY")
    assert weeks["start"].dt.day.tolist() == [1, 2, 9, 16, 23, 30]
    assert weeks["end"].iloc[-1] == pd.Timestamp("2026-12-01")
    assert weeks["seconds"].tolist() == [0] * 6
    assert not weeks["working"][0]
    sundays = by_interval(empty_cube(), NOVEMBER, Interval.WEEK, "SUNDAY")
    assert sundays["start"].dt.day.tolist() == [1, 8, 15, 22, 29]


def test_months_are_clipped_too() -> None:
    months = by_interval(cube(("2026-01-31", 7, True, "u1")), Period(date(2026, 1, 15), date(2026, 3, 2)), Interval.MONTH, "MONDAY")
    assert months["start"].dt.strftime("%m-%d").tolist() == ["01-15", "02-01", "03-01"]
    assert months["seconds"].tolist() == [7, 0, 0]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 10**6), st.booleans()), max_size=20),
    st.integers(0, 90),
    st.integers(1, 60),
    st.sampled_from(list(Interval)),
    st.sampled_from(WEEKDAYS),
)
def test_nothing_is_lost_between_intervals(rows: list[tuple[int, int, bool]], start: int, days: int, step: Interval, first: str) -> None:
    year = date(2026, 1, 1)
    period = Period(year + timedelta(days=start), year + timedelta(days=start + days))
    frame = cube(*(((year + timedelta(days=day)).isoformat(), seconds, billable, "u1") for day, seconds, billable in rows))
    found = by_interval(frame, period, step, first)
    inside = [(seconds, billable) for day, seconds, billable in rows if start <= day < start + days]
    assert found["seconds"].sum() == sum(seconds for seconds, _ in inside)
    assert found["billable_seconds"].sum() == sum(seconds for seconds, billable in inside if billable)
    assert found["end"].tolist()[:-1] == found["start"].tolist()[1:]
    assert (found["start"].iloc[0].date(), found["end"].iloc[-1].date()) == (period.start, period.end)


def test_series_fill_every_interval() -> None:
    frame = cube(("2026-11-02", 6, True, "u1"), ("2026-11-03", 100, True, "u2"), ("2026-11-03", 5, True, "u3"), ("2026-11-03", 4, True, ""))
    period = Period(date(2026, 11, 2), date(2026, 11, 4))
    found = by_interval_and(frame, period, Interval.DAY, "MONDAY", Kind.USER, DIRECTORY)
    assert found["id"].tolist() == ["u2", "other", ""] * 2
    assert found["label"].tolist() == ["Bo", "Other (2)", "No person"] * 2
    assert found["seconds"].tolist() == [0, 6, 0, 100, 5, 4]
    assert found["start"].dt.day.tolist() == [2, 2, 2, 3, 3, 3]
    assert found["working"].all()


def test_as_many_have_a_series_of_their_own_as_reach_four_fifths() -> None:
    # 36 in all: 8 + 7 + 6 + 5 = 26, with 4 they are 30, and 28.8 are enough.
    frame = cube(*(("2026-11-02", seconds, True, f"u{seconds}") for seconds in range(1, 9)))
    found = by_interval_and(frame, NOVEMBER, Interval.MONTH, "MONDAY", Kind.USER, DIRECTORY)
    assert found["id"].tolist() == ["u8", "u7", "u6", "u5", "u4", "other"]


def test_series_of_nothing() -> None:
    found = by_interval_and(empty_cube(), NOVEMBER, Interval.DAY, "MONDAY", Kind.USER, DIRECTORY)
    assert found.dtypes.astype(str).to_dict() == {
        "start": "datetime64[us]",
        "end": "datetime64[us]",
        "id": "str",
        "label": "str",
        "seconds": "int64",
        "working": "bool",
    }
    assert found.empty


def test_entries_without_time_are_in_no_series() -> None:
    # Rounded down, everything may come to nothing; or one person's does while others have time.
    nothing = cube(("2026-11-02", 0, True, "u1"), ("2026-11-03", 0, True, "u2"))
    assert by_interval_and(nothing, NOVEMBER, Interval.DAY, "MONDAY", Kind.USER, DIRECTORY).empty
    some = cube(("2026-11-02", 0, True, "u1"), ("2026-11-03", 5, True, "u2"))
    found = by_interval_and(some, NOVEMBER, Interval.MONTH, "MONDAY", Kind.USER, DIRECTORY)
    assert found[["id", "seconds"]].to_numpy().tolist() == [["u2", 5]]


def test_sparks_leave_days_off_out() -> None:
    frame = cube(("2026-11-01", 999, True, "u1"), ("2026-11-02", 50, False, "u1"))
    found = spark(frame, NOVEMBER)
    assert len(found) == 21
    assert list(found) == ["start", "seconds", "billable_seconds"]
    assert found.index.tolist() == list(range(21))
    assert found["seconds"].tolist()[:2] == [50, 0]
    assert found["billable_seconds"].sum() == 0
    assert len(spark(frame, Period(date(2026, 11, 1), date(2026, 11, 2)))) == 1  # only a Sunday: it counts


def test_long_sparks_are_means_of_weeks() -> None:
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    days = [day.strftime("%Y-%m-%d") for day in pd.bdate_range("2026-01-01", "2026-12-31")]
    found = spark(cube(*((day, 3600, True, "u1") for day in days)), year)
    assert len(found) == 53
    assert set(found["seconds"]) == {3600}  # the two days of the first week don't dip
    assert found.dtypes.astype(str).tolist() == ["datetime64[us]", "int64", "int64"]


def test_a_long_spark_shows_each_weeks_own_mean() -> None:
    # Half an hour each on Monday and Sunday of the second week: an hour over its five working days, for Sunday is none.
    frame = cube(("2026-01-05", 1800, True, "u1"), ("2026-01-11", 1800, False, "u1"), ("2026-12-31", 3600, False, "u1"))
    found = spark(frame, Period(date(2026, 1, 1), date(2027, 1, 1)))
    assert [(row.start.strftime("%m-%d"), row.seconds, row.billable_seconds) for row in found.itertuples() if row.seconds] == [
        ("01-05", 360, 360),
        ("12-28", 900, 0),  # Monday to Thursday
    ]
    assert found["start"].dt.strftime("%m-%d").tolist()[:3] == ["01-01", "01-05", "01-12"]


@pytest.mark.parametrize(("days", "points"), [(60, 60), (61, 10)])
def test_a_spark_of_more_than_sixty_days_has_weeks(days: int, points: int) -> None:
    # The 61 days from Thursday 1 January to Monday 2 March 2026 touch ten weeks.
    found = spark(empty_cube(), Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days)), WEEKDAYS)
    assert len(found) == points


def test_a_weeks_first_day_is_the_profiles_in_sparks_too() -> None:
    found = spark(empty_cube(), Period(date(2026, 1, 1), date(2026, 7, 1)), WEEKDAYS, "SUNDAY")
    assert found["start"].dt.strftime("%m-%d").tolist()[:2] == ["01-01", "01-04"]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 400), st.sets(st.sampled_from(WEEKDAYS)))
def test_working_days_agree_with_counting(start: date, days: int, weekdays: set[str]) -> None:
    counted = sum(WEEKDAYS[(start + timedelta(days=step)).weekday()] in weekdays for step in range(days))
    assert working_days(Period(start, start + timedelta(days=days)), weekdays) == (counted or days)


def test_working_days_of_a_month() -> None:
    assert working_days(NOVEMBER, WORKING_WEEK) == 21
    assert working_days(NOVEMBER, set()) == 30
    assert working_days(NOVEMBER, {"FUNDAY"}) == 30
