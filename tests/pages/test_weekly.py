"""The weekly page: which week, whose, as what, and what is sent. The studio's first week of November:

Mon 2   Ana  2:00 Atlas  "work"        Tue 3  Ben  1:30 Atlas  "work"
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.cards import weekly as weekly_cards
from clockify.app.shell import door
from clockify.desk.choice import Choice
from clockify.desk.viewer import Viewer
from clockify.directory import Kind
from clockify.periods import Period
from clockify.render.tables.weekly import Row
from clockify.reports.filters import Filters
from clockify.reports.weekly import Line
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, go_to, is_sound, notices, settle, texts
from tests.support.nightly import by_turns
from tests.support.shown import displayed

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]

FAULTS = ["401", "403", "404", "429", "500", "timeout", "dropped", "cut JSON", "redirect"]


@pytest.fixture
def weekly(housed: Housed, app_of: AppOf) -> Callable[..., AppTest]:
    """Open the weekly page: `weekly(week="2026-11-04")`; the key is Ana's."""

    def at(**params: str) -> AppTest:
        page = app_of(housed().front, studio.KEY).run()
        for name, value in params.items():
            page.query_params[name] = value
        return go_to(page, "weekly")

    return at


def plain(page: AppTest) -> list[str]:
    """Return the lines of the plain text."""
    (block,) = page.code
    return [line for line in block.value.splitlines() if line]


