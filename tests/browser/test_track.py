"""Time is logged without a mouse; what is typed is read while it is, and stays; the overview follows at no request for a read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from clockify.demo import World, create_app, serve
from clockify.demo.entities import Entry
from tests.conftest import keyed
from tests.support.browsing import Sight, expect
from tests.support.faults import Front
from tests.support.servers import AppServer

MOST_TABS = 90
# A change reads the one entry before it is sent; who has a timer running is read again each minute that somebody looks.
NO_READS = {"create", "update", "delete", "stop", "entry", "in-progress"}
# Its field, where there is one, else what it has.
INSIDE = """key => {
  const host = document.querySelector(`.st-key-${key}`), field = host?.querySelector("input:not([type=checkbox])");
  return field ? document.activeElement === field : Boolean(host?.contains(document.activeElement));
}"""

IN_A_MENU = "() => Boolean(document.activeElement?.closest('[role=menu]'))"
# Streamlit's menus (react-aria's) take the keys over when no transition on the page is under way, and where a browser is very
# slow it may miss the end of one: then it waits for ever.
AT_ONCE = "* { transition: none !important }"


@dataclass
class Hands:
    """Somebody at the keyboard, and nowhere else."""

    sight: Sight
    front: Front
    world: World

    def press(self, *keys: str) -> None:
        for key in keys:
            self.sight.page.keyboard.press(key)
            self.sight.page.wait_for_timeout(60)

    def type(self, text: str, *keys: str) -> None:
        self.sight.page.keyboard.type(text)
        self.sight.page.wait_for_timeout(400)
        self.press(*keys)
        self.sight.settled()

    def go_to(self, key: str) -> None:
        """Press Tab until the focus is inside."""
        for _ in range(MOST_TABS):
            self.sight.page.keyboard.press("Tab")
            if self.sight.page.evaluate(INSIDE, key):
                return
        raise AssertionError(f"no Tab leads to {key}")

    def use(self, key: str, *keys: str) -> None:
        self.go_to(key)
        self.press(*(keys or ("Enter",)))
        self.sight.settled()

    def choose(self, entry: Entry, what: str) -> None:
        """Open an entry's menu, and go down it to what is wanted."""
        self.use(f"more-{entry.id}")
        self.sight.page.wait_for_function(IN_A_MENU)
        for _ in range(MOST_TABS):
            self.press("ArrowDown")
            if what in self.sight.page.evaluate("() => document.activeElement.innerText").split("\n"):
                break
        self.press("Enter")
        self.sight.settled()

    def last(self, words: str) -> None:
        expect(self.sight.under("track-last")).to_contain_text(words)

    def entry(self, name: str) -> Entry:
        return next(one for one in (*self.world.entries, *self.world.running) if one.description == name)


