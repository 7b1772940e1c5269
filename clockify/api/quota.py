"""What a plan allows, and the rolling hour. No I/O.

On FREE a whole workspace has 30 requests an hour (Clockify's help pages, May 2026); 6 of
them are kept for what a person asks for, so that work in the background can't use up the
last one. Who looks at months that were never read waits for them: that may take all but 2.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

HOUR = timedelta(hours=1)
FREE_REQUESTS_PER_HOUR = 30
KEPT_FOR_PEOPLE = 6
KEPT_FROM_VIEWERS = 2
MONTH_RANGE_DAYS = 31
YEAR_RANGE_DAYS = 366
PAID_AT_ONCE = 8

_PAID = re.compile(r"TRIAL|SPECIAL|SELF_HOSTED|(BASIC|STANDARD|PRO|ENTERPRISE|BUNDLE)(_YEAR)?_20\d\d(_YEAR)?")

_EDITION = re.compile(r"_YEAR|_20\d\d")


class Intent(Enum):
    """For whom a request is made: somebody who asked for it, who looks at what isn't there yet, or the freshness of the copy."""

    PERSON = "person"
    VIEWER = "viewer"
    BACKGROUND = "background"


@dataclass(frozen=True)
class Plan:
    """What a workspace's plan allows; `name` is Clockify's own, `requests_per_hour` None means no hourly limit."""

    name: str | None
    is_free: bool
    requests_per_hour: int | None
    report_days: int
    kept: int = KEPT_FOR_PEOPLE

    @property
    def label(self) -> str:
        """Its name as people know it: "Standard" of STANDARD_YEAR_2021, "Free" without one; plain text."""
        words = _EDITION.sub("", self.name or "FREE").split("_")
        return "-".join(words).capitalize()

    @property
    def requests_at_once(self) -> int:
        """How many requests may be under way together; one by one where each of them counts."""
        return 1 if self.is_free else PAID_AT_ONCE

    def limit_for(self, intent: Intent) -> int | None:
        """Return how many requests of the hour may be used up for an intent; None without a limit."""
        if self.requests_per_hour is None or intent is Intent.PERSON:
            return self.requests_per_hour
        kept = min(self.kept, KEPT_FROM_VIEWERS) if intent is Intent.VIEWER else self.kept
        return max(self.requests_per_hour - kept, 1)


def plan_of(workspace: Mapping[str, Any], requests_per_hour: int | None = None) -> Plan:
    """Read the plan of a workspace; a name nobody knows counts as FREE, the careful guess.

    `requests_per_hour` is the setting for older FREE workspaces, which may allow more
    than 30. What `features` says about the range of a report goes before the name.
    """
    named = workspace.get("featureSubscriptionType")
    name = named if isinstance(named, str) else None
    is_free = name is None or not _PAID.fullmatch(name)
    return Plan(
        name=name,
        is_free=is_free,
        requests_per_hour=(requests_per_hour or FREE_REQUESTS_PER_HOUR) if is_free else None,
        report_days=_report_days(workspace.get("features"), is_free),
    )


def _report_days(features: object, is_free: bool) -> int:
    known = features if isinstance(features, list) else []
    if "ONE_YEAR_RANGE_REPORTS" in known:
        return YEAR_RANGE_DAYS
    if "ONE_MONTH_RANGE_REPORTS" in known or is_free:
        return MONTH_RANGE_DAYS
    return YEAR_RANGE_DAYS


UNKNOWN_PLAN = plan_of({})


def used(moments: Iterable[datetime], now: datetime) -> int:
    """Count the requests of the rolling hour, `(now - 1 h, now]`."""
    return len(_within(moments, now))


def free_at(moments: Iterable[datetime], now: datetime, limit: int, wanted: int = 1) -> datetime | None:
    """Return when so many requests are free under a limit of at least 1, or None if they are now; the whole hour at most."""
    recent = _within(moments, now)
    room = max(limit, 1) - min(max(wanted, 1), max(limit, 1))
    if len(recent) <= room:
        return None
    return recent[len(recent) - room - 1] + HOUR


def _within(moments: Iterable[datetime], now: datetime) -> list[datetime]:
    """Return the moments of the last hour, oldest first.

    Two threads may read the clock in one order and arrive in the other, so a moment just
    ahead of `now` counts as well; one further ahead than an hour is a clock set back.
    """
    return sorted(moment for moment in moments if now - HOUR < moment < now + HOUR)


class Ledger(Protocol):
    """Where the requests of the hour are written down, before each is sent."""

    def claim(self, *, now: datetime, limit: int | None) -> datetime | None:
        """Record a request at `now` and return None; or record nothing and return when the next one is free."""
        ...


class MemoryLedger:
    """A ledger of this process alone, safe between threads: for tests, and where no database is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: list[datetime] = []

    def claim(self, *, now: datetime, limit: int | None) -> datetime | None:
        """Record a request at `now`, or return when the next one is free."""
        with self._lock:
            self._moments = _within(self._moments, now)
            refused_until = None if limit is None else free_at(self._moments, now, limit)
            if refused_until is None:
                self._moments.append(now)
            return refused_until

    def used(self, now: datetime) -> int:
        """Count the requests of the rolling hour."""
        with self._lock:
            return used(self._moments, now)
