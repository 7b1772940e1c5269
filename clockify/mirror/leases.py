"""Leases: one process at a time reads a month, whoever else wants it waits and finds it read.

A holder beats: it counts its rows up every few seconds. Whoever waits takes a lease from a
holder whose process is gone from this machine, or who has been silent for a while by the
waiter's own clock; no two clocks are ever compared.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from clockify.errors import ClockifyError
from clockify.mirror import holders
from clockify.mirror.holders import Holder, new_holder
from clockify.mirror.store import LeaseRow, Store

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
# So many looks, at least so far apart, must find the same beat; each had the database's lock, so the holder could have had it.
SILENT_LOOKS, LOOK_SECONDS = 8, 0.9
# A short wait ends soon after the lease is free; a long one costs little.
POLL_SECONDS, EAGER_SECONDS, SLOW_POLL_SECONDS = 0.2, 5.0, 1.0

Clock = Callable[[], float]
Liveness = Callable[[Holder], bool | None]


# Who of this process waits for leases or holds them, whatever store they are in.
_at_work: set[str] = set()


class Heart:
    """Beats for every lease that this process holds in one store, in a thread that is there as long as any is held."""

    def __init__(self, store: Store) -> None:
        # Weakly: a store has its heart for as long as it lives, and no longer.
        self._store = weakref.ref(store)
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._unreturned: set[str] = set()
        self._thread: threading.Thread | None = None

    def hold(self, holder: str) -> None:
        """Begin to beat for a holder."""
        with self._lock:
            self._held.add(holder)
            self._run()

    def drop(self, holder: str) -> None:
        """Stop beating for a holder, and give back with the next beat what it may have."""
        with self._lock:
            self._held.discard(holder)
            self._unreturned.add(holder)
            self._run()

    def give_back(self, holder: str) -> None:
        """Stop beating for a holder and give back what it has, with the next beat if the database fails now."""
        with self._lock:
            self._held.discard(holder)
        try:
            if store := self._store():
                store.give_leases(holder)
        except ClockifyError:
            self.drop(holder)

    def beat(self) -> None:
        """Count up what is held, and give back what is to be; if the database fails, the next beat does."""
        with self._lock:
            held, unreturned = set(self._held), set(self._unreturned)
        store = self._store()
        if store is None:
            return
        try:
            kept = store.beat_leases(held) if held else set()
            for holder in unreturned:
                store.give_leases(holder)
        except ClockifyError:
            return
        with self._lock:
            self._unreturned -= unreturned
            lost = (held - kept) & self._held
            self._held -= lost
        if lost:
            log.warning("mirror: %d lease(s) were taken by another process, which had not seen this one live", len(lost))

    def _run(self) -> None:
        """Start the thread unless it runs; under the lock."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat_on, name="mirror-heart", daemon=True)
            self._thread.start()

    def _beat_on(self) -> None:
        while True:
            time.sleep(BEAT_SECONDS)
            with self._lock:
                if not self._store() or not (self._held or self._unreturned):
                    self._thread = None
                    return
            try:
                self.beat()
            except Exception:
                # Without the thread, what this process holds would be taken from it.
                log.exception("a beat failed")


_hearts: weakref.WeakKeyDictionary[Store, Heart] = weakref.WeakKeyDictionary()
_hearts_lock = threading.Lock()


def heart_of(store: Store) -> Heart:
    """Return the one heart of a store."""
    with _hearts_lock:
        return _hearts.setdefault(store, Heart(store))


def is_alive(holder: Holder) -> bool | None:
    """Tell whether a holder is at work on this machine, None if that can't be known; of this process each is known."""
    alive = holders.is_alive(holder)
    return str(holder) in _at_work if alive and holder.process == os.getpid() else alive


@contextmanager
def lease(
    store: Store,
    names: Sequence[str],
    *,
    clock: Clock = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    alive: Liveness = is_alive,
) -> Iterator[None]:
    """Wait for leases and hold them all; who wants several gets them in one order, so that nobody waits in a circle.

    Raises StoreError if the database fails while it waits; giving back never does. Not to be nested for one name.
    """
    holder, heart = str(new_holder()), heart_of(store)
    # Before anybody can see a row of it: this process's holders that aren't at work are taken for dead.
    _at_work.add(holder)
    try:
        try:
            for name in sorted(set(names)):
                _wait_for(store, name, holder, clock, sleep, alive)
                heart.hold(holder)
        except BaseException:
            # The database may have failed after it had written: nobody waits for it twice.
            heart.drop(holder)
            raise
        try:
            yield
        finally:
            heart.give_back(holder)
    finally:
        _at_work.discard(holder)


def _wait_for(store: Store, name: str, holder: str, clock: Clock, sleep: Callable[[float], None], alive: Liveness) -> None:
    """Return when the lease is ours."""
    begun, silence, dead = clock(), Silence(clock), None
    while True:
        found = store.take_lease(name, holder, after=dead)
        if found and found.holder == holder:
            return
        dead = found if found and _is_dead(found, silence, alive) else None
        if dead is None:
            sleep(POLL_SECONDS if clock() - begun < EAGER_SECONDS else SLOW_POLL_SECONDS)


def _is_dead(found: LeaseRow, silence: Silence, alive: Liveness) -> bool:
    """Decide whether a holder is gone: known here, or silent for long enough."""
    has_been_silent = silence.lasts(found)
    other = Holder.parse(found.holder)
    lives = alive(other) if other else None
    return has_been_silent if lives is None else not lives


class Silence:
    """How often a lease was found unchanged, by the clock of whoever waits."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: LeaseRow | None = None
        self._looks, self._looked_at = 0, 0.0

    def lasts(self, found: LeaseRow) -> bool:
        """Take note of a look; tell whether the same beat was found often enough."""
        now = self._clock()
        if found != self._last:
            self._last, self._looks, self._looked_at = found, 0, now
        elif now - self._looked_at >= LOOK_SECONDS:
            self._looks, self._looked_at = self._looks + 1, now
        return self._looks >= SILENT_LOOKS
