from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from pandas.io.formats.style import Styler

from clockify.directory import Directory, Kind, Project
from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT
from clockify.render.tables.billable import billable_table
from clockify.render.tables.styling import SWATCH, markdown_money
from clockify.render.tables.summary import legend_table, summary_table
from clockify.reports.billing import billing_rows, folded_billing, group_keys
from clockify.reports.folding import Folded, Folds, fold
from clockify.reports.summary import Grouping, grouped, share_by, totals_of

OPEN, CLOSED = ":material/keyboard_arrow_down:", ":material/keyboard_arrow_right:"
EVIL = "![i](https://evil.invalid/x.png)"
PROJECTS = {
    "p1": Project("p1", EVIL, client_id="c1", color="#ff8800"),
    "p2": Project("p2", "$Care$", client_id="c1", color="red;background:url(//evil.invalid)"),
    "p3": Project("p3", "App", client_id="c2", color="#00aa55"),
}
NAMES = {kind: {} for kind in Kind} | {
    Kind.CLIENT: {"c1": "Helios", "c2": "Kestrel"},
    Kind.PROJECT: {k: p.name for k, p in PROJECTS.items()},
}
DIRECTORY = Directory(NAMES, PROJECTS)
HOUR = 3600


def cube(*rows: tuple[str, str, int, int, bool]) -> pd.DataFrame:
    """Rows of (project, currency, rate, seconds, billable)."""
    columns = {"project_id": [r[0] for r in rows], "currency": [r[1] for r in rows], "rate": [r[2] for r in rows]}
    columns |= {"seconds": [r[3] for r in rows], "billable": [r[4] for r in rows], "amount_ticks": [r[2] * r[3] for r in rows]}
    rest = {"day": "2026-11-02", "user_id": [f"u{place}" for place in range(len(rows))], "task_id": "", "entries": 1}
    return pd.DataFrame(columns | rest).astype(CUBE_DTYPES)


ROWS = cube(
    ("p1", "EUR", 10000, 2 * HOUR, True), ("p2", "USD", 10000, HOUR, True), ("p3", "EUR", 0, 900, True), ("", "EUR", 0, 2700, False)
)


def cells(styler: Styler) -> pd.DataFrame:
    """What each cell shows, read from the styler's own HTML."""
    html = styler.to_html()
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)[1:]
    texts = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return pd.DataFrame(texts, columns=styler.data.columns)  # type: ignore[attr-defined]


def styles(styler: Styler) -> dict[tuple[int, int], str]:
    styler._compute()  # type: ignore[attr-defined]  # as Streamlit does; to_html works on a copy
    return {cell: ";".join(f"{name}:{value}" for name, value in props) for cell, props in styler.ctx.items()}  # type: ignore[attr-defined]


def summary(frame: pd.DataFrame, first: Grouping = Grouping.CLIENT, then: Grouping | None = Grouping.PROJECT, **more: Any) -> Styler:
    groups = grouped(frame, first, then, DIRECTORY)
    return summary_table(groups, totals_of(frame), DIRECTORY, LIGHT, first=first, then=then, **more)


def test_summary_as_it_is_shown() -> None:
    shown = cells(summary(ROWS))
    assert list(shown.columns) == [SWATCH, "Client / project", "Hours", "Share", "Billable", "Entries", "Amount"]
    assert shown["Hours"].tolist() == ["3.00", "2.00", "1.00", "0.25", "0.25", "0.75", "0.75", "4.00"]
    assert shown["Share"].tolist() == ["75%", "50%", "25%", "6%", "6%", "19%", "19%", "100%"]
    assert shown["Billable"].tolist() == ["100%", "100%", "100%", "100%", "100%", "0%", "0%", "81%"]
    assert shown["Amount"].tolist()[:4] == ["€200.00  \n\\$100.00", "€200.00", "\\$100.00", "–"]
    assert shown["Client / project"].tolist()[-3:] == ["No client", "No project", "Total"]
    assert shown[SWATCH].tolist() == ["", "●", "●", "", "●", "", "●", ""]


def test_numbers_stay_numbers() -> None:
    data = summary(ROWS).data  # type: ignore[attr-defined]
    assert [pd.api.types.is_numeric_dtype(data[name]) for name in data] == [False, False, True, True, True, True, True]
    assert data["Hours"].tolist() == [3, 2, 1, 0.25, 0.25, 0.75, 0.75, 4]
    assert data["Amount"].tolist() == pytest.approx([200, 200, 100, 0, 0, 0, 0, 200])


def test_names_are_escaped_once() -> None:
    names = cells(summary(ROWS))["Client / project"].tolist()
    assert names[1] == "\\!\\[i\\]\\(https\\:\u2060\\/\\/evil\\.invalid\\/x\\.png\\)"
    assert names[2] == "\\$Care\\$"


