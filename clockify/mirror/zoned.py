"""The same copy in another zone: its months are cut from the rows that are kept, at no request of their own.

A month there begins and ends some hours before or after the one that is kept, so it is made of that one
and of the neighbour into which it reaches. Clockify's own totals while reading are those of kept months:
none are handed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from clockify.frames import CUBE_KEYS, ENTRY_DTYPES, concat_frames, daily_cube, empty_entries, rezoned
from clockify.mirror.jobs import Progress
from clockify.mirror.merging import merged_names, tidy, within
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.mirror.snapshots import RANKS, MonthState, RowTimes, Scope, Verdict
from clockify.periods import Month, Period

MINUTE = timedelta(minutes=1)
# No clock is set back by more: around the end of a month, such a day may come twice.
MINUTES_AROUND = range(-180, 180)
# What one zone calls the first may be the second or the last but one elsewhere: zones lie up to 26 hours apart.
DAYS_APART = timedelta(days=2)
JOINT = "+"
# What has nothing to do with days is the kept copy's own.
SHARED = (
    *("ensure_lists", "look", "directory", "emails", "active_people", "people", "apply", "take_in", "note_written", "stands_beside"),
    *("retry", "read_again", "compare", "theirs", "wait_for"),
    *("read_timers", "requests_used", "requests_left", "next_free_at"),
)


@lru_cache(maxsize=4096)
def made_of(month: Month, zone: str, kept_in: str) -> tuple[Month, ...]:
    """Return the months of one zone that share a moment with a month of another one: itself, and usually at most one beside it."""
    found = {month}
    for edge in (month.period.start, month.period.end):
        midnight = datetime.combine(edge, time(), ZoneInfo(zone)).astimezone(UTC)
        for moment in (midnight + number * MINUTE for number in MINUTES_AROUND):
            if Month.of(moment.astimezone(ZoneInfo(zone)).date()) == month:
                found.add(Month.of(moment.astimezone(ZoneInfo(kept_in)).date()))
    return tuple(sorted(found))


class Zoned(Mirror):
    """A mirror as its months are in another zone. `base` keeps them; `scope` is whose they are here, and stored nowhere."""

    def __init__(self, base: Mirror, zone: str) -> None:
        # Not `super().__init__`: it has no client, no jobs and no place in the database of its own.
        self.base, self.zone = base, zone
        self.workspace, self.profile = base.workspace, base.profile
        self.scope = Scope(base.scope.workspace_id, base.scope.user_id, zone)
        self._counts: dict[Month, tuple[str, int]] = {}
        vars(self).update({name: getattr(base, name) for name in SHARED})

    @property
    def has_lists(self) -> bool:
        """Is every list stored, of whatever age?"""
        return self.base.has_lists

    def running(self, now: datetime) -> pd.DataFrame:
        """Return the running timers as entries that end now, on the days of this zone."""
        return rezoned(self.base.running(now), self.zone)

    @property
    def running_read_at(self) -> float | None:
        """When the running timers were read, in seconds since 1970."""
        return self.base.running_read_at

    @property
    def lists_version(self) -> tuple[float, ...]:
        """When each of the name lists was read."""
        return self.base.lists_version

    def open_months(self, wanted: Sequence[Month], *, person: bool = False, beside: Sequence[Month] = ()) -> Opening:
        """Start what the months on screen need and return what is there; a month is there with all that it is made of."""
        found = self.base.open_months(self._sources(wanted), person=person, beside=self._sources(beside))
        return self._told(tuple(sorted({*wanted, *beside})), found)

    def wait(self, opening: Opening, seconds: float) -> bool:
        """Wait for the months that are being read, at most so long; tell whether all are done."""
        busy = self._sources((*opening.reading, *opening.refreshing))
        return self.base.wait(Opening((), {}, refreshing=frozenset(busy)), seconds)

    def states(self, wanted: Sequence[Month] | None = None) -> dict[Month, MonthState]:
        """Return what is known of the months that can be made of stored ones, all of them unless some are named."""
        if wanted is not None:
            return self._made(wanted, self.base.states(self._sources(wanted)))
        kept = self.base.states()  # a month's own middle is in the base's month of the same name: without that there is none
        return self._made(sorted(kept), kept)

    def cube(self, month: Month, version: str) -> pd.DataFrame | None:
        """Add up the daily cube of a month's version; None if it is made of one that is not there any more."""
        entries = self.entries(month, version, (*CUBE_KEYS, "seconds", "amount_ticks"))
        return None if entries is None else daily_cube(entries)

    def entries(self, month: Month, version: str, columns: Sequence[str] | None = None) -> pd.DataFrame | None:
        """Return the entries of a month's version, or only some columns; None as for `cube`."""
        asked = None if columns is None else tuple(dict.fromkeys((*columns, "start")))
        cuts = []
        for source, own in self._parts(month, version):
            entries = self.base.entries(source, own, asked)
            if entries is None:
                return None
            cuts.append(within(rezoned(entries, self.zone), month.period))
        # Where clocks are set back over the end of a month, the earlier one ends after the later one has begun.
        merged = tidy(concat_frames(cuts, empty_entries()).sort_values("start", kind="stable", ignore_index=True))
        return merged[list(ENTRY_DTYPES if columns is None else columns)]

    def names(self, month: Month, version: str) -> dict[str, dict[str, Any]] | None:
        """Return the names that came with what a month is made of; None as for `cube`."""
        known = [self.base.names(source, own) for source, own in self._parts(month, version)]
        found = [one for one in known if one is not None]
        return merged_names(*found) if len(found) == len(known) else None

    def _of(self, month: Month) -> tuple[Month, ...]:
        return made_of(month, self.zone, self.base.zone)

    def _sources(self, months: Iterable[Month]) -> list[Month]:
        return sorted({source for month in months for source in self._of(month)})

    def _parts(self, month: Month, version: str) -> Iterable[tuple[Month, str]]:
        return zip(self._of(month), version.split(JOINT), strict=True)

    def _made(self, months: Iterable[Month], kept: Mapping[Month, MonthState]) -> dict[Month, MonthState]:
        """Return the states of those months of which every part is there."""
        sources = {month: self._of(month) for month in months}
        return {month: self._state(month, [kept[one] for one in of]) for month, of in sources.items() if all(one in kept for one in of)}

    def _state(self, month: Month, parts: Sequence[MonthState]) -> MonthState:
        version = JOINT.join(part.version for part in parts)
        return MonthState(
            month=month,
            version=version,
            source=min((part.source for part in parts), key=RANKS.__getitem__),
            amounts_hidden=any(part.amounts_hidden for part in parts),
            entries_count=self._count(month, version, parts),
            rows=RowTimes(min(part.rows_at(_around(month)) for part in parts)),
            checked_at=min(part.checked_at for part in parts),
            verdict=_worst(month, parts),
            unread=sum(part.unread for part in parts),
        )

    def _count(self, month: Month, version: str, parts: Sequence[MonthState]) -> int:
        """Count a version's entries, once: it takes the rows."""
        known = self._counts.get(month)
        if known and known[0] == version:
            return known[1]
        entries = self.entries(month, version, ("start",))
        if entries is None:
            # A part was replaced in this moment. Whoever opens this version finds that out, and looks again.
            return sum(part.entries_count for part in parts)
        self._counts[month] = version, len(entries)
        return len(entries)

    def _told(self, every: tuple[Month, ...], found: Opening) -> Opening:
        """Say of months here what was found of those they are made of."""
        states = self._made(every, found.states)
        coming = {month: [found.reading[one] for one in self._of(month) if one in found.reading] for month in every}
        faults = {month: [found.faults[one] for one in self._of(month) if one in found.faults] for month in every}
        return replace(
            found,
            wanted=every,
            states=states,
            reading={month: _together(progress) for month, progress in coming.items() if progress},
            refreshing=frozenset(month for month in states if found.refreshing.intersection(self._of(month))),
            faults={month: several[0] for month, several in faults.items() if several},
            waiting=tuple(month for month in every if month not in states and set(found.waiting).intersection(self._of(month))),
        )


