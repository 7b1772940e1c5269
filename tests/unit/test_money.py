"""Exact money, against fractions and figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.money import cents_of, hours_of, largest_first, ticks_of


def test_the_vendor_example_is_exact() -> None:
    # 7210 s at 200.00 an hour are 400.5555… : 7210 × 20000 / 3600 cents.
    assert ticks_of(40055.555555555555) == 7210 * 20000
    assert cents_of(7210 * 20000) == 40056


def test_thirteen_minutes_at_sixty_are_thirteen() -> None:
    assert cents_of(13 * 60 * 6000) == 1300


@pytest.mark.parametrize(("ticks", "cents"), [(1799, 0), (1800, 1), (-1799, 0), (-1800, -1), (5399, 1), (5400, 2), (0, 0)])
def test_half_a_cent_is_rounded_away_from_zero(ticks: int, cents: int) -> None:
    assert cents_of(ticks) == cents


@pytest.mark.parametrize(
    ("seconds", "hours"), [(18, "0.01"), (17, "0.00"), (900, "0.25"), (4526, "1.26"), (-18, "-0.01"), (360_000, "100.00")]
)
def test_hours_have_two_places_half_up(seconds: int, hours: str) -> None:
    assert hours_of(seconds) == Decimal(hours)


def test_no_amount_is_nothing() -> None:
    assert ticks_of(None) == 0


@given(st.integers(0, 86_400 * 31), st.integers(0, 500_000))
def test_a_double_of_cents_gives_back_rate_times_seconds(seconds: int, rate: int) -> None:
    assert ticks_of(rate * seconds / 3600) == rate * seconds


@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 50_000)), max_size=50))
def test_a_sum_is_rounded_once(entries: list[tuple[int, int]]) -> None:
    exact = sum((Fraction(seconds * rate, 3600) for seconds, rate in entries), Fraction(0))
    rounded = int(exact + Fraction(1, 2))
    assert cents_of(sum(ticks_of(seconds * rate / 3600) for seconds, rate in entries)) == rounded


def test_currencies_are_ordered_by_size_then_code() -> None:
    assert largest_first({"USD": 5, "EUR": 9, "CHF": 5, "GBP": -20}) == ["GBP", "EUR", "CHF", "USD"]
