"""Every fault at every endpoint, on a cold app and on one with data: what is said, shown, kept and never shown."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.app import overview, resources
from clockify.demo import World, create_app, serve
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.faults import ENDPOINTS, FAULTS, Front
from tests.support.looks import buttons, everything, figures, is_sound, notices, settle

AppOf = Callable[..., AppTest]


@dataclass(frozen=True)
class Says:
    """What a page must say of a fault: what happened, what to do, and whether trying again can help."""

    happened: str
    advice: str
    retry: bool


SAYS = {
    "401": Says("Clockify doesn't know this API key", "Copy the key again from Clockify", False),
    "403": Says("This API key may not see that", "Ask a workspace admin for the right", False),
    "404": Says("Clockify has no such thing in this workspace", "Check CLOCKIFY_WORKSPACE_ID", False),
    "429": Says("Clockify takes no more requests for now", "Wait", True),
    "429 with Retry-After": Says("Clockify takes no more requests for now. The next request is free in 10 minutes", "Wait", True),
    "500": Says("Clockify failed on its side (status 500)", "Try again in a few minutes", True),
    "timeout": Says("Clockify did not answer within", "Check the network connection, then try again", True),
    "dropped": Says("The connection to Clockify failed or was dropped", "Check the network connection, then try again", True),
    "cut JSON": Says("it is cut off or isn't JSON", "Try again", True),
    "cut off": Says("Clockify's reply was cut off on the way", "Check the network connection, then try again", True),
    "redirect": Says("The address of the API leads elsewhere; the key was not sent there", "Check CLOCKIFY_API_URL", False),
}
REFUSABLE = ("users", "projects", "tags", "in-progress")

OWN = {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.3 h"}
OWN_LATER = {"Tracked": "5.5 h", "Billable": "5.5 h", "Amount": "–", "Average per day": "0.4 h"}


@dataclass
class House:
    """One studio behind one front, a clock, and an app that was led to it."""

    world: World
    front: Front
    clock: studio.Clock
    database: Path

    def key(self, endpoint: str) -> str:
        """Return the key whose road leads by an endpoint."""
        return studio.MEMBER if endpoint == "time-entries" else studio.KEY


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with serve(create_app(studio.studio())) as server, Front(server) as found:
        yield found


@pytest.fixture
def only_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out of the overview what draws the same frame as the cards, and takes most of a run."""
    for name in ("draw_bars", "draw_share", "draw_summary"):
        monkeypatch.setattr(overview, name, lambda _: None)


@pytest.fixture
def house(front: Front, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[House]:
    caplog.set_level(logging.DEBUG)
    clock = studio.Clock()
    monkeypatch.setattr(resources, "now", clock)
    monkeypatch.setattr(resources, "Clockify", front.connect)
    # The real one is slow on purpose; `test_states.py` uses it.
    monkeypatch.setattr(resources, "fingerprint_of", lambda key, salt: sha256(key.reveal().encode() + salt).hexdigest()[:48])
    front.behind.app.state.demo.source = world = studio.studio()
    yield House(world, front, clock, tmp_path / "app.sqlite")
    front.reset()


@pytest.fixture(scope="module")
def filled(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], None]:
    """Databases as a first visit leaves them, by key; made once, copied for each test."""
    made: dict[str, Path] = {}

    def fill(key: str, database: Path) -> None:
        if key not in made:
            made[key] = tmp_path_factory.mktemp("filled") / "app.sqlite"
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environment(front, key, made[key]).items():
                    patch.setenv(name, value)
                assert figures(AppTest.from_file(str(SCRIPT), default_timeout=60).run())
                st.cache_resource.clear()
        with sqlite3.connect(made[key]) as source, sqlite3.connect(database) as target:
            source.backup(target)
        source.close()
        target.close()

    return fill


def environment(front: Front, key: str, database: Path) -> dict[str, str]:
    addresses = {"CLOCKIFY_API_URL": front.api_url, "CLOCKIFY_REPORTS_URL": front.reports_url}
    return addresses | {"CLOCKIFY_API_KEY": key, "DATABASE_URL": f"sqlite:///{database}", "CLOCKIFY_OPEN": "1"}


