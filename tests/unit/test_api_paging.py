"""Where lists and reports end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from clockify.api.detailed import DetailedReport, Fetch, read_detailed
from clockify.api.paging import Parts, as_they_are, is_last_page, page_count
from clockify.api.protocol import DetailedPage
from clockify.errors import MalformedReply, ServerError
from tests.unit.api_fakes import numbered

Use = Callable[[DetailedPage], Any]


class TestListEnd:
    @pytest.mark.parametrize("sizes", [[200], [0], [3], [200, 200]])
    def test_the_header_wins(self, sizes: list[int]) -> None:
        assert is_last_page(sizes, True, asked=200)
        assert not is_last_page(sizes, False, asked=200)

    @pytest.mark.parametrize(
        ("sizes", "expected"),
        [
            ([0], True),
            ([49], True),
            ([50], False),
            ([199], False),
            ([200], False),
            ([200, 0], True),
            ([200, 200], False),
            ([200, 199], True),
            ([50, 50], False),
            ([50, 49], True),
            ([50, 0], True),
            ([50, 60], False),
            ([73, 73, 12], True),
        ],
    )
    def test_without_it_a_page_shorter_than_the_largest_ends(self, sizes: list[int], expected: bool) -> None:
        assert is_last_page(sizes, None, asked=200) is expected

    def test_an_empty_page_ends_whatever_was_asked_for(self) -> None:
        assert is_last_page([0], None, asked=0)


@pytest.mark.parametrize(
    ("entries", "size", "pages"), [(0, 0, 1), (5, 0, 1), (0, 10, 1), (1000, 1000, 1), (1001, 1000, 2), (2400, 200, 12)]
)
def test_page_count(entries: int, size: int, pages: int) -> None:
    assert page_count(entries, size) == pages


class TestParts:
    def test_each_id_once_in_the_order_of_pages(self) -> None:
        parts = Parts("id", as_they_are)
        assert parts.add(2, numbered(3, 4)) == 2
        assert parts.add(1, [*numbered(1, 3), *numbered(1, 1)]) == 2
        assert parts.add(3, [{"id": None}, {}, {"id": None}]) == 3
        assert parts.in_order() == [numbered(1, 2), numbered(3, 4), [{"id": None}, {}, {"id": None}]]
        assert parts.count == 7

    def test_nothing_is_kept_of_a_page_that_could_not_be_taken(self) -> None:
        faults = [ValueError("x")]

        def take(rows: list[dict[str, Any]]) -> int:
            if faults:
                raise faults.pop()
            return len(rows)

        parts = Parts("id", take)
        with pytest.raises(ValueError, match="x"):
            parts.add(1, numbered(1, 5))
        assert (parts.add(1, numbered(1, 5)), parts.count, parts.in_order()) == (5, 5, [5])


class Book:
    """A detailed report of so many entries that gives at most `cap` of them a page."""

    def __init__(self, entries: int, *, cap: int = 1000, counted: int | None = -1) -> None:
        self.rows = numbered(1, entries, "_id")
        self.cap = cap
        self.totals: dict[str, Any] = {"entriesCount": entries if counted == -1 else counted, "totalTime": 60 * entries}
        self.asked: list[int] = []
        self._lock = threading.Lock()

    def fetch(self, page: int, page_size: int | None, use: Use) -> Any:
        with self._lock:
            self.asked.append(page)
        # The first page is whatever works, those behind it are as large.
        assert page_size == (None if page == 1 else 1000)
        return use(DetailedPage(self.totals, self.rows[(page - 1) * self.cap : page * self.cap], 1000))


def read(book: Book, **kwargs: Any) -> DetailedReport[Any]:
    return read_detailed(book.fetch, **kwargs)


class TestDetailed:
    @pytest.mark.parametrize("at_once", [1, 8])
    def test_a_server_that_gives_less_than_asked_is_read_to_its_end(self, at_once: int) -> None:
        # 2 350 entries by 200 are 11 full pages and one of 150.
        book = Book(2350, cap=200)
        report = read(book, at_once=at_once)
        assert report.rows == book.rows
        assert sorted(book.asked) == list(range(1, 13))
        assert (report.expected, report.is_complete) == (2350, True)

    @pytest.mark.parametrize("entries", [1, 999, 1000])
    def test_one_page_costs_one_request(self, entries: int) -> None:
        book = Book(entries)
        assert len(read(book).rows) == entries
        assert book.asked == [1]

    def test_an_exact_multiple_costs_no_extra_request(self) -> None:
        book = Book(3000)
        assert len(read(book, at_once=8).rows) == 3000
        assert sorted(book.asked) == [1, 2, 3]

    def test_an_empty_month_costs_one_request(self) -> None:
        for book in (Book(0), Book(0, counted=None)):
            assert read(book).rows == []
            assert book.asked == [1]

    @pytest.mark.parametrize(
        ("entries", "cap", "asked"),
        [(49, 1000, 1), (50, 1000, 2), (999, 1000, 2), (1000, 1000, 2), (1400, 1000, 2), (400, 200, 3), (450, 200, 3)],
    )
    def test_without_totals_pages_are_read_until_a_short_or_empty_one(self, entries: int, cap: int, asked: int) -> None:
        book = Book(entries, cap=cap)
        book.totals = {}
        report = read(book, at_once=8)
        assert report.rows == book.rows
        assert book.asked == list(range(1, asked + 1))
        assert (report.expected, report.is_complete) == (None, True)

    def test_a_count_that_is_not_reached_is_looked_for_and_told(self) -> None:
        book = Book(450, cap=200, counted=452)
        report = read(book)
        # Three pages hold 452; the fourth is empty, and that settles it.
        assert book.asked == [1, 2, 3, 4]
        assert (len(report.rows), report.expected, report.is_complete) == (450, 452, False)

    def test_entries_behind_the_last_counted_page_are_found(self) -> None:
        # Page 2 repeats half of page 1, as when entries move while they are read.
        pages = {1: numbered(1, 4, "_id"), 2: numbered(3, 6, "_id"), 3: numbered(7, 8, "_id")}
        report = read_detailed(lambda page, _, use: use(DetailedPage({"entriesCount": 8}, pages.get(page, []), 4)))
        assert report.rows == numbered(1, 8, "_id")

    def test_a_server_that_ignores_the_page_number_is_not_asked_for_ever(self) -> None:
        asked: list[int] = []

        def fetch(page: int, _: int | None, use: Use) -> Any:
            asked.append(page)
            return use(DetailedPage({"entriesCount": 9}, numbered(1, 4, "_id"), 4))

        report = read_detailed(fetch)
        assert (len(report.rows), report.is_complete, asked) == (4, False, [1, 2, 3, 4])

    def test_a_first_page_that_is_empty_though_entries_are_counted_is_told(self) -> None:
        book = Book(0, counted=5)
        report = read(book)
        assert (report.rows, report.expected, report.is_complete, book.asked) == ([], 5, False, [1])

    def test_a_count_beyond_reason_is_refused(self) -> None:
        with pytest.raises(MalformedReply):
            read(Book(1, counted=10**9))

    def test_an_empty_page_stops_those_behind_it(self) -> None:
        book = Book(400, cap=200, counted=200 * 9000)
        report = read(book)
        assert (book.asked, len(report.rows), report.is_complete) == ([1, 2, 3], 400, False)

    @pytest.mark.parametrize("at_once", [1, 8])
    def test_every_page_is_told_with_the_totals(self, at_once: int) -> None:
        told: list[tuple[int, int | None, int]] = []
        read(Book(2350, cap=200), at_once=at_once, on_page=lambda done, of, totals: told.append((done, of, totals["totalTime"])))
        assert told == [(done, 12, 141_000) for done in range(1, 13)]

    def test_the_number_of_pages_is_not_told_while_it_is_unknown(self) -> None:
        told: list[tuple[int, int | None]] = []
        book = Book(450, cap=200)
        book.totals = {}
        read(book, on_page=lambda done, of, _: told.append((done, of)))
        assert told == [(1, None), (2, None), (3, None)]

    def test_a_page_that_fails_fails_the_report(self) -> None:
        book, fetch = failing_at(5)
        with pytest.raises(ServerError):
            read_detailed(fetch, at_once=1)
        assert book.asked == [1, 2, 3, 4]

    def test_a_page_that_fails_in_a_thread_fails_the_report_too(self) -> None:
        _, fetch = failing_at(5)
        with pytest.raises(ServerError):
            read_detailed(fetch, at_once=8)


def failing_at(number: int) -> tuple[Book, Fetch]:
    book = Book(90_000, cap=200)

    def fetch(page: int, page_size: int | None, use: Use) -> Any:
        if page == number:
            raise ServerError("x", status=503)
        return book.fetch(page, page_size, use)

    return book, fetch
