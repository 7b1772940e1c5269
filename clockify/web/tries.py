"""How many wrong tokens are taken: from one address, and from all together. What is remembered is bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock

WINDOW_SECONDS = 600.0
MOST_OF_ONE, MOST_OF_ALL = 20, 1_000
ADDRESSES_KNOWN = 10_000


@dataclass
class _Wrong:
    count: int
    since: float


class Tries:
    """Counts wrong tries; safe to share between threads.

    Whoever has tried too often waits. Where all together have, each address that had a wrong one lately waits, and nobody else:
    a right token is never kept out by what others try from elsewhere.
    """

    def __init__(self, of_one: int = MOST_OF_ONE, of_all: int = MOST_OF_ALL, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_one, self._of_all, self._clock = of_one, of_all, clock
        self._lock = Lock()
        self._by_address: OrderedDict[str, _Wrong] = OrderedDict()
        self._all = _Wrong(0, clock())

    def wait_for(self, address: str) -> int:
        """Return how many seconds an address has to wait before its token is looked at; 0 if it hasn't."""
        with self._lock:
            mine, everybody = self._live(self._by_address.get(network_of(address))), self._live(self._all)
            if mine and (mine.count >= self._of_one or (everybody and everybody.count >= self._of_all)):
                return max(ceil(mine.since + WINDOW_SECONDS - self._clock()), 1)
        return 0

    def note(self, address: str) -> None:
        """Note a wrong try."""
        now, network = self._clock(), network_of(address)
        with self._lock:
            mine = self._live(self._by_address.pop(network, None)) or _Wrong(0, now)
            mine.count += 1
            self._by_address[network] = mine
            self._all = self._live(self._all) or _Wrong(0, now)
            self._all.count += 1
            while len(self._by_address) > ADDRESSES_KNOWN:
                self._by_address.popitem(last=False)

    def _live(self, wrong: _Wrong | None) -> _Wrong | None:
        return wrong if wrong and self._clock() - wrong.since < WINDOW_SECONDS else None


def network_of(address: str) -> str:
    """Return who is counted as one: an IPv4 address, or the /64 of an IPv6 one, of which a single line has 2 to the 64th."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or int(found) >> 64)
    return str(found)
