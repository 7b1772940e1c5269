"""Jobs of every week and quarter, from the start page, with few clicks: each is done, counted, and its result added up by hand."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta

from pypdf import PdfReader

from tests.support.agency import Job
from tests.support.browsing import expect
from tests.support.clicks import Clicks
from tests.support.reckoning import Span, entries_in


def last_quarter(today: date) -> Span:
    """Return the quarter before the one of a day."""
    ends = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
    return Span(ends.replace(month=ends.month - 2, day=1), ends)


def test_a_projects_last_quarter_by_person_as_csv(job: Job) -> None:
    job.go("/")
    project, quarter = "Website relaunch", last_quarter(job.today)
    hand = Clicks(job.sight)
    hand.pick("Period", "Last quarter")
    hand.name("Projects", project)
    hand.pick("Group by", "Person")
    text = hand.file("download-summary-csv").decode("utf-8-sig")
    found: Counter[str] = Counter()
    for row in csv.DictReader(io.StringIO(text)):
        found[row["Person"]] += int(row["Seconds"])
    whole = found.pop("Total")
    entries = entries_in(job.world, quarter, projects=[job.project(project)])
    expected: Counter[str] = Counter()
    for entry in entries:
        expected[job.world.users[entry.user_id].name or ""] += entry.seconds
    assert expected.total() > 0
    assert (found, whole) == (expected, expected.total())
    assert hand.count <= 6


def test_what_a_person_did_last_week_copied_for_an_email(job: Job) -> None:
    page, monday = job.sight.page, job.today - timedelta(days=job.today.weekday() + 7)
    week = entries_in(job.world, Span(monday, monday + timedelta(days=6)))
    busiest = Counter(entry.user_id for entry in week).most_common(1)[0][0]
    person = job.world.users[busiest].name or ""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    job.go("/")
    hand = Clicks(job.sight)
    hand.page("Weekly")
    hand.name("Person", person)
    hand.click(job.sight.under("week-earlier", "button").first)
    hand.click(page.get_by_role("button", name="Copy for e-mail"))
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    pasted = page.evaluate("navigator.clipboard.readText()")
    own = [entry for entry in week if entry.user_id == busiest]
    assert person in pasted
    assert all(entry.description in pasted for entry in own if entry.description)
    assert hand.count <= 4


def test_a_clients_last_month_with_its_entries_as_pdf(job: Job) -> None:
    client = "Helios Energy"
    job.go("/")
    hand = Clicks(job.sight)
    hand.click(job.sight.under("period-earlier", "button").first)
    hand.click(job.sight.under("summary-table", "tbody tr").filter(has_text=client).first.locator("td").nth(1))
    expect(job.sight.page.get_by_role("heading", level=1, name="Detailed")).to_be_visible()
    hand.click(job.sight.under("entries-pdf-form", "button").first)
    reader = PdfReader(io.BytesIO(hand.file("download-entries-pdf")))
    text = " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())
    entries = entries_in(job.world, job.month, clients=[job.client(client)])
    assert entries
    assert client in text
    assert all(" ".join(entry.description.split()) in text for entry in entries if entry.description)
    assert hand.count <= 4
