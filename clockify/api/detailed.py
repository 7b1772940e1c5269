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
from functools import partial
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from clockify.api.paging import MAX_PAGES, Parts, as_they_are, is_last_page, page_count
from clockify.api.protocol import DetailedPage, Json, entries_count
from clockify.errors import MalformedReply

T = TypeVar("T")
Take = Callable[[list[Json]], T]
OnPage = Callable[[int, int | None, Json], None]


class Fetch(Protocol):
    """Gets one page of a detailed report."""

    def __call__(self, page: int, page_size: int | None, use: Callable[[DetailedPage], T]) -> T:
        """Return what `use` makes of the page, which nobody keeps; `page_size` None is for the first page: whatever works."""
        ...


@dataclass(frozen=True)
class DetailedReport(Generic[T]):
    """The entries of a range, oldest first, each `_id` once, as one part for each page.

    `totals` are the first page's and `totals_after` the last one's, {} where Clockify gave
    none. Totals that differ from the first page's are not forgotten for later ones that
    agree again: if both are equal, no page has shown anything else.
    """

    totals: Json
    totals_after: Json
    parts: list[T] = field(repr=False)
    count: int

    @property
    def rows(self: DetailedReport[list[Json]]) -> list[Json]:
        """The rows themselves, of a report that was read without `take`."""
        return [row for part in self.parts for row in part]

    @property
    def expected(self) -> int | None:
        """How many entries Clockify counted when the first page was read; None if it didn't say."""
        return entries_count(self.totals)

    @property
    def is_complete(self) -> bool:
        """Did as many entries come as were counted? Without a count there is nothing to miss."""
        return self.expected is None or self.expected == self.count


def read_detailed(fetch: Fetch, *, take: Take[Any] = as_they_are, at_once: int = 1, on_page: OnPage | None = None) -> DetailedReport[Any]:
    """Read page after page, `at_once` of them together as soon as their number is known.

    `take(rows)` makes a part of a page's new rows, one page at a time, in the thread that
    fetched it; the rows are kept only if it keeps them. If it raises a MalformedReply the page
    is asked for once more. `on_page(done, of, totals)` is told of every page, one call at a
    time, perhaps from another thread; `of` is None while the number of pages is unknown.
    """
    reading = _Reading(fetch, take, on_page)
    first = reading.take(1)
    if reading.expected is None:
        reading.go_on_while_unsure()
    elif first:
        reading.take_all(range(2, reading.of_pages + 1), at_once)
        reading.go_on_while_missing()
    return DetailedReport(reading.totals, reading.totals_after, reading.parts.in_order(), reading.parts.count)


class _Came(NamedTuple):
    """What is left of a page once its rows are taken."""

    fresh: int
    size: int
    asked: int
    totals: Json


class _Reading:
    """One report on its way: what came, from whichever thread, under one lock."""

    def __init__(self, fetch: Fetch, take: Take[Any], on_page: OnPage | None) -> None:
        self._fetch = fetch
        self._on_page = on_page
        self._lock = threading.Lock()
        self._sizes: dict[int, int] = {}
        self._asked: int | None = None
        self._ended = False
        self.totals: Json = {}
        self.totals_after: Json = {}
        self.expected: int | None = None
        self.of_pages = 1
        self.parts: Parts[Any] = Parts("_id", take)

    def take(self, number: int) -> int:
        """Read one page and return how many new rows it brought; none once an empty page was seen."""
        if self._ended:
            return 0
        came = self._fetch(number, self._asked, partial(self._keep, number))
        with self._lock:
            if number == 1:
                self._learn(came)
            self._compare(came.totals)
            self._sizes[number] = came.size
            self._ended = self._ended or not came.size
            if self._on_page:
                self._on_page(len(self._sizes), self._of(), self.totals)
        return came.fresh

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
        while not self._ended and self.expected is not None and self.parts.count < self.expected:
            number += 1
            if not self.take(_bounded(number)):
                return

    def go_on_while_unsure(self) -> None:
        """Read on as a list is read: there is no count."""
        number = 1
        while not is_last_page([self._sizes[page] for page in sorted(self._sizes)], None, asked=self._asked or 0):
            number += 1
            if not self.take(_bounded(number)):
                return

    def _keep(self, number: int, page: DetailedPage) -> _Came:
        """Take a page's rows; nothing else may happen here, for a page that fails is asked for again."""
        return _Came(self.parts.add(number, page.rows), len(page.rows), page.asked, page.totals)

    def _learn(self, first: _Came) -> None:
        self._asked = first.asked
        self.totals = self.totals_after = first.totals
        self.expected = entries_count(first.totals)
        if self.expected is not None:
            self.of_pages = _bounded(page_count(self.expected, first.size))

    def _compare(self, totals: Json) -> None:
        """Keep the latest totals; pages that were read together may come in any order, so a difference stays."""
        if not self.totals_after or self.totals_after == self.totals or (totals and totals != self.totals):
            self.totals_after = totals

    def _of(self) -> int | None:
        """Return the number of pages, if it is known and holds."""
        return self.of_pages if self.expected is not None and len(self._sizes) <= self.of_pages else None


def _bounded(page: int) -> int:
    if page > MAX_PAGES:
        raise MalformedReply("Clockify's report has no end.", status=200)
    return page
