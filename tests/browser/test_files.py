"""What leaves the page: the clipboard, the print view, and files that are opened again by other readers."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from clockify.demo.entities import Entry
from tests.support.agency import LAST, Job
from tests.support.browsing import expect
from tests.support.nightly import at_night
from tests.support.reckoning import Span, entries_in, seconds, ticks

PAD = "data:text/html,<div id=rich contenteditable style='min-height:9em'></div><textarea id=plain></textarea>"


@pytest.fixture
def week(job: Job) -> Span:
    """The first whole week of the month, which begins on a Monday."""
    monday = job.month.first + timedelta(days=(7 - job.month.first.weekday()) % 7)
    return Span(monday, monday + timedelta(days=6))


def spoken(spent: int) -> str:
    """Write seconds as the report does: "2.50", to the nearest hundredth of an hour."""
    hundredths = (spent + 18) // 36
    return f"{hundredths // 100:,}.{hundredths % 100:02}"


def titled(day: date) -> str:
    return f"Week of {day.day} {day:%B} {day.year}"


def pasted(job: Job) -> tuple[Any, str]:
    """Copy the report, and paste it into a rich editor and a plain one; return both."""
    page = job.sight.page
    page.get_by_role("button", name="Copy for e-mail").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    pad = page.context.new_page()
    pad.goto(PAD)
    for editor in ("#rich", "#plain"):
        pad.click(editor)
        pad.keyboard.press("Control+V")
    return pad.locator("#rich"), pad.input_value("#plain")


@pytest.mark.parametrize("clipboard", ["the new one", at_night("none, as over plain http", id="none")])
def test_the_week_is_pasted_rich_and_plain(job: Job, week: Span, clipboard: str) -> None:
    page, ana = job.sight.page, job.user("Ana Kovač")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    job.go("/weekly", ("week", f"{week.first}"), ("people", ana))
    if clipboard != "the new one":
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined, configurable: true})")
    mine = entries_in(job.world, week, people=[ana])
    expect(job.sight.under("week-table")).to_contain_text(spoken(seconds(mine)))
    rich, plain = pasted(job)
    total = f"Week total: {spoken(seconds(mine))} h"
    assert plain.splitlines()[0] == titled(week.first)
    assert total in plain.splitlines()
    assert rich.locator("table").count() == 1
    expect(rich).to_contain_text(titled(week.first))
    projects = {job.world.projects[entry.project_id].name for entry in mine if entry.project_id}
    for name in projects:
        assert f" {name}" in plain
        cell = rich.locator("td", has_text=name).first
        assert "solid" in (cell.get_attribute("style") or "")  # a tag in the project's colour
    rich.page.close()
    page.evaluate("delete navigator.clipboard")


def test_the_print_view_is_a_page_of_its_own_that_fetches_nothing(job: Job, week: Span) -> None:
    page = job.sight.page
    job.go("/weekly", ("week", f"{week.first}"))
    expect(job.sight.under("week-table")).to_be_visible()
    page.context.add_init_script("window.print = () => { window.printed = true; }")
    with page.context.expect_page() as opening:
        page.get_by_role("button", name="Print view").click()
    paper = opening.value
    expect(paper.get_by_text(titled(week.first))).to_be_visible()
    assert paper.url.startswith("blob:")
    assert paper.evaluate("performance.getEntriesByType('resource').length") == 0
    paper.close()


def test_the_weeks_files_say_what_the_page_does(job: Job, week: Span) -> None:
    job.go("/weekly", ("week", f"{week.first}"), ("of", "everyone"))
    entries = entries_in(job.world, week)
    total = spoken(seconds(entries))
    expect(job.sight.under("week-table")).to_contain_text(total)
    name, content = job.sight.downloaded("download-weekly-pdf")
    assert name == f"Clockify_Time_Report_Weekly_{week.first:%d_%m_%Y}-{week.last:%d_%m_%Y}.pdf"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert titled(week.first) in pages[0]
    assert total in pages[-1]
    assert all("Europe/Belgrade" in text and f"{number} of {len(pages)}" in text for number, text in enumerate(pages, 1))
    _, content = job.sight.downloaded("download-weekly-eml")
    mail = message_from_bytes(content, policy=default)
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))  # type: ignore[attr-defined]
        assert total in part.get_content()
    _, content = job.sight.downloaded("download-weekly-csv")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    clock = f"{seconds(entries) // 3600}:{seconds(entries) // 60 % 60:02}:{seconds(entries) % 60:02}"
    assert (rows[-1]["Name"], rows[-1]["Total"]) == ("Total", clock)
    _, content = job.sight.downloaded("download-weekly-json")
    check_json(content, entries, job)


def test_the_list_is_taken_away_and_opened_by_others(job: Job) -> None:
    people = [job.user("Ana Kovač"), job.user("Grace Okafor")]
    job.go("/detailed", LAST, *(("people", one) for one in people))
    entries = entries_in(job.world, job.month, people=people)
    expect(job.sight.under("entries")).to_contain_text(f"{len(entries)} entries")
    _, content = job.sight.downloaded("download-entries-xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    head, *rows = book["Entries"].iter_rows(values_only=True)
    place = {title: head.index(title) for title in ("Duration", "Amount", "Currency", "Id") if title in head}
    durations = [row[place["Duration"]] for row in rows]
    assert sum(one.total_seconds() for one in durations) == seconds(entries)
    for code, amount in ticks(entries, job.world).items():
        sums = sum(row[place["Amount"]] for row in rows if row[place["Currency"]] == code)
        assert round(sums, 2) == round(amount / 360_000, 2)
    _, content = job.sight.downloaded("download-entries-json")
    check_json(content, entries, job)
    for key, form in (("clockify", "%d/%m/%Y"), ("solidtime", "%m/%d/%Y")):
        name, content = job.sight.downloaded(f"download-entries-{key}-csv")
        found = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        assert len(found) == len(entries)
        spent = [[int(part) for part in row["Duration (h)"].split(":")] for row in found]
        assert sum(hour * 3600 + minute * 60 + second for hour, minute, second in spent) == seconds(entries)
        days = {f"{day:{form}}" for day in job.month.days}
        assert {row["Start Date"] for row in found} <= days, name


def check_json(content: bytes, entries: list[Entry], job: Job) -> None:
    """Hold a file's head and its records against the entries."""
    written = json.loads(content)
    spent, amounts = seconds(entries), ticks(entries, job.world)
    assert written["header"]["totals"]["seconds"] == sum(one["seconds"] for one in written["entries"]) == spent
    assert {one["id"] for one in written["entries"]} == {entry.id for entry in entries}
    for code, amount in amounts.items():
        whole = sum(Decimal(one["amount"]) for one in written["entries"] if one["currency"] == code)
        assert whole == Decimal(written["header"]["totals"]["amounts"][code])
        assert abs(whole - Decimal(amount) / 360_000) < Decimal("0.00000001")


def test_a_customers_pdf_has_what_was_typed_last(job: Job) -> None:
    job.go("/billable", LAST)
    page = job.sight.settled()
    job.sight.under("billable-pdf-form", "button").first.click()
    for label, words in (("Title", "First"), ("Title", "Second"), ("For", "Blue Ltd.\n12 Quay Street"), ("Notes", "Due\nin May")):
        page.get_by_label(label, exact=True).fill(words)
        page.wait_for_timeout(500)  # what the way of a hand to the button takes
        job.sight.settled()
        _, content = job.sight.downloaded("download-billable-pdf")
        assert words in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert job.sight.query == [LAST]
