"""Sending: claimed in the ledger, paced, deciphered.

A read is repeated where `protocol.retry_delay` says so. A write leaves once, whatever becomes of it.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Self, TypeVar

from clockify.api.deadline import Deadline
from clockify.api.pacing import Pacer
from clockify.api.protocol import decipher, refuse, retry_delay
from clockify.api.quota import Intent, Ledger, Plan
from clockify.api.transport import Reply, Request, Transport, overdue
from clockify.errors import ClockifyError, RateLimited

T = TypeVar("T")
Headers = Mapping[str, str]

# One reply is parsed at a time in the whole process: eight at once would leave no moment to the
# threads that serve people, and hold eight pages of JSON in memory.
_PARSING = threading.Lock()


class Sender:
    """Sends for one key, for a plan and an intent; safe between threads, and clones share everything but those two."""

    def __init__(
        self,
        transport: Transport,
        *,
        ledger: Ledger,
        plan: Plan,
        pacer: Pacer,
        sleep: Callable[[float], None],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        jitter: Callable[[], float],
        patience: float,
    ) -> None:
        self._transport, self._ledger, self._pacer = transport, ledger, pacer
        self._sleep, self._clock, self._monotonic, self._jitter = sleep, clock, monotonic, jitter
        self._patience = patience
        self.plan = plan
        self.intent = Intent.BACKGROUND

    def clone(self, plan: Plan, intent: Intent) -> Self:
        """Return a clone for another plan or intent."""
        clone = copy.copy(self)
        clone.plan, clone.intent = plan, intent
        return clone

    def deadline(self) -> Deadline:
        """Return the time that one page may take."""
        return Deadline(self._patience, self._monotonic)

    def close(self) -> None:
        """Close the connections, those of clones too."""
        self._transport.close()

    def ask(self, request: Request, read: Callable[[object], T], deadline: Deadline) -> tuple[T, Headers]:
        """Send a read until it succeeds, isn't worth repeating or is overdue; raise the last error."""
        attempt = 0
        while True:
            try:
                return self._ask_once(request, read, deadline)
            except ClockifyError as error:
                delay = retry_delay(error, attempt, is_free=self.plan.is_free, jitter=self._jitter(), now=self._clock())
                if delay is None or delay >= deadline.left():
                    # The frames below hold the reply, which can echo the key; a report with variables would show it.
                    raise error.with_traceback(None) from None
            self._sleep(delay)
            attempt += 1

    def tell(self, request: Request, leaves: Callable[[], None], read: Callable[[object], T]) -> T:
        """Send a write once and return what `read` makes of the reply, None being one without a body.

        `leaves` is called when the request has its place in the hour and in line, and is next to leave: what it raises keeps
        the request here.
        """
        try:
            reply = self._exchange(request, self.deadline(), leaves)
            return self._read_once(reply, read)
        except ClockifyError as error:
            # As for a read: no reply hangs on to what is raised.
            raise error.with_traceback(None) from None

    def _read_once(self, reply: Reply, read: Callable[[object], T]) -> T:
        now = self._clock()
        refuse(reply.status, reply.headers, reply.body, now)
        with _PARSING:
            return read(decipher(reply.status, reply.headers, reply.body, now) if reply.body else None)

    def _ask_once(self, request: Request, read: Callable[[object], T], deadline: Deadline) -> tuple[T, Headers]:
        reply = self._exchange(request, deadline, lambda: None)
        with _PARSING:
            return read(decipher(reply.status, reply.headers, reply.body, self._clock())), reply.headers

    def _exchange(self, request: Request, deadline: Deadline, leaves: Callable[[], None]) -> Reply:
        with self._pacer.slot(self.plan.requests_at_once):
            deadline.begin()
            if deadline.left() <= 0:
                raise overdue(deadline)
            self._claim()
            leaves()
            return self._transport.send(request, deadline)

    def _claim(self) -> None:
        """Write the request down before it leaves, at the moment it does; RateLimited, without any request, if none is free."""
        limit = self.plan.limit_for(self.intent)
        free_at = self._ledger.claim(now=self._clock(), limit=limit)
        if free_at is not None:
            # Whoever shows it says `retry_at` in the reader's own zone.
            raise RateLimited(f"All {limit} requests of this hour are used.", retry_at=free_at)
