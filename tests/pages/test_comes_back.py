"""What failed comes back by itself while somebody looks: nothing is clicked here but what a test is about.

AppTest has no ticks: a run of the page stands for the fragment's, which runs the page. The ticks are in `tests/browser`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from clockify import engines
from clockify.app.shell import resources
from clockify.errors import StoreError
from clockify.mirror.months import Months
from tests.pages.conftest import SCRIPT
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, figures, is_sound, notices, settle, texts
from tests.support.nightly import at_night

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]

# The first rest is 5 s, give or take a fifth; the second 10 s.
FIRST, SECOND = 6.1, 12.1
AT = re.compile(r"Trying again at 13:00:0[4-6]\.")
IN = re.compile(r"Trying again in [4-6] s\.")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock for writing, as a process that hangs would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose patience with a busy database soon, though not so soon that threads of the app which write at once do among themselves."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.5)


def reloaded() -> AppTest:
    """A new browser session of the same process."""
    return AppTest.from_file(str(SCRIPT), default_timeout=60)


# Clockify


@pytest.mark.parametrize("endpoint", ["detailed", "user", "projects", "in-progress"])
def test_what_clockify_failed_to_answer_is_asked_again(housed: Housed, app_of: AppOf, endpoint: str) -> None:
    house = housed()
    house.front.fail(endpoint, "500")
    page = app_of(house.front, studio.KEY).run()
    assert is_sound(page)
    assert "Clockify failed on its side" in "\n".join(notices(page))
    assert "Retry" in buttons(page)
    assert (IN if endpoint == "user" else AT).search(texts(page)), "where no account is known, no zone is"
    asked = len(house.front.exchanges)
    house.clock.pass_by(seconds=3)
    page.run()
    assert len(house.front.exchanges) == asked, "it rests"
    house.front.heal()
    house.clock.pass_by(seconds=FIRST - 3)
    settle(page.run())
    assert is_sound(page)
    assert figures(page) == studio.NOVEMBER
    assert not notices(page)
    assert "Trying again" not in texts(page)


def test_rests_grow_and_are_said(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "500")
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(seconds=FIRST)
    settle(page.run())
    asked = len(house.front.exchanges)
    # 6.1 s and 8 to 12 more.
    assert re.search(r"Trying again at 13:00:1[4-8]\.", texts(page))
    house.clock.pass_by(seconds=7)
    page.run()
    assert len(house.front.exchanges) == asked
    house.front.heal()
    house.clock.pass_by(seconds=SECOND - 7)
    assert figures(settle(page.run())) == studio.NOVEMBER


def test_what_is_tried_again_and_fails_again_is_watched(housed: Housed, app_of: AppOf) -> None:
    """The lists are no months: nothing else on the page would tell that they failed once more."""
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=2)
    house.front.fail("projects", "500")
    settle(page.run())
    assert "Names and timers can't be read again" in "\n".join(notices(page))
    house.clock.pass_by(seconds=FIRST)
    with house.front.hold("projects"):
        page.run()
        assert "Trying again now …" in texts(page)
    settle(page)
    assert "Names and timers can't be read again" in "\n".join(notices(page))
    assert re.search(r"Trying again at 15:00:\d\d\.", texts(page))
    house.front.heal()
    house.clock.pass_by(seconds=SECOND)
    page.run()
    assert not notices(settle(page))


def test_a_refresh_that_failed_is_tried_again_though_no_age_asks_for_it(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    studio.log_one_hour_more(house.world)
    house.clock.pass_by(minutes=1)
    house.front.fail("detailed", "500")
    buttons(page)["Refresh"].click().run()
    assert figures(page) == studio.NOVEMBER
    assert "Clockify failed on its side" in "\n".join(notices(page))
    house.front.heal()
    house.clock.pass_by(seconds=FIRST)
    settle(page.run())
    assert figures(page) == studio.NOVEMBER_LATER
    assert not notices(page)


@pytest.mark.parametrize("endpoint", ["detailed", at_night("user"), "projects"])
def test_a_reload_tries_at_once(housed: Housed, app_of: AppOf, endpoint: str) -> None:
    house = housed()
    house.front.fail(endpoint, "500")
    assert notices(app_of(house.front, studio.KEY).run())
    house.front.heal()
    house.clock.pass_by(seconds=1)
    page = reloaded().run()
    assert figures(page) == studio.NOVEMBER
    assert not notices(page)


@pytest.mark.parametrize("endpoint", ["detailed", at_night("user"), "projects"])
def test_what_trying_cannot_mend_is_tried_when_somebody_asks_and_not_before(housed: Housed, app_of: AppOf, endpoint: str) -> None:
    house = housed()
    house.front.fail(endpoint, "401")
    page = app_of(house.front, studio.KEY).run()
    asked = len(house.front.exchanges)
    assert "Clockify doesn't know this API key" in "\n".join(notices(page))
    for look in (page, page, reloaded()):
        house.clock.pass_by(seconds=70)
        settle(look.run())
        assert len(house.front.exchanges) == asked
        assert "Trying again" not in texts(look)
    house.front.heal()
    assert "Retry" not in buttons(look)
    buttons(look)["Check again"].click().run()
    assert figures(settle(look)) == studio.NOVEMBER
    assert not notices(look)


def test_a_reload_does_not_hurry_what_waits_for_requests(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    house.front.fail("detailed", "429 with Retry-After")
    assert notices(app_of(house.front, studio.KEY).run())
    asked = house.front.count("detailed")
    house.front.heal()
    house.clock.pass_by(seconds=1)
    page = settle(reloaded().run())
    assert house.front.count("detailed") == asked
    assert "Clockify takes no more requests for now" in "\n".join(notices(page))
    house.clock.pass_by(minutes=10)
    settle(page.run())
    assert figures(page) == studio.NOVEMBER


@pytest.mark.parametrize("endpoint", ["user", "projects"])
def test_settings_comes_back_too(housed: Housed, app_of: AppOf, endpoint: str) -> None:
    house = housed()
    house.front.fail(endpoint, "dropped")
    page = app_of(house.front, studio.KEY).run()
    page.switch_page("pages/settings.py").run()
    assert (IN if endpoint == "user" else AT).search(texts(page))
    house.front.heal()
    house.clock.pass_by(seconds=FIRST)
    settle(page.run())
    assert is_sound(page)
    assert not notices(page)
    assert "Tiny studio" in texts(page)


# The database


@pytest.mark.usefixtures("hasty")
def test_a_locked_database_keeps_a_new_session_waiting_and_no_longer(housed: Housed, app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    assert figures(app_of(house.front, studio.KEY).run()) == studio.NOVEMBER
    page = reloaded()
    with locked(tmp_path / "app.sqlite"):
        page.run()
        assert is_sound(page)
        (said,) = notices(page)
        assert "The local copy can't be read or written." in said
        assert "it is tried again by itself" in said
        assert "reload" not in said
        assert IN.search(texts(page))
        house.clock.pass_by(seconds=FIRST)
        page.run()
        assert re.search(r"Trying again in ([89]|1[0-2]) s\.", texts(page)), "twice as long"
    house.clock.pass_by(seconds=SECOND)
    assert figures(page.run()) == studio.NOVEMBER
    assert not notices(page)


@pytest.mark.usefixtures("hasty")
def test_a_database_that_is_locked_while_months_are_checked(housed: Housed, app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    assert figures(page) == studio.NOVEMBER
    house.clock.pass_by(minutes=10)
    studio.log_one_hour_more(house.world)
    with locked(tmp_path / "app.sqlite"):
        settle(page.run())
        assert is_sound(page)
        assert figures(page) == studio.NOVEMBER
        assert "The local copy can't be read or written." in "\n".join(notices(page))
    house.clock.pass_by(seconds=FIRST)
    settle(page.run())
    assert figures(page) == studio.NOVEMBER_LATER
    assert not notices(page)


def test_a_folder_that_cannot_be_used_and_then_can(housed: Housed, app_of: AppOf, tmp_path: Path) -> None:
    house = housed()
    (tmp_path / "away").write_text("no folder")
    page = app_of(house.front, studio.KEY, DATABASE_URL=f"sqlite:///{tmp_path / 'away' / 'app.sqlite'}").run()
    assert is_sound(page)
    assert IN.search(texts(page))
    (tmp_path / "away").unlink()
    house.clock.pass_by(seconds=FIRST)
    assert figures(page.run()) == studio.NOVEMBER
    assert not notices(page)


def test_a_full_disk_that_gets_room_again(housed: Housed, app_of: AppOf) -> None:
    house, pages = housed(), {"most": 1_000_000}
    page = app_of(house.front, studio.KEY).run()
    engine = resources.desk().store._database._engine

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages['most']}")

    sa.event.listen(engine, "checkout", limit)
    # As many pages as there are: SQLite allows no fewer, and gives no other.
    pages["most"] = 1
    page.query_params |= {"period": "custom", "from": "2026-01-01", "to": "2026-11-30"}
    settle(page.run())
    assert is_sound(page)
    assert "The local copy can't be read or written." in "\n".join(notices(page))
    assert not [label for label in figures(page) if label == "Tracked"], "a part is no total"
    pages["most"] = 1_000_000
    house.clock.pass_by(seconds=FIRST)
    settle(page.run())
    # 7 h of November, 4 of October, 1 of September.
    assert figures(page)["Tracked"] == "12.0 h"
    assert not notices(page)


def test_a_store_that_fails_in_the_middle_of_a_page(housed: Housed, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()

    def away(*_: object) -> None:
        raise StoreError("The local copy can't be read or written.")

    with monkeypatch.context() as patch:
        patch.setattr(Months, "states", away)
        page.run()
        assert is_sound(page)
        assert not figures(page)
        assert IN.search(texts(page))
        assert "Retry" in buttons(page)
    house.clock.pass_by(seconds=FIRST)
    assert figures(page.run()) == studio.NOVEMBER
    assert "Trying again" not in texts(page)
    with monkeypatch.context() as patch:
        patch.setattr(Months, "states", away)
        house.clock.pass_by(minutes=2)
        page.run()
        assert IN.search(texts(page)), "another fault, another time: the first rest again"
