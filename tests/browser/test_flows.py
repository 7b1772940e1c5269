"""A person's job, done in a real browser: open, choose, trust, send the link, take the files away."""

from __future__ import annotations

import csv
import io
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.agency import CARDS, LAST, Job
from tests.support.browsing import Sight, expect
from tests.support.reckoning import Span, entries_in, exact, hours, month_before, people_and_tags, seconds, ticks


def test_it_opens_on_this_month(job: Job) -> None:
    job.sight.open("/")
    begun = Span(job.today.replace(day=1), job.today)
    job.shows(entries_in(job.world, begun), begun.days)
    expect(job.sight.page.get_by_label("Period", exact=True)).to_have_value("This month")
    assert job.sight.query == []


def test_a_period_is_chosen_by_name_by_steps_and_by_days(job: Job) -> None:
    job.go("/")
    job.sight.choose("Period", "Last month")
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.sight.query == [LAST]
    job.sight.under("period-earlier", "button").first.click()
    before = month_before(job.today, 2)
    job.shows(entries_in(job.world, before), before.days)
    assert job.sight.query == before.parameters
    job.sight.under("period-later", "button").first.click()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.sight.query == [LAST]
    job.sight.choose("Period", "Custom")
    some = Span(job.month.first + timedelta(days=4), job.month.first + timedelta(days=12))
    parts = job.sight.under("days", "[role=spinbutton]")  # day, month and year of the first day, then of the last
    for part, day in ((0, some.first), (3, some.last)):
        parts.nth(part).click()
        job.sight.page.keyboard.type(f"{day:%d}")
    job.sight.page.keyboard.press("Escape")
    job.shows(entries_in(job.world, some), some.days)
    assert job.sight.query == some.parameters
    expect(job.sight.under("status-line")).to_contain_text(f"{some.first.day}–{some.last.day} ")


def test_filters_change_figures_and_link_and_the_link_shows_the_same_to_others(job: Job, chromium: Any) -> None:
    job.go("/", LAST)
    job.sight.choose("People", "Ana Kovač", "Ben Osei", "David Lindqvist")
    chosen: dict[str, Any] = {"people": [job.user("Ana Kovač"), job.user("Ben Osei"), job.user("David Lindqvist")]}
    job.shows(entries_in(job.world, job.month, **chosen), job.month.days)
    job.sight.choose("Clients", "Helios Energy", "Kestrel Bank")
    chosen["clients"] = [job.client("Helios Energy"), job.client("Kestrel Bank")]
    job.shows(entries_in(job.world, job.month, **chosen), job.month.days)
    job.sight.choose("Projects", "Website relaunch", "Mobile banking")
    chosen["projects"] = [job.project("Website relaunch"), job.project("Mobile banking")]
    job.shows(entries_in(job.world, job.month, **chosen), job.month.days)
    job.sight.under("billable").get_by_text("Yes", exact=True).click()
    job.shows(entries_in(job.world, job.month, **chosen, billable=True), job.month.days)
    ids = [(name, identifier) for name, some in chosen.items() for identifier in some]
    assert job.sight.query == [LAST, *ids, ("billable", "yes")]
    sentence = "3 people · Helios Energy, Kestrel Bank · Website relaunch, Mobile banking · billable only"
    expect(job.sight.page.get_by_text(sentence)).to_be_visible()
    with Sight(chromium, job.sight.address) as colleague:
        colleague.open(f"/?{urlsplit(job.sight.page.url).query}")
        expect(colleague.under("summary-table", "table")).to_be_visible()
        # The table may be there a moment before the cards are filled.
        expect(colleague.figure("kpi-tracked")).to_have_text(job.sight.figure("kpi-tracked").inner_text())
        assert view_of(colleague) == view_of(job.sight)
        assert colleague.complaints == []


def view_of(sight: Sight) -> list[str]:
    """Return cards, sentence and table as they are read."""
    texts = [sight.under(key).inner_text() for key in (*CARDS, "summary-table", "share")]
    return [*texts, *sight.page.get_by_test_id("stCaptionContainer").all_inner_texts()[1:]]


