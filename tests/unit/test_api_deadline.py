"""One page takes a minute at most: tries, pauses and page sizes together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from clockify import errors
from clockify.api import Clockify, MemoryLedger, Pacer, Plan
from clockify.api.deadline import Deadline
from tests.unit.api_fakes import FREE, NOW, PAID, FakeTime, Sent, clockify_with, detailed, detailed_of

OVERDUE = r"^Clockify did not answer within 60 seconds\.$"


def silent(time: FakeTime) -> Callable[[Sent], Exception]:
    """Never answer: the client waits as long as it would wait."""

    def answer(sent: Sent) -> Exception:
        time.now += timedelta(seconds=sent.timeout[1])
        return requests.ReadTimeout("x")

    return answer


@pytest.mark.parametrize("plan", [FREE, PAID])
@pytest.mark.parametrize("call", [detailed, Clockify.user, lambda client: client.tags(workspace_id="w1")])
def test_who_is_silent_is_left_after_a_minute(call: Callable[[Clockify], Any], plan: Plan) -> None:
    time = FakeTime()
    client, server = clockify_with(silent(time), time=time, plan=plan)
    with pytest.raises(errors.TransportError, match=OVERDUE) as caught:
        call(client)
    assert time.now - NOW == timedelta(seconds=60)
    # Half a minute, half a second's pause, and what is left of the minute.
    assert [sent.timeout for sent in server.sent] == [(5.0, 30.0), (5.0, 29.5)]
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    # The next one is nobody's rest: it has a minute of its own.
    server.answer = detailed_of(3)
    assert len(detailed(client).rows) == 3


def test_neither_is_the_wait_for_the_connection_longer_than_what_is_left() -> None:
    time = FakeTime()

    def answer(sent: Sent) -> Exception:
        time.now += timedelta(seconds=29)
        return requests.ReadTimeout("x")

    client, server = clockify_with(answer, time=time)
    with pytest.raises(errors.TransportError):
        client.user()
    assert [sent.timeout for sent in server.sent] == [(5.0, 30.0), (5.0, 30.0), (0.5, 0.5)]


def test_a_pause_that_would_not_fit_is_not_begun() -> None:
    time = FakeTime()

    def answer(_: Sent) -> Any:
        time.now += timedelta(seconds=15)
        return 429, {}, {"Retry-After": "18"}

    client, server = clockify_with(answer, time=time)
    with pytest.raises(errors.RateLimited):
        client.user()
    # 15 + 18 + 15 is 48; another 18 would be 66.
    assert (len(server.sent), time.slept, time.now - NOW) == (2, [18.0], timedelta(seconds=48))


def test_sizes_that_are_refused_slowly_share_one_minute() -> None:
    time = FakeTime()

    def answer(sent: Sent) -> Any:
        time.now += timedelta(seconds=29)
        return 400, {"code": 501}

    client, server = clockify_with(answer, time=time)
    with pytest.raises(errors.RequestRejected):
        detailed(client)
    assert [sent.timeout[1] for sent in server.sent] == [30.0, 30.0, 2.0]


def test_every_page_has_a_minute_of_its_own() -> None:
    time, inner = FakeTime(), detailed_of(1000, cap=200)

    def answer(sent: Sent) -> Any:
        time.now += timedelta(seconds=29)
        return inner(sent)

    client, server = clockify_with(answer, time=time, plan=FREE)
    assert len(detailed(client).rows) == 1000
    assert len(server.sent) == 5


class Queue(Pacer):
    """A line in which everybody waits so long."""

    def __init__(self, time: FakeTime, *seconds: float) -> None:
        super().__init__(sleep=time.sleep, monotonic=time.monotonic)
        self._time, self._seconds = time, list(seconds)

    def slot(self, at_once: int) -> Any:
        self._time.now += timedelta(seconds=self._seconds.pop(0))
        return super().slot(at_once)


def test_standing_in_line_costs_nothing_of_it() -> None:
    time = FakeTime()
    client, server = clockify_with(lambda _: (200, {"id": "u1"}), time=time, pacer=Queue(time, 300))
    assert client.user() == {"id": "u1"}
    assert server.sent[0].timeout == (5.0, 30.0)


# After the pause of half a second that is to the moment, half a second too late, and more.
@pytest.mark.parametrize("line", [59.5, 60, 61])
def test_a_repetition_for_which_the_time_is_over_is_neither_sent_nor_counted(line: float) -> None:
    time, ledger = FakeTime(), MemoryLedger()
    client, server = clockify_with(lambda _: (503, {}), time=time, pacer=Queue(time, 300, line), ledger=ledger, plan=FREE)
    with pytest.raises(errors.TransportError, match=OVERDUE):
        client.user()
    assert (len(server.sent), ledger.used(time.now)) == (1, 1)


def test_time_runs_from_the_first_beginning() -> None:
    time = FakeTime()
    deadline = Deadline(60, time.monotonic)
    time.sleep(100)
    assert deadline.left() == 60
    deadline.begin()
    time.sleep(20)
    deadline.begin()
    assert deadline.left() == 40
    time.sleep(41)
    assert deadline.left() == -1
