"""Every fault at every endpoint, on a cold app and on one with data: what is said, shown, kept and never shown."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from clockify.app.cards import charts, overview
from clockify.app.shell import resources
from clockify.demo import create_app, serve
from clockify.desk import desk
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.faults import ENDPOINTS, FAULTS, Front
from tests.support.house import House
from tests.support.looks import buttons, figures, is_sound, notices, settle
from tests.support.nightly import by_turns
from tests.support.promises import check_secrecy, check_words, is_quiet

AppOf = Callable[..., AppTest]
# Months as small as these are checked by reading them again; of summaries that fail see test_mirror_sums.
ASKED = [one for one in ENDPOINTS if one != "summary"]
# Entries stand on every page, so whatever happens to them is tried each time.
EACH = pytest.mark.parametrize(("endpoint", "kind"), by_turns(ASKED, list(FAULTS), 1, always=["detailed"]))


OWN = {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.4 h"}
OWN_LATER = {"Tracked": "5.5 h", "Billable": "5.5 h", "Amount": "–", "Average per day": "0.5 h"}


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with serve(create_app(studio.studio())) as server, Front(server) as found:
        yield found


@pytest.fixture
def only_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out of the overview what draws the same frame as the cards, and takes most of a run."""
    for cards, name in ((charts, "draw_bars"), (charts, "draw_share"), (overview, "draw_summary")):
        monkeypatch.setattr(cards, name, lambda _: None)


@pytest.fixture
def house(front: Front, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[House]:
    caplog.set_level(logging.DEBUG)
    clock = studio.Clock()
    monkeypatch.setattr(resources, "now", clock)
    monkeypatch.setattr(desk, "Clockify", front.connect)
    front.behind.app.state.demo.source = world = studio.studio()
    yield House(world, front, clock)
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


def key_for(endpoint: str) -> str:
    """Return the key whose road leads by an endpoint."""
    return studio.MEMBER if endpoint == "time-entries" else studio.KEY


def try_again(page: AppTest, house: House) -> AppTest:
    """Press what the page offers, or come back later where nothing is offered."""
    house.front.heal()
    for label in buttons(page).keys() & {"Retry", "Check again"}:
        return buttons(page)[label].click().run()
    house.clock.pass_by(seconds=61)
    return settle(page.run())


@EACH
@pytest.mark.usefixtures("only_cards")
def test_cold(house: House, app_of: AppOf, caplog: pytest.LogCaptureFixture, tmp_path: Path, endpoint: str, kind: str) -> None:
    key = key_for(endpoint)
    true = OWN if key == studio.MEMBER else studio.NOVEMBER
    house.front.fail(endpoint, kind)
    page = app_of(house.front, key).run()
    assert is_sound(page)
    shown = is_quiet(endpoint, kind) or (endpoint, kind) == ("detailed", "403")
    assert figures(page) == (true if shown else {})
    check_words(page, endpoint, kind)
    check_secrecy(page, house, tmp_path, caplog.text, key)
    try_again(page, house)
    assert is_sound(page)
    assert figures(page) == true


@EACH
@pytest.mark.usefixtures("only_cards")
def test_warm(
    house: House,
    app_of: AppOf,
    filled: Callable[[str, Path], None],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    endpoint: str,
    kind: str,
) -> None:
    key = key_for(endpoint)
    before, later = (OWN, OWN_LATER) if key == studio.MEMBER else (studio.NOVEMBER, studio.NOVEMBER_LATER)
    filled(key, tmp_path / "app.sqlite")
    house.front.exchanges.clear()
    studio.log_one_hour_more(house.world)
    house.clock.pass_by(hours=2)
    house.front.fail(endpoint, kind)
    page = settle(app_of(house.front, key).run())
    assert is_sound(page)
    # What reports brought stays when they are refused, too: lists would bring less.
    is_old = endpoint in ("time-entries", "detailed")
    assert figures(page) == (before if is_old else later)
    if is_old:
        assert "2 h ago" in "\n".join(notices(page))
    check_words(page, endpoint, kind)
    check_secrecy(page, house, tmp_path, caplog.text, key)
    try_again(page, house)
    assert is_sound(page)
    assert figures(page) == later
