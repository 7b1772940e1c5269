"""The weekly page: which week, whose, as what, and what is sent. The studio's first week of November:

Mon 2   Ana  2:00 Atlas  "work"        Tue 3  Ben  1:30 Atlas  "work"
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.cards import weekly as weekly_cards
from clockify.desk.choice import Choice
from clockify.directory import Kind
from clockify.periods import Period
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
    """Open the weekly page: `weekly(week="2026-11-04")`."""

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
    page = weekly(week="2026-11-04")
    assert is_sound(page)
    assert "Week of November 2, 2026" in texts(page)
    assert "2–8 Nov 2026" in texts(page)
    lines = plain(page)
    assert lines[:2] == ["Week of November 2, 2026", "Everyone: 3h 30m"]
    assert lines[2:6] == [
        "Monday, November 2: 2h",
        "       2h  Atlas: work · Ana Kovač",
        "Tuesday, November 3: 1h 30m",
        "   1h 30m  Atlas: work · Ben Okafor",
    ]
    assert lines[6] == "Week total: 3h 30m"


def test_one_persons_week_is_his_alone(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04")
    ben = next(option for option in page.selectbox(key="week-person").options if option == "Ben Okafor")
    page.selectbox(key="week-person").select(ben).run()
    assert plain(page)[1] == "Ben Okafor: 1h 30m"
    assert plain(page)[3] == "   1h 30m  Atlas: work"
    assert page.multiselect(key="people").value == [page.query_params["people"]]


def test_weeks_are_stepped_through_and_this_one_has_no_name_in_the_link(weekly: Callable[..., AppTest]) -> None:
    page = weekly()
    # Wednesday 18 November: nothing this week, and the toolbar leads on.
    assert "No time entries in 16–22 Nov 2026." in texts(page)
    assert "Choose another week above." in texts(page)
    assert "week" not in page.query_params
    buttons(page)["‹"].click().run()
    assert page.query_params["week"] == "2026-11-09"
    assert plain(page)[1] == "Everyone: 3h 30m"  # Ben's 3:00 and Ana's 0:30
    page.selectbox(key="week-start").select_index(2).run()
    assert page.query_params["week"] == "2026-11-02"
    buttons(page)["This week"].click().run()
    assert "week" not in page.query_params
    assert buttons(page)["›"].disabled


def test_the_grids_rows_and_columns_add_up(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-04", show="People × days")
    table = page.table[0].value
    assert [str(name) for name in table][1:] == ["Mon 2", "Tue 3", "Wed 4", "Thu 5", "Fri 6", "Sat 7", "Sun 8", "Total"]
    figures = table.iloc[:, 1:].to_numpy().tolist()
    hour = 3600
    assert figures == [
        [2 * hour, 0, 0, 0, 0, 0, 0, 2 * hour],
        [0, 1.5 * hour, 0, 0, 0, 0, 0, 1.5 * hour],
        [2 * hour, 1.5 * hour, 0, 0, 0, 0, 0, 3.5 * hour],
    ]
    assert table.iloc[:, 0].tolist() == ["Ana Kovač", "Ben Okafor", "Total"]


def test_the_week_before_stands_beside_it(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-09", compare="previous")
    assert "2–8 Nov 2026: 2 entries · 3.50 h · 3.50 h billable · €350.00" in texts(page)


def test_the_grid_shows_the_week_before_with_those_who_worked_only_then(weekly: Callable[..., AppTest]) -> None:
    page = weekly(week="2026-11-09", show="Projects × days", compare="previous")
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
    assert "Week of November 1, 2026" in texts(page)


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
    assert plain(settle(page))[1] == "Everyone: 1h"


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
    grid = pd.DataFrame({"id": ["p1", "p2"]})
    shown = [date(2026, 11, 3), date(2026, 11, 6)]  # days without time have no column there
    for column in (0, 1, 2, 3):
        weekly_cards._pick_cell(grid, Kind.PROJECT, week, shown, 1, column)
    friday, tuesday = Period(date(2026, 11, 6), date(2026, 11, 7)), Period(date(2026, 11, 3), date(2026, 11, 4))
    # Name and total stand for the whole week.
    assert [choice.days for choice in led] == [week, tuesday, friday, week]
    assert {choice.filters.projects for choice in led} == {("p2",)}


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
