"""What can't be right about a row, and which rows can't stand beside each other: against the plain rule, pair by pair."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.plans import Capacity, CostRate, DaysOff, Plan, Rate, Row, clashes_in, problems_of, subject_of

BEGIN = date(2026, 11, 1)
WEEK = (28_800,) * 7
ENDS = st.one_of(st.none(), st.integers(0, 20).map(lambda number: BEGIN + timedelta(number)))
RANGES = st.builds(lambda who, one, other: Capacity(who, WEEK, *in_order(one, other)), st.sampled_from("ab"), ENDS, ENDS)
DATED = st.builds(lambda who, first: CostRate(who, 1, "EUR", first), st.sampled_from("ab"), ENDS)


def in_order(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    return (last, first) if first and last and last < first else (first, last)


def days_of(row: Capacity) -> set[date]:
    """Return the days of a fortnight around these that a range covers."""
    days = [BEGIN + timedelta(number) for number in range(-5, 26)]
    return {day for day in days if (row.first is None or row.first <= day) and (row.last is None or day <= row.last)}


@given(st.lists(RANGES, max_size=8))
def test_ranges_clash_that_share_a_day_with_an_earlier_one(rows: list[Capacity]) -> None:
    expected = [
        place
        for place, row in enumerate(rows)
        if any(subject_of(other) == subject_of(row) and days_of(row) & days_of(other) for other in rows[:place])
    ]
    assert [place for place, _ in clashes_in(rows)] == expected


@given(st.lists(DATED, max_size=8))
def test_rows_clash_that_begin_on_one_day(rows: list[CostRate]) -> None:
    expected = [place for place, row in enumerate(rows) if (row.user_id, row.first) in {(one.user_id, one.first) for one in rows[:place]}]
    assert [place for place, _ in clashes_in(rows)] == expected


def test_thousands_of_days_of_one_person_are_looked_through_at_once() -> None:
    rows = [DaysOff("ana", day, day) for day in (BEGIN + timedelta(2 * number) for number in range(12_000))]
    begun = perf_counter()
    assert clashes_in([*rows, rows[0]]) == [(12_000, "Some of these days are off already.")]
    assert perf_counter() - begun < 3, "pair by pair it is minutes"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (DaysOff("ana", BEGIN, BEGIN, "a\0b"), "letter that can't be kept"),
        (DaysOff("ana", BEGIN, BEGIN, "\ud83c"), "letter that can't be kept"),
        (Rate("x" * 65, 1), "no id"),
        (Plan("a\0", seconds=1), "no id"),
    ],
)
def test_what_no_database_takes_is_said_before(row: Row, words: str) -> None:
    assert [sentence for sentence in problems_of(row) if words in sentence]
