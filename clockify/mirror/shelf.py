"""Reference lists in memory: what a page asks for at every click isn't unpacked at every click."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clockify.mirror.codec import Undecodable
from clockify.mirror.store import Store

# When a list was read, and its size: two lists of one moment differ in that, or in nothing that matters.
Stamp = tuple[float, int]


@dataclass(frozen=True)
class KeptList:
    """A list as it is stored; shared by everybody who asks, so never change it."""

    payload: Any
    stamp: Stamp

    @property
    def read_at(self) -> float:
        """When it was read."""
        return self.stamp[0]


class Shelf:
    """The lists of one owner, as the database had them at the last `look`; safe to share between threads.

    Another process may have read a newer list: a look asks for the moments of all in one query, and
    opens only what has changed.
    """

    def __init__(self, store: Store, workspace_id: str, user_id: str) -> None:
        self._store, self._owner = store, (workspace_id, user_id)
        self._lock = threading.Lock()
        self._kept: Mapping[str, KeptList] = {}

    def look(self) -> None:
        """Take note of what has changed in the database."""
        self._looked()

    def get(self, kind: str) -> KeptList | None:
        """Return a list, None if it isn't there or is damaged; what is missing is looked for once more."""
        # Looked at once: somebody else may forget it at any moment.
        return self._kept.get(kind) or self._looked().get(kind)

    def forget(self, kind: str) -> None:
        """Drop a list that has just been written, so that the next who asks looks."""
        with self._lock:
            self._kept = {name: known for name, known in self._kept.items() if name != kind}

    def _looked(self) -> Mapping[str, KeptList]:
        with self._lock:
            stamps = self._store.list_stamps(*self._owner)
            kept = {kind: known for kind, known in self._kept.items() if stamps.get(kind) == known.stamp}
            for kind in stamps.keys() - kept.keys():
                try:
                    found = self._store.read_list(*self._owner, kind)
                except Undecodable:
                    continue
                if found:
                    kept[kind] = KeptList(found[0], stamps[kind])
            self._kept = kept
            return kept