def test_only_colours_reach_a_style() -> None:
    found = styles(summary(ROWS))
    assert "#c2803d" in found[(1, 0)]
    assert LIGHT.categorical[-1] in found[(2, 0)]  # what is no colour has no hue
    assert not any("url" in style for style in found.values())


def test_an_arrow_has_no_projects_colour() -> None:
    """It belongs to a client, whose id is no project's: it must not look like one without a hue."""
    shown = summary(ROWS, folded=Folded([0, 1, 2], [True, None, None], []))
    found = styles(shown)
    assert cells(shown).iloc[0, 0] == OPEN
    assert not any(color in found[0, 0] for color in LIGHT.categorical)


def test_groups_and_total_stand_out() -> None:
    found = styles(summary(ROWS))
    assert "font-weight:600" in found[(0, 2)]
    assert "font-weight" not in found.get((1, 2), "")
    assert LIGHT.secondary in found[(7, 2)]
    assert LIGHT.bar_light in found[(1, 3)] and LIGHT.bar in found[(0, 3)]
    assert "gradient" not in found[(7, 3)]


def test_one_level_has_no_bold_rows_and_no_swatch_without_projects() -> None:
    table = summary(ROWS, Grouping.CLIENT, None)
    assert cells(table).columns[0] == "Client"
    assert "font-weight" not in styles(table).get((0, 1), "")


def test_narrow_and_clock() -> None:
    shown = cells(summary(ROWS, narrow=True, style=HourStyle.CLOCK))
    assert list(shown.columns) == [SWATCH, "Client / project", "Hours", "Amount"]
    assert shown["Hours"].tolist()[-2:] == ["0:45  \n:gray[:small[19%]]", "4:00  \n:gray[:small[100%]]"]


def test_nothing_tracked_shows_a_total() -> None:
    shown = cells(summary(empty_cube()))
    assert shown.values.tolist() == [["Total", "0.00", "0%", "–", "0", "–"]]


def folded_summary(frame: pd.DataFrame, folds: Folds, first: Grouping, then: Grouping | None) -> pd.DataFrame:
    groups = grouped(frame, first, then, DIRECTORY)
    folded = fold(groups["first_id"].tolist(), (groups["level"] > 1).tolist(), folds)
    return cells(summary_table(groups, totals_of(frame), DIRECTORY, LIGHT, first=first, then=then, folded=folded))


def test_groups_beyond_the_twelve_largest_are_one_row_and_the_total_is_the_whole() -> None:
    frame = cube(*(("p1", "EUR", 10000, HOUR * (30 - place), True) for place in range(20)))
    shown = folded_summary(frame, Folds(), Grouping.PERSON, Grouping.PROJECT)
    assert shown[SWATCH].tolist() == [CLOSED] * 13 + [""]
    # 30 to 19 hours each, then 18 to 11 in one row: 116 of 410.
    assert shown["Hours"].tolist() == [f"{30 - place}.00" for place in range(12)] + ["116.00", "410.00"]
    assert shown.iloc[12].tolist() == [CLOSED, "8 more", "116.00", "28%", "100%", "8", "€11,600.00"]
    opened = folded_summary(frame, Folds().turn_all(True), Grouping.PERSON, Grouping.PROJECT)
    assert opened[SWATCH].tolist() == [OPEN, "●"] * 20 + [""]
    one = folded_summary(frame, Folds().turn("u3"), Grouping.PERSON, Grouping.PROJECT)
    assert one[SWATCH].tolist() == [CLOSED] * 3 + [OPEN, "●"] + [CLOSED] * 9 + [""]


def test_a_table_too_long_for_a_page_says_what_only_files_have() -> None:
    frame = cube(*(("p1", "EUR", 10000, HOUR, True) for _ in range(200)))
    shown = folded_summary(frame, Folds().turn_all(True), Grouping.PERSON, Grouping.PROJECT)
    assert len(shown) == 150 * 2 + 2
    assert shown.iloc[-2].tolist() == ["", "50 more\\, in the files", "50.00", "25%", "100%", "50", "€5,000.00"]
    assert shown.iloc[-1]["Hours"] == "200.00"


def test_legend_has_the_colours_of_the_slices() -> None:
    share = share_by(ROWS, Kind.PROJECT, DIRECTORY)
    table = legend_table(share, DARK, {"p1": "#bfcc33"})
    assert cells(table).values.tolist()[0][2:] == ["2.0", "50%"]
    assert "#bfcc33" in styles(table)[(0, 0)] and DARK.grey in styles(table)[(3, 0)]
    assert cells(legend_table(share.iloc[:0], DARK, {})).empty


