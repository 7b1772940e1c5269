"""Days that lack time, and how to ask for it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.frames import empty_cube
from clockify.periods import Period, week_of
from clockify.plans import DaysOff, Notes
from clockify.render.formats import HourStyle, format_tracked
from clockify.reports.capacity import capacity_days
from clockify.reports.missing import MISSING_DTYPES, by_week, missing_days, reminder
from tests.support.people import EIGHT, ROWS, WORKWEEK, Row, cube_of, days_from, full_week

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
NOTES = Notes(days_off=(DaysOff("ana", date(2026, 11, 21), date(2026, 11, 27)),))
ANA = [
    *(Row(day, "ana", seconds=EIGHT) for day in days_from(date(2026, 11, 2), 12)),
    Row(date(2026, 11, 16), "ana", seconds=12_600),
    Row(date(2026, 11, 17), "ana", seconds=EIGHT + 5),  # too much, which helps no other day
    Row(date(2026, 11, 18), "ana", seconds=EIGHT),
    Row(date(2026, 11, 20), "ana", seconds=EIGHT - 1),
]


def found_of(rows: list[Row], people: list[str], notes: Notes = NOTES, until: date = date(2026, 11, 30)) -> pd.DataFrame:
    return missing_days(cube_of(rows), capacity_days(people, NOVEMBER, notes, WORKWEEK), until)


def test_days_below_capacity() -> None:
    found = found_of(ANA, ["ana"])
    assert found["day"].dt.date.tolist() == [date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 20)]
    assert found["seconds"].tolist() == [12_600, 0, EIGHT - 1]
    assert found["missing_seconds"].tolist() == [EIGHT - 12_600, EIGHT, 1]
    assert found.dtypes.astype(str).to_dict() == MISSING_DTYPES


def test_today_lacks_nothing_yet_and_who_was_there_lacks_nothing() -> None:
    assert found_of(ANA, ["ana"], until=date(2026, 11, 16)).empty
    assert found_of([], ["cleo"], Notes(days_off=(DaysOff("cleo", date(2026, 10, 1), date(2026, 12, 31)),))).empty
    assert found_of([Row(date(2026, 11, 16), "gone")], []).empty
    nothing = missing_days(empty_cube(), capacity_days([], NOVEMBER, Notes(), WORKWEEK), date(2026, 12, 1))
    assert nothing.dtypes.astype(str).to_dict() == MISSING_DTYPES
    assert by_week(nothing, "MONDAY").empty


def test_weeks_add_the_days_up() -> None:
    weeks = by_week(found_of(ANA, ["ben", "ana"], Notes(capacities=(full_week("ben", None, date(2026, 11, 3)),))), "MONDAY")
    ben, ana = weeks[weeks["user_id"] == "ben"], weeks[weeks["user_id"] == "ana"]
    assert ben["day"].dt.date.tolist() == [date(2026, 11, 2)]
    assert ben["days"].tolist() == [2]
    assert ana["day"].dt.date.tolist() == [date(2026, 11, 16), date(2026, 11, 23)]
    assert ana["missing_seconds"].tolist() == [EIGHT - 12_600 + EIGHT + 1, 5 * EIGHT]
    assert (ana["seconds"] + ana["missing_seconds"]).tolist() == ana["capacity_seconds"].tolist() == [3 * EIGHT, 5 * EIGHT]
    assert weeks["user_id"].tolist() == ["ben", "ana", "ana"]
    assert weeks["user_id"].dtype == "category"


@given(st.lists(ROWS, max_size=25), st.sampled_from(["MONDAY", "SUNDAY"]), st.dates(date(2028, 2, 15), date(2028, 3, 15)))
def test_days_and_weeks_are_plain_sums(rows: list[Row], week_start: str, until: date) -> None:
    period, people = Period(date(2028, 2, 22), date(2028, 3, 10)), ["twin", "ana"]
    expected: list[tuple[str, date, int]] = []
    for user in people:
        for day in days_from(period.start, period.days):
            lacks = (EIGHT if day.weekday() < 5 else 0) - sum(row.seconds for row in rows if (row.user, row.day) == (user, day))
            if day < until and lacks > 0:
                expected.append((user, day, lacks))
    found = missing_days(cube_of(rows), capacity_days(people, period, Notes(), WORKWEEK), until)
    assert list(zip(found["user_id"], found["day"].dt.date, found["missing_seconds"], strict=True)) == expected
    weeks: dict[tuple[str, date], int] = {}
    for user, day, lacks in expected:
        start = week_of(day, week_start).start
        weeks[user, start] = weeks.get((user, start), 0) + lacks
    summed = by_week(found, week_start)
    assert dict(zip(zip(summed["user_id"], summed["day"].dt.date, strict=True), summed["missing_seconds"].tolist(), strict=True)) == weeks
    assert list(zip(summed["user_id"], summed["day"].dt.date, strict=True)) == list(weeks)


def test_a_reminder_lists_days_and_hours() -> None:
    text = reminder("Ana Kovač", found_of(ANA, ["ana"]), NOVEMBER)
    assert text == (
        "Hi Ana Kovač,\n"
        "\n"
        "Some time of 1–30 Nov 2026 isn't in Clockify yet:\n"
        "\n"
        "Mon 16 Nov: 3.50 of 8.00 h logged, 4.50 missing\n"
        "Thu 19 Nov: 0.00 of 8.00 h logged, 8.00 missing\n"
        "Fri 20 Nov: 8.00 of 8.00 h logged, 0.00 missing\n"
        "Together: 12.50 h missing.\n"
        "\n"
        "Could you add it? If you were away on one of these days, tell me and it will be noted.\n"
        "Thank you!\n"
    )


def test_a_reminder_of_weeks_in_hours_and_minutes() -> None:
    rows = by_week(found_of(ANA, ["ana"]), "MONDAY")
    text = reminder("Ana\n**x**", rows, NOVEMBER, partial(format_tracked, style=HourStyle.CLOCK))
    assert "Week of 16 Nov: 11:30 of 24:00 h logged, 12:30 missing\n" in text
    assert text.startswith("Hi Ana **x**,\n") and "Together" not in text


@pytest.mark.parametrize(("days", "line"), [(1, "Thu 31 Dec:"), (2, "Thu 31 Dec 2026:")])
def test_a_period_of_two_years_says_which(days: int, line: str) -> None:
    period = Period(date(2026, 12, 31), date(2026, 12, 31) + timedelta(days=days))
    found = missing_days(empty_cube(), capacity_days(["ana"], period, Notes(), WORKWEEK), date(2027, 2, 1))
    assert line in reminder("Ana", found, period)


def test_nothing_missing_is_no_reminder() -> None:
    assert reminder("Ana", found_of([], []), NOVEMBER) == ""
