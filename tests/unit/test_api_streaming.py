"""Pages that become something smaller as they arrive, and pages that are read alone."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clockify import errors
from clockify.api import Plan
from clockify.api.detailed import DetailedReport, read_detailed
from clockify.api.protocol import DetailedPage
from tests.unit.api_fakes import FREE, NOVEMBER, PAID, Sent, clockify_with, detailed, detailed_of, numbered

Json = dict[str, Any]
Use = Callable[[DetailedPage], Any]
MARK = "only-in-a-reply"


def ids(rows: list[Json]) -> list[str]:
    return [row["_id"] for row in rows]


@pytest.mark.parametrize("plan", [FREE, PAID])
class TestTake:
    def test_parts_come_in_the_order_of_pages(self, plan: Plan) -> None:
        client, _ = clockify_with(detailed_of(2350, cap=200), plan=plan)
        report = detailed(client, take=len)
        assert report.parts == [200] * 11 + [150]
        assert (report.count, report.expected, report.is_complete) == (2350, 2350, True)

    def test_it_gets_the_new_rows_alone(self, plan: Plan) -> None:
        # Entry 3 moved to page 2 while pages were read, and page 2 says row 4 twice.
        pages = {1: numbered(1, 3, "_id"), 2: [*numbered(3, 4, "_id"), *numbered(4, 5, "_id")]}
        client, _ = clockify_with(lambda sent: reply(5, pages.get(page_of(sent), [])), plan=plan)
        report = detailed(client, take=ids)
        assert report.parts == [["row-1", "row-2", "row-3"], ["row-4", "row-5"]]
        assert (report.count, report.is_complete) == (5, True)

    def test_no_json_is_kept(self, plan: Plan) -> None:
        def answer(sent: Sent) -> tuple[int, Any]:
            # Written as text: a dict that the server makes here would be counted among those that the client decodes.
            rows = ",".join(f'{{"_id": "{page_of(sent)}-{number}", "{MARK}": []}}' for number in range(50))
            return 200, f'{{"totals": [{{"entriesCount": 600}}], "timeentries": [{rows}]}}'.encode()

        client, _ = clockify_with(answer, plan=plan)
        taken: list[int] = []

        def take(rows: list[Json]) -> int:
            taken.append(alive())
            return len(rows)

        report = detailed(client, take=take)
        assert (report.count, report.parts) == (600, [50] * 12)
        # While a page is taken its own rows are all that there is, however many are read together.
        assert taken == [50] * 12
        assert alive() == 0

    def test_one_reply_is_parsed_at_a_time(self, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
        inside, most = [0], [0]
        lock = threading.Lock()

        @contextmanager
        def counted() -> Iterator[None]:
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            threading.Event().wait(0.001)
            yield
            with lock:
                inside[0] -= 1

        def parsed(status: int, body: bytes) -> Any:
            with counted():
                return json.loads(body)

        def take(rows: list[Json]) -> int:
            with counted():
                return len(rows)

        client, _ = clockify_with(detailed_of(1600, cap=100), plan=plan)
        other, _ = clockify_with(detailed_of(1600, cap=100), plan=plan)
        monkeypatch.setattr("clockify.api.protocol._parse", parsed)
        threads = [threading.Thread(target=detailed, args=(one,), kwargs={"take": take}) for one in (client, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == [1]

    def test_a_page_that_it_finds_malformed_is_asked_for_once_more_and_loses_nothing(self, plan: Plan) -> None:
        faults: list[Exception] = [errors.MalformedReply("x", status=200)]

        def take(rows: list[Json]) -> list[str]:
            if rows[0]["_id"] == "row-101" and faults:
                raise faults.pop()
            return ids(rows)

        client, server = clockify_with(detailed_of(250, cap=100), plan=plan)
        report = detailed(client, take=take)
        assert [row for part in report.parts for row in part] == ids(numbered(1, 250, "_id"))
        assert (report.count, sorted(map(page_of, server.sent))) == (250, [1, 2, 2, 3])

    def test_its_own_fault_fails_the_report(self, plan: Plan) -> None:
        client, server = clockify_with(detailed_of(50), plan=plan)
        with pytest.raises(ZeroDivisionError):
            detailed(client, take=lambda rows: 1 // 0)
        assert len(server.sent) == 1
        # Nor does it leave the door to parsing closed.
        assert detailed(client, take=len).parts == [50]


def test_without_it_rows_are_kept_as_they_are() -> None:
    client, _ = clockify_with(detailed_of(450, cap=200))
    report = detailed(client)
    assert report.parts == [numbered(1, 200, "_id"), numbered(201, 400, "_id"), numbered(401, 450, "_id")]
    assert report.rows == numbered(1, 450, "_id")


def test_an_empty_report_has_one_empty_part() -> None:
    client, _ = clockify_with(lambda _: reply(0, []))
    report = detailed(client, take=ids)
    assert (report.parts, report.count, report.is_complete) == ([[]], 0, True)


def test_whoever_is_told_of_a_page_may_ask_clockify() -> None:
    client, _ = clockify_with(detailed_of(450, cap=50))
    told: list[int] = []

    def on_page(done: int, of: int | None, totals: Json) -> None:
        told.append(len(client.detailed_page(workspace_id="w1", period=NOVEMBER, time_zone="UTC", page=done, page_size=50).rows))

    detailed(client, take=len, on_page=on_page)
    assert told == [50] * 9


class TestTotals:
    """Two rows a page, six pages; `said` are the totals of each page."""

    def read(self, *said: Json, at_once: int = 1, last: int = 0) -> DetailedReport[Any]:
        """Read pages with these totals; the page `last` waits until all others have come."""
        left, others = [len(said) - 1], threading.Event()

        def fetch(page: int, _: int | None, use: Use) -> Any:
            if page == last:
                assert others.wait(10)
            return use(DetailedPage(said[page - 1], numbered(2 * page - 1, 2 * page, "_id"), 2))

        def on_page(*_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                others.set()

        return read_detailed(fetch, at_once=at_once, on_page=on_page)

    def test_of_one_page_are_both(self) -> None:
        report = self.read({"entriesCount": 2})
        assert report.totals == report.totals_after == {"entriesCount": 2}

    def test_of_the_last_page_tell_of_an_edit(self) -> None:
        before, after = {"entriesCount": 6, "totalTime": 60}, {"entriesCount": 6, "totalTime": 90}
        report = self.read(before, before, after)
        assert (report.totals, report.totals_after) == (before, after)
        assert self.read(before, before, before).totals_after == before

    def test_an_edit_that_was_seen_is_not_forgotten(self) -> None:
        before, between = {"entriesCount": 6, "totalTime": 60}, {"entriesCount": 6, "totalTime": 90}
        assert self.read(before, between, before).totals_after == between

    def test_a_page_that_left_before_an_edit_and_comes_last_hides_nothing(self) -> None:
        before, after = {"entriesCount": 8, "totalTime": 60}, {"entriesCount": 8, "totalTime": 90}
        report = self.read(before, before, after, after, at_once=4, last=2)
        assert report.totals_after == after

    def test_a_last_page_without_has_none(self) -> None:
        first: Json = {"entriesCount": 4}
        assert self.read(first, {}).totals_after == {}
        longer: Json = {"entriesCount": 6}
        assert self.read(longer, {}, longer).totals_after == longer
        # Nor does a page without totals hide an edit that was seen.
        edited: Json = {"entriesCount": 4, "totalTime": 90}
        assert self.read(longer, edited, {}).totals_after == edited


class TestOnePage:
    def read(self, client: Any, **kwargs: Any) -> DetailedPage:
        page: DetailedPage = client.detailed_page(workspace_id="w1", period=NOVEMBER, time_zone="Europe/Berlin", **kwargs)
        return page

    def test_it_is_asked_for_as_the_report_asks(self) -> None:
        client, server = clockify_with(detailed_of(450, cap=200))
        filters: dict[str, Any] = {"users": ["u1"], "billable": True}
        detailed(client, **filters)
        asked = {page_of(sent): sent for sent in server.sent}
        for number in (1, 2, 3):
            page = self.read(client, page=number, **filters)
            assert page == DetailedPage({"entriesCount": 450}, numbered(200 * number - 199, min(200 * number, 450), "_id"), 1000)
            assert (server.sent[-1].path, server.sent[-1].body) == (asked[number].path, asked[number].body)
        assert len(server.sent) == 6

    def test_pages_that_go_on_are_as_large_as_the_first_was(self) -> None:
        client, server = clockify_with(detailed_of(130))
        page = self.read(client, page=2, page_size=50)
        assert (page.rows, page.asked) == (numbered(51, 100, "_id"), 50)
        assert server.sent[-1].body["detailedFilter"]["pageSize"] == 50

    def test_a_filter_that_does_not_exist_is_a_mistake(self) -> None:
        client, server = clockify_with(detailed_of(1))
        for ask in (self.read, detailed, lambda one, **filters: one.summary_report(workspace_id="w1", period=NOVEMBER, **filters)):
            with pytest.raises(TypeError):
                ask(client, page=1, person=["u1"])
        assert server.sent == []


def reply(count: int, rows: list[Json]) -> tuple[int, Any]:
    return 200, {"totals": [{"entriesCount": count}], "timeentries": rows}


def page_of(sent: Sent) -> int:
    return int(sent.body["detailedFilter"]["page"])


def alive() -> int:
    """Count the rows of replies that somebody still holds; a part of them in a cycle would be found, too."""
    return sum(type(one) is dict and MARK in one for one in gc.get_objects())
