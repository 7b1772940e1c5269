"""The weekly report on its page, as Stylers for `st.table(styler, hide_index=True)`.

Cells of `st.table` are Markdown, so names are escaped here. Times stay numbers and are
written by `Styler.format`: text would not be aligned to the right.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from operator import add
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory, Kind
from clockify.money import SECONDS_PER_HOUR
from clockify.render.files.mail import NON_BILLABLE
from clockify.render.formats import HourStyle, escape_markdown, format_percent, format_tracked
from clockify.render.palette import Palette, project_color
from clockify.render.tables.entries import NO_DESCRIPTION
from clockify.render.tables.styling import (
    BOLD,
    DOT,
    HOURS,
    NOTHING_LOGGED,
    SHARE,
    SWATCH,
    SWATCH_STYLE,
    amber,
    arrow,
    before_columns,
    put_after,
)
from clockify.reports.beside import Before
from clockify.reports.folding import Folded
from clockify.reports.weekly import DAY_NAMES, Line, Part, Week

PROJECT, NOTES, WHAT, NAME, TOTAL = "Project", "Description", "What", "Name", "Total"
PROJECTS_SHOWN, PEOPLE_SHOWN = 10, 10
TITLES = {Kind.USER: "Person", Kind.PROJECT: PROJECT}
TINTS = {"light": "22", "dark": "3d"}
WARMEST = {"light": 6, "dark": 5}  # steps of the sequential palette on which the text keeps 4.5 : 1
DAY_STYLE = f"{BOLD}padding-top:0.9rem;"
SIGN_STYLE = "width:1.1rem;padding-right:0;"
PERSON_STYLE = f"{BOLD}font-size:1.05rem;"
CELLS_ROUNDED = "Cells are rounded each, totals are exact sums."


@dataclass(frozen=True)
class Row:
    """A row of the report: a person, a day of his, or a line of that day."""

    person_id: str
    day: date | None
    line: Line | None
    label: str
    seconds: int


def week_rows(week: Week) -> list[Row]:
    """Return the rows of the report in order; one person's week has none for him."""
    rows: list[Row] = []
    for part in week.sections:
        rows += [Row(part.person_id, None, None, part.label, part.seconds)] if part.label else []
        for day in part.days:
            rows.append(Row(part.person_id, day.day, None, day.label, day.seconds))
            rows += [Row(part.person_id, day.day, line, line.project, line.seconds) for line in day.lines]
    return rows


def weekly_table(
    week: Week,
    directory: Directory,
    palette: Palette,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    folded: Folded | None = None,
) -> Styler:
    """Show a week for `st.table(…, border="horizontal", hide_header=True)`: people, days and lines, all or `folded`, and the total.

    Columns: an arrow (where there are people), Project (a coloured tag; a person's name, a day's), Description, Hours. `narrow`:
    swatch or arrow, what was done with what it belongs to beneath, Hours. A week without time has no rows.
    """
    rows = week_rows(week)
    folded = folded or Folded(list(range(len(rows))), [None] * len(rows), [])
    left_out = [rows[place] for place in folded.left_out]
    shown = [_cells(rows[place], arrow(state), palette, narrow) for place, state in zip(folded.places, folded.states, strict=True)]
    looks = [_looks(rows[place], directory, palette, narrow) for place in folded.places]
    if left_out:
        more = f"{len(left_out)} more" + (", in the files" if folded.capped else "")
        shown.append((arrow(None if folded.capped else False), more, "", sum(row.seconds for row in left_out)))
        looks.append((f"color:{palette.muted};",) * 4)
    if rows:
        shown.append(("", "Week total", "", week.totals.seconds))
        looks.append((f"{BOLD}background-color:{palette.secondary};",) * 4)
    names = [SWATCH, WHAT if narrow else PROJECT, NOTES, HOURS]
    table = pd.DataFrame(shown, columns=names).astype({name: "int64" if name == HOURS else "str" for name in names})
    styles = pd.DataFrame(looks, columns=names, dtype="str")
    styles[SWATCH] = SIGN_STYLE + styles[SWATCH]
    gone = ([NOTES] if narrow else []) + ([] if any(table[SWATCH]) else [SWATCH])
    table, styles = table.drop(columns=gone), styles.drop(columns=gone)
    writers: Any = {HOURS: lambda seconds: format_tracked(seconds, style)}
    words = [place for place, name in enumerate(table) if name not in (SWATCH, HOURS)]
    return _wrapped(table.style.format(writers), *words).apply(lambda _: styles, axis=None)


