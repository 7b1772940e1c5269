"""What every file says of itself: range, zone, filters, rounding and totals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from clockify.periods import Period
from clockify.render.difference import difference_words
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
            found["Difference to the exact total"] = difference_words(self.totals, self.exact)
        return found
