"""Clockify's own totals of a report, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clockify.mirror.checking import cents_by_currency


@dataclass(frozen=True)
class Reported:
    """What Clockify says a report adds up to: whole seconds, entries, and cents per currency ({} where it names none)."""

    seconds: int
    billable_seconds: int
    entries: int
    cents: Mapping[str, float]


def reported(totals: Mapping[str, Any]) -> Reported | None:
    """Read a report's `totals[0]`; None where it says nothing. A figure that is missing counts as zero."""
    if not totals:
        return None
    seconds, billable, entries = (_whole(totals.get(name)) for name in ("totalTime", "totalBillableTime", "entriesCount"))
    return Reported(seconds, billable, entries, cents_by_currency(dict(totals)) or {})


def _whole(figure: object) -> int:
    return round(figure) if isinstance(figure, int | float) else 0
