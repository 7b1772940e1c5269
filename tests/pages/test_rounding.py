"""Rounding and comparison on every page: named, the same in table and files, and the difference to the exact total shown.

The studio's November, each entry rounded up to 60 … 15 minutes changes nothing: all are multiples of 30.
So two entries of odd length are added: Ben 0:20 and 0:07 on Atlas, 100 EUR an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.demo import World
from clockify.periods import Against
from clockify.reports.rounding import Direction
from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle, texts

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


def add_odd_entries(world: World) -> None:
    ben = next(one for one in world.users.values() if one.name == "Ben Okafor")
    atlas = next(one for one in world.projects.values() if one.name == "Atlas")
    for hour, minutes in ((7, 20), (8, 7)):
        start = datetime(2026, 11, 4, hour, tzinfo=UTC)
        world.add_entry(ben, start, start + timedelta(minutes=minutes), project=atlas, description="odd")


@pytest.fixture
def page(housed: Housed, app_of: AppOf) -> AppTest:
    house = housed()
    add_odd_entries(house.world)
    page = app_of(house.front, studio.KEY).run()
    # 7:00 and 0:27, 350 EUR and 27 minutes at 100 EUR: 45.
    assert figures(page)["Tracked"] == "7.5 h"
    assert figures(page)["Amount"] == "€395"
    return page


@pytest.mark.parametrize(
    ("rule", "minutes", "tracked", "amount", "difference"),
    [
        # 20 and 7 become 30 and 15: 18 minutes more, 30 EUR.
        ("up", 15, "7.8 h", "€425", "+0.30 h, +€30.00, ±$0.00"),
        # 15 and 0: 12 minutes less, 20 EUR.
        ("down", 15, "7.3 h", "€375", "−0.20 h, −€20.00, ±$0.00"),
        # 20 → 15 and 7 → 0 are nearest, for half a step is 7:30: 12 minutes less.
        ("nearest", 15, "7.3 h", "€375", "−0.20 h, −€20.00, ±$0.00"),
        # 20 and 10: 3 minutes more, 5 EUR.
        ("up", 10, "7.5 h", "€400", "+0.05 h, +€5.00, ±$0.00"),
    ],
)
def test_the_rule_is_named_and_its_difference_shown(
    page: AppTest, rule: str, minutes: int, tracked: str, amount: str, difference: str
) -> None:
    page.query_params["rounding"] = f"{rule}-{minutes}"
    page.run()
    assert is_sound(page)
    assert (figures(page)["Tracked"], figures(page)["Amount"]) == (tracked, amount)
    words = "to the nearest" if rule == "nearest" else f"{rule} to"
    for name in ("overview", "billable", "detailed"):
        if name != "overview":
            go_to(page, name)
        assert f"each entry rounded {words} {minutes} min: {difference} against the exact total" in texts(page)
    assert "to invoice" in texts(go_to(page, "billable")).lower()
    assert f"each entry rounded {words} {minutes} min · amounts exact" in texts(page)


def test_billable_names_the_difference_of_its_own_hours(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    add_odd_entries(house.world)
    ana = next(one for one in house.world.users.values() if one.name == "Ana Kovač")
    start = datetime(2026, 11, 5, 7, tzinfo=UTC)
    house.world.add_entry(ana, start, start + timedelta(minutes=10), billable=False)
    page = app_of(house.front, studio.KEY)
    page.query_params["rounding"] = "up-30"
    page.run()
    # 20, 7 and 10 minutes become 30 each: 53 more, of them 33 billable, which earn 55 EUR.
    assert "+0.88 h, +€55.00" in texts(page)
    assert "+0.55 h, +€55.00" in texts(go_to(page, "billable"))


def test_what_a_search_leaves_is_told_its_own_difference(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    add_odd_entries(house.world)
    ana = next(one for one in house.world.users.values() if one.name == "Ana Kovač")
    start = datetime(2026, 11, 5, 7, tzinfo=UTC)
    house.world.add_entry(ana, start, start + timedelta(minutes=10), billable=False, description="strange")
    page = app_of(house.front, studio.KEY)
    page.query_params["rounding"], page.query_params["search"] = "up-15", "odd"
    go_to(page.run(), "detailed")
    # 20 and 7 minutes become 30 and 15: 18 more, which earn 30 EUR; of the 5 that Ana's 10 become more, nothing is said.
    assert "2 entries · 0.75 h · 0.75 h billable · €75.00" in texts(page)
    assert "Rounded: +0.30 h, +€30.00 against the exact total" in texts(page)
    assert "each entry rounded up to 15 min" in texts(page)
    assert texts(page).count("against the exact total") == 1
    page.text_input(key="search").set_value("").run()
    assert "each entry rounded up to 15 min: +0.38 h, +€30.00, ±$0.00 against the exact total" in texts(page)
    assert texts(page).count("against the exact total") == 1


def test_the_list_and_the_week_are_rounded_too(page: AppTest) -> None:
    page.query_params["rounding"] = "up-15"
    go_to(page.run(), "detailed")
    # 7:45, of them 7:15 billable; 350 + 75 EUR.
    assert "6 entries · 7.75 h · 7.25 h billable · €425.00 · $240.00" in texts(page)
    page.query_params |= {"week": "2026-11-04", "of": "everyone"}
    go_to(page, "weekly")
    # Ana's 2:00, Ben's 1:30 and his 0:45.
    assert "4 entries · 4.25 h · 4.25 h billable · €425.00" in texts(page)
    assert "each entry rounded up to 15 min: +0.30 h, +€30.00 against the exact total" in texts(page)
    plain = "\n".join(block.value for block in page.code)
    assert "Week of 2 November 2026" in plain
    assert "Week total: 4.25 h" in plain
    assert "each entry rounded up to 15 min" in plain


def test_rounding_and_comparison_stand_in_the_link_and_in_the_options(page: AppTest) -> None:
    page.selectbox(key="rounding").set_value(Direction.UP).run()
    page.selectbox(key="rounding-minutes").set_value(30).run()
    page.selectbox(key="compare").set_value(Against.LAST_YEAR).run()
    assert page.query_params["rounding"] == "up-30"
    assert page.query_params["compare"] == "last-year"
    assert "±" not in texts(page).split("against the exact total")[0].split(",")[0]
    page.selectbox(key="rounding").set_value(Direction.NONE).run()
    assert "rounding" not in page.query_params


@pytest.mark.parametrize("bad", ["up-7", "sideways-15", "up", "up-15-15", "UP-15"])
def test_a_rule_that_nobody_knows_is_left_out_with_a_word(page: AppTest, bad: str) -> None:
    page.query_params["rounding"] = bad
    page.run()
    assert figures(page)["Tracked"] == "7.5 h"
    assert "rounding (like up-15)" in texts(page)


def test_october_stands_beside_november(page: AppTest) -> None:
    page.query_params["compare"] = "previous"
    page.run()
    assert is_sound(page)
    table = page.table[-1].value
    assert [name for name in table if "Oct" in str(name)] == ["1–17 Oct 2026", "Amount 1–17 Oct 2026"]
    # 4 hours on Atlas in October, before its 17th; nothing on the others.
    assert table["1–17 Oct 2026"].round(6).tolist()[-1] == 4.0
    go_to(page, "detailed")
    assert "1–17 Oct 2026: 1 entry · 4.00 h · 4.00 h billable · €400.00" in texts(page)
    go_to(page, "billable")
    assert [name for name in page.table[-1].value if "Oct" in str(name)] == ["1–17 Oct 2026", "Amount 1–17 Oct 2026"]


def test_last_year_is_compared_with_as_soon_as_it_is_there(page: AppTest) -> None:
    page.query_params["compare"] = "last-year"
    settle(page.run())
    assert is_sound(page)
    assert "1–17 Nov 2025" in list(map(str, page.table[-1].value))
    assert page.metric[0].proto.delta_description == "vs 1–17 Nov 2025"
