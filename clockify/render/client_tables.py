"""The tables of a client's report, in plain text: work by project and task, by day, by person, entry by entry."""

from __future__ import annotations

from collections.abc import Sequence

from clockify.directory import Directory, Kind
from clockify.money import TICKS_PER_CENT
from clockify.render.files.mail import NON_BILLABLE, plain
from clockify.render.files.pdf import PdfColumn, PdfRow, PdfTable
from clockify.render.formats import NOT_APPLICABLE, HourStyle, format_day, format_money, format_range, format_tracked
from clockify.render.palette import Palette, project_color, series_colors
from clockify.reports.client import ClientReport, Line, day_of

HOURS, BILLABLE, RATE, AMOUNT = "Hours", "Billable", "Rate", "Amount"
TOTAL = "Total"  # a sum that is none is called otherwise


def work_table(report: ClientReport, directory: Directory, palette: Palette, style: HourStyle, total: str = TOTAL) -> PdfTable:
    """Write the work done: each project in the colour of its share, its tasks below it where they are shown, and the total."""
    colors = series_colors(report.share["id"], directory.color_of, palette)
    shown, rows = report.shown, []
    for project, tasks in report.work:
        one = project.ids["project_id"]
        color = colors.get(one) or project_color(one, directory.color_of(one), palette)
        figures = _figures(project, style, shown.rates, shown.amounts)
        rows.append(PdfRow([_name(directory, Kind.PROJECT, one), *figures], dot=color, bold=bool(tasks), keep=bool(tasks)))
        for task in tasks:
            name = _name(directory, Kind.TASK, task.ids["task_id"])
            figures = _figures(task, style, shown.rates, shown.amounts)
            rows.append(PdfRow([name, *figures], indent=True))
    rows.append(PdfRow([total, *_figures(_total(report), style, shown.rates, shown.amounts)], total=True))
    title = "Project and task" if shown.tasks else "Project"
    return PdfTable("Work done", [PdfColumn(title, share=1), *_columns(rates=shown.rates, amounts=shown.amounts)], rows)


def day_table(report: ClientReport, style: HourStyle, total: str = TOTAL) -> PdfTable:
    """Write each day with time, and the total."""
    close, several = report.shown.rates, report.period.start.year != report.period.last_day.year
    rows = [PdfRow([format_day(day_of(one), several), *_figures(one, style, False, close)]) for one in report.days]
    rows.append(PdfRow([total, *_figures(_total(report), style, False, close)], total=True))
    return PdfTable("By day", [PdfColumn("Day", share=1), *_columns(rates=False, amounts=close)], rows)


def person_table(report: ClientReport, directory: Directory, style: HourStyle, total: str = TOTAL) -> PdfTable:
    """Write each person, and the total; amounts and rates where rates are shown."""
    close = report.shown.rates
    rows = [PdfRow([_name(directory, Kind.USER, one.ids["user_id"]), *_figures(one, style, close, close)]) for one in report.people]
    rows.append(PdfRow([total, *_figures(_total(report), style, close, close)], total=True))
    return PdfTable("By person", [PdfColumn("Person", share=1), *_columns(rates=close, amounts=close)], rows)


def entry_table(report: ClientReport, directory: Directory, style: HourStyle) -> PdfTable:
    """Write each entry, oldest first, with what of it is shown."""
    shown, several = report.shown, report.period.start.year != report.period.last_day.year
    has_words = shown.tasks or shown.descriptions or shown.tags
    columns = [PdfColumn("Day"), *([PdfColumn("Person", share=3)] if shown.people else []), PdfColumn("Project", share=4)]
    columns += [PdfColumn("Work", share=7)] if has_words else []
    columns += _columns(rates=shown.rates, amounts=shown.rates, billable=False)
    rows = []
    for one in report.entries:
        project, words = _name(directory, Kind.PROJECT, one.ids["project_id"]), _words(one, directory)
        if not one.ids["billable"]:
            project, words = (project, [*words, NON_BILLABLE]) if has_words else (f"{project} · {NON_BILLABLE}", words)
        cells = [format_day(day_of(one), several), *([_name(directory, Kind.USER, one.ids["user_id"])] if shown.people else []), project]
        cells += [" · ".join(words)] if has_words else []
        rows.append(PdfRow([*cells, *_figures(one, style, shown.rates, shown.rates, billable=False)]))
    return PdfTable("Entries", columns, rows)


def money_text(amounts: Sequence[tuple[str, int]]) -> str:
    """Write amounts, each currency on a line of its own; "–" for none."""
    return "\n".join(plain(format_money(ticks, code)) for code, ticks in amounts) or NOT_APPLICABLE


def rates_text(rates: Sequence[tuple[int, str]]) -> str:
    """Write the different rates of a row, of several in a currency the lowest and the highest."""
    found = []
    for code in dict.fromkeys(code for _, code in rates):
        own = [plain(format_money(cents * TICKS_PER_CENT, code)) for cents, other in rates if other == code]
        found.append(own[0] if len(own) == 1 else format_range(own[0], own[-1]))
    return "\n".join(found)


def _columns(*, rates: bool, amounts: bool, billable: bool = True) -> list[PdfColumn]:
    titles = [HOURS, *([BILLABLE] if billable else []), *([RATE] if rates else []), *([AMOUNT] if amounts else [])]
    return [PdfColumn(title, right=True) for title in titles]


def _figures(line: Line, style: HourStyle, rates: bool, amounts: bool, *, billable: bool = True) -> list[str]:
    cells = [format_tracked(line.seconds, style)]
    if billable:
        cells.append(format_tracked(line.billable_seconds, style) if line.billable_seconds else NOT_APPLICABLE)
    return [*cells, *([rates_text(line.rates)] if rates else []), *([money_text([*line.amounts.items()])] if amounts else [])]


def _total(report: ClientReport) -> Line:
    """Return the totals as a row; a rate is no row's sum."""
    amounts = dict(sorted(report.totals.amounts.items(), key=lambda one: (-abs(one[1]), one[0])))
    return Line({}, report.totals.seconds, report.totals.billable_seconds, amounts)


def _words(line: Line, directory: Directory) -> list[str]:
    """Return what is shown of an entry's task, description and tags."""
    task, tags = line.ids.get("task_id", ""), str(line.ids.get("tag_ids", "")).split(",")
    found = [_name(directory, Kind.TASK, task) if task else "", plain(line.ids.get("description", ""))]
    return [part for part in (*found, ", ".join(_name(directory, Kind.TAG, one) for one in tags if one)) if part]


def _name(directory: Directory, kind: Kind, identifier: str) -> str:
    return plain(directory.label(kind, identifier))
