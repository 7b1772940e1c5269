"""So many requests at once, so many in any second."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from clockify.api.pacing import Pacer


class Seconds:
    """A clock that only `sleep` moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_hundred_requests_take_two_seconds_at_forty_a_second() -> None:
    seconds, left = Seconds(), []
    pacer = Pacer(sleep=seconds.sleep, monotonic=seconds.monotonic)
    for _ in range(100):
        with pacer.slot(8):
            left.append(seconds.now - 100.0)
    assert left == [0.0] * 40 + [1.0] * 40 + [2.0] * 20


def test_no_second_has_more_than_forty() -> None:
    seconds, left = Seconds(), []
    pacer = Pacer(sleep=seconds.sleep, monotonic=seconds.monotonic)
    for number in range(300):
        seconds.now += 0.0625 if number % 50 == 0 else 0.0
        with pacer.slot(8):
            left.append(seconds.now)
    assert all(later - earlier >= 1.0 for earlier, later in zip(left, left[40:], strict=False))


def test_a_slow_sender_never_waits() -> None:
    seconds = Seconds()
    pacer = Pacer(sleep=lambda _: pytest.fail("there was nothing to wait for"), monotonic=seconds.monotonic)
    for _ in range(200):
        seconds.now += 0.03125
        with pacer.slot(8):
            pass


@pytest.mark.parametrize("at_once", [1, 8])
def test_no_more_are_inside_than_allowed(at_once: int) -> None:
    seconds = Seconds()
    pacer = Pacer(sleep=seconds.sleep, monotonic=seconds.monotonic, per_second=1000)
    lock, full, inside, most = threading.Lock(), threading.Barrier(at_once), 0, 0

    def send(_: int) -> None:
        nonlocal inside, most
        with pacer.slot(at_once):
            with lock:
                inside += 1
                most = max(most, inside)
            # Nobody leaves before as many are inside as may be: the limit is reached, not just kept.
            full.wait(timeout=10)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(send, range(24)))
    assert most == at_once


def test_a_failure_gives_the_place_back() -> None:
    pacer = Pacer(sleep=lambda _: None)
    for _ in range(3):
        with pytest.raises(RuntimeError), pacer.slot(1):
            raise RuntimeError
    with pacer.slot(1):
        pass


def test_who_came_first_goes_first() -> None:
    pacer, gone = Pacer(sleep=lambda _: None), list[int]()

    def send(number: int) -> None:
        with pacer.slot(1):
            gone.append(number)

    with ThreadPoolExecutor(20) as pool:
        with pacer.slot(1):
            for number in range(20):
                pool.submit(send, number)
                while len(pacer._waiting) <= number:
                    sleep(0.001)
        pool.shutdown(wait=True)
    assert gone == list(range(20))
