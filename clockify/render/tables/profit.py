"""What is left of what is earned, as a table: earned, cost and margin by currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.money import SECONDS_PER_HOUR
from clockify.render.formats import NOT_APPLICABLE, HourStyle, escape_markdown, format_percent
from clockify.render.palette import Palette
from clockify.render.tables.styling import BOLD, HOURS, NAME_STYLE, cell_styles, formatted, lettered, markdown_money, row_records
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in
from clockify.reports.profit import COST_PREFIX, MARGIN_PREFIX, OTHER_COST_PREFIX, By

EARNED, COST, MARGIN, SHARE = "Earned", "Cost", "Margin", "of earned"


def profit_table(rows: pd.DataFrame, by: By, palette: Palette, style: HourStyle = HourStyle.DECIMAL, *, narrow: bool = False) -> Styler:
    """Show rows of `reports.profit` (the last is their total): hours, earned, cost, margin and its share, a line for each currency.

    A cost in another currency than what is earned stands in small beneath the costs: it is in no margin. `narrow` leaves
    hours and share out, and costs stand in small beneath what is earned.
    """
    records, codes = row_records(rows), currencies_in(rows)
    earned, cost, margin = ([_figures(row, codes, prefix) for row in records] for prefix in (AMOUNT_PREFIX, COST_PREFIX, MARGIN_PREFIX))
    texts = {
        EARNED: [_lines(cell) for cell in earned],
        COST: [_lines(cell) + _others(row) for cell, row in zip(cost, records, strict=True)],
        MARGIN: [_lines(cell, {code: _at_most(row, code) for code in codes}) for cell, row in zip(margin, records, strict=True)],
        SHARE: [_joined([_share(row, code) for _, code in cell]) for cell, row in zip(earned, records, strict=True)],
    }
    if narrow:
        lines = zip(texts[EARNED], cost, records, strict=True)
        texts[EARNED] = [f"{text}  \n:gray[:small[cost {_lines(cell, between=' · ')}]]{_others(row)}" for text, cell, row in lines]
    numbers: dict[str, list[Figures]] = {EARNED: earned, COST: cost, MARGIN: margin, SHARE: [[] for _ in records]}
    own = {name: lettered([float(next((one for one, _ in cell if one), 0)) for cell in numbers[name]], texts[name]) for name in texts}
    table = pd.DataFrame({by.label: [escape_markdown(str(row["label"])) for row in records], HOURS: rows["seconds"] / SECONDS_PER_HOUR})
    for name, lettering in own.items():
        table[name] = list(lettering)
    table = table.astype({by.label: "str"}).drop(columns=[HOURS, COST, SHARE] if narrow else [])
    red = [f"color:{palette.over};" if any(ticks < 0 for ticks, _ in cell) else "" for cell in margin]
    total = f"{BOLD}background-color:{palette.secondary};"
    by_row = ["" for _ in records[:-1]] + [total for _ in records[-1:]]
    styles = cell_styles(table, by_row, {by.label: [NAME_STYLE] * len(records), MARGIN: red})
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


Figures = list[tuple[int, str]]


def _figures(row: dict[str, Any], codes: Sequence[str], prefix: str) -> Figures:
    """Return a row's figures of one kind, with their currencies: of those in which it earned or cost anything."""
    return [(int(row[prefix + code]), code) for code in codes if row[AMOUNT_PREFIX + code] or row[COST_PREFIX + code]]


def _lines(cell: Figures, signs: Mapping[str, str] = MappingProxyType({}), *, between: str = "  \n") -> str:
    return _joined([signs.get(code, "") + markdown_money(ticks, code) for ticks, code in cell], between)


def _share(row: dict[str, Any], code: str) -> str:
    earned = row[AMOUNT_PREFIX + code]
    if _at_most(row, code):
        return NOT_APPLICABLE
    return format_percent(Fraction(row[MARGIN_PREFIX + code], earned)) if earned else NOT_APPLICABLE


def _at_most(row: dict[str, Any], code: str) -> str:
    """Return the sign of a margin that leaves a cost out: of people without a rate, or in another currency than is earned."""
    elsewhere = any(row[name] for name in row if name.startswith(OTHER_COST_PREFIX) and name != OTHER_COST_PREFIX + code)
    return "≤\u00a0" if elsewhere or row["uncosted_seconds"] else ""


def _others(row: dict[str, object]) -> str:
    """Write costs in other currencies than what they earned, in small."""
    found = [(name.removeprefix(OTHER_COST_PREFIX), ticks) for name, ticks in row.items() if name.startswith(OTHER_COST_PREFIX) and ticks]
    return "".join(f"  \n:gray[:small[and {markdown_money(int(str(ticks)), code)}]]" for code, ticks in found)


def _joined(texts: list[str], between: str = "  \n") -> str:
    return between.join(texts) or NOT_APPLICABLE
