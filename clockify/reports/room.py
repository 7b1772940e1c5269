"""Where a day has room for another entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from clockify.clocks import day_name, day_start, moments
from clockify.periods import ONE_DAY
from clockify.timing import BEGINNING, Span, say_length


class Room:
    """A day of a zone and what takes its time; whoever finds a place on it takes that, too."""

    def __init__(self, day: date, zone: str, taken: Iterable[Span], *, not_before: datetime | None = None) -> None:
        self.day, self.zone = day, zone
        self.start, self.end = day_start(day, zone), day_start(day + ONE_DAY, zone)
        self._taken = sorted(span for span in taken if span.start < self.end and span.end > self.start)
        self._not_before = not_before

    def take(self, seconds: int) -> Span | str:
        """Return a span of this length after the day's last entry, or from 9:00; else in a gap; or say that there is no room.

        Of gaps, the first from 9:00 on counts; before that, the last one's end, nearest to the others.
        """
        length = timedelta(seconds=seconds)
        gaps = self._gaps()
        begin = self._begin()
        fitting = [Span(max(gap.start, begin), gap.end) for gap in gaps if gap.end - max(gap.start, begin) >= length]
        if fitting:
            return self._add(Span(fitting[0].start, fitting[0].start + length))
        nine = moments(self.day, BEGINNING, self.zone)[-1].at
        late = [start for gap in gaps if gap.end - (start := max(gap.start, nine)) >= length]
        if late:
            return self._add(Span(late[0], late[0] + length))
        early = [gap for gap in gaps if gap.end - gap.start >= length]
        if early:
            return self._add(Span(early[-1].end - length, early[-1].end))
        longest = max((gap.seconds for gap in gaps), default=0)
        left = f"its longest free time is {say_length(longest)}" if longest else "it is full"
        return f"{day_name(self.day)} has no room for {say_length(seconds)}: {left}."

    def _begin(self) -> datetime:
        """Return where the last entry that began on this day ends, or 9:00."""
        own = [span.end for span in self._taken if span.start >= self.start and span.end < self.end]
        return max(own) if own else moments(self.day, BEGINNING, self.zone)[-1].at

    def _gaps(self) -> list[Span]:
        """Return the free spans of the day, in order."""
        found, at = [], max(self.start, self._not_before or self.start)
        for span in self._taken:
            if span.start > at:
                found.append(Span(at, span.start))
            at = max(at, span.end)
        return [*found, Span(at, self.end)] if at < self.end else found

    def _add(self, span: Span) -> Span:
        self._taken = sorted([*self._taken, span])
        return span
