"""A person's job, done in a real browser: open, choose, trust, send the link, take the files away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from clockify.demo import World, agency_world, create_app, serve
from clockify.demo.entities import Entry
from tests.conftest import keyed
from tests.support.browsing import Sight
from tests.support.reckoning import Span, cards, entries_in, hours, month_before, seconds, workdays
from tests.support.servers import AppServer

LAST = ("period", "last-month")
CARDS = ("kpi-tracked", "kpi-billable", "kpi-amount", "kpi-average")


@dataclass
class Job:
    """A tab at the agency's dashboard, and the agency."""

    sight: Sight
    world: World
    today: date

    @property
    def month(self) -> Span:
        return month_before(self.today)

    def go(self, path: str, *parameters: tuple[str, str]) -> None:
        self.sight.follow(f"{path}?{urlencode(parameters)}")

    def url(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.sight.page.url).query)

    def shows(self, entries: list[Entry], days: list[date]) -> None:
        """Wait for the cards to show these entries' figures."""
        for key, figure in cards(entries, self.world, workdays(days) or len(days)).items():
            expect(self.sight.under(key, "[data-testid=stMetricValue]")).to_have_text(figure)

    def user(self, name: str) -> str:
        return next(user.id for user in self.world.users.values() if user.name == name)

    def project(self, name: str) -> str:
        return next(project.id for project in self.world.projects.values() if project.name == name)

    def client(self, name: str) -> str:
        return next(client.id for client in self.world.clients.values() if client.name == name)

    def choose(self, label: str, *options: str) -> None:
        """Pick options of a list in the sidebar or above a table."""
        for option in options:
            self.sight.page.get_by_label(label, exact=True).click()
            self.sight.page.get_by_role("option", name=option, exact=True).click()
            self.sight.settled()
        self.sight.page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def job(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """One app over an agency that stands still, and one tab, for all tests of this file."""
    folder = tmp_path_factory.mktemp("flows")
    world = agency_world(datetime.now(UTC))
    today = datetime.now(world.zone).date()
    # There is work today, whatever day it is.
    start = datetime.combine(today, time(), world.zone)
    busy = next(project for project in world.projects.values() if project.rate)
    world.add_entry(next(iter(world.users.values())), start, start + timedelta(minutes=90), project=busy)
    with serve(create_app(world)) as server, AppServer(folder, "", keyed(server, folder)) as app, Sight(chromium, app.url) as sight:
        sight.open("/")
        yield Job(sight, world, today)


@pytest.fixture(autouse=True)
def quiet(job: Job) -> Iterator[None]:
    """After each test: nothing was fetched from elsewhere, and the console had nothing to say."""
    yield
    assert job.sight.foreign == []
    assert job.sight.complaints == []


def test_it_opens_on_this_month(job: Job) -> None:
    begun = Span(job.today.replace(day=1), job.today)
    job.shows(entries_in(job.world, begun), begun.days)
    expect(job.sight.page.get_by_label("Period", exact=True)).to_have_value("This month")
    assert job.url() == []


def test_a_period_is_chosen_by_name_by_steps_and_by_days(job: Job) -> None:
    job.go("/")
    job.choose("Period", "Last month")
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.url() == [LAST]
    job.sight.under("period-earlier", "button").first.click()
    before = month_before(job.today, 2)
    job.shows(entries_in(job.world, before), before.days)
    assert job.url() == before.parameters
    job.sight.under("period-later", "button").first.click()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.url() == [LAST]
    job.choose("Period", "Custom")
    some = Span(job.month.first + timedelta(days=4), job.month.first + timedelta(days=12))
    parts = job.sight.under("days", "[role=spinbutton]")
    parts.first.click()
    job.sight.page.keyboard.type(f"{some.first:%d%m%Y}{some.last:%d%m%Y}")
    job.sight.page.keyboard.press("Tab")
    job.shows(entries_in(job.world, some), some.days)
    assert job.url() == some.parameters
    expect(job.sight.under("status-line")).to_contain_text(f"{some.first.day}–{some.last.day} ")


def test_filters_change_figures_and_link_and_the_link_shows_the_same_to_others(job: Job, chromium: Any) -> None:
    job.go("/", LAST)
    job.choose("People", "Ana Kovač", "Ben Osei", "David Lindqvist")
    chosen: dict[str, Any] = {"people": [job.user("Ana Kovač"), job.user("Ben Osei"), job.user("David Lindqvist")]}
    job.shows(entries_in(job.world, job.month, **chosen), job.month.days)
    job.choose("Clients", "Helios Energy", "Kestrel Bank")
    chosen["clients"] = [job.client("Helios Energy"), job.client("Kestrel Bank")]
    job.shows(entries_in(job.world, job.month, **chosen), job.month.days)
    job.choose("Projects", "Website relaunch", "Mobile banking")
    chosen["projects"] = [job.project("Website relaunch"), job.project("Mobile banking")]
    job.shows(entries_in(job.world, job.month, **chosen), job.month.days)
    job.sight.under("billable").get_by_text("Yes", exact=True).click()
    job.shows(entries_in(job.world, job.month, **chosen, billable=True), job.month.days)
    ids = [(name, identifier) for name, some in chosen.items() for identifier in some]
    assert job.url() == [LAST, *ids, ("billable", "yes")]
    sentence = "3 people · Helios Energy, Kestrel Bank · Website relaunch, Mobile banking · billable only"
    expect(job.sight.page.get_by_text(sentence)).to_be_visible()
    with Sight(chromium, job.sight.address) as colleague:
        colleague.open(f"/?{urlsplit(job.sight.page.url).query}")
        expect(colleague.under("summary-table", "table")).to_be_visible()
        assert view_of(colleague) == view_of(job.sight)
        assert colleague.complaints == []


def view_of(sight: Sight) -> list[str]:
    """Return cards, sentence and table as they are read."""
    texts = [sight.under(key).inner_text() for key in (*CARDS, "summary-table", "share")]
    return [*texts, *sight.page.get_by_test_id("stCaptionContainer").all_inner_texts()[1:]]


def test_the_back_button_returns_to_the_filters_before(job: Job) -> None:
    page, ana = job.sight.page, job.user("Ana Kovač")
    job.go("/", LAST)
    job.choose("People", "Ana Kovač")
    job.sight.under("period-earlier", "button").first.click()
    before = month_before(job.today, 2)
    job.shows(entries_in(job.world, before, people=[ana]), before.days)
    page.go_back()
    job.shows(entries_in(job.world, job.month, people=[ana]), job.month.days)
    page.go_back()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.url() == [LAST]
    page.go_forward()
    job.shows(entries_in(job.world, job.month, people=[ana]), job.month.days)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_another_page_keeps_the_filters_and_so_does_the_way_back(job: Job) -> None:
    page, ana = job.sight.page, job.user("Ana Kovač")
    own = [LAST, ("people", ana)]
    job.go("/", *own)
    billable = [entry for entry in entries_in(job.world, job.month, people=[ana]) if entry.billable]
    for name, path in (("Billable", "/billable"), ("Settings", "/settings"), ("Overview", "/"), ("Billable", "/billable")):
        page.get_by_role("link", name=name).click()
        expect(page).to_have_url(f"{job.sight.address}{path}?{urlencode(own)}")
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(job.sight.under("kpi-billable", "[data-testid=stMetricValue]")).to_have_text(hours(seconds(billable)))
    for _ in range(3):
        page.go_back()
        job.sight.settled()
        assert job.url() == own
        expect(job.sight.under("people", ".react-aria-ComboBox [data-tag]")).to_have_text("Ana Kovač")


def test_what_a_link_names_in_vain_is_left_out_with_a_word(job: Job) -> None:
    project = job.project("Patient app")
    job.go("/", ("period", "next-decade"), ("people", "nobody"), ("projects", project), ("projects", "nothing"), ("billable", "maybe"))
    notice = job.sight.page.get_by_test_id("stAlert")
    expect(notice).to_contain_text(
        "Not in this workspace, so left out of the link: period, billable (yes or no), people, 1 of the projects."
    )
    assert job.url() == [("projects", project)]
    job.choose("Period", "Last month")
    job.shows(entries_in(job.world, job.month, projects=[project]), job.month.days)
    expect(notice).to_have_count(0)
    job.sight.under("clear-filters", "button").click()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.url() == [LAST]


def test_a_click_on_a_bar_shows_its_days(job: Job) -> None:
    job.go("/", LAST)
    label = job.sight.under("bars", "[aria-roledescription=bar]").first
    day = datetime.strptime((label.get_attribute("aria-label") or "").split(":")[0], "%a %d %b %Y").date()
    label.click()
    job.shows(entries_in(job.world, Span(day, day)), [day])
    assert job.url() == Span(day, day).parameters


def test_a_click_on_a_part_of_the_donut_filters_by_it(job: Job) -> None:
    job.go("/", LAST)
    spent: Counter[str] = Counter()
    for entry in entries_in(job.world, job.month):
        spent[entry.project_id or ""] += entry.seconds
    ((largest, _),) = spent.most_common(1)
    click_first_part(job.sight.under("share", "svg.marks"))
    job.shows(entries_in(job.world, job.month, projects=[largest]), job.month.days)
    assert job.url() == [LAST, ("projects", largest)]


def click_first_part(ring: Locator) -> None:
    """Click the ring a little to the right of its top, where the first part is."""
    box = ring.bounding_box()
    assert box
    ring.click(position={"x": box["width"] / 2 + 66 * math.sin(0.2), "y": box["height"] / 2 - 66 * math.cos(0.2)})
