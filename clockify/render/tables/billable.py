"""What can be invoiced, as a Styler for `st.table(styler, border="horizontal", hide_index=True)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory
from clockify.money import SECONDS_PER_HOUR
from clockify.render.formats import NOT_APPLICABLE, TICKS_PER_UNIT, HourStyle, escape_markdown
from clockify.render.palette import Palette
from clockify.render.tables.styling import (
    AMOUNT,
    BOLD,
    DOT,
    ENTRIES,
    HOURS,
    NAME_STYLE,
    RATE,
    SWATCH,
    amount_before,
    arrow,
    before_columns,
    cell_styles,
    formatted,
    lettered,
    markdown_money,
    markdown_rate,
    name_column,
    put_after,
    row_records,
    swatch_style,
)
from clockify.reports.beside import Before
from clockify.reports.billing import one_total

NO_RATE = ":material/warning: no rate"
Lettered = dict[str, dict[float, str]]
IDS = ("level", "currency", "client_id", "project_id")


def billable_table(
    rows: pd.DataFrame,
    directory: Directory,
    palette: Palette,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    before: Before | None = None,
    money: bool = True,
    states: Sequence[bool | None] = (),
) -> Styler:
    """Show `billing_rows`, or what of them `folded_billing` leaves: client rows bold, subtotals on grey.

    `narrow` leaves Entries and Rate out. `states`: of each row if its parts show, None where it has none.

    With one currency its subtotal is the "Total", and "All hours" is left out. With `before` (by `IDS`)
    its hours, its amount and their changes stand in the place of Entries and Rate. Without `money`, for somebody
    who may not see it, there are no rates and amounts: they would stand there as zero.
    """
    rows = one_total(rows)
    records = row_records(rows)
    own = {
        RATE: lettered(rows["rate"].astype("float64") / 100, [_rate(row) for row in records]),
        AMOUNT: lettered(rows["amount_ticks"].astype("float64") / TICKS_PER_UNIT, [_billed(row, narrow) for row in records]),
    }
    table = _billable_frame(rows, own, list(states) or [None] * len(rows))
    table = table.drop(columns=[ENTRIES, RATE]) if narrow or before else table
    if before:
        beside, amounts = _beside(records, before, style)
        table = put_after(put_after(table, HOURS, {} if narrow else beside), AMOUNT, amounts)
        table, own = table.drop(columns=[HOURS] if narrow else []), own | ({} if narrow else beside) | amounts
    if not money:
        table = table.drop(columns=[name for name in table if name == RATE or str(name).startswith(AMOUNT)])
    return formatted(table, style, own).apply(lambda shown: _billable_styles(rows, shown, directory, palette), axis=None)


def _billable_frame(rows: pd.DataFrame, own: Lettered, states: Sequence[bool | None]) -> pd.DataFrame:
    columns = {
        SWATCH: [arrow(state) or (DOT if level == "project" else "") for level, state in zip(rows["level"], states, strict=True)],
        "Client / project": [escape_markdown(label) for label in rows["label"]],
        HOURS: rows["seconds"] / SECONDS_PER_HOUR,
        ENTRIES: rows["entries"],
    }
    texts = {name: list(texts) for name, texts in own.items()}
    return pd.DataFrame(columns | texts, index=rows.index).astype({SWATCH: "str", "Client / project": "str"})


def _beside(
    records: list[dict[str, Any]], before: Before, style: HourStyle
) -> tuple[dict[str, dict[float, str]], dict[str, dict[float, str]]]:
    """Return the columns that stand after the hours, and after the amount."""
    keys = [tuple(str(row[name]) for name in IDS) for row in records]
    # All hours have no amount: currencies are never added.
    amounts = [{str(row["currency"]): int(row["amount_ticks"])} if row["currency"] else {} for row in records]
    return before_columns([int(row["seconds"]) for row in records], keys, before, style), amount_before(amounts, keys, before)


def _billable_styles(rows: pd.DataFrame, table: pd.DataFrame, directory: Directory, palette: Palette) -> pd.DataFrame:
    grey = f"background-color:{palette.secondary};"
    by_level = {"client": BOLD, "more": f"color:{palette.muted};", "currency": BOLD + grey, "all": BOLD + grey}
    own = {
        name_column(table): [NAME_STYLE] * len(rows),
        SWATCH: [swatch_style(one, directory, palette) for one in rows["project_id"]],
    }
    warned = (rows["level"] == "project") & (rows["unrated_seconds"] > 0)
    for column, where in ((RATE, warned), (AMOUNT, warned & (rows["amount_ticks"] == 0))):
        own[column] = [f"color:{palette.near};" if one else "" for one in where]
    return cell_styles(table, [by_level.get(level, "") for level in rows["level"]], own)


def _rate(row: Mapping[str, Any]) -> str:
    """Write a project's rate, how many it has, or that one is missing; totals have none."""
    if row["level"] != "project":
        return ""
    if row["unrated_seconds"]:
        return NO_RATE if row["unrated_seconds"] == row["seconds"] else ":material/warning: partly no rate"
    if pd.isna(row["rate"]):
        return f"{row['rates']} rates"
    return markdown_rate(int(row["rate"]), str(row["currency"]))


def _billed(row: Mapping[str, Any], narrow: bool) -> str:
    if pd.isna(row["amount_ticks"]):
        return NOT_APPLICABLE
    ticks = int(row["amount_ticks"])
    if row["level"] == "project" and row["unrated_seconds"] and ticks == 0:
        return NO_RATE if narrow else "0.00"
    return markdown_money(ticks, str(row["currency"]))
