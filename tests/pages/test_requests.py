"""What looking costs: requests of the real pages, counted at the server they go to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.app.shell import resources
from clockify.demo import RunningServer, World, agency_world
from clockify.periods import Against, Preset
from clockify.reports.rounding import Direction
from tests.pages.conftest import SCRIPT
from tests.support import truth
from tests.support.looks import figures, go_to, is_sound, notices, settle, texts
from tests.support.mirrors import count_requests
from tests.support.studio import Clock

AppOf = Callable[..., AppTest]
Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
TODAY, ZONE = date(2026, 11, 21), "Europe/Belgrade"
WHO_WHERE_LISTS = Counter(["user", "workspaces", "users", "projects", "tags", "in-progress"])

FILES = {
    *(f"download-{what}" for what in ("summary-csv", "summary-xlsx", "summary-pdf", "summary-clockify-csv")),
    *(f"download-{what}" for what in ("billable-csv", "billable-xlsx", "billable-pdf")),
    *(f"download-entries-{what}" for what in ("csv", "xlsx", "json", "pdf", "clockify-csv", "solidtime-csv")),
    *(f"download-weekly-{what}" for what in ("pdf", "eml", "html", "csv", "xlsx", "json", "clockify-csv")),
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The app's clock, moved by hand."""
    found = Clock(NOW)
    monkeypatch.setattr(resources, "now", found)
    return found


@cache
def days_of(world: World) -> list[tuple[date, int]]:
    """Return the local day and the seconds of each entry."""
    return [(datetime.fromtimestamp(entry.start, world.zone).date(), entry.seconds) for entry in world.entries]


def tracked(world: World, preset: str) -> str:
    """Return what a card must say, from the world's own entries."""
    meant = set(truth.preset_days(preset, TODAY))
    seconds = sum(one for day, one in days_of(world) if day in meant)
    return f"{float(truth.half_up(Fraction(seconds, 3600), 1)):,.1f} h"


