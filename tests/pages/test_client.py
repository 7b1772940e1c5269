"""Client report as a page: whose it is, what is on its paper and what isn't, in the tiny studio."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from clockify.app.cards import client_paper
from clockify.app.cards.client import switch_key
from clockify.app.shell import door
from clockify.clients import ClientRule, Direction, Pack
from clockify.desk.viewer import Viewer
from clockify.plans import Cycle, Plan
from clockify.render import client
from clockify.reports.client import Shown
from tests.support import studio
from tests.support.hostile import hostile_world
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, settle, texts
from tests.support.nightly import at_night
from tests.support.outlines import outline
from tests.support.planned import HOUR, person_named, project_named, write_down
from tests.support.shown import displayed
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the files are called that were offered last."""
    found: dict[str, str] = {}
    draw = st.download_button

    def noted(*args: Any, **terms: Any) -> Any:
        found[terms["key"]] = terms["file_name"]
        return draw(*args, **terms)

    monkeypatch.setattr(st, "download_button", noted)
    return found


def client_named(house: House, name: str) -> str:
    return next(one.id for one in house.world.clients.values() if one.name == name)


def opened(house: House, app_of: AppOf, client: str = "Acme", **params: str) -> AppTest:
    page = app_of(house.front, studio.KEY)
    page.query_params |= {"clients": client_named(house, client)} | params
    return settle(go_to(page.run(), "client"))


def switch(page: AppTest, house: House, name: str, client: str = "Acme") -> Any:
    return page.toggle(key=switch_key(name, client_named(house, client)))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(leaf.extract_text().split()) for leaf in PdfReader(io.BytesIO(pdf)).pages)


def figured(page: AppTest) -> dict[str, str]:
    """Return the cards as they read."""
    return {label.replace("\\", ""): value.replace("\\", "") for label, value in figures(page).items()}


def sent(page: AppTest) -> str:
    """Return all that was sent to the browser, without the signs before Markdown's own."""
    return everything(page).replace("\\", "")


