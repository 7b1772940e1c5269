"""Where a list ends, and where a report does. No I/O.

A server may give fewer rows a page than it was asked for, so a page shorter than the wish
says nothing; a page shorter than the largest one seen says "the end".
"""

from __future__ import annotations

from collections.abc import Sequence

from clockify.api.protocol import Json

# Clockify's own default page, and the smallest to which it may cut a wish.
SMALLEST_CAP = 50
# No workspace has this many pages: whoever promises more would be asked for ever.
MAX_PAGES = 10_000


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


class Rows:
    """Rows as pages bring them, each id once: an entry that moved between two pages comes twice."""

    def __init__(self, id_key: str) -> None:
        self._id_key = id_key
        self._seen: set[str] = set()
        self._pages: dict[int, list[Json]] = {}
        self.count = 0

    def add(self, page: int, rows: Sequence[Json]) -> int:
        """Keep what is new of a page and return how many that are; rows without an id are all new."""
        fresh = [row for row in rows if self._is_new(row)]
        self._pages[page] = fresh
        self.count += len(fresh)
        return len(fresh)

    def in_order(self) -> list[Json]:
        """Return everything, in the order of the pages whatever the order they came in."""
        return [row for page in sorted(self._pages) for row in self._pages[page]]

    def _is_new(self, row: Json) -> bool:
        identity = row.get(self._id_key)
        if not isinstance(identity, str) or not identity:
            return True
        if identity in self._seen:
            return False
        self._seen.add(identity)
        return True
