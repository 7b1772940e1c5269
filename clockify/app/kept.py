"""What was opened or added up once, for whoever asks next: the last used, up to so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

import pandas as pd

T = TypeVar("T", pd.DataFrame, pd.Series)


class Kept:
    """Frames and columns by key; safe to share between threads. They are shared: never change them."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._coming: dict[Hashable, Future[Any]] = {}
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """How many bytes are held."""
        return self._bytes

    def find(self, key: Hashable) -> Any:
        """Return what is held under a key, None if nothing is."""
        with self._lock:
            return self._found(key)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is held under a key, or make it; who asks meanwhile waits for the one making of it.

        What `make` raises, everybody who waits is told, and nothing is held.
        """
        with self._lock:
            found: T | None = self._found(key)
            if found is not None:
                return found
            coming = self._coming.get(key)
            is_first = coming is None
            if coming is None:
                coming = self._coming[key] = Future()
        if not is_first:
            waited: T = coming.result()
            return waited
        try:
            made = make()
        except BaseException as fault:
            self._end(key)
            coming.set_exception(fault)
            raise
        self.put(key, made)
        self._end(key)
        coming.set_result(made)
        return made

    def put(self, key: Hashable, made: pd.DataFrame | pd.Series) -> None:
        """Hold a frame or a column, and let go of those that were not asked for longest."""
        size = _size(made)
        with self._lock:
            _, before = self._held.pop(key, (None, 0))
            self._held[key] = (made, size)
            self._bytes += size - before
            # The newest stays however large: somebody is looking at it.
            while self._bytes > self._most and len(self._held) > 1:
                _, (_, gone) = self._held.popitem(last=False)
                self._bytes -= gone

    def _found(self, key: Hashable) -> Any:
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][0]

    def _end(self, key: Hashable) -> None:
        with self._lock:
            self._coming.pop(key, None)


def _size(made: pd.DataFrame | pd.Series) -> int:
    if isinstance(made, pd.Series):
        return int(made.memory_usage(index=False, deep=True))
    return int(made.memory_usage(index=False, deep=True).sum())
