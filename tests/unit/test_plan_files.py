"""Plans, cycles and profit taken away, read back by other readers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from clockify.directory import Directory, Kind, Project
from clockify.estimates import Estimate
from clockify.plans import CostRate, Cycle, Notes, Plan
from clockify.render.facts import Facts
from clockify.render.files.plan_pdf import plans_pdf
from clockify.render.files.plan_sheets import cycles_csv, plans_csv, plans_xlsx
from clockify.render.files.profit_csv import profit_csv
from clockify.reports.budgets import Budgets, Foreseen, budgets, forecasts
from clockify.reports.measures import totals_of
from clockify.reports.profit import By, profit, profit_total
from clockify.reports.rounding import EXACT
from clockify.sheets import CsvForm
from tests.support.files import PERIOD, csv_rows, header_of, seconds_in, sheet_rows, totals_sheet
from tests.support.people import DIRECTORY, WORKWEEK, Row, cube_of

HOUR = 3600
TODAY = date(2026, 11, 18)
EVIL = '=HYPERLINK("x")'
MONTHLY = Plan("p1", seconds=10 * HOUR, cycle=Cycle.MONTH, carries=True, first=date(2026, 9, 1))
# Half an hour of November's 9; €150 of €1,000 and an hour in dollars; ten hours a week for twelve weeks.
ROWS = [
    Row(date(2026, 9, 10), project="p1", seconds=4 * HOUR),
    Row(date(2026, 10, 10), project="p1", seconds=17 * HOUR),
    Row(date(2026, 11, 10), project="p1", seconds=HOUR // 2),
    Row(date(2026, 11, 10), project="p2", seconds=HOUR + HOUR // 2, rate=10_000, billable=True),
    Row(date(2026, 11, 11), project="p2", seconds=HOUR, rate=10_000, currency="USD", billable=True),
    *(Row(date(2026, 11, 9) - timedelta(weeks=number), project="p3", seconds=10 * HOUR) for number in range(12)),
]
PLACE = Directory(
    {kind: {} for kind in Kind} | {Kind.PROJECT: {"p1": "Portal", "p2": EVIL, "p3": "Shop"}, Kind.CLIENT: {"c": "Acme"}},
    {
        "p1": Project("p1", "Portal", "c", currency="EUR"),
        "p2": Project("p2", EVIL, currency="EUR", estimate=Estimate(Plan("p2", cents=1_000_00), int(2.5 * HOUR))),
        "p3": Project("p3", "Shop", currency="EUR", estimate=Estimate(Plan("p3", seconds=133 * HOUR), 120 * HOUR)),
    },
    "EUR",
)


def board() -> tuple[Budgets, dict[str, Foreseen]]:
    cube, known = cube_of(ROWS), date(2026, 8, 1)
    found = budgets(cube, PLACE, Notes(plans=(MONTHLY,)), known_from=known, today=TODAY, week_start="MONDAY")
    ahead = forecasts(cube, found, known_from=known, today=TODAY, week_start="MONDAY", weekdays=WORKWEEK)
    return found, dict(ahead.by_project)


def facts() -> Facts:
    totals = totals_of(cube_of(ROWS))
    return Facts("Projects", "Studio", PERIOD, "UTC", "Everyone", EXACT, totals, totals, datetime(2026, 11, 18, 14, tzinfo=UTC))


def test_plans_as_csv() -> None:
    """September leaves 6 h, October takes 17 of 16: −1; November has 9 h, of which half an hour is used."""
    found, ahead = board()
    rows = {row["Project ID"]: row for row in csv_rows(plans_csv(found.rows, ahead, PLACE))}
    assert list(rows) == ["p3", "p2", "p1"]
    portal, evil, shop = rows["p1"], rows["p2"], rows["p3"]
    assert {key: portal[key] for key in list(portal)[1:8]} == {
        "Project": "Portal",
        "Client": "Acme",
        "Plan": "Estimate",
        "Source": "Written down here",
        "Cycle": "Month",
        "First day": "2026-11-01",
        "Last day": "2026-11-30",
    }
    assert [portal[f"{name} hours"] for name in ("Planned", "Carried in", "Used", "Left")] == ["10.00", "-1.00", "0.50", "8.50"]
    assert [portal[f"{name} seconds"] for name in ("Planned", "Carried in", "Used", "Left")] == ["36000", "-3600", "1800", "30600"]
    assert (portal["Burn"], portal["State"], portal["Complete"], portal["Used amount"]) == ("5.56%", "Within", "Yes", "")
    assert (evil["Project"], evil["Plan"], evil["Client"], evil["First day"]) == ("'" + EVIL, "Budget", "", "")
    assert [evil[f"{name} amount"] for name in ("Planned", "Used", "Left")] == ["1000.00", "150.00", "850.00"]
    assert (evil["Used seconds"], evil["Currency"], evil["Amounts left out"]) == ("", "EUR", "USD")
    assert [shop[name] for name in ("Earliest", "Middle", "Latest", "End of cycle")] == ["2026-11-27"] * 3 + [""]
    assert (portal["Earliest"], portal["End of cycle"] in ("", "Likely within", "Could go either way")) == ("", True)


def test_numbers_are_written_as_the_form_has_it() -> None:
    found, ahead = board()
    lines = plans_csv(found.rows, ahead, PLACE, form=CsvForm.SEMICOLON).decode().splitlines()
    assert '"8,50"' in lines[-1] and '"5,56%"' in lines[-1] and ";" in lines[0]


@pytest.mark.parametrize("form", list(CsvForm))
def test_without_money_there_is_no_word_of_it(form: CsvForm) -> None:
    found, ahead = board()
    for file in (
        plans_csv(found.rows, ahead, PLACE, money=False, form=form),
        cycles_csv(found.cycles, PLACE, TODAY, money=False, form=form),
    ):
        text = file.decode()
        assert not [word for word in ("amount", "Amount", "Currency", "EUR", "USD", "p2", "Budget", "1000") if word in text]
        assert "p1" in text and "p3" in text


def test_cycles_as_csv() -> None:
    rows = csv_rows(cycles_csv(board()[0].cycles, PLACE, TODAY))
    own = [row for row in rows if row["Project ID"] == "p1"]
    assert [(row["First day"], row["Last day"], row["Running"]) for row in own] == [
        ("2026-09-01", "2026-09-30", "No"),
        ("2026-10-01", "2026-10-31", "No"),
        ("2026-11-01", "2026-11-30", "Yes"),
    ]
    assert [row["Carried in hours"] for row in own] == ["0.00", "6.00", "-1.00"]
    assert [row["Carried out hours"] for row in own] == ["6.00", "-1.00", "0.00"]
    assert [row["Left hours"] for row in own] == ["6.00", "-1.00", "8.50"]
    (evil,) = [row for row in rows if row["Project ID"] == "p2"]
    assert (evil["Last day"], evil["Used amount"], evil["Used hours"], evil["Amounts left out"]) == ("", "150.00", "", "USD")


def test_nothing_gives_the_header() -> None:
    found = Budgets((), board()[0].cycles.iloc[:0])
    assert csv_rows(plans_csv(found.rows, {}, PLACE)) == [] and header_of(plans_csv((), {}, PLACE))[0] == "Project ID"
    assert csv_rows(cycles_csv(found.cycles, PLACE, TODAY)) == []
    assert sheet_rows(plans_xlsx((), {}, PLACE, facts()), "Projects") == []


def test_plans_as_excel() -> None:
    found, ahead = board()
    file = plans_xlsx(found.rows, ahead, PLACE, facts())
    rows: dict[str, dict[str, Any]] = {str(row["Project ID"]): row for row in sheet_rows(file, "Projects")}
    assert rows["p2"]["Project"] == EVIL
    assert (seconds_in(rows["p1"]["Used"]), rows["p1"]["Left hours"], rows["p1"]["Used amount"]) == (HOUR // 2, 8.5, None)
    assert (rows["p2"]["Used"], rows["p2"]["Used amount"], rows["p2"]["Left amount"]) == (None, 150.0, 850.0)
    assert rows["p1"]["First day"].date() == date(2026, 11, 1) and rows["p1"]["Last day"].date() == date(2026, 11, 30)
    assert rows["p3"]["Middle"].date() == date(2026, 11, 27)
    assert rows["p1"]["Burn"] == pytest.approx(0.5 / 9)
    assert seconds_in(totals_sheet(file)["Duration"][0]) == sum(row.seconds for row in ROWS)
    poor = plans_xlsx(found.rows, ahead, PLACE, facts(), money=False)
    assert not [title for row in sheet_rows(poor, "Projects") for title in row if "mount" in title or title == "Currency"]
    assert not [line for line in totals_sheet(poor) if "Amount" in line]


def test_plans_on_paper() -> None:
    found, ahead = board()
    file = plans_pdf(found.rows, ahead, PLACE, facts(), today=TODAY, notes=["Such forecasts held 3 of 4 times."])
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    for words in ("Near the limit", "Portal · Acme", EVIL, "8.50 h left", "€850 left", "27 Nov", "held 3 of 4 times", "+ USD"):
        assert words in text, words
    poor = plans_pdf(found.rows, ahead, PLACE, facts(), today=TODAY, money=False)
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(poor)).pages)
    assert "€" not in text and "USD" not in text and "Portal" in text
    none = plans_pdf((), {}, PLACE, facts(), today=TODAY)
    assert "Nothing is planned." in PdfReader(io.BytesIO(none)).pages[0].extract_text()


def test_profit_adds_up_to_its_total() -> None:
    """A second at €0.01 an hour is a 360,000th of a euro: three of them are as exact in rows as in the total."""
    may = date(2026, 5, 20)
    rows = [Row(may, "ana", f"p{place}", 1, 1, billable=True) for place in (1, 2, 3)] + [Row(may, "ben", "p1", HOUR)]
    rates = [CostRate("ana", 2, "EUR"), CostRate("ben", 500, "USD")]
    found = profit(cube_of(rows), rates, DIRECTORY, By.PROJECT)
    shown = csv_rows(profit_csv(found, profit_total(found), By.PROJECT))
    assert [row["Project"] for row in shown] == ["Portal", "Shop", "shop", "Total"]
    for name in ("Earned (EUR)", "Cost (EUR)", "Margin (EUR)"):
        assert sum(float(row[name]) for row in shown[:-1]) == pytest.approx(float(shown[-1][name]), abs=1e-12)
    assert shown[-1]["Earned (EUR)"] == "0.00000833" and shown[-1]["Margin (EUR)"] == "-0.00000833"
    assert shown[-1]["Cost in USD of other earnings, in no margin"] == "5.00"
    assert (shown[-1]["Tracked seconds"], shown[-1]["Without cost seconds"]) == ("3603", "0")
    named = replace(DIRECTORY, names={**DIRECTORY.names, Kind.PROJECT: {"p1": EVIL}})
    hostile = profit(cube_of(rows[:1]), rates, named, By.PROJECT)
    assert csv_rows(profit_csv(hostile, profit_total(hostile), By.PROJECT))[0]["Project"] == "'" + EVIL
