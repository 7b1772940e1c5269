"""Compared with before: differences, ratios, and points for percentages."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from clockify.reports.measures import Totals


@dataclass(frozen=True)
class Change:
    """A figure now and before, in the same unit."""

    now: Fraction
    before: Fraction

    @property
    def difference(self) -> Fraction:
        """Now − before."""
        return self.now - self.before

    @property
    def ratio(self) -> Fraction | None:
        """Difference ÷ before (0.1 = 10 % more); None where there was nothing before."""
        return self.difference / abs(self.before) if self.before else None

    @property
    def points(self) -> Fraction:
        """The difference of two shares in percentage points."""
        return self.difference * 100


def change(now: int | Fraction, before: int | Fraction) -> Change:
    """Compare two figures."""
    return Change(Fraction(now), Fraction(before))


def tracked_change(now: Totals, before: Totals) -> Change:
    """Compare tracked seconds."""
    return change(now.seconds, before.seconds)


def billable_change(now: Totals, before: Totals) -> Change:
    """Compare billable seconds."""
    return change(now.billable_seconds, before.billable_seconds)


def billability_change(now: Totals, before: Totals) -> Change | None:
    """Compare billabilities; None where either side tracked nothing."""
    if now.billability is None or before.billability is None:
        return None
    return change(now.billability, before.billability)


def average_change(now: Totals, days: int, before: Totals, days_before: int) -> Change:
    """Compare seconds a working day."""
    return change(Fraction(now.seconds, days), Fraction(before.seconds, days_before))


def amount_changes(now: Totals, before: Totals) -> dict[str, Change]:
    """Compare amounts (ticks) per currency, of every currency that either side has, by code."""
    codes = sorted({*now.amounts, *before.amounts})
    return {code: change(now.amounts.get(code, 0), before.amounts.get(code, 0)) for code in codes}
