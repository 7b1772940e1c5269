"""When the agency works: holidays, vacations, sick days, and the days on which something odd happens."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_HOLIDAYS = {(1, 1), (1, 2), (1, 7), (2, 15), (2, 16), (5, 1), (5, 2), (11, 11), (12, 24), (12, 25), (12, 31)}
_SUMMER_WEEK, _WINTER_WEEK = 28, 6
_FRIDAY, _THURSDAY = 4, 3


def first_of_month(day: date, months_back: int = 0) -> date:
    """Return the first day of the month that many months before a day's."""
    years, month = divmod(day.year * 12 + day.month - 1 - months_back, 12)
    return date(years, month + 1, 1)


def months_between(earlier: date, later: date) -> int:
    """Count calendar months from one day's to another's."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def is_holiday(day: date) -> bool:
    """Tell whether the whole studio is closed, apart from weekends."""
    return (day.month, day.day) in _HOLIDAYS


def is_away(day: date, person: int) -> bool:
    """Tell whether a person is on vacation or ill: two weeks in summer, one in winter, a day now and then."""
    return on_vacation(day, person) or (day.toordinal() * 7 + person * 13) % 59 == 0


def on_vacation(day: date, person: int) -> bool:
    """Tell whether a person is away as planned: two weeks in summer, one in winter."""
    summer = _SUMMER_WEEK + person % 7
    return day.isocalendar().week in (summer, summer + 1, _WINTER_WEEK + person % 9)


def is_short(day: date) -> bool:
    """Tell whether nobody logs anything after one o'clock: the third Friday of a month."""
    return day.weekday() == _FRIDAY and 15 <= day.day <= 21


def is_release_night(day: date) -> bool:
    """Tell whether somebody works past midnight: the last Thursday of a month."""
    return day.weekday() == _THURSDAY and (day + timedelta(days=7)).month != day.month


def changes_clocks(day: date, zone: ZoneInfo) -> bool:
    """Tell whether the clocks change on a local day."""
    start = datetime.combine(day, time(), zone)
    return start.utcoffset() != datetime.combine(day + timedelta(days=1), time(), zone).utcoffset()
