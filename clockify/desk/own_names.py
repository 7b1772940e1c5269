"""The names that are a viewer's, kept for as long as they are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd

from clockify.desk.caches import Caches, Versions
from clockify.desk.met import COLUMNS, NOBODY_MET, Met, met_in
from clockify.desk.rights import visible_names
from clockify.desk.viewer import Viewer
from clockify.directory import Directory
from clockify.frames import concat_frames
from clockify.mirror.mirror import Mirror


class OwnNames:
    """The directory of a copy as one viewer may see it; `rights` tell apart whose it is."""

    def __init__(self, viewer: Viewer, mirror: Mirror, caches: Caches, rights: str) -> None:
        self._viewer, self._mirror, self._caches, self._rights = viewer, mirror, caches, rights

    def of(self, key: str, versions: Versions) -> Directory:
        """Return the viewer's names of the lists and of stored months; those of the months named come first."""
        directory = self._caches.directory(key, versions, self._mirror)
        if self._viewer.sees_all and self._viewer.sees_money:
            return directory
        if not self._viewer.sees_all:
            met = self._met
            for month, version in versions:
                met.take(month, version, self._mirror)
        what = ("own names", self._rights, key, *self.edition(key, versions))
        return self._caches.words.get(what, lambda: visible_names(directory, self._viewer, self._rows_met()))

    def edition(self, key: str, versions: Versions) -> tuple[object, ...]:
        """Return what is another whenever a name, or what belongs to it, is another, or has become the viewer's."""
        everybodys = (self._mirror.lists_version, self._caches.edition(key, versions, self._mirror))
        return everybodys if self._viewer.sees_all else (*everybodys, self._met.edition, self._mirror.running_read_at)

    @property
    def timers(self) -> pd.DataFrame:
        """Everybody's timers, kept until they are read again: one that Clockify's clock began a moment ahead of ours shows then, too."""
        read_at = self._mirror.running_read_at
        until = datetime.fromtimestamp(read_at or 0.0, UTC) + timedelta(days=1)
        return self._caches.words.get(("running", repr(self._mirror.scope), read_at), lambda: self._mirror.running(until))

    @property
    def _met(self) -> Met:
        return self._caches.met.get(repr(self._mirror.scope), lambda: met_in(self._mirror))

    def _rows_met(self) -> pd.DataFrame:
        """Return who worked on what, as far as it is known, in months and under running timers; nobody asks where all is seen."""
        return NOBODY_MET if self._viewer.sees_all else concat_frames([self._met.every(), self.timers[COLUMNS]], NOBODY_MET)
