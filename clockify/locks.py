"""What a workspace forces on its entries, and until when it locks them, as its settings say.

Source: `workspaceSettings` of https://docs.clockify.me/#tag/Workspace/operation/getWorkspacesOfUser; how an automatic lock
moves, https://clockify.me/help/extra-features/automatic-lock. What can't be understood forces nothing and locks nothing:
Clockify has the last word on every entry anyway.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clockify.periods import WEEKDAYS, Month, week_of
from clockify.rows import Unread, moment_of
from clockify.writes import NO_RULES, Rules

Json = Mapping[str, Any]
MOST_COUNT = 1000


@dataclass(frozen=True)
class AutomaticLock:
    """A lock that moves by itself. `kind` is WEEKLY, MONTHLY or OLDER_THAN; the fields of the others mean nothing."""

    kind: str
    change_day: str = ""
    first_day: str = ""
    day_of_month: int = 0
    count: int = 0
    unit: str = ""

    def first_open_day(self, today: date) -> date | None:
        """Return the first day that isn't locked; None where the settings make no sense.

        A week is locked when its successor reaches `change_day`, a month when its successor reaches `day_of_month`
        (the last day of a shorter one). Older than is taken to count whole days: that the hour counts, nobody says.
        """
        match self.kind:
            case "WEEKLY" if {self.change_day, self.first_day} <= set(WEEKDAYS):
                week = week_of(today, self.first_day)
                return week.start if today >= _weekday_in(week.start, self.change_day) else week.start - timedelta(weeks=1)
            case "MONTHLY" if 1 <= self.day_of_month <= 31:
                month = Month.of(today)
                is_over = today.day >= min(self.day_of_month, month.period.days)
                return (month if is_over else month.after(-1)).period.start
            case "OLDER_THAN" if 0 < self.count <= MOST_COUNT:
                return _back(today, self.count, self.unit)
        return None


@dataclass(frozen=True)
class Rulebook:
    """What a workspace's settings say: what they force, and its locks. `zone` is the locks' own, "" the report's."""

    forced: Rules = NO_RULES
    automatic: AutomaticLock | None = None
    zone: str = ""

    def at(self, now: datetime, zone: str) -> Rules:
        """Return the rules of a moment; of two locks, the later counts."""
        found = [self.forced.locked_before] if self.forced.locked_before else []
        clock = ZoneInfo(self.zone or zone)
        first = self.automatic.first_open_day(now.astimezone(clock).date()) if self.automatic else None
        if first:
            found.append(datetime.combine(first, time(), clock).astimezone(UTC))
        return replace(self.forced, locked_before=max(found, default=None))


NO_RULEBOOK = Rulebook()


def rulebook_of(settings: object) -> Rulebook:
    """Read a workspace's settings."""
    known = settings if isinstance(settings, Mapping) else {}
    forced = Rules(
        needs_project=known.get("forceProjects") is True,
        needs_task=known.get("forceTasks") is True,
        needs_description=known.get("forceDescription") is True,
        needs_tags=known.get("forceTags") is True,
        locked_before=_moment(known.get("lockTimeEntries")),
    )
    return Rulebook(forced, _automatic(known.get("automaticLock")), _zone(known.get("lockTimeZone")))


def _automatic(raw: object) -> AutomaticLock | None:
    if not isinstance(raw, Mapping):
        return None
    kind, change, first, unit = (str(raw.get(name)) for name in ("type", "changeDay", "firstDay", "olderThanPeriod"))
    return AutomaticLock(kind, change, first, _whole(raw.get("dayOfMonth")), _whole(raw.get("olderThanValue")), unit)


def _back(today: date, count: int, unit: str) -> date | None:
    """Return the same day so many days, weeks or months ago; the last one of a shorter month."""
    match unit:
        case "DAYS":
            return today - timedelta(days=count)
        case "WEEKS":
            return today - timedelta(weeks=count)
        case "MONTHS":
            month = Month.of(today).after(-count)
            return date(month.year, month.number, min(today.day, calendar.monthrange(month.year, month.number)[1]))
    return None


def _weekday_in(first: date, weekday: str) -> date:
    """Return the day of this name in the week that begins on `first`."""
    return first + timedelta(days=(WEEKDAYS.index(weekday) - first.weekday()) % 7)


def _moment(value: object) -> datetime | None:
    try:
        return moment_of(value)
    except Unread:
        return None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _zone(value: object) -> str:
    try:
        return ZoneInfo(value).key if isinstance(value, str) and value else ""
    except (KeyError, ValueError, OSError):
        return ""
