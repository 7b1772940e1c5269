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
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Action(StrEnum):
    """What a month needs: to be read, to be checked, or to be read again although its sums may agree."""

    READ = "read"
    CHECK = "check"
    RENEW = "renew"


@dataclass(frozen=True)
class Step:
    """One thing to do; `waits` if too few requests are left for it now."""

    month: Month
    action: Action
    waits: bool = False


@dataclass(frozen=True)
class Ages:
    """How old a month may be: its check, and its rows."""

    check: timedelta
    rows: timedelta


def ages_of(month: Month, now: datetime, zone: str, *, is_free: bool, heard: bool = False) -> Ages:
    """Return how old a month may be: the nearer to today, and the larger the plan, the younger.

    `heard`: webhooks tell what changes, so that checks only look after them.
    """
    today = local_day(now, zone)
    if month.period.end > today:
        if heard:
            return Ages(HOUR, 4 * HOUR) if is_free else Ages(15 * MINUTE, HOUR)
        return Ages(15 * MINUTE, HOUR) if is_free else Ages(5 * MINUTE, 15 * MINUTE)
    if (today - month.period.end).days < RECENT_DAYS:
        return Ages(6 * HOUR, DAY) if is_free else Ages(HOUR, 6 * HOUR)
    return Ages(7 * DAY, 30 * DAY) if is_free else Ages(DAY, 7 * DAY)


def doubt_age(*, is_free: bool) -> timedelta:
    """Return how old a check may be where what was told since can't be put in order."""
    return 20 * MINUTE if is_free else MINUTE


def list_age(kind: str, *, is_free: bool, heard: bool = False) -> timedelta:
    """Return how old a reference list may be; running timers age faster than names, slower where webhooks tell of them (`heard`)."""
    if kind == "running":
        if heard:
            return HOUR if is_free else 15 * MINUTE
        return 15 * MINUTE if is_free else 5 * MINUTE
    return 6 * HOUR if is_free else HOUR


def plan_months(
    wanted: Sequence[Month],
    states: Mapping[Month, MonthState],
    *,
    now: datetime,
    zone: str,
    is_free: bool,
    requests_left: int | None,
    left_for_missing: int | None = None,
    check_now: bool = False,
    prices: Mapping[Month, int] | None = None,
    beside: Sequence[Month] = (),
    heard: bool = False,
) -> list[Step]:
    """Return what to do for the months on screen, most urgent first.

    Missing months come before stale ones, months near today before distant ones, and what is only
    compared with (`beside`) after what is looked at. A step costs one request, or what `prices` says; those that
    find too few left wait; `left_for_missing` are those for months that are looked at and aren't there, if that is
    more. `check_now` takes every stored month as stale; `heard` is as in `ages_of`.
    """
    today = Month.of(local_day(now, zone))
    order = sorted({*wanted, *beside}, key=lambda month: (month not in wanted, month > today, abs(_distance(month, today))))
    missing = [Step(month, Action.READ) for month in order if month not in states]
    due = {month: _need(states[month], now, zone, is_free=is_free, check_now=check_now, heard=heard) for month in order if month in states}
    steps = missing + [Step(month, action) for month, action in due.items() if action]
    if requests_left is None:
        return steps
    costs = [(prices or {}).get(step.month, 1) for step in steps]
    most = [left_for_missing or 0 if step.action is Action.READ and step.month in wanted else 0 for step in steps]
    return [replace(step, waits=total > max(requests_left, more)) for step, total, more in zip(steps, accumulate(costs), most, strict=True)]


def _need(state: MonthState, now: datetime, zone: str, *, is_free: bool, check_now: bool, heard: bool) -> Action | None:
    """Return what a stored month needs, if anything."""
    ages = ages_of(state.month, now, zone, is_free=is_free, heard=heard)
    if _since(state.rows_at(), now) >= ages.rows:
        return Action.RENEW
    check = ages.check
    if state.verdict.is_pending and not is_free and not heard:
        # Entries were put in or taken out: what they add up to is asked for soon, not at once at each of them. Where webhooks
        # put them in all day long, a check a minute would be all that is spared.
        check = min(check, MINUTE)
    if state.verdict.doubted:
        check = min(check, doubt_age(is_free=is_free))
    if state.verdict.days:
        # They are known to have changed, and waited for requests.
        check = min(check, MINUTE)
    return Action.CHECK if check_now or _since(state.checked_at, now) >= check else None


def _since(moment: float, now: datetime) -> timedelta:
    """Return how long ago a moment was; ahead of us counts alike, since a clock was set back."""
    return timedelta(seconds=abs(now.timestamp() - moment))


def _distance(month: Month, other: Month) -> int:
    return (month.year - other.year) * 12 + month.number - other.number
