"""How long the script's runs take, counted for whoever measures."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate

# Upper ends in seconds: a click's usual cost, what people wait for, and what is broken.
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Durations:
    """`up_to`: how many runs took at most each of BOUNDS; `count` and `seconds` of all of them; `under_way` now."""

    up_to: tuple[int, ...]
    count: int
    seconds: float
    under_way: int


class Runs:
    """The runs of one process since its start; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = [0] * (len(BOUNDS) + 1)
        self._seconds, self._under_way = 0.0, 0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count a run, however it ends."""
        began = time.perf_counter()
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            self._note(time.perf_counter() - began)

    def durations(self) -> Durations:
        """Return what was counted so far."""
        with self._lock:
            *up_to, count = accumulate(self._counts)
            return Durations(tuple(up_to), count, self._seconds, self._under_way)

    def _note(self, seconds: float) -> None:
        with self._lock:
            self._under_way -= 1
            self._counts[bisect_left(BOUNDS, seconds)] += 1
            self._seconds += seconds


# One for the process: the script runs before there is a desk, and where there can be none.
RUNS = Runs()
