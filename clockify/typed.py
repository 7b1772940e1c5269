"""What people type for a span of time, read: a length, or from when to when.

No other time tracker reads a bare number as this does (minutes at Toggl, hours here), so nothing
is guessed twice: what has two likely meanings is asked, and what was understood is said by `timing.say`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from decimal import ROUND_HALF_UP, Decimal

HOW = "type a length like 1:30, 1.5, 90m or 2h 15m, or from when to when, like 9-17:30"
HOW_TIME = "type a time of day like 9:30, 0930 or 9pm"
MINUTE, HOUR = 60, 3600
MOST_HOURS = 999
MOST_BARE_HOURS = 24
_LONGEST_TEXT = 60

_DASHES = re.compile(r"[\u2010-\u2015\u2212\u301c\uff5e\uff0d]")
_WORD_FOR_DASH = re.compile(r"(?<=[\dm.h ])(?:to|till|until)(?=[\d ]|$)")
_NUMBER = r"\d+(?:[.,]\d+)?|[.,]\d+"
_BARE = re.compile(rf"(?:{_NUMBER})")
_PADDED = re.compile(r"0\d{3}")
_CLOCK = re.compile(r"(\d+):(\d{1,2})(?::(\d{2}))?")
_UNITS = re.compile(
    rf"(?:(?P<h>{_NUMBER}) ?(?:h|hrs?|hours?))? ?(?:(?P<m>{_NUMBER}) ?(?:m|mins?|minutes?))? ?(?:(?P<s>\d+) ?(?:s|secs?|seconds?))?"
)
_HOURS_AND = re.compile(r"(?P<h>\d+) ?h ?(?P<m>\d{1,2})")
_TIME = re.compile(r"(?P<h>\d{1,2})(?:[:.](?P<m>\d{2})(?::(?P<s>\d{2}))?|h(?P<hm>\d{2})?)?(?: ?(?P<half>[ap])(?:\.?m\.?)?)?")
_DIGITS = re.compile(r"(?P<h>\d{1,2})(?P<m>\d{2})(?: ?(?P<half>[ap])(?:\.?m\.?)?)?")


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, in a sentence.

    `field`: project, task, description, tags, day, when, start or end.
    """

    field: str
    sentence: str


@dataclass(frozen=True)
class Typed:
    """What was typed: `seconds`, or the wall times `start` and `end`; an end that isn't after its start is on the next day."""

    seconds: int | None = None
    start: time | None = None
    end: time | None = None


@dataclass(frozen=True)
class _Hour:
    """A time of day as it was typed; `half` is "a", "p" or "" where neither was typed."""

    hour: int
    minute: int
    second: int
    half: str
    text: str

    @property
    def may_be_either(self) -> bool:
        """Could it be of the morning and of the afternoon? "05:00" couldn't."""
        return not self.half and 1 <= self.hour <= 12 and not self.text.startswith("0")

    @property
    def is_plain(self) -> bool:
        """Was it typed as people type it who count to 24?"""
        return not self.may_be_either or len(self.text) >= len("10:00")

    def at(self, half: str) -> time:
        """Return it in one half of the day, or as typed with ""."""
        hour = self.hour % 12 + (12 if half == "p" else 0) if half else self.hour % 24
        return time(hour, self.minute, self.second)


def read_when(text: str) -> Typed | Fault:
    """Read a length or a range, or say what could be typed instead; the fault's field is "when"."""
    found = _read_when(_plain(text))
    return Fault("when", found) if isinstance(found, str) else found


def read_time(text: str, field: str = "start") -> time | Fault:
    """Read a time of day: "9", "9:30", "0930", "9.30", "9pm"; "24:00" is the midnight that ends the day."""
    found = _read_hour(_plain(text))
    if isinstance(found, str):
        return Fault(field, found)
    return found.at(found.half)


def _plain(text: str) -> str:
    """Return the text with ordinary digits, dashes and spaces, in small letters."""
    plain = "".join(map(_ordinary, _DASHES.sub("-", text))).casefold()
    return _WORD_FOR_DASH.sub("-", " ".join(plain.split()))


def _ordinary(letter: str) -> str:
    """Return an ordinary digit or sign for a wide or an Eastern one, and nothing for what can't be seen."""
    if unicodedata.category(letter) == "Cf":
        return ""
    wide = unicodedata.normalize("NFKC", letter) if unicodedata.east_asian_width(letter) == "F" else letter
    return str(unicodedata.decimal(wide, wide))


def _read_when(text: str) -> Typed | str:
    if not text or len(text) > _LONGEST_TEXT:
        return _sentence("Nothing is typed" if not text else "That is too long to be a time")
    if text.startswith("-"):
        return _sentence("A length can't be less than nothing, and a range needs its start")
    first, dash, last = (part.strip() for part in text.partition("-"))
    if dash:
        return _read_range(first, last)
    return _read_length(text)


# Lengths


def _read_length(text: str) -> Typed | str:
    for pattern, read in ((_CLOCK, _clock), (_BARE, _bare), (_HOURS_AND, _hours_and), (_UNITS, _units)):
        if match := pattern.fullmatch(text):
            found = read(match)
            return found if isinstance(found, str) else _length(found)
    hour = _read_hour(text)
    if isinstance(hour, _Hour):
        return f"{text} is a time of day: type the end, too, like {text}-{_short(_later(hour))}, or a length like 1:30."
    return _sentence("That is no time that can be read")


