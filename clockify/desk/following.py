"""Who looks at what, and who must look again: the bell rings for a workspace, and only pages whose months differ by now are woken."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Protocol

from clockify.desk.bell import Bell
from clockify.desk.view import View
from clockify.errors import ClockifyError
from clockify.mirror.mirror import Mirror
from clockify.periods import Month

log = logging.getLogger(__name__)

# Nobody's page runs more often than that by itself.
LEAST_SECONDS = 1.0
BUSY_SECONDS = 0.25

Mark = tuple[object, ...]
Clock = Callable[[], float]


class Woken(StrEnum):
    """What became of waking a page."""

    DONE = "done"
    BUSY = "busy"  # it is being drawn just now
    GONE = "gone"


class Pages(Protocol):
    """The open pages, by who looks at them."""

    def is_there(self, who: str) -> bool:
        """Does somebody still look?"""

    def wake(self, who: str) -> Woken:
        """Tell a page that there is more to see; returns at once, in any thread."""


@dataclass(frozen=True)
class Shown:
    """What a page shows of a workspace: as it was when it was looked up (`mark`), and how it is by now (`look`), alike for the same `what`.

    `rings`: how often the bell had rung for the workspace before it was looked up (`Followers.rings`).
    """

    workspace_id: str
    what: Hashable
    mark: Mark
    look: Callable[[], Mark] = field(repr=False, compare=False)
    rings: int = 0


def shown_by(mirror: Mirror, view: View, rings: int) -> Shown:
    """Return what a page with figures shows: its months, and the timers if today is among its days."""
    months, timers = view.opening.wanted, view.period.start <= view.today < view.period.end
    mark = (view.opening.versions, mirror.running_read_at if timers else None)
    return Shown(mirror.workspace.id, (id(mirror), months, timers), mark, partial(_mark_of, mirror, months, timers), rings)


@dataclass(frozen=True)
class Watched:
    """A page that is looked at, and since when."""

    shown: Shown
    at: float
    is_told: bool = False


class Followers:
    """Wakes the pages that show something else than is there by now; safe to share between threads.

    A thread of its own waits for the bell: pages that nothing happens to cost nothing.
    """

    def __init__(self, bell: Bell, pages: Pages, clock: Clock = time.monotonic) -> None:
        self._pages, self._clock = pages, clock
        self._changed = threading.Condition()
        self._watched: dict[str, Watched] = {}
        self._due: dict[str, float] = {}
        self._rings: Counter[str] = Counter()
        self._is_closed = False
        self._thread: threading.Thread | None = None
        bell.listen(self._ring)

    def rings(self, workspace_id: str) -> int:
        """Return how often the bell has rung for a workspace by now."""
        with self._changed:
            return self._rung(workspace_id)

    def follow(self, who: str, shown: Shown) -> None:
        """Note what somebody's page shows from now on, in place of what it showed before."""
        watched = Watched(shown, self._clock())
        with self._changed:
            self._watched[who] = watched
            self._due.pop(who, None)
            # It rang while the page was being drawn of what was there before, however long that took.
            if self._rung(shown.workspace_id) != shown.rings:
                self._due[who] = watched.at + LEAST_SECONDS
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._attend, name="clockify-followers", daemon=True)
                self._thread.start()
            self._changed.notify()

    def is_told(self, who: str) -> bool:
        """Was somebody's page told that there is more to see since it was drawn?"""
        with self._changed:
            watched = self._watched.get(who)
            return watched is not None and watched.is_told

    def is_outdated(self, who: str) -> bool:
        """Does somebody's page show something else than is there by now? One that was just drawn isn't looked up."""
        with self._changed:
            watched = self._watched.get(who)
        if watched is None or self._clock() - watched.at < LEAST_SECONDS:
            return False
        return _known_mark_of(watched.shown) not in (None, watched.shown.mark)

    def close(self) -> None:
        """Wake nobody any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread:
            self._thread.join()

    def _ring(self, workspace_id: str) -> None:
        with self._changed:
            now = self._clock()
            self._rings[workspace_id] += 1
            for who, watched in self._watched.items():
                if workspace_id in ("", watched.shown.workspace_id) and not watched.is_told:
                    self._due.setdefault(who, max(now, watched.at + LEAST_SECONDS))
            self._changed.notify()

    def _rung(self, workspace_id: str) -> int:
        return self._rings[workspace_id] + self._rings[""]

    def _attend(self) -> None:
        while True:
            with self._changed:
                while not self._is_closed and not (ready := self._ready()):
                    self._changed.wait(self._rest())
                if self._is_closed:
                    return
            self._look(ready)

    def _ready(self) -> list[str]:
        now = self._clock()
        ready = [who for who, moment in self._due.items() if moment <= now]
        for who in ready:
            del self._due[who]
        return ready

    def _rest(self) -> float | None:
        return max(min(self._due.values()) - self._clock(), 0.0) if self._due else None

    def _look(self, ready: list[str]) -> None:
        """Wake those of whom something differs; what many look at is looked up once."""
        marks: dict[Hashable, Mark | None] = {}
        for who in ready:
            watched = self._watched.get(who)
            if watched is None or not self._pages.is_there(who):
                self._forget(who)
                continue
            shown = watched.shown
            if shown.what not in marks:
                marks[shown.what] = _known_mark_of(shown)
            if marks[shown.what] not in (None, shown.mark):
                self._wake(who, watched)

    def _wake(self, who: str, watched: Watched) -> None:
        told = replace(watched, is_told=True)
        with self._changed:
            if watched.is_told or self._watched.get(who) is not watched:
                return
            # Before it is woken: the page may ask whether it was told before `wake` has returned.
            self._watched[who] = told
        woken = self._pages.wake(who)
        if woken is Woken.GONE:
            self._forget(who)
        elif woken is Woken.BUSY:
            with self._changed:
                if self._watched.get(who) is told:
                    self._watched[who] = watched
                    self._due[who] = self._clock() + BUSY_SECONDS

    def _forget(self, who: str) -> None:
        with self._changed:
            self._watched.pop(who, None)


def _known_mark_of(shown: Shown) -> Mark | None:
    """Return what is there by now; None if that can't be told, which pages find out by themselves."""
    try:
        return shown.look()
    except ClockifyError as fault:
        log.warning("following: %s", type(fault).__name__)
        return None


def _mark_of(mirror: Mirror, months: Sequence[Month], timers: bool) -> Mark:
    # Timers are put right by whoever hears of them, past this mirror's own list.
    mirror.look()
    states = mirror.states(months)
    versions = tuple((month, states[month].version) for month in months if month in states)
    return (versions, mirror.running_read_at if timers else None)
