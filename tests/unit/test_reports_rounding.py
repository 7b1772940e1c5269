"""Rounding, against steps counted by hand and plain fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.frames import ENTRY_DTYPES, empty_entries
from clockify.reports.rounding import EXACT, MINUTES, Direction, Rounding, rounded, rounded_seconds


def entries_of(*rows: tuple[int, int, bool, int | None]) -> pd.DataFrame:
    """Rows of (seconds, rate in cents, billable, ticks; None means rate × seconds)."""
    frame = pd.DataFrame(
        {
            "seconds": [row[0] for row in rows],
            "rate": [row[1] for row in rows],
            "billable": [row[2] for row in rows],
            "amount_ticks": [(row[0] * row[1] if row[2] else 0) if row[3] is None else row[3] for row in rows],
        }
    )
    return frame.astype({name: ENTRY_DTYPES[name] for name in frame})


@pytest.mark.parametrize(
    ("direction", "minutes", "seconds", "expected"),
    [
        (Direction.UP, 15, 1, 900),
        (Direction.UP, 15, 900, 900),
        (Direction.UP, 15, 901, 1800),
        (Direction.UP, 15, 0, 0),
        (Direction.DOWN, 15, 899, 0),
        (Direction.DOWN, 15, 900, 900),
        (Direction.DOWN, 6, 725, 720),
        (Direction.NEAREST, 15, 449, 0),
        (Direction.NEAREST, 15, 450, 900),
        (Direction.NEAREST, 1, 90, 120),
        (Direction.NEAREST, 1, 89, 60),
        (Direction.UP, 30, 7210, 9000),
        (Direction.NONE, 30, 7210, 7210),
    ],
)
def test_steps(direction: Direction, minutes: int, seconds: int, expected: int) -> None:
    assert rounded_seconds(np.array([seconds]), Rounding(direction, minutes)).tolist() == [expected]


def test_money_follows_the_rounded_time() -> None:
    # 13 min at 60.00 an hour: 13.00 exact, 15.00 when rounded up to a quarter.
    frame = rounded(entries_of((780, 6000, True, None)), Rounding(Direction.UP, 15))
    assert frame["amount_ticks"].tolist() == [1500 * 3600]


def test_what_is_not_billable_earns_nothing_rounded_either() -> None:
    frame = rounded(entries_of((780, 6000, False, 0)), Rounding(Direction.UP, 15))
    assert frame[["seconds", "amount_ticks"]].to_numpy().tolist() == [[900, 0]]


def test_an_amount_of_clockifys_own_keeps_its_proportion() -> None:
    # 10 min that Clockify priced at 7.00 are 10.50 for 15 min.
    frame = rounded(entries_of((600, 6000, True, 700 * 3600)), Rounding(Direction.UP, 15))
    assert frame["amount_ticks"].tolist() == [1050 * 3600]


def test_the_exact_rule_and_the_empty_frame_change_nothing() -> None:
    frame = entries_of((1, 1, True, None))
    assert rounded(frame, EXACT) is frame
    assert rounded(empty_entries(), Rounding(Direction.UP, 15)).empty


def test_the_argument_stays_as_it_was() -> None:
    frame = entries_of((1, 100, True, None))
    rounded(frame, Rounding(Direction.UP, 5))
    assert frame["seconds"].tolist() == [1]


rules = st.builds(Rounding, st.sampled_from([one for one in Direction if one is not Direction.NONE]), st.sampled_from(MINUTES))


@given(rules, st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5), st.booleans()), min_size=1, max_size=20))
def test_every_entry_is_rounded_by_itself(rule: Rounding, rows: list[tuple[int, int, bool]]) -> None:
    step = rule.minutes * 60
    words = {
        Direction.UP: lambda share: math.ceil(share),
        Direction.DOWN: lambda share: math.floor(share),
        Direction.NEAREST: lambda share: math.floor(share + Fraction(1, 2)),
    }
    expected = [words[rule.direction](Fraction(seconds, step)) * step for seconds, _, _ in rows]
    frame = rounded(entries_of(*((seconds, rate, billable, None) for seconds, rate, billable in rows)), rule)
    assert frame["seconds"].tolist() == expected
    assert frame["amount_ticks"].tolist() == [rate * one if flag else 0 for one, (_, rate, flag) in zip(expected, rows, strict=True)]


def test_the_steps_are_clockifys() -> None:
    assert Rounding(Direction.UP).key == "up-15"
    assert Rounding.parse("none") == EXACT
    assert [minutes for minutes in range(61) if Rounding.parse(f"up-{minutes}")] == [1, 5, 6, 10, 15, 30]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (EXACT, "exact, not rounded"),
        (Rounding(Direction.UP, 15), "each entry rounded up to 15 min"),
        (Rounding(Direction.DOWN, 5), "each entry rounded down to 5 min"),
        (Rounding(Direction.NEAREST, 30), "each entry rounded to the nearest 30 min"),
    ],
)
def test_a_rule_in_words(rule: Rounding, words: str) -> None:
    assert rule.label == words


@given(rules)
def test_a_rule_survives_the_link(rule: Rounding) -> None:
    assert Rounding.parse(rule.key) == rule


@pytest.mark.parametrize("key", ["up-7", "sideways-15", "up", "", "none-15", "up-15-15", "15-up"])
def test_what_is_no_rule(key: str) -> None:
    assert Rounding.parse(key) is None
