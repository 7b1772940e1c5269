"""What a stored month is: the values that the rooms of the mirror hand to each other.

Moments are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from clockify.periods import ONE_DAY, Month, Period


@dataclass(frozen=True)
class Scope:
    """Whose copy it is: two keys, two workspaces or two zones never share one."""

    workspace_id: str
    user_id: str
    zone: str


@dataclass(frozen=True)
class Difference:
    """Where the copy and Clockify part: ours minus theirs, for one person and project ("" = all)."""

    user_id: str
    project_id: str
    seconds: int
    cents: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Pair:
    """Clockify's own sum for one person and project ("" = none); `cents` are None where it doesn't say."""

    user_id: str
    project_id: str
    seconds: int
    cents: dict[str, float] | None


@dataclass(frozen=True)
class Theirs:
    """What Clockify itself says of a month: the `totals` of its last check, and its sums by person and project as of `at`.

    `pairs` are None where nobody asked for them since the rows are what they are.
    """

    totals: dict[str, Any] = field(default_factory=dict)
    pairs: tuple[Pair, ...] | None = None
    at: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What the last check of the sums found; `agrees` is None where nothing could be checked.

    `is_pending`: entries were put in or taken out since, and Clockify hasn't been asked again yet.
    `days`: what has changed there and waits to be read, as ISO dates; `doubted`: days of which webhooks told what can't be
    put in order, so that the next check reads their rows, whatever they add up to.
    """

    agrees: bool | None
    at: float
    differences: tuple[Difference, ...] = ()
    is_pending: bool = False
    days: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowTimes:
    """As of when a month's rows are: all of them since `oldest`, those of `days` since a later moment."""

    oldest: float
    days: tuple[tuple[date, float], ...] = ()

    def of(self, period: Period) -> float:
        """Return as of when every row of a period is."""
        later = dict(self.days)
        wanted = [period.start + number * ONE_DAY for number in range(period.days)]
        return min(later.get(day, self.oldest) for day in wanted)

    def with_days(self, days: Iterable[date], at: float) -> RowTimes:
        """Return the times after the rows of some days were read."""
        return RowTimes(self.oldest, tuple(sorted((dict(self.days) | dict.fromkeys(days, at)).items())))


@dataclass(frozen=True)
class MonthState:
    """What is known of a stored month without opening it.

    `source`: "report" (everyone the key may see), "lists" (person by person), "own" (the key's user alone).
    `checked_at`: when its sums were compared; `unread`: how many of its rows could not be understood.
    """

    month: Month
    version: str
    source: str
    amounts_hidden: bool
    entries_count: int
    rows: RowTimes
    checked_at: float
    verdict: Verdict
    unread: int = 0
    digest: str = ""

    def rows_at(self, period: Period | None = None) -> float:
        """Return as of when the rows are: all of them, or those of the days that a period shares with the month."""
        own = self.month.period
        if period is None:
            return self.rows.of(own)
        start, end = max(period.start, own.start), min(period.end, own.end)
        return self.rows.of(Period(start, end)) if start < end else self.rows.of(own)


# The better of two sources sees more: everybody, those who are still there, oneself.
RANKS = {"own": 0, "lists": 1, "report": 2}


@dataclass(frozen=True)
class Snapshot:
    """A month as it was read, ready to be stored."""

    month: Month
    source: str
    entries: pd.DataFrame
    cube: pd.DataFrame
    names: dict[str, dict[str, Any]]
    amounts_hidden: bool
    verdict: Verdict
    rows: RowTimes
    unread: int = 0
    theirs: Theirs = field(default_factory=Theirs)

    def judged(self, verdict: Verdict, theirs: Theirs | None = None) -> Snapshot:
        """Return it with another verdict, and the figures of Clockify's that it is of."""
        return replace(self, verdict=verdict, theirs=theirs or self.theirs)
