"""Tables with groups and totals, as Stylers for `st.table(styler, border="horizontal", hide_index=True)`.

Cells of `st.table` are Markdown, so names are escaped here. Numbers stay numbers and are
written by `Styler.format`: text would not be aligned to the right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory
from clockify.money import SECONDS_PER_HOUR
from clockify.render.cells import cell_bars
from clockify.render.formats import (
    NOT_APPLICABLE,
    TICKS_PER_UNIT,
    HourStyle,
    escape_markdown,
    format_money,
    format_percent,
    format_rate,
    format_tracked,
)
from clockify.render.palette import Palette, swatch_color
from clockify.reports.grouping import Grouping
from clockify.reports.measures import AMOUNT_PREFIX, Totals

SWATCH, HOURS, SHARE, BILLABLE, ENTRIES, RATE, AMOUNT = " ", "Hours", "Share", "Billable", "Entries", "Rate", "Amount"
DOT, BOLD = "●", "font-weight:600;"
MOST_ROWS = 300
SWATCH_STYLE = "font-size:1.15rem;line-height:1;padding-right:0;width:1.1rem;"
NAME_STYLE = "min-width:9.5rem;"
NO_RATE = ":material/warning: no rate"


def summary_table(
    grouped: pd.DataFrame,
    totals: Totals,
    directory: Directory,
    palette: Palette,
    *,
    first: Grouping,
    then: Grouping | None = None,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    most: int = MOST_ROWS,
) -> Styler:
    """Show `grouped` with its totals.

    Columns: swatch (where projects are shown), the groups, Hours, Share, Billable, Entries, Amount;
    `narrow` leaves Billable, Entries and the bars of Share out. Beyond `most` rows the last groups are
    left out and one row says how many.
    """
    shown, left_out = _cut(grouped, most)
    rows = _with_total(shown, left_out, totals)
    title = first.label if then is None or then is first else f"{first.label} / {then.value}"
    records = _records(rows)
    amounts = _lettered(map(_main_amount, records), map(_amounts, records))
    table = _summary_frame(rows, title, first, then).assign(**{AMOUNT: list(amounts)})
    if narrow:
        table = table.drop(columns=[BILLABLE, ENTRIES])
    styles = _summary_styles(rows, table, directory, palette, nested=then not in (None, first))
    return _formatted(table, style, {AMOUNT: amounts}).apply(lambda _: styles, axis=None)


def legend_table(share: pd.DataFrame, palette: Palette, colors: Mapping[str, str], style: HourStyle = HourStyle.DECIMAL) -> Styler:
    """Show `share_by` beside its donut: swatch in the slice's colour, name, hours, share (no header, no border)."""
    table = pd.DataFrame(
        {
            SWATCH: DOT,
            "Name": [escape_markdown(label) for label in share["label"]],
            HOURS: share["seconds"] / SECONDS_PER_HOUR,
            SHARE: share["share"],
        }
    ).astype({SWATCH: "str", "Name": "str"})
    styles = pd.DataFrame("", index=table.index, columns=table.columns, dtype="str")
    styles[SWATCH] = [f"color:{colors.get(name, palette.grey)};{SWATCH_STYLE}" for name in share["id"]]
    styles[HOURS] = f"color:{palette.muted};"
    return _formatted(table, style, {}, places=1).apply(lambda _: styles, axis=None)


def billable_table(
    rows: pd.DataFrame, directory: Directory, palette: Palette, *, style: HourStyle = HourStyle.DECIMAL, narrow: bool = False
) -> Styler:
    """Show `billing_rows`: client rows bold, subtotals on grey; `narrow` leaves Entries and Rate out.

    With one currency its subtotal is the "Total", and "All hours" is left out.
    """
    rows = _one_total(rows)
    records = _records(rows)
    own = {
        RATE: _lettered(rows["rate"].astype("float64") / 100, [_rate(row) for row in records]),
        AMOUNT: _lettered(rows["amount_ticks"].astype("float64") / TICKS_PER_UNIT, [_billed(row, narrow) for row in records]),
    }
    table = pd.DataFrame(
        {
            SWATCH: [DOT if level == "project" else "" for level in rows["level"]],
            "Client / project": [escape_markdown(label) for label in rows["label"]],
            HOURS: rows["seconds"] / SECONDS_PER_HOUR,
            ENTRIES: rows["entries"],
            **{name: list(lettered) for name, lettered in own.items()},
        },
        index=rows.index,
    ).astype({SWATCH: "str", "Client / project": "str"})
    table = table.drop(columns=[ENTRIES, RATE]) if narrow else table
    styles = _billable_styles(rows, table, directory, palette)
    return _formatted(table, style, own).apply(lambda _: styles, axis=None)


