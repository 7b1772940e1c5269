"""Which sign-ins were ended before their time: Streamlit's other tabs don't hear of it, nor do other processes."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from clockify.desk.signin import MOST_HOURS, SignInId
from clockify.errors import ClockifyError
from clockify.records.ended import Ended

log = logging.getLogger(__name__)

# A sign-out holds in every process after this long at most, and costs one short query for so long.
LOOK_AGAIN_SECONDS = 3.0
LONGEST = timedelta(hours=MOST_HOURS)


class Endings:
    """A container of sign-ins (`SignInId`) that were ended; safe to share between threads.

    While the database can't be used it knows what it knew, and what was ended here is noted as soon as that can be done.
    """

    def __init__(self, kept: Callable[[], Ended], now: Callable[[], datetime], clock: Callable[[], float] = monotonic) -> None:
        self._kept, self._now, self._clock = kept, now, clock
        self._lock = Lock()
        self._known: dict[str, float] = {}
        self._unwritten: dict[str, float] = {}
        self._look_at = float("-inf")

    def __contains__(self, sign_in: object) -> bool:
        """Was a sign-in ended?"""
        digest = digest_of(sign_in) if isinstance(sign_in, tuple) else ""
        if digest in self._known:
            return True
        # One looks for all; whoever comes meanwhile goes by what is known.
        if self._clock() >= self._look_at and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return digest in self._known

    def end(self, sign_in: SignInId) -> None:
        """End a sign-in: here at once, elsewhere within seconds."""
        digest, at = digest_of(sign_in), self._now().timestamp()
        with self._lock:
            self._known[digest] = self._unwritten[digest] = at
            self._look()

    def _look(self) -> None:
        self._look_at = self._clock() + LOOK_AGAIN_SECONDS
        try:
            if self._unwritten:
                self._kept().note(dict(self._unwritten), forget_before=(self._now() - LONGEST).timestamp())
                self._unwritten.clear()
            self._known = self._kept().every() | self._unwritten
        except ClockifyError as fault:
            log.warning("sign-ins: what was ended can't be read or noted (%s)", type(fault).__name__)


def digest_of(sign_in: SignInId) -> str:
    """Return what stands for a sign-in where it is kept: nobody's address can be read in it."""
    return hashlib.sha256(json.dumps(sign_in).encode()).hexdigest()
