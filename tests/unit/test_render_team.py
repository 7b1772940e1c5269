"""People as tables and files: what stands in the cells, what without money doesn't, and that sums are sums."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pandas as pd
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.io.formats.style import Styler

from clockify.directory import Directory, Kind
from clockify.frames import empty_cube
from clockify.periods import Period
from clockify.plans import DaysOff, Notes, Target, Usual
from clockify.render.facts import Facts
from clockify.render.files.team_pdf import heat_picture, team_pdf
from clockify.render.files.team_sheets import matrix_csv, missing_csv, team_csv, team_xlsx
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT
from clockify.render.tables.missing import missing_table
from clockify.render.tables.team import BLOCKS, course_text, team_table, usual_words
from clockify.reports.capacity import capacity_days
from clockify.reports.matrix import matrix, matrix_rows
from clockify.reports.measures import totals_of
from clockify.reports.missing import by_week, missing_days
from clockify.reports.rounding import EXACT
from clockify.reports.team import team, team_total
from clockify.sheets import CsvForm
from tests.support.files import seconds_in, sheet_rows, ticks_in, totals_sheet
from tests.support.hostile import LABELS, hostile_name
from tests.support.people import DIRECTORY, ROWS, WORKWEEK, Row, cube_of, full_week
from tests.support.stylers import displayed_cells

WEEK, OVER, HOUR = Period(date(2026, 11, 16), date(2026, 11, 23)), date(2026, 12, 1), 3600
MON, TUE, FRI = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 20)
NOTES = Notes(
    capacities=(full_week("ana", day=4 * HOUR),),
    days_off=(DaysOff("ana", FRI, FRI),),
    targets=(Target("ana", 60, 50),),
    usual=Usual(utilization=85),
)
ENTRIES = [
    Row(MON, "ana", "p1", 6 * HOUR, 10_000, billable=True),
    Row(TUE, "ana", "", 4 * HOUR),
    Row(MON, "ben", "p2", 8 * HOUR, 5_001, "USD", billable=True),
    Row(TUE, "ben", "p2", 1, 5_001, "USD", billable=True),
]
MONEY = re.compile(r"amount|per hour|\bEUR\b|\bUSD\b|[€$]", re.IGNORECASE)
EVIL = [hostile_name(label, "person", "https://evil.invalid") for label in LABELS]


class People:
    """All that is made of entries."""

    def __init__(self, rows: list[Row], people: tuple[str, ...] = ("ana", "ben", "cleo"), directory: Directory = DIRECTORY) -> None:
        self.cube, self.directory = cube_of(rows), directory
        capacity = capacity_days(people, WEEK, NOTES, WORKWEEK)
        self.rows = team(self.cube, capacity, people, directory, NOTES, until=OVER)
        self.total = team_total(self.rows, NOTES.usual)
        self.both = pd.concat([self.rows, self.total], ignore_index=True)
        self.missing = missing_days(self.cube, capacity, OVER)
        made = datetime(2026, 11, 23, tzinfo=UTC)
        totals = totals_of(self.cube)
        self.facts = Facts("People", "Studio", WEEK, "UTC", "Everyone", EXACT, totals, totals, made)
        self.labels = {one: directory.label(Kind.USER, one) for one in dict.fromkeys(self.missing["user_id"].astype("str"))}

    def table(self, **terms: Any) -> pd.DataFrame:
        return displayed_cells(team_table(self.both, LIGHT, weeks={"ana": [0, 1, 2]}, **terms))

    def pdf(self, **terms: Any) -> str:
        content = team_pdf(self.rows, self.total, self.missing, self.labels, self.facts, NOTES.usual, **terms)
        return " ".join(" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages)


PEOPLE = People(ENTRIES)


def read(content: bytes, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=separator))


# Tables


def test_a_table_by_hand() -> None:
    """Ana: 4 × 4 − no Friday = 16 hours, 10 tracked, 12:00 of Wednesday and Thursday missing; Ben 40; Cleo 40 without time."""
    shown = PEOPLE.table()
    assert list(shown) == ["Person", "12 weeks", "Capacity", "Tracked", "Utilization", "Billability", "Missing", "Amount", "Per hour"]
    assert shown["Capacity"].tolist() == ["16.00  \n:gray[:small[4.00 off]]", "40.00", "40.00", "96.00  \n:gray[:small[4.00 off]]"]
    assert shown["Tracked"].tolist() == ["10.00", "8.00", "0.00", "18.00"]
    assert shown["Utilization"].tolist() == ["63%", "20%", "0%", "19%"]
    assert shown["Billability"].tolist() == ["60%", "100%", "–", "78%"]
    # Ana lacks Wednesday and Thursday, Ben three days and 7:59:59.
    assert shown["Missing"].tolist() == ["8.00", "32.00", "40.00", "80.00"]
    assert shown["Amount"].tolist() == ["€600.00", r"\$400.09", "–", "€600.00  \n\\$400.09"]
    assert shown["Per hour"].tolist() == ["€60.00", r"\$50.01", "–", "€33.33  \n\\$22.23"]
    assert shown["12 weeks"].tolist() == [f"{BLOCKS[0]}{BLOCKS[4]}{BLOCKS[-1]}", "", "", ""]
    assert [one.partition("  \n")[0] for one in shown["Person"]] == ["Ana", "ben", "Cleo", "Team"]
    assert ["on target" in one for one in shown["Person"]] == [True, False, False, False]
    assert ["time missing" in one for one in shown["Person"]] == [False, True, True, False]


def test_overtime_has_a_column_only_where_there_is_some() -> None:
    people = People([*ENTRIES, Row(FRI, "ana", "p1", 12 * HOUR)])
    assert people.table()["Overtime"].tolist() == ["6.00", "–", "–", "6.00"]
    assert "Overtime" not in PEOPLE.table()


def test_a_narrow_table_has_the_hours_beneath_and_clock_style_holds() -> None:
    shown = PEOPLE.table(narrow=True, style=HourStyle.CLOCK)
    assert list(shown) == ["Person", "Utilization", "Missing"]
    assert shown["Utilization"].tolist()[0] == "63%  \n:gray[:small[10:00 of 16:00]]"
    assert shown["Missing"].tolist() == ["8:00", "32:00", "40:00", "80:00"]


def test_without_money_there_is_none_on_the_table() -> None:
    assert not [name for name in PEOPLE.table(money=False) if MONEY.search(name)]
    assert not MONEY.search(PEOPLE.table(money=False).to_csv())


@pytest.mark.parametrize("name", EVIL)
def test_a_name_is_text_in_tables(name: str) -> None:
    directory = replace(DIRECTORY, names={**DIRECTORY.names, Kind.USER: {"ana": name}})
    people = People(ENTRIES, directory=directory)
    tables: list[Styler] = [
        team_table(people.both, DARK, weeks={}),
        missing_table(people.missing, list(people.labels), people.labels, DARK),
    ]
    for table in tables:
        cells = displayed_cells(table)["Person"].tolist()
        assert not [one for one in cells if re.search(r"(?<!\\)!\[|(?<!\\)\$|(?<!\\)<|\]\(", one)]


@pytest.mark.parametrize(
    ("seconds", "drawn"),
    [((), ""), ((0, 0), ""), ((-5, 0), ""), ((8, 4, 1, 0), "█▅▂▁"), ((1,), "█"), ((-3, 8), "▁█"), ((10**9, 1), "█▁")],
)
def test_a_course_is_drawn_against_its_largest(seconds: tuple[int, ...], drawn: str) -> None:
    assert course_text(seconds) == drawn


def test_whose_week_is_usual_is_counted_without_the_total() -> None:
    assert usual_words(PEOPLE.both, "40") == "2 people have the usual 40 h a week, for nothing else is written down."
    assert usual_words(PEOPLE.both.iloc[[1, 3]], "38.5").startswith("1 person has the usual 38.5 h")
    assert usual_words(PEOPLE.both.iloc[[0]], "40") == ""


def test_missing_time_by_day_the_worst_first() -> None:
    rows = PEOPLE.missing[PEOPLE.missing["user_id"] != "cleo"]
    shown = displayed_cells(missing_table(rows, ["ben", "ana"], PEOPLE.labels, LIGHT))
    assert list(shown) == ["Person", "Missing", "Days", "Most on"]
    assert shown["Missing"].tolist() == ["32.00", "8.00"]
    assert shown["Days"].tolist() == ["4", "2"]
    assert shown["Most on"].str.replace("\u00a0", " ").tolist() == [
        "18 Nov :gray[8.00] · 19 Nov :gray[8.00] · 20 Nov :gray[8.00] · 17 Nov :gray[8.00]",
        "18 Nov :gray[4.00] · 19 Nov :gray[4.00]",
    ]


def test_missing_time_by_week_and_on_a_phone() -> None:
    weeks = by_week(PEOPLE.missing, "MONDAY")
    assert "Weeks" in displayed_cells(missing_table(weeks, ["ana"], PEOPLE.labels, LIGHT))
    shown = displayed_cells(missing_table(weeks, ["ana"], PEOPLE.labels, LIGHT, narrow=True, style=HourStyle.CLOCK))
    assert shown.to_dict("list") == {"Person": ["Ana"], "Missing": ["8:00  \n:gray[:small[1 week]]"]}
    shown = displayed_cells(missing_table(PEOPLE.missing, ["cleo"], PEOPLE.labels, LIGHT))
    assert shown["Most on"].tolist()[0].endswith("…"), "five days, of which four are named"


# Files


def test_a_csv_by_hand() -> None:
    ana, ben, cleo, total = read(team_csv(PEOPLE.rows, PEOPLE.total))
    for row, wanted in (
        (ana, {"Person ID": "ana", "Person": "Ana", "Capacity seconds": "57600", "Capacity hours": "16.00", "Days off hours": "4.00"}),
        (ana, {"Utilization": "62.50%", "Billability": "60.00%", "Utilization target": "60%", "Billability target": "50%"}),
        (ana, {"Usual capacity": "No", "Status": "on target", "Per hour (EUR)": "60.00"}),
        (ben, {"Utilization target": "85%", "Billability target": "", "Usual capacity": "Yes", "Status": "time missing"}),
        (cleo, {"Utilization": "0.00%", "Billability": "", "Per hour (EUR)": ""}),
        (total, {"Person ID": "", "Person": "Total", "Amount (EUR)": "600.00", "Per hour (EUR)": "33.33"}),
        (total, {"Tracked seconds": str(18 * HOUR + 1), "Status": ""}),
    ):
        assert {name: row[name] for name in wanted} == wanted


def test_where_a_comma_is_decimal_figures_have_one_and_text_has_none_of_it() -> None:
    ana = read(team_csv(PEOPLE.rows, PEOPLE.total, form=CsvForm.SEMICOLON), ";")[0]
    assert (ana["Capacity hours"], ana["Utilization"], ana["Amount (EUR)"]) == ("16,00", "62,50%", "600,00")
    assert read(missing_csv(PEOPLE.missing, DIRECTORY, CsvForm.SEMICOLON), ";")[0]["Missing hours"] == "4,00"
    assert read(matrix_csv(matrix_rows(PEOPLE.cube, DIRECTORY), CsvForm.SEMICOLON), ";")[0]["seconds"] == str(6 * HOUR)


@settings(max_examples=25)
@given(st.lists(ROWS, max_size=25))
def test_columns_of_any_entries_add_up_to_their_total(rows: list[Row]) -> None:
    people = People(rows)
    *lines, total = read(team_csv(people.rows, people.total))
    for name in total:
        if name.endswith("seconds"):
            assert sum(int(line[name]) for line in lines) == int(total[name]), name
        if name.startswith("Amount"):
            assert sum(ticks_in_places(line[name]) for line in lines) == ticks_in_places(total[name]), name
    matrix_lines = read(matrix_csv(matrix_rows(people.cube, DIRECTORY)))
    assert sum(int(line["seconds"]) for line in matrix_lines) == sum(row.seconds for row in rows)
    sheet = sheet_rows(team_xlsx(people.rows, people.facts), "People")
    assert sum(seconds_in(row["All tracked"]) for row in sheet if row["Person"]) == sum(row.seconds for row in rows)
    missing = read(missing_csv(people.missing, DIRECTORY))
    assert sum(int(line["Missing seconds"]) for line in missing) == int(total["Missing seconds"])


def ticks_in_places(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(8, "0"))


def test_excel_has_real_numbers_and_empty_cells_where_there_is_nothing() -> None:
    content = team_xlsx(PEOPLE.rows, PEOPLE.facts)
    ana, ben, cleo = sheet_rows(content, "People")
    assert seconds_in(ana["Capacity"]) == 16 * HOUR
    assert (ana["Capacity hours"], ana["Utilization"], ana["Utilization target"]) == (16, 0.625, 0.6)
    assert (ben["Billability target"], cleo["Billability"], cleo["Per hour (EUR)"]) == (None, None, None)
    assert ticks_in(ana["Amount (EUR)"]) == 600 * 360_000
    totals = totals_sheet(content)
    assert seconds_in(totals["Duration"][0]) == 18 * HOUR + 1
    assert totals["Rounding"][0]


def test_nothing_is_a_file_too() -> None:
    nothing = People([], people=())
    assert [row["Person"] for row in read(team_csv(nothing.rows, nothing.total))] == ["Total"]
    assert matrix_csv(matrix_rows(empty_cube(), DIRECTORY)) == b'"person_id","person","project_id","project","seconds"\r\n'
    assert read(missing_csv(nothing.missing, DIRECTORY)) == []
    assert sheet_rows(team_xlsx(nothing.rows, nothing.facts), "People") == []
    assert heat_picture(matrix(empty_cube(), DIRECTORY, Kind.PROJECT)) == []
    assert "Nobody is below capacity" in nothing.pdf()


def test_missing_days_are_by_name_then_by_day() -> None:
    directory = replace(DIRECTORY, names={**DIRECTORY.names, Kind.USER: {"ana": "Zoe", "ben": "anton", "cleo": "Cleo"}})
    found = read(missing_csv(PEOPLE.missing, directory))
    assert list(dict.fromkeys(row["Person"] for row in found)) == ["anton", "Cleo", "Zoe"]
    assert [row["Day"] for row in found if row["Person"] == "Zoe"] == ["2026-11-18", "2026-11-19"]


def test_files_without_money_have_none_of_it() -> None:
    sheets = openpyxl.load_workbook(io.BytesIO(team_xlsx(PEOPLE.rows, PEOPLE.facts, money=False)))
    texts = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    shown = [*texts, team_csv(PEOPLE.rows, PEOPLE.total, money=False).decode(), PEOPLE.pdf(money=False)]
    assert not [text for text in shown if MONEY.search(text)]
    assert MONEY.search(PEOPLE.pdf())


def test_a_pdf_by_hand() -> None:
    charts = heat_picture(matrix(PEOPLE.cube, DIRECTORY, Kind.PROJECT), "Everyone · Atlas")
    text = PEOPLE.pdf(charts=charts, notes=["First.", "Second."])
    for words in (
        "People, 16–22 Nov 2026 Studio · Everyone · 16–22 Nov 2026 · UTC",
        "Utilization 19% target 85%",
        "Billability 78% no target is set",
        "Capacity 96.00 h 4.00 h off deducted",
        "Missing time 80.00 h 3 people below capacity",
        "Who worked on what, hours by project · Everyone · Atlas",
        "Team 96.00 4.00 off 18.00 19% 78% 80.00 €600.00 $400.09 €33.33 $22.23",
        "First. Second.",
        "18 Nov 4.00 · 19 Nov 4.00 8.00",
        "exact, not rounded",
    ):
        assert words in text.replace("\u00a0", " "), words
    assert "16:00" in PEOPLE.pdf(style=HourStyle.CLOCK)


@pytest.mark.parametrize("name", EVIL[::4])
def test_no_name_breaks_a_file(name: str) -> None:
    directory = replace(DIRECTORY, names={**DIRECTORY.names, Kind.USER: {"ana": name}, Kind.PROJECT: {"p1": name}})
    people = People(ENTRIES, directory=directory)
    assert people.pdf(charts=heat_picture(matrix(people.cube, directory, Kind.PROJECT)))
    pairs = matrix_csv(matrix_rows(people.cube, directory))
    for content in (team_csv(people.rows, people.total), missing_csv(people.missing, directory), pairs):
        cells = [cell.lstrip() for row in read(content) for cell in row.values()]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    sheets = openpyxl.load_workbook(io.BytesIO(team_xlsx(people.rows, people.facts)))
    assert not [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
