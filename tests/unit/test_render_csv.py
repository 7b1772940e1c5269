from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.directory import Directory, Kind, Project
from clockify.frames import ENTRY_DTYPES, empty_cube, empty_entries
from clockify.periods import Period
from clockify.render.figures import AddingUp, adding_up, exact_amount
from clockify.render.files.comma import billable_csv, entries_csv, file_name, neutralised, summary_csv, to_csv
from clockify.reports.billing import billing_rows
from clockify.reports.rounding import Direction, Rounding
from clockify.reports.summary import Grouping, Totals, grouped, totals_of
from clockify.sheets import CsvForm
from tests.support.hostile import LABELS, hostile_name

PROJECTS = {
    "p1": Project("p1", "=SUM(A1)", client_id="c1"),
    "p2": Project("p2", 'Say "hi", you', client_id="c1"),
    "p3": Project("p3", "Own"),
}
NAMES = {
    Kind.USER: {"u1": "@ana"},
    Kind.CLIENT: {"c1": "Ünï, Co"},
    Kind.PROJECT: {key: project.name for key, project in PROJECTS.items()},
    Kind.TASK: {},
    Kind.TAG: {"t1": "-minus", "t2": "two"},
}
DIRECTORY = Directory(NAMES, PROJECTS)


def entries(*rows: dict[str, Any]) -> pd.DataFrame:
    full = []
    for place, row in enumerate(rows):
        one: dict[str, Any] = {"id": f"e{place}", "start": "2026-11-02T08:00:00Z", "seconds": 3600, "user_id": "u1", "project_id": "p1"}
        one |= {"task_id": "", "tag_ids": "", "description": "", "billable": True, "rate": 10000, "currency": "EUR", "type": "REGULAR"}
        one |= {"locked": False} | row
        one["start"] = pd.Timestamp(one["start"])
        one["end"] = one["start"] + pd.Timedelta(seconds=one["seconds"])
        one["day"] = one["start"].tz_convert("Europe/Belgrade").tz_localize(None).normalize()
        one["amount_ticks"] = one["rate"] * one["seconds"] if one["billable"] else 0
        full.append(one)
    return pd.DataFrame(full)[list(ENTRY_DTYPES)].astype(ENTRY_DTYPES)


MONTH = entries(
    {"description": "second", "start": "2026-10-31T23:30:00Z", "seconds": 780, "rate": 6000, "tag_ids": "t1,t2"},
    {"description": "first\r\nline", "start": "2026-10-24T22:30:00Z", "seconds": 1, "rate": 7, "project_id": "p3"},
    {"description": "\tthird", "project_id": "", "billable": False, "currency": "USD"},
    {"description": "fourth", "project_id": "p2", "currency": "USD", "seconds": 7201},
)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_form_is_that_of_rfc_4180() -> None:
    content = to_csv(pd.DataFrame({"Name": ['a "b"', "x,y"], "Hours": [1, 2]}))
    assert content == b'"Name","Hours"\r\n"a ""b""","1"\r\n"x,y","2"\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_formulas_are_neutralised_and_numbers_are_not(start: str) -> None:
    frame = pd.DataFrame({"Name": [start + "1"], "Number": [-5], "Amount": ["-5.00"]})
    (row,) = read(to_csv(frame, numbers=["Amount"]))
    assert row == {"Name": "'" + start + "1", "Number": "-5", "Amount": "-5.00"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x;=1+1", "x;'=1+1"),  # where semicolons separate, the cell after x
        ("x, -1;+2", "x, '-1;'+2"),
        ('x;"=1+1";y', 'x;"\'=1+1";y'),
        ("list\r\n- one\n@two", "list\r\n'- one\n'@two"),
        ("\t=1+1", "\t'=1+1"),
        ("\x00 \ufeff=1+1", "\x00 \ufeff'=1+1"),  # LibreOffice drops the first of these
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\tx", "\tx"),
        ("1 - 2 = -1; 50-50, a@b.test (+49)", "1 - 2 = -1; 50-50, a@b.test (+49)"),
        ("x;'=1+1", "x;'=1+1"),
    ],
)
def test_wherever_a_cell_could_begin_there_is_no_formula(text: str, shown: str) -> None:
    (row,) = read(to_csv(pd.DataFrame({"Name": [text]})))
    assert row["Name"] == shown


