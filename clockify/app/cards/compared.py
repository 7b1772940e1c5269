"""What a period is compared with: how that is called, its sums, and why there may be nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from clockify.desk.view import View
from clockify.periods import MONTH_NAMES, Against, Month
from clockify.reports.beside import Before, before_of
from clockify.reports.filters import in_period
from clockify.reports.measures import Totals, totals_of

FIRST_DAYS = 7  # data that begins on the 3rd begins with the month
NO_COMPARISON = "no comparison"
Rows = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Pair:
    """The sums of the days that have ended, and those of as many days of the period before."""

    now: Totals
    before: Totals


def pair_of(view: View) -> Pair | None:
    """Return what is compared; None while not all of it is there, or where there is nothing to compare with."""
    if view.before is None or not view.is_whole:
        return None
    return Pair(view.totals if view.ended == view.period else totals_of(view.compared), totals_of(view.before))


def beside_of(view: View, rows: Rows, ids: Sequence[str], before: pd.DataFrame, now: pd.DataFrame) -> Before:
    """Take what a report's `rows` are of the period `before`, and of what has ended of `now` while it is running."""
    found = before_of(rows(before), ids, totals_of(before), view.previous)
    if view.ended is None or view.ended == view.period:
        return found
    over = in_period(now, view.ended)
    return replace(found, now=before_of(rows(over), ids, totals_of(over), view.ended))


def against(view: View) -> str:
    """Return "vs Oct" for a month, "vs Q2" for a quarter, else the days compared with."""
    previous = view.previous
    if view.choice.compare is Against.LAST_YEAR:
        return f"vs {previous.label()}"
    if previous.quarter:
        return f"vs Q{previous.quarter}" if previous.start.year == view.period.start.year else f"vs {previous.label()}"
    month = Month.of(previous.start)
    if Month.of(previous.last_day) == month and previous.start == month.period.start:
        whole = previous == month.period
        return f"vs {MONTH_NAMES[month.number]}" if whole else f"vs 1–{previous.last_day.day} {MONTH_NAMES[month.number]}"
    if previous.start.month == previous.start.day == 1 and view.period.days > 360:
        last = previous.last_day
        return f"vs {last.year}" if (last.month, last.day) == (12, 31) else f"vs {last.year} to {last.day} {MONTH_NAMES[last.month]}"
    return f"vs {previous.days} days before" if previous.days > 1 else f"vs {previous.start.day} {MONTH_NAMES[previous.start.month]}"


def versus(view: View, *, compared: bool) -> str:
    """Return what stands beside a change, or in its place."""
    return against(view) if compared else NO_COMPARISON if not_compared(view) else ""


def not_compared(view: View) -> str:
    """Return why there is nothing to compare with, "" where there is or may come."""
    if view.ended is None:
        return f"{NO_COMPARISON} before a day has ended"
    begins = view.begins_late
    if not begins:
        return ""
    day = "" if begins.day <= FIRST_DAYS else f"{begins.day} "
    return f"{NO_COMPARISON}, data from {day}{MONTH_NAMES[begins.month]} {begins.year}"
