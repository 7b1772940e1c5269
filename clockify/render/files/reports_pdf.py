"""The reports on paper: a week by day and as a grid, and a summary with its charts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.render.charts.alts import bars_alt, donut_alt
from clockify.render.charts.vega import bars_chart, donut_chart
from clockify.render.difference import difference_words
from clockify.render.facts import Facts
from clockify.render.files.mail import (
    LONGEST,
    NON_BILLABLE,
    NOTHING,
    facts_of_week,
    footer_of,
    footnote,
    in_hours,
    plain,
    shortened,
)
from clockify.render.files.pdf import Figure, LegendRow, PdfColumn, PdfRow, PdfTable, Picture, Report, to_pdf, to_svg
from clockify.render.formats import NOT_APPLICABLE, HourStyle, format_count, format_money, format_percent, format_tracked
from clockify.render.palette import LIGHT, project_color, series_colors
from clockify.render.tables.styling import HOURS, NOTHING_LOGGED
from clockify.render.tables.weekly import TITLES, TOTAL, day_head, grid_footnote, heat_color
from clockify.reports.grouping import Grouping, shown_labels
from clockify.reports.intervals import Interval
from clockify.reports.measures import AMOUNT_PREFIX, Totals, currencies_in
from clockify.reports.weekly import Line, Section, Week

BARS_WIDTH, DONUT_WIDTH, CHART_HEIGHT = 430, 215, 190  # px; set at two thirds and one third of a page
LEGEND_LETTERS = 48  # two lines
ROWS_ROUNDED = "Rows are rounded each, the total once."
TAGS_REPEAT = "An entry with several tags counts in the row of each, and once in the total."
NOTHING_FOUND = "No time entries in this period."


def weekly_pdf(
    week: Week,
    grid: pd.DataFrame,
    facts: Facts,
    directory: Directory,
    *,
    kind: Kind = Kind.PROJECT,
    style: HourStyle = HourStyle.DECIMAL,
    idle: Collection[str] = (),
) -> bytes:
    """Return a week as PDF: figures, `week_grid` by `kind`, then each day with its lines, of everybody person by person.

    `idle`: the people who logged nothing. A week without time says so.
    """
    facts = facts_of_week(facts, week)
    has_time = any(day.lines for day in week.days)
    tables = [_grid_table(grid, directory, kind, style, idle)] if len(grid) else []
    return to_pdf(
        Report(
            title=week.title,
            subtitle=subtitle_of(week.whose, facts),
            footer=footer_of(facts, style, brief=True),
            figures=_week_figures(week, style) if has_time else (),
            tables=[*tables, *_days_tables(week, directory, style)] if has_time else (),
            note="" if has_time else NOTHING,
        )
    )


def summary_pdf(
    grouped: pd.DataFrame,
    totals: Totals,
    charts: Sequence[Picture],
    facts: Facts,
    directory: Directory,
    *,
    first: Grouping,
    then: Grouping | None = None,
    style: HourStyle = HourStyle.DECIMAL,
    money: bool = True,
) -> bytes:
    """Return `grouped` with its totals as PDF: figures, charts (`summary_charts`), the table. No rows say so.

    Without `money` there is no amount in it.
    """
    totals = totals if money else replace(totals, amounts={})
    return to_pdf(
        Report(
            title=f"{plain(facts.report)}, {facts.period.label()}",
            subtitle=subtitle_of(facts.filters, facts),
            footer=footer_of(facts, style),
            figures=_summary_figures(totals, style),
            charts=charts if len(grouped) else (),
            tables=[_summary_table(grouped, totals, directory, first, then, style)] if len(grouped) else [],
            note=_difference(facts, money, style) if len(grouped) else NOTHING_FOUND,
        )
    )


def summary_charts(
    bars: pd.DataFrame,
    interval: Interval,
    share: pd.DataFrame,
    directory: Directory,
    *,
    what: str = "project",
    style: HourStyle = HourStyle.DECIMAL,
) -> list[Picture]:
    """Draw `by_interval` as bars and `share_by` as a donut with its legend, on white paper. No time gives no charts."""
    total = int(share["seconds"].sum())
    if not total:
        return []
    colors = series_colors(share["id"], directory.color_of, LIGHT)
    hours = to_svg(bars_chart(bars, interval, LIGHT, style, CHART_HEIGHT), BARS_WIDTH)
    ring = to_svg(donut_chart(share, LIGHT, total, colors, style), DONUT_WIDTH)
    return [
        Picture(f"Hours per {interval}", hours, plain(bars_alt(bars, interval, style)), share=2),
        Picture(f"Share by {plain(what)}", ring, plain(donut_alt(share, total, what, style)), legend=_legend(share, colors, style)),
    ]


def subtitle_of(about: str, facts: Facts) -> str:
    """Say whose time it is, `about` what or whom, of which days and in which zone."""
    return " · ".join([shortened(facts.workspace, LONGEST), shortened(about, 2 * LONGEST), facts.period.label(), plain(facts.zone)])


def _week_figures(week: Week, style: HourStyle) -> list[Figure]:
    seconds, billable = week.totals.seconds, week.totals.billable_seconds
    worked = sum(bool(day.lines) for day in week.days)
    return [
        Figure("Tracked", in_hours(seconds, style), f"on {format_count(worked, 'day')}"),
        Figure("Billable", in_hours(billable, style), f"{format_percent(week.totals.billability)} of tracked"),
        Figure("Average", in_hours(round(seconds / worked), style), "per day with time"),
    ]


def _grid_table(grid: pd.DataFrame, directory: Directory, kind: Kind, style: HourStyle, idle: Collection[str]) -> PdfTable:
    days = [name for name in grid if isinstance(name, date)]
    largest = int(grid[days].to_numpy().max())
    grid = grid.assign(label=[f"{label} · {NOTHING_LOGGED}" if one in idle else label for one, label in grid[["id", "label"]].to_numpy()])
    rows = [
        _grid_row(dict(zip(grid, row, strict=True)), days, largest, directory, kind, style)
        for row in grid.itertuples(index=False, name=None)
    ]
    sums = [int(grid[name].sum()) for name in [*days, "total"]]
    columns = [PdfColumn(TITLES[kind], share=1), *(PdfColumn(day_head(day), right=True) for day in days), PdfColumn(TOTAL, right=True)]
    end = PdfRow([TOTAL, *(_hours(one, style) for one in sums)], total=True)
    return PdfTable(f"Hours by {TITLES[kind].lower()} and day", columns, [*rows, end], grid_footnote(grid, style))


def _grid_row(row: Mapping[Any, Any], days: Sequence[date], largest: int, directory: Directory, kind: Kind, style: HourStyle) -> PdfRow:
    spans = [int(row[day]) for day in days]
    cells = [plain(row["label"]), *(_hours(one, style) for one in spans), format_tracked(int(row["total"]), style)]
    tag = _color(row["id"], directory) if kind is Kind.PROJECT else ""
    return PdfRow(cells, tag=tag, fills=["", *(heat_color(one, largest, LIGHT) for one in spans), ""])


def _days_tables(week: Week, directory: Directory, style: HourStyle) -> list[PdfTable]:
    """Return the days with their lines: in one table, or of each person in one of his own; the last has the total."""
    tables = [_section_table(part, directory, style) for part in week.sections]
    total = PdfRow(["Week total", "", format_tracked(week.totals.seconds, style)], total=True)
    return [*tables[:-1], replace(tables[-1], rows=[*tables[-1].rows, total], note=footnote(week, style))]


def _section_table(part: Section, directory: Directory, style: HourStyle) -> PdfTable:
    """Return a person's days; his name stands in the header, too, which is on each page again."""
    name = plain(part.label)
    title, head = (f"{name}, {in_hours(part.seconds, style)}", f"{name} · project") if name else ("By day", "Project")
    columns = [PdfColumn(head, share=3), PdfColumn("Description", share=6), PdfColumn(HOURS, right=True)]
    rows: list[PdfRow] = []
    for day in part.days:
        rows.append(PdfRow([day.label, format_tracked(day.seconds, style)], heading=True))
        rows += [_line_row(line, directory, style) for line in day.lines]
    return PdfTable(title, columns, rows)


