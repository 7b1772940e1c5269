"""Excel files in the hands of another reader: numbers are numbers, dates are dates, and a name is only ever text."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest

from clockify.directory import EMPTY_DIRECTORY, Directory, Kind, Project
from clockify.frames import empty_entries
from clockify.periods import Period
from clockify.render.files import rows as rows_module
from clockify.render.files import workbook
from clockify.render.files.clockify_csv import ISO, detailed_csv
from clockify.render.files.comma import entries_csv, weekly_grid_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.workbook import text_of
from clockify.render.files.xlsx import billable_xlsx, entries_xlsx, summary_xlsx, weekly_grid_xlsx
from clockify.reports.billing import billing_rows
from clockify.reports.grouping import Grouping, grouped
from clockify.reports.weekly import week_grid
from tests.support.files import Span, csv_rows, facts_of, frame_of, seconds_in, sheet_rows, totals_sheet
from tests.support.hostile import KINDS as HOSTILE_KINDS
from tests.support.hostile import LABELS, hostile_name

ZONE = "Europe/Belgrade"
SURROGATE = "lone \ud800 half"
RAW_XML = "<r><t>raw</t></r>"
LONG = "L" * 40_000
ODD = [
    "=1+1",
    "+x",
    "@x",
    "-x",
    "\t=1",
    "{=1}",
    "=HYPERLINK(1)",
    "https://example.test",
    SURROGATE,
    LONG,
    RAW_XML,
    "_x0041_",
    "a\ufffeb\x00c",
]
ODD += [hostile_name(label, kind, "https://example.test") for label in LABELS[:13] for kind in HOSTILE_KINDS]


def hostile_directory() -> tuple[Directory, list[Span]]:
    """Call a person, client, project, task and tag by each of the names."""
    ids = [f"{place:024}" for place in range(len(ODD))]
    names = dict(zip(ids, ODD, strict=True))
    projects = {one: Project(one, name, one) for one, name in names.items()}
    # A frame can't hold a lone surrogate: descriptions have none.
    kept = {one: name.replace(SURROGATE, "fine") for one, name in names.items()}
    spans = [Span("2026-11-02T08:00:00Z", 60, one, one, one, (one,), kept[one], 6000) for one in ids]
    return Directory(dict.fromkeys(Kind, names), projects), spans


def cells_of(content: bytes) -> Iterator[Any]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    yield from (cell for sheet in book for row in sheet.iter_rows() for cell in row)


def test_no_name_becomes_a_formula_or_a_link() -> None:
    directory, spans = hostile_directory()
    frame = frame_of(spans, ZONE)
    content = entries_xlsx(frame, directory, facts_of(frame, ZONE))
    texts = set()
    for cell in cells_of(content):
        assert cell.data_type != "f"
        assert cell.hyperlink is None
        texts.add(cell.value)
    assert {"=1+1", "+x", "@x", "-x", "lone ? half", "L" * 32_767} <= texts
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        sheet = ET.fromstring(packed.read("xl/worksheets/sheet1.xml"))
    written = {element.text for element in sheet.iter() if element.tag.endswith("}t")}
    # As Excel writes what XML can't, and what only looks as if it were written so.
    assert {"_x005F_x0041_", "a_xFFFE_b_x0000_c", RAW_XML} <= written
    tags = {element.tag.rpartition("}")[2] for element in sheet.iter()}
    assert not tags & {"f", "hyperlink", "r"}, "also a name that is XML is text"
    assert len(sheet_rows(content, "Entries")) == len(spans)


def test_a_text_fits_into_a_cell() -> None:
    assert text_of("plain") == "plain"
    assert text_of("\N{GRINNING FACE}" * 20_000) == "\N{GRINNING FACE}" * 16_383, "Excel counts a face as two, and takes no half"
    assert text_of(SURROGATE) == "lone ? half"


def test_forms_header_filter_and_the_types_of_cells() -> None:
    frame = frame_of([Span("2026-11-03T22:51:36Z", 7210, rate=20000), Span("2026-11-04T08:00:00Z", 90_000, rate=None)], ZONE)
    book = openpyxl.load_workbook(io.BytesIO(entries_xlsx(frame, EMPTY_DIRECTORY, facts_of(frame, ZONE))))
    sheet = book["Entries"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:P3")
    assert all(cell.font.bold for cell in sheet[1])
    line = {title.value: cell for title, cell in zip(sheet[1], sheet[2], strict=True)}
    # 23:51:36 there: the entry belongs to that day, and ends on the next.
    assert [line[name].value for name in ("Date", "Start", "End")] == [
        datetime(2026, 11, 3),
        datetime(2026, 11, 3, 23, 51, 36),
        datetime(2026, 11, 4, 1, 51, 46),
    ]
    assert all(line[name].is_date for name in ("Date", "Start", "End"))
    forms = {name: line[name].number_format for name in ("Duration", "Hours", "Rate", "Amount", "Date")}
    assert forms == {"Duration": "[h]:mm:ss", "Hours": "#,##0.00", "Rate": "#,##0.00", "Amount": "#,##0.00", "Date": "yyyy-mm-dd"}
    numbers = [[seconds_in(cell.value) for cell in sheet[letter][1:]] for letter in "L"]
    assert numbers == [[7210, 90_000]], "25 hours stay 25 hours"


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    monkeypatch.setattr(rows_module, "PIECE", 2)
    frame = frame_of([Span(f"2026-11-0{day}T08:00:00Z", day) for day in range(1, 8)], ZONE)
    content = entries_xlsx(frame, EMPTY_DIRECTORY, facts_of(frame, ZONE))
    found = [[seconds_in(row["Duration"]) for row in sheet_rows(content, name)] for name in ("Entries", "Entries 2", "Entries 3")]
    assert found == [[1, 2, 3], [4, 5, 6], [7]]


WEEK = Period(date(2026, 11, 2), date(2026, 11, 9))


def week() -> tuple[pd.DataFrame, pd.DataFrame]:
    spans = [
        Span("2026-11-02T08:00:00Z", 3600, "u1", rate=100),
        Span("2026-11-04T08:00:00Z", 100_000, "u1"),
        Span("2026-11-04T09:00:00Z", 59, "u2"),
        Span("2026-11-09T09:00:00Z", 7, "u2"),  # the next week's
    ]
    frame = frame_of(spans, ZONE)
    names = Directory({**EMPTY_DIRECTORY.names, Kind.USER: {"u1": "=Ana", "u2": "Ben"}})
    return frame, week_grid(frame, WEEK, names, Kind.USER)


def test_the_grid_of_a_week() -> None:
    frame, grid = week()
    ana, ben, total = csv_rows(weekly_grid_csv(grid, "Person"))
    days = [f"2026-11-{day:02}" for day in range(2, 9)]
    assert list(ana) == ["Person", *days, "Total"]
    # 3,600 s and 100,000 s are 1:00:00 and 27:46:40.
    assert list(ana.values()) == ["'=Ana", "1:00:00", "0:00:00", "27:46:40", *["0:00:00"] * 4, "28:46:40"]
    assert (ben["Person"], ben["Total"], total["2026-11-04"], total["Total"]) == ("Ben", "0:00:59", "27:47:39", "28:47:39")
    content = weekly_grid_xlsx(grid, facts_of(frame, ZONE), title="Person", money=False)
    rows = sheet_rows(content, "Week")
    assert [row["Person"] for row in rows] == ["=Ana", "Ben"]
    assert list(rows[0]) == ["Person", *days, "Total"]
    assert [sum(seconds_in(row[name]) for row in rows) for name in ("2026-11-02", "2026-11-04", "Total")] == [3600, 100_059, 103_659]
    assert not [name for name in totals_sheet(content) if name.startswith("Amount")]


def test_files_of_nothing_are_files() -> None:
    nothing = empty_entries()
    facts = facts_of(nothing, ZONE)
    grid = week_grid(nothing, WEEK, EMPTY_DIRECTORY, Kind.PROJECT)
    table = grouped(nothing, Grouping.DAY, None, EMPTY_DIRECTORY)
    files = {
        "Entries": entries_xlsx(nothing, EMPTY_DIRECTORY, facts),
        "Summary": summary_xlsx(table, facts, first=Grouping.DAY, then=None),
        "Billable": billable_xlsx(billing_rows(nothing, EMPTY_DIRECTORY), facts),
        "Week": weekly_grid_xlsx(grid, facts),
    }
    for name, content in files.items():
        assert sheet_rows(content, name) == []
        assert seconds_in(totals_sheet(content)["Duration"][0]) == 0
    assert (
        csv_rows(entries_csv(nothing, EMPTY_DIRECTORY, ZONE))
        == csv_rows(detailed_csv(nothing, EMPTY_DIRECTORY, ZONE, ISO, emails={}))
        == []
    )
    assert entries_json(nothing, EMPTY_DIRECTORY, facts).endswith(b'"entries":[\n]}\n')
    (total,) = csv_rows(weekly_grid_csv(grid))
    assert set(total.values()) == {"Total", "0:00:00"}