def is_quiet(endpoint: str, kind: str) -> bool:
    """Is there another road to the same figures, so that nothing needs to be said?"""
    return kind == "403" and endpoint in (*REFUSABLE, "summary")


def check_words(page: AppTest, endpoint: str, kind: str) -> None:
    says = SAYS[kind]
    said = "\n".join(notices(page))
    if is_quiet(endpoint, kind):
        assert not notices(page, "error", "warning")
    elif (endpoint, kind) == ("detailed", "403"):
        assert "Clockify refuses reports to this key" in said
        assert "verifies the sums" in said
    else:
        assert says.happened in said
        assert says.advice in said
        assert ("Retry" in buttons(page)) is says.retry


def check_secrecy(page: AppTest, house: House, caplog: pytest.LogCaptureFixture, key: str) -> None:
    assert any(one.key == key for one in house.front.exchanges), "nothing was sent, so nothing is proven"
    assert not house.front.elsewhere, "somebody followed a redirect"
    # The part of it that no encoding changes.
    inner = key[key.index("0815") :]
    stored = b"".join(one.read_bytes() for one in house.database.parent.glob("app.sqlite*"))
    assert stored
    assert inner.encode() not in stored
    for place in (everything(page), caplog.text, *(one.path for one in house.front.exchanges)):
        assert inner not in place


def try_again(page: AppTest, house: House) -> AppTest:
    """Press Retry, or come back later where none is offered."""
    house.front.heal()
    if "Retry" in buttons(page):
        return buttons(page)["Retry"].click().run()
    house.clock.pass_by(seconds=61)
    return settle(page.run())


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one != "summary"])
@pytest.mark.usefixtures("only_cards")
def test_cold(house: House, app_of: AppOf, caplog: pytest.LogCaptureFixture, endpoint: str, kind: str) -> None:
    key = house.key(endpoint)
    true = OWN if key == studio.MEMBER else studio.NOVEMBER
    house.front.fail(endpoint, kind)
    page = app_of(house.front, key).run()
    assert is_sound(page)
    shown = is_quiet(endpoint, kind) or (endpoint, kind) == ("detailed", "403")
    assert figures(page) == (true if shown else {})
    check_words(page, endpoint, kind)
    check_secrecy(page, house, caplog, key)
    try_again(page, house)
    assert is_sound(page)
    assert figures(page) == true


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.usefixtures("only_cards")
def test_warm(
    house: House, app_of: AppOf, filled: Callable[[str, Path], None], caplog: pytest.LogCaptureFixture, endpoint: str, kind: str
) -> None:
    key = house.key(endpoint)
    before, later = (OWN, OWN_LATER) if key == studio.MEMBER else (studio.NOVEMBER, studio.NOVEMBER_LATER)
    filled(key, house.database)
    house.front.exchanges.clear()
    studio.log_one_hour_more(house.world)
    house.clock.pass_by(hours=2)
    house.front.fail(endpoint, kind)
    page = settle(app_of(house.front, key).run())
    assert is_sound(page)
    is_old = endpoint == "time-entries" or (endpoint in ("detailed", "summary") and kind != "403")
    assert figures(page) == (before if is_old else later)
    if is_old:
        assert "2 h ago" in "\n".join(notices(page))
    check_words(page, endpoint, kind)
    check_secrecy(page, house, caplog, key)
    try_again(page, house)
    assert is_sound(page)
    assert figures(page) == later


