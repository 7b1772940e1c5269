"""What was opened, added up or drawn once, for whoever asks next: the last used, up to so many bytes, for so long."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from clockify.desk.sizes import bytes_of

T = TypeVar("T")


@dataclass(frozen=True)
class _Held:
    value: Any
    size: int
    since: float


class Kept:
    """Values by key; safe to share between threads. They are shared: never change them.

    `most`: how much is held at most, as `size` measures a value (in bytes, unless another one is given);
    `seconds`: for how long at most; `release` is told of each value that is let go of.
    """

    def __init__(
        self,
        most: int,
        *,
        size: Callable[[Any], int] = bytes_of,
        seconds: float | None = None,
        release: Callable[[Any], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._size_of, self._seconds, self._release, self._clock = most, size, seconds, release, clock
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, _Held] = OrderedDict()
        self._coming: dict[Hashable, Future[Any]] = {}
        self._size = 0

    @property
    def size(self) -> int:
        """How much is held."""
        return self._size

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

    def put(self, key: Hashable, made: object) -> None:
        """Hold a value, and let go of those that were not asked for longest."""
        held = _Held(made, self._size_of(made), self._clock())
        with self._lock:
            gone = [self._pop(key)] if key in self._held else []
            self._held[key] = held
            self._size += held.size
            # The newest stays however large: somebody is looking at it.
            while self._size > self._most and len(self._held) > 1:
                gone.append(self._pop(next(iter(self._held))))
        self._let_go(gone, made)

    def values(self) -> list[Any]:
        """Return everything that is held, the last used last."""
        with self._lock:
            return [held.value for held in self._held.values()]

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            gone = [self._pop(key) for key in list(self._held)]
        self._let_go(gone)

    def _let_go(self, gone: list[Any], but: object = None) -> None:
        for value in gone:
            if self._release and value is not but:
                self._release(value)

    # All below is called under the lock, but for `_end`, which takes it.

    def _pop(self, key: Hashable) -> Any:
        held = self._held.pop(key)
        self._size -= held.size
        return held.value

    def _found(self, key: Hashable) -> Any:
        held = self._held.get(key)
        if held is None:
            return None
        if self._seconds is not None and self._clock() - held.since >= self._seconds:
            self._pop(key)
            return None
        self._held.move_to_end(key)
        return held.value

    def _end(self, key: Hashable) -> None:
        with self._lock:
            self._coming.pop(key, None)


def one_each(_: object) -> int:
    """Count values in place of their bytes."""
    return 1
