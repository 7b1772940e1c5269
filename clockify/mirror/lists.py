"""The reference lists of a workspace: who and what there is, and which timers run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from clockify.api.client import Clockify
from clockify.errors import PermissionDenied
from clockify.mirror.freshness import list_age
from clockify.mirror.shelf import Shelf
from clockify.mirror.store import Store

Json = dict[str, Any]

# Clients are not asked for: a hydrated project brings its own, and a client without a
# project has no time. That keeps a cold overview at six requests beside the months.
NAMES = ("users", "projects", "tags")
RUNNING = "running"
REFUSED = "reports-refused"
PAGE_SIZE = "page-size"
# A refusal may be brief. Who may not even see the list of people is a plain member, and that changes rarely.
REFUSED_FOR, MEMBER_REFUSED_FOR = timedelta(hours=1), timedelta(days=1)
# A list that was put right is another one than that which was read, of nearly the same moment.
A_LITTLE = 0.001
# A read takes a minute at most: what was written longer ago is in it.
REMEMBERED_SECONDS = 120.0


class Lists:
    """One workspace's lists as one key sees them, kept in the store."""

    def __init__(self, store: Store, workspace_id: str, user_id: str, clock: Callable[[], datetime]) -> None:
        self._store, self._owner, self._clock = store, (workspace_id, user_id), clock
        self._shelf = Shelf(store, workspace_id, user_id)
        self._lock = threading.Lock()
        self._written: list[tuple[float, Mapping[str, Json | None]]] = []

    def look(self) -> None:
        """Take note of what another process may have read; until then every answer is as of the last look."""
        self._shelf.look()

    def get(self, kind: str) -> list[Json] | None:
        """Return a list, None if it was never read or is damaged. A list that was refused is empty."""
        found = self._shelf.get(kind)
        return None if found is None else found.payload["items"]

    def ids(self, kind: str) -> list[str]:
        """Return the ids of a list, in its order; none where it was never read."""
        return [str(one["id"]) for one in self.get(kind) or () if one.get("id")]

    def is_refused(self, kind: str) -> bool:
        """Did Clockify deny the list to this key?"""
        found = self._shelf.get(kind)
        return found is not None and bool(found.payload["refused"])

    def read_at(self, kind: str) -> float | None:
        """Return when the list was read."""
        found = self._shelf.get(kind)
        return None if found is None else found.read_at

    def stale(self, kinds: Sequence[str], *, is_free: bool) -> list[str]:
        """Return those that are missing or older than they may be."""
        now = self._clock().timestamp()
        limits = {kind: list_age(kind, is_free=is_free).total_seconds() for kind in kinds}
        # Ahead of us by as much is stale too: a clock was set back.
        return [kind for kind in kinds if abs(now - (self.read_at(kind) or 0.0)) >= limits[kind]]

    def read(self, client: Clockify, kinds: Sequence[str]) -> None:
        """Read lists from Clockify, side by side where the client may; the first fault is raised when all are done."""
        with ThreadPoolExecutor(len(kinds) or 1) as pool:
            done = [pool.submit(self._read_one, client, kind) for kind in kinds]
        for future in done:
            future.result()

    def put_right(self, written: Mapping[str, Json | None]) -> list[Json]:
        """Put entries that were just written, or deleted (None), right among the running timers, at no request.

        Return the timers that a new one has ended, as they are now: Clockify's reply doesn't name them.
        """
        now = self._clock().timestamp()
        with self._lock:
            self._written = [one for one in self._written if abs(now - one[0]) < REMEMBERED_SECONDS] + [(now, written)]
            self._shelf.look()
            found = self._shelf.get(RUNNING)
            if found is None or found.payload["refused"]:
                return []
            running, ended = with_written(found.payload["items"], written)
            if running != found.payload["items"]:
                self._keep(RUNNING, running, datetime.fromtimestamp(found.read_at + A_LITTLE, UTC))
            return ended

    def note_refusal(self) -> None:
        """Remember that reports are refused to this key."""
        self._save(REFUSED, [], refused=True)

    def forget_refusal(self) -> None:
        """Remember that reports came."""
        if self.are_reports_refused():
            self._save(REFUSED, [], refused=False)

    def are_reports_refused(self) -> bool:
        """Were reports refused of late? Rights change: after a while they are tried again."""
        found = self._shelf.get(REFUSED)
        lasts = MEMBER_REFUSED_FOR if self.is_refused("users") else REFUSED_FOR
        is_recent = found is not None and abs(self._clock().timestamp() - found.read_at) < lasts.total_seconds()
        return is_recent and self.is_refused(REFUSED)

    @property
    def page_size(self) -> int | None:
        """How many rows a full page of a report has here; None while none was full."""
        found = self.get(PAGE_SIZE)
        return int(found[0]["size"]) if found else None

    def note_page_size(self, size: int | None) -> None:
        """Remember how many rows a full page had."""
        if size and size != self.page_size:
            self._save(PAGE_SIZE, [{"size": size}], refused=False)

    def _read_one(self, client: Clockify, kind: str) -> None:
        workspace_id = self._owner[0]
        calls: Mapping[str, Callable[..., list[Json]]] = {
            "users": client.users,
            "projects": client.projects,
            "tags": client.tags,
            RUNNING: client.in_progress,
        }
        begun = self._clock().timestamp()
        try:
            items = calls[kind](workspace_id=workspace_id)
        except PermissionDenied:
            self._save(kind, [], refused=True)
            return
        with self._lock:
            if kind == RUNNING:
                # Written while it was on its way: it may be in it, or not.
                for _, written in (one for one in self._written if one[0] >= begun):
                    items = with_written(items, written)[0]
            self._save(kind, items, refused=False)

    def _save(self, kind: str, items: list[Json], *, refused: bool) -> None:
        self._keep(kind, items, self._clock(), refused=refused)

    def _keep(self, kind: str, items: list[Json], at: datetime, *, refused: bool = False) -> None:
        self._store.save_list(*self._owner, kind, {"items": items, "refused": refused}, at)
        self._shelf.forget(kind)


def with_written(running: Sequence[Json], written: Mapping[str, Json | None]) -> tuple[list[Json], list[Json]]:
    """Return running timers with what was just written, and those that a new one has ended: nobody has two."""
    kept = [row for row in running if row.get("id") not in written]
    begun = [row for row in written.values() if row is not None and not _interval(row).get("end")]
    starts = {row.get("userId"): _interval(row).get("start") for row in begun}
    ended = [row for row in kept if row.get("userId") in starts]
    stopped = [row | {"timeInterval": {**_interval(row), "end": starts[row["userId"]], "duration": None}} for row in ended]
    return [*begun, *(row for row in kept if row not in ended)], stopped


def _interval(row: Json) -> Json:
    interval = row.get("timeInterval")
    return interval if isinstance(interval, dict) else {}
