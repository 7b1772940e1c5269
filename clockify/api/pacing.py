"""How fast requests leave: so many at once, so many in any second.

Clockify stops a paid workspace at 50 requests a second. 40 leave room for delays on the
way, which can push requests together. One `Pacer` stands around the actual sending and
is shared by every clone of a client, so that threads inside threads can't add up.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PER_SECOND = 40


class Pacer:
    """A door for requests. Whoever is inside waits for nothing but its own reply, so it can't lock up."""

    def __init__(
        self,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        per_second: int = PER_SECOND,
    ) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._in_flight = 0
        self._left = threading.Condition()
        self._waiting: deque[object] = deque()
        self._departures: deque[float] = deque(maxlen=per_second)

    @contextmanager
    def slot(self, at_once: int) -> Iterator[None]:
        """Hold a place while one request is sent, at most `at_once` of them together; who came first goes first.

        Otherwise the month that matters most could be the last to get one of few requests.
        """
        with self._left:
            ticket = object()
            self._waiting.append(ticket)
            try:
                self._left.wait_for(lambda: self._waiting[0] is ticket and self._in_flight < at_once)
            finally:
                self._waiting.remove(ticket)
                self._left.notify_all()
            self._in_flight += 1
        try:
            self._wait_for_departure()
            yield
        finally:
            with self._left:
                self._in_flight -= 1
                self._left.notify_all()

    def _wait_for_departure(self) -> None:
        """Reserve the next moment that keeps every second under its limit, and sleep until then."""
        with self._left:
            now = self._monotonic()
            departure = now
            if len(self._departures) == self._departures.maxlen:
                departure = max(now, self._departures[0] + 1.0)
            self._departures.append(departure)
        if departure > now:
            self._sleep(departure - now)
