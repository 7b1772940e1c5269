"""What is better done when nothing else is: collect garbage, give memory back.

Streamlit would collect after every run of a script, over everything that is alive: half-read months made
that so slow that nothing else went on. It is switched off (`.streamlit/config.toml`), and done here.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable

import pyarrow as pa

PAUSE_SECONDS, SOON_SECONDS = 30.0, 6.0
# What was alive when it was frozen is looked at again after this long: a session that has ended since, say.
THAW_SECONDS = 600.0


class Quiet:
    """Tidies up when told that it is quiet, and not too often; safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tidied_at, self._thawed_at = clock() - PAUSE_SECONDS, clock()
        self._timer: threading.Timer | None = None

    def soon(self) -> None:
        """Tidy up in a moment: when the page that waited for the last job has been made, too."""
        with self._lock:
            if self._timer is None:
                wait = max(SOON_SECONDS, self._tidied_at + PAUSE_SECONDS - self._clock())
                self._timer = threading.Timer(wait, self._tidy_now)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """Tidy up no more by itself."""
        with self._lock:
            if self._timer:
                self._timer.cancel()

    def _tidy_now(self) -> None:
        with self._lock:
            self._timer = None
        self.tidy()

    def tidy(self) -> bool:
        """Collect, freeze what is alive, and return memory to the system; tell whether that was due."""
        now = self._clock()
        with self._lock:
            if now - self._tidied_at < PAUSE_SECONDS:
                return False
            self._tidied_at = now
            if now - self._thawed_at >= THAW_SECONDS:
                self._thawed_at = now
                gc.unfreeze()
        gc.collect()
        gc.freeze()
        give_back()
        return True


def settle_memory() -> None:
    """Let memory go back to the system when it is freed; for the start of a process.

    Arrow's own allocator and glibc's arenas, one for each of many threads, kept 200 MB of what a year had
    passed through. Measured, a year of 948 000 rows read in two threads of eight each: 1.1 GB down to what is used.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if option:
        for name, value in _MALLOC.items():
            option(name, value)


# malloc.h: M_MMAP_THRESHOLD and M_TRIM_THRESHOLD in bytes, M_ARENA_MAX.
_MALLOC = {-3: 256 * 1024, -1: 256 * 1024, -8: 2}


def give_back() -> None:
    """Return memory that nothing holds to the system, where it has to be asked to take it."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
