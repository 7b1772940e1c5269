"""Where a span of time lies: what was typed, put on a day of a zone, and said back.

Spans are moments of UTC in whole seconds. A wall time that a change of the clock shows twice, or
never, is asked about, unless only one answer fits the rest of what was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from clockify.clocks import SECOND, Moment, at_wall, day_name, moments, short_time
from clockify.periods import ONE_DAY
from clockify.typed import HOUR, HOW, MINUTE, Fault, Typed, read_time, read_when

__all__ = ["Choice", "Fault", "Question", "Span", "Typed", "place", "read_time", "read_when", "say", "say_length"]

BEGINNING = time(9)
YEARS = range(1990, 2200)
Ends = tuple[Moment, Moment]


@dataclass(frozen=True, order=True)
class Span:
    """From `start` up to, and without, `end`: moments of UTC."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long it really is, whatever the clock on the wall did meanwhile."""
        return (self.end - self.start) // SECOND


@dataclass(frozen=True)
class Choice:
    """One answer: `key` goes back to `place`, `label` is read by people, `span` is what it leads to."""

    key: str
    label: str
    span: Span


@dataclass(frozen=True)
class Question:
    """What `place` has to know first; `field` is start or end."""

    field: str
    sentence: str
    choices: tuple[Choice, ...]


def place(
    typed: Typed | None,
    day: date,
    zone: str,
    *,
    start: time | None = None,
    end: time | None = None,
    after: datetime | None = None,
    choice: str = "",
) -> Span | Fault | Question:
    """Put what was typed on a day: a length, a range, a start and an end of fields of their own, as many as are there.

    A length alone begins `after`, where that is on this day, else at 9:00. An end that isn't after its
    start is on the next day. `choice` is the key of an answer to an earlier question; one that no
    longer fits is not heard.
    """
    typed = typed or Typed()
    fault = _fault(typed, day, start, end)
    if fault:
        return fault
    begun, ended = _given(typed.start, start), _given(typed.end, end)
    found = _found(day, zone, begun, ended, typed.seconds, after)
    if typed.seconds is not None and begun is not None and ended is not None:
        fitting = [ends for ends in found if _span(ends).seconds == typed.seconds]
        if not fitting:
            return _disagreeing([_span(ends) for ends in found], typed.seconds, zone)
        found = fitting
    return _chosen(found, choice)


def say(span: Span, zone: str) -> str:
    """Say a span as it is understood: "1 h 30 min, 09:00–10:30"; a later day, and a change of the clock within it, are named."""
    begun, ended = span.start.astimezone(ZoneInfo(zone)), span.end.astimezone(ZoneInfo(zone))
    change = ", across the clock change" if begun.utcoffset() != ended.utcoffset() else ""
    return f"{say_length(span.seconds)}, {say_ends(span, zone)}{change}"


def say_ends(span: Span, zone: str) -> str:
    """Say from when to when: "09:00–10:30", "22:00–01:30 next day"."""
    begun, ended = (moment.astimezone(ZoneInfo(zone)).date() for moment in (span.start, span.end))
    days = (ended - begun).days
    later = "" if not days else " next day" if days == 1 else f" on {day_name(ended)}"
    return f"{at_wall(span.start, zone)}–{at_wall(span.end, zone)}{later}"


def say_length(seconds: int) -> str:
    """Say how long: "1 h 30 min", "45 min", "2 h", "10 s", "0 min"."""
    hours, minutes, rest = seconds // HOUR, seconds % HOUR // MINUTE, seconds % MINUTE
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return " ".join(parts) or "0 min"


