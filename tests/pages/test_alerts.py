"""Overview's lines of what wants a look: plans near or over, and who misses time this week.

It is Wednesday, 18 November 2026: of this week Monday and Tuesday are over, 8 hours each for Ana, Ben and Mia.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.desk.viewer import Viewer
from clockify.plans import EVERYBODY, Capacity, Cycle, DaysOff, Plan
from tests.support import studio
from tests.support.house import House
from tests.support.looks import everything, is_sound, settle, texts
from tests.support.planned import HOUR, person_named, plan_projects, project_named, write_down

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
MONDAY = studio.NOON.replace(day=16)
PEOPLE = ("Ana Kovač", "Ben Okafor", "Mia Berg")


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def line(page: AppTest, word: str) -> str:
    """Return the line of the overview with a word in it; "" if there is none."""
    return next((text for text in texts(page).splitlines() if word in text), "")


def overview(house: House, app_of: AppOf, *notes: tuple[str, object], written: bool = True, **params: str) -> AppTest:
    """Open it where 8 hours a day are written down of everybody, unless `notes` say otherwise."""
    page = app_of(house.front, studio.KEY)
    others = {row.user_id for _, row in notes if isinstance(row, Capacity)}
    for one in map(partial(person_named, house.world), PEOPLE if written else ()):
        if one not in others:
            write_down(house.world, "capacities", Capacity(one, (8 * HOUR,) * 5 + (0, 0)))
    for kind, row in notes:
        write_down(house.world, kind, row)
    page.query_params |= params
    settle(page.run())
    assert is_sound(page)
    return page


def log(house: House, name: str, day: int, hours: float) -> None:
    start = studio.NOON.replace(day=day, hour=6)
    internal = project_named(house.world, "Internal")
    house.world.add_entry(house.world.users[person_named(house.world, name)], start, start + timedelta(hours=hours), project=internal)


def missing_in(house: House) -> dict[str, float]:
    """Return the hours that each lacks of 8 on Monday and on Tuesday."""
    lacks = {}
    for name in PEOPLE:
        who, days = person_named(house.world, name), {16: 0, 17: 0}
        for entry in house.world.entries:
            day = date.fromtimestamp(entry.start)
            if entry.user_id == who and (day.year, day.month) == (2026, 11) and day.day in days:
                days[day.day] += entry.seconds
        lacks[name] = sum(max(8 - seconds / HOUR, 0) for seconds in days.values())
    return {name: hours for name, hours in lacks.items() if hours}


def test_plans_that_are_over_or_near_are_named(house: House, app_of: AppOf) -> None:
    plan_projects(house)
    page = overview(house, app_of)
    assert line(page, "plan is over") == ":red[1 plan is over]: Borealis 120% · :orange[1 plan is near the limit]: Atlas 94%"
    # Whatever is chosen, a plan is everybody's.
    page.query_params |= {"people": person_named(house.world, "Ben Okafor"), "billable": "yes", "rounding": "up-30"}
    assert "Borealis 120%" in texts(settle(page.run()))


def test_of_many_plans_three_are_named(house: House, app_of: AppOf) -> None:
    ben = house.world.users[person_named(house.world, "Ben Okafor")]
    for hours in (1, 2, 3, 4, 5):
        project = house.world.add_project(f"Small {hours}", None, time_estimate=HOUR)
        house.world.add_entry(ben, MONDAY.replace(day=3), MONDAY.replace(day=3) + timedelta(hours=hours, minutes=1), project=project)
    page = overview(house, app_of)
    assert line(page, "plans are over") == ":red[5 plans are over]: Small 5 502%, Small 4 402%, Small 3 302% and 2 more"


def test_what_is_over_by_a_part_alone_is_over(house: House, app_of: AppOf) -> None:
    """An hour of Borealis a year ago isn't open: it can only be more."""
    plan_projects(house)
    ben = house.world.users[person_named(house.world, "Ben Okafor")]
    start = studio.NOON.replace(year=2025)
    house.world.add_entry(ben, start, start + timedelta(hours=1), project=project_named(house.world, "Borealis"))
    assert "Borealis ≥ 120%" in line(overview(house, app_of), "plan is over")
    house.world.edit(project_named(house.world, "Borealis"), budget=250_00)
    house.clock.pass_by(hours=2)
    assert "Borealis" not in line(overview(house, app_of, written=False), "near the limit"), "near may well be over"


