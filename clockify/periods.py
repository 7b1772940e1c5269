"""Days, months and periods: half-open inside, shown inclusive.

A `Period` is `[start, end)` in local days of the report zone. Presets are relative to
`today`, so that a link which says "last month" keeps its meaning.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
MONTH_NAMES = tuple(calendar.month_abbr)


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to, and without, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period needs a day: {self.start} to {self.end}")

    @property
    def last_day(self) -> date:
        """The last day that belongs to it."""
        return self.end - ONE_DAY

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def quarter(self) -> int:
        """Which quarter of its year it is, from 1 to 4; 0 if it is none."""
        return self.start.month // 3 + 1 if _whole_months(self) == 3 and self.start.month % 3 == 1 else 0

    def months(self) -> list[Month]:
        """Return the calendar months it touches, oldest first."""
        found = [Month.of(self.start)]
        while found[-1].period.end < self.end:
            found.append(found[-1].after(1))
        return found

    def label(self) -> str:
        """Say it as a person would: "1–30 Nov 2026", "28 Oct – 3 Nov 2026", "Q3 2026"."""
        first, last = self.start, self.last_day
        if self.quarter:
            return f"Q{self.quarter} {first.year}"
        if first == last:
            return f"{first.day} {MONTH_NAMES[first.month]} {first.year}"
        if first.year != last.year:
            return f"{short_day(first)} {first.year} – {short_day(last)} {last.year}"
        if first.month != last.month:
            return f"{short_day(first)} – {short_day(last)} {last.year}"
        return f"{first.day}–{last.day} {MONTH_NAMES[last.month]} {last.year}"


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month: the unit that is read, stored and checked."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, key: str) -> Month:
        """Read the form that `key` gives: "2026-11"."""
        year, number = key.split("-")
        return cls(int(year), int(number))

    @property
    def key(self) -> str:
        """Its name in the database: "2026-11"."""
        return f"{self.year:04}-{self.number:02}"

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(date(self.year, self.number, 1), self.after(1)._first())

    def after(self, steps: int) -> Month:
        """Return the month so many months later (earlier, if negative)."""
        year, index = divmod(self.year * 12 + self.number - 1 + steps, 12)
        return Month(year, index + 1)

    def label(self) -> str:
        """Say it: "November 2026"."""
        return f"{calendar.month_name[self.number]} {self.year}"

    def _first(self) -> date:
        return date(self.year, self.number, 1)


class Preset(StrEnum):
    """The periods a person can choose by name; the values stand in URLs and stay as they are."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    LAST_30_DAYS = "last-30-days"
    THIS_QUARTER = "this-quarter"
    LAST_QUARTER = "last-quarter"
    THIS_YEAR = "this-year"
    LAST_YEAR = "last-year"
    CUSTOM = "custom"

    def label(self) -> str:
        """Say it: "This month"."""
        return self.value.replace("-", " ").capitalize()


WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def local_day(moment: datetime, zone: str) -> date:
    """Return the day on which an aware moment falls in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def week_of(day: date, week_start: str) -> Period:
    """Return the week around a day, beginning on `week_start` ("MONDAY" …; unknown means Monday)."""
    first = WEEKDAYS.index(week_start) if week_start in WEEKDAYS else 0
    start = day - timedelta(days=(day.weekday() - first) % 7)
    return Period(start, start + timedelta(days=7))


def preset_period(preset: Preset, today: date, week_start: str = "MONDAY") -> Period:
    """Return the days a preset means today; CUSTOM has none of its own and gives today's month."""
    month = Month.of(today)
    quarter = Month(today.year, (today.month - 1) // 3 * 3 + 1)
    this_week = week_of(today, week_start)
    match preset:
        case Preset.TODAY:
            return Period(today, today + ONE_DAY)
        case Preset.YESTERDAY:
            return Period(today - ONE_DAY, today)
        case Preset.THIS_WEEK:
            return this_week
        case Preset.LAST_WEEK:
            return shift(this_week, -1)
        case Preset.LAST_MONTH:
            return month.after(-1).period
        case Preset.LAST_30_DAYS:
            return Period(today - timedelta(days=29), today + ONE_DAY)
        case Preset.THIS_QUARTER:
            return Period(quarter.period.start, quarter.after(3).period.start)
        case Preset.LAST_QUARTER:
            return Period(quarter.after(-3).period.start, quarter.period.start)
        case Preset.THIS_YEAR:
            return Period(date(today.year, 1, 1), date(today.year + 1, 1, 1))
        case Preset.LAST_YEAR:
            return Period(date(today.year - 1, 1, 1), date(today.year, 1, 1))
        case _:
            return month.period


def shift(period: Period, steps: int) -> Period:
    """Move by its own length: whole months by months, anything else by days."""
    months = _whole_months(period)
    if months:
        first = Month.of(period.start).after(steps * months)
        return Period(first.period.start, first.after(months).period.start)
    return Period(period.start + steps * timedelta(days=period.days), period.end + steps * timedelta(days=period.days))


def previous_period(period: Period, today: date) -> Period:
    """Return what a period is compared with: the equal one before it.

    While it is running, that one is clipped to as many days as have ended, so that on the 21st
    20 days of November stand against 20 days of October; before any has, to its first.
    """
    return _clipped(shift(period, -1), period, today)


class Against(StrEnum):
    """What a period can be compared with; the values stand in URLs and stay as they are."""

    PREVIOUS = "previous"
    LAST_YEAR = "last-year"

    @property
    def label(self) -> str:
        """Say it: "Same period last year"."""
        return "Previous period" if self is Against.PREVIOUS else "Same period last year"


def compared_period(against: Against, period: Period, today: date) -> Period:
    """Return what a period is compared with: the one before it, or the same one a year earlier.

    A year earlier are the same months or days; whole weeks go back 52 weeks, so that Mondays
    stand against Mondays. While the period is running, the other is clipped as in `previous_period`.
    """
    if against is Against.PREVIOUS:
        return previous_period(period, today)
    return _clipped(_year_before(period), period, today)


def elapsed(period: Period, today: date) -> Period:
    """Return the part of a period that has begun, today included; all of it if none or all has."""
    if not period.start <= today < period.last_day:
        return period
    return Period(period.start, today + ONE_DAY)


def ended(period: Period, today: date) -> Period | None:
    """Return the part of a period whose days have ended, without today; None if none has."""
    if today >= period.end:
        return period
    return Period(period.start, today) if today > period.start else None


def _clipped(before: Period, period: Period, today: date) -> Period:
    """Cut `before` to as many days as have ended of a running period, at least one."""
    if not period.start <= today < period.end:
        return before
    over = ended(period, today)
    return Period(before.start, min(before.end, before.start + timedelta(days=over.days if over else 1)))


def _year_before(period: Period) -> Period:
    if _whole_months(period):
        return Period(Month.of(period.start).after(-12).period.start, Month.of(period.end).after(-12).period.start)
    if period.days % 7 == 0:
        return Period(period.start - timedelta(weeks=52), period.end - timedelta(weeks=52))
    return Period(_day_a_year_before(period.start), _day_a_year_before(period.last_day) + ONE_DAY)


def _day_a_year_before(day: date) -> date:
    """Return the same date of the year before; 28 for 29 February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _whole_months(period: Period) -> int:
    """Return how many calendar months a period is, 0 if it isn't made of whole ones."""
    if period.start.day != 1 or period.end.day != 1:
        return 0
    return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month


def short_day(day: date) -> str:
    """Say a day without its year: "3 Nov"."""
    return f"{day.day} {MONTH_NAMES[day.month]}"