def markdown_money(ticks: int, currency: str, places: int = 2) -> str:
    """Write money for Markdown, where two dollar signs would begin a formula."""
    text = format_money(ticks, currency, places)
    return text.replace("$", r"\$") if currency.isalpha() and currency.isascii() else escape_markdown(text)


def _cut(grouped: pd.DataFrame, most: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the rows after whole groups, at most `most` in the first part if there is more than one group."""
    if len(grouped) <= most:
        return grouped, grouped.iloc[:0]
    starts = grouped.index[grouped["level"] == 1]
    fitting = starts[starts <= most]
    end = int(fitting[-1]) if len(fitting) > 1 else int(starts[1]) if len(starts) > 1 else len(grouped)
    return grouped.iloc[:end], grouped.iloc[end:]


def _with_total(shown: pd.DataFrame, left_out: pd.DataFrame, totals: Totals) -> pd.DataFrame:
    """Add the row of what was left out (level -1) and the total (level 0)."""
    groups = left_out[left_out["level"] == 1]
    extra: list[dict[str, object]] = []
    if len(groups):
        sums = {str(name): figure for name, figure in groups.select_dtypes("number").sum().items()}
        extra.append(sums | {"level": -1, "first_id": "", "second_id": "", "label": f"{len(groups)} more, in the CSV"})
    total: dict[str, object] = {
        "level": 0,
        "first_id": "",
        "second_id": "",
        "label": "Total",
        "seconds": totals.seconds,
        "billable_seconds": totals.billable_seconds,
        "share": 1.0 if totals.seconds else 0.0,
        "entries": totals.entries,
    }
    for column in shown.columns[len(total) :]:
        total[column] = totals.amounts.get(column.removeprefix(AMOUNT_PREFIX), 0)
    return pd.DataFrame([*_records(shown), *extra, total], columns=shown.columns).astype(shown.dtypes)


def _summary_frame(rows: pd.DataFrame, title: str, first: Grouping, then: Grouping | None) -> pd.DataFrame:
    project_level = 1 if first is Grouping.PROJECT else 2
    table = pd.DataFrame(
        {
            SWATCH: [DOT if level == project_level else "" for level in rows["level"]],
            title: [escape_markdown(label) for label in rows["label"]],
            HOURS: rows["seconds"] / SECONDS_PER_HOUR,
            SHARE: rows["share"],
            BILLABLE: rows["billable_seconds"] / rows["seconds"].where(rows["seconds"] > 0),
            ENTRIES: rows["entries"],
        }
    ).astype({SWATCH: "str", title: "str"})
    return table if Grouping.PROJECT in (first, then) else table.drop(columns=SWATCH)


def _summary_styles(rows: pd.DataFrame, table: pd.DataFrame, directory: Directory, palette: Palette, *, nested: bool) -> pd.DataFrame:
    """Return the style of each cell: groups bold, parts indented, the total on grey."""
    levels = rows["level"].tolist()
    own = {SHARE: [f"min-width:8rem;{bar}" for bar in cell_bars(rows["share"], levels, palette)]} if BILLABLE in table else {}
    indent = "" if SWATCH in table else "padding-left:1.5rem;"
    own[_name_column(table)] = [NAME_STYLE + (indent if level == 2 else "") for level in levels]
    if SWATCH in table:
        ids = zip(levels, rows["first_id"], rows["second_id"], strict=True)
        own[SWATCH] = [_swatch(second if level == 2 else first, directory, palette) for level, first, second in ids]
    grey = f"background-color:{palette.secondary};"
    by_level = {0: BOLD + grey, 1: BOLD if nested else "", -1: f"color:{palette.muted};"}
    return _styles(table, [by_level.get(level, "") for level in levels], own)


def _swatch(project_id: str, directory: Directory, palette: Palette) -> str:
    return f"color:{swatch_color(directory.color_of(project_id), palette)};{SWATCH_STYLE}"


def _billable_styles(rows: pd.DataFrame, table: pd.DataFrame, directory: Directory, palette: Palette) -> pd.DataFrame:
    grey = f"background-color:{palette.secondary};"
    by_level = {"client": BOLD, "currency": BOLD + grey, "all": BOLD + grey}
    own = {
        _name_column(table): [NAME_STYLE] * len(rows),
        SWATCH: [_swatch(one, directory, palette) for one in rows["project_id"]],
    }
    warned = (rows["level"] == "project") & (rows["unrated_seconds"] > 0)
    for column, where in ((RATE, warned), (AMOUNT, warned & (rows["amount_ticks"] == 0))):
        own[column] = [f"color:{palette.near};" if one else "" for one in where]
    return _styles(table, [by_level.get(level, "") for level in rows["level"]], own)


def _name_column(table: pd.DataFrame) -> str:
    return next(str(column) for column in table.columns if column != SWATCH)


def _styles(table: pd.DataFrame, by_row: Sequence[str], own: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Put each row's style before the `own` ones of its cells; made of lists, for a frame is slow cell by cell."""
    nothing = [""] * len(by_row)
    names = [str(name) for name in table]
    cells = {name: [row + cell for row, cell in zip(by_row, own.get(name, nothing), strict=True)] for name in names}
    return pd.DataFrame(cells, index=table.index, dtype="str")


def _one_total(rows: pd.DataFrame) -> pd.DataFrame:
    """Call the only currency's subtotal the total, and drop the row of all hours beside it."""
    if (rows["level"] == "currency").sum() != 1:
        return rows
    kept = rows[rows["level"] != "all"]
    return kept.assign(label=kept["label"].mask(kept["level"] == "currency", "Total"))


def _formatted(table: pd.DataFrame, style: HourStyle, own: Mapping[str, Mapping[float, str]], places: int = 2) -> Styler:
    """Return the table with hours, shares and counts written out, and the columns that have `own` texts."""
    writers: dict[str, Callable[[Any], str]] = {
        HOURS: lambda hours: format_tracked(round(hours * SECONDS_PER_HOUR), style, places),
        SHARE: _percent,
        BILLABLE: _percent,
        ENTRIES: lambda number: f"{number:,}",
    } | {name: texts.__getitem__ for name, texts in own.items()}
    # A long name without a space would push the figures out of sight; Streamlit keeps words whole inside the cell.
    wrapped: Any = {"selector": f".col{int(SWATCH in table)} p", "props": "overflow-wrap:anywhere;"}
    return table.style.format({name: writer for name, writer in writers.items() if name in table}).set_table_styles([wrapped])


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(map(str, rows), row, strict=True)) for row in rows.itertuples(index=False, name=None)]


