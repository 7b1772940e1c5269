"""Repeating, the hour's requests and parallel reading, over a session without a network."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests

from clockify import errors
from clockify.api import Intent, MemoryLedger, Pacer, Plan, plan_of
from tests.unit.api_fakes import FREE, NOW, PAID, Answer, FakeTime, Sent, clockify_with, detailed, detailed_of

USED_UP = r"All 24 requests of this hour are used\."


class TestRepeating:
    def fails_first(self, *failures: Any) -> Answer:
        left = list(failures)
        return lambda _: left.pop(0) if left else (200, {"id": "u1"})

    @pytest.mark.parametrize(
        "failure",
        [
            (503, {}),
            (429, {}),
            (200, b'{"cut'),
            (200, []),
            requests.ConnectionError("x"),
            requests.ReadTimeout("x"),
            OSError("x"),
        ],
    )
    def test_a_passing_failure_is_not_seen(self, failure: Any) -> None:
        time = FakeTime()
        client, server = clockify_with(self.fails_first(failure), time=time)
        assert client.user() == {"id": "u1"}
        assert (len(server.sent), time.slept) == (2, [0.5])

    def test_a_lasting_failure_is_raised_after_three_repetitions(self) -> None:
        time = FakeTime()
        client, server = clockify_with(lambda _: (500, {}), time=time)
        with pytest.raises(errors.ServerError):
            client.user()
        assert (len(server.sent), time.slept) == (4, [0.5, 1.0, 2.0])

    def test_retry_after_is_waited_for(self) -> None:
        time = FakeTime()
        client, _ = clockify_with(self.fails_first((429, {}, {"Retry-After": "3"})), time=time)
        client.user()
        assert time.slept == [3.0]

    def test_a_long_retry_after_is_shown_instead(self) -> None:
        client, server = clockify_with(lambda _: (429, {}, {"Retry-After": "600"}))
        with pytest.raises(errors.RateLimited) as caught:
            client.user()
        assert caught.value.retry_at == NOW + timedelta(minutes=10)
        assert len(server.sent) == 1

    @pytest.mark.parametrize(
        ("failure", "sent"), [((429, {}), 1), ((503, {}), 2), (requests.ConnectionError("x"), 2), ((200, b"<html>"), 2)]
    )
    def test_on_free_hardly_anything_is_repeated(self, failure: Any, sent: int) -> None:
        ledger = MemoryLedger()
        client, server = clockify_with(lambda _: failure, plan=FREE, ledger=ledger)
        with pytest.raises(errors.ClockifyError):
            client.user()
        assert len(server.sent) == sent
        # Every sending is written down, the repeated one too.
        assert ledger.used(NOW + timedelta(minutes=1)) == sent

    @pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 405])
    def test_what_would_fail_again_is_not_repeated(self, status: int) -> None:
        client, server = clockify_with(lambda _: (status, {}, {"Location": "https://elsewhere.test/"}))
        with pytest.raises(errors.ClockifyError):
            client.user()
        assert len(server.sent) == 1


class TestQuota:
    def test_the_background_stops_at_24_and_a_person_at_30(self) -> None:
        client, server = clockify_with(lambda _: (200, {"id": "u1"}), plan=FREE)
        for _ in range(24):
            client.user()
        with pytest.raises(errors.RateLimited, match=USED_UP) as caught:
            client.user()
        assert caught.value.retry_at == NOW + timedelta(hours=1)
        assert len(server.sent) == 24
        person = client.for_person()
        for _ in range(6):
            person.user()
        with pytest.raises(errors.RateLimited, match="All 30 requests"):
            person.user()
        assert len(server.sent) == 30

    def test_after_the_hour_requests_are_free_again(self) -> None:
        time = FakeTime()
        client, _ = clockify_with(lambda _: (200, {"id": "u1"}), time=time, plan=plan_of({}, 7))
        client.user()
        with pytest.raises(errors.RateLimited):
            client.user()
        time.now += timedelta(hours=1)
        assert client.user() == {"id": "u1"}

    def test_a_paid_plan_has_no_hourly_limit(self) -> None:
        ledger = MemoryLedger()
        client, _ = clockify_with(lambda _: (200, {"id": "u1"}), ledger=ledger)
        for _ in range(100):
            client.user()
        assert ledger.used(NOW) == 100

    def test_a_client_is_careful_until_told_otherwise(self) -> None:
        client, _ = clockify_with(lambda _: (200, {}), plan=plan_of({}))
        assert (client.plan.is_free, client.intent) == (True, Intent.BACKGROUND)
        clone = client.for_person().with_plan(PAID)
        assert (clone.plan, clone.intent) == (PAID, Intent.PERSON)
        assert clone.for_background().intent is Intent.BACKGROUND
        assert (client.plan.is_free, client.intent) == (True, Intent.BACKGROUND)
        assert repr(clone) == "Clockify('https://api.clockify.me/api/v1', plan='PRO_2021', intent='person')"


class TestTogether:
    def most_at_once(self, plan: Plan, months: int) -> int:
        """Read months in threads of their own, as the mirror does, and return how many requests met in the server."""
        lock, inside, most = threading.Lock(), 0, 0
        inner = detailed_of(1900, cap=100)

        def answer(sent: Sent) -> Any:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            answered = inner(sent)
            threading.Event().wait(0.001)
            with lock:
                inside -= 1
            return answered

        client, _ = clockify_with(answer, plan=plan, ledger=MemoryLedger(), pacer=Pacer(per_second=10_000))
        with ThreadPoolExecutor(months) as pool:
            reports = list(pool.map(lambda _: detailed(client.for_person()), range(months)))
        assert [len(report.rows) for report in reports] == [1900] * months
        return most

    def test_eight_requests_meet_at_most_however_many_months_are_read(self) -> None:
        assert 2 <= self.most_at_once(PAID, 6) <= 8

    def test_the_pages_of_one_report_meet_too(self) -> None:
        assert 2 <= self.most_at_once(PAID, 1) <= 8

    def test_on_free_requests_never_meet(self) -> None:
        assert self.most_at_once(plan_of({}, 1000), 3) == 1