@pytest.mark.nightly
def test_the_back_button_returns_to_the_filters_before(job: Job) -> None:
    page, ana = job.sight.page, job.user("Ana Kovač")
    job.go("/", LAST)
    job.sight.choose("People", "Ana Kovač")
    job.sight.under("period-earlier", "button").first.click()
    before = month_before(job.today, 2)
    job.shows(entries_in(job.world, before, people=[ana]), before.days)
    page.go_back()
    job.shows(entries_in(job.world, job.month, people=[ana]), job.month.days)
    page.go_back()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.sight.query == [LAST]
    page.go_forward()
    job.shows(entries_in(job.world, job.month, people=[ana]), job.month.days)
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


@pytest.mark.nightly
def test_another_page_keeps_the_filters_and_so_does_the_way_back(job: Job) -> None:
    page, ana = job.sight.page, job.user("Ana Kovač")
    own = [LAST, ("people", ana)]
    job.go("/", *own)
    billable = [entry for entry in entries_in(job.world, job.month, people=[ana]) if entry.billable]
    for name, path in (("Billable", "/billable"), ("Settings", "/settings"), ("Overview", "/"), ("Billable", "/billable")):
        page.get_by_role("link", name=name).click()
        expect(page).to_have_url(f"{job.sight.address}{path}?{urlencode(own)}")
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(job.sight.figure("kpi-billable")).to_have_text(hours(seconds(billable)))
    for _ in range(3):
        page.go_back()
        job.sight.settled()
        assert job.sight.query == own
        # Settings have nothing to filter: what is in force is held there, and not drawn.
        tag = job.sight.under("people", ".react-aria-ComboBox [data-tag]")
        if page.get_by_role("heading", name="Settings", level=1).is_visible():
            expect(tag).to_have_count(0)
        else:
            expect(tag).to_have_text("Ana Kovač")


def test_what_runs_of_a_page_without_filters_leaves_them_in_force(job: Job) -> None:
    """There is no widget that would hold them: typing runs a part of Track alone, and the next page is another one."""
    page, ana = job.sight.page, job.user("Ana Kovač")
    own = [LAST, ("people", ana), ("billable", "yes"), ("rounding", "up-15"), ("compare", "last-year")]
    job.go("/", *own)
    chosen = sorted(job.sight.query)
    assert chosen == sorted(own)
    page.get_by_role("link", name="Track").click()
    field = job.sight.under("track-description", "input")
    expect(field).to_be_visible()
    job.sight.settled()
    field.press_sequentially("Sketches")
    expect(field).to_have_value("Sketches")
    page.wait_for_timeout(500)
    job.sight.settled()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    job.sight.settled()
    assert sorted(job.sight.query) == chosen
    tags = job.sight.under("people", ".react-aria-ComboBox [data-tag]")
    expect(tags).to_have_text("Ana Kovač")


@pytest.mark.nightly
def test_what_a_link_names_in_vain_is_left_out_with_a_word(job: Job) -> None:
    project = job.project("Patient app")
    job.go("/", ("period", "next-decade"), ("people", "nobody"), ("projects", project), ("projects", "nothing"), ("billable", "maybe"))
    notice = job.sight.page.get_by_test_id("stAlert")
    expect(notice).to_contain_text(
        "so left out of the link: period, people, billable (yes or no), 1 of the projects. So everybody is shown."
    )
    assert job.sight.query == [("projects", project)]
    job.sight.choose("Period", "Last month")
    job.shows(entries_in(job.world, job.month, projects=[project]), job.month.days)
    expect(notice).to_have_count(0)
    job.sight.under("clear-filters", "button").click()
    job.shows(entries_in(job.world, job.month), job.month.days)
    assert job.sight.query == [LAST]