def cells(page: AppTest, table: int, column: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", cell).strip("\xa0") for cell in displayed(page.table[table], column)]


def test_the_studio_by_hand(house: House, app_of: AppOf, taken: Taken, names: dict[str, str]) -> None:
    """Ana 2:00 and Ben 1:30 on Atlas at 100 EUR: 3.5 h and 350 EUR, all billable."""
    page = opened(house, app_of)
    assert is_sound(page)
    assert figured(page) == {"Hours": "3.50", "Billable": "3.50", "Amount": "€350.00"}
    assert page.header[0].value == "Acme"
    assert "1–30 Nov 2026 · all projects" in texts(page)
    assert "The client does not see people, rates, descriptions, tags, days and entries." in texts(page)
    assert cells(page, 1, "Project and task") == ["Atlas", "Total"]
    assert cells(page, 1, "Amount") == ["€350.00", "€350.00"]
    assert "Hours by week" in texts(page) and "2.00" not in sent(page), "a day's hours, and days aren't shown"
    files = taken.files()
    assert {"client-pdf": "time-report-acme-2026-11.pdf", "client-html": "time-report-acme-2026-11.html"}.items() <= names.items()
    assert "Acme 1–30 Nov 2026 · all projects Hours 3.50" in text_of(files["client-pdf"])
    assert b"<h1><bdi>Acme</bdi></h1>" in files["client-html"]


def test_without_a_client_the_largest_are_offered_and_a_click_shows_one(house: House, app_of: AppOf) -> None:
    page = settle(go_to(app_of(house.front, studio.KEY).run(), "client"))
    assert not page.metric and "Choose a client above" in texts(page)
    assert [label for label in buttons(page) if " · " in label] == ["Acme · 3.50 h", "Blue · 3.00 h"]
    settle(buttons(page)["Blue · 3.00 h"].click().run())
    assert figured(page)["Amount"] == "$240.00"
    assert client_named(house, "Blue") in str(page.query_params["clients"])
    page.selectbox(key="client-of").select(client_named(house, "Acme")).run()
    assert figured(page)["Amount"] == "€350.00"


def test_what_is_switched_for_one_client_is_not_for_another_and_stays_his(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of)
    switch(page, house, "people").set_value(True).run()
    assert "By person" in texts(page)
    page.selectbox(key="client-of").select(client_named(house, "Blue")).run()
    assert not switch(page, house, "people", "Blue").value and "By person" not in texts(page)
    page.selectbox(key="client-of").select(client_named(house, "Acme")).run()
    assert switch(page, house, "people").value and "By person" in texts(page)


def test_the_sidebar_offers_his_projects_alone(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of)
    assert page.multiselect(key="projects").options == ["Atlas"]
    assert [one.key for one in page.multiselect] == ["projects"]
    page.multiselect(key="projects").select(project_named(house.world, "Atlas").id).run()
    assert figured(page)["Hours"] == "3.50" and "1–30 Nov 2026 · Atlas" in texts(page)
    assert "Borealis" not in sent(page) and "Blue" in sent(page), "other clients can be chosen"


def test_two_clients_are_none(house: House, app_of: AppOf) -> None:
    page = app_of(house.front, studio.KEY)
    page.query_params["clients"] = [client_named(house, one) for one in ("Acme", "Blue")]
    settle(go_to(page.run(), "client"))
    assert not page.metric and "Choose a client above" in texts(page)


def test_people_billable_and_rounding_of_other_pages_change_nothing(house: House, app_of: AppOf) -> None:
    ben = person_named(house.world, "Ben Okafor")
    page = opened(house, app_of, people=ben, billable="no", rounding="up-30")
    assert figured(page)["Hours"] == "3.50"
    assert ben in str(page.query_params["people"]), "they are in force again on the next page"
    assert "Ben" not in sent(page)


def test_whose_timer_runs_is_not_said_where_a_client_may_look_on(house: House, app_of: AppOf) -> None:
    ben = house.world.users[person_named(house.world, "Ben Okafor")]
    house.world.add_running(ben, studio.NOON - timedelta(hours=2), project=project_named(house.world, "Atlas"), description="Secret")
    page = app_of(house.front, studio.KEY)
    page.query_params["clients"] = client_named(house, "Acme")
    assert "Ben Okafor" in texts(settle(page.run()))
    settle(go_to(page, "client"))
    assert "Ben Okafor" not in sent(page) and "Secret" not in sent(page) and figured(page)["Hours"] == "3.50"


def test_a_client_without_time_has_a_paper_that_says_so(house: House, app_of: AppOf, taken: Taken) -> None:
    page = opened(house, app_of, "Blue", period="last-month")
    assert is_sound(page) and figured(page)["Hours"] == "0.00" and "of hours" not in texts(page)
    assert "No time in these days." in texts(page)
    assert "No time in these days." in text_of(taken.files()["client-pdf"])


def test_the_clients_rule_rounds_and_says_by_how_much(house: House, app_of: AppOf, taken: Taken) -> None:
    """Up to half an hour: 2:00 and 1:30 stay; a quarter of an hour more is 30 min charged: +15 min, +25 EUR."""
    ana, start = house.world.users[person_named(house.world, "Ana Kovač")], datetime(2026, 11, 4, 9, tzinfo=UTC)
    house.world.add_entry(ana, start, start + timedelta(minutes=15), project=project_named(house.world, "Atlas"))
    page = app_of(house.front, studio.KEY)
    write_down(house.world, "client_rules", ClientRule(client_named(house, "Acme"), Direction.UP, 30))
    page.query_params["clients"] = client_named(house, "Acme")
    settle(go_to(page.run(), "client"))
    assert figured(page) == {"Hours": "4.00", "Billable": "4.00", "Amount": "€400.00"}
    assert "3.75 tracked" in texts(page)
    assert "Rounded up to 30 min per entry: +15 min, +€25.00" in texts(page)
    assert "Hours are rounded up to 30 min per entry." in texts(page)
    switch(page, house, "amounts").set_value(False).run()
    assert "Rounded up to 30 min per entry: +15 min\n" in texts(page)
    assert "Rounded up to 30 min per entry: +15 min" in taken.files()["client-html"].decode()


def test_a_pack_and_a_retainer_are_on_it_if_switched_on(house: House, app_of: AppOf) -> None:
    """Of 10 h since October Atlas used 4 and 3.5."""
    page = app_of(house.front, studio.KEY)
    atlas = project_named(house.world, "Atlas").id
    first = studio.NOON.date().replace(month=10, day=1)
    write_down(house.world, "packs", Pack(first, client_id=client_named(house, "Acme"), seconds=10 * HOUR, last=first.replace(month=12)))
    write_down(house.world, "plans", Plan(atlas, seconds=5 * HOUR, cycle=Cycle.MONTH, first=first))
    page.query_params["clients"] = client_named(house, "Acme")
    settle(go_to(page.run(), "client"))
    assert is_sound(page)
    assert [one.value.replace("\\", "") for one in page.subheader] == ["2.50 h left"]
    assert "7.50 of 10.00 h used · 75%" in texts(page) and "o be used by 1 Dec" in texts(page)
    assert cells(page, 2, "Used") == ["3.50\xa0h", "4.00\xa0h"]
    switch(page, house, "left").set_value(False).run()
    switch(page, house, "cycles").set_value(False).run()
    assert "left" not in texts(page).replace("what is left", "") and len(page.table) == 2


def test_a_long_list_of_entries_is_cut_on_the_page_and_whole_in_the_file(
    house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_paper, "ROWS_SHOWN", 1)
    page = app_of(house.front, studio.KEY)
    page.query_params["clients"] = client_named(house, "Acme")
    page.session_state[switch_key("entries", client_named(house, "Acme"))] = True
    settle(go_to(page.run(), "client"))
    assert [len(table.value) for table in page.table] == [1, 1, 1] and "1 row more in the files." in texts(page)
    assert "Mon 2 Nov Atlas 2.00 Tue 3 Nov Atlas 1.50" in text_of(taken.files()["client-pdf"])
    monkeypatch.setattr(client, "MOST_ENTRIES", 1)
    page.run()
    assert len(page.table) == 2 and "2 entries are too many to be listed here: at most 1 are." in texts(page)


def test_notes_are_those_of_a_client_and_a_period_and_in_the_files(house: House, app_of: AppOf, taken: Taken) -> None:
    page = opened(house, app_of)
    before = dict(page.query_params)
    page.text_area[0].set_value("First *line*\nSecond").run()
    assert r"First \*line\*" in [one.value for one in page.markdown]
    assert dict(page.query_params) == before
    taken.offered.clear()
    page.run()
    files = taken.files()
    assert "Notes First *line* Second" in text_of(files["client-pdf"])
    assert "First *line*\nSecond" in files["client-html"].decode()
    page.selectbox(key="client-of").select(client_named(house, "Blue")).run()
    assert "First" not in sent(page) and not page.text_area[0].value
    page.selectbox(key="client-of").select(client_named(house, "Acme")).run()
    assert page.text_area[0].value == "First *line*\nSecond"


def test_who_sees_some_peoples_time_gets_no_report(house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    ben = person_named(house.world, "Ben Okafor")
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=frozenset({ben}), sees_money=True))
    page = app_of(house.front, studio.KEY)
    page.query_params["clients"] = client_named(house, "Acme")
    page.run()
    taken.offered.clear()
    settle(go_to(page, "client"))
    assert "there is none here" in notices(page)[0]
    assert not page.metric and not page.table and taken.files() == {}
    assert "3.50" not in sent(page) and "1.50" not in sent(page)


