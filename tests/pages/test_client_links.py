"""Client report's card of links, in the tiny studio: made once, listed, revoked, and for nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.desk.sharing import shared_by
from clockify.desk.viewer import Viewer
from clockify.links import Link
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, go_to, is_sound, notices, settle, texts

AppOf = Callable[..., AppTest]
PUBLIC = "https://dashboard.example.com"


@pytest.fixture
def house(housed: Callable[..., House]) -> House:
    return housed()


def client_named(house: House, name: str) -> str:
    return next(one.id for one in house.world.clients.values() if one.name == name)


def opened(house: House, app_of: AppOf, *, served: bool = True, **params: str) -> AppTest:
    page = app_of(house.front, studio.KEY, CLOCKIFY_PUBLIC_URL=PUBLIC)
    resources.desk().serves_links = served
    page.query_params |= {"clients": client_named(house, "Acme")} | params
    return settle(go_to(page.run(), "client"))


def address(page: AppTest) -> str:
    (found,) = [one.value for one in page.code]
    return str(found)


def link_of(page: AppTest) -> Link:
    found = resources.desk().links(demo=False).open(address(page).rpartition("/")[2])
    assert found
    return found


def test_a_link_is_made_shown_once_listed_and_revoked(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of, period="last-month")
    assert "It will show hours of all projects, with amounts, tasks, what is left and retainers, until 18 Dec 2026." in texts(page)
    buttons(page)["Make a link"].click().run()
    assert is_sound(page) and re.fullmatch(rf"{PUBLIC}/c/[\w-]{{43}}", address(page))
    token, link = address(page).rpartition("/")[2], link_of(page)
    shared = shared_by(resources.desk(), link)
    assert shared and shared.report().report.totals.seconds == 4 * 3600, "October's Atlas"
    assert "Last month, whenever it is opened · until 18 Dec 2026" in texts(page) and "never opened" in texts(page)
    assert "can't be shown again" in notices(page)[0]
    resources.desk().links(demo=False).count(link, "a reader")
    buttons(page)["Done"].click().run()
    assert token not in everything(page) and "opened once, 13:00" in texts(page) and "made by You, 13:00" in texts(page)
    buttons(page)["Revoke"].click().run()
    assert resources.desk().links(demo=False).open(token) is None
    assert "Revoke" not in buttons(page) and "revoked 13:00 by You" in texts(page)


def test_days_can_stay_as_they_are_and_switches_and_notes_go_with_it(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of, period="last-month")
    page.toggle(key=f"show-people-{client_named(house, 'Acme')}").set_value(True).run()
    page.text_area[0].set_value("Thank you").run()
    page.selectbox(key="link-days").select_index(1).run()
    page.selectbox(key="link-lasting").select("a week").run()
    assert "and the notes above, until 25 Nov 2026" in texts(page)
    buttons(page)["Make a link"].click().run()
    terms = link_of(page).terms
    assert terms.days and terms.days.label() == "1–31 Oct 2026" and terms.notes == "Thank you" and "people" in terms.shown
    assert "1–31 Oct 2026 · until 25 Nov 2026" in texts(page)


def test_a_new_link_is_forgotten_with_the_client(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of)
    buttons(page)["Make a link"].click().run()
    token = address(page).rpartition("/")[2]
    page.selectbox(key="client-of").select(client_named(house, "Blue")).run()
    assert token not in everything(page) and not page.code and "Revoke" not in buttons(page)
    page.selectbox(key="client-of").select(client_named(house, "Acme")).run()
    assert token not in everything(page) and "Revoke" in buttons(page)


def test_where_nothing_serves_links_it_says_what_does(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of, served=False)
    assert "python -m clockify" in texts(page) and "Make a link" not in buttons(page)


@pytest.mark.parametrize("viewer", [Viewer("Ben", sees_cost=False), Viewer("Ben", sees_money=False), Viewer("You", looks_as="Ben")])
def test_who_may_not_share_has_no_card(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, viewer: Viewer) -> None:
    monkeypatch.setattr(door, "admit", lambda _: replace(viewer))
    page = opened(house, app_of)
    assert "Share by a link" not in texts(page) and "Make a link" not in buttons(page)
    go_to(page, "settings")
    assert "Links of clients' reports" not in texts(page)


def test_settings_lists_every_clients_links(house: House, app_of: AppOf) -> None:
    page = opened(house, app_of)
    buttons(page)["Make a link"].click().run()
    go_to(page, "settings")
    assert "Acme · This month, whenever it is opened" in texts(page)
    buttons(page)["Revoke"].click().run()
    assert "revoked 13:00 by You" in texts(page) and "Revoke" not in buttons(page)
