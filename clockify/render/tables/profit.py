"""What is left of what is earned, as a table: earned, cost and margin by currency."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.render.formats import NOT_APPLICABLE, HourStyle, escape_markdown, format_percent
from clockify.render.palette import Palette
from clockify.render.tables.styling import BOLD, HOURS, NAME_STYLE, cell_styles, formatted, lettered, markdown_money, row_records
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in
from clockify.reports.profit import COST_PREFIX, MARGIN_PREFIX, OTHER_COST_PREFIX, By

EARNED, COST, MARGIN, SHARE = "Earned", "Cost", "Margin", "of earned"


def profit_table(rows: pd.DataFrame, by: By, palette: Palette, style: HourStyle = HourStyle.DECIMAL, *, narrow: bool = False) -> Styler:
    """Show rows of `reports.profit` (the last is their total): hours, earned, cost, margin and its share, a line for each currency.

    A cost in another currency than what is earned stands in small beneath the costs: it is in no margin. `narrow` leaves
    hours and share out.
    """
    records, codes = row_records(rows), currencies_in(rows)
    lines = {
        EARNED: [[(row[AMOUNT_PREFIX + code], code) for code in codes] for row in records],
        COST: [[(row[COST_PREFIX + code], code) for code in codes] for row in records],
        MARGIN: [[(row[MARGIN_PREFIX + code], code) for code in codes] for row in records],
    }
    busy = [[bool(row[AMOUNT_PREFIX + code] or row[COST_PREFIX + code]) for code in codes] for row in records]
    own = {}
    for name, cells in lines.items():
        shown = [[one for one, shows in zip(cell, some, strict=True) if shows] for cell, some in zip(cells, busy, strict=True)]
        texts = [_lines([markdown_money(ticks, code) for ticks, code in cell]) for cell in shown]
        if name == COST:
            texts = [text + _others(row) for text, row in zip(texts, records, strict=True)]
        if name == MARGIN:
            marked = [
                [(_at_most(row, code) + markdown_money(ticks, code)) for ticks, code in cell]
                for row, cell in zip(records, shown, strict=True)
            ]
            texts = [_lines(one) for one in marked]
        own[name] = lettered([float(next((ticks for ticks, _ in cell if ticks), 0)) for cell in cells], texts)
    shares = [
        [_share(row, code) for code, shows in zip(codes, some, strict=True) if shows] for row, some in zip(records, busy, strict=True)
    ]
    own[SHARE] = lettered([0.0] * len(records), [_lines(one) for one in shares])
    table = pd.DataFrame({by.label: [escape_markdown(str(row["label"])) for row in records], HOURS: rows["seconds"] / 3600})
    for name, lettering in own.items():
        table[name] = list(lettering)
    table = table.astype({by.label: "str"}).drop(columns=[HOURS, SHARE] if narrow else [])
    last = len(records) - 1
    grey = f"{BOLD}background-color:{palette.secondary};"
    red = [f"color:{palette.over};" if any(ticks < 0 for ticks, _ in cell) else "" for cell in lines[MARGIN]]
    by_row = [grey if place == last else "" for place in range(len(records))]
    styles = cell_styles(table, by_row, {by.label: [NAME_STYLE] * len(records), MARGIN: red})
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def _share(row: dict[str, Any], code: str) -> str:
    earned = row[AMOUNT_PREFIX + code]
    if _at_most(row, code):
        return NOT_APPLICABLE
    return format_percent(Fraction(row[MARGIN_PREFIX + code], earned)) if earned else NOT_APPLICABLE


def _at_most(row: dict[str, Any], code: str) -> str:
    """Return the sign of a margin that leaves a cost out: of people without a rate, or in another currency than is earned."""
    elsewhere = any(row[name] for name in row if name.startswith(OTHER_COST_PREFIX) and name != OTHER_COST_PREFIX + code)
    return "≤ " if elsewhere or row["uncosted_seconds"] else ""


def _others(row: dict[str, object]) -> str:
    """Write costs in other currencies than what they earned, in small."""
    found = [(name.removeprefix(OTHER_COST_PREFIX), ticks) for name, ticks in row.items() if name.startswith(OTHER_COST_PREFIX) and ticks]
    return "".join(f"  \n:gray[:small[and {markdown_money(int(str(ticks)), code)}]]" for code, ticks in found)


def _lines(texts: list[str]) -> str:
    return "  \n".join(texts) or NOT_APPLICABLE
