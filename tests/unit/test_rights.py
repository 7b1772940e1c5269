"""What is gone before it leaves the desk: of names, plans and notes."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from clockify.branding import Branding
from clockify.clients import ClientRule, Pack
from clockify.desk.met import COLUMNS
from clockify.desk.rights import visible_names, visible_notes, visible_opening
from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind, Project
from clockify.estimates import Estimate, Task
from clockify.mirror.jobs import Progress
from clockify.mirror.opening import Opening
from clockify.mirror.reported import Reported
from clockify.mirror.snapshots import Difference, MonthState, RowTimes, Verdict
from clockify.periods import Month
from clockify.plans import Capacity, CostRate, DaysOff, Notes, Plan, Rate, Target, Usual

DAY, NOVEMBER = date(2026, 11, 2), Month(2026, 11)
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
    assert (found.plans, found.rates, found.usual, found.version) == ((), (), NOTES.usual, 7)
    assert (found.client_rules, found.packs, found.branding) == ((), (), NOTES.branding), "clients' terms are no member's"
    nobody = visible_notes(NOTES, Viewer("Guest", people=frozenset()))
    assert (nobody.capacities, nobody.targets, nobody.cost_rates) == ((), (), ())


@pytest.mark.parametrize("people", [None, BEN])
def test_without_money_there_is_none(people: frozenset[str] | None) -> None:
    found = visible_notes(NOTES, Viewer("Ben", people=people, sees_money=False))
    everybodys = people is None
    assert (found.plans, found.rates, found.cost_rates, found.packs) == (
        (HOURS,) if everybodys else (),
        (),
        (),
        (PACK,) if everybodys else (),
    )
    assert (found.client_rules, found.branding) == (NOTES.client_rules if everybodys else (), NOTES.branding), "rounding is no money"
    assert len(found.capacities) == (2 if people is None else 1)


def test_without_cost_there_is_no_cost_alone() -> None:
    found = visible_notes(NOTES, Viewer("Ben", sees_cost=False))
    assert (found.plans, found.rates, found.cost_rates) == (NOTES.plans, NOTES.rates, ())


def test_plans_are_of_projects_that_are_seen_whole_and_rates_of_projects_that_one_knows() -> None:
    found = visible_notes(NOTES, Viewer("Lead", people=BEN, projects=frozenset({"p1"})), ["p1"])
    assert (found.plans, found.rates) == ((HOURS,), NOTES.rates)
    assert visible_notes(NOTES, Viewer("Lead", people=BEN, projects=frozenset({"p2"})), ["p2"]).rates == ()


def test_without_money_budgets_go_and_estimates_stay() -> None:
    found = visible_names(DIRECTORY, Viewer("Lead", sees_money=False))
    assert [one.estimate for one in found.projects.values()] == [Estimate(HOURS, 99), Estimate(None, 98)]
    assert found.names == DIRECTORY.names and found.tasks == DIRECTORY.tasks


# Who worked on what: Ana on everything, Ben on "old" and on a task of it; Cleo on "shop", which Ben may manage.
CAST = {"ana": "Ana", "ben": "Ben", "cleo": "Cleo", "dan": "Dan"}
PROJECTS = {
    "old": Project("old", "Old", client_id="c-old", archived=True, members=BEN),
    "shop": Project("shop", "Shop", client_id="c-shop", members=frozenset({"cleo"}), estimate=Estimate(Plan("shop", seconds=60), 50)),
    "open": Project("open", "Open", client_id="c-open", is_public=True, estimate=Estimate(Plan("open", seconds=60), 70)),
    "mine": Project("mine", "Mine", client_id="c-mine", members=frozenset({"ben", "dan"})),
    "secret": Project("secret", "Secret", client_id="c-secret", members=frozenset({"ana"})),
}
TASKS = {
    one: Task(one, project, 30, 20)
    for one, project in {"t-old": "old", "t-old2": "old", "t-open": "open", "t-shop": "shop", "t-secret": "secret"}.items()
}
WHOLE = Directory(
    {
        Kind.USER: CAST,
        Kind.CLIENT: {project.client_id: project.client_id.upper() for project in PROJECTS.values()},
        Kind.PROJECT: {one: project.name for one, project in PROJECTS.items()},
        Kind.TASK: {one: one.upper() for one in TASKS},
        Kind.TAG: {"tag": "Tag"},
    },
    PROJECTS,
    archived=frozenset({"old", "c-secret"}),
    tasks=TASKS,
    current=frozenset({"shop", "open", "mine", "secret", "t-open", "t-shop", "t-secret", "tag"}),
)
MET = pd.DataFrame(
    [("ana", one, "") for one in PROJECTS] + [("ben", "old", "t-old"), ("cleo", "shop", "t-shop"), ("ana", "secret", "t-secret")],
    columns=COLUMNS,
    dtype="category",
)


def test_a_members_names_are_in_his_rows_or_on_projects_that_he_may_log_on() -> None:
    found = visible_names(WHOLE, Viewer("Ben", people=BEN, user_id="ben"), MET)
    assert {kind: set(names) for kind, names in found.names.items()} == {
        Kind.USER: {"ben"},
        Kind.CLIENT: {"c-old", "c-open", "c-mine"},
        Kind.PROJECT: {"old", "open", "mine"},
        Kind.TASK: {"t-old", "t-open"},
        Kind.TAG: {"tag"},
    }
    assert (set(found.projects), set(found.tasks)) == ({"old", "open", "mine"}, {"t-old", "t-open"})
    assert (found.archived, found.current) == (frozenset({"old"}), frozenset({"open", "mine", "t-open", "tag"}))
    assert {(task.planned, task.tracked) for task in found.tasks.values()} == {(0, 0)}, "what is planned and tracked is everybody's"
    assert found.projects["open"].estimate == Estimate()
    assert found.projects["mine"].members == BEN, "who else may log on it is no name of his"


def test_a_manager_sees_the_names_on_his_projects_and_what_is_planned_for_them() -> None:
    found = visible_names(WHOLE, Viewer("Ben", people=BEN, user_id="ben", projects=frozenset({"shop"})), MET)
    assert set(found.names[Kind.USER]) == {"ana", "ben", "cleo"}, "Ana and Cleo worked on it, Dan is nobody's"
    assert set(found.names[Kind.PROJECT]) == {"old", "open", "mine", "shop"}
    assert (found.projects["shop"].estimate, found.tasks["t-shop"]) == (PROJECTS["shop"].estimate, TASKS["t-shop"])
    assert "shop" not in found.current, "he isn't a member of it"
    leads = visible_names(WHOLE, Viewer("Ben", people=BEN | {"dan"}, user_id="ben"), MET)
    assert set(leads.names[Kind.USER]) == {"ben", "dan"}, "whom he manages he knows, with time or without"


def test_of_months_only_what_is_ones_own_is_told() -> None:
    both = (Difference("ben", "p", 5), Difference("ana", "p", 7), Difference("ana", "shop", 9), Difference("", "", 21))
    state = MonthState(
        NOVEMBER, "v", "report", False, 4711, RowTimes(1.0), 1.0, Verdict(False, 1.0, both, days=("2026-11-02", "2026-11-03")), 12, "d"
    )
    reading = {NOVEMBER.after(-1): Progress(3, 7, Reported(99, 9, 99, {"EUR": 99.0}))}
    opening = Opening((NOVEMBER,), {NOVEMBER: state}, reading)
    assert visible_opening(opening, Viewer("You")) is opening
    found = visible_opening(opening, Viewer("Ben", people=BEN, projects=frozenset({"shop"})))
    shown = found.states[NOVEMBER]
    assert (shown.entries_count, shown.unread, shown.digest, len(shown.verdict.days)) == (1, 1, "", 1)
    assert shown.verdict.differences == (both[0], both[2])
    assert found.reading == {NOVEMBER.after(-1): Progress()}
    assert found.versions == opening.versions