ODD = st.sampled_from(list("=+-@,;\t\r\n\"' \x00\xa0\ufeff\u200b\u2028\uff1dx"))


@settings(max_examples=100)
@given(st.lists(st.text(ODD | st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=5))
def test_any_text_comes_back_with_apostrophes_before_what_would_be_formulas(texts: list[str]) -> None:
    found = [row["Name"] for row in read(to_csv(pd.DataFrame({"Name": texts}, dtype="str")))]
    for text, shown in zip(texts, found, strict=True):
        parts = [part.strip('" \x00\xa0\ufeff\u200b\u2028') for part in re.split("[,;\t\r\n]", shown)]
        assert not [part for part in parts if part.startswith(tuple("=+-@\uff1d"))]
        assert re.sub("'(?=[=+@\uff1d\uff0b\uff0d\uff20-])", "", shown) == re.sub("'(?=[=+@\uff1d\uff0b\uff0d\uff20-])", "", text)


def test_a_long_text_is_gone_through_once() -> None:
    # 200 times as long as Clockify's longest description; all pairs of its places would take hours.
    text = '"' * 200_000 + ";" * 200_000 + " " * 200_000
    assert neutralised(text + "=1") == text + "'=1"
    assert neutralised(text + "x=1") == text + "x=1"


@pytest.mark.parametrize("code", ["EUR", "a;=1"])
def test_semicolons_separate_where_a_comma_is_decimal(code: str) -> None:
    month = entries({"description": "x;=1+1", "seconds": 1_234_567 * 36, "rate": 10000, "currency": code})
    groups = grouped(month, Grouping.PROJECT, None, DIRECTORY)
    form = CsvForm.SEMICOLON
    for content, hours in (
        (summary_csv(groups, totals_of(month), DIRECTORY, first=Grouping.PROJECT, form=form), "Hours"),
        (billable_csv(billing_rows(month, DIRECTORY), form=form), "Hours"),
        (entries_csv(month, DIRECTORY, "UTC", form=form), "Hours"),
    ):
        row = next(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"))
        assert row[hours] == "12345,67"
        assert row["Project"] == "'=SUM(A1)"
        assert row.get("Share", "100,00%") == "100,00%"
        assert {text for name, text in row.items() if name.startswith("Amount")} == {"1234567,00"}
        assert {text for name, text in row.items() if name.startswith("Rate")} <= {"100,00"}
        assert b";=" not in content
    assert row["Duration"] == "12345:40:12"
    assert row["Start"] == "2026-11-02T08:00:00+00:00"


@given(st.integers(-(10**14), 10**14))
def test_amounts_are_exact_to_eight_places(ticks: int) -> None:
    text = exact_amount(ticks)
    part = text.partition(".")[2]
    assert 2 <= len(part) <= 8
    assert len(part) == 2 or part[-1] != "0"
    assert abs(Fraction(text) - Fraction(ticks, 360_000)) <= Fraction(1, 2 * 10**8)


@given(st.lists(st.tuples(st.sampled_from(["EUR", "VND"]), st.integers(-(10**17), 10**17)), max_size=20), st.integers(1, 20))
def test_columns_add_up_whatever_the_pieces_and_however_much_it_is(rows: list[tuple[str, int]], piece: int) -> None:
    amounts, found = AddingUp(), []
    for start in range(0, len(rows), piece):
        part = rows[start : start + piece]
        found += amounts.write(pd.Series([ticks for _, ticks in part], dtype="int64"), pd.Series([code for code, _ in part])).tolist()
    for code in ("EUR", "VND"):
        own = [(ticks, Fraction(text)) for (currency, ticks), text in zip(rows, found, strict=True) if currency == code]
        total = Fraction(sum(ticks for ticks, _ in own), 360_000)
        assert abs(sum((amount for _, amount in own), Fraction(0)) - total) <= Fraction(1, 2 * 10**8)
        assert all(abs(amount - Fraction(ticks, 360_000)) <= Fraction(1, 10**8) for ticks, amount in own)


def test_a_third_of_a_cent_is_carried_on() -> None:
    # 1, 2 and 3 ticks are 0.00000277…, 0.00000555… and 0.00000833…; together 0.00001666…
    assert adding_up(pd.Series([1, 2, 3])).tolist() == ["0.00000278", "0.00000555", "0.00000834"]
    assert adding_up(pd.Series([], dtype="int64")).tolist() == []


def test_amounts_by_hand() -> None:
    assert [exact_amount(ticks) for ticks in (0, 1, 360_000 * 13, 4_500_000, -180_000)] == ["0.00", "0.00000278", "13.00", "12.50", "-0.50"]


def test_entries_oldest_first_in_the_report_zone() -> None:
    rows = read(entries_csv(MONTH, DIRECTORY, "Europe/Belgrade"))
    assert [row["Date"] for row in rows] == ["2026-10-25", "2026-11-01", "2026-11-02", "2026-11-02"]
    assert rows[0] == {
        "Date": "2026-10-25",
        "Start": "2026-10-25T00:30:00+02:00",  # the clocks go back later that night
        "End": "2026-10-25T00:30:01+02:00",
        "Person": "'@ana",
        "Client": "",
        "Project": "Own",
        "Task": "",
        "Description": "first\r\nline",
        "Tags": "",
        "Billable": "Yes",
        "Type": "REGULAR",
        "Seconds": "1",
        "Duration": "0:00:01",
        "Hours": "0.00",
        "Rate": "0.07",
        "Amount": "0.00001944",
        "Currency": "EUR",
    }
    assert (rows[1]["Start"], rows[1]["Tags"], rows[1]["Amount"], rows[1]["Hours"]) == (
        "2026-11-01T00:30:00+01:00",
        "'-minus, two",
        "13.00",
        "0.22",
    )
    assert (rows[2]["Description"], rows[2]["Project"], rows[2]["Billable"], rows[2]["Amount"]) == ("\tthird", "", "No", "0.00")
    assert read(entries_csv(empty_entries(), DIRECTORY, "UTC")) == []
    western = read(entries_csv(MONTH, DIRECTORY, "America/St_Johns"))
    assert western[2]["Start"] == "2026-11-02T04:30:00-03:30"


def test_the_rows_of_a_summary_add_up_to_its_total() -> None:
    totals = totals_of(MONTH)
    groups = grouped(MONTH, Grouping.PERSON, Grouping.PROJECT, DIRECTORY)
    *rows, last = read(summary_csv(groups, totals, DIRECTORY, first=Grouping.PERSON, then=Grouping.PROJECT))
    assert list(last)[:3] == ["Person", "Project", "Client"]
    assert (last["Person"], last["Project"], last["Share"]) == ("Total", "", "100.00%")
    assert {row["Project"]: row["Client"] for row in rows} == {
        "Own": "No client",
        "'=SUM(A1)": "Ünï, Co",
        'Say "hi", you': "Ünï, Co",
        "No project": "No client",
    }
    for column in ("Seconds", "Billable seconds", "Entries"):
        assert sum(int(row[column]) for row in rows) == int(last[column])
    for code in ("EUR", "USD"):
        added = sum(Decimal(row[f"Amount ({code})"]) for row in rows)
        cents = Decimal("0.01")
        assert added.quantize(cents, ROUND_HALF_UP) == Decimal(last[f"Amount ({code})"]).quantize(cents, ROUND_HALF_UP)
    assert (last["Seconds"], last["Duration"], last["Hours"]) == ("11582", "3:13:02", "3.22")


def test_one_level_and_days() -> None:
    groups = grouped(MONTH, Grouping.DAY, None, DIRECTORY)
    rows = read(summary_csv(groups, totals_of(MONTH), DIRECTORY, first=Grouping.DAY))
    assert [row["Day"] for row in rows] == ["2026-10-25", "2026-11-01", "2026-11-02", "Total"]
    (total,) = read(summary_csv(grouped(empty_cube(), Grouping.TASK, None, DIRECTORY), Totals(), DIRECTORY, first=Grouping.TASK))
    assert (total["Task"], total["Seconds"], total["Share"]) == ("Total", "0", "0.00%")


def test_billable_has_a_total_for_each_currency() -> None:
    rows = read(billable_csv(billing_rows(MONTH, DIRECTORY)))
    names = [(row["Client"], row["Project"], row["Currency"]) for row in rows]
    assert names == [
        ("Ünï, Co", 'Say "hi", you', "USD"),
        ("Total", "", "USD"),
        ("Ünï, Co", "'=SUM(A1)", "EUR"),
        ("No client", "Own", "EUR"),
        ("Total", "", "EUR"),
    ]
    assert (rows[0]["Rate (USD)"], rows[0]["Amount (USD)"], rows[0]["Amount (EUR)"]) == ("100.00", "200.02777778", "")
    assert (rows[4]["Amount (EUR)"], rows[4]["Seconds"], rows[4]["Rate (EUR)"]) == ("13.00001944", "781", "")
    assert billable_csv(billing_rows(empty_cube(), DIRECTORY)).startswith(b'"Client","Project","Currency"')


def test_file_names_are_clockifys() -> None:
    period = Period(date(2026, 11, 1), date(2026, 12, 1))
    assert file_name("Summary", period) == "Clockify_Time_Report_Summary_01_11_2026-30_11_2026.csv"
    assert file_name("Detailed", period, "xlsx").endswith("30_11_2026.xlsx")
    rounded = file_name("Summary", period, rounding=Rounding(Direction.UP, 15))
    assert rounded == "Clockify_Time_Report_Summary_01_11_2026-30_11_2026_rounded_up-15.csv"
    assert file_name("Detailed", period, "pdf", whose="Acme") == "Clockify_Time_Report_Detailed_Acme_01_11_2026-30_11_2026.pdf"


@pytest.mark.parametrize(
    ("whose", "part"),
    [
        ("Portal · Müller & Söhne", "_Portal_Müller_Söhne"),
        ("../../etc/passwd", "_etc_passwd"),
        ("..\\C:\\CON.txt", "_C_CON_txt"),
        ("CON", "_CON"),
        (".hidden", "_hidden"),
        ("\uff0e\uff0e\uff0f\uff0eroot", "_root"),  # as wide as Chinese ones
        ("a\u202egnp.exe\x00\n\ud83d", "_a_gnp_exe"),
        ("W" * 300, "_" + "W" * 40),
        ("x" * 39 + " yz", "_" + "x" * 39),
        (" . / _ ", ""),
        ("\N{WOMAN}\N{ZERO WIDTH JOINER}", ""),
    ],
)
def test_a_name_in_a_file_name_is_letters_and_digits(whose: str, part: str) -> None:
    period = Period(date(2026, 11, 1), date(2026, 12, 1))
    assert file_name("Detailed", period, whose=whose) == f"Clockify_Time_Report_Detailed{part}_01_11_2026-30_11_2026.csv"


@pytest.mark.parametrize("label", LABELS)
def test_no_hostile_name_leads_anywhere(label: str) -> None:
    for kind in ("client", "project"):
        name = file_name("Detailed", Period(date(2026, 11, 1), date(2026, 12, 1)), whose=hostile_name(label, kind, "http://127.0.0.1:9"))
        whose = name.removeprefix("Clockify_Time_Report_Detailed").removesuffix("_01_11_2026-30_11_2026.csv")
        assert len(whose) <= 41
        assert "__" not in name
        assert all(sign.isalnum() for sign in whose.replace("_", ""))
