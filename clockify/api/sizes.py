"""Which page size Clockify takes, found out once for each kind of endpoint. No I/O."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from clockify.api.protocol import is_refused_by_plan
from clockify.api.quota import HOUR
from clockify.errors import RequestRejected

# 1000 is what public clients send, 200 what is proven, 50 Clockify's own default.
PAGE_SIZES = (1000, 200, 50)

T = TypeVar("T")


class PageSizes:
    """What is known of page sizes, shared by a client and its clones; safe between threads.

    A size that was taken once is settled: a later 400 is about something else, and is raised
    at once. Where every size was refused it is about something else, too: for an hour the
    largest alone is asked for, so that a wrong request costs a FREE workspace one and not three.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._settled: dict[str, int] = {}
        self._in_vain: dict[str, datetime] = {}

    def first_page(self, kind: str, most: int, ask: Callable[[int], T]) -> T:
        """Return `ask(size)` of the largest size, at most `most`, that isn't refused with 400; raise the first refusal if all are."""
        refusals: list[RequestRejected] = []
        for size in self._worth_asking(kind, most):
            try:
                answer = ask(size)
            except RequestRejected as error:
                if error.status != 400 or is_refused_by_plan(error):
                    raise
                refusals.append(error)
            else:
                self._settle(kind, size)
                return answer
        if len(refusals) > 1:
            with self._lock:
                self._in_vain[kind] = self._clock()
        raise refusals[0]

    def known(self, kind: str, most: int) -> int:
        """Return the size to ask for behind a first page that somebody else read."""
        with self._lock:
            return self._settled.get(kind, most)

    def _worth_asking(self, kind: str, most: int) -> tuple[int, ...]:
        with self._lock:
            if kind in self._settled:
                return (self._settled[kind],)
            sizes = tuple(size for size in PAGE_SIZES if size <= most)
            refused_at = self._in_vain.get(kind)
            return sizes[:1] if refused_at is not None and self._clock() - refused_at < HOUR else sizes

    def _settle(self, kind: str, size: int) -> None:
        with self._lock:
            self._settled.setdefault(kind, size)