def test_without_money_there_is_none_whatever_is_switched_on(
    house: House, app_of: AppOf, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", people=None, sees_money=False))
    page = app_of(house.front, studio.KEY)
    write_down(house.world, "packs", Pack(studio.NOON.date(), client_id=client_named(house, "Acme"), cents=777_00, currency="EUR"))
    page.query_params["clients"] = client_named(house, "Acme")
    for one in fields(Shown):
        page.session_state[switch_key(one.name, client_named(house, "Acme"))] = True
    settle(go_to(page.run(), "client"))
    assert is_sound(page) and list(figured(page)) == ["Hours", "Billable"]
    assert switch(page, house, "amounts").disabled and switch(page, house, "rates").disabled
    money = re.compile(r"€|EUR|350|777|(?<![\d.])100\.00|Amount\b(?!s)")
    assert not money.search(texts(page))
    files = taken.files()
    assert not money.search(text_of(files["client-pdf"])) and "€" not in files["client-html"].decode()


def test_part_of_a_period_is_no_total_and_makes_no_file(housed: Housed, app_of: AppOf, taken: Taken) -> None:
    house = housed(plan="STANDARD_2021", requests_per_hour=300)
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = opened(house, app_of, period="this-quarter")
    assert is_sound(page)
    assert figured(page)["Hours, in part"] == "3.50"
    assert cells(page, 1, "Project and task") == ["Atlas", "Sum without October 2026"]
    assert "Not a total: without October 2026." in texts(page)
    assert taken.files() == {} and {file.proto.disabled for file in page.get("download_button")} == {True}
    house.front.heal()
    settle(buttons(page)["Retry"].click().run())
    assert figured(page)["Hours"] == "7.50"


# What each switch lets through of the studio, to be searched for in all that the browser is sent.
SECRETS = {"people": "Ana Kov", "descriptions": "Unspoken words", "tags": "Unspoken tag", "tasks": "Unspoken task"}


@pytest.mark.parametrize(
    "off", [*SECRETS, "amounts", *(at_night(f"{one} {other}") for one in SECRETS for other in (*SECRETS, "amounts", "entries"))]
)
def test_the_browser_is_sent_nothing_that_is_hidden(house: House, app_of: AppOf, off: str) -> None:
    world, atlas = house.world, project_named(house.world, "Atlas")
    task, tag, start = world.add_task(atlas, "Unspoken task"), world.add_tag("Unspoken tag"), datetime(2026, 11, 4, 9, tzinfo=UTC)
    ana = world.users[person_named(world, "Ana Kovač")]
    world.add_entry(ana, start, start + timedelta(minutes=73), project=atlas, task=task, tags=[tag], description="Unspoken words")
    page = app_of(house.front, studio.KEY)
    page.query_params["clients"] = client_named(house, "Acme")
    for one in fields(Shown):
        page.session_state[switch_key(one.name, client_named(house, "Acme"))] = one.name not in off.split()
    settle(go_to(page.run(), "client"))
    assert is_sound(page)
    told = sent(page)
    for name, secret in SECRETS.items():
        shown = Shown(**{one.name: one.name not in off.split() for one in fields(Shown)}).in_force()
        assert (secret in told) is getattr(shown, name), name
    # 73 minutes at 100 EUR are 121.67, and all of November 471.67.
    assert ("471.67" in told) is ("amounts" not in off)
    assert ("121.67" in told) is ("amounts" not in off)


def test_names_that_mean_harm_are_text(app_of: AppOf, served: Callable[..., Any], taken: Taken) -> None:
    hostile = hostile_world(datetime.now(UTC).date(), "http://hostile.test")
    (entry, *_) = hostile.world.entries
    project = hostile.world.projects[str(entry.project_id)]
    page = app_of(served(hostile.world))
    page.query_params |= {"clients": str(project.client_id), "period": "this-year"}
    for one in fields(Shown):
        page.session_state[switch_key(one.name, str(project.client_id))] = True
    settle(go_to(page.run(), "client"))
    assert is_sound(page) and page.table
    page.text_area[0].set_value("<script>alert(1)</script>").run()
    taken.offered.clear()
    page.run()
    files = taken.files()
    told = outline(files["client-html"].decode())
    assert told.tags.isdisjoint({"script", "iframe", "object", "embed", "form", "link", "base", "a"})
    assert not told.handlers and told.addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<script>alert(1)</script>" in told.text, "it is there, as text"
    assert len(PdfReader(io.BytesIO(files["client-pdf"])).pages) > 0