@pytest.mark.parametrize("kind", FAULTS)
def test_settings_stays_usable_when_nothing_can_be_read(house: House, app_of: AppOf, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    house.front.fail("user", kind)
    page = app_of(house.front, studio.KEY).run()
    page.switch_page("pages/settings.py").run()
    assert is_sound(page)
    check_words(page, "user", kind)
    check_secrecy(page, house, caplog, studio.KEY)
    assert [field.label for field in page.text_input] == ["Clockify API key"]


@pytest.mark.parametrize("endpoint", ["user", "projects"])
def test_settings_says_what_is_out_of_date(house: House, app_of: AppOf, filled: Callable[[str, Path], None], endpoint: str) -> None:
    filled(studio.KEY, house.database)
    house.clock.pass_by(hours=2)
    house.front.fail(endpoint, "500")
    page = settle(app_of(house.front, studio.KEY).run())
    page.switch_page("pages/settings.py").run()
    assert is_sound(page)
    (said,) = notices(page)
    assert "may be out of date. Clockify failed on its side" in said
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert not notices(settle(page))


@pytest.mark.parametrize("kind", ["500", "timeout", "401", "redirect"])
@pytest.mark.parametrize("endpoint", ["summary", "in-progress"])
def test_refresh_of_fresh_data_that_fails_is_said(house: House, app_of: AppOf, endpoint: str, kind: str) -> None:
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    assert not notices(page)
    house.clock.pass_by(minutes=1)
    house.front.fail(endpoint, kind)
    buttons(page)["Refresh"].click().run()
    assert is_sound(page)
    assert figures(page) == studio.NOVEMBER
    check_words(page, endpoint, kind)
    studio.log_one_hour_more(house.world)
    house.front.heal()
    house.clock.pass_by(minutes=1)
    buttons(page)["Retry" if SAYS[kind].retry else "Refresh"].click().run()
    assert figures(page) == (studio.NOVEMBER_LATER if endpoint == "summary" or kind in ("401", "redirect") else studio.NOVEMBER)
    assert not notices(page)


def test_figures_without_a_month_are_never_called_a_total(house: House, app_of: AppOf) -> None:
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-11")
    page = app_of(house.front, studio.KEY)
    page.query_params["period"] = "this-quarter"
    page.run()
    assert is_sound(page)
    # October's four hours alone, on its 22 working days.
    assert figures(page) == {
        "Tracked, 2 of 3 months": "4.0 h",
        "Billable, 2 of 3 months": "4.0 h",
        "Amount, 2 of 3 months": "€400",
        "Average per day, 2 of 3 months": "0.2 h",
    }
    said = "\n".join(notices(page))
    assert "November 2026 can't be read. Clockify failed on its side (status 500)" in said
    assert "Not a total: the figures below are without November 2026." in said
    (file,) = page.get("download_button")
    assert file.proto.disabled
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert figures(page)["Tracked"] == "11.0 h"
    assert not notices(page)


def test_a_failed_comparison_leaves_the_figures_and_compares_nothing(house: House, app_of: AppOf) -> None:
    house.front.fail("detailed", "500", when=lambda asked: asked.month == "2026-10")
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    assert {metric.delta for metric in page.metric} == {""}
    assert "October 2026 can't be read." in "\n".join(notices(page))
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert page.metric[0].delta == "75%"


@pytest.mark.parametrize("path", ["pages/overview.py", "pages/billable.py"])
def test_old_data_is_whole_on_every_page(
    house: House, app_of: AppOf, filled: Callable[[str, Path], None], caplog: pytest.LogCaptureFixture, path: str
) -> None:
    filled(studio.KEY, house.database)
    house.clock.pass_by(hours=2)
    studio.log_one_hour_more(house.world)
    house.front.fail("detailed", "500")
    page = settle(app_of(house.front, studio.KEY).run())
    page.switch_page(path).run()
    assert is_sound(page)
    assert "last checked 2 h ago" in "\n".join(notices(page))
    check_secrecy(page, house, caplog, studio.KEY)
    before = everything(page)
    assert "350.00" in before
    assert "450.00" not in before
    house.front.heal()
    buttons(page)["Retry"].click().run()
    assert not notices(page)
    assert "450.00" in everything(page)
    assert "350.00" not in everything(page)


def test_a_store_that_fails_in_the_middle_is_said_and_recovers(house: House, app_of: AppOf) -> None:
    page = app_of(house.front, studio.KEY).run()
    for part in house.database.parent.glob("app.sqlite*"):
        part.write_bytes(b"nothing that SQLite ever wrote" * 1000)
    page.run()
    assert is_sound(page)
    assert not figures(page)
    (said,) = notices(page)
    assert "The local copy was damaged and has been set aside" in said
    assert "Retry" in buttons(page)
    buttons(page)["Retry"].click().run()
    assert figures(page) == studio.NOVEMBER
    assert not notices(page)
