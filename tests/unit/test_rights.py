"""What is gone before it leaves the desk: of names, plans and notes."""

from __future__ import annotations

from datetime import date

import pytest

from clockify.branding import Branding
from clockify.clients import ClientRule, Pack
from clockify.desk.rights import visible_names, visible_notes
from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind, Project
from clockify.estimates import Estimate, Task
from clockify.plans import Capacity, CostRate, DaysOff, Notes, Plan, Rate, Target, Usual

DAY = date(2026, 11, 2)
HOURS, MONEY = Plan("p1", seconds=3600), Plan("p2", cents=100)
PACK = Pack(DAY, project_id="p1", seconds=3600)
NOTES = Notes(
    capacities=(Capacity("ana", (0,) * 7), Capacity("ben", (1,) * 7)),
    days_off=(DaysOff("ana", DAY, DAY, "secret"), DaysOff("ben", DAY, DAY), DaysOff("*", DAY, DAY, "holiday")),
    targets=(Target("ana", 80), Target("ben", 70)),
    cost_rates=(CostRate("ana", 100, "EUR"), CostRate("ben", 200, "EUR")),
    plans=(HOURS, MONEY),
    rates=(Rate("p1", 100),),
    usual=Usual(utilization=85),
    version=7,
    client_rules=(ClientRule("acme"),),
    packs=(PACK, Pack(DAY, "acme", cents=100, currency="EUR")),
    branding=Branding("Team"),
)
BEN = frozenset({"ben"})
NAMES = {kind: {"x": "X"} for kind in Kind} | {Kind.USER: {"ana": "Ana", "ben": "Ben"}}
DIRECTORY = Directory(
    NAMES,
    {"p1": Project("p1", "One", estimate=Estimate(HOURS, 99)), "p2": Project("p2", "Two", estimate=Estimate(MONEY, 98))},
    tasks={"k1": Task("k1", "p1", 10, 97, is_done=True)},
)


def test_who_may_see_all_gets_all() -> None:
    assert visible_notes(NOTES, Viewer("You")) == NOTES
    assert visible_names(DIRECTORY, Viewer("You")) == DIRECTORY


def test_of_others_there_is_nothing_but_what_is_everybodys() -> None:
    found = visible_notes(NOTES, Viewer("Ben", people=BEN))
    assert {row.user_id for rows in (found.capacities, found.targets, found.cost_rates) for row in rows} == {"ben"}
    assert [row.user_id for row in found.days_off] == ["ben", "*"], "a holiday is his, too"
    assert (found.plans, found.rates, found.usual, found.version) == (NOTES.plans, NOTES.rates, NOTES.usual, 7)
    assert (found.client_rules, found.packs, found.branding) == (NOTES.client_rules, NOTES.packs, NOTES.branding)
    nobody = visible_notes(NOTES, Viewer("Guest", people=frozenset()))
    assert (nobody.capacities, nobody.targets, nobody.cost_rates) == ((), (), ())


@pytest.mark.parametrize("people", [None, BEN])
def test_without_money_there_is_none(people: frozenset[str] | None) -> None:
    found = visible_notes(NOTES, Viewer("Ben", people=people, sees_money=False))
    assert (found.plans, found.rates, found.cost_rates, found.packs) == ((HOURS,), (), (), (PACK,))
    assert (found.client_rules, found.branding) == (NOTES.client_rules, NOTES.branding), "how time is rounded is no money"
    assert len(found.capacities) == (2 if people is None else 1)


def test_without_cost_there_is_no_cost_alone() -> None:
    found = visible_notes(NOTES, Viewer("Ben", sees_cost=False))
    assert (found.plans, found.rates, found.cost_rates) == (NOTES.plans, NOTES.rates, ())


def test_names_of_others_go_and_what_clockify_says_is_tracked_by_all() -> None:
    found = visible_names(DIRECTORY, Viewer("Ben", people=BEN))
    assert found.names[Kind.USER] == {"ben": "Ben"}
    assert {kind: names for kind, names in found.names.items() if kind is not Kind.USER} == {
        k: v for k, v in NAMES.items() if k is not Kind.USER
    }
    assert [one.estimate for one in found.projects.values()] == [Estimate(HOURS, None), Estimate(MONEY, None)]
    assert found.tasks == {"k1": Task("k1", "p1", 10, 0, is_done=True)}


def test_without_money_budgets_go_and_estimates_stay() -> None:
    found = visible_names(DIRECTORY, Viewer("Lead", sees_money=False))
    assert [one.estimate for one in found.projects.values()] == [Estimate(HOURS, 99), Estimate(None, 98)]
    assert found.names == DIRECTORY.names and found.tasks == DIRECTORY.tasks