@pytest.mark.nightly
def test_the_summary_groups_by_two_things_and_explains_tags(job: Job) -> None:
    job.go("/", LAST)
    job.sight.choose("Group by", "Person")
    job.sight.choose("Then by", "Tag")
    note = job.sight.page.get_by_text("An entry with several tags counts in the row of each, and once in the total.")
    expect(note).to_be_visible()
    assert set(job.sight.query) == {LAST, ("group-by", "Person"), ("group-by-then", "Tag")}
    entries = entries_in(job.world, job.month)
    rows, meant = job.sight.under("summary-table", "tbody tr"), [*people_and_tags(entries, job.world), ["Total", exact(seconds(entries))]]
    job.sight.under("open-summary-person", "button").click()
    expect(rows).to_have_count(len(meant))
    shown = rows.evaluate_all("rows => rows.map(row => [...row.cells].slice(1, 3).map(cell => cell.innerText.trim()))")
    assert shown == meant
    job.sight.choose("Then by", "Nothing")
    expect(note).to_have_count(0)


def test_files_add_up_to_the_page(job: Job) -> None:
    people = [("people", job.user("Ana Kovač")), ("people", job.user("Grace Okafor"))]
    job.go("/", LAST, *people)
    entries = entries_in(job.world, job.month, people=[identifier for _, identifier in people])
    billable = [entry for entry in entries if entry.billable]
    job.shows(entries, job.month.days)
    name, rows = table_of(job.sight.downloaded("download-summary-csv"))
    assert name == f"Clockify_Time_Report_Summary_{job.month.first:%d_%m_%Y}-{job.month.last:%d_%m_%Y}.csv"
    assert {**rows[-1], **sums_of(rows[:-1], "Seconds", "Billable seconds", "Entries")} == rows[-1]
    assert (int(rows[-1]["Seconds"]), int(rows[-1]["Billable seconds"])) == (seconds(entries), seconds(billable))
    job.sight.page.get_by_role("link", name="Billable").click()
    expect(job.sight.figure("kpi-billable")).to_have_text(hours(seconds(billable)))
    _, rows = table_of(job.sight.downloaded("download-billable-csv"))
    expected = {code: Decimal(amount) / 360_000 for code, amount in ticks(billable, job.world).items()}
    for code, amount in expected.items():
        parts = [Decimal(row[f"Amount ({code})"]) for row in rows if row["Currency"] == code]
        assert sum(parts[:-1]).quantize(Decimal("0.0001")) == parts[-1].quantize(Decimal("0.0001")) == amount.quantize(Decimal("0.0001"))
        assert f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}" in job.sight.under("billable-table").inner_text()
    _, rows = table_of(job.sight.downloaded("download-entries-csv"))
    assert sums_of(rows, "Seconds") == {"Seconds": str(seconds(billable))}
    assert len(rows) == len(billable)
    for code, amount in expected.items():
        total = sum(Decimal(row["Amount"]) for row in rows if row["Currency"] == code)
        assert abs(total - amount) < Decimal("0.00001")


def table_of(download: tuple[str, bytes]) -> tuple[str, list[dict[str, str]]]:
    """Return a file's name and its rows."""
    name, content = download
    return name, list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def sums_of(rows: list[dict[str, str]], *columns: str) -> dict[str, str]:
    return {column: str(sum(int(row[column]) for row in rows)) for column in columns}


@pytest.mark.nightly
def test_refresh_shows_what_happened_in_clockify(job: Job) -> None:
    job.go("/", LAST)
    job.shows(entries_in(job.world, job.month), job.month.days)
    known = entries_in(job.world, job.month)[0]
    start = datetime.combine(job.month.first, time(7), job.world.zone)
    entry = job.world.add_entry(job.world.users[known.user_id], start, start + timedelta(hours=3, minutes=20))
    job.sight.under("refresh", "button").first.click()
    job.shows(entries_in(job.world, job.month), job.month.days)
    expect(job.sight.under("status-line")).to_contain_text("verified")
    job.world.delete_entry(entry.id)
    job.sight.under("refresh", "button").first.click()
    job.shows(entries_in(job.world, job.month), job.month.days)
