"""Where a list ends, and where a report does. No I/O.

A server may give fewer rows a page than it was asked for, so a page shorter than the wish
says nothing; a page shorter than the largest one seen says "the end".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from clockify.api.protocol import Json

# Clockify's own default page, and the smallest to which it may cut a wish.
SMALLEST_CAP = 50
# No workspace has this many pages: whoever promises more would be asked for ever.
MAX_PAGES = 10_000

T = TypeVar("T")


def is_last_page(sizes: Sequence[int], last_page: bool | None, *, asked: int) -> bool:
    """Tell whether the newest of the pages read is the last.

    `sizes` counts the rows of each page so far, `last_page` is the header where there was
    one (it wins), `asked` the page size that was asked for.
    """
    if last_page is not None:
        return last_page
    newest = sizes[-1]
    if newest == 0:
        return True
    if newest >= asked:
        return False
    if len(sizes) == 1:
        return newest < SMALLEST_CAP
    return newest < max(sizes)


def page_count(entries: int, page_size: int) -> int:
    """Return how many pages hold so many entries, at least 1; `page_size` is what the first page really held."""
    return max(-(-entries // page_size), 1) if page_size else 1


class Parts(Generic[T]):
    """What is made of pages as they come, each id once: an entry that moved between two pages comes twice.

    Safe between threads, and `take` is called for one page at a time. If it raises, nothing
    is kept of that page, which may be added again.
    """

    def __init__(self, id_key: str, take: Callable[[list[Json]], T]) -> None:
        self._id_key = id_key
        self._take = take
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self._parts: dict[int, T] = {}
        self.count = 0

    def add(self, page: int, rows: Sequence[Json]) -> int:
        """Take what is new of a page and return how many rows that are; rows without an id are all new."""
        with self._lock:
            ids: set[str] = set()
            fresh = [row for row in rows if self._is_new(row, ids)]
            self._parts[page] = self._take(fresh)
            self._seen |= ids
            self.count += len(fresh)
            return len(fresh)

    def in_order(self) -> list[T]:
        """Return everything, in the order of the pages whatever the order they came in."""
        return [self._parts[page] for page in sorted(self._parts)]

    def _is_new(self, row: Json, ids: set[str]) -> bool:
        """Tell whether a row comes for the first time, and note its id among those of its page."""
        identity = row.get(self._id_key)
        if not isinstance(identity, str) or not identity:
            return True
        if identity in self._seen or identity in ids:
            return False
        ids.add(identity)
        return True


def as_they_are(rows: list[Json]) -> list[Json]:
    """Keep rows as they came."""
    return rows