def _length(seconds: Decimal) -> Typed | str:
    if seconds > MOST_HOURS * HOUR:
        return _sentence(f"More than {MOST_HOURS} hours are no entry")
    whole = int(seconds.to_integral_value(ROUND_HALF_UP))
    return Typed(seconds=whole) if whole else _sentence("That is no time at all")


def _clock(match: re.Match[str]) -> Decimal | str:
    """Read "1:30" and "1:30:15"."""
    hours, minutes, seconds = match[1], match[2], match[3] or "0"
    if len(minutes) < 2:
        return f"{hours}:{minutes}: did you mean {hours}:0{minutes} or {hours}:{minutes}0?"
    if int(minutes) >= 60 or int(seconds) >= 60:
        return _sentence("Minutes and seconds after a colon go up to 59")
    return Decimal(hours) * HOUR + Decimal(minutes) * MINUTE + Decimal(seconds)


def _bare(match: re.Match[str]) -> Decimal | str:
    """Read a number without a unit: hours, up to a day of them."""
    text, hours = match[0], _number(match[0])
    if _PADDED.fullmatch(text) and isinstance(hour := _read_hour(text), _Hour):
        return f"{text} is a time of day: type the end, too, like {text}-{_later(hour):%H%M}, or a length like 1:30."
    if hours <= MOST_BARE_HOURS:
        return hours * HOUR
    if hours > MOST_HOURS:
        return _sentence(f"More than {MOST_HOURS} hours are no entry, and minutes need an m")
    return f"{text}: did you mean {text} min ({text}m) or {text} h ({text}h)?"


def _hours_and(match: re.Match[str]) -> Decimal | str:
    """Read "2h15"."""
    if int(match["m"]) >= 60:
        return _sentence("Minutes after an h go up to 59")
    return Decimal(match["h"]) * HOUR + Decimal(match["m"]) * MINUTE


def _units(match: re.Match[str]) -> Decimal | str:
    """Read "2h 15m", "90 min", "1.5 hours"."""
    hours, minutes, seconds = (_number(match[name] or "0") for name in ("h", "m", "s"))
    return hours * HOUR + minutes * MINUTE + seconds


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


# From when to when


def _read_range(first: str, last: str) -> Typed | str:
    if not last:
        return f"Type the end, too, like {first}-17:30." if isinstance(_read_hour(first), _Hour) else _sentence("The end is missing")
    start, end = _read_hour(first), _read_hour(last)
    if isinstance(start, str):
        return start
    if isinstance(end, str):
        return end
    if start.hour == 24:
        return f"24:00 is where a day ends: choose the next one and type 0:00-{last}."
    return _between(start, end)


def _between(start: _Hour, end: _Hour) -> Typed | str:
    """Choose the halves of the day, the shorter span where only one was typed."""
    starts = ("a", "p") if end.half and start.may_be_either else (start.half,)
    ends = ("a", "p") if start.half and end.may_be_either else (end.half,)
    found = [(start.at(one), end.at(other)) for one in starts for other in ends]
    begun, ended = min(found, key=lambda pair: _seconds_between(*pair))
    if begun == ended:
        return f"It starts and ends at {_short(begun)}: type another end, or 24h for a whole day."
    # "9-5" is a working day to some and a night to others; "22-6" and "9:00-05:00" are plain.
    afternoon = end.at("p")
    if ended < begun < afternoon and start.may_be_either and not end.is_plain:
        return f"Did you mean {_short(begun)}-{afternoon:%H:%M}, or {begun:%H:%M}-{ended:%H:%M} into the next day?"
    return Typed(start=begun, end=ended)


def _read_hour(text: str) -> _Hour | str:
    match = _DIGITS.fullmatch(text) if re.match(r"\d{3}", text) else _TIME.fullmatch(text)
    if not match:
        return f"“{text[:20]}” is no time of day: {HOW_TIME}." if text else _sentence("Nothing is typed", HOW_TIME)
    parts = match.groupdict()
    hour, half = int(parts["h"]), parts["half"] or ""
    minute, second = int(parts["m"] or parts.get("hm") or 0), int(parts.get("s") or 0)
    if half and not 1 <= hour <= 12:
        return f"With am or pm, hours go from 1 to 12: {HOW_TIME}."
    if minute > 59 or second > 59 or hour * HOUR + minute * MINUTE + second > 24 * HOUR:
        return f"A day has 24 hours of 60 minutes: {HOW_TIME}."
    return _Hour(hour, minute, second, half, text)


def _later(hour: _Hour) -> time:
    """Return the time an hour later, for an example."""
    at = hour.at(hour.half)
    return at.replace(hour=(at.hour + 1) % 24)


def _seconds_between(start: time, end: time) -> int:
    """Return how long it is on a day without a change of the clock; up to a day."""
    first, last = (one.hour * HOUR + one.minute * MINUTE + one.second for one in (start, end))
    return (last - first) % (24 * HOUR) or 24 * HOUR


def _short(at: time) -> str:
    """Write a time as people type it: "9:30", "9:30:15"."""
    return f"{at.hour}:{at:%M:%S}" if at.second else f"{at.hour}:{at:%M}"


def _sentence(what: str, how: str = HOW) -> str:
    return f"{what}: {how}."
