"""What a process keeps of opened months, for everybody: frames, columns, sums and names, each by the versions they are of.

Nothing in here knows who looks: `Access` does, and takes away what he may not see.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

import pandas as pd

from clockify.desk.kept import Kept, one_each
from clockify.directory import Directory
from clockify.frames import CUBE_KEYS, concat_frames, daily_cube, empty_cube, empty_entries
from clockify.mirror.mirror import Mirror
from clockify.periods import Month
from clockify.plans import Rate
from clockify.reports.rates import RATED, with_rates
from clockify.reports.rounding import Rounding, rounded

Versions = tuple[tuple[Month, str], ...]
Names = Mapping[str, Mapping[str, Any]]

MEGABYTE = 1024 * 1024
# A year of 948 000 entries takes about 110 MB with every column that a page asks for.
FRAME_BYTES, CARD_BYTES = 192 * MEGABYTE, 48 * MEGABYTE
# What is added up and named: by months, by copies, by periods.
WORDS_KEPT, COPIES_KNOWN = 512, 64
OPENED_TOGETHER = 4
# Nothing drawn is kept for longer: what nobody asks for any more goes.
CARD_SECONDS = 3600.0


@dataclass(frozen=True)
class Rates:
    """Rates that are written down, and a key that is another whenever one of them is."""

    rows: tuple[Rate, ...] = ()
    key: int = 0


NO_RATES = Rates()


class Lost(Exception):
    """A stored month is not there any more, replaced or damaged: open the months again."""


class Caches:
    """What is kept, each kind bounded; `cards` are what `View.fingerprint` names, `met` who worked on what in each copy."""

    def __init__(self) -> None:
        self.frames = Kept(FRAME_BYTES)
        self.words = Kept(WORDS_KEPT, size=one_each)
        self.cards = Kept(CARD_BYTES, seconds=CARD_SECONDS)
        self.met = Kept(COPIES_KNOWN, size=one_each)
        self._seen = Kept(COPIES_KNOWN, size=one_each)

    def sizes(self) -> dict[str, int]:
        """Return how many bytes are held, by kind."""
        return {"frames": self.frames.size, "cards": self.cards.size}

    def month(self, month: Month, version: str, mirror: Mirror) -> pd.DataFrame:
        """Open one month's daily cube; raise Lost if it is not there any more."""
        return _there(mirror.cube(month, version))

    def cube(self, key: str, versions: Versions, rounding: Rounding, mirror: Mirror, rates: Rates = NO_RATES) -> pd.DataFrame:
        """Return the daily cube of months, of rounded entries; a cube of exact ones can't tell those."""

        def make() -> pd.DataFrame:
            if rounding.is_exact:
                months = [self.month(month, version, mirror) for month, version in versions]
                return with_rates(concat_frames(months, empty_cube()), rates.rows)
            return daily_cube(self.entries(key, versions, (*CUBE_KEYS, "seconds", "amount_ticks"), rounding, mirror, rates))

        return self.frames.get(("cube", key, rounding.key, rates.key), make)

    def entries(
        self, key: str, versions: Versions, columns: Sequence[str], rounding: Rounding, mirror: Mirror, rates: Rates = NO_RATES
    ) -> pd.DataFrame:
        """Return the columns of months side by side, rounded."""
        if rounding.is_exact and not rates.rows:
            return self._columns(key, versions, columns, mirror)
        needed = tuple(dict.fromkeys((*columns, *RATED)))
        make = lambda: rounded(with_rates(self._columns(key, versions, needed, mirror), rates.rows), rounding)  # noqa: E731
        return self.frames.get(("entries", key, rounding.key, rates.key, needed), make)

    def directory(self, key: str, versions: Versions, mirror: Mirror) -> Directory:
        """Return the names of the lists and of stored months; those of the months named come first."""
        seen = self._seen.get(repr(mirror.scope), lambda: _seen_in(mirror))

        def make() -> Directory:
            own = [seen.of(month, version, mirror) for month, version in versions]
            return mirror.directory().with_names([*own, *seen.every()])

        return self.words.get(("names", key, mirror.lists_version, seen.edition), make)

    def edition(self, key: str, versions: Versions, mirror: Mirror) -> int:
        """Return a number that is another whenever a stored month brings another name."""
        self.directory(key, versions, mirror)
        seen: Seen = self._seen.get(repr(mirror.scope), lambda: _seen_in(mirror))
        return seen.edition

    def _columns(self, key: str, versions: Versions, columns: Sequence[str], mirror: Mirror) -> pd.DataFrame:
        """Return columns side by side. Each is held once, whatever others it is asked for with."""
        held = {name: self.frames.find(("column", key, name)) for name in columns}
        lacking = [name for name, column in held.items() if column is None]
        # A few at a time: months and the period that they are put together to are in memory side by side for a moment.
        for few in (lacking[start : start + OPENED_TOGETHER] for start in range(0, len(lacking), OPENED_TOGETHER)):
            opened = _opened(versions, few, mirror)
            for name in few:
                held[name] = opened[name]
                self.frames.put(("column", key, name), opened[name])
        return pd.DataFrame(held, copy=False)


class Seen:
    """The names that a copy's months carry, opened once a version; safe to share between threads."""

    _editions = count(1)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Month, tuple[str, Names]] = {}
        self.edition = next(self._editions)

    def of(self, month: Month, version: str, mirror: Mirror) -> Names:
        """Return the names of a month's version, and keep them in place of an older one's; raise Lost if it is not there any more."""
        held = self._held.get(month)
        if held and held[0] == version:
            return held[1]
        names = mirror.names(month, version)
        if names is None:
            raise Lost
        with self._lock:
            before = self._held.get(month)
            self._held[month] = (version, names)
            if before is None or before[1] != names:
                self.edition = next(self._editions)
        return names

    def every(self) -> list[Names]:
        """Return the names of each month, the newest first."""
        with self._lock:
            return [names for _, (_, names) in sorted(self._held.items(), reverse=True)]


def _seen_in(mirror: Mirror) -> Seen:
    """Return what is seen of a copy; it begins with all that is stored."""
    seen = Seen()
    for month, state in mirror.states().items():
        with suppress(Lost):
            seen.of(month, state.version, mirror)
    return seen


def _opened(versions: Versions, columns: Sequence[str], mirror: Mirror) -> pd.DataFrame:
    frames = [_there(mirror.entries(month, version, columns)) for month, version in versions]
    return concat_frames(frames, empty_entries()[list(columns)])


def _there(frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None:
        raise Lost
    return frame