def week_grid_table(
    grid: pd.DataFrame,
    palette: Palette,
    kind: Kind = Kind.PROJECT,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    before: Before | None = None,
    idle: Collection[str] = (),
) -> Styler:
    """Show `week_grid` for `st.table(…, border="horizontal")`: hours or nothing, shaded by their size, with totals.

    Columns: Project or Person, "Mon 23" …, Total; with `before` (by id) its hours and the change.
    `narrow` heads the days "M 23", writes one decimal, leaves days without time out and has the total before them.
    The ids in `idle` logged nothing: it is said.
    """
    days = shown_days(grid, narrow)
    heads = [day_head(day, narrow) for day in days]
    numbers = grid[[*days, "total"]]
    sums = pd.DataFrame([numbers.sum()], columns=numbers.columns)
    table = pd.concat([numbers, sums], ignore_index=True).astype("int64") if len(grid) else numbers
    table.columns = pd.Index([*heads, TOTAL])
    quiet = [one in idle for one in grid["id"]]
    words = [f" · {amber(NOTHING_LOGGED, palette)}" if is_quiet else "" for is_quiet in quiet]
    names = [*map(add, map(escape_markdown, grid["label"]), words), *([TOTAL] if len(grid) else [])]
    table.insert(0, TITLES[kind], pd.Series(names, index=table.index, dtype="str"))
    places = 1 if narrow else 2
    writers: Any = dict.fromkeys(heads, lambda seconds: format_tracked(seconds, style, places) if seconds else "")
    writers[TOTAL] = lambda seconds: format_tracked(seconds, style, places)
    if narrow:
        table = table[[TITLES[kind], TOTAL, *heads]]  # a week is wider than a phone
    if before and len(grid):
        keys = [*((one,) for one in grid["id"]), (TOTAL, "")]
        beside = before_columns(table[TOTAL].tolist(), keys, before.with_total(keys[-1]), style, places)
        table = put_after(table, TOTAL, beside)
        writers |= {name: texts.__getitem__ for name, texts in beside.items()}
    looks = _grid_styles(table, heads, palette, narrow)
    looks.loc[[*quiet, False] if len(grid) else [], TOTAL] += f"color:{palette.near};"
    return _wrapped(table.style.format(writers), 0).apply(lambda _: looks, axis=None)


def columns_of(table: Styler, grid: pd.DataFrame, narrow: bool = False) -> list[date | None]:
    """Return the day of each column of a `week_grid_table` behind the name; None for one that is of the whole week."""
    days = {day_head(day, narrow): day for day in shown_days(grid, narrow)}
    columns = table.data.columns  # type: ignore[attr-defined]
    return [days.get(str(name)) for name in columns[1:]]


def shown_days(grid: pd.DataFrame, narrow: bool = False) -> list[date]:
    """Return the days that have a column in `week_grid_table`, from left to right."""
    return [name for name in grid if isinstance(name, date) and (not narrow or grid[name].any())]


def largest_parts(week: Week) -> tuple[list[Part], list[Part]]:
    """Return a week's largest projects and the rest of them; a rest of one stands with the others, for its row takes no more room."""
    parts = sorted(week.by_project, key=lambda part: -part.seconds)
    most = PROJECTS_SHOWN if len(parts) > PROJECTS_SHOWN + 1 else len(parts)
    largest = {part.project_id for part in parts[:most]}
    return [part for part in week.by_project if part.project_id in largest], parts[most:]


def by_project_table(week: Week, directory: Directory, palette: Palette, style: HourStyle = HourStyle.DECIMAL) -> Styler:
    """Show `largest_parts` for `st.table(…, border=False, hide_header=True)`: swatch, name, hours, share; the rest in one row."""
    parts, rest = largest_parts(week)
    rows = [(DOT, escape_markdown(part.label), part.seconds, float(part.share)) for part in parts]
    colors = [f"color:{project_color(part.project_id, directory.color_of(part.project_id), palette)};{SWATCH_STYLE}" for part in parts]
    if rest:
        rows.append(("", f"{len(rest)} more", sum(part.seconds for part in rest), float(sum(part.share for part in rest))))
        colors.append("")
    table = pd.DataFrame(rows, columns=[SWATCH, NAME, HOURS, SHARE])
    table = table.astype({SWATCH: "str", NAME: "str", HOURS: "int64", SHARE: "float64"})
    styles = pd.DataFrame("", index=table.index, columns=table.columns, dtype="str")
    styles[SWATCH], styles[SHARE] = colors, f"color:{palette.muted};"
    writers: Any = {HOURS: lambda seconds: format_tracked(seconds, style), SHARE: format_percent}
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


def _cells(row: Row, sign: str, palette: Palette, narrow: bool) -> tuple[str, str, str, int]:
    label = escape_markdown(row.label)
    if row.line is None:
        return sign, row.label if row.day else label, "", row.seconds
    notes = [escape_markdown(note) for note in row.line.notes]
    rest = [] if row.line.billable else [NON_BILLABLE]
    if not narrow:
        quiet = f":gray[{'· ' if notes else ''}{NON_BILLABLE}]" if rest else ""
        return "", label, " ".join(filter(None, [" · ".join(notes), quiet])), row.seconds
    what = f"**{notes[-1]}**" if row.line.description else amber(NO_DESCRIPTION, palette)
    beneath = [label, *([escape_markdown(row.line.task)] if row.line.task else []), *rest]
    return DOT, f"{what}  \n:gray[:small[{' · '.join(beneath)}]]", "", row.seconds


def _looks(row: Row, directory: Directory, palette: Palette, narrow: bool) -> tuple[str, str, str, str]:
    """Return the styles of a row's cells: people and days are bold, a project is a tag, or a swatch on a phone."""
    if row.line is None:
        look = DAY_STYLE if row.day else PERSON_STYLE
        return look, look, look, look
    color = project_color(row.line.project_id, directory.color_of(row.line.project_id), palette)
    if narrow:
        return f"color:{color};{SWATCH_STYLE}", "", "", ""
    tag = f"min-width:12rem;background-color:{color}{TINTS[palette.mode]};border-left:3px solid {color};border-radius:0.3rem;"
    return "", tag, "", ""


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