def _line_row(line: Line, directory: Directory, style: HourStyle) -> PdfRow:
    said = " · ".join([*map(plain, line.notes), *([] if line.billable else [NON_BILLABLE])])
    return PdfRow([plain(line.project), said, format_tracked(line.seconds, style)], tag=_color(line.project_id, directory))


def _summary_figures(totals: Totals, style: HourStyle) -> list[Figure]:
    unit = "" if style is HourStyle.CLOCK else " h"
    money = [Figure(f"Amount {plain(code)}", plain(format_money(totals.amounts[code], code, 0))) for code in largest_first(totals.amounts)]
    return [
        Figure("Tracked", format_tracked(totals.seconds, style, 1) + unit, format_count(totals.entries, "entry", "entries")),
        Figure("Billable", format_tracked(totals.billable_seconds, style, 1) + unit, f"{format_percent(totals.billability)} of tracked"),
        *money,
    ]


def _summary_table(
    grouped: pd.DataFrame, totals: Totals, directory: Directory, first: Grouping, then: Grouping | None, style: HourStyle
) -> PdfTable:
    nested = then not in (None, first)
    codes = [code for code in currencies_in(grouped) if code in totals.amounts]
    projects = {1: first is Grouping.PROJECT, 2: then is Grouping.PROJECT}
    rows = []
    for row in grouped.assign(label=shown_labels(grouped, first, then, directory)).to_dict("records"):
        own = row["second_id"] if row["level"] == 2 else row["first_id"]
        dot = _color(own, directory) if projects[row["level"]] else ""
        cells = _summary_cells(row, {code: row[AMOUNT_PREFIX + code] for code in codes}, style)
        group = nested and row["level"] == 1
        rows.append(PdfRow(cells, bold=group, keep=group, indent=row["level"] == 2, dot=dot))
    end = {"label": TOTAL, "seconds": totals.seconds, "billable_seconds": totals.billable_seconds, "entries": totals.entries, "share": 1.0}
    rows.append(PdfRow(_summary_cells(end, {code: totals.amounts[code] for code in codes}, style), total=True))
    title = first.label if not nested or then is None else f"{first.label} / {then.value}"
    heads = ["Hours", "Share", "Billable", "Entries", *(["Amount"] if codes else [])]
    note = f"{ROWS_ROUNDED} {TAGS_REPEAT}" if Grouping.TAG in (first, then) else ROWS_ROUNDED
    return PdfTable("Summary", [PdfColumn(title, share=1), *(PdfColumn(head, right=True) for head in heads)], rows, note)


