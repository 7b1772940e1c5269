"""Who worked on what in every stored month: by it a viewer's rows are found out, and so whose names are his."""

from __future__ import annotations

import threading
from contextlib import suppress
from itertools import count

import pandas as pd

from clockify.desk.caches import Lost
from clockify.frames import concat_frames, empty_cube
from clockify.mirror.mirror import Mirror
from clockify.periods import Month

COLUMNS = ["user_id", "project_id", "task_id"]
NOBODY_MET = empty_cube()[COLUMNS]


class Met:
    """A copy's months, opened once a version; safe to share between threads. `edition` is another whenever one brings somebody new."""

    _editions = count(1)

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[Month, tuple[str, pd.DataFrame]] = {}
        self._together: tuple[int, pd.DataFrame] = (0, NOBODY_MET)
        self.edition = next(self._editions)

    def take(self, month: Month, version: str, mirror: Mirror) -> None:
        """Learn a month's version, in place of an older one; raise Lost if it is not there any more."""
        held = self._held.get(month)
        if held and held[0] == version:
            return
        cube = mirror.cube(month, version)
        if cube is None:
            raise Lost
        found = cube[COLUMNS].drop_duplicates(ignore_index=True)
        with self._lock:
            before = self._held.get(month)
            self._held[month] = (version, found)
            if before is None or not _alike(before[1], found):
                self.edition = next(self._editions)

    def every(self) -> pd.DataFrame:
        """Return who worked on what in any month, each once."""
        with self._lock:
            if self._together[0] != self.edition:
                frames = [found for _, found in self._held.values()]
                self._together = (self.edition, concat_frames(frames, NOBODY_MET).drop_duplicates(ignore_index=True))
            return self._together[1]


def met_in(mirror: Mirror) -> Met:
    """Return what is known of a copy; it begins with all that is stored."""
    met = Met()
    for month, state in mirror.states().items():
        with suppress(Lost):
            met.take(month, state.version, mirror)
    return met


def _alike(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return set(one.astype("str").itertuples(index=False)) == set(other.astype("str").itertuples(index=False))