def base_of(mirror: Mirror) -> Mirror:
    """Return the mirror whose months are stored: the one that a zoned one is cut from, else itself."""
    return mirror.base if isinstance(mirror, Zoned) else mirror


def _around(month: Month) -> Period:
    return Period(month.period.start - DAYS_APART, month.period.end + DAYS_APART)


def _worst(month: Month, parts: Sequence[MonthState]) -> Verdict:
    """Return the verdict of what a month is made of: as bad as that of its worst part."""
    verdicts = [part.verdict for part in parts]
    agrees = min((verdict.agrees for verdict in verdicts), key=(False, None, True).index)
    return Verdict(
        agrees=agrees,
        at=min(verdict.at for verdict in verdicts),
        # A neighbour's stand under its own name: most of it isn't in this month.
        differences=next(part.verdict.differences for part in parts if part.month == month),
        is_pending=any(verdict.is_pending for verdict in verdicts),
        days=tuple(sorted({day for verdict in verdicts for day in verdict.days})),
        doubted=tuple(sorted({day for verdict in verdicts for day in verdict.doubted})),
    )


def _together(progress: Sequence[Progress]) -> Progress:
    """Return how far several reads are, without the totals of other days than ours."""
    pages = [one.of for one in progress]
    return Progress(sum(one.done for one in progress), None if None in pages else sum(of or 0 for of in pages))
