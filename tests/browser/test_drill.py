"""From a figure to its entries and back: bars, parts, rows and cells, by mouse, by keyboard and by the browser's buttons."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from clockify.demo.entities import Entry
from tests.support.agency import LAST, Job
from tests.support.browsing import expect
from tests.support.reckoning import Span, entries_in, exact, hours, local_day, seconds, sums_line

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator


def shows_entries(job: Job, entries: list[Entry]) -> None:
    """Wait for the detailed page to show the sums of these entries."""
    expect(job.sight.page.get_by_role("heading", name="Detailed")).to_be_visible()
    expect(job.sight.under("entries").get_by_text(sums_line(entries, job.world), exact=True)).to_be_visible()


def largest_project(job: Job, entries: list[Entry]) -> str:
    spent: Counter[str] = Counter()
    for entry in entries:
        spent[entry.project_id or ""] += entry.seconds
    ((largest, _),) = spent.most_common(1)
    return largest


def first_bar(job: Job) -> tuple[Locator, Span]:
    """Return the first bar of the month, and its day."""
    bar = job.sight.under("bars", "[aria-roledescription=bar]").first
    day = datetime.strptime((bar.get_attribute("aria-label") or "").split(":")[0], "%a %d %b %Y").date()
    return bar, Span(day, day)


def resting_box(ring: Locator) -> FloatRect:
    """Return where the ring is once it no longer grows: it is drawn anew when its width is known."""
    box = None
    for _ in range(50):
        before, box = box, ring.bounding_box()
        if box and box == before:
            return box
        ring.page.wait_for_timeout(200)
    raise AssertionError("the ring doesn't come to rest")


def click_first_part(ring: Locator) -> None:
    """Click the ring a little to the right of its top, where the first part is."""
    box = resting_box(ring)
    ring.click(position={"x": box["width"] / 2 + 66 * math.sin(0.2), "y": box["height"] / 2 - 66 * math.cos(0.2)})


def choose_click(job: Job, words: str) -> None:
    """Choose in the options what a click does."""
    job.sight.under("options", "button").first.click()
    job.sight.page.get_by_text(words, exact=True).click()
    job.sight.settled()
    job.sight.page.keyboard.press("Escape")


def test_a_bar_leads_to_its_days_and_the_back_button_back(job: Job) -> None:
    page = job.sight.page
    job.go("/", LAST, ("group-by", "Person"))
    whole = hours(seconds(entries_in(job.world, job.month))).removesuffix(" h")
    expect(job.sight.under("bars", f"[data-testid=stVegaLiteChart][aria-label*=': {whole} tracked,']")).to_be_visible()
    bar, day = first_bar(job)
    bar.click()
    shows_entries(job, entries_in(job.world, day))
    assert job.sight.query == day.parameters
    page.go_back()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert set(job.sight.query) == {LAST, ("group-by", "Person")}
    expect(page.get_by_label("Group by")).to_have_value("Person")
    page.go_forward()
    shows_entries(job, entries_in(job.world, day))


def test_a_part_of_the_donut_leads_to_its_project_and_the_button_back(job: Job) -> None:
    ana = ("people", job.user("Ana Kovač"))
    job.go("/", LAST, ana)
    entries = entries_in(job.world, job.month, people=[ana[1]])
    largest = largest_project(job, entries)
    click_first_part(job.sight.under("share", "svg.marks"))
    shows_entries(job, entries_in(job.world, job.month, people=[ana[1]], projects=[largest]))
    assert job.sight.query == [LAST, ana, ("projects", largest)]
    job.sight.page.get_by_role("button", name="Back to Overview").click()
    job.shows(entries, job.month.days)
    assert job.sight.query == [LAST, ana]
    # The browser's own buttons go through what was seen, and nothing else.
    job.sight.page.go_back()
    shows_entries(job, entries_in(job.world, job.month, people=[ana[1]], projects=[largest]))
    assert job.sight.query == [LAST, ana, ("projects", largest)]
    job.sight.page.go_forward()
    job.shows(entries, job.month.days)
    line = job.sight.under("share-legend", "tbody tr").first
    assert line.locator("td").nth(1).inner_text().strip() == job.world.projects[largest].name
    line.click()
    shows_entries(job, entries_in(job.world, job.month, people=[ana[1]], projects=[largest]))


def test_a_row_leads_to_its_group_by_mouse_and_by_keyboard(job: Job) -> None:
    page = job.sight.page
    job.go("/", LAST)
    rows = job.sight.under("summary-table", "tbody tr")
    expect(rows.first).to_have_attribute("tabindex", "0")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    name = rows.nth(1).locator("td").nth(1).inner_text().strip()
    page.keyboard.press("Enter")
    project = job.project(name)
    shows_entries(job, entries_in(job.world, job.month, projects=[project]))
    page.go_back()
    job.shows(entries_in(job.world, job.month), job.month.days)
    total = rows.last
    expect(total).to_contain_text("Total")
    assert total.get_attribute("tabindex") is None
    total.click()
    job.sight.settled()
    assert job.sight.query == [LAST]


@pytest.mark.nightly
def test_a_click_can_filter_the_page_instead(job: Job) -> None:
    job.go("/", LAST)
    choose_click(job, "filters this page")
    largest = largest_project(job, entries_in(job.world, job.month))
    click_first_part(job.sight.under("share", "svg.marks"))
    job.shows(entries_in(job.world, job.month, projects=[largest]), job.month.days)
    assert job.sight.query == [LAST, ("projects", largest)]
    bar, day = first_bar(job)
    bar.click()
    job.shows(entries_in(job.world, day, projects=[largest]), day.days)
    assert sorted(job.sight.query) == sorted([*day.parameters, ("projects", largest)])
    choose_click(job, "opens the entries")


@pytest.mark.nightly
def test_a_cell_of_the_week_leads_to_its_day_and_back_to_the_week(job: Job) -> None:
    page = job.sight.page
    monday = job.month.first + timedelta(days=(7 - job.month.first.weekday()) % 7)
    week = Span(monday, monday + timedelta(days=6))
    job.go("/weekly", ("week", f"{monday}"), ("of", "everyone"), ("show", "People × days"))
    cell = job.sight.under("week-grid", "tbody tr").first.locator("td").nth(1)
    name = job.sight.under("week-grid", "tbody tr").first.locator("td").first.inner_text().strip()
    person, first_day = job.user(name), Span(monday, monday)
    mine = entries_in(job.world, first_day, people=[person])
    expect(cell).to_have_text(exact(seconds(mine)) if mine else "")
    cell.click()
    shows_entries(job, mine)
    assert job.sight.query == [*first_day.parameters, ("people", person)]
    page.go_back()
    expect(job.sight.under("week-grid", "tbody tr").last).to_contain_text(exact(seconds(entries_in(job.world, week))))


@pytest.mark.nightly
def test_a_line_of_the_week_leads_to_its_project_on_its_day(job: Job) -> None:
    monday = job.month.first + timedelta(days=(7 - job.month.first.weekday()) % 7)
    first_day = Span(monday, monday)
    ana = job.user("Ana Kovač")  # the key's own, whose week it is
    job.go("/weekly", ("week", f"{monday}"))
    rows = job.sight.under("week-table", "tbody tr")
    project = job.project(rows.nth(1).locator("td").first.inner_text().strip())
    rows.nth(1).click()
    shows_entries(job, entries_in(job.world, first_day, people=[ana], projects=[project]))
    job.sight.page.get_by_role("button", name="Back to Weekly").click()
    rows.first.click()
    shows_entries(job, entries_in(job.world, first_day, people=[ana]))
    job.sight.page.go_back()
    shares = job.sight.under("week-shares", "tbody tr")
    name = shares.first.locator("td").nth(1).inner_text().strip()
    shares.first.click()
    week = Span(monday, monday + timedelta(days=6))
    shows_entries(job, entries_in(job.world, week, people=[ana], projects=[job.project(name)]))


@pytest.mark.nightly
def test_the_list_is_searched_filtered_and_the_link_shows_the_same(job: Job) -> None:
    page = job.sight.page
    job.go("/detailed", LAST)
    month = entries_in(job.world, job.month)
    shows_entries(job, month)
    word = next(entry.description.split()[0] for entry in month if entry.description)
    found = [entry for entry in month if word.casefold() in entry.description.casefold()]
    page.get_by_label("Search in descriptions").fill(word.upper())
    page.keyboard.press("Enter")
    shows_entries(job, found)
    page.get_by_text("no task", exact=True).click()
    taskless = [entry for entry in found if not entry.task_id]
    if taskless:
        shows_entries(job, taskless)
    else:
        expect(job.sight.under("nothing-found")).to_be_visible()
    assert job.sight.query == [LAST, ("search", word.upper()), ("without", "task")]
    job.go("/detailed", LAST, ("search", "no such words anywhere"))
    expect(job.sight.under("nothing-found")).to_contain_text("No entry is left by the search.")
    page.get_by_role("button", name="Clear search").click()
    shows_entries(job, month)
    assert job.sight.query == [LAST]


def test_groups_close_and_open_by_mouse_and_keyboard_and_their_names_lead_on(job: Job) -> None:
    job.go("/", LAST)
    rows = job.sight.under("summary-table", "tbody tr")
    expect(rows.first).to_have_attribute("data-open", "true")  # a table of some twenty rows stands open
    every, total = rows.count(), rows.last.inner_text()
    rows.first.locator("td").first.click()
    expect(rows.first).to_have_attribute("data-open", "false")
    expect(rows.nth(1)).to_have_attribute("data-open", "true")
    first = every - rows.count()
    assert first > 0
    rows.nth(1).locator("td").first.click()
    expect(rows.nth(1)).to_have_attribute("data-open", "false")
    second = every - first - rows.count()
    rows.first.focus()
    job.sight.page.keyboard.press("ArrowRight")
    expect(rows).to_have_count(every - second)
    expect(rows.first).to_have_attribute("data-open", "true")
    job.sight.page.keyboard.press("ArrowLeft")
    expect(rows).to_have_count(every - first - second)
    # Each click counts once, whatever rows there were before.
    rows.nth(1).locator("td").first.click()
    expect(rows).to_have_count(every - first)
    assert rows.last.inner_text() == total
    client = job.client(rows.first.locator("td").nth(1).inner_text().strip())
    rows.first.locator("td").nth(1).click()
    shows_entries(job, entries_in(job.world, job.month, clients=[client]))


@pytest.mark.nightly
def test_what_was_searched_for_before_narrows_no_click(job: Job) -> None:
    job.go("/detailed", LAST, ("search", "no such words anywhere"))
    expect(job.sight.under("nothing-found")).to_be_visible()
    job.sight.page.get_by_role("link", name="Overview").click()
    job.shows(entries_in(job.world, job.month), job.month.days)
    row = job.sight.under("summary-table", "tbody tr").nth(1)
    project = job.project(row.locator("td").nth(1).inner_text().strip())
    row.click()
    shows_entries(job, entries_in(job.world, job.month, projects=[project]))


def test_a_row_of_the_list_opens_a_card_with_all_its_fields(job: Job) -> None:
    page = job.sight.page
    job.go("/detailed", LAST)
    month = entries_in(job.world, job.month)
    shows_entries(job, month)
    newest_first = sorted(month, key=lambda entry: (entry.start, entry.id), reverse=True)
    card, newest = page.get_by_role("dialog"), newest_first[0]
    job.sight.under("entries-table", "tbody tr").first.locator("td").nth(4).click()
    expect(card).to_contain_text(newest.id)
    expect(card).to_contain_text(job.world.users[newest.user_id].name)
    day = local_day(newest, job.world)
    link = card.get_by_role("link", name="Open this day in Clockify")
    expect(link).to_have_attribute("href", f"https://app.clockify.me/reports/detailed?start={day}T00:00:00.000Z&end={day}T23:59:59.999Z")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    job.sight.under("list-page", "button").get_by_text("2", exact=True).click()
    expect(job.sight.under("entries-pages")).to_contain_text("51–100 of")
    job.sight.under("entries-table", "tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(card).to_contain_text(newest_first[51].id)


@pytest.mark.nightly
def test_a_link_to_the_entries_opens_as_it_was(job: Job) -> None:
    tag = next(tag for tag in job.world.tags.values())
    job.sight.open(f"/detailed?{urlencode([LAST, ('tags', tag.id), ('billable', 'yes')])}")
    tagged = [entry for entry in entries_in(job.world, job.month, billable=True) if tag.id in entry.tag_ids]
    shows_entries(job, tagged)