def test_billable_as_it_is_shown() -> None:
    shown = cells(billable_table(billing_rows(ROWS, DIRECTORY), DIRECTORY, LIGHT))
    assert list(shown.columns) == [SWATCH, "Client / project", "Hours", "Entries", "Rate", "Amount"]
    assert shown["Rate"].tolist() == ["", "€100.00", "", ":material/warning: no rate", "", "", "\\$100.00", "", ""]
    assert shown["Amount"].tolist() == ["€200.00", "€200.00", "€0.00", "0.00", "€200.00", "\\$100.00", "\\$100.00", "\\$100.00", "–"]
    assert shown["Client / project"].tolist()[-2:] == ["USD subtotal", "All hours"]


def test_each_currencys_clients_are_folded_by_themselves() -> None:
    clients = {f"c{number}": f"Client {number:02}" for number in range(40)}
    projects = {f"p{number}": Project(f"p{number}", f"Project {number}", client_id=f"c{number}") for number in range(40)}
    directory = Directory(NAMES | {Kind.CLIENT: clients, Kind.PROJECT: {k: p.name for k, p in projects.items()}}, projects)
    # Twenty clients pay 20 to 1 hundred euros, ten 10 to 1 hundred dollars: beyond twelve those of 8 to 1 hundred euros are left out.
    euros = [(f"p{place}", "EUR", 10000, HOUR * (20 - place), True) for place in range(20)]
    dollars = [(f"p{place + 20}", "USD", 10000, HOUR * (10 - place), True) for place in range(10)]
    rows = billing_rows(cube(*euros, *dollars), directory)
    found = folded_billing(rows, Folds())
    assert found.rows["level"].tolist() == ["client"] * 12 + ["more", "currency"] + ["client"] * 10 + ["currency", "all"]
    assert found.left_out == {"EUR": [f"c{place}" for place in range(12, 20)]}
    more = found.rows.iloc[12]
    assert (more["label"], more["seconds"], more["entries"], more["amount_ticks"]) == ("8 more", 36 * HOUR, 8, 36 * HOUR * 10000)
    shown = cells(billable_table(found.rows, directory, LIGHT, states=found.states))
    assert shown[SWATCH].tolist() == [CLOSED] * 13 + [""] + [CLOSED] * 10 + ["", ""]
    assert shown["Amount"].tolist()[12:14] == ["€3,600.00", "€21,000.00"]
    key = group_keys(rows)[0]
    opened = folded_billing(rows, Folds(more=True).turn(key))
    assert opened.rows["level"].tolist()[:3] == ["client", "project", "client"]
    assert (opened.rows["level"] == "client").sum() == 30
    assert opened.states[:3] == [True, None, False]
    small = billing_rows(ROWS, DIRECTORY)
    assert folded_billing(small, Folds()).rows["label"].tolist() == small["label"].tolist()
    assert folded_billing(billing_rows(empty_cube(), DIRECTORY), Folds()).rows.empty


def test_missing_rates_are_amber() -> None:
    found = styles(billable_table(billing_rows(ROWS, DIRECTORY), DIRECTORY, LIGHT))
    assert LIGHT.near in found[(3, 4)] and LIGHT.near in found[(3, 5)]
    assert LIGHT.near not in found.get((1, 4), "")


def test_several_rates_and_partly_none() -> None:
    several = cube(("p1", "EUR", 10000, HOUR, True), ("p1", "EUR", 9000, HOUR, True))
    assert cells(billable_table(billing_rows(several, DIRECTORY), DIRECTORY, LIGHT))["Rate"][1] == "2 rates"
    partly = cube(("p1", "EUR", 10000, HOUR, True), ("p1", "EUR", 0, HOUR, True))
    shown = cells(billable_table(billing_rows(partly, DIRECTORY), DIRECTORY, LIGHT))
    assert shown["Rate"][1] == ":material/warning: partly no rate"


def test_one_currency_has_one_total() -> None:
    rows = billing_rows(cube(("p1", "EUR", 10000, HOUR, True)), DIRECTORY)
    shown = cells(billable_table(rows, DIRECTORY, LIGHT, narrow=True))
    assert shown["Client / project"].tolist()[-1] == "Total"
    assert shown["Amount"].tolist()[-1] == "€100.00"
    assert cells(billable_table(billing_rows(empty_cube(), DIRECTORY), DIRECTORY, LIGHT)).empty


def test_dollars_never_begin_a_formula() -> None:
    assert markdown_money(360_000, "USD") == "\\$1.00"
    assert markdown_money(360_000, "AUD", 0) == "A\\$1"
    assert "[" not in markdown_money(360_000, "[x]").replace("\\[", "")
