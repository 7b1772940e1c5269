"""Files that finance takes away, read back by independent readers."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pandas as pd
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import report_entries_frame
from clockify.periods import Period
from clockify.render.facts import Facts
from clockify.render.files.clockify_csv import ISO, SOLIDTIME, Layout, detailed_csv, summary_csv_of_clockify, weekly_csv
from clockify.render.files.comma import entries_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.xlsx import billable_xlsx, entries_xlsx, summary_xlsx
from clockify.reports.billing import billing_rows
from clockify.reports.grouping import Grouping, grouped
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT, Direction, Rounding, rounded
from tests.support.files import Span, csv_rows, frame_of, seconds_in, sheet_rows

ZONE = "Europe/Belgrade"
PERIOD = Period(date(2026, 11, 1), date(2026, 12, 1))
FORMULA = '=HYPERLINK("http://x","y")'
NAMES: dict[Kind, dict[str, str]] = {
    Kind.USER: {"u1": "Ana Kovač", "u2": "+Ben"},
    Kind.CLIENT: {"c1": "Acme, Inc", "c2": "@Globex"},
    Kind.PROJECT: {"p1": "Portal", "p2": FORMULA, "p3": "Own"},
    Kind.TASK: {"k1": "-Design"},
    Kind.TAG: {"t1": "a, b", "t2": "urgent"},
}
PROJECTS = {"p1": Project("p1", "Portal", "c1"), "p2": Project("p2", FORMULA, "c2"), "p3": Project("p3", "Own")}
DIRECTORY = Directory(NAMES, PROJECTS)

# (person, start UTC, seconds, project, task, tags, billable, rate in cents, currency)
ROWS: list[tuple[str, str, int, str | None, str | None, list[str], bool, int, str]] = [
    ("u1", "2026-11-03T09:23:52Z", 7590, "p1", "k1", ["t1", "t2"], True, 20000, "EUR"),
    ("u1", "2026-11-03T22:51:36Z", 7210, "p2", None, [], True, 20000, "USD"),
    ("u2", "2026-11-04T08:00:00Z", 780, "p1", None, ["t2"], True, 6000, "EUR"),
    ("u2", "2026-11-05T08:00:00Z", 3601, "p3", None, [], False, 0, "EUR"),
    ("u2", "2026-11-06T08:00:00Z", 1, "p2", None, [], True, 9999, "USD"),
    ("u1", "2026-11-07T08:00:00Z", 5400, None, None, [], True, 8000, "GBP"),
]


def entries() -> pd.DataFrame:
    listed: list[dict[str, Any]] = []
    for place, (user, start, seconds, project, task, tags, billable, rate, currency) in enumerate(ROWS):
        begin = pd.Timestamp(start)
        interval = {"start": begin.isoformat(), "end": (begin + pd.Timedelta(seconds=seconds)).isoformat(), "duration": seconds}
        listed.append(
            {
                "_id": f"e{place}",
                "userId": user,
                "projectId": project,
                "taskId": task,
                "tagIds": tags,
                "description": "=1+1" if place == 2 else "Work",
                "timeInterval": interval,
                "billable": billable,
                "rate": rate,
                "amount": rate * seconds / 3600 if billable else 0,
                "currency": currency,
            }
        )
    return report_entries_frame(listed, zone=ZONE, currencies={}, default_currency="EUR")


SECONDS = sum(row[2] for row in ROWS)
MONEY = {
    code: sum((Fraction(row[2] * row[7], 360_000) for row in ROWS if row[6] and row[8] == code), Fraction(0))
    for code in ("EUR", "USD", "GBP")
}


def facts_of(frame: pd.DataFrame, rounding: Rounding = EXACT) -> Facts:
    totals, made = totals_of(rounded(frame, rounding)), datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
    return Facts("Detailed", "Studio", PERIOD, ZONE, "Everyone", rounding, totals, totals_of(frame), made)


def test_xlsx_entries_add_up_in_another_reader() -> None:
    rows = sheet_rows(entries_xlsx(entries(), DIRECTORY, facts_of(entries())), "Entries")
    assert sum(seconds_in(row["Duration"]) for row in rows) == SECONDS
    for code, money in MONEY.items():
        amounts = [row["Amount"] for row in rows if row["Currency"] == code and row["Amount"] is not None]
        assert abs(Fraction(sum(map(Fraction, amounts))) - money) < Fraction(1, 10**6)
    assert rows[1]["Start"] == datetime(2026, 11, 3, 23, 51, 36)
    assert rows[1]["Date"] == datetime(2026, 11, 3)
    assert rows[0]["Tags"] == "a, b, urgent"


def test_no_cell_of_an_xlsx_is_a_formula() -> None:
    frame, totals = entries(), facts_of(entries())
    files = [
        entries_xlsx(frame, DIRECTORY, totals),
        summary_xlsx(grouped(frame, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY), totals, first=Grouping.CLIENT, then=Grouping.PROJECT),
        billable_xlsx(billing_rows(frame, DIRECTORY), totals),
    ]
    texts = set()
    for content in files:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            texts.add(cell.value)
    assert {FORMULA, "@Globex", "+Ben", "-Design", "=1+1"} <= texts


def test_an_xlsx_has_a_frozen_header_a_filter_and_totals_per_currency() -> None:
    book = openpyxl.load_workbook(io.BytesIO(entries_xlsx(entries(), DIRECTORY, facts_of(entries()))))
    sheet = book["Entries"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:P{len(ROWS) + 1}"
    assert sheet["L2"].number_format == "[h]:mm:ss"
    totals = {row[0].value: row[1].value for row in book["Totals"].iter_rows() if row[0].value}
    assert totals["Time zone"] == ZONE
    assert totals["Rounding"] == "exact, not rounded"
    assert seconds_in(totals["Duration"]) == SECONDS
    assert totals["Amount (USD)"] == pytest.approx(float(MONEY["USD"]))


def test_summary_and_billable_xlsx_add_up() -> None:
    frame = entries()
    rows = sheet_rows(
        summary_xlsx(
            grouped(frame, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY), facts_of(frame), first=Grouping.CLIENT, then=Grouping.PROJECT
        ),
        "Summary",
    )
    assert sum(seconds_in(row["Duration"]) for row in rows) == SECONDS
    assert sum(row["Amount (EUR)"] or 0 for row in rows) == pytest.approx(float(MONEY["EUR"]))
    billed = sheet_rows(billable_xlsx(billing_rows(frame, DIRECTORY), facts_of(frame)), "Billable")
    for code, money in MONEY.items():
        assert sum(row["Amount"] or 0 for row in billed if row["Currency"] == code) == pytest.approx(float(money))


def test_json_reads_back_to_the_same_totals() -> None:
    found = json.loads(entries_json(entries(), DIRECTORY, facts_of(entries())))
    assert sum(one["seconds"] for one in found["entries"]) == SECONDS == found["header"]["totals"]["seconds"]
    for code, money in MONEY.items():
        exact = sum(Decimal(one["amount"]) for one in found["entries"] if one["currency"] == code)
        assert abs(Fraction(exact) - money) < Fraction(1, 10**6)
    assert found["entries"][0]["tags"] == ["a, b", "urgent"]
    assert found["entries"][1]["start"] == "2026-11-03T23:51:36+01:00"
    assert found["entries"][5]["project"] is None
    assert (found["header"]["from"], found["header"]["to"]) == ("2026-11-01", "2026-11-30")


def test_a_rounded_file_says_so_and_tells_the_difference() -> None:
    rule = Rounding(Direction.UP, 15)
    facts = facts_of(entries(), rule)
    # 7590 → 8100, 7210 → 8100, 780 → 900, 3601 → 4500, 1 → 900, 5400 stays.
    assert facts.totals.seconds == 8100 + 8100 + 900 + 4500 + 900 + 5400
    lines = facts.lines()
    assert lines["Rounding"] == "each entry rounded up to 15 min"
    # 27,900 s − 24,582 s are 3,318 s: 0.92 h.
    assert lines["Difference to the exact total"].startswith("+0.92 h, ")


def test_clockifys_detailed_layout() -> None:
    content = detailed_csv(entries(), DIRECTORY, ZONE, ISO, emails={"u1": "ana@example.test"})
    head = content.decode().split("\r\n")[0]
    assert head.startswith(
        '"Project","Client","Description","Task","User","Group","Email","Tags","Billable","Start Date","Start Time","End Date","End Time",'
        '"Duration (h)","Duration (decimal)","Billable Rate ('
    )
    rows = csv_rows(content)
    assert [row["Start Date"] for row in rows] == sorted((row["Start Date"] for row in rows), reverse=True)
    first = next(row for row in rows if row["Duration (h)"] == "02:06:30")
    assert first["Duration (decimal)"] == "2.11"  # 7590 / 3600 = 2.108…
    assert (first["Start Time"], first["Billable"], first["Email"]) == ("10:23:52", "Yes", "ana@example.test")
    assert first["Tags"] == "a, b, urgent"
    # 7590 s at 200.00: 421.666…; and 780 s at 60.00: 13.00, not 0.22 × 60.
    assert first["Billable Amount (EUR)"] == "421.67"
    assert {row["Billable Amount (EUR)"] for row in rows if row["Duration (h)"] == "00:13:00"} == {"13.00"}
    assert {row["Billable Amount (USD)"] for row in rows if row["User"] == "Ana Kovač" and row["Project"].startswith("'=")} == {"400.56"}
    assert [name for name in rows[0] if name.startswith("Billable Amount")] == [
        f"Billable Amount ({code})" for code in sorted(MONEY, key=lambda code: -MONEY[code])
    ]


def test_the_importers_preset_writes_slashes_and_am_pm() -> None:
    rows = csv_rows(detailed_csv(entries(), DIRECTORY, ZONE, SOLIDTIME, emails={}))
    last = next(row for row in rows if row["Duration (h)"] == "02:00:10")
    assert (last["Start Date"], last["Start Time"], last["End Date"], last["End Time"]) == (
        "11/03/2026",
        "11:51:36 PM",
        "11/04/2026",
        "01:51:46 AM",
    )


def test_the_profile_decides_the_forms_and_unknown_ones_are_iso() -> None:
    assert Layout.of_profile("DD.MM.YYYY", "HOUR24") == Layout("%d.%m.%Y", "%H:%M:%S")
    assert Layout.of_profile("whatever", "whenever") == ISO


def test_clockifys_summary_layout() -> None:
    frame = entries()
    table = grouped(frame, Grouping.PROJECT, Grouping.TASK, DIRECTORY)
    content = summary_csv_of_clockify(table, DIRECTORY, ISO, first=Grouping.PROJECT, then=Grouping.TASK)
    rows = csv_rows(content)
    assert list(rows[0])[:5] == ["Project", "Client", "Task", "Time (h)", "Time (decimal)"]
    none = next(row for row in rows if row["Project"] == "(Without project)")
    assert (none["Client"], none["Task"], none["Time (h)"], none["Amount (GBP)"]) == (
        "(Without client)",
        "(Without task)",
        "01:30:00",
        "120.00",
    )


def test_clockifys_weekly_layout() -> None:
    week = Period(date(2026, 11, 2), date(2026, 11, 9))
    rows = csv_rows(weekly_csv(entries(), DIRECTORY, week, SOLIDTIME))
    assert list(rows[0])[:5] == ["User", "Project", "Client", "11/02/2026", "11/03/2026"]
    assert list(rows[0])[10] == "Total"
    ana = next(row for row in rows if row["User"] == "Ana Kovač" and row["Project"] == "Portal")
    assert (ana["11/03/2026"], ana["11/04/2026"], ana["Total"], ana["Client"]) == ("02:06:30", "00:00:00", "02:06:30", "Acme, Inc")


def test_clockifys_week_keeps_namesakes_apart_and_leaves_other_weeks_out() -> None:
    spans = [
        Span("2026-11-02T08:00:00Z", 60, "u2", rate=6000),
        Span("2026-11-03T08:00:00Z", 120, "u1", rate=6000),
        Span("2026-11-09T08:00:00Z", 3600, "u1", rate=6000),
    ]
    twins = Directory(NAMES | {Kind.USER: {"u1": "Sam", "u2": "Sam"}}, PROJECTS)
    week = Period(date(2026, 11, 2), date(2026, 11, 9))
    rows = csv_rows(weekly_csv(frame_of(spans, ZONE), twins, week, ISO))
    assert [(row["User"], row["Total"], row["Amount"]) for row in rows] == [("Sam", "00:02:00", "2.00"), ("Sam", "00:01:00", "1.00")]
    nothing = weekly_csv(frame_of([], ZONE), twins, week, ISO).decode()
    assert nothing == '"User","Project","Client",' + ",".join(f'"2026-11-{day:02}"' for day in range(2, 9)) + ',"Total"\r\n'


def test_half_a_character_in_a_name_costs_no_file() -> None:
    broken = Directory(NAMES | {Kind.USER: {"u1": 'An\ud800a "A"', "u2": "Ben"}}, PROJECTS)
    frame = entries()
    facts = facts_of(frame)
    found = json.loads(entries_json(frame, broken, facts))["entries"]
    files = [entries_csv(frame, broken, ZONE), detailed_csv(frame, broken, ZONE, ISO, emails={})]
    assert {one["person"] for one in found} == {'An?a "A"', "Ben"}
    assert [{row.get("Person") or row["User"] for row in csv_rows(content)} for content in files] == [{'An?a "A"', "Ben"}] * 2


def test_empty_files_have_their_headers() -> None:
    nothing = entries().iloc[:0]
    assert csv_rows(detailed_csv(nothing, DIRECTORY, ZONE, ISO, emails={})) == []
    assert sheet_rows(entries_xlsx(nothing, DIRECTORY, facts_of(nothing)), "Entries") == []
    assert json.loads(entries_json(nothing, DIRECTORY, facts_of(nothing)))["entries"] == []
