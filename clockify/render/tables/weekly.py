"""The weekly report on its page, as Stylers for `st.table(styler, hide_index=True)`.

Cells of `st.table` are Markdown, so names are escaped here. Times stay numbers and are
written by `Styler.format`: text would not be aligned to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory, Kind
from clockify.money import SECONDS_PER_HOUR
from clockify.render.files.mail import NON_BILLABLE, format_spoken
from clockify.render.formats import HourStyle, escape_markdown, format_percent, format_tracked
from clockify.render.palette import Palette, project_color
from clockify.render.tables.styling import before_columns, put_after
from clockify.reports.beside import Before
from clockify.reports.weekly import DAY_NAMES, Day, Line, Week

PROJECT, NOTES, TIME, SWATCH, NAME, SHARE, TOTAL = "Project", "Description", "Time", " ", "Name", "Share", "Total"
TITLES = {Kind.USER: "Person", Kind.PROJECT: PROJECT}
BOLD, DOT = "font-weight:600;", "●"
TINTS = {"light": "22", "dark": "3d"}
WARMEST = {"light": 6, "dark": 5}  # steps of the sequential palette on which the text keeps 4.5 : 1
DAY_STYLE = f"{BOLD}padding-top:0.9rem;"
SWATCH_STYLE = "font-size:1.15rem;line-height:1;padding-right:0;width:1.1rem;"
CELLS_ROUNDED = "Cells are rounded each, totals are exact sums."


def weekly_table(week: Week, directory: Directory, palette: Palette, *, narrow: bool = False) -> Styler:
    """Show a week for `st.table(…, border="horizontal", hide_header=True)`: its days with their lines, and the total.

    Columns: Project (a coloured tag; a day's name), Description, Time. `narrow` puts what was done
    under the project, in one column. Days without time are left out; a week without any has no rows.
    """
    rows, styles = [], []
    for day in (day for day in week.days if day.lines):
        rows.append(_day_row(day))
        styles.append((DAY_STYLE, DAY_STYLE, DAY_STYLE))
        for line in day.lines:
            rows.append((escape_markdown(line.project), _notes(line, week.who), line.seconds))
            styles.append((_tag(line, directory, palette), "", ""))
    if rows:
        total = f"{BOLD}background-color:{palette.secondary};"
        rows.append(("Week total", "", week.totals.seconds))
        styles.append((total, total, total))
    table = pd.DataFrame(rows, columns=[PROJECT, NOTES, TIME]).astype({PROJECT: "str", NOTES: "str", TIME: "int64"})
    shown = _folded(table) if narrow else table
    widths = {PROJECT: "min-width:8rem;" if narrow else "min-width:12rem;", TIME: "min-width:6rem;"}
    looks = pd.DataFrame(styles, columns=table.columns, dtype="str")[list(shown)]
    looks = looks.apply(lambda column: widths.get(str(column.name), "") + column)
    writers: Any = {TIME: format_spoken}
    return _wrapped(shown.style.format(writers), 0, 1).apply(lambda _: looks, axis=None)


def week_grid_table(
    grid: pd.DataFrame,
    palette: Palette,
    kind: Kind = Kind.PROJECT,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    before: Before | None = None,
) -> Styler:
    """Show `week_grid` for `st.table(…, border="horizontal")`: hours or nothing, shaded by their size, with totals.

    Columns: Project or Person, "Mon 23" …, Total; with `before` (by id) its hours and the change.
    `narrow` heads the days "M 23", writes one decimal and leaves days without time out.
    """
    days = shown_days(grid, narrow)
    heads = [day_head(day, narrow) for day in days]
    numbers = grid[[*days, "total"]]
    sums = pd.DataFrame([numbers.sum()], columns=numbers.columns)
    table = pd.concat([numbers, sums], ignore_index=True).astype("int64") if len(grid) else numbers
    table.columns = pd.Index([*heads, TOTAL])
    names = [*(escape_markdown(label) for label in grid["label"]), *([TOTAL] if len(grid) else [])]
    table.insert(0, TITLES[kind], pd.Series(names, index=table.index, dtype="str"))
    places = 1 if narrow else 2
    writers: Any = dict.fromkeys([*heads, TOTAL], lambda seconds: format_tracked(seconds, style, places) if seconds else "")
    if before and len(grid):
        seconds = [*(before.seconds.get((one,), 0) for one in grid["id"]), before.totals.seconds]
        beside = before_columns(table[TOTAL].tolist(), seconds, before.period, style)
        table = put_after(table, TOTAL, beside)
        writers |= {name: texts.__getitem__ for name, texts in beside.items()}
    looks = _grid_styles(table, heads, palette, narrow)
    return _wrapped(table.style.format(writers), 0).apply(lambda _: looks, axis=None)


def shown_days(grid: pd.DataFrame, narrow: bool = False) -> list[date]:
    """Return the days that have a column in `week_grid_table`, from left to right."""
    return [name for name in grid if isinstance(name, date) and (not narrow or grid[name].any())]


def by_project_table(week: Week, directory: Directory, palette: Palette) -> Styler:
    """Show a week's projects for `st.table(…, border=False, hide_header=True)`: swatch, name, time, share."""
    parts = week.by_project
    table = pd.DataFrame(
        {
            SWATCH: [DOT] * len(parts),
            NAME: [escape_markdown(part.label) for part in parts],
            TIME: [part.seconds for part in parts],
            SHARE: [float(part.share) for part in parts],
        }
    ).astype({SWATCH: "str", NAME: "str", TIME: "int64", SHARE: "float64"})
    styles = pd.DataFrame("", index=table.index, columns=table.columns, dtype="str")
    styles[SWATCH] = [
        f"color:{project_color(part.project_id, directory.color_of(part.project_id), palette)};{SWATCH_STYLE}" for part in parts
    ]
    styles[SHARE] = f"color:{palette.muted};"
    writers: Any = {TIME: format_spoken, SHARE: format_percent}
    return _wrapped(table.style.format(writers), 1).apply(lambda _: styles, axis=None)


def grid_footnote(grid: pd.DataFrame, style: HourStyle = HourStyle.DECIMAL, places: int = 2) -> str:
    """Say that the grid's cells are rounded, where they are; "" where what is shown adds up."""
    step = 60 if style is HourStyle.CLOCK else SECONDS_PER_HOUR // 10**places
    days = [name for name in grid if isinstance(name, date)]
    return CELLS_ROUNDED if (grid[days] % step).to_numpy().any() else ""


def day_head(day: date, narrow: bool = False) -> str:
    """Head a day's column: "Mon 23", or "M 23" that doesn't break."""
    return f"{DAY_NAMES[day.weekday()][:1]}\N{NO-BREAK SPACE}{day.day}" if narrow else f"{DAY_NAMES[day.weekday()][:3]} {day.day}"


def heat_color(seconds: int, largest: int, palette: Palette) -> str:
    """Return the shade of a cell, "" for none: the darkest that text can stand on is the largest."""
    if seconds <= 0 or largest <= 0:
        return ""
    return palette.sequential[ceil(seconds * WARMEST[palette.mode] / largest) - 1]


def _day_row(day: Day) -> tuple[str, str, int]:
    return day.label, "", day.seconds


def _notes(line: Line, who: str) -> str:
    """Write what was done: "Design · Menu", and quietly what isn't billable."""
    notes = [escape_markdown(note) for note in line.notes(with_person=not who)]
    if line.billable:
        return " · ".join(notes)
    return " ".join([" · ".join(notes), f":gray[· {NON_BILLABLE}]"]) if notes else f":gray[{NON_BILLABLE}]"


def _tag(line: Line, directory: Directory, palette: Palette) -> str:
    color = project_color(line.project_id, directory.color_of(line.project_id), palette)
    return f"background-color:{color}{TINTS[palette.mode]};border-left:3px solid {color};border-radius:0.3rem;"


def _folded(table: pd.DataFrame) -> pd.DataFrame:
    """Put each description under its project."""
    pairs = zip(table[PROJECT], table[NOTES], strict=True)
    both = [f"{project}  \n{notes}" if notes else project for project, notes in pairs]
    return pd.DataFrame({PROJECT: both, TIME: table[TIME]}, index=table.index).astype({PROJECT: "str"})


def _grid_styles(table: pd.DataFrame, heads: Sequence[str], palette: Palette, narrow: bool) -> pd.DataFrame:
    """Return the style of each cell: shaded days, totals bold, the last row on grey."""
    body = table.iloc[:-1]
    largest = max((int(body[head].max()) for head in heads), default=0) if len(body) else 0
    name_style = "min-width:6rem;" if narrow else "min-width:9.5rem;"
    columns: dict[str, list[str]] = {}
    for name in map(str, table):
        if name in heads:
            columns[name] = [_shade(int(seconds), largest, palette) for seconds in body[name]]
        else:
            columns[name] = [BOLD if name == TOTAL else name_style if name == table.columns[0] else ""] * len(body)
        if len(table):
            columns[name].append(f"{BOLD}background-color:{palette.secondary};")
    return pd.DataFrame(columns, index=table.index, columns=table.columns, dtype="str")


def _shade(seconds: int, largest: int, palette: Palette) -> str:
    shade = heat_color(seconds, largest, palette)
    return f"background-color:{shade};" if shade else ""


def _wrapped(styler: Styler, *columns: int) -> Styler:
    """Let a long name without a space break: Streamlit keeps words whole, and would push the times out of sight."""
    rules: Any = [{"selector": f".col{place} p", "props": "overflow-wrap:anywhere;"} for place in columns]
    return styler.set_table_styles(rules)
