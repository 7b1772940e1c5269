from __future__ import annotations

from datetime import date
from fractions import Fraction
from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.plans import Cycle, Plan
from clockify.reports.burn import Burn, State, burns, burns_of_cycles, seconds_by, state_of, task_burns, ticks_by
from clockify.reports.cycles import cycles_by_project


def cube(*rows: tuple[str, str, int, bool, int, str]) -> pd.DataFrame:
    """Project, task, seconds, billable, ticks, currency."""
    frame = pd.DataFrame(rows, columns=["project_id", "task_id", "seconds", "billable", "amount_ticks", "currency"])
    return frame.assign(day="2026-11-03", user_id="u", rate=0, entries=1)[list(CUBE_DTYPES)].astype(CUBE_DTYPES)


@pytest.mark.parametrize(
    ("used", "planned", "threshold", "state"),
    [
        (79, 100, 80, State.WITHIN),
        (80, 100, 80, State.NEAR),
        (100, 100, 80, State.NEAR),  # all of it, and not a second more
        (101, 100, 80, State.OVER),
        (0, 100, 80, State.WITHIN),
        (0, 0, 80, State.NEAR),
        (1, 0, 80, State.OVER),
        (0, -5, 80, State.OVER),  # earlier cycles took five too many
        (100, 100, 120, State.NEAR),
        (110, 100, 120, State.OVER),
        (2, 3, 67, State.WITHIN),  # 66.7 % isn't 67 %
        (8 * 10**15 - 1, 10**16, 80, State.WITHIN),  # a difference that floats don't have
        (8 * 10**15, 10**16, 80, State.NEAR),
    ],
)
def test_how_it_stands(used: int, planned: int, threshold: int, state: State) -> None:
    assert state_of(used, planned, threshold) is state


def test_over_first_then_near_then_the_rest() -> None:
    plans = {one: Plan(one, seconds=100) for one in "abcdefg"} | {"h": Plan("h", seconds=100, threshold=50)}
    used = {"a": 10, "b": 150, "c": 90, "d": 120, "e": 10, "f": 95, "z": 5, "h": 55, "y": 7}
    labels = {"a": "Beta", "e": "alpha", "y": "b", "z": "A"}
    found = burns(plans, used, label_of=lambda one: labels.get(one, one))
    assert [one.identifier for one in found] == ["b", "d", "f", "c", "h", "e", "a", "g", "z", "y"]
    assert [one.state.value for one in found] == ["over"] * 2 + ["near"] * 3 + ["within"] * 3 + ["none"] * 2
    assert found[0] == Burn("b", 150, 100, State.OVER)
    assert (found[0].left, found[0].ratio) == (-50, Fraction(3, 2))
    assert (found[-1].planned, found[-1].left, found[-1].ratio) == (None, None, None)


def test_money_is_counted_in_ticks() -> None:
    found = burns({"p": Plan("p", cents=1000)}, {"p": 1000 * 3600 + 1}, currencies={"p": "CHF", "q": "EUR"})
    assert found == [Burn("p", 3_600_001, 3_600_000, State.OVER, True, "CHF")]


def test_what_earlier_cycles_took_too_much_comes_first() -> None:
    plans = {"a": Plan("a", seconds=100), "b": Plan("b", seconds=100), "c": Plan("c", seconds=100)}
    found = burns(plans, {"a": 900, "b": 0, "c": 90}, carried={"b": -130, "c": 20})
    assert [(one.identifier, one.planned, one.ratio, one.state) for one in found] == [
        ("b", -30, None, State.OVER),
        ("a", 100, Fraction(9), State.OVER),
        ("c", 120, Fraction(3, 4), State.WITHIN),
    ]


def test_nothing() -> None:
    assert burns({}, {}) == []
    assert task_burns({}, {}) == []
    assert seconds_by(empty_cube(), "project_id") == {}
    assert ticks_by(empty_cube(), {}) == {}


