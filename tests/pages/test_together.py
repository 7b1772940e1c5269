"""Several sessions and processes at once, and what people chose when something fails in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from clockify.demo import World
from clockify.desk import commands
from clockify.periods import Month
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.databases import Place
from tests.support.house import House
from tests.support.looks import buttons, figures, is_sound, settle, texts, wait_for
from tests.support.mirrors import mirror_of

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
LIMIT_SECONDS = 20.0


# Several at once


def test_two_sessions_on_a_cold_month_cause_one_read(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    house = housed()
    with house.front.hold("detailed"):
        first = app_of(house.front, studio.KEY).run()
        second = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
        for page in (first, second):
            assert is_sound(page)
            assert "Reading 2 months" in texts(page)
    assert figures(settle(first)) == figures(second.run()) == studio.NOVEMBER
    assert house.front.count("detailed") == 2
    assert house.front.count("user") == 1


def test_another_process_that_reads_the_month_is_waited_for(
    housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 0)
    house = housed()
    november, october = Month(2026, 11), Month(2026, 10)
    place = Place(f"sqlite:///{tmp_path / 'app.sqlite'}", tmp_path)
    with mirror_of(house.front, place, key=studio.KEY, clock=house.clock) as other, house.front.hold("detailed") as gate:
        opening = other.mirror.open_months([november, october])
        wait_for(lambda: house.front.count("detailed") == 2)
        page = app_of(house.front, studio.KEY).run()
        assert is_sound(page)
        assert "Reading 2 months" in texts(page)
        gate.set()
        assert other.mirror.wait(opening, LIMIT_SECONDS)
        assert figures(settle(page)) == studio.NOVEMBER
    assert house.front.count("detailed") == 2


# What people chose survives a fault


def test_filters_survive_a_fault(housed: Housed, app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    ben = next(one.id for one in house.world.users.values() if one.name == "Ben Okafor")
    page = app_of(house.front, studio.KEY).run()
    page.multiselect(key="people").set_value(["Ben Okafor"])
    page.selectbox(key="period").set_value("This quarter").run()
    assert figures(page)["Tracked"] == "4.5 h"
    for part in tmp_path.glob("app.sqlite*"):
        part.write_bytes(b"nothing that SQLite ever wrote" * 1000)
    page.run()
    assert figures(page) == {}
    buttons(page)["Retry"].click().run()
    assert figures(page)["Tracked"] == "4.5 h"
    assert {name: "".join(value) for name, value in page.query_params.items()} == {"period": "this-quarter", "people": ben}


def test_a_workspace_that_cannot_be_read_stays_chosen(housed: Housed, app_of: AppOf) -> None:
    second = World.empty(name="Second", zone="UTC", seed=7)
    zoe = second.add_user("Zoe", "zoe@example.test", role="OWNER")
    second.add_key(studio.KEY, zoe)
    second.add_entry(zoe, studio.NOON - timedelta(hours=5), studio.NOON, billable=False)
    house = housed(others=[second])
    page = app_of(house.front, studio.KEY).run()
    house.front.fail("projects", "500", when=lambda asked: second.id in asked.path)
    page.sidebar.selectbox(key="workspace").set_value("Second").run()
    assert figures(page) == {}
    assert "Clockify failed on its side" in texts(page)
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert figures(page)["Tracked"] == "5.0 h"
    assert page.sidebar.selectbox(key="workspace").value == second.id


def test_rows_that_are_damaged_are_read_again(housed: Housed, app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    with sqlite3.connect(tmp_path / "app.sqlite") as database:
        database.execute("UPDATE mirror_months SET entries = x'00' WHERE month = '2026-11'")
    database.close()
    read = house.front.count("detailed")
    page.selectbox(key="group-by").set_value("Tag").run()
    assert is_sound(page)
    assert figures(page) == studio.NOVEMBER
    assert "Untagged" in page.table[-1].value.to_string()
    assert house.front.count("detailed") == read + 1
