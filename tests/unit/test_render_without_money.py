"""Files for somebody who may not see money: no column, no total, no word of it, though the frame has it."""

from __future__ import annotations

import io
import json
import re
from datetime import date

import openpyxl
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.periods import Period
from clockify.render.files.clockify_csv import ISO, detailed_csv, summary_csv_of_clockify, weekly_csv
from clockify.render.files.comma import billable_csv, entries_csv, summary_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.xlsx import billable_xlsx, entries_xlsx, summary_xlsx
from clockify.reports.billing import billing_rows
from clockify.reports.grouping import Grouping, grouped
from clockify.reports.measures import totals_of
from clockify.reports.rounding import Direction, Rounding
from tests.support.files import Span, csv_rows, facts_of, frame_of, header_of, seconds_in, sheet_rows

ZONE = "Asia/Tokyo"
DIRECTORY = Directory(
    {Kind.USER: {"u1": "Ana"}, Kind.CLIENT: {}, Kind.PROJECT: {"p1": "Portal"}, Kind.TASK: {}, Kind.TAG: {}},
    {"p1": Project("p1", "Portal")},
)
SPANS = [
    Span("2026-11-02T08:00:00Z", 3000, project="p1", rate=7331, currency="EUR"),
    Span("2026-11-03T08:00:00Z", 1234, project="p1", rate=7331, currency="USD"),
    Span("2026-11-03T12:00:00Z", 600),
]
FRAME = frame_of(SPANS, ZONE)
FACTS = facts_of(FRAME, ZONE, Rounding(Direction.UP, 15))
TABLE = grouped(FRAME, Grouping.PROJECT, None, DIRECTORY)
WEEK = Period(date(2026, 11, 2), date(2026, 11, 9))
OF_MONEY = re.compile("amount|rate|currency|eur|usd|[€$]", re.IGNORECASE)

CSV = {
    "entries": lambda money: entries_csv(FRAME, DIRECTORY, ZONE, money=money),
    "summary": lambda money: summary_csv(TABLE, totals_of(FRAME), DIRECTORY, first=Grouping.PROJECT, money=money),
    "billable": lambda money: billable_csv(billing_rows(FRAME, DIRECTORY), money=money),
    "detailed": lambda money: detailed_csv(FRAME, DIRECTORY, ZONE, ISO, emails={}, money=money),
    "Clockify's summary": lambda money: summary_csv_of_clockify(TABLE, DIRECTORY, ISO, first=Grouping.PROJECT, then=None, money=money),
    "Clockify's week": lambda money: weekly_csv(FRAME, DIRECTORY, WEEK, ISO, money=money),
}
XLSX = {
    "Entries": lambda money: entries_xlsx(FRAME, DIRECTORY, FACTS, money=money),
    "Summary": lambda money: summary_xlsx(TABLE, FACTS, first=Grouping.PROJECT, then=None, money=money),
    "Billable": lambda money: billable_xlsx(billing_rows(FRAME, DIRECTORY), FACTS, money=money),
}


@pytest.mark.parametrize("name", CSV)
def test_csv(name: str) -> None:
    shown, hidden = CSV[name](True), CSV[name](False)
    assert [title for title in header_of(shown) if OF_MONEY.search(title)]
    assert [title for title in header_of(hidden) if OF_MONEY.search(title)] == []
    assert not OF_MONEY.search(hidden.decode())
    assert len(csv_rows(hidden)) > 0


@pytest.mark.parametrize("name", XLSX)
def test_xlsx(name: str) -> None:
    shown, hidden = (
        [str(cell.value) for sheet in openpyxl.load_workbook(io.BytesIO(XLSX[name](money))) for row in sheet.iter_rows() for cell in row]
        for money in (True, False)
    )
    assert [text for text in shown if OF_MONEY.search(text)]
    assert [text for text in hidden if OF_MONEY.search(text)] == []


def test_json() -> None:
    shown, hidden = (json.loads(entries_json(FRAME, DIRECTORY, FACTS, money=money)) for money in (True, False))
    assert {"rate", "amount", "currency"} <= shown["entries"][0].keys()
    assert not {"rate", "amount", "currency"} & hidden["entries"][0].keys()
    assert shown["header"]["totals"]["amounts"].keys() == {"EUR", "USD"}
    assert "amounts" not in hidden["header"]["totals"] | hidden["header"]["exact_totals"]


def test_the_hours_stay() -> None:
    spent = sum(one.seconds for one in SPANS)
    assert sum(int(row["Seconds"]) for row in csv_rows(CSV["entries"](False))) == spent
    assert sum(seconds_in(row["Duration"]) for row in sheet_rows(XLSX["Entries"](False), "Entries")) == spent
    *rows, total = csv_rows(CSV["billable"](False))
    # Billable are 3,000 s and 1,234 s, a row for each currency that isn't named.
    assert sorted(int(row["Seconds"]) for row in rows) == [1234, 3000]
    assert (total["Client"], total["Project"], total["Seconds"]) == ("Total", "", "4234")
    # Up to 3,600, 1,800 and 900 s: 6,300 − 4,834 are 1,466 s.
    assert FACTS.without_money().lines()["Difference to the exact total"] == "+0.41 h"