def test_a_week_day_by_day_for_everybody(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04", of="everyone")
    assert is_sound(page)
    assert "Week of 2 November 2026" in texts(page)
    assert "2–8 Nov 2026" in texts(page)
    lines = plain(page)
    assert lines[:2] == ["Week of 2 November 2026", "Everyone: 3.50 h"]
    assert lines[2:8] == [
        "Ana Kovač: 2.00 h",
        "Monday, 2 November 2026: 2.00 h",
        "   2.00 h  Atlas: work",
        "Ben Okafor: 1.50 h",
        "Tuesday, 3 November 2026: 1.50 h",
        "   1.50 h  Atlas: work",
    ]
    assert lines[8] == "Week total: 3.50 h"
    assert "all clients" not in lines[9] and "rounded" not in lines[9]


def test_one_persons_week_is_his_alone(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04")
    ben = next(option for option in page.selectbox(key="week-person").options if option == "Ben Okafor")
    page.selectbox(key="week-person").select(ben).run()
    assert plain(page)[1] == "Ben Okafor: 1.50 h"
    assert plain(page)[3] == "   1.50 h  Atlas: work"
    assert page.multiselect(key="people").value == [page.query_params["people"]]
    assert "all clients" not in plain(page)[-1]  # whose week it is says all that is filtered


def test_who_looks_sees_his_own_week_and_one_click_leads_to_everyones(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04")
    assert plain(page)[1] == "Ana Kovač: 2.00 h"
    assert page.selectbox(key="week-person").value != ()
    assert "of" not in page.query_params and "people" not in page.query_params
    buttons(page)["Everyone"].click().run()
    assert plain(page)[1] == "Everyone: 3.50 h"
    assert page.query_params["of"] == "everyone"
    assert "Everyone" not in buttons(page)
    # Back to her own: by no name, and other pages show everybody.
    page.selectbox(key="week-person").select("Ana Kovač").run()
    assert plain(page)[1] == "Ana Kovač: 2.00 h"
    assert "of" not in page.query_params and "people" not in page.query_params
    go_to(page, "detailed")
    assert "4 entries · 7.00 h" in texts(page)


def test_a_person_chosen_in_the_sidebar_goes_before(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04", of="everyone")
    ben = next(one for one in page.multiselect(key="people").options if one == "Ben Okafor")
    page.multiselect(key="people").select(ben).run()
    assert plain(page)[1] == "Ben Okafor: 1.50 h"
    page.multiselect(key="people").set_value([]).run()
    assert plain(page)[1] == "Everyone: 3.50 h"
    page.query_params["of"] = "somebody"
    assert "of (everyone)" in texts(page.run())
    assert plain(page)[1] == "Ana Kovač: 2.00 h"


def test_everyones_link_is_the_weeks_alone(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04", of="everyone")
    go_to(page, "detailed")
    assert "of" not in page.query_params
    go_to(page, "weekly")
    assert plain(page)[1] == "Everyone: 3.50 h"


def test_whose_address_is_that_of_a_person_sees_his_own_week(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", email="BEN@example.test"))
    page = app_of(housed().front, studio.KEY).run()
    page.query_params["week"] = "2026-11-04"
    assert plain(go_to(page, "weekly"))[1] == "Ben Okafor: 1.50 h"


def test_an_own_week_without_time_leads_to_everyones(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, studio.MANAGER).run()  # Mia's: she logs nothing
    page.query_params["week"] = "2026-11-04"
    go_to(page, "weekly")
    assert "No time entries in 2–8 Nov 2026." in texts(page)
    assert "Mia Berg · all clients" in texts(page)
    assert "Choose another week above." in texts(page)
    assert "clear-filters-here" not in {one.key for one in page.button}, "nothing is filtered"
    buttons(page)["Everyone"].click().run()
    assert plain(page)[1] == "Everyone: 3.50 h"


def test_who_is_alone_has_nobody_to_choose(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    for identifier, one in house.world.users.items():
        house.world.users[identifier] = replace(one, status="ACTIVE" if one.name == "Ana Kovač" else "DELETED")
    page = app_of(house.front, studio.KEY).run()
    page.query_params["week"] = "2026-11-04"
    assert plain(go_to(page, "weekly"))[1] == "Everyone: 3.50 h"
    assert "Everyone" not in buttons(page)


def test_of_many_people_ten_show_and_a_pill_opens_one(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    for number in range(12):
        one = house.world.add_user(f"Zoe {number:02}", f"zoe{number}@example.test", role="MEMBER")
        for day in (2, 3):
            start = datetime(2026, 11, day, 9, tzinfo=UTC)
            house.world.add_entry(one, start, start + timedelta(minutes=15), description="more")
    page = app_of(house.front, studio.KEY).run()
    page.query_params |= {"week": "2026-11-04", "of": "everyone"}
    go_to(page, "weekly")
    # Fourteen people: Ana, Ben and eight of the twelve; four are left, of half an hour each.
    names = page.table[0].value["Project"].tolist()
    assert names == ["Ana Kovač", "Ben Okafor", *(f"Zoe {number:02}" for number in range(8)), "4 more", "Week total"]
    assert page.table[0].value["Hours"].tolist()[-2:] == [4 * 1800, 3 * 3600 + 1800 + 12 * 1800]
    (jump,) = [one for one in page.get("button_group") if one.key == "week-jump"]
    jump.set_value("Zoe 11" if "Zoe 11" in jump.options else jump.options[-1]).run()
    names = page.table[0].value["Project"].tolist()
    last = ["Zoe 11", "Monday, 2 November 2026", "No project", "Tuesday, 3 November 2026", "No project", "Week total"]
    assert names == ["Ana Kovač", "Ben Okafor", *(f"Zoe {number:02}" for number in range(11)), *last]
    assert sum(line.startswith("Zoe ") for line in plain(page)) == 12  # what is sent is the whole


def test_weeks_are_stepped_through_and_this_one_has_no_name_in_the_link(weekly: Callable[..., AppTest]) -> None:
    page = weekly(of="everyone")
    # Wednesday 18 November: nothing this week, and the toolbar leads on.
    assert "No time entries in 16–22 Nov 2026." in texts(page)
    assert "Choose another week above." in texts(page)
    assert "week" not in page.query_params
    buttons(page)["‹"].click().run()
    assert page.query_params["week"] == "2026-11-09"
    assert plain(page)[1] == "Everyone: 3.50 h"  # Ben's 3:00 and Ana's 0:30
    page.selectbox(key="week-start").select_index(2).run()
    assert page.query_params["week"] == "2026-11-02"
    buttons(page)["This week"].click().run()
    assert "week" not in page.query_params
    assert buttons(page)["›"].disabled


def test_the_grids_rows_and_columns_add_up(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04", show="People × days", of="everyone")
    table = page.table[0].value
    assert [str(name) for name in table][1:] == ["Mon 2", "Tue 3", "Wed 4", "Thu 5", "Fri 6", "Sat 7", "Sun 8", "Total"]
    figures = table.iloc[:, 1:].to_numpy().tolist()
    hour = 3600
    assert figures == [
        [2 * hour, 0, 0, 0, 0, 0, 0, 2 * hour],
        [0, 1.5 * hour, 0, 0, 0, 0, 0, 1.5 * hour],
        [0] * 8,
        [2 * hour, 1.5 * hour, 0, 0, 0, 0, 0, 3.5 * hour],
    ]
    assert [name.split(" · ")[0] for name in table.iloc[:, 0]] == ["Ana Kovač", "Ben Okafor", "Mia Berg", "Total"]
    assert [("nothing logged" in name) for name in table.iloc[:, 0]] == [False, False, True, False]


def test_under_a_filter_nobody_is_said_to_have_logged_nothing(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04", show="People × days", of="everyone", billable="yes")
    assert page.table[0].value.iloc[:, 0].tolist() == ["Ana Kovač", "Ben Okafor", "Total"]


def test_of_the_people_chosen_those_alone_have_rows(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-09", show="People × days", of="everyone")
    for name in ("Ana Kovač", "Mia Berg"):
        page.multiselect(key="people").select(name)
    page.run()
    assert [name.split(" · ")[0] for name in page.table[0].value.iloc[:, 0]] == ["Ana Kovač", "Mia Berg", "Total"]


@pytest.mark.parametrize(("chosen", "said"), [(2, "Ana Kovač, Ben Okafor"), (3, "3 people")])
def test_a_week_of_several_people_says_whose_it_is(weekly: Callable[..., AppTest], chosen: int, said: str) -> None:
    page = weekly(week="2026-11-04", of="everyone")
    for name in ("Ana Kovač", "Ben Okafor", "Mia Berg")[:chosen]:
        page.multiselect(key="people").select(name)
    page.run()
    assert f"{said} · 2–8 Nov 2026" in texts(page)
    assert plain(page)[1] == f"{said}: 3.50 h"


def test_the_week_before_stands_beside_it(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-09", compare="previous", of="everyone")
    assert "2–8 Nov 2026: 2 entries · 3.50 h · 3.50 h billable · €350.00" in texts(page)


def test_the_grid_shows_the_week_before_with_those_who_worked_only_then(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-09", show="Projects × days", compare="previous", of="everyone")
    table = page.table[0].value
    # Borealis 3:00 and Internal 0:30 this week; Atlas 2:00 and 1:30 the week before.
    assert table.iloc[:, 0].tolist() == ["Borealis", "Internal", "Atlas", "Total"]
    assert (table["Total"] / 3600).tolist() == [3.0, 0.5, 0.0, 3.5]
    assert table["2–8 Nov 2026"].round(6).tolist() == [0.0, 0.0, 3.5, 3.5]


@pytest.mark.parametrize("bad", ["yesterday", "2026-13-01", "1999-01-01", ""])
def test_a_week_that_is_none_is_this_week_with_a_word(weekly: Callable[..., AppTest], bad: str) -> None:
    page = weekly(week=bad)
    assert "16–22 Nov 2026" in texts(page)
    assert ("week (a day like 2026-11-16)" in texts(page)) is bool(bad)


def test_the_sidebar_has_no_period_where_none_is_in_force(weekly: Callable[..., AppTest]) -> None:
    page = weekly(period="last-month")
    assert not [one for one in page.selectbox if one.key == "period"]
    go_to(page, "overview")
    assert page.selectbox(key="period").value == "last-month"


def test_where_the_week_begins_on_sunday_so_does_the_report(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.world.week_start = "SUNDAY"
    page = app_of(house.front, studio.KEY).run()
    page.query_params["week"] = "2026-11-04"
    go_to(page, "weekly")
    assert "Week of 1 November 2026" in texts(page)


def test_a_week_of_which_a_month_is_missing_is_no_report(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-09")
    ana = next(one for one in house.world.users.values() if one.name == "Ana Kovač")
    start = datetime(2026, 10, 1, 9, tzinfo=UTC)
    house.world.add_entry(ana, start, start + timedelta(hours=1))
    page = app_of(house.front, studio.KEY).run()
    page.query_params["week"] = "2026-10-01"
    settle(go_to(page, "weekly"))
    assert is_sound(page)
    assert not page.code
    assert not page.table
    assert "September 2026 can't be read" in "\n".join(notices(page))
    assert "The report is made when both months of this week are there." in texts(page)
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert plain(settle(page))[1] == "Ana Kovač: 1.00 h"


@pytest.mark.parametrize(("fault", "name"), by_turns(FAULTS, ["detailed", "weekly"], 1))
def test_faults_are_said_and_nothing_breaks(housed: Housed, app_of: AppOf, name: str, fault: str) -> None:
    house = housed()
    house.front.fail("detailed", fault)
    page = settle(go_to(app_of(house.front, studio.KEY).run(), name))
    assert is_sound(page)
    assert notices(page) or "16–22 Nov 2026" in texts(page)
    assert studio.KEY not in everything(page)
    house.front.heal()


def test_a_part_of_the_period_is_called_one_above_the_list(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-11")
    page = app_of(house.front, studio.KEY)
    page.query_params["period"] = "this-quarter"
    go_to(page.run(), "detailed")
    assert "Part, 2 of 3 months: 1 entry · 4.00 h" in texts(page)
    assert {file.proto.disabled for file in page.get("download_button")} == {True}


def test_a_phones_cell_leads_to_the_day_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    led: list[Choice] = []
    monkeypatch.setattr(weekly_cards, "chosen", Choice)
    monkeypatch.setattr(weekly_cards, "lead_to", led.append)
    week = Period(date(2026, 11, 2), date(2026, 11, 9))
    view = SimpleNamespace(period=week, choice=Choice(filters=Filters(people=("ana",))))
    monkeypatch.setattr(weekly_cards, "click_filters", lambda: False)
    grid = pd.DataFrame({"id": ["p1", "p2"]})
    shown = [None, date(2026, 11, 3), date(2026, 11, 6)]  # days without time have no column there, and the total comes first
    for column in (0, 2, 3, 1):
        weekly_cards._pick_cell(view, grid, Kind.PROJECT, shown, 1, column)
    friday, tuesday = Period(date(2026, 11, 6), date(2026, 11, 7)), Period(date(2026, 11, 3), date(2026, 11, 4))
    # Name and total stand for the whole week.
    assert [choice.days for choice in led] == [week, tuesday, friday, week]
    assert {choice.filters for choice in led} == {Filters(people=("ana",), projects=("p2",))}
    # Where clicks filter the page, it shows her own week anyway, and other pages everybody.
    monkeypatch.setattr(weekly_cards, "click_filters", lambda: True)
    weekly_cards._pick_cell(view, grid, Kind.PROJECT, shown, 1, 0)
    assert led[-1].filters == Filters(projects=("p2",))


def test_a_line_of_the_report_leads_to_its_person_day_and_project(monkeypatch: pytest.MonkeyPatch) -> None:
    led: list[Choice] = []
    monkeypatch.setattr(weekly_cards, "chosen", Choice)
    monkeypatch.setattr(weekly_cards, "lead_to", led.append)
    monkeypatch.setattr(weekly_cards, "click_filters", lambda: False)
    week, monday = Period(date(2026, 11, 2), date(2026, 11, 9)), Period(date(2026, 11, 2), date(2026, 11, 3))
    line = Line("ben", "Ben", "p1", "Atlas", "", "work", True, 60)
    rows = [Row("ben", day, one, "", 60) for day, one in ((None, None), (monday.start, None), (monday.start, line))]
    for place in range(3):
        weekly_cards._pick_line(SimpleNamespace(period=week, choice=Choice()), rows, place, None)
    assert [choice.days for choice in led] == [week, monday, monday]
    assert [choice.filters for choice in led] == [Filters(("ben",)), Filters(("ben",)), Filters(("ben",), projects=("p1",))]


def test_a_tag_called_as_all_of_them_is_another_choice(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.world.add_tag("All tags")
    page = go_to(app_of(house.front, studio.KEY).run(), "detailed")
    options = page.selectbox(key="tags").options
    assert sorted(options) == ["All tags", "“All tags”"]


def test_a_running_timer_has_no_end_and_no_amount_in_the_list(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    ben = next(one for one in house.world.users.values() if one.name == "Ben Okafor")
    house.world.add_running(ben, studio.NOON - timedelta(hours=2))
    page = go_to(app_of(house.front, studio.KEY).run(), "detailed")
    first = {name: displayed(page.table[0], name)[0] for name in ("When", "Hours", "Amount")}
    assert first["When"].endswith(":material/timer:")
    assert (first["Hours"], first["Amount"]) == ("2.00", "")
    assert "4 entries · 7.00 h" in texts(page)
