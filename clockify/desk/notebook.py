"""What a team has written down: read once a change, and never a reason for a page to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from time import monotonic

from clockify.errors import ClockifyError
from clockify.plans import Notes, WeekMark
from clockify.records.store import Records

REST_SECONDS = 5.0


@dataclass(frozen=True)
class Noted:
    """What is written down of a workspace, as last known where a `fault` keeps it from being read."""

    notes: Notes = field(default_factory=Notes)
    fault: ClockifyError | None = None


class Notebook:
    """The records of all workspaces; safe to share between threads.

    `first`: what is written down of a workspace on its first opening, if nothing ever was: the demo's. After a fault nothing
    is asked for `REST_SECONDS`: a server that doesn't answer would keep every viewer waiting in turn.
    """

    def __init__(
        self, open_records: Callable[[], Records], first: Callable[[], Notes] | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._open, self._first, self._clock = open_records, first, clock
        self._lock = Lock()
        self._known: dict[str, Notes] = {}
        self._fault: tuple[ClockifyError, float] | None = None

    @property
    def records(self) -> Records:
        """The room itself, for commands; StoreError if it can't be opened."""
        return self._open()

    def noted(self, workspace_id: str) -> Noted:
        """Return what is written down; one short query where nothing has changed."""
        with self._lock:
            known = self._known.get(workspace_id)
            if self._fault and self._clock() < self._fault[1]:
                return Noted(known or Notes(), self._fault[0])
            try:
                version = self.records.version(workspace_id)
                if known is None or known.version != version:
                    self._known[workspace_id] = known = self._read(workspace_id, version)
            except ClockifyError as fault:
                self._fault = (fault, self._clock() + REST_SECONDS)
                return Noted(known or Notes(), fault)
            self._fault = None
        return Noted(known)

    def weeks(self, workspace_id: str, first: date, last: date) -> list[WeekMark]:
        """Return the marks of weeks that begin on these days; StoreError while they can't be read."""
        return self.records.weeks(workspace_id, first, last)

    def _read(self, workspace_id: str, version: int) -> Notes:
        if version == 0 and self._first:
            self.records.replace(workspace_id, self._first(), by="the demo")
        return self.records.notes(workspace_id)
