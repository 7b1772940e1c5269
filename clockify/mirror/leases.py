"""Leases: one process at a time reads a month, whoever else wants it waits and finds it read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import sleep

from clockify.mirror.store import Store

LEASE_SECONDS = 90.0
POLL_SECONDS = 0.2


@contextmanager
def lease(store: Store, name: str, holder: str, clock: Callable[[], datetime]) -> Iterator[Callable[[], None]]:
    """Wait for a lease and hold it; hand out what renews it.

    A holder that crashed is followed when its lease runs out.
    """

    def take() -> bool:
        return store.take_lease(name, holder, clock(), LEASE_SECONDS)

    def renew() -> None:
        take()

    while not take():
        sleep(POLL_SECONDS)
    try:
        yield renew
    finally:
        store.give_lease(name, holder)
