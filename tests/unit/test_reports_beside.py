"""Two periods beside each other: every group of either has a row, and no figure of either changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.frames import CUBE_DTYPES
from clockify.periods import Period
from clockify.render.difference import difference_words, totals_words
from clockify.render.markdown import escape_markdown
from clockify.render.palette import LIGHT
from clockify.render.tables.billable import IDS, billable_table
from clockify.render.tables.styling import SWATCH
from clockify.render.tables.summary import summary_table
from clockify.reports.beside import before_of, moved, united
from clockify.reports.billing import billing_rows
from clockify.reports.folding import Folded
from clockify.reports.grouping import Grouping, grouped
from clockify.reports.measures import Totals, totals_of
from tests.support.stylers import displayed_cells

PROJECTS = {
    "p1": Project("p1", "Atlas", client_id="c1"),
    "p2": Project("p2", "Old", client_id="c2"),
    "p3": Project("p3", "New", client_id="c1"),
}
NAMES = {kind: {} for kind in Kind} | {
    Kind.CLIENT: {"c1": "Acme", "c2": "Blue"},
    Kind.PROJECT: {one.id: one.name for one in PROJECTS.values()},
}
DIRECTORY = Directory(NAMES, PROJECTS)
OCTOBER, NOVEMBER = (Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in (10, 11))
HOUR = 3600


def cube(*rows: tuple[str, str, str, int, int]) -> pd.DataFrame:
    """Rows of (day, project, currency, hours, rate), all billable, two entries each."""
    frame = pd.DataFrame(rows, columns=["day", "project_id", "currency", "hours", "rate"])
    seconds = frame["hours"] * HOUR
    rest = {"user_id": "u1", "task_id": "", "billable": True, "entries": 2, "seconds": seconds, "amount_ticks": seconds * frame["rate"]}
    return frame.assign(**rest)[list(CUBE_DTYPES)].astype(CUBE_DTYPES)


NOW = cube(("2026-11-02", "p1", "EUR", 3, 100), ("2026-11-03", "p3", "EUR", 1, 100))
BEFORE = cube(("2026-10-01", "p1", "EUR", 2, 90), ("2026-10-05", "p2", "USD", 4, 50))


def test_united_has_every_group_and_the_figures_of_now() -> None:
    both = united(NOW, moved(BEFORE, OCTOBER, NOVEMBER))
    assert totals_of(both) == Totals(4 * HOUR, 4 * HOUR, 4, {"EUR": 4 * HOUR * 100})
    table = grouped(both, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY)
    found = [(row.label, row.seconds // HOUR, row.entries) for row in table.itertuples()]
    assert found == [("Acme", 4, 4), ("Atlas", 3, 2), ("New", 1, 2), ("Blue", 0, 0), ("Old", 0, 0)]


def test_entries_one_by_one_are_counted_as_such() -> None:
    one_by_one = [frame.drop(columns="entries") for frame in (NOW, moved(BEFORE, OCTOBER, NOVEMBER))]
    assert totals_of(united(*one_by_one)).entries == len(NOW)


def test_days_stand_against_the_days_of_the_same_number() -> None:
    both = united(NOW, moved(BEFORE, OCTOBER, NOVEMBER))
    assert grouped(both, Grouping.DAY, None, DIRECTORY)["first_id"].tolist() == ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-05"]


def test_the_summary_shows_before_beside_now() -> None:
    before = moved(BEFORE, OCTOBER, NOVEMBER)
    rows = grouped(united(NOW, before), Grouping.CLIENT, Grouping.PROJECT, DIRECTORY)
    beside = before_of(grouped(before, Grouping.CLIENT, Grouping.PROJECT, DIRECTORY), ("first_id", "second_id"), totals_of(BEFORE), OCTOBER)
    styler = summary_table(rows, totals_of(NOW), DIRECTORY, LIGHT, first=Grouping.CLIENT, then=Grouping.PROJECT, before=beside)
    table = displayed_cells(styler)
    assert table["Hours"].tolist() == ["4.00", "3.00", "1.00", "0.00", "0.00", "4.00"]
    assert table["1–31 Oct 2026"].tolist() == ["2.00", "2.00", "0.00", "4.00", "4.00", "6.00"]
    assert table["Change"].tolist() == ["↑ 100%", "↑ 50%", "↑ new", "↓ 100%", "↓ 100%", "↓ 33%"]
    assert table["Amount"].tolist() == ["€4.00", "€3.00", "€1.00", "–", "–", "€4.00"]
    amounts = table["Amount 1–31 Oct 2026"].tolist()
    assert amounts[:3] == ["€1.80 :gray[:small[↑\u00a0122%]]", "€1.80 :gray[:small[↑\u00a067%]]", "€0.00 :gray[:small[↑\u00a0new]]"]
    assert amounts[3:] == [
        *["\\$2.00 :gray[:small[↓\u00a0100%]]"] * 2,
        "€1.80 :gray[:small[↑\u00a0122%]]  \n" + "\\$2.00 :gray[:small[↓\u00a0100%]]",
    ]
    assert "Billable" in table


def test_a_phone_has_the_changes_beneath() -> None:
    before = moved(BEFORE, OCTOBER, NOVEMBER)
    rows = grouped(united(NOW, before), Grouping.CLIENT, None, DIRECTORY)
    beside = before_of(grouped(before, Grouping.CLIENT, None, DIRECTORY), ("first_id", "second_id"), totals_of(BEFORE), OCTOBER)
    styler = summary_table(rows, totals_of(NOW), DIRECTORY, LIGHT, first=Grouping.CLIENT, before=beside, narrow=True)
    table = displayed_cells(styler)
    assert list(table) == ["Client", "Hours", "Amount"]
    assert table["Hours"].tolist() == [
        f"{now}  \n:gray[:small[{was}]]" for now, was in (("4.00", "↑ 100%"), ("0.00", "↓ 100%"), ("4.00", "↓ 33%"))
    ]
    euros = "€4.00  \n:gray[:small[↑\u00a0122%]]"
    dollars = r"\$0.00  " + "\n:gray[:small[↓\u00a0100%]]"
    assert table["Amount"].tolist() == [euros, dollars, f"{euros}  \n{dollars}"]


@pytest.mark.parametrize("narrow", [False, True])
def test_without_money_no_column_of_it_stands(narrow: bool) -> None:
    before = moved(BEFORE, OCTOBER, NOVEMBER)
    rows = grouped(united(NOW, before), Grouping.CLIENT, None, DIRECTORY)
    beside = before_of(grouped(before, Grouping.CLIENT, None, DIRECTORY), ("first_id", "second_id"), totals_of(BEFORE), OCTOBER)
    styler = summary_table(rows, totals_of(NOW), DIRECTORY, LIGHT, first=Grouping.CLIENT, before=beside, narrow=narrow, money=False)
    others = [] if narrow else ["1–31 Oct 2026", "Change", "Share", "Billable"]
    assert list(displayed_cells(styler)) == ["Client", "Hours", *others]


def test_of_a_running_month_what_has_ended_is_compared() -> None:
    over = Period(date(2026, 11, 1), date(2026, 11, 3))  # on the 3rd: 3 hours on Atlas are over, the one on New is today's
    first = Period(date(2026, 10, 1), date(2026, 10, 3))
    until = NOW[NOW["day"] < "2026-11-03"]
    before = BEFORE[BEFORE["day"] < "2026-10-03"]
    ids = ("first_id", "second_id")
    rows = grouped(united(NOW, moved(before, OCTOBER, NOVEMBER)), Grouping.PROJECT, None, DIRECTORY)
    ended = before_of(grouped(until, Grouping.PROJECT, None, DIRECTORY), ids, totals_of(until), over)
    beside = before_of(grouped(before, Grouping.PROJECT, None, DIRECTORY), ids, totals_of(before), first)
    styler = summary_table(rows, totals_of(NOW), DIRECTORY, LIGHT, first=Grouping.PROJECT, before=replace(beside, now=ended))
    table = displayed_cells(styler)
    assert table["Hours"].tolist() == ["3.00", "1.00", "4.00"]
    assert table["1–2 Oct 2026"].tolist() == ["2.00", "0.00", "2.00"]
    assert table["Change to 2 Nov"].tolist() == ["↑ 50%", "–", "↑ 50%"]
    assert table["Amount"].tolist() == ["€3.00", "€1.00", "€4.00"]
    assert table["Amount 1–2 Oct 2026"].tolist() == [
        "€1.80 :gray[:small[↑\u00a067%]]",
        "€0.00 :gray[:small[–]]",
        "€1.80 :gray[:small[↑\u00a067%]]",
    ]


def test_the_billable_table_shows_hours_and_amount_before() -> None:
    rows = billing_rows(united(NOW, BEFORE), DIRECTORY)
    styler = billable_table(rows, DIRECTORY, LIGHT, before=before_of(billing_rows(BEFORE, DIRECTORY), IDS, totals_of(BEFORE), OCTOBER))
    table = displayed_cells(styler)
    assert table["Client / project"].tolist() == ["Acme", "Atlas", "New", "EUR subtotal", "Blue", "Old", "USD subtotal", "All hours"]
    assert table["Amount"].tolist() == ["€4.00", "€3.00", "€1.00", "€4.00", r"\$0.00", r"\$0.00", r"\$0.00", "–"]
    assert table["1–31 Oct 2026"].tolist() == ["2.00", "2.00", "0.00", "2.00", "4.00", "4.00", "4.00", "6.00"]
    euros, dollars = "€1.80 :gray[:small[↑\u00a0122%]]", "\\$2.00 :gray[:small[↓\u00a0100%]]"
    atlas, new = "€1.80 :gray[:small[↑\u00a067%]]", "€0.00 :gray[:small[↑\u00a0new]]"
    assert table["Amount 1–31 Oct 2026"].tolist() == [euros, atlas, new, euros, dollars, dollars, dollars, "–"]


def test_where_money_is_hidden_nothing_stands_there_as_zero() -> None:
    blind, blind_before = (one.assign(rate=0, amount_ticks=0) for one in (NOW, BEFORE))
    beside = before_of(billing_rows(blind_before, DIRECTORY), IDS, totals_of(blind_before), OCTOBER)
    rows = billing_rows(united(blind, blind_before), DIRECTORY)
    alone = displayed_cells(billable_table(rows, DIRECTORY, LIGHT, money=False))
    assert list(alone) == [SWATCH, "Client / project", "Hours", "Entries"]
    table = displayed_cells(billable_table(rows, DIRECTORY, LIGHT, before=beside, money=False))
    assert list(table) == [SWATCH, "Client / project", "Hours", "1–31 Oct 2026", "Change"]
    assert table["1–31 Oct 2026"].tolist()[-1] == "6.00"


def test_rates_of_the_other_period_are_no_rates_of_this_one() -> None:
    rows = billing_rows(united(NOW, BEFORE), DIRECTORY)
    atlas = rows[rows["label"] == "Atlas"].iloc[0]
    assert (atlas["rate"], atlas["rates"]) == (100, 1)


def test_sums_and_differences_in_words() -> None:
    exact = Totals(2 * HOUR + 900, HOUR, 3, {"EUR": 3600 * 1000, "USD": 3600 * 500})
    rounded = Totals(2 * HOUR + 1800, 1800, 3, {"EUR": 3600 * 1250, "USD": 3600 * 500})
    assert totals_words(exact) == "3 entries · 2.25 h · 1.00 h billable · €10.00 · $5.00"
    assert totals_words(Totals(HOUR, 0, 1, {}), money=False) == "1 entry · 1.00 h · 0.00 h billable"
    assert difference_words(rounded, exact) == "+0.25 h, +€2.50, ±$0.00"
    assert difference_words(exact, rounded, money=False) == "−0.25 h"


def test_a_groups_figure_is_not_that_of_its_part_without_a_task() -> None:
    tasks = pd.Series(["", "t1"]).astype("category")
    before = cube(("2026-10-01", "p1", "EUR", 2, 90), ("2026-10-05", "p1", "EUR", 4, 90)).assign(task_id=tasks)
    rows = grouped(before, Grouping.PROJECT, Grouping.TASK, DIRECTORY)
    beside = before_of(rows, ("first_id", "second_id"), totals_of(before), OCTOBER)
    styler = summary_table(rows, totals_of(before), DIRECTORY, LIGHT, first=Grouping.PROJECT, then=Grouping.TASK, before=beside)
    table = displayed_cells(styler)
    assert table["1–31 Oct 2026"].tolist() == table["Hours"].tolist() == ["6.00", "4.00", "2.00", "6.00"]
    folded = Folded([], [], [0])
    cut = summary_table(rows, totals_of(before), DIRECTORY, LIGHT, first=Grouping.PROJECT, then=Grouping.TASK, before=beside, folded=folded)
    assert displayed_cells(cut)["1–31 Oct 2026"].tolist() == ["6.00", "6.00"]


def test_a_currencys_name_in_a_rate_is_no_markdown() -> None:
    odd = "![c](http://example.test/c.png)$"
    table = displayed_cells(billable_table(billing_rows(cube(("2026-11-02", "p1", odd, 3, 100)), DIRECTORY), DIRECTORY, LIGHT))
    assert table["Rate"].tolist()[1] == escape_markdown(f"{odd} 1.00")
