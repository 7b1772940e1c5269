"""What a page finds when it opens months."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from clockify.errors import ClockifyError
from clockify.mirror.jobs import Progress
from clockify.mirror.snapshots import MonthState
from clockify.periods import Month


@dataclass(frozen=True)
class Opening:
    """What is there of the months on screen, what is on its way, and what stands in the way."""

    wanted: tuple[Month, ...]
    states: dict[Month, MonthState]
    reading: dict[Month, Progress] = field(default_factory=dict)
    refreshing: frozenset[Month] = frozenset()
    faults: dict[Month, ClockifyError] = field(default_factory=dict)
    waiting: tuple[Month, ...] = ()
    free_at: datetime | None = None
    lists_fault: ClockifyError | None = None

    @property
    def missing(self) -> tuple[Month, ...]:
        """The months of which nothing is stored."""
        return tuple(month for month in self.wanted if month not in self.states)

    @property
    def is_busy(self) -> bool:
        """Is anything being read or checked?"""
        return bool(self.reading or self.refreshing)

    @property
    def versions(self) -> tuple[tuple[Month, str], ...]:
        """The stored months with their versions: what a cached frame is keyed by."""
        return tuple((month, self.states[month].version) for month in self.wanted if month in self.states)