def _fault(typed: Typed, day: date, start: time | None, end: time | None) -> Fault | None:
    """Return what is wrong before anything can be put on a day."""
    if day.year not in YEARS:
        return Fault("day", f"Choose a day of the years {YEARS.start} to {YEARS.stop - 1}.")
    for field, one, other in (("start", typed.start, start), ("end", typed.end, end)):
        if one is not None and other is not None and one != other:
            return Fault(field, f"The {field} is {short_time(other)} here and {short_time(one)} in what was typed: clear one of them.")
    begun, ended = _given(typed.start, start), _given(typed.end, end)
    if begun is not None and begun == ended:
        return Fault("end", f"It starts and ends at {short_time(begun)}: give another end, or 24h for a whole day.")
    if typed.seconds is not None or (begun is not None and ended is not None):
        return None
    if begun is None and ended is None:
        return Fault("when", f"Nothing is typed: {HOW}.")
    missing = "start" if begun is None else "end"
    return Fault(missing, f"Give the {missing} as well, or a length like 1:30.")


def _given(one: time | None, other: time | None) -> time | None:
    """Return the one that is there: midnight is, too."""
    return other if one is None else one


def _found(day: date, zone: str, start: time | None, end: time | None, seconds: int | None, after: datetime | None) -> list[Ends]:
    """Return all that could be meant: more than one where a time comes twice or never."""
    length = timedelta(seconds=seconds or 0)
    if end is not None:
        return _between(day, zone, start, end) if start is not None else _until(day, zone, end, length)
    if start is None and after is not None and after.astimezone(ZoneInfo(zone)).date() == day:
        begun = _whole(after)
        return [(Moment(begun), Moment(begun + length))]
    return [(moment, Moment(moment.at + length)) for moment in moments(day, BEGINNING if start is None else start, zone)]


def _between(day: date, zone: str, start: time, end: time) -> list[Ends]:
    """An end that is no later on this day's clock is meant for the next day's, unless the clock is put back in between."""
    starts = moments(day, start, zone)
    ends = [moment for moment in moments(day, end, zone) if end > start or moment.is_shown]
    found = [pair for pair in product(starts, ends) if pair[0].at < pair[1].at]
    return found or [pair for pair in product(starts, moments(day + ONE_DAY, end, zone)) if pair[0].at < pair[1].at]


def _until(day: date, zone: str, end: time, length: timedelta) -> list[Ends]:
    """An entry belongs to the day on which it starts: so the end is on the next one, where it has to be."""
    found = [[(Moment(moment.at - length), moment) for moment in moments(on, end, zone)] for on in (day, day + ONE_DAY)]
    return next((ends for ends in found if all(one.at.astimezone(ZoneInfo(zone)).date() == day for one, _ in ends)), found[0])


def _chosen(found: Sequence[Ends], choice: str) -> Span | Question:
    """Return the one that is as it was typed, or the one chosen; else ask."""
    is_plain = len(found) == 1 and all(moment.is_shown for moment in found[0])
    chosen = next((_span(ends) for ends in found if is_plain or _key(_span(ends)) == choice), None)
    if chosen:
        return chosen
    field, why = next((field, moment.why) for ends in found for field, moment in zip(("start", "end"), ends, strict=True) if moment.why)
    return Question(field, why, tuple(Choice(_key(_span(ends)), _label(ends), _span(ends)) for ends in found))


def _disagreeing(found: Sequence[Span], seconds: int, zone: str) -> Fault:
    """Say by how much a start, an end and a length disagree."""
    nearest = min(found, key=lambda span: abs(span.seconds - seconds))
    more = nearest.seconds - seconds
    differs = f"{say_length(abs(more))} {'more' if more > 0 else 'less'} than the {say_length(seconds)} typed"
    return Fault("when", f"{say_ends(nearest, zone)} is {say_length(nearest.seconds)}, {differs}.")


def _whole(moment: datetime) -> datetime:
    """Return the first whole second from a moment on."""
    return moment.astimezone(UTC) + timedelta(microseconds=-moment.microsecond % 1_000_000)


def _span(ends: Ends) -> Span:
    return Span(ends[0].at, ends[1].at)


def _key(span: Span) -> str:
    return f"{span.start:%Y%m%dT%H%M%S}-{span.end:%Y%m%dT%H%M%S}"


def _label(ends: Ends) -> str:
    """Name what tells it apart."""
    return " – ".join(moment.label for moment in ends if moment.label)
