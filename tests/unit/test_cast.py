"""The search for what is hidden finds a figure where somebody could read it, and none in the middle of an id or a colour."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests.support.cast import Cast, Hidden, cast

TODAY = date(2026, 11, 18)


@pytest.fixture(scope="module")
def studio() -> Cast:
    return cast(TODAY)


def six_digits(studio: Cast) -> str:
    """Return a sum of everybody's, in seconds, that has six digits."""
    days = sorted({row.day for row in studio.rows})
    sums = [sum(row.seconds for row in studio.rows if row.day.isocalendar()[:2] == day.isocalendar()[:2]) for day in days]
    return next(str(one) for one in sums if 100_000 <= one < 1_000_000)


@pytest.mark.parametrize("around", ["{}", '{{"seconds": {}}}', "\x06{}\x12", "Adding up to {}.", "id 5f3e9c1 {} s", "a{}b", "{}\x10abcdef"])
def test_a_figure_is_found(studio: Cast, around: str) -> None:
    figure = six_digits(studio)
    assert f"{figure} s" in Hidden(studio, [], money=True).found_in(around.format(figure).encode())


@pytest.mark.parametrize("around", ["5fcd8a94b{}afe0a1c2", "#{}", "{0}ab-{0:.4}-4aaa-8bbb-abc{0}def"])
def test_digits_of_an_id_or_a_colour_are_no_figure(studio: Cast, around: str) -> None:
    text = around.format(six_digits(studio))
    assert "-" not in text or UUID(text)
    assert Hidden(studio, [], money=True).found_in(text.encode()) == []
