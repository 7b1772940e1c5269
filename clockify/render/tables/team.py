"""People as a table: capacity, utilization and billability against their targets, what is missing, what they earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.money import SECONDS_PER_HOUR, TICKS_PER_CENT
from clockify.render.formats import NOT_APPLICABLE, HourStyle, escape_markdown, format_count, format_tracked
from clockify.render.palette import Palette
from clockify.render.tables.cells import cell_bars
from clockify.render.tables.styling import (
    AMOUNT,
    BOLD,
    NAME_STYLE,
    cell_styles,
    formatted,
    lettered,
    markdown_money,
    percent_text,
    row_records,
)
from clockify.reports.measures import AMOUNT_PREFIX
from clockify.reports.team import RATE_PREFIX, Status

PERSON, WEEKS, CAPACITY, TRACKED = "Person", "12 weeks", "Capacity", "Tracked"
UTILIZATION, BILLABILITY, MISSING, OVERTIME, PER_HOUR = "Utilization", "Billability", "Missing", "Overtime", "Per hour"
BLOCKS = "▁▂▃▄▅▆▇█"
SIGNS = {
    Status.ON_TARGET: ":green-badge[:material/check: on target]",
    Status.ABOVE: ":blue-badge[:material/arrow_upward: above]",
    Status.BELOW: ":orange-badge[:material/arrow_downward: below]",
    Status.MISSING_TIME: ":orange-badge[:material/hourglass_empty: time missing]",
}


def team_table(
    rows: pd.DataFrame,
    palette: Palette,
    *,
    weeks: Mapping[str, Sequence[int]],
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    money: bool = True,
    said: Mapping[str, str] | None = None,
) -> Styler:
    """Show rows of `reports.team` (the last is their total, with the id ""), each with its course of `weeks` as small bars.

    Hours are of the days that have ended. The status stands beneath the name.
    `narrow`: utilization with the hours beneath, and what is missing.
    """
    records = row_records(rows)
    figures = _narrow_figures(records, style) if narrow else _figures(records, style)
    if money and not narrow and any(str(name).startswith(AMOUNT_PREFIX) for name in rows):
        figures[AMOUNT] = [(_main_amount(row), _amounts(row)) for row in records]
        figures[PER_HOUR] = [(_main_amount(row), _rates(row)) for row in records]
    if not rows["overtime_seconds"].any():
        figures.pop(OVERTIME, None)
    own = {name: lettered([value for value, _ in pairs], [text for _, text in pairs]) for name, pairs in figures.items()}
    names = [_name(row, (said or {}).get(str(row["user_id"]), "")) for row in records]
    table = pd.DataFrame({PERSON: names, **{name: list(texts) for name, texts in own.items()}}).astype({PERSON: "str"})
    if not narrow:
        table.insert(1, WEEKS, [course_text(weeks.get(str(row["user_id"]), ())) for row in records])
        table = table.astype({WEEKS: "str"})
    styles = _styles(rows, table, palette)
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def course_text(seconds: Sequence[int]) -> str:
    """Draw figures as a line of small bars, the largest full; "" where all are nothing."""
    largest = max(seconds, default=0)
    if largest <= 0:
        return ""
    return "".join(BLOCKS[min(max(one, 0) * len(BLOCKS) // largest, len(BLOCKS) - 1)] for one in seconds)


Pairs = dict[str, list[tuple[float, str]]]


def _figures(records: list[dict[str, Any]], style: HourStyle) -> Pairs:
    return {
        CAPACITY: [(row["capacity_seconds"] / SECONDS_PER_HOUR, _capacity(row, style)) for row in records],
        TRACKED: [(row["ended_seconds"] / SECONDS_PER_HOUR, format_tracked(row["ended_seconds"], style)) for row in records],
        UTILIZATION: [(_number(row["utilization"]), percent_text(row["utilization"])) for row in records],
        BILLABILITY: [(_number(row["billability"]), percent_text(row["billability"])) for row in records],
        MISSING: [(row["missing_seconds"] / SECONDS_PER_HOUR, _hours_or_none(row["missing_seconds"], style)) for row in records],
        OVERTIME: [(row["overtime_seconds"] / SECONDS_PER_HOUR, _hours_or_none(row["overtime_seconds"], style)) for row in records],
    }


def _narrow_figures(records: list[dict[str, Any]], style: HourStyle) -> Pairs:
    return {
        UTILIZATION: [(_number(row["utilization"]), _with_hours(row, style)) for row in records],
        MISSING: [(row["missing_seconds"] / SECONDS_PER_HOUR, _hours_or_none(row["missing_seconds"], style)) for row in records],
    }


def _name(row: Mapping[str, Any], said: str) -> str:
    lines = [escape_markdown(str(row["label"])), SIGNS.get(row["status"], ""), f":gray[:small[{said}]]" if said else ""]
    return "  \n".join(line for line in lines if line)


def _capacity(row: Mapping[str, Any], style: HourStyle) -> str:
    off = f"  \n:gray[:small[{format_tracked(row['off_seconds'], style)} off]]" if row["off_seconds"] else ""
    return format_tracked(row["capacity_seconds"], style) + off


def _with_hours(row: Mapping[str, Any], style: HourStyle) -> str:
    tracked, capacity = format_tracked(row["ended_seconds"], style), format_tracked(row["capacity_seconds"], style)
    return f"{percent_text(row['utilization'])}  \n:gray[:small[{tracked} of {capacity}]]"


def _hours_or_none(seconds: int, style: HourStyle) -> str:
    return format_tracked(seconds, style) if seconds else NOT_APPLICABLE


def _main_amount(row: Mapping[str, Any]) -> float:
    return next((float(row[name]) for name in row if name.startswith(AMOUNT_PREFIX) and row[name]), 0.0)


def _amounts(row: Mapping[str, Any]) -> str:
    lines = [markdown_money(int(ticks), code) for code, ticks in _by_code(row).items() if ticks]
    return "  \n".join(lines) or NOT_APPLICABLE


def _rates(row: Mapping[str, Any]) -> str:
    """Write what an hour of tracked time earned, a line for each amount."""
    cents = [(code, row[RATE_PREFIX + code]) for code, ticks in _by_code(row).items() if ticks]
    lines = [NOT_APPLICABLE if pd.isna(one) else markdown_money(int(one) * TICKS_PER_CENT, code) for code, one in cents]
    return "  \n".join(lines) or NOT_APPLICABLE


def _by_code(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(AMOUNT_PREFIX): ticks for name, ticks in row.items() if name.startswith(AMOUNT_PREFIX)}


def _number(ratio: Any) -> float:
    return 0.0 if pd.isna(ratio) else float(ratio)


def _styles(rows: pd.DataFrame, table: pd.DataFrame, palette: Palette) -> pd.DataFrame:
    """Return the style of each cell: the total on grey, utilization as bars, amber where time is missing."""
    is_total = (rows["user_id"] == "").tolist()
    levels = [0 if total else 1 for total in is_total]
    own: dict[str, list[str]] = {PERSON: [NAME_STYLE] * len(rows)}
    if WEEKS in table:
        for name, column in ((UTILIZATION, "utilization"), (BILLABILITY, "billability")):
            bars = cell_bars(rows[column].fillna(0).astype("float64"), levels, palette)
            own[name] = [f"min-width:6.5rem;{bar}" for bar in bars]
        own[WEEKS] = [f"color:{palette.muted};white-space:nowrap;"] * len(rows)
    own[MISSING] = [
        f"color:{palette.near};" if missing and not total else "" for missing, total in zip(rows["missing_seconds"], is_total, strict=True)
    ]
    own[PER_HOUR] = [f"color:{palette.muted};"] * len(rows)
    grey = f"{BOLD}background-color:{palette.secondary};"
    return cell_styles(table, [grey if total else "" for total in is_total], own)


def usual_words(rows: pd.DataFrame, usual_hours: str) -> str:
    """Say of how many people no capacity is written down; "" if of none."""
    number = int((rows["is_usual"] & (rows["user_id"] != "")).sum())
    return (
        f"{format_count(number, 'person has', 'people have')} the usual {usual_hours} h a week, for nothing else is written down."
        if number
        else ""
    )
