"""What a client has left, as cards in plain text, and his retainers as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import TICKS_PER_CENT
from clockify.periods import ONE_DAY, Period, short_day
from clockify.plans import Cycle
from clockify.render.files.mail import plain
from clockify.render.files.pdf import PdfColumn, PdfRow, PdfTable
from clockify.render.formats import NOT_APPLICABLE, HourStyle, format_money, format_percent, format_tracked
from clockify.reports.client_left import Left, Retainer
from clockify.reports.forecast import Chance, UsedUp

CHANCES = {
    Chance.LIKELY_OVER: "will likely take more than that",
    Chance.EITHER: "may take more than that, or not",
    Chance.LIKELY_WITHIN: "will likely not take more than that",
}
RUNNING = {Cycle.WEEK: "this week", Cycle.MONTH: "this month", Cycle.QUARTER: "this quarter", Cycle.YEAR: "this year"}
ALL_PROJECTS = "all projects"
UNIT = "\N{NO-BREAK SPACE}h"


@dataclass(frozen=True)
class Card:
    """What is left of a plan: `value` large, `used` beside it, a bar filled to `part` (0 to 1), and what is foreseen in a sentence."""

    title: str
    about: str
    value: str
    used: str
    part: float
    over: bool
    said: str = ""


def cards_of(
    left: Sequence[Left], directory: Directory, today: date, style: HourStyle, *, is_rounded: bool, period: Period | None = None
) -> tuple[Card, ...]:
    """Write a card for each; `is_rounded`: the report's hours are, and those of plans aren't.

    What is left is left today: where the report's `period` is another, it is said.
    """
    as_of = f"as of {_day(today, period.last_day)}" if period and not period.start <= today < period.end else ""
    return tuple(_card(one, directory, today, style, is_rounded, as_of) for one in left)


def cycle_tables(retainers: Sequence[Retainer], directory: Directory, today: date, style: HourStyle) -> list[PdfTable]:
    """Write a table for each retainer: the last cycles, the newest first, with planned, carried, used and left."""
    columns = [PdfColumn("Cycle", share=1), *(PdfColumn(title, right=True) for title in ("Planned", "Carried in", "Used", "Left"))]
    return [
        PdfTable(
            f"Retainer: {plain(directory.label(Kind.PROJECT, one.budget.project_id))}",
            columns,
            [_cycle_row(one, row, today, style) for row in one.cycles.to_dict("records")],
            _signs(one),
        )
        for one in retainers
    ]


def _card(left: Left, directory: Directory, today: date, style: HourStyle, is_rounded: bool, as_of: str) -> Card:
    one = left.budget
    burn, rest = one.burn, one.burn.left or 0
    sign = "" if one.is_whole else "≈ " if not one.knows_carry else "≥ " if rest < 0 else "≤ "
    value = f"{sign}{_figure(abs(rest), burn.currency, style)}"
    used = "" if one.knows_used else "≥ "
    kind = " billable" if one.billable_only else ""
    taken, planned = (_figure(figure, burn.currency, style) for figure in (burn.used, burn.planned or 0))
    words = f"{used}{taken.removesuffix(UNIT)} of {planned}{kind} used"
    about = plain(directory.label(Kind.PROJECT, left.project_id)) if left.project_id else ALL_PROJECTS
    about = " · ".join(part for part in (about, plain(left.note), RUNNING.get(one.plan.cycle, ""), as_of) if part)
    exact = "by tracked time" if is_rounded and not left.is_pack and not burn.money else ""
    said = [_foreseen(left, today), _expiry(left, today), f"{one.others} not counted" if one.others else "", exact]
    return Card(
        "Budget left" if burn.money else "Hours left",
        about,
        f"{value} {'over' if rest < 0 else 'left'}",
        f"{words} · {format_percent(burn.ratio)}" if burn.ratio is not None else words,
        min(float(burn.ratio or 0), 1.0),
        rest < 0,
        _sentence(" · ".join(filter(None, said))),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _foreseen(left: Left, today: date) -> str:
    one = left.budget
    if not one.is_whole:
        return "earlier time isn't counted here, so nothing is foreseen"
    if (one.burn.left or 0) <= 0:
        return ""
    if one.end is not None:
        return f"{RUNNING.get(one.plan.cycle, 'this cycle')} {CHANCES[left.foreseen.outlook.chance]}" if left.foreseen.outlook else ""
    return _used_up(left.foreseen.found, today)


def _used_up(found: UsedUp | None, today: date) -> str:
    """Say between which days it is used up."""
    if found is None or found.already:
        return "too little to say when it is used up"
    if found.earliest is None:
        return "at this pace not used up within two years"
    if found.latest is None:
        return f"at this pace not used up before {_day(found.earliest, today)}"
    if found.earliest == found.latest:
        return f"at this pace used up on {_day(found.latest, today)}"
    return f"at this pace used up between {_day(found.earliest, today)} and {_day(found.latest, today)}"


def _expiry(left: Left, today: date) -> str:
    return f"to be used by {_day(left.expires, today)}" if left.expires else ""


def _cycle_row(retainer: Retainer, row: dict[object, object], today: date, style: HourStyle) -> PdfRow:
    one, currency = retainer.budget, str(row["currency"])
    about = "" if one.knows_carry else "≈ "
    least = "≥ " if row["running"] and not one.knows_used else ""
    planned, carried, used, left = (int(str(row[name])) for name in ("planned", "carried_in", "used", "left"))
    most = about or ("≤ " if least else "")
    cells = [
        _span(row["start"], row["end"], today),
        _figure(planned, currency, style),
        f"{about}{_figure(carried, currency, style)}" if carried or about else NOT_APPLICABLE,
        f"{least}{_figure(used, currency, style)}",
        f"{most}{_figure(left, currency, style)}",
    ]
    return PdfRow(cells, bold=bool(row["running"]))


def _signs(retainer: Retainer) -> str:
    one, found = retainer.budget, ["Figures are tracked time, not rounded."] if not retainer.budget.burn.money else []
    if not one.knows_used:
        found.append("≥, ≤: earlier time isn't counted here.")
    if not one.knows_carry:
        found.append("≈: what earlier cycles left isn't known.")
    return " ".join(found)


def _span(start: object, end: object, today: date) -> str:
    first = pd.Timestamp(str(start)).date()
    if pd.isna(end):  # type: ignore[call-overload]
        return f"since {Period(first, first + ONE_DAY).label()}"
    days = Period(first, pd.Timestamp(str(end)).date())
    return days.label() + (", running" if days.start <= today < days.end else "")


def _figure(figure: int, currency: str, style: HourStyle) -> str:
    if not currency:
        return f"{format_tracked(figure, style)}{UNIT}"
    return plain(format_money(figure, currency, 2 if figure % (100 * TICKS_PER_CENT) else 0))


def _day(day: date, today: date) -> str:
    return short_day(day) if day.year == today.year else f"{short_day(day)} {day.year}"