def _main_amount(row: Mapping[str, Any]) -> float:
    """Return a row's amount in the first of its currencies that has one, for a reader of the bare numbers."""
    amounts = (ticks for name, ticks in row.items() if name.startswith(AMOUNT_PREFIX))
    return next((ticks / TICKS_PER_UNIT for ticks in amounts if ticks), 0.0)


def _percent(ratio: float) -> str:
    return format_percent(None if pd.isna(ratio) else ratio)


def _lettered(values: Iterable[float], texts: Iterable[str]) -> dict[float, str]:
    """Pair numbers with texts, one for each row.

    Each number is made its own key: 0 for none, and equal ones apart by their last bit. So a numeric
    column, which is aligned to the right, has a text for each row from one `Styler.format`; one call
    a cell would take half a millisecond each.
    """
    lettered: dict[float, str] = {}
    for value, text in zip(values, texts, strict=True):
        number = 0.0 if math.isnan(value) else float(value)
        while number in lettered:
            number = math.nextafter(number, math.inf)
        lettered[number] = text
    return lettered


def _amounts(row: Mapping[str, Any]) -> str:
    """Write a row's amounts, one line a currency; none is "–"."""
    amounts = {name.removeprefix(AMOUNT_PREFIX): ticks for name, ticks in row.items() if name.startswith(AMOUNT_PREFIX)}
    lines = [markdown_money(int(ticks), code) for code, ticks in amounts.items() if ticks]
    return "  \n".join(lines) or NOT_APPLICABLE


def _rate(row: Mapping[str, Any]) -> str:
    """Write a project's rate, how many it has, or that one is missing; totals have none."""
    if row["level"] != "project":
        return ""
    if row["unrated_seconds"]:
        return NO_RATE if row["unrated_seconds"] == row["seconds"] else ":material/warning: partly no rate"
    if pd.isna(row["rate"]):
        return f"{row['rates']} rates"
    return format_rate(int(row["rate"]), str(row["currency"])).replace("$", r"\$")


def _billed(row: Mapping[str, Any], narrow: bool) -> str:
    if pd.isna(row["amount_ticks"]):
        return NOT_APPLICABLE
    ticks = int(row["amount_ticks"])
    if row["level"] == "project" and row["unrated_seconds"] and ticks == 0:
        return NO_RATE if narrow else "0.00"
    return markdown_money(ticks, str(row["currency"]))
