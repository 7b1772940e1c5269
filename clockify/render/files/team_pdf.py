"""People on paper: the figures of all, a table of people, who worked on what, and the time that is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from clockify.money import TICKS_PER_CENT
from clockify.periods import short_day
from clockify.plans import Usual
from clockify.render.charts.heat import heat_alt, heat_chart
from clockify.render.facts import Facts
from clockify.render.files.mail import footer_of, in_hours, plain
from clockify.render.files.pdf import Figure, PdfColumn, PdfRow, PdfTable, Picture, Report, to_pdf, to_svg
from clockify.render.files.reports_pdf import subtitle_of
from clockify.render.formats import NOT_APPLICABLE, HourStyle, format_count, format_money, format_percent, format_tracked
from clockify.render.palette import LIGHT
from clockify.reports.matrix import Matrix
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in
from clockify.reports.team import RATE_PREFIX

HEAT_WIDTH = 700  # px, set as wide as the page
NOTHING_MISSING = "Nobody is below capacity on a day that has ended."
RATIO_COLUMNS = ("utilization", "billability")


def heat_picture(matrix: Matrix, said: str = "", *, style: HourStyle = HourStyle.DECIMAL) -> list[Picture]:
    """Draw who worked on what for paper; `said`: of which time it is, where not of all. No time gives no picture."""
    if not matrix.total:
        return []
    svg = to_svg(heat_chart(matrix, LIGHT, style), HEAT_WIDTH)
    title = f"Who worked on what, hours by {matrix.kind}" + (f" · {plain(said)}" if said else "")
    return [Picture(title, svg, plain(heat_alt(matrix, style)))]


def team_pdf(
    rows: pd.DataFrame,
    total: pd.DataFrame,
    missing: pd.DataFrame,
    labels: Mapping[str, str],
    facts: Facts,
    usual: Usual,
    charts: Sequence[Picture] = (),
    *,
    style: HourStyle = HourStyle.DECIMAL,
    money: bool = True,
    notes: Sequence[str] = (),
) -> bytes:
    """Return `reports.team` as PDF: figures, `charts` (`heat_picture`), people with their total, and what is missing.

    `missing`: of `missing_days` or `by_week`, shown person by person in the order of `labels` (id to name); `notes`:
    sentences under the table of people. Without `money` there are no amounts.
    """
    people = _people_table(rows, total, style, money=money, note=" ".join(notes))
    return to_pdf(
        Report(
            title=f"{plain(facts.report)}, {facts.period.label()}",
            subtitle=subtitle_of(facts.filters, facts),
            footer=footer_of(facts, style),
            figures=_figures(rows, total.iloc[0], usual, style),
            charts=charts,
            tables=[people, *([_missing_table(missing, labels, style)] if labels else [])],
            note="" if labels else NOTHING_MISSING,
        )
    )


def _figures(rows: pd.DataFrame, total: pd.Series, usual: Usual, style: HourStyle) -> list[Figure]:
    off, short = int(total["off_seconds"]), int((rows["missing_seconds"] > 0).sum())
    taken = f"{in_hours(off, style)} off deducted" if off else "no days off"
    return [
        Figure("Utilization", _percent(total["utilization"]), _target(usual.utilization)),
        Figure("Billability", _percent(total["billability"]), _target(usual.billability)),
        Figure("Capacity", in_hours(int(total["capacity_seconds"]), style), taken),
        Figure(
            "Missing time",
            in_hours(int(total["missing_seconds"]), style),
            f"{format_count(short, 'person', 'people')} below capacity" if short else "nobody is below capacity",
        ),
    ]


def _people_table(rows: pd.DataFrame, total: pd.DataFrame, style: HourStyle, *, money: bool, note: str) -> PdfTable:
    codes = currencies_in(rows) if money else []
    has_overtime = bool(rows["overtime_seconds"].any())
    heads = ["Capacity", "Tracked", "Utilization", "Billability", "Missing", *(["Overtime"] if has_overtime else [])]
    heads += ["Amount", "Per hour"] if codes else []
    largest = {name: float(rows[name].fillna(0).max()) if len(rows) else 0.0 for name in RATIO_COLUMNS}
    shown = []
    for row in rows.to_dict("records"):
        bars = [0.0, 0.0, 0.0, *(_part(row[name], largest[name]) for name in RATIO_COLUMNS), *[0.0] * (len(heads) - 4)]
        shown.append(PdfRow(_cells(row, codes, style, has_overtime=has_overtime), bars=bars))
    shown.append(PdfRow(_cells(total.to_dict("records")[0], codes, style, has_overtime=has_overtime), total=True))
    columns = [PdfColumn("Person", share=1), *(PdfColumn(head, right=True) for head in heads)]
    return PdfTable("Capacity and utilization", columns, shown, note)


def _cells(row: Mapping[Any, Any], codes: Sequence[str], style: HourStyle, *, has_overtime: bool) -> list[str]:
    """Write a person: the status beneath the name, days off beneath the capacity, each currency on a line of its own."""
    label = plain(row["label"]) + (f"\n{row['status']}" if row["status"] else "")
    off = f"\n{format_tracked(row['off_seconds'], style)} off" if row["off_seconds"] else ""
    cells = [
        label,
        format_tracked(row["capacity_seconds"], style) + off,
        format_tracked(row["ended_seconds"], style),
        _percent(row["utilization"]),
        _percent(row["billability"]),
        _hours(row["missing_seconds"], style),
        *([_hours(row["overtime_seconds"], style)] if has_overtime else []),
    ]
    earned = {code: int(row[AMOUNT_PREFIX + code]) for code in codes if row[AMOUNT_PREFIX + code]}
    amounts = [plain(format_money(ticks, code)) for code, ticks in earned.items()]
    rates = [(code, row[RATE_PREFIX + code]) for code in earned]
    per_hour = [NOT_APPLICABLE if pd.isna(one) else plain(format_money(int(one) * TICKS_PER_CENT, code)) for code, one in rates]
    return [*cells, *(["\n".join(lines) or NOT_APPLICABLE for lines in (amounts, per_hour)] if codes else [])]


def _missing_table(missing: pd.DataFrame, labels: Mapping[str, str], style: HourStyle) -> PdfTable:
    """List who lacks time on which days (or weeks), a row for each person: of many people days would fill a book."""
    days: dict[str, list[str]] = {one: [] for one in labels}
    sums = dict.fromkeys(labels, 0)
    figures = (missing["user_id"].astype("str").tolist(), missing["day"].tolist(), missing["missing_seconds"].tolist())
    for one, day, seconds in zip(*figures, strict=True):
        days[one].append(_day_words(day, seconds, style))
        sums[one] += seconds
    rows = [PdfRow([plain(name), " · ".join(days[one]), format_tracked(sums[one], style)]) for one, name in labels.items()]
    by = "In the week of" if "days" in missing else "On"
    return PdfTable("Missing time", [PdfColumn("Person", share=2), PdfColumn(by, share=5), PdfColumn("Hours", right=True)], rows)


def _day_words(day: Any, seconds: int, style: HourStyle) -> str:
    """Write a day and its hours, which stay on one line."""
    return f"{short_day(day.date())} {format_tracked(seconds, style)}".replace(" ", "\u00a0")


def _part(ratio: Any, largest: float) -> float:
    return 0.0 if pd.isna(ratio) or not largest else float(ratio) / largest


def _hours(seconds: int, style: HourStyle) -> str:
    return format_tracked(seconds, style) if seconds else NOT_APPLICABLE


def _percent(ratio: Any) -> str:
    return NOT_APPLICABLE if pd.isna(ratio) else format_percent(float(ratio))


def _target(percent: int | None) -> str:
    return f"target {percent}%" if percent else "no target is set"