def pages_of(world: World, *months: tuple[int, int]) -> int:
    """Return how many pages of 1000 hold the entries of months; an empty one is a page, too."""
    counts = Counter((day.year, day.month) for day, _ in days_of(world))
    return sum(max(-(-counts[month] // 1000), 1) for month in months)


def another_session() -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=60)


def restart() -> AppTest:
    """Begin anew with the same database, as a new process does."""
    st.cache_resource.clear()
    return another_session()


@pytest.mark.parametrize("entries", [None, 30_000])
def test_a_cold_overview_costs_six_and_one_for_each_thousand_entries(
    app_of: AppOf, served: Serve, clock: Clock, entries: int | None
) -> None:
    world = agency_world(NOW, entries=entries)
    server = served(world)
    page = app_of(server).run()
    assert is_sound(page)
    assert figures(page)["Tracked"] == tracked(world, "this-month")
    assert count_requests(server) == WHO_WHERE_LISTS + Counter(detailed=pages_of(world, (2026, 11), (2026, 10)))
    assert pages_of(world, (2026, 11), (2026, 10)) == (2 if entries is None else 5)


def test_every_click_after_that_costs_nothing(app_of: AppOf, served: Serve, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, Callable[[], bytes]] = {}
    draw = st.download_button

    def noted(*args: Any, **terms: Any) -> Any:
        files[terms["key"]] = terms["data"]
        return draw(*args, **terms)

    monkeypatch.setattr(st, "download_button", noted)
    server = served(agency_world(NOW))
    page = app_of(server).run()
    asked = len(server.requests)

    def look() -> None:
        """Run the page as after a click."""
        page.run()
        assert is_sound(page)
        assert len(server.requests) == asked

    def take_files() -> None:
        """Take every file away that was offered last."""
        assert all(len(make()) > 60 for make in files.values())
        assert len(server.requests) == asked

    for key in ("group-by", "group-by-then", "sort-by", "interval", "share-by"):
        for option in page.selectbox(key=key).options:
            page.selectbox(key=key).select(option)
            look()
    take_files()
    for option in ("Project", "Person", "Billable"):
        page.segmented_control(key="colour-by").set_value(option)
        look()
    for key in ("people", "clients", "projects"):
        page.multiselect(key=key).set_value(list(page.multiselect(key=key).options)[:2])
        look()
        take_files()
        page.button(key="clear-filters").click()
        look()
    for option in ("Yes", "No", "All"):
        page.radio(key="billable").set_value(option)
        look()
    # Periods within the two months that are there.
    for preset in (Preset.TODAY, Preset.YESTERDAY, Preset.THIS_WEEK, Preset.LAST_WEEK, Preset.THIS_MONTH):
        page.selectbox(key="period").set_value(preset)
        look()
    for name in ("detailed", "billable", "settings", "overview"):
        page.switch_page(f"pages/{name}.py")
        look()
        take_files()
    for rule in (Direction.UP, Direction.DOWN, Direction.NEAREST, Direction.NONE):
        page.selectbox(key="rounding").set_value(rule)
        look()
        take_files()
    page.selectbox(key="compare").set_value(Against.PREVIOUS)
    look()
    page.switch_page("pages/weekly.py")
    look()
    for shown in ("Projects × days", "People × days", "Report"):
        page.segmented_control(key="show").set_value(shown)
        look()
    take_files()
    assert set(files) == FILES


def test_a_reload_within_the_freshness_costs_nothing(app_of: AppOf, served: Serve, clock: Clock) -> None:
    server = served(agency_world(NOW))
    first = figures(app_of(server).run())
    asked = len(server.requests)
    for _ in range(3):
        clock.pass_by(minutes=1, seconds=39)
        page = another_session().run()
        assert is_sound(page)
        assert figures(page) == first
    assert len(server.requests) == asked


def test_a_restart_costs_a_check_of_each_month_at_most(app_of: AppOf, served: Serve, clock: Clock) -> None:
    server = served(agency_world(NOW))
    first = figures(app_of(server).run())
    asked = len(server.requests)
    clock.pass_by(minutes=4, seconds=59)
    assert figures(restart().run()) == first
    assert len(server.requests) == asked
    # November is checked after five minutes, October after an hour; timers and lists have their own age.
    clock.pass_by(seconds=1)
    assert figures(settle(restart().run())) == first
    assert count_requests(server, asked) == {"detailed": 1, "in-progress": 1}
    asked = len(server.requests)
    clock.pass_by(minutes=55)
    assert figures(settle(restart().run())) == first
    assert count_requests(server, asked) == Counter(detailed=2) + WHO_WHERE_LISTS
    asked = len(server.requests)
    assert figures(settle(restart().run())) == first
    assert len(server.requests) == asked


# Hours of clicking over a year are tried by day without pages, in test_mirror_free.
@pytest.mark.nightly
@pytest.mark.parametrize("rounds", [1, 2])
def test_a_free_workspace_stays_under_thirty_through_an_hour_of_clicking(app_of: AppOf, served: Serve, clock: Clock, rounds: int) -> None:
    """Every preset on every page, again and again; what isn't there yet is said, and what is called a total is one."""
    world = agency_world(NOW, people=6)
    server = served(world, plan="FREE", clock=clock)
    page = app_of(server).run()
    parts = 0
    for number in range(rounds * len(Preset)):
        preset = list(Preset)[number % len(Preset)]
        go_to(page, "overview").selectbox(key="period").set_value(preset)
        page = settle(page.run())
        parts += not is_true(page, world, preset)
        settle(go_to(page, "billable"))
        is_true(page, world, preset)
        for name in ("detailed", "weekly", "settings"):
            settle(go_to(page, name))
            assert is_sound(page)
        clock.pass_by(seconds=3600 / (rounds * len(Preset)))
        assert len(server.requests) <= 28, "two are kept for what people ask for"
    assert parts > 0, "a year was too much for one hour"
    assert clock.moment - NOW >= timedelta(minutes=59)
    # What waited comes as requests come free, and in the end every year is whole.
    for _ in range(5):
        clock.pass_by(minutes=61)
        for preset in (Preset.THIS_YEAR, Preset.LAST_YEAR):
            go_to(page, "overview").selectbox(key="period").set_value(preset)
            page = settle(page.run())
            is_true(page, world, preset)
    assert is_true(page, world, Preset.LAST_YEAR)
    page.selectbox(key="period").set_value(Preset.THIS_YEAR)
    assert is_true(page.run(), world, Preset.THIS_YEAR)


def is_true(page: AppTest, world: World, preset: Preset) -> bool:
    """Tell whether the page shows totals, which then are the period's own; else it must say that they aren't."""
    assert is_sound(page)
    said = "\n".join(notices(page))
    assert "Clockify takes no more requests" not in said, "the server itself had to refuse"
    shown = figures(page)
    if "Not a total" in said or "can't be read yet" in said:
        assert all(" months" in label for label in shown)
        assert all(button.proto.disabled for button in page.get("download_button"))
        return False
    if "Tracked" in shown and preset is not Preset.CUSTOM:
        assert shown["Tracked"] == tracked(world, preset.value)
    assert shown or "No time entries" in texts(page) or "so far" in texts(page), "figures, nothing, or timers alone"
    return True


def test_refresh_may_use_the_six_that_are_kept(app_of: AppOf, served: Serve, clock: Clock) -> None:
    server = served(agency_world(NOW, people=6), plan="FREE", clock=clock)
    page = app_of(server)
    page.query_params["period"] = "this-year"
    page = settle(page.run())
    # The year on screen came first; what it is compared with ended where six are kept.
    assert len(server.requests) == 24
    assert "Not a total" not in "\n".join(notices(page))
    page.selectbox(key="period").set_value(Preset.TODAY)
    page.run()
    for used in (26, 28, 30):
        clock.pass_by(seconds=10)
        page.button(key="refresh").click()
        page = settle(page.run())
        assert is_sound(page)
        assert count_requests(server, used - 2) == {"in-progress": 1, "detailed": 1}
        assert notices(page) == []
    # Nothing is left, and no request goes out to be refused.
    page.button(key="refresh").click()
    (said,) = notices(page.run())
    assert "All requests of this hour are used, so nothing could be checked." in said
    assert len(server.requests) == 30
