"""What every file says of itself: range, zone, filters, rounding and totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from clockify.money import largest_first
from clockify.periods import Period
from clockify.render.formats import format_money, format_tracked
from clockify.reports.measures import Totals
from clockify.reports.rounding import Rounding


@dataclass(frozen=True)
class Facts:
    """The head of a file. `totals` are of what is in it, `exact` the same before rounding; `made_at` is aware."""

    report: str
    workspace: str
    period: Period
    zone: str
    filters: str
    rounding: Rounding
    totals: Totals
    exact: Totals
    made_at: datetime

    def without_money(self) -> Facts:
        """Return the same without a word of money, for somebody who may not see it."""
        return replace(self, totals=replace(self.totals, amounts={}), exact=replace(self.exact, amounts={}))

    def lines(self) -> dict[str, str]:
        """Return the facts in words, in their order."""
        found = {
            "Workspace": self.workspace,
            "Days": self.period.label(),
            "Time zone": self.zone,
            "Filters": self.filters,
            "Rounding": self.rounding.label,
        }
        if not self.rounding.is_exact:
            found["Difference to the exact total"] = self.difference()
        return found

    def difference(self) -> str:
        """Return what rounding added or took away: "+12.50 h, +€1,225.00"."""
        seconds = self.totals.seconds - self.exact.seconds
        parts = [f"{_sign(seconds)}{format_tracked(abs(seconds))} h"]
        for code in largest_first({**self.exact.amounts, **self.totals.amounts}):
            ticks = self.totals.amounts.get(code, 0) - self.exact.amounts.get(code, 0)
            parts.append(f"{_sign(ticks)}{format_money(abs(ticks), code)}")
        return ", ".join(parts)


def _sign(value: int) -> str:
    return "+" if value > 0 else "−" if value < 0 else "±"
