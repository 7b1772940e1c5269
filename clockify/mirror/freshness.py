"""When a month is read, checked or left alone: plain values in, a plan out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

from clockify.mirror.snapshots import MonthState
from clockify.periods import Month, local_day

RECENT_DAYS = 45


class Action(StrEnum):
    """What a month needs."""

    READ = "read"
    CHECK = "check"


@dataclass(frozen=True)
class Step:
    """One thing to do; `waits` if no request is left for it now."""

    month: Month
    action: Action
    waits: bool = False


def max_age(month: Month, now: datetime, zone: str, *, is_free: bool) -> timedelta:
    """Return how old a check may be: the nearer to today, and the larger the plan, the younger."""
    today = local_day(now, zone)
    if month.period.end > today:
        return timedelta(minutes=15 if is_free else 5)
    if (today - month.period.end).days < RECENT_DAYS:
        return timedelta(hours=6 if is_free else 1)
    return timedelta(days=7 if is_free else 1)


def list_age(kind: str, *, is_free: bool) -> timedelta:
    """Return how old a reference list may be; running timers age faster than names."""
    if kind == "running":
        return timedelta(minutes=15 if is_free else 5)
    return timedelta(hours=6 if is_free else 1)


def plan_months(
    wanted: Sequence[Month],
    states: Mapping[Month, MonthState],
    *,
    now: datetime,
    zone: str,
    is_free: bool,
    requests_left: int | None,
    check_now: bool = False,
    costs: Mapping[Month, int] | None = None,
) -> list[Step]:
    """Return what to do for the months on screen, most urgent first.

    Missing months come before stale ones, and months near today before distant ones.
    Steps that find too few requests left wait: a step costs one, or what `costs` says of
    its month. `check_now` takes every stored month as stale.
    """
    today = Month.of(local_day(now, zone))
    order = sorted(wanted, key=lambda month: (month > today, abs(_distance(month, today))))
    missing = [Step(month, Action.READ) for month in order if month not in states]
    stale = [
        Step(month, Action.CHECK)
        for month in order
        if month in states and (check_now or _age(states[month], now) >= max_age(month, now, zone, is_free=is_free))
    ]
    steps = missing + stale
    if requests_left is None:
        return steps
    prices = [(costs or {}).get(step.month, 1) for step in steps]
    return [replace(step, waits=total > requests_left) for step, total in zip(steps, accumulate(prices), strict=True)]


def _age(state: MonthState, now: datetime) -> timedelta:
    """Return how long ago a month was checked; ahead of us counts alike, since a clock was set back."""
    return timedelta(seconds=abs(now.timestamp() - state.checked_at))


def _distance(month: Month, other: Month) -> int:
    return (month.year - other.year) * 12 + month.number - other.number
