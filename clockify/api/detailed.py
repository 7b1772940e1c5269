"""Reading all pages of a detailed report, given something that fetches one.

The first page tells how many entries there are and how large a page really is. What came
may still differ from that count (an entry was deleted meanwhile, a page shifted): it is
returned with the count, and whoever keeps it compares.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from clockify.api.paging import MAX_PAGES, Rows, is_last_page, page_count
from clockify.api.protocol import DetailedPage, Json, entries_count
from clockify.errors import MalformedReply

OnPage = Callable[[int, int | None, Json], None]


@dataclass(frozen=True)
class DetailedReport:
    """The entries of a range, oldest first, each `_id` once; `totals` is {} where Clockify gave none."""

    totals: Json
    rows: list[Json] = field(repr=False)

    @property
    def expected(self) -> int | None:
        """How many entries Clockify counted when the first page was read; None if it didn't say."""
        return entries_count(self.totals)

    @property
    def is_complete(self) -> bool:
        """Did as many entries come as were counted? Without a count there is nothing to miss."""
        return self.expected is None or self.expected == len(self.rows)


def read_detailed(
    fetch: Callable[[int], DetailedPage], *, page_size: int, at_once: int = 1, on_page: OnPage | None = None
) -> DetailedReport:
    """Read page after page, `at_once` of them together as soon as their number is known.

    `on_page(done, of, totals)` is told of every page, one call at a time, perhaps from
    another thread; `of` is None while the number of pages is unknown.
    """
    reading = _Reading(fetch, page_size, on_page)
    first = reading.take(1)
    if reading.expected is None:
        reading.go_on_while_unsure()
    elif first:
        reading.take_all(range(2, reading.of_pages + 1), at_once)
        reading.go_on_while_missing()
    return DetailedReport(reading.totals, reading.rows.in_order())


class _Reading:
    """One report on its way: what came, from whichever thread, under one lock."""

    def __init__(self, fetch: Callable[[int], DetailedPage], page_size: int, on_page: OnPage | None) -> None:
        self._fetch = fetch
        self._page_size = page_size
        self._on_page = on_page
        self._lock = threading.Lock()
        self._sizes: dict[int, int] = {}
        self._ended = False
        self.totals: Json = {}
        self.expected: int | None = None
        self.of_pages = 1
        self.rows = Rows("_id")

    def take(self, number: int) -> int:
        """Read one page and return how many new rows it brought; none once an empty page was seen."""
        if self._ended:
            return 0
        page = self._fetch(number)
        with self._lock:
            if number == 1:
                self._learn(page)
            self._sizes[number] = len(page.rows)
            self._ended = self._ended or not page.rows
            fresh = self.rows.add(number, page.rows)
            if self._on_page:
                self._on_page(len(self._sizes), self._of(), self.totals)
        return fresh

    def take_all(self, numbers: Iterable[int], at_once: int) -> None:
        """Read many pages; the first failure stops those that have not begun."""
        if at_once == 1:
            for number in numbers:
                self.take(number)
            return
        with ThreadPoolExecutor(at_once, thread_name_prefix="clockify-page") as pool:
            futures = [pool.submit(self.take, number) for number in numbers]
            try:
                for future in as_completed(futures):
                    future.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def go_on_while_missing(self) -> None:
        """Look behind the last page for entries that are counted and didn't come."""
        number = self.of_pages
        while not self._ended and self.expected is not None and self.rows.count < self.expected:
            number += 1
            if not self.take(_bounded(number)):
                return

    def go_on_while_unsure(self) -> None:
        """Read on as a list is read: there is no count."""
        number = 1
        while not is_last_page([self._sizes[page] for page in sorted(self._sizes)], None, asked=self._page_size):
            number += 1
            if not self.take(_bounded(number)):
                return

    def _learn(self, page: DetailedPage) -> None:
        self.totals = page.totals
        self.expected = entries_count(page.totals)
        if self.expected is not None:
            self.of_pages = _bounded(page_count(self.expected, len(page.rows)))

    def _of(self) -> int | None:
        """Return the number of pages, if it is known and holds."""
        return self.of_pages if self.expected is not None and len(self._sizes) <= self.of_pages else None


def _bounded(page: int) -> int:
    if page > MAX_PAGES:
        raise MalformedReply("Clockify's report has no end.", status=200)
    return page