@pytest.fixture(scope="module")
def hands(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    folder = tmp_path_factory.mktemp("track")
    world = World.empty(name="Studio")
    world.add_user("Ana Kovač", role="OWNER")
    today = datetime.combine(datetime.now(world.zone).date(), time(), world.zone)
    world.add_entry(world.add_user("Ben Okafor", role="MEMBER"), today, today + timedelta(hours=1), description="Backups")
    for name in ("Atlas", "Borealis"):
        world.add_project(name, world.add_client("Acme" if name == "Atlas" else "Blue", "EUR"), rate=10_000)
    with (
        serve(create_app(world)) as behind,
        Front(behind) as front,
        AppServer(
            folder, "", keyed(behind, folder) | {"CLOCKIFY_API_URL": front.api_url, "CLOCKIFY_REPORTS_URL": front.reports_url}
        ) as app,
        Sight(chromium, app.url) as sight,
    ):
        sight.open("/")
        expect(sight.figure("kpi-tracked")).to_have_text("1.0 h")
        sight.open("/track")
        sight.page.add_style_tag(content=AT_ONCE)
        # Whoever listens to the keys offers words, too: from then on they are heard.
        expect(sight.page.locator("datalist#words-track-description")).to_have_count(1)
        sight.settled()
        yield Hands(sight, front, world)


def test_a_day_at_the_keyboard(hands: Hands) -> None:
    sight, page = hands.sight, hands.sight.page
    hands.front.exchanges.clear()
    hands.press("n")
    page.wait_for_function(INSIDE, arg="track-project")
    hands.type("Bor", "Enter")
    hands.go_to("track-description")
    hands.type("Sketches", "Tab")
    hands.go_to("track-duration")
    hands.type("0:3")
    expect(sight.under("track-form")).to_contain_text("did you mean 0:03 or 0:30?")
    hands.type("0")
    expect(sight.under("track-form")).to_contain_text("= 30 min · 09:00–09:30")
    hands.use("track-save")
    hands.last("Logged Sketches 0:30")
    assert hands.entry("Sketches").seconds == 30 * 60

    hands.press("s")
    expect(sight.under("timer-stop")).to_have_count(1)
    page.wait_for_timeout(1100)
    hands.press("s")
    expect(sight.under("timer-start")).to_have_count(1)
    hands.last("Stopped")

    hands.choose(hands.entry("Sketches"), "Edit")
    hands.go_to("track-description")
    hands.type("Sketches, second round", "Escape")
    hands.use("track-save")
    hands.last("Changed Sketches, second round 0:30")
    entry = hands.entry("Sketches, second round")

    hands.choose(entry, "Copy to another day")
    hands.use("entry-yes")
    hands.last("Logged Sketches, second round 0:30")
    assert len(hands.world.entries) == 4

    hands.choose(entry, "Delete")
    hands.use("entry-yes")
    hands.last("Deleted Sketches, second round 0:30")
    assert len(hands.world.entries) == 3
    hands.use("track-undo")
    hands.last("Logged Sketches, second round 0:30")
    assert len(hands.world.entries) == 4

    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('a[href]') && document.activeElement.innerText.includes('Overview')"):
            break
    hands.press("Enter")
    sight.settled()
    month, zone = datetime.now(hands.world.zone).month, hands.world.zone  # a copy may be of tomorrow, and so of the next one
    tracked = sum(one.seconds for one in hands.world.entries if datetime.fromtimestamp(one.start, zone).month == month) / 3600
    expect(sight.figure("kpi-tracked")).to_have_text(f"{tracked:.1f} h")
    assert {one.endpoint for one in hands.front.exchanges} <= NO_READS
    assert sight.foreign == []
    assert sight.complaints == []


def test_keys_are_letters_where_somebody_types(hands: Hands) -> None:
    sight = hands.sight
    sight.open("/track")
    hands.go_to("track-duration")
    hands.type("ns k")
    expect(sight.under("track-duration", "input")).to_have_value("ns k")
    assert hands.world.running == []
    hands.press("Escape")
    assert sight.page.evaluate("() => document.activeElement.tagName") == "BODY"
    expect(sight.under("track-duration", "input")).to_have_value("ns k")


def test_a_day_of_a_month_that_is_not_on_the_page_is_read_so_that_overlaps_are_seen(hands: Hands) -> None:
    sight = hands.sight
    sight.open("/track")
    day = (datetime.now(hands.world.zone).date().replace(day=1) - timedelta(days=40)).replace(day=12)
    start = datetime.combine(day, time(9), hands.world.zone)
    ana = next(user for user in hands.world.users.values() if user.name == "Ana Kovač")
    hands.world.add_entry(ana, start, start + timedelta(hours=2), description="Long ago")
    hands.go_to("track-duration")
    hands.type("10-12")
    for place, text in enumerate((f"{day:%d}", f"{day:%m}", f"{day:%Y}")):
        part = sight.under("track-day", "[role=spinbutton]").nth(place)
        part.click()
        part.press_sequentially(text)
    hands.go_to("track-save")
    expect(sight.under("track-form")).to_contain_text("Overlaps with Long ago 09:00–11:00 by 1 h")
