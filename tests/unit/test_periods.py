"""Days, months and periods; the calendar was looked up by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clockify.periods import (
    Against,
    Month,
    Period,
    Preset,
    compared_period,
    elapsed,
    ended,
    local_day,
    preset_period,
    previous_period,
    shift,
    week_of,
)

TODAY = date(2026, 11, 21)  # a Saturday


def days(first: tuple[int, int, int], last: tuple[int, int, int]) -> Period:
    """Both days included."""
    return Period(date(*first), date.fromordinal(date(*last).toordinal() + 1))


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (Preset.TODAY, days((2026, 11, 21), (2026, 11, 21))),
        (Preset.YESTERDAY, days((2026, 11, 20), (2026, 11, 20))),
        (Preset.THIS_WEEK, days((2026, 11, 16), (2026, 11, 22))),
        (Preset.LAST_WEEK, days((2026, 11, 9), (2026, 11, 15))),
        (Preset.THIS_MONTH, days((2026, 11, 1), (2026, 11, 30))),
        (Preset.LAST_MONTH, days((2026, 10, 1), (2026, 10, 31))),
        (Preset.LAST_30_DAYS, days((2026, 10, 23), (2026, 11, 21))),
        (Preset.THIS_QUARTER, days((2026, 10, 1), (2026, 12, 31))),
        (Preset.LAST_QUARTER, days((2026, 7, 1), (2026, 9, 30))),
        (Preset.THIS_YEAR, days((2026, 1, 1), (2026, 12, 31))),
        (Preset.LAST_YEAR, days((2025, 1, 1), (2025, 12, 31))),
    ],
)
def test_presets_mean_these_days(preset: Preset, expected: Period) -> None:
    assert preset_period(preset, TODAY) == expected


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (one, first, last)
        for first, last in (((1, 1), (3, 31)), ((4, 1), (6, 30)), ((7, 1), (9, 30)), ((10, 1), (12, 31)))
        for one in range(first[0], last[0] + 1)
    ],
)
def test_a_quarter_has_its_three_months(month: int, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert preset_period(Preset.THIS_QUARTER, date(2026, month, 15)) == days((2026, *first), (2026, *last))


def test_the_quarter_before_the_first_is_of_the_year_before() -> None:
    assert preset_period(Preset.LAST_QUARTER, date(2026, 2, 15)) == days((2025, 10, 1), (2025, 12, 31))
    assert shift(days((2026, 1, 1), (2026, 3, 31)), -1) == days((2025, 10, 1), (2025, 12, 31))


@pytest.mark.parametrize(("week_start", "first"), [("MONDAY", 16), ("SATURDAY", 21), ("SUNDAY", 15), ("FRIDAY", 20), ("NO SUCH DAY", 16)])
def test_a_week_begins_where_the_profile_says(week_start: str, first: int) -> None:
    assert week_of(TODAY, week_start).start == date(2026, 11, first)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        # A running month against as many days of the one before as are over; a finished one against all of it.
        (days((2026, 11, 1), (2026, 11, 30)), days((2026, 10, 1), (2026, 10, 20))),
        (days((2026, 10, 1), (2026, 10, 31)), days((2026, 9, 1), (2026, 9, 30))),
        (days((2026, 3, 1), (2026, 3, 31)), days((2026, 2, 1), (2026, 2, 28))),
        (days((2026, 11, 16), (2026, 11, 22)), days((2026, 11, 9), (2026, 11, 13))),
        (days((2026, 11, 21), (2026, 11, 21)), days((2026, 11, 20), (2026, 11, 20))),
        (days((2026, 10, 23), (2026, 11, 21)), days((2026, 9, 23), (2026, 10, 21))),
        (days((2026, 1, 1), (2026, 12, 31)), days((2025, 1, 1), (2025, 11, 20))),
        (days((2026, 12, 1), (2026, 12, 31)), days((2026, 11, 1), (2026, 11, 30))),
    ],
)
def test_the_period_before(period: Period, before: Period) -> None:
    assert previous_period(period, TODAY) == before


@pytest.mark.parametrize("day", [1, 2, 29, 30])
def test_a_month_runs_until_its_last_day_is_over_and_is_compared_up_to_yesterday(day: int) -> None:
    november, today = days((2026, 11, 1), (2026, 11, 30)), date(2026, 11, day)
    assert previous_period(november, today) == days((2026, 10, 1), (2026, 10, max(day - 1, 1)))
    assert elapsed(november, today) == days((2026, 11, 1), (2026, 11, day))
    assert ended(november, today) == (days((2026, 11, 1), (2026, 11, day - 1)) if day > 1 else None)


@pytest.mark.parametrize(("today", "is_over"), [(date(2026, 10, 31), False), (date(2026, 12, 1), True)])
def test_of_a_period_that_is_over_every_day_has_ended_and_of_one_to_come_none(today: date, is_over: bool) -> None:
    november = days((2026, 11, 1), (2026, 11, 30))
    assert ended(november, today) == (november if is_over else None)
    assert previous_period(november, today) == days((2026, 10, 1), (2026, 10, 31))


def test_the_last_day_of_a_longer_month_is_clipped_to_the_shorter_one_before() -> None:
    assert previous_period(days((2026, 3, 1), (2026, 3, 31)), date(2026, 3, 31)) == days((2026, 2, 1), (2026, 2, 28))


def test_elapsed_ends_with_today() -> None:
    assert elapsed(days((2026, 11, 1), (2026, 11, 30)), TODAY) == days((2026, 11, 1), (2026, 11, 21))
    assert elapsed(days((2026, 10, 1), (2026, 10, 31)), TODAY) == days((2026, 10, 1), (2026, 10, 31))


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (days((2026, 11, 1), (2026, 11, 30)), "1–30 Nov 2026"),
        (days((2026, 10, 28), (2026, 11, 3)), "28 Oct – 3 Nov 2026"),
        (days((2025, 12, 29), (2026, 1, 4)), "29 Dec 2025 – 4 Jan 2026"),
        (days((2026, 3, 5), (2026, 3, 5)), "5 Mar 2026"),
        (days((2026, 1, 1), (2026, 3, 31)), "Q1 2026"),
        (days((2026, 7, 1), (2026, 9, 30)), "Q3 2026"),
        (days((2025, 10, 1), (2025, 12, 31)), "Q4 2025"),
        (days((2026, 8, 1), (2026, 10, 31)), "1 Aug – 31 Oct 2026"),
        (days((2026, 7, 1), (2026, 9, 29)), "1 Jul – 29 Sep 2026"),
    ],
)
def test_labels_show_both_days(period: Period, label: str) -> None:
    assert period.label() == label


def test_months_of_a_period_over_new_year() -> None:
    assert days((2025, 12, 31), (2026, 2, 1)).months() == [Month(2025, 12), Month(2026, 1), Month(2026, 2)]
    assert days((2025, 12, 1), (2025, 12, 31)).months() == [Month(2025, 12)]


def test_what_can_be_chosen_is_said_in_words() -> None:
    assert [one.label() for one in (Preset.TODAY, Preset.LAST_30_DAYS)] == ["Today", "Last 30 days"]
    assert [one.label for one in Against] == ["Previous period", "Same period last year"]
    assert Month(2026, 11).label() == "November 2026"


def test_the_local_day_is_that_of_the_zone() -> None:
    moment = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert local_day(moment, "Europe/Belgrade") == date(2026, 11, 1)
    assert local_day(moment, "America/Los_Angeles") == date(2026, 10, 31)


def test_a_period_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="a period needs a day"):
        Period(TODAY, TODAY)


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(1, 400), st.integers(-5, 5))
def test_shifting_there_and_back(start: date, length: int, steps: int) -> None:
    period = Period(start, date.fromordinal(start.toordinal() + length))
    moved = shift(period, steps)
    # 92 days may land on three whole months, which then move as months: there is no telling them apart.
    assume(is_of_months(moved) == is_of_months(period))
    assert shift(moved, -steps) == period


def is_of_months(period: Period) -> bool:
    return period.start.day == period.end.day == 1


@given(st.integers(2000, 2099), st.integers(1, 12), st.integers(-40, 40))
def test_months_count_on(year: int, number: int, steps: int) -> None:
    month = Month(year, number)
    later = month.after(steps)
    assert (later.year * 12 + later.number) - (year * 12 + number) == steps
    assert Month.parse(month.key) == month
    assert month.after(1).period.start == month.period.end


@pytest.mark.parametrize(
    ("period", "today", "before"),
    [
        # Whole months are the same months.
        (days((2026, 10, 1), (2026, 10, 31)), TODAY, days((2025, 10, 1), (2025, 10, 31))),
        (days((2028, 2, 1), (2028, 2, 29)), date(2028, 5, 1), days((2027, 2, 1), (2027, 2, 28))),
        (days((2026, 1, 1), (2026, 12, 31)), date(2027, 5, 1), days((2025, 1, 1), (2025, 12, 31))),
        # A running month is cut to as many days as have ended.
        (days((2026, 11, 1), (2026, 11, 30)), date(2026, 11, 18), days((2025, 11, 1), (2025, 11, 17))),
        # Whole weeks go back 364 days: Monday 9 November 2026 stands against Monday 10 November 2025.
        (days((2026, 11, 9), (2026, 11, 15)), date(2026, 12, 1), days((2025, 11, 10), (2025, 11, 16))),
        # Other days are the same dates; there is no 29 February the year before.
        (days((2026, 11, 3), (2026, 11, 5)), date(2026, 12, 1), days((2025, 11, 3), (2025, 11, 5))),
        (days((2028, 2, 27), (2028, 2, 29)), date(2028, 5, 1), days((2027, 2, 27), (2027, 2, 28))),
    ],
)
def test_last_year_is_the_same_months_days_or_weekdays(period: Period, today: date, before: Period) -> None:
    assert compared_period(Against.LAST_YEAR, period, today) == before


def test_against_the_previous_period_is_the_one_before() -> None:
    october, november = days((2026, 10, 1), (2026, 10, 31)), days((2026, 11, 1), (2026, 11, 30))
    assert compared_period(Against.PREVIOUS, november, date(2027, 1, 1)) == october
