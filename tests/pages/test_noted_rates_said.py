"""Rates that are written down: what they add to the amounts, where it is said, and who doesn't see any of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.desk.viewer import Viewer
from clockify.plans import Rate
from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle, texts

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
SAID = "of it at rates from this dashboard's Settings, for Clockify has none."


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return settle(app_of(house.front, studio.KEY).run())


@pytest.fixture
def house(housed: Housed) -> House:
    """Ana worked 1:30 of billable time on Internal, which has no rate, and 1:00 on no project."""
    house = housed()
    ana = next(one for one in house.world.users.values() if one.name == "Ana Kovač")
    start = datetime(2026, 11, 4, 9, tzinfo=UTC)
    for place, project in enumerate(("Internal", "")):
        own = next((one for one in house.world.projects.values() if one.name == project), None)
        begun, length = start + timedelta(hours=3 * place), timedelta(minutes=90 - 30 * place)
        house.world.add_entry(ana, begun, begun + length, project=own, billable=True, description="unrated")
    return house


def write_rates(house: House) -> None:
    ids = {one.name: one.id for one in house.world.projects.values()}
    rates = [Rate(ids["Internal"], 8_500), Rate(ids["Atlas"], 1)]
    resources.desk().notebook(demo=False).records.save(house.world.id, "rates", [], rates, by="a test")


def test_they_count_where_clockify_has_none_and_that_is_said(house: House, page: AppTest) -> None:
    before = figures(page)["Amount"]
    assert SAID not in texts(page)
    write_rates(house)
    settle(page.run())
    # 1:30 at 85.00 in the workspace's currency; Atlas has Clockify's rate, and keeps it.
    assert is_sound(page)
    assert (before, figures(page)["Amount"]) == ("€350", "€478")
    assert f"€127.50 {SAID}" in texts(page)
    page.query_params["rounding"] = "up-30"
    assert f"€127.50 {SAID}" in texts(settle(page.run()))
    page.query_params |= {"rounding": "exact", "projects": next(one.id for one in house.world.projects.values() if one.name == "Atlas")}
    assert SAID not in texts(settle(page.run()))


@pytest.mark.parametrize("terms", [{"sees_money": False}, {"people": frozenset({"nobody"})}])
def test_nobody_else_hears_of_it(
    house: House, page: AppTest, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, terms: dict[str, object]
) -> None:
    write_rates(house)
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", **terms))  # type: ignore[arg-type]
    other = settle(app_of(house.front, studio.KEY).run())
    assert SAID not in texts(other)
    assert "127.50" not in texts(other)
    settle(go_to(other, "billable"))
    assert SAID not in texts(other)
