"""Two processes behind the proxy that the repository describes, on one PostgreSQL, in real browsers over https."""

from __future__ import annotations

import json
import signal
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import psycopg
import pytest
import requests

from clockify.demo import RunningServer, create_app, serve
from tests.bench.clients import Answer, Viewer
from tests.conftest import keyed, unavailable
from tests.support.browsing import expect
from tests.support.databases import Cluster, start_cluster
from tests.support.faults import Front
from tests.support.guarded import ACCESS, PEOPLE
from tests.support.hosting import NAMES, STICKY, Hosted, find_proxy, hosted, trusting
from tests.support.oidc import Provider
from tests.support.pictures import png
from tests.support.studio import KEY, studio
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tab
from tests.support.telling import Listener

Tabs = Callable[..., Tab]
# What November has, of which this is told.
STUDIO_MINUTES = 7 * 60
TOKEN = "Ht2vXq8LmZ4rBn7kWc1yPd6sGf3jTa9e"


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
def house(
    proxy: None, chromium: Any, server: RunningServer, database: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosted]:
    folder = tmp_path_factory.mktemp("hosted")
    settings = settings_of(server, folder) | {"CLOCKIFY_WEBHOOK_TOKENS": TOKEN}
    with hosted(folder, database.new_database(), settings) as running:
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


def test_what_a_webhook_tells_one_process_shows_at_both(house: Hosted, server: RunningServer, tab: Tabs) -> None:
    visitors, listener, world = at_each(house, tab), Listener(server), server.world
    for visitor in visitors.values():
        visitor.assert_inside()
    (entry,) = [one for one in world.entries if one.seconds == 90 * 60]
    before = len(server.requests)
    for seconds, tracked in ((150 * 60, "8.0 h"), (90 * 60, "7.0 h")):
        world.edit_entry(entry.id, seconds=seconds)
        tell(house, "p1", listener.told())
        for visitor in visitors.values():
            card = visitor.page.get_by_test_id("stMetric").filter(has_text="Tracked")
            card.filter(has_text=tracked).first.wait_for(timeout=WAIT)
    assert [path for _, path in server.requests[before:] if path.endswith(("detailed", "summary"))] == []


def tell(house: Hosted, name: str, told: list[tuple[str, dict[str, Any]]]) -> None:
    """Send what webhooks tell to one of the processes."""
    for event, body in told:
        headers = {"clockify-signature": TOKEN, "clockify-webhook-event-type": event}
        reply = requests.post(f"http://localhost:{house.processes[name].port}/webhooks/clockify", json=body, headers=headers, timeout=20)
        assert (reply.status_code, reply.json()) == (200, {"outcome": "taken"})


def test_who_was_at_a_process_that_is_killed_comes_back_at_the_other(house: Hosted, tab: Tabs) -> None:
    visitors = at_each(house, tab)
    for visitor in visitors.values():
        visitor.assert_inside()
    lost, stays = visitors["p1"], visitors["p2"]
    lost.page.evaluate("window.before = true")
    house.processes["p1"].end(signal.SIGKILL)
    try:
        # The page takes a moment to see that it is alone.
        wait_until(lambda: process_of(lost) == "p2")
        lost.page.locator("[data-test-connection-state=CONNECTED]").wait_for(timeout=WAIT)
        lost.settle()
        lost.assert_inside()
        assert process_of(stays) == "p2"
        assert lost.page.evaluate("window.before") is True, "the page was not loaded anew"
        lost.page.get_by_test_id("stSidebarNavLink").filter(has_text="Weekly").click()
        expect(lost.page.get_by_role("heading", level=1)).to_have_text("Weekly", timeout=WAIT)
        # Drawn by the other one.
        lost.page.get_by_test_id("stSidebarNavLink").filter(has_text="Overview").click()
        lost.assert_inside()
    finally:
        house.processes["p1"].start()
        house.processes["p1"].wait()


# What follows takes its time: at night.


@pytest.mark.nightly
def test_nothing_is_missed_of_what_is_told_while_people_click(house: Hosted, server: RunningServer, tab: Tabs) -> None:
    """At any moment of a page's being drawn, to either process."""
    visitors, listener, world, dice = at_each(house, tab), Listener(server), server.world, Random(7)
    for visitor in visitors.values():
        visitor.assert_inside()
    (entry,) = [one for one in world.entries if one.seconds == 90 * 60]
    for minutes in (*(dice.randrange(6, 300, 6) for _ in range(60)), 90):
        away = [visitor for visitor in visitors.values() if dice.random() < 0.4]
        for visitor in away:
            to(visitor, "Weekly")
            visitor.page.wait_for_timeout(dice.random() * 1500)
        world.edit_entry(entry.id, seconds=minutes * 60)
        tell(house, dice.choice(NAMES), listener.told())
        for visitor in visitors.values():
            if visitor in away or dice.random() < 0.4:
                visitor.page.wait_for_timeout(dice.random() * 1500)
                to(visitor, "Overview")
            card = visitor.page.get_by_test_id("stMetric").filter(has_text="Tracked")
            card.filter(has_text=f"{(STUDIO_MINUTES - 90 + minutes) / 60:.1f} h").first.wait_for(timeout=WAIT)


def to(visitor: Tab, page: str) -> None:
    visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text=page).click()


@pytest.mark.nightly
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


