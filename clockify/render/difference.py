"""Sums in a sentence, and what rounding changed of them."""

from __future__ import annotations

from clockify.money import largest_first
from clockify.render.formats import MINUS, HourStyle, format_count, format_money, format_tracked
from clockify.reports.measures import Totals


def difference_words(totals: Totals, exact: Totals, style: HourStyle = HourStyle.DECIMAL, *, money: bool = True) -> str:
    """Return what `totals` have more or less than the exact ones: "+12.50 h, +€1,225.00"; without amounts if not `money`."""
    seconds = totals.seconds - exact.seconds
    parts = [f"{_sign(seconds)}{format_tracked(abs(seconds), style)} h"]
    for code in largest_first({**exact.amounts, **totals.amounts}) if money else ():
        ticks = totals.amounts.get(code, 0) - exact.amounts.get(code, 0)
        parts.append(f"{_sign(ticks)}{format_money(abs(ticks), code)}")
    return ", ".join(parts)


def totals_words(totals: Totals, style: HourStyle = HourStyle.DECIMAL, *, money: bool = True) -> str:
    """Return "467 entries · 743.76 h · 609.60 h billable · €25,316.54", as plain text; without amounts if not `money`."""
    parts = [
        format_count(totals.entries, "entry", "entries"),
        f"{format_tracked(totals.seconds, style)} h",
        f"{format_tracked(totals.billable_seconds, style)} h billable",
        *(format_money(totals.amounts[code], code) for code in (largest_first(totals.amounts) if money else ())),
    ]
    return " · ".join(parts)


def _sign(value: int) -> str:
    return "+" if value > 0 else MINUS if value < 0 else "±"
