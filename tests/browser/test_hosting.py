"""Two processes behind the proxy that the repository describes, on one PostgreSQL, in real browsers over https."""

from __future__ import annotations

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from clockify.demo import RunningServer, create_app, serve
from tests.conftest import keyed, unavailable
from tests.support.browsing import expect
from tests.support.databases import Cluster, start_cluster
from tests.support.hosting import NAMES, STICKY, Hosted, find_proxy, hosted, trusting
from tests.support.studio import KEY, studio
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tab

Tabs = Callable[..., Tab]


@pytest.fixture(scope="module")
def proxy() -> None:
    if find_proxy() is None:
        unavailable("proxy", "no HAProxy found (Debian: apt-get install haproxy)")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with serve(create_app(studio())) as running:
        yield running


@pytest.fixture(scope="module")
def database() -> Iterator[Cluster]:
    """A server of its own, since it is restarted."""
    found = start_cluster()
    if isinstance(found, str):
        unavailable("postgres", found)
    else:
        yield found
        found.stop()


def settings_of(server: RunningServer, folder: Path) -> dict[str, str]:
    return keyed(server, folder, KEY)


@pytest.fixture(scope="module")
def house(proxy: None, chromium: Any, server: RunningServer, database: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    folder = tmp_path_factory.mktemp("hosted")
    with hosted(folder, database.new_database(), settings_of(server, folder)) as running:
        yield running


@pytest.fixture
def tab(chromium: Any) -> Iterator[Tabs]:
    with ExitStack() as stack:

        def make(beside: Tab | None = None) -> Tab:
            context = beside.page.context if beside else chromium.new_context(ignore_https_errors=True, locale="en-GB")
            if beside is None:
                stack.callback(context.close)
            return Tab(context.new_page())

        yield make


def process_of(tab: Tab) -> str:
    """Return at which process a browser is."""
    (cookie,) = [one for one in tab.page.context.cookies() if one["name"] == STICKY]
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    return str(cookie["value"])


def at_each(house: Hosted, tab: Tabs, path: str = f"?{WHOLE_NOVEMBER}") -> dict[str, Tab]:
    """Open a browser at each process, both before either page is drawn."""
    found: dict[str, Tab] = {}
    for _ in range(8):
        visitor = tab()
        visitor.page.goto(f"{house.url}/{path}", wait_until="commit")
        found.setdefault(process_of(visitor), visitor)
        if len(found) == len(NAMES):
            return found
    raise AssertionError(f"everybody is sent to {list(found)}")


def test_one_process_reads_a_month_and_the_other_uses_it(house: Hosted, server: RunningServer, tab: Tabs) -> None:
    before = len(server.requests)
    for visitor in at_each(house, tab).values():
        visitor.assert_inside()
    reports = [path for _, path in server.requests[before:] if path.endswith("detailed")]
    # November, and October beside it.
    assert len(reports) == 2


def test_a_browser_stays_at_its_process_and_takes_files_there(house: Hosted, tab: Tabs) -> None:
    for name, visitor in at_each(house, tab).items():
        visitor.assert_inside()
        for beside in (visitor, tab(visitor)):
            beside.open(f"{house.url}/detailed?{WHOLE_NOVEMBER}")
            assert process_of(beside) == name
            with beside.page.expect_download(timeout=WAIT) as coming:
                beside.page.locator(".st-key-download-entries-json button").click()
            taken = json.loads(coming.value.path().read_bytes())
            assert len(taken["entries"]) == 4


def test_who_was_at_a_process_that_is_killed_comes_back_at_the_other(house: Hosted, tab: Tabs) -> None:
    visitors = at_each(house, tab)
    for visitor in visitors.values():
        visitor.assert_inside()
    lost, stays = visitors["p1"], visitors["p2"]
    lost.page.evaluate("window.before = true")
    house.processes["p1"].end(signal.SIGKILL)
    try:
        lost.page.locator("[data-test-connection-state=CONNECTED]").wait_for(timeout=WAIT)
        lost.settle()
        lost.assert_inside()
        assert process_of(lost) == process_of(stays) == "p2"
        assert lost.page.evaluate("window.before") is True, "the page was not loaded anew"
        lost.page.get_by_test_id("stSidebarNavLink").filter(has_text="Weekly").click()
        expect(lost.page.get_by_role("heading", level=1)).to_have_text("Weekly", timeout=WAIT)
    finally:
        house.processes["p1"].start()
        house.processes["p1"].wait()
