"""Finished time entries in order of their start, found by id, changed one by one or many at once."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from operator import attrgetter

from clockify.demo.entities import Entry

_start_of = attrgetter("start")
_order_of = attrgetter("start", "id")


class Book:
    """The entries of one world. `rows` is ordered by start, then id."""

    def __init__(self) -> None:
        self.rows: list[Entry] = []
        self._by_id: dict[str, Entry] | None = None

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._index()

    def get(self, entry_id: str) -> Entry:
        """Return one entry. Raises KeyError for an unknown id."""
        return self._index()[entry_id]

    def between(self, first: int, last: int) -> list[Entry]:
        """Return the entries that start at or after `first` and not after `last`, oldest first."""
        low = bisect_left(self.rows, first, key=_start_of)
        return self.rows[low : bisect_right(self.rows, last, key=_start_of)]

    def put(self, entry: Entry) -> Entry:
        """Add an entry whose id is new."""
        insort(self.rows, entry, key=_order_of)
        if self._by_id is not None:
            self._by_id[entry.id] = entry
        return entry

    def take(self, entry_id: str) -> None:
        """Remove an entry. Raises KeyError for an unknown id."""
        entry = self._index().pop(entry_id)
        del self.rows[bisect_left(self.rows, _order_of(entry), key=_order_of)]

    def extend(self, entries: Iterable[Entry]) -> None:
        """Add many entries whose ids are new."""
        self.rows.extend(entries)
        self.rows.sort(key=_order_of)
        self._by_id = None

    def _index(self) -> dict[str, Entry]:
        # Made on first use: whoever only reads a million entries needs none.
        if self._by_id is None:
            self._by_id = {entry.id: entry for entry in self.rows}
        return self._by_id
