"""What all tables with groups and totals share: texts of numeric cells, styles, swatches.

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
from clockify.money import SECONDS_PER_HOUR, TICKS_PER_CENT
from clockify.periods import short_day
from clockify.render.formats import (
    NOT_APPLICABLE,
    TICKS_PER_UNIT,
    HourStyle,
    escape_markdown,
    format_change,
    format_money,
    format_percent,
    format_tracked,
)
from clockify.render.palette import Palette, project_color
from clockify.reports.beside import Before, Key
from clockify.reports.compare import Change, change

# A column of signs has a head that nobody sees and screen readers name: an image of nothing.
SWATCH = "![Mark](data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7)"
HOURS, SHARE, BILLABLE, ENTRIES, RATE, AMOUNT, CHANGE = "Hours", "Share", "Billable", "Entries", "Rate", "Amount", "Change"
DOT, BOLD = "●", "font-weight:600;"
NOTHING_LOGGED = "nothing logged"
SWATCH_STYLE = "font-size:1.15rem;line-height:1;padding-right:0;width:1.1rem;"
NAME_STYLE = "min-width:9.5rem;"


def markdown_money(ticks: int, currency: str, places: int = 2) -> str:
    """Write money for Markdown, where two dollar signs would begin a formula."""
    text = format_money(ticks, currency, places)
    return text.replace("$", r"\$") if currency.isalpha() and currency.isascii() else escape_markdown(text)


def markdown_rate(cents: int, currency: str) -> str:
    """Write cents an hour for Markdown."""
    return markdown_money(cents * TICKS_PER_CENT, currency)


def amber(text: str, palette: Palette) -> str:
    """Write our own words in Markdown in the colour of what wants a look."""
    return f':color[{text}]{{foreground="{palette.near}"}}'


def arrow(is_open: bool | None) -> str:
    """Return the sign of a group whose parts show (True) or don't (False); none for a row without parts."""
    if is_open is None:
        return ""
    return ":material/keyboard_arrow_down:" if is_open else ":material/keyboard_arrow_right:"


def name_column(table: pd.DataFrame) -> str:
    """Return the column that has the names: the first beside the swatches."""
    return next(str(column) for column in table.columns if column != SWATCH)


def cell_styles(table: pd.DataFrame, by_row: Sequence[str], own: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Put each row's style before the `own` ones of its cells; made of lists, for a frame is slow cell by cell."""
    nothing = [""] * len(by_row)
    names = [str(name) for name in table]
    cells = {name: [row + cell for row, cell in zip(by_row, own.get(name, nothing), strict=True)] for name in names}
    return pd.DataFrame(cells, index=table.index, dtype="str")


def formatted(table: pd.DataFrame, style: HourStyle, own: Mapping[str, Mapping[float, str]], places: int = 2) -> Styler:
    """Return the table with hours, shares and counts written out, and the columns that have `own` texts."""
    writers: dict[str, Callable[[Any], str]] = {
        HOURS: lambda hours: format_tracked(round(hours * SECONDS_PER_HOUR), style, places),
        SHARE: percent_text,
        BILLABLE: percent_text,
        ENTRIES: lambda number: f"{number:,}",
    } | {name: texts.__getitem__ for name, texts in own.items()}
    # A long name without a space would push the figures out of sight; Streamlit keeps words whole inside the cell.
    wrapped: Any = {"selector": f".col{int(SWATCH in table)} p", "props": "overflow-wrap:anywhere;"}
    return table.style.format({name: writer for name, writer in writers.items() if name in table}).set_table_styles([wrapped])


def row_records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dicts."""
    return [dict(zip(map(str, rows), row, strict=True)) for row in rows.itertuples(index=False, name=None)]


def percent_text(ratio: float) -> str:
    """Write a share; a missing one is "–"."""
    return format_percent(None if pd.isna(ratio) else ratio)


def lettered(values: Iterable[float], texts: Iterable[str]) -> dict[float, str]:
    """Pair numbers with texts, one for each row.

    Each number is made its own key: 0 for none, and equal ones apart by their last bit. So a numeric
    column, which is aligned to the right, has a text for each row from one `Styler.format`; one call
    a cell would take half a millisecond each.
    """
    keyed: dict[float, str] = {}
    for value, text in zip(values, texts, strict=True):
        number = 0.0 if math.isnan(value) else float(value)
        while number in keyed:
            number = math.nextafter(number, math.inf)
        keyed[number] = text
    return keyed


def swatch_style(project_id: str, directory: Directory, palette: Palette) -> str:
    """Return the style of a swatch in a project's colour."""
    return f"color:{project_color(project_id, directory.color_of(project_id), palette)};{SWATCH_STYLE}"


def before_columns(
    own: Sequence[int], keys: Sequence[Key], before: Before, style: HourStyle, places: int = 2
) -> dict[str, dict[float, str]]:
    """Return two columns beside the `own` seconds of rows: another period's hours under its days, and the change."""
    there = before.seconds_of(keys)
    changes = _changes(before.now.seconds_of(keys) if before.now else own, there)
    ratios = [float(one.ratio) if one.ratio is not None else 0.0 for one in changes]
    return {
        before.period.label(): lettered([one / SECONDS_PER_HOUR for one in there], [format_tracked(one, style, places) for one in there]),
        change_head(before): lettered(ratios, map(_change_text, changes)),
    }


def amount_before(rows: Sequence[Mapping[str, int]], keys: Sequence[Key], before: Before) -> dict[str, dict[float, str]]:
    """Return a column for amounts of another period beside those of rows (ticks by currency), each with its change."""
    numbers, texts = [], []
    for own, key in zip(rows, keys, strict=True):
        there = before.amounts.get(key, {})
        codes = [code for code in dict.fromkeys([*own, *there]) if own.get(code) or there.get(code)]
        lines = [f"{markdown_money(there.get(code, 0), code)} :gray[:small[{change_of(own, key, code, before)}]]" for code in codes]
        numbers.append(next((there[code] / TICKS_PER_UNIT for code in codes if there.get(code)), 0.0))
        texts.append("  \n".join(lines) or NOT_APPLICABLE)
    return {f"{AMOUNT} {before.period.label()}": lettered(numbers, texts)}


def change_of(own: Mapping[str, int], key: Key, code: str, before: Before) -> str:
    """Write the change of a row's amount in a currency, without a place to break."""
    now = (before.now.amounts.get(key, {}) if before.now else own).get(code, 0)
    return _change_text(change(now, before.amounts.get(key, {}).get(code, 0))).replace(" ", "\u00a0")


def change_head(before: Before) -> str:
    """Return the head of a column of changes; of a running period it says up to which day."""
    return f"{CHANGE} to {short_day(before.now.period.last_day)}" if before.now else CHANGE


def _changes(now: Sequence[int], before: Sequence[int]) -> list[Change]:
    return [change(one, other) for one, other in zip(now, before, strict=True)]


def _change_text(one: Change) -> str:
    """Write a change; of nothing to nothing there is none."""
    return str(format_change(one)) if one.now or one.before else NOT_APPLICABLE


def put_after(table: pd.DataFrame, name: str, columns: Mapping[str, Mapping[float, str]]) -> pd.DataFrame:
    """Return the table with lettered columns after one of its own."""
    names = [str(one) for one in table]
    place = names.index(name) + 1
    return table.assign(**{new: list(texts) for new, texts in columns.items()})[[*names[:place], *columns, *names[place:]]]