def test_who_misses_time_this_week(house: House, app_of: AppOf) -> None:
    log(house, "Ana Kovač", 16, 8)
    log(house, "Ana Kovač", 17, 5.5)
    log(house, "Ben Okafor", 16, 9)  # what is too much on Monday doesn't fill Tuesday
    log(house, "Ben Okafor", 18, 3)  # today isn't over
    lacks = missing_in(house)
    assert lacks == {"Ana Kovač": 2.5, "Ben Okafor": 8, "Mia Berg": 16}
    said = line(overview(house, app_of), "this week")
    names = ", ".join(f"{name} {hours:.1f} h" for name, hours in sorted(lacks.items(), key=lambda one: -one[1]))
    assert said == f":orange[3 people miss {sum(lacks.values()):.1f} h this week]: {names}"


def test_of_whom_nothing_is_written_down_nobody_says_that_he_misses_time(house: House, app_of: AppOf) -> None:
    assert not line(overview(house, app_of, written=False), "this week")
    assert line(overview(house, app_of), "this week")


def test_nothing_is_said_where_all_is_well(house: House, app_of: AppOf) -> None:
    off = DaysOff(EVERYBODY, date(2026, 11, 16), date(2026, 11, 17))
    page = overview(house, app_of, ("days_off", off))
    assert not line(page, "this week") and not line(page, "limit") and not line(page, " over]")
    assert "alerts" not in everything(page)


def test_who_is_never_there_misses_nothing(house: House, app_of: AppOf) -> None:
    mia = person_named(house.world, "Mia Berg")
    page = overview(house, app_of, ("capacities", Capacity(mia, (0,) * 7)))
    assert line(page, "this week").startswith(":orange[2 people miss 32.0 h this week]")


def test_on_a_monday_no_day_of_the_week_is_over(house: House, app_of: AppOf) -> None:
    house.clock.moment = MONDAY
    assert not line(overview(house, app_of), "this week")


def test_nothing_is_said_of_months_that_are_not_open(house: House, app_of: AppOf) -> None:
    plan_projects(house)
    page = overview(house, app_of, period="last-month")
    assert not line(page, "this week") and not line(page, "plan is")


def test_a_week_that_began_in_a_month_that_is_missing_is_not_judged(house: House, app_of: AppOf) -> None:
    """Wednesday, 2 December: Monday was November's, which can't be read."""
    house.clock.moment = studio.NOON.replace(month=12, day=2)
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-11")
    plan_projects(house)
    ana, first = house.world.users[person_named(house.world, "Ana Kovač")], studio.NOON.replace(month=12, day=1)
    house.world.add_entry(ana, first, first + timedelta(hours=1), project=project_named(house.world, "Internal"))
    week = Plan(project_named(house.world, "Internal").id, seconds=HOUR, cycle=Cycle.WEEK)
    page = overview(house, app_of, ("plans", week))
    assert not line(page, "this week")
    assert "Borealis" not in line(page, "plan is"), "its hours were November's"
    assert "Internal" not in line(page, "plan is"), "near by an hour of Tuesday, and over if there was one on Monday"
    assert "Atlas 94%" in line(page, "plan is"), "Clockify's own count needs no month"


@pytest.mark.parametrize("money", [True, False])
def test_it_respects_rights(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, money: bool) -> None:
    plan_projects(house)
    ben = person_named(house.world, "Ben Okafor")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben}), sees_money=money))
    page = overview(house, app_of, ("plans", Plan(project_named(house.world, "Internal").id, seconds=1)))
    assert line(page, "this week") == ":orange[1 person misses 16.0 h this week]: Ben Okafor 16.0 h"
    assert not line(page, "plan is") and not line(page, "plans are")
    assert "Ana Kov" not in everything(page) and "Mia" not in everything(page)


def test_without_money_no_budget_is_named(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_projects(house)
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=None, sees_money=False))
    assert line(overview(house, app_of), "plan is") == ":orange[1 plan is near the limit]: Atlas 94%"


def test_a_hostile_name_is_text(house: House, app_of: AppOf) -> None:
    plan_projects(house)
    house.world.edit(project_named(house.world, "Borealis"), name="*a* :red[b] $c$ <i>")
    page = overview(house, app_of)
    (raw,) = [one.value for one in page.markdown if "plan is over" in one.value]
    assert r"\*a\* \:red\[b\] \$c\$ \<i\>" in raw.replace("\N{WORD JOINER}", "")
