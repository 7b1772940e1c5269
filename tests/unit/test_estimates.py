"""Clockify's own plans: what a hydrated project says, read by hand, and whatever else may stand there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.estimates import Estimate, Task, estimate_of, tasks_of
from clockify.limits import MOST_SECONDS
from clockify.plans import Cycle, Plan

HOUR = 3600
TASKS = [
    {"id": "k1", "estimate": "PT8H", "duration": "PT1H30M", "status": "ACTIVE"},
    {"id": "k2", "estimate": "PT2H15S", "duration": None, "status": "DONE"},
    {"id": "k3", "estimate": "PT0S"},
]


def project(**parts: Any) -> dict[str, Any]:
    return {"id": "p1", "duration": "PT10H", "timeEstimate": {}, "budgetEstimate": None} | parts


def hours(text: str = "PT100H", **parts: Any) -> dict[str, Any]:
    return {"estimate": text, "type": "MANUAL", "resetOption": None, "active": True, "includeNonBillable": True} | parts


@pytest.mark.parametrize(
    ("reset", "cycle"),
    [
        (None, Cycle.WHOLE),
        ("WEEKLY", Cycle.WEEK),
        ("MONTHLY", Cycle.MONTH),
        ("YEARLY", Cycle.YEAR),
        ("FORTNIGHTLY", Cycle.WHOLE),
        (7, Cycle.WHOLE),
    ],
)
def test_a_plan_begins_anew_as_often_as_clockify_says(reset: Any, cycle: Cycle) -> None:
    assert estimate_of(project(timeEstimate=hours(resetOption=reset))).plan == Plan("p1", seconds=100 * HOUR, cycle=cycle)
    money = {"estimate": 500_000, "active": True, "resetOption": reset}
    assert estimate_of(project(budgetEstimate=money)).plan == Plan("p1", cents=500_000, cycle=cycle)


def test_an_automatic_estimate_is_the_sum_of_the_tasks() -> None:
    found = estimate_of(project(timeEstimate=hours("PT1H", type="AUTO"), tasks=TASKS))
    assert found == Estimate(Plan("p1", seconds=10 * HOUR + 15), 10 * HOUR)
    assert estimate_of(project(timeEstimate=hours("PT1H", type="AUTO"))).plan is None


def test_a_budget_goes_before_an_estimate_and_what_is_switched_off_is_none() -> None:
    money = {"estimate": 500_000, "active": True}
    assert estimate_of(project(timeEstimate=hours(), budgetEstimate=money)).plan == Plan("p1", cents=500_000)
    off = estimate_of(project(timeEstimate=hours(active=False), budgetEstimate=money | {"active": False}))
    assert off == Estimate(None, 10 * HOUR)
    assert estimate_of(project(timeEstimate=hours(), budgetEstimate=money | {"estimate": 0})).plan == Plan("p1", seconds=100 * HOUR)


def test_billable_time_alone_is_told() -> None:
    assert estimate_of(project(timeEstimate=hours(includeNonBillable=False))).billable_only
    assert not estimate_of(project(timeEstimate=hours())).billable_only
    assert not estimate_of(project(timeEstimate=hours(includeNonBillable=None))).billable_only


@pytest.mark.parametrize(("duration", "tracked"), [(None, 0), ("PT0S", 0), ("PT1S", 1), ("x", None), (7, None)])
def test_a_project_without_time_has_none_and_of_one_that_isnt_told_it_isnt_known(duration: Any, tracked: int | None) -> None:
    assert estimate_of({"id": "p1", "duration": duration}).tracked == tracked
    assert estimate_of({"id": "p1"}).tracked is None


def test_tasks_with_their_plans() -> None:
    found = tasks_of([project(tasks=TASKS), {"id": "p2", "tasks": None}, {"id": "p3"}])
    assert found == {
        "k1": Task("k1", "p1", 8 * HOUR, 5400),
        "k2": Task("k2", "p1", 2 * HOUR + 15, 0, is_done=True),
        "k3": Task("k3", "p1"),
    }


@pytest.mark.parametrize("text", ["PT" + "9" * 5000 + "H", f"PT{MOST_SECONDS // HOUR + 1}H", "P", "", "-PT1H", 7, None, ["PT1H"], {}])
def test_what_is_no_duration_is_no_plan(text: Any) -> None:
    assert estimate_of(project(timeEstimate=hours(text))).plan is None
    assert tasks_of([project(tasks=[{"id": "k1", "estimate": text, "duration": text}])]) == {"k1": Task("k1", "p1")}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["PT1H", "AUTO", "MONTHLY"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "estimate", "type", "active", "resetOption"]), inner)
    ),
    max_leaves=8,
)
KEYS = ("id", "duration", "timeEstimate", "budgetEstimate", "tasks")


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_whatever_stands_there_is_read(reply: dict[str, Any]) -> None:
    found = estimate_of(reply)
    if found.plan:
        assert (found.plan.seconds is None) != (found.plan.cents is None)
        assert (found.plan.seconds or found.plan.cents or 0) > 0
    assert all(task.planned >= 0 and task.tracked >= 0 for task in tasks_of([reply]).values())