@pytest.mark.nightly
def test_a_file_that_is_given_arrives_and_everybody_sees_it(house: Hosted, tab: Tabs) -> None:
    visitors = at_each(house, tab, "settings")
    for number, visitor in enumerate(visitors.values(), 1):
        # Who looked before the last one saved would be told that somebody else changed it.
        visitor.open(f"{house.url}/settings")
        picture = {"name": "logo.png", "mimeType": "image/png", "buffer": png(number, 2)}
        visitor.page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files([picture], timeout=WAIT)
        visitor.page.get_by_role("img", name="The logo").wait_for(timeout=WAIT)
        visitor.page.locator(".st-key-branding-save button").click()
        visitor.page.get_by_text("Saved.").wait_for(timeout=WAIT)
    for visitor in visitors.values():
        visitor.open(f"{house.url}/settings")
        shown = visitor.page.get_by_role("img", name="The logo").get_attribute("src", timeout=WAIT)
        assert shown == f"data:image/png;base64,{b64encode(png(2, 2)).decode()}"


@pytest.mark.nightly
def test_a_database_that_is_restarted_under_load_is_told_of_and_loses_nothing(
    house: Hosted, server: RunningServer, database: Cluster, tab: Tabs
) -> None:
    visitors = at_each(house, tab)
    for visitor in visitors.values():
        visitor.assert_inside()
    asked = len([path for _, path in server.requests if path.endswith("detailed")])
    with crowd(house, 6) as answers:
        wait_until(lambda: len(answers) > 12)
        database.break_off()
        for visitor in visitors.values():
            visitor.page.get_by_text("Billable", exact=True).first.click()
            told = visitor.page.get_by_text("The local copy can't be used")
            visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text="Overview").click()
            told.first.wait_for(timeout=WAIT)
            assert visitor.page.get_by_text("Traceback").count() == 0
        during = len(answers)
        wait_until(lambda: len(answers) > during + 6)
        database.start()
        for visitor in visitors.values():
            # Nobody clicks.
            expect(visitor.page.get_by_text("The local copy can't be used")).to_have_count(0, timeout=90_000)
            visitor.assert_inside()
        after = len(answers)
        wait_until(lambda: len(answers) > after + 12)
    assert len([path for _, path in server.requests if path.endswith("detailed")]) == asked, "nothing was read twice"
    assert not [name for name, one in house.processes.items() if "Traceback" in one.log]


@contextmanager
def crowd(house: Hosted, size: int) -> Iterator[list[Answer]]:
    """Let so many click without a pause that matters; whatever one of them meets is raised at the end."""
    answers: list[Answer] = []
    done = Event()

    def click() -> None:
        with Viewer(house.url, tls=trusting()) as viewer:
            while not done.wait(0.5):
                for state in ("yes", "no"):
                    answers.append(viewer.show(f"{WHOLE_NOVEMBER}&billable={state}"))

    with ThreadPoolExecutor(size) as pool:
        clicking = [pool.submit(click) for _ in range(size)]
        try:
            yield answers
        finally:
            done.set()
        for one in clicking:
            one.result(60)


def wait_until(holds: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.nightly
def test_who_signed_in_at_one_process_is_known_at_the_other(
    proxy: None, server: RunningServer, database: Cluster, tab: Tabs, tmp_path: Path
) -> None:
    with Provider(PEOPLE) as provider:
        secrets = provider.secrets(ACCESS).replace("http://localhost:{port}", "{url}")
        with hosted(tmp_path, database.new_database(), settings_of(server, tmp_path), secrets=secrets) as house:
            visitor = tab()
            visitor.open(f"{house.url}/?{WHOLE_NOVEMBER}")
            visitor.assert_outside("Clockify dashboard")
            visitor.press("Sign in")
            visitor.page.wait_for_url(f"{provider.url}/**")
            visitor.press("ada")
            visitor.page.wait_for_url(f"{house.url}/**")
            visitor.settle()
            first = process_of(visitor)
            visitor.open(f"{house.url}/?{WHOLE_NOVEMBER}")
            visitor.assert_inside()
            house.processes[first].end(signal.SIGKILL)
            for _ in range(2):
                visitor.open(f"{house.url}/?{WHOLE_NOVEMBER}")
                visitor.assert_inside()
            assert process_of(visitor) != first


@pytest.mark.nightly
def test_a_process_that_is_killed_while_it_reads_is_followed_by_the_other(
    proxy: None, chromium: Any, database: Cluster, tab: Tabs, tmp_path: Path
) -> None:
    """Who looks through the other one sees the month, without a click, soon after."""
    address = database.new_database()
    with serve(create_app(studio())) as server, Front(server) as front:
        front.fail("detailed", "timeout")
        with hosted(tmp_path, address, keyed(front, tmp_path, KEY)) as house:  # type: ignore[arg-type]
            visitors = at_each(house, tab)
            for visitor in visitors.values():
                visitor.page.get_by_text("Reading").first.wait_for(timeout=WAIT)
            (reader,) = [name for name, one in house.processes.items() if one.pid == reader_of(address, "2026-11")]
            house.processes[reader].end(signal.SIGKILL)
            front.heal()
            for visitor in visitors.values():
                visitor.assert_inside()
            assert reader not in {process_of(visitor) for visitor in visitors.values()}


def reader_of(address: str, month: str) -> int:
    """Return which process reads a month, by the lease that it holds."""
    with psycopg.connect(address) as connection:
        (holder,) = connection.execute("SELECT holder FROM mirror_leases WHERE name LIKE %s", [f"{month}:%"]).fetchone() or ("",)
    return int(holder.split("|")[1])
