"""Wrong tokens are counted by address and in all, and what is remembered is bounded."""

from __future__ import annotations

import pytest

from clockify.web import tries
from clockify.web.tries import Tries, network_of


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def wrong(counted: Tries, address: str, times: int) -> None:
    for _ in range(times):
        counted.note(address)


def test_who_tried_too_often_waits_for_the_rest_of_the_window() -> None:
    clock = Seconds()
    counted = Tries(of_one=3, clock=clock)
    wrong(counted, "192.0.2.1", 2)
    assert counted.wait_for("192.0.2.1") == 0
    clock.now += 100
    wrong(counted, "192.0.2.1", 1)
    assert counted.wait_for("192.0.2.1") == 500
    assert counted.wait_for("192.0.2.2") == 0
    clock.now += 499.5
    assert counted.wait_for("192.0.2.1") == 1
    clock.now += 0.5
    assert counted.wait_for("192.0.2.1") == 0
    wrong(counted, "192.0.2.1", 2)
    assert counted.wait_for("192.0.2.1") == 0, "it begins anew"


def test_when_all_have_tried_too_often_only_those_who_did_wait() -> None:
    counted = Tries(of_one=10, of_all=5, clock=Seconds())
    for number in range(5):
        counted.note(f"192.0.2.{number}")
    assert [counted.wait_for(f"192.0.2.{number}") > 0 for number in range(6)] == [True] * 5 + [False]


def test_a_line_of_ipv6_is_one_address() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("testclient") == "testclient"


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "ADDRESSES_KNOWN", 10)
    counted = Tries(of_one=1, clock=Seconds())
    for number in range(100):
        counted.note(f"192.0.2.{number}")
    assert len(counted._by_address) == 10
    assert counted.wait_for("192.0.2.99") > 0
