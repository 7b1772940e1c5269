"""When a plan is used up at the pace of the last weeks, and what the rest of a cycle takes: ranges, never a single figure.

`left` is seconds or ticks, as the pace is, and knows today and all that is written down already; what is foreseen begins
tomorrow. `weekdays` are the names of working days ("MONDAY"; none means all seven), `off` further days without work.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from clockify.periods import ONE_DAY, WEEKDAYS
from clockify.reports.intervals import WORKING_WEEK
from clockify.reports.pace import Band, Pace

WEEK = timedelta(weeks=1)
TWO_YEARS = 104 * WEEK
NO_DAYS: frozenset[date] = frozenset()


@dataclass(frozen=True)
class UsedUp:
    """The days on which the upper, the middle and the lower line reach what is left; None where one doesn't within two years.

    Four times out of five it is between `earliest` and `latest`. Used up `already`, all three are today.
    """

    earliest: date | None
    middle: date | None
    latest: date | None
    already: bool = False

    @property
    def is_open(self) -> bool:
        """Can only "not before" be said?"""
        return self.earliest is not None and self.latest is None


class Chance(StrEnum):
    """How a running cycle will end, in words."""

    LIKELY_OVER = "likely over"
    EITHER = "could go either way"
    LIKELY_WITHIN = "likely within"


@dataclass(frozen=True)
class Outlook:
    """What the rest of a cycle will take, and whether what is left will do."""

    rest: Band
    chance: Chance


def used_up(
    left: int, pace: Pace | None, *, today: date, weekdays: Collection[str] = WORKING_WEEK, off: Collection[date] = NO_DAYS
) -> UsedUp | None:
    """Return when a plan is used up; None where there is too little to say. Never a day in the past.

    A plan of which nothing is left is used up already, whatever its history.
    """
    if left <= 0:
        return UsedUp(today, today, today, already=True)
    if pace is None:
        return None
    days, ahead = _days_ahead(today, today + TWO_YEARS, weekdays, off)
    low, middle, high = (_first_at(days, np.rint(line) >= left) for line in pace.lines(ahead))
    return UsedUp(earliest=high, middle=middle, latest=low)


def outlook(
    left: int, pace: Pace | None, end: date, *, today: date, weekdays: Collection[str] = WORKING_WEEK, off: Collection[date] = NO_DAYS
) -> Outlook | None:
    """Return what a running cycle still takes up to, and without, its `end`; None where there is too little to say.

    Likely is what nine of ten should do: where the whole band lies beyond what is left, or within.
    """
    if pace is None:
        return None
    band = pace.band(weeks_ahead(end, today=today, weekdays=weekdays, off=off))
    if band.low > left:
        return Outlook(band, Chance.LIKELY_OVER)
    return Outlook(band, Chance.LIKELY_WITHIN if band.high <= left else Chance.EITHER)


def pace_to_land(
    left: int, end: date, *, today: date, weekdays: Collection[str] = WORKING_WEEK, off: Collection[date] = NO_DAYS
) -> int | None:
    """Return what a week may take, rounded down, so that a plan lasts up to, and without, `end`.

    0 where nothing is left, None where no working day is.
    """
    days, _ = _days_ahead(today, end - ONE_DAY, weekdays, off)
    return max(left, 0) * len(_worked(weekdays)) // len(days) if len(days) else None


def weeks_ahead(end: date, *, today: date, weekdays: Collection[str] = WORKING_WEEK, off: Collection[date] = NO_DAYS) -> float:
    """Count the working days after today and before `end`, in weeks of them."""
    days, _ = _days_ahead(today, end - ONE_DAY, weekdays, off)
    return len(days) / len(_worked(weekdays))


def course(
    pace: Pace, last: date, *, today: date, weekdays: Collection[str] = WORKING_WEEK, off: Collection[date] = NO_DAYS
) -> list[tuple[date, Band]]:
    """Return what will have been taken from today to the end of each day up to and including `last`, today's nothing first.

    A day off takes nothing, so that a line drawn through them is flat there.
    """
    days, _ = _days_ahead(today, last, weekdays, off)
    every = _every_day(today, last)
    ahead = np.searchsorted(days, every, side="right") / len(_worked(weekdays))
    lines = zip(*(np.rint(line).astype(np.int64).tolist() for line in pace.lines(ahead)), strict=True)
    return [(day, Band(*figures)) for day, figures in zip(every.tolist(), lines, strict=True)]


def last_drawn(found: UsedUp | None, today: date) -> date:
    """Return the day up to which a chart shows what is foreseen: a week after the last that is known, four weeks to half a year."""
    known = [day for day in (found.earliest, found.middle, found.latest) if day] if found else []
    return min(max([today + 4 * WEEK, *(day + WEEK for day in known)]), today + 26 * WEEK)


def _days_ahead(
    today: date, last: date, weekdays: Collection[str], off: Collection[date]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return the working days after today, up to and including `last`, and how many weeks ahead each ends."""
    worked = _worked(weekdays)
    days = _every_day(today + ONE_DAY, last)
    # Day 0 of NumPy, 1 January 1970, is a Thursday.
    at_work = np.isin((days.astype(np.int64) + 3) % 7, sorted(worked))
    at_work &= ~np.isin(days, np.array(sorted(off), dtype="datetime64[D]"))
    days = days[at_work]
    return days, np.arange(1, len(days) + 1) / len(worked)


def _every_day(first: date, last: date) -> NDArray[np.datetime64]:
    return np.arange(np.datetime64(first), np.datetime64(max(last + ONE_DAY, first)))


def _worked(weekdays: Collection[str]) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(name) for name in weekdays if name in WEEKDAYS) or frozenset(range(7))


def _first_at(days: NDArray[np.datetime64], reached: NDArray[np.bool_]) -> date | None:
    return days[reached.argmax()].item() if reached.any() else None
