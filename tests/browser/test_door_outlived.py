"""A tab that was left open takes no file and runs no command once the sign-in that it was drawn for has ended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from clockify.demo import World
from tests.support.guarded import ACCESS, Guarded, guarded_app
from tests.support.nightly import at_night
from tests.support.studio import KEY, studio
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tab, Tabs

# More rows than a page of the list has, and what stands in the last of them.
ROWS, LAST = 1500, "the very first task of the month"


def busy_studio() -> World:
    """The studio, after a November of many short tasks."""
    world = studio()
    ana = next(one for one in world.users.values() if one.name == "Ana Kovač")
    start = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(ROWS):
        begin = start + timedelta(minutes=10 * number)
        world.add_entry(ana, begin, begin + timedelta(minutes=5), description=f"task {number}" if number else LAST)
    return world


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Guarded]:
    with guarded_app(tmp_path_factory.mktemp("outlived"), ACCESS, busy_studio()) as guarded:
        yield guarded


@pytest.fixture
def ada(guarded: Guarded, tab: Tabs) -> Iterator[Tab]:
    """Ada's browser, signed in; afterwards the rules are as they were."""
    visitor = tab()
    guarded.sign_in(visitor, "ada")
    yield visitor
    guarded.allow(ACCESS)


def sign_out_elsewhere(guarded: Guarded, other: Tab) -> None:
    other.open(f"{guarded.app.url}/settings")
    other.press("Sign out")
    other.page.wait_for_url(f"{guarded.provider.url}/**")


def expire(guarded: Guarded, other: Tab) -> None:
    guarded.allow(f"{ACCESS}\nmax_hours = 0.0001")  # a third of a second, and signing in took longer


def remove(guarded: Guarded, other: Tab) -> None:
    guarded.allow('allowed_emails = ["grace@example.com"]')


# How a sign-in ends, and what the door says of that.
ENDS = pytest.mark.parametrize(
    ("end", "title"),
    [
        (sign_out_elsewhere, "Clockify dashboard"),
        at_night(expire, "Clockify dashboard", id="expire"),
        at_night(remove, "No access", id="remove"),
    ],
)


def is_file(url: str) -> bool:
    path = urlsplit(url).path
    return path.startswith("/media/") and not path.endswith(".png")


def files_of(visitor: Tab) -> list[str]:
    """Return what is taken away from now on: files that were saved, and requests for any (pictures are the app's own sign)."""
    taken: list[str] = []
    visitor.page.on("download", lambda file: taken.append(file.suggested_filename))
    visitor.page.on("request", lambda request: taken.append(request.url) if is_file(request.url) else None)
    return taken


def come_to_rest(guarded: Guarded, visitor: Tab) -> None:
    """Wait until what a command set off has been asked for, answered and drawn."""
    seen = -1
    while seen != len(guarded.front.exchanges):
        seen = len(guarded.front.exchanges)
        visitor.page.wait_for_timeout(1500)
    visitor.settle()


def shown(visitor: Tab, title: str) -> None:
    """The door stands there, without a reload."""
    visitor.page.get_by_role("heading", name=title, level=1, exact=True).wait_for(timeout=WAIT)
    visitor.settle()
    visitor.assert_outside(title)


@ENDS
def test_the_open_tab_takes_no_file_and_shows_the_door(
    guarded: Guarded, ada: Tab, tab: Tabs, end: Callable[[Guarded, Tab], None], title: str
) -> None:
    ada.open(f"{guarded.app.url}/detailed?{WHOLE_NOVEMBER}")
    csv = ada.page.locator(".st-key-download-entries-csv button")
    with ada.page.expect_download() as coming:
        csv.click(timeout=WAIT)
    assert b"Borealis" in coming.value.path().read_bytes()

    end(guarded, tab(beside=ada))
    taken = files_of(ada)
    ada.received.clear()
    csv.click()
    shown(ada, title)
    assert taken == []
    assert "NotAdmitted" in guarded.app.log
    assert KEY not in guarded.app.log


@pytest.mark.parametrize(
    ("path", "command", "end", "title"),
    [
        at_night(f"?{WHOLE_NOVEMBER}", "refresh", sign_out_elsewhere, "Clockify dashboard", id="refresh-sign_out"),
        at_night(f"?{WHOLE_NOVEMBER}", "refresh", expire, "Clockify dashboard", id="refresh-expire"),
        (f"?{WHOLE_NOVEMBER}", "refresh", remove, "No access"),
        at_night("settings", "read-again", sign_out_elsewhere, "Clockify dashboard", id="read-again-sign_out"),
        at_night("settings", "read-again", expire, "Clockify dashboard", id="read-again-expire"),
        at_night("settings", "read-again", remove, "No access", id="read-again-remove"),
    ],
)
def test_the_open_tab_runs_no_command(
    guarded: Guarded, ada: Tab, tab: Tabs, path: str, command: str, end: Callable[[Guarded, Tab], None], title: str
) -> None:
    ada.open(f"{guarded.app.url}/{path}")
    button = ada.page.locator(f".st-key-{command}").get_by_role("button")
    asked = guarded.front.exchanges
    asked.clear()
    button.click(timeout=WAIT)
    come_to_rest(guarded, ada)
    assert asked  # one who is in does ask

    end(guarded, tab(beside=ada))
    asked.clear()
    ada.received.clear()
    button.click()
    shown(ada, title)
    assert asked == []


def turn_to_the_last_page(visitor: Tab) -> None:
    numbers = visitor.page.locator(".st-key-list-page button").get_by_text(re.compile(r"^\d+$"))
    numbers.last.click(timeout=WAIT)


def was_sent(visitor: Tab, text: str) -> bool:
    return text.encode() in b"".join(visitor.received)


@pytest.mark.nightly
def test_the_open_tab_is_sent_no_other_page_of_a_long_list(guarded: Guarded, ada: Tab, tab: Tabs) -> None:
    grace = tab()
    guarded.sign_in(grace, "grace")
    for visitor in (ada, grace):
        visitor.open(f"{guarded.app.url}/detailed?{WHOLE_NOVEMBER}")
        visitor.page.locator(".st-key-entries-table table").wait_for(timeout=WAIT)
        assert was_sent(visitor, f"task {ROWS - 1}")
        assert not was_sent(visitor, LAST)
    remove(guarded, ada)
    ada.received.clear()
    for visitor in (ada, grace):
        turn_to_the_last_page(visitor)
    shown(ada, "No access")
    assert not was_sent(ada, LAST)
    while not was_sent(grace, LAST):  # or the test's time is up
        grace.page.wait_for_timeout(50)
    assert grace.title == "Detailed"


@pytest.mark.nightly
def test_who_is_still_in_goes_on_beside_one_who_is_not(guarded: Guarded, ada: Tab, tab: Tabs) -> None:
    grace = tab()
    guarded.sign_in(grace, "grace")
    for visitor in (ada, grace):
        visitor.open(f"{guarded.app.url}/detailed?{WHOLE_NOVEMBER}")
    remove(guarded, ada)
    taken = files_of(ada)
    ada.received.clear()
    ada.page.locator(".st-key-download-entries-json button").click(timeout=WAIT)
    shown(ada, "No access")
    with grace.page.expect_download() as coming:
        grace.page.locator(".st-key-download-entries-json button").click()
    assert b"Borealis" in coming.value.path().read_bytes()
    assert grace.title == "Detailed"
    assert taken == []