def _summary_cells(row: Mapping[Any, Any], amounts: Mapping[str, int], style: HourStyle) -> list[str]:
    """Write a row of the summary; each currency on a line of its own, none is "–"."""
    seconds = int(row["seconds"])
    billable = format_percent(row["billable_seconds"] / seconds) if seconds else NOT_APPLICABLE
    money = [plain(format_money(int(amounts[code]), code)) for code in amounts if amounts[code]]
    label = plain(row["label"]) + ("" if row["entries"] else f" · {NOTHING_LOGGED}")
    cells = [label, format_tracked(seconds, style), format_percent(row["share"]), billable, f"{row['entries']:,}"]
    return [*cells, "\n".join(money) or NOT_APPLICABLE] if amounts else cells


def _legend(share: pd.DataFrame, colors: Mapping[str, str], style: HourStyle) -> list[LegendRow]:
    rows = zip(share["id"], share["label"], share["seconds"], share["share"], strict=True)
    return [
        LegendRow(colors[one], [shortened(label, LEGEND_LETTERS), format_tracked(int(seconds), style, 1), format_percent(part)])
        for one, label, seconds, part in rows
    ]


def _difference(facts: Facts, money: bool, style: HourStyle) -> str:
    if facts.rounding.is_exact:
        return ""
    difference = plain(difference_words(facts.totals, facts.exact, style, money=money))
    return f"Rounding: {facts.rounding.label}. Difference to the exact total: {difference}."


def _hours(seconds: int, style: HourStyle) -> str:
    return format_tracked(seconds, style) if seconds else ""


def _color(project_id: str, directory: Directory) -> str:
    return project_color(project_id, directory.color_of(project_id), LIGHT)
