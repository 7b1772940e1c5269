"""Data begins with its first day, unless somebody may just have been away before it."""

from __future__ import annotations

from datetime import date

import pytest

from clockify.periods import Period
from clockify.reports.beginning import late_beginning
from clockify.reports.intervals import WORKING_WEEK

OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))  # the 1st is a Thursday; 22 working days
WEEK = Period(date(2026, 10, 12), date(2026, 10, 19))
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("period", "first", "is_late"),
    [
        (OCTOBER, date(2026, 9, 30), False),
        (OCTOBER, date(2026, 10, 1), False),
        (OCTOBER, date(2026, 10, 7), False),  # four working days before: a fifth of 22
        (OCTOBER, date(2026, 10, 8), True),
        (OCTOBER, date(2026, 11, 1), True),  # nothing of it
        (WEEK, date(2026, 10, 13), False),  # Monday off
        (WEEK, date(2026, 10, 14), True),
        (YEAR, date(2026, 1, 8), False),  # Thursday and Friday of New Year, then Monday to Wednesday
        (YEAR, date(2026, 1, 9), True),
        (Period(date(2026, 10, 5), date(2026, 10, 6)), date(2026, 10, 6), True),
    ],
)
def test_who_logs_nothing_for_a_while_may_be_away(period: Period, first: date, is_late: bool) -> None:
    assert late_beginning(first, period, WORKING_WEEK) == (first if is_late else None)
