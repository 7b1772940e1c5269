"""Page sizes that Clockify refuses: tried smaller, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clockify import errors
from clockify.api import Clockify, MemoryLedger
from tests.unit.api_fakes import (
    FREE,
    NOVEMBER,
    NOW,
    PAID,
    Answer,
    FakeTime,
    Sent,
    clockify_with,
    detailed,
    detailed_of,
    numbered,
    pages_of,
    refusing_above,
    size_of,
)

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
Call = Callable[[Clockify], Any]

ENTRIES: dict[str, Call] = {
    "detailed": lambda client: detailed(client).rows,
    "time_entries": lambda client: client.time_entries(workspace_id="w1", user_id="u1", start=MOMENT, end=MOMENT),
    "in_progress": lambda client: client.in_progress(workspace_id="w1"),
}
LISTS: dict[str, Call] = {
    "users": lambda client: client.users(workspace_id="w1"),
    "projects": lambda client: client.projects(workspace_id="w1"),
    "clients": lambda client: client.clients(workspace_id="w1"),
    "tags": lambda client: client.tags(workspace_id="w1"),
}
WRONG = (400, {"message": "Some other mistake", "code": 501})


def of(name: str, total: int) -> Answer:
    return detailed_of(total) if name == "detailed" else pages_of(total, cap=1000)


def count(found: Any) -> int:
    return len(found)


@pytest.mark.parametrize("name", [*ENTRIES, *LISTS])
class TestEveryKind:
    @pytest.mark.parametrize("most", [1000, 200, 50])
    def test_it_is_read_whole_and_refused_once(self, name: str, most: int) -> None:
        call = (ENTRIES | LISTS)[name]
        client, server = clockify_with(refusing_above(most, of(name, 120)), plan=FREE)
        sizes = [size for size in (1000, 200, 50) if size <= (1000 if name in ENTRIES else 200)]
        settled = min(most, sizes[0])
        pages = -(-120 // settled)
        assert count(call(client)) == 120
        assert [size_of(sent) for sent in server.sent] == [size for size in sizes if size > settled] + [settled] * pages
        server.sent.clear()
        # A clone knows what this one has learned, and the other way round.
        assert count(call(client.for_person().with_plan(PAID))) == 120
        assert [size_of(sent) for sent in server.sent] == [settled] * pages

    def test_another_mistake_costs_two_tries_more_once_an_hour(self, name: str) -> None:
        call, time, ledger = (ENTRIES | LISTS)[name], FakeTime(), MemoryLedger()
        client, server = clockify_with(lambda _: WRONG, plan=FREE, time=time, ledger=ledger)
        sizes = [1000, 200, 50] if name in ENTRIES else [200, 50]
        for expected in (sizes, sizes[:1], sizes[:1]):
            server.sent.clear()
            with pytest.raises(errors.RequestRejected, match=r"\(status 400, code 501\)") as caught:
                call(client)
            assert (caught.value.status, caught.value.code) == (400, 501)
            assert (caught.value.__cause__, caught.value.__context__) == (None, None)
            assert [size_of(sent) for sent in server.sent] == expected
        time.now += timedelta(hours=1) - timedelta(seconds=1)
        server.sent.clear()
        with pytest.raises(errors.RequestRejected):
            call(client)
        assert len(server.sent) == 1
        time.now += timedelta(seconds=1)
        server.answer = refusing_above(50, of(name, 3))
        assert count(call(client)) == 3

    @pytest.mark.parametrize("refusal", [(400, {"message": "Upgrade your plan", "code": 501}), (402, {}), (403, {}), (405, {})])
    def test_what_is_not_about_the_request_is_not_tried_smaller(self, name: str, refusal: Any) -> None:
        client, server = clockify_with(lambda _: refusal)
        for _ in range(2):
            with pytest.raises(errors.ReplyError):
                (ENTRIES | LISTS)[name](client)
        assert [size_of(sent) for sent in server.sent] == [1000 if name in ENTRIES else 200] * 2

    def test_a_size_that_was_taken_is_not_doubted(self, name: str) -> None:
        client, server = clockify_with(of(name, 3))
        call = (ENTRIES | LISTS)[name]
        assert count(call(client)) == 3
        server.answer = lambda _: WRONG
        with pytest.raises(errors.RequestRejected):
            call(client)
        assert len(server.sent) == 2

    def test_a_later_page_is_not_asked_for_in_another_size(self, name: str) -> None:
        # 1000 rows fill the first page of either size; the second is refused.
        inner = of(name, 2500)
        client, server = clockify_with(lambda sent: inner(sent) if page_of(sent) == 1 else WRONG, plan=FREE)
        with pytest.raises(errors.RequestRejected):
            (ENTRIES | LISTS)[name](client)
        assert [page_of(sent) for sent in server.sent] == [1, 2]


def test_each_kind_learns_for_itself() -> None:
    client, server = clockify_with(lambda sent: (detailed_of if sent.body else pages_of)(3)(sent))
    server.answer = refusing_above(200, server.answer)
    for call in ENTRIES.values():
        assert count(call(client)) == 3
    assert [size_of(sent) for sent in server.sent] == [1000, 200] * 3


def test_the_lists_of_two_people_are_one_kind() -> None:
    client, server = clockify_with(refusing_above(200, pages_of(3)))
    for user_id in ("u1", "u2"):
        client.time_entries(workspace_id="w1", user_id=user_id, start=MOMENT, end=MOMENT)
    assert [size_of(sent) for sent in server.sent] == [1000, 200, 200]


def test_a_page_alone_finds_its_size_and_says_it() -> None:
    def read(**kwargs: Any) -> Any:
        return client.detailed_page(workspace_id="w1", period=NOVEMBER, time_zone="UTC", **kwargs)

    client, server = clockify_with(refusing_above(200, detailed_of(450)))
    first = read(page=1)
    assert (first.rows, first.asked) == (numbered(1, 200, "_id"), 200)
    assert (read(page=2).asked, read(page=3, page_size=first.asked).rows) == (200, numbered(401, 450, "_id"))
    assert [size_of(sent) for sent in server.sent] == [1000, 200, 200, 200]
    # A size that somebody insists on is not changed behind his back.
    with pytest.raises(errors.RequestRejected):
        read(page=1, page_size=1000)
    assert len(server.sent) == 5


def test_a_page_behind_an_unknown_first_one_is_asked_for_in_one_size() -> None:
    client, server = clockify_with(lambda _: WRONG)
    with pytest.raises(errors.RequestRejected):
        client.detailed_page(workspace_id="w1", period=NOVEMBER, time_zone="UTC", page=2)
    assert [size_of(sent) for sent in server.sent] == [1000]


def test_the_first_of_several_refusals_is_told() -> None:
    client, _ = clockify_with(lambda sent: (400, {"code": size_of(sent)}))
    with pytest.raises(errors.RequestRejected, match="code 1000"):
        detailed(client)


def test_a_refusal_is_not_repeated_before_a_smaller_size() -> None:
    time = FakeTime()
    client, _ = clockify_with(refusing_above(50, detailed_of(3)), time=time)
    detailed(client)
    assert (time.slept, time.now) == ([], NOW)


def page_of(sent: Sent) -> int:
    return int(sent.body["detailedFilter"]["page"] if sent.body else sent.query["page"])
