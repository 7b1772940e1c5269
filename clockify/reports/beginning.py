"""On which day data begins."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from clockify.periods import Period
from clockify.reports.intervals import working_days

AWAY_SHARE, AWAY_DAYS = 5, 5  # a fifth of a period's working days, at most so many: who logged nothing then may have been away


def late_beginning(first: date, period: Period, weekdays: Collection[str]) -> date | None:
    """Return the `first` day with time, if more of a period's working days lie before it than somebody is away; else None."""
    if first >= period.end:
        return first
    if first <= period.start:
        return None
    before = working_days(Period(period.start, first), weekdays)
    return first if before > min(working_days(period, weekdays) // AWAY_SHARE, AWAY_DAYS) else None