def test_tasks_with_estimates() -> None:
    found = task_burns({"t1": 100, "t2": 0, "t3": 10}, {"t1": 85, "t2": 5, "t3": 11, "t4": 1})
    assert [(one.identifier, one.state.value) for one in found] == [("t3", "over"), ("t1", "near"), ("t2", "none"), ("t4", "none")]
    assert found[2].planned is None


def test_sums_by_project_and_by_task() -> None:
    frame = cube(
        ("p", "t", 10, True, 100, "EUR"), ("p", "", 20, False, 0, "EUR"), ("q", "t2", 40, True, 300, "USD"), ("p", "t", 1, True, 7, "USD")
    )
    assert seconds_by(frame, "project_id") == {"p": 31, "q": 40}
    assert seconds_by(frame, "project_id", billable_only=True) == {"p": 11, "q": 40}
    assert seconds_by(frame, "task_id") == {"": 20, "t": 11, "t2": 40}
    assert ticks_by(frame, {"p": "EUR", "q": "USD"}) == {"p": 100, "q": 300}
    assert ticks_by(frame, {"p": "CHF"}) == {"p": 0, "q": 0}
    assert seconds_by(frame[frame["project_id"] == "q"], "project_id") == {"q": 40}


def test_running_cycles_as_burns() -> None:
    frame = cube(("p", "", 10, True, 0, "EUR"), ("q", "", 95, True, 0, "EUR"))
    plans = {
        "p": [Plan("p", seconds=100, cycle=Cycle.MONTH, carries=True)],
        "q": [Plan("q", seconds=100, threshold=99)],
        "r": [Plan("r", cents=1)],
    }
    firsts = dict.fromkeys("pqr", date(2026, 10, 1))
    cycles = cycles_by_project(plans, frame, firsts=firsts, today=date(2026, 11, 9), week_start="MONDAY", currencies={"r": "EUR"})
    assert burns_of_cycles(cycles) == [
        Burn("q", 95, 100, State.WITHIN),
        Burn("p", 10, 200, State.WITHIN),
        Burn("r", 0, 3600, State.WITHIN, True, "EUR"),
    ]


@given(st.dictionaries(st.text("ab", max_size=3), st.tuples(st.integers(0, 300), st.integers(1, 200)), max_size=12))
def test_none_is_lost_and_none_is_before_a_worse_one(drawn: dict[str, tuple[int, int]]) -> None:
    found = burns({one: Plan(one, seconds=planned) for one, (_, planned) in drawn.items()}, {one: used for one, (used, _) in drawn.items()})
    assert sorted(one.identifier for one in found) == sorted(drawn)
    ratios = [drawn[one.identifier][0] / drawn[one.identifier][1] for one in found]
    assert ratios == sorted(ratios, reverse=True)


def test_a_large_workspace_takes_no_time() -> None:
    random, count = np.random.default_rng(7), 100_000
    ids = np.array([f"p{place}" for place in range(800)])
    frame = pd.DataFrame(
        {
            "day": np.datetime64("2025-11-01") + random.integers(0, 390, count),
            "user_id": np.array([f"u{place}" for place in range(500)])[random.integers(0, 500, count)],
            "project_id": ids[random.integers(0, 800, count)],
            "task_id": "",
            "billable": random.random(count) < 0.7,
            "rate": 0,
            "currency": "EUR",
            "seconds": random.integers(60, 30_000, count),
            "amount_ticks": random.integers(0, 10**9, count),
            "entries": 1,
        }
    ).astype(CUBE_DTYPES)
    plans = {one: [Plan(one, seconds=10**6, cycle=Cycle.MONTH, carries=True)] for one in ids.tolist()}
    begun = perf_counter()
    cycles = cycles_by_project(
        plans, frame, firsts=dict.fromkeys(ids.tolist(), date(2025, 11, 1)), today=date(2026, 11, 25), week_start="MONDAY"
    )
    found = burns_of_cycles(cycles)
    took = perf_counter() - begun
    assert (len(cycles), len(found)) == (800 * 13, 800)
    assert cycles["used"].sum() == frame["seconds"].sum()
    assert took < 5, took  # a fifth of a second; far from what a loop over rows would take
