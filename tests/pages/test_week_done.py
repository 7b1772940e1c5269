"""Weeks that were looked through: what shows as changed since, and what doesn't; opening them again; who may mark them.

The studio: in the week of 9 November Ben worked 3:00 on Borealis (the 10th), Ana 0:30 on Internal (the 12th).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.demo.entities import Entry
from clockify.demo.world import World
from clockify.desk.viewer import Viewer
from clockify.plans import Capacity
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, go_to, is_sound, settle, texts

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
HOUR, DAY, WEEK = 3600, 86_400, date(2026, 11, 9)
NAMES = ("Ana Kovač", "Ben Okafor", "Mia Berg")


@pytest.fixture
def house(housed: Housed) -> House:
    house = housed()
    tags = [house.world.add_tag(name) for name in ("first", "second")]
    house.world.edit_entry(of_ben(house.world).id, tag_ids=tuple(tag.id for tag in tags))
    return house


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return open_people(app_of, house)


def open_people(app_of: AppOf, house: House) -> AppTest:
    page = settle(app_of(house.front, studio.KEY).run())
    return settle(go_to(page, "team"))


def of_ben(world: World) -> Entry:
    (entry,) = [one for one in world.entries if one.seconds == 3 * HOUR]
    return entry


def ids(world: World) -> dict[str, str]:
    return {str(one.name): one.id for one in world.users.values()}


def choose(page: AppTest, *names: str, week: date = WEEK, turn: int = 0) -> AppTest:
    """Tick people's boxes, as a browser would send it."""
    rows = [NAMES.index(name) for name in names]
    page.session_state[f"done-people-{week}-{turn}"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return page.run()


def mark(page: AppTest, *names: str) -> AppTest:
    return choose(page, *names).button(key="done-mark").click().run()


def states(page: AppTest) -> dict[str, str]:
    table = page.dataframe[0].value
    return dict(zip(table["Person"], table["State"], strict=True))


def changes(page: AppTest) -> list[tuple[str, ...]]:
    tables = [one.value for one in page.dataframe if "Before" in one.value]
    return list(tables[0].itertuples(index=False, name=None)) if tables else []


def refreshed(page: AppTest, house: House) -> AppTest:
    house.clock.pass_by(minutes=5)
    return settle(buttons(page)["Refresh"].click().run())


def longer(world: World, entry: Entry) -> None:
    world.edit_entry(entry.id, seconds=2 * HOUR)


def another_day(world: World, entry: Entry) -> None:
    world.edit_entry(entry.id, start=entry.start + 2 * DAY)


def another_week(world: World, entry: Entry) -> None:
    world.edit_entry(entry.id, start=entry.start - 7 * DAY)


def from_another_week(world: World, entry: Entry) -> None:
    (earlier,) = [one for one in world.entries if one.seconds == 90 * 60]
    world.edit_entry(earlier.id, start=earlier.start + 7 * DAY)


def deleted(world: World, entry: Entry) -> None:
    world.delete_entry(entry.id)


def added(world: World, entry: Entry) -> None:
    start = datetime(2026, 11, 15, 22, 59, tzinfo=UTC)  # a minute before the week's end in Belgrade
    world.add_entry(world.users[entry.user_id], start, start + timedelta(hours=1), description="late")


def described(world: World, entry: Entry) -> None:
    world.edit_entry(entry.id, description="other words", tag_ids=entry.tag_ids[:1])


def other_project(world: World, entry: Entry) -> None:
    atlas = next(one.id for one in world.projects.values() if one.name == "Atlas")
    world.edit_entry(entry.id, project_id=atlas)


ROW = ("Ben Okafor", "Tue 10 Nov")
BOREALIS, BEFORE = "Borealis · work", "3.00 h · $240.00"


@pytest.mark.parametrize(
    ("edit", "wanted"),
    [
        (longer, (*ROW, "changed", BOREALIS, BEFORE, "2.00 h · $160.00", "seconds, amount")),
        (another_day, ("Ben Okafor", "Thu 12 Nov", "changed", BOREALIS, BEFORE, BEFORE, "start")),
        (another_week, (*ROW, "deleted", BOREALIS, BEFORE, "–", "")),
        (from_another_week, (*ROW, "added", "Atlas · work", "–", "1.50 h · €150.00", "")),
        (deleted, (*ROW, "deleted", BOREALIS, BEFORE, "–", "")),
        (added, ("Ben Okafor", "Sun 15 Nov", "added", "late", "–", "1.00 h", "")),
        (described, (*ROW, "changed", "Borealis · other words", BEFORE, BEFORE, "tags, description")),
        # In the rate it was logged at, and another currency.
        (other_project, (*ROW, "changed", "Atlas · work", BEFORE, "3.00 h · €240.00", "project, currency")),
    ],
)
def test_what_is_changed_afterwards_shows(
    page: AppTest, house: House, edit: Callable[[World, Entry], None], wanted: tuple[str, ...]
) -> None:
    mark(page, "Ben Okafor")
    assert states(page) == {"Ana Kovač": "open", "Ben Okafor": "looked through", "Mia Berg": "open"}
    assert "11 of 12 weeks not looked through" in texts(page)
    edit(house.world, of_ben(house.world))
    refreshed(page, house)
    assert is_sound(page)
    assert states(page)["Ben Okafor"] == "changed since (1)"
    (row,) = changes(page)
    assert row[3].removeprefix("No project · ") == wanted[3]
    assert (*row[:3], *row[4:]) == (*wanted[:3], *wanted[4:])
    assert "1 entry changed since" in everything(page)


def rename(house: House) -> None:
    world = house.world
    borealis = next(one for one in world.projects.values() if one.name == "Borealis")
    world.projects[borealis.id] = replace(borealis, name="Borealis II")


def reorder(house: House) -> None:
    entry = of_ben(house.world)
    house.world.edit_entry(entry.id, tag_ids=entry.tag_ids[::-1])


def change_another_week(house: House) -> None:
    studio.log_one_hour_more(house.world)  # Ben's, of the week before


def change_another_person(house: House) -> None:
    (entry,) = [one for one in house.world.entries if one.seconds == 30 * 60]
    house.world.edit_entry(entry.id, seconds=HOUR)


def change_the_minute_after(house: House) -> None:
    start = datetime(2026, 11, 15, 23, 0, tzinfo=UTC)
    house.world.add_entry(house.world.users[of_ben(house.world).user_id], start, start + timedelta(hours=1))


@pytest.mark.parametrize("edit", [rename, reorder, change_another_week, change_another_person, change_the_minute_after])
def test_nothing_else_does(page: AppTest, house: House, edit: Callable[[House], None]) -> None:
    mark(page, "Ben Okafor")
    edit(house)
    refreshed(page, house)
    assert states(page)["Ben Okafor"] == "looked through"
    assert changes(page) == []


def test_a_change_that_is_taken_back_is_none_and_one_looked_at_again_neither(page: AppTest, house: House) -> None:
    mark(page, "Ben Okafor")
    longer(house.world, of_ben(house.world))
    refreshed(page, house)
    assert len(changes(page)) == 1
    (entry,) = [one for one in house.world.entries if one.seconds == 2 * HOUR and one.user_id == ids(house.world)["Ben Okafor"]]
    house.world.edit_entry(entry.id, seconds=3 * HOUR)
    refreshed(page, house)
    assert changes(page) == []
    house.world.edit_entry(entry.id, seconds=4 * HOUR)
    refreshed(page, house)
    assert len(changes(page)) == 1
    choose(page, "Ben Okafor", turn=1).button(key="done-mark").click().run()
    assert (states(page)["Ben Okafor"], changes(page)) == ("looked through", [])


def test_open_again_undoes_it(page: AppTest) -> None:
    assert page.button(key="done-mark").disabled and page.button(key="done-open").disabled
    mark(page, "Ana Kovač", "Ben Okafor")
    assert "10 of 12 weeks not looked through" in texts(page)
    choose(page, "Ana Kovač", turn=1)
    page.button(key="done-open").click().run()
    assert states(page) == {"Ana Kovač": "open", "Ben Okafor": "looked through", "Mia Berg": "open"}
    assert page.button(key="done-open").disabled, "nobody is chosen any more"


def test_those_with_nothing_missing_are_marked_at_once(page: AppTest, house: House) -> None:
    who = ids(house.world)
    rows = [Capacity(who["Ben Okafor"], (0, 3 * HOUR, 0, 0, 0, 0, 0)), Capacity(who["Mia Berg"], (0,) * 7)]
    resources.desk().notebook(demo=False).records.save(house.world.id, "capacities", [], rows, by="a test")
    page.run()
    assert states(page) == {"Ana Kovač": "open", "Ben Okafor": "nothing missing", "Mia Berg": "nothing missing"}
    assert page.dataframe[0].value["Missing"].tolist() == [39.5, 0, 0]
    buttons(page)["The 2 with nothing missing"].click().run()
    assert states(page) == {"Ana Kovač": "open", "Ben Okafor": "looked through", "Mia Berg": "looked through"}
    assert "done-proposed" not in {one.key for one in page.button}


def test_a_week_that_is_not_over_is_not_proposed(page: AppTest, house: House) -> None:
    rows = [Capacity(one, (0,) * 7) for one in ids(house.world).values()]
    resources.desk().notebook(demo=False).records.save(house.world.id, "capacities", [], rows, by="a test")
    page.run()
    assert "The 3 with nothing missing" in buttons(page)
    page.selectbox(key="done-week").select(date(2026, 11, 16)).run()
    assert set(states(page).values()) == {"nothing missing"}
    assert "done-proposed" not in {one.key for one in page.button}


def test_a_week_that_begins_before_the_period_is_held_against_all_of_its_days(page: AppTest) -> None:
    # Of 26 October to 1 November only the Sunday lies in November; nobody worked in it.
    page.selectbox(key="done-week").select(date(2026, 10, 26)).run()
    assert page.dataframe[0].value["Missing"].tolist() == [40.0] * 3
    assert set(states(page).values()) == {"open"}


@pytest.mark.parametrize("alone", [True, False])
def test_who_may_not_see_all_may_not_mark(house: House, app_of: AppOf, page: AppTest, monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    mark(page, "Ana Kovač", "Ben Okafor")
    longer(house.world, of_ben(house.world))
    refreshed(page, house)
    people = frozenset({ids(house.world)["Ben Okafor"]}) if alone else None
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=people, sees_money=False))
    other = open_people(app_of, house)
    assert "done-mark" not in {one.key for one in other.button}
    assert "Admins can mark them." in texts(other)
    assert states(other)["Ben Okafor"] == "changed since (1)"
    assert ("Ana Kovač" in states(other)) is not alone
    (row,) = changes(other)
    assert row[4:] == ("3.00 h", "2.00 h", "seconds")


def test_who_marked_stays_and_a_hostile_name_is_text(page: AppTest, house: House) -> None:
    ben = house.world.users[ids(house.world)["Ben Okafor"]]
    mark(page, "Ben Okafor")
    house.world.users[ben.id] = replace(ben, name="Ben ![x](https://evil.invalid/x.png)")
    longer(house.world, of_ben(house.world))
    refreshed(page, house)
    assert is_sound(page)
    table: pd.DataFrame = page.dataframe[0].value
    assert table["By"].tolist()[1].startswith("You, ")
    assert changes(page)[0][0] == "Ben ![x](https://evil.invalid/x.png)"
