"""When the clock on the wall shows a time: once, twice where it is put back, never where it is put forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clockify.periods import short_day

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Moment:
    """A moment of UTC that a wall time may mean.

    Of several, each has a `label` that tells it from the other, and `why` there are two. `is_shown`: the clock
    really shows the wall time then.
    """

    at: datetime
    label: str = ""
    why: str = ""
    is_shown: bool = True


def moments(day: date, wall: time, zone: str) -> list[Moment]:
    """Return when a zone's clocks show a time on a day, earliest first: one moment, or two where it comes twice.

    Where they never show it, the two that lie as far from the change as it would: before and after.
    """
    local = datetime.combine(day, wall, ZoneInfo(zone))
    first, last = sorted(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == last:
        return [Moment(first)]
    if _wall_at(first, zone) == local.replace(tzinfo=None):
        return _shown_twice(first, last, zone)
    return _never_shown(first, last, zone, local)


def day_start(day: date, zone: str) -> datetime:
    """Return the moment of UTC at which a day begins in a zone: at midnight, or where the clock is put forward past that.

    A day that a zone left out begins where the next one does.
    """
    found = [moment.at for moment in moments(day, time(), zone)]
    return next((moment for moment in found if _wall_at(moment, zone).date() == day), found[-1])


def at_wall(moment: datetime, zone: str) -> str:
    """Write what the clock shows, and the offset where it shows that twice: "09:30", "02:30 (UTC+1)"."""
    local = moment.astimezone(ZoneInfo(zone))
    is_one = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
    return short_time(local.time()) + ("" if is_one else f" ({_offset(local)})")


def short_time(wall: time) -> str:
    """Write a time of day, with seconds only where there are some: "09:30", "09:30:15"."""
    return f"{wall:%H:%M:%S}" if wall.second else f"{wall:%H:%M}"


def day_name(day: date) -> str:
    """Write a day: "Thu 26 Nov"."""
    return f"{DAY_NAMES[day.weekday()]} {short_day(day)}"


def _shown_twice(first: datetime, last: datetime, zone: str) -> list[Moment]:
    clock = ZoneInfo(zone)
    summer, winter = first.astimezone(clock), last.astimezone(clock)
    wall = short_time(summer.time())
    change = _change_between(first, last, zone)
    why = f"{wall} comes twice on {short_day(summer.date())}: the clock goes back from {change}."
    # Not every change is one of the seasons: zones move for good, too.
    has_seasons = bool(summer.dst()) != bool(winter.dst())
    names = ("summer time, ", "winter time, ") if has_seasons else ("", "")
    return [
        Moment(first, f"{wall} before the clock goes back ({names[0]}{_offset(summer)})", why),
        Moment(last, f"{wall} after the clock goes back ({names[1]}{_offset(winter)})", why),
    ]


def _never_shown(first: datetime, last: datetime, zone: str, local: datetime) -> list[Moment]:
    change = _change_between(first, last, zone)
    why = f"{short_time(local.time())} doesn't exist on {short_day(local.date())}: the clock goes forward from {change}."
    found = []
    for moment in (first, last):
        wall = _wall_at(moment, zone)
        day = "" if wall.date() == local.date() else f"{day_name(wall.date())} "
        found.append(Moment(moment, f"{day}{short_time(wall.time())}", why, is_shown=False))
    return found


def _change_between(first: datetime, last: datetime, zone: str) -> str:
    """Say what the clock would show, and what it shows, where its offset changes: "03:00 to 02:00"."""
    clock = ZoneInfo(zone)
    before = first.astimezone(clock).utcoffset()
    while last - first > SECOND:
        middle = first + (last - first) // SECOND // 2 * SECOND
        first, last = (middle, last) if middle.astimezone(clock).utcoffset() == before else (first, middle)
    old, new = (first.astimezone(clock) + SECOND).replace(tzinfo=None), _wall_at(last, zone)
    if old.date() != new.date() and abs(old - new) > 12 * HOUR:
        return f"{day_name(old.date())} {short_time(old.time())} to {day_name(new.date())} {short_time(new.time())}"
    return f"{short_time(old.time())} to {short_time(new.time())}"


def _wall_at(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _offset(local: datetime) -> str:
    """Write how far a zone is from UTC: "UTC+2", "UTC−3:30"."""
    minutes = round((local.utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
