"""Takes in what Clockify's webhooks tell: noted at once, put into the copies behind that, and never at a request."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from clockify.deliveries import Event, Outcome, delivery_of, event_of
from clockify.errors import BadDelivery, ClockifyError
from clockify.mirror.inbox import Noted, moment
from clockify.mirror.settling import Settler
from clockify.mirror.store import Store
from clockify.rows import Unread, moment_of

log = logging.getLogger(__name__)

FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 2.0, 60.0


class Receipt(StrEnum):
    """What is said of a delivery when it comes."""

    TAKEN = auto()
    REPEATED = auto()
    UNKNOWN_EVENT = auto()
    OTHER_WORKSPACE = auto()


@dataclass(frozen=True)
class Handled:
    """A delivery and what it did, by ids alone; "" for what it didn't say. `day` is the entry's first day in the zone asked for."""

    at: datetime
    event: str
    outcome: Outcome
    user_id: str
    entry_id: str
    project_id: str
    day: date | None


class Hooks:
    """The webhooks of one database's workspaces; safe to share between threads.

    The thread that puts deliveries into the copies is there as long as something waits. If the database fails, it tries
    again by itself. What another process had left waiting when it was killed is taken up with the first delivery, and when
    this is made.
    """

    def __init__(self, store: Store, workspaces: Callable[[], Collection[str]], clock: Callable[[], datetime]) -> None:
        self._store, self._workspaces, self._clock = store, workspaces, clock
        self._settler = Settler(store, clock)
        self._own: frozenset[str] = frozenset()
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_asked = False
        self.wake()

    def take(self, event: str, body: object) -> Receipt:
        """Note a delivery for good, ask Clockify nothing, and let the copies follow.

        Raises BadDelivery for a body that is no such event, StoreError if it can't be noted: then it is to be sent again.
        """
        known = event_of(event)
        receipt = Receipt.UNKNOWN_EVENT if known is None else self._noted(known, body)
        self._count({receipt.value: 1})
        return receipt

    def wake(self) -> None:
        """Let what waits be put into the copies now."""
        with self._lock:
            self._is_asked = True
            if self._thread is None and not self._ends.is_set():
                self._thread = threading.Thread(target=self._work, name="hooks", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is put into the copies by this process, at most so long; tell whether that is so."""
        thread = self._thread
        if thread:
            thread.join(seconds)
        return self._thread is None

    def recent(self, workspace_id: str, limit: int = 20, *, zone: str = "UTC") -> list[Handled]:
        """Return what a workspace's webhooks told last, the newest first."""
        return [_handled(one, zone) for one in self._store.inbox.recent(workspace_id, limit)]

    def heard_at(self, workspace_id: str) -> datetime | None:
        """Return when a workspace's webhooks told something last."""
        at = self._store.inbox.heard_at(workspace_id)
        return None if at is None else moment(at)

    def counts(self) -> Mapping[str, int]:
        """Count deliveries since this process began: by receipt, and by outcome where this process put them into the copies."""
        with self._lock:
            return {name: self._counts[name] for name in (*Receipt, *Outcome, BAD) if name is not Outcome.WAITING}

    def close(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._ends.set()
        self.wait(LONGEST_REST_SECONDS)

    def _noted(self, event: Event, body: object) -> Receipt:
        try:
            delivery = delivery_of(event, body)
        except BadDelivery:
            self._count({BAD: 1})
            raise
        ours = self._ours(delivery.workspace_id)
        if not ours:
            return Receipt.OTHER_WORKSPACE
        now = self._clock()
        # A deletion that doesn't say where is one of all of them: no two entries share an id.
        is_new = [self._store.inbox.note(delivery, one, now)[0] for one in ours]
        self.wake()
        return Receipt.TAKEN if any(is_new) else Receipt.REPEATED

    def _ours(self, workspace_id: str) -> list[str]:
        if not workspace_id or workspace_id not in self._own:
            self._own = frozenset(self._workspaces())
        return sorted(self._own) if not workspace_id else [workspace_id] if workspace_id in self._own else []

    def _work(self) -> None:
        rest = FIRST_REST_SECONDS
        while True:
            with self._lock:
                if not self._is_asked or self._ends.is_set():
                    self._thread = None
                    return
                self._is_asked = False
            try:
                self._count({outcome.value: count for outcome, count in self._settler.settle(self._ends.is_set).items()})
                rest = FIRST_REST_SECONDS
                continue
            except ClockifyError as fault:
                log.warning("hooks: %s (%s)", type(fault).__name__, fault)
            except Exception:
                # A thread's exception would vanish, and nothing would be put in any more.
                log.exception("what webhooks told could not be put into the copies")
            self._is_asked = True
            self._ends.wait(rest * (0.8 + 0.4 * random.random()))  # noqa: S311
            rest = min(rest * 2, LONGEST_REST_SECONDS)

    def _count(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            self._counts.update(counts)


BAD = "bad"


def _handled(one: Noted, zone: str) -> Handled:
    told = one.delivery
    row = told.row or {}
    return Handled(moment(one.at), told.event, one.outcome, told.user_id, told.entry_id, row.get("projectId") or "", _day(row, zone))


def _day(row: Mapping[str, object], zone: str) -> date | None:
    interval = row.get("timeInterval")
    try:
        return moment_of(interval.get("start")).astimezone(ZoneInfo(zone)).date() if isinstance(interval, dict) else None
    except Unread:
        return None
