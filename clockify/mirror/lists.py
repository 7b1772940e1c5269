"""The reference lists of a workspace: who and what there is, and which timers run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from clockify.api.client import Clockify
from clockify.deliveries import are_alike, fold
from clockify.errors import PermissionDenied
from clockify.mirror.freshness import doubt_age, list_age
from clockify.mirror.shelf import Shelf
from clockify.mirror.store import Store
from clockify.rows import Unread, moment_of

Json = dict[str, Any]

# Clients are not asked for: a hydrated project brings its own, and a client without a
# project has no time. That keeps a cold overview at six requests beside the months.
NAMES = ("users", "projects", "tags")
RUNNING = "running"
REFUSED = "reports-refused"
PAGE_SIZE = "page-size"
# A refusal may be brief. Who may not even see the list of people is a plain member, and that changes rarely.
REFUSED_FOR, MEMBER_REFUSED_FOR = timedelta(hours=1), timedelta(days=1)
# A read takes a minute at most: what was written longer ago is in it.
REMEMBERED_SECONDS = 120.0
# Two processes' clocks are not one: what was told so shortly before a list was read may not be in it.
APART_SECONDS = 1.0

Told = Mapping[str, Json | None]


class Lists:
    """One workspace's lists as one key sees them, kept in the store."""

    def __init__(self, store: Store, workspace_id: str, user_id: str, clock: Callable[[], datetime]) -> None:
        self._store, self._owner, self._clock = store, (workspace_id, user_id), clock
        self._shelf = Shelf(store, workspace_id, user_id)
        self._lock = threading.Lock()
        self._written: list[tuple[float, Told]] = []

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

    def sees(self, user_id: str) -> bool | None:
        """May this key see a person's time? None: it sees a list of people, and he isn't in it."""
        if user_id == self._owner[1] or user_id in self.ids("users"):
            return True
        return False if self.get("users") is None or self.is_refused("users") else None

    def stale(self, kinds: Sequence[str], *, is_free: bool) -> list[str]:
        """Return those that are missing or older than they may be: running timers later where webhooks tell of them."""
        found = self._stale(kinds, is_free=is_free, heard=False)
        if RUNNING not in found or not self._store.inbox.heard(self._owner[0], self._clock()).timers:
            return found
        return self._stale(kinds, is_free=is_free, heard=True)

    def _stale(self, kinds: Sequence[str], *, is_free: bool, heard: bool) -> list[str]:
        now = self._clock().timestamp()
        limits = {kind: list_age(kind, is_free=is_free, heard=heard).total_seconds() for kind in kinds}
        running = self._shelf.get(RUNNING) if RUNNING in limits else None
        if running and running.payload.get("is_doubtful"):
            limits[RUNNING] = min(limits[RUNNING], doubt_age(is_free=is_free).total_seconds())
        # Ahead of us by as much is stale too: a clock was set back.
        return [kind for kind in kinds if abs(now - (self.read_at(kind) or 0.0)) >= limits[kind]]

    def read(self, client: Clockify, kinds: Sequence[str]) -> None:
        """Read lists from Clockify, side by side where the client may; the first fault is raised when all are done."""
        with ThreadPoolExecutor(len(kinds) or 1) as pool:
            done = [pool.submit(self._read_one, client, kind) for kind in kinds]
        for future in done:
            future.result()

    def put_right(self, written: Told, also: Callable[[sa.Connection], None] | None = None) -> list[Json]:
        """Put entries that were just written, or deleted (None), right among the running timers, at no request.

        Return the timers that a new one has ended, as they are now: Clockify's reply doesn't name them.
        """
        now, ended = self._clock().timestamp(), list[Json]()

        def change(items: list[Json]) -> list[Json]:
            running, stopped = with_written(one_each(items), written)
            ended[:] = stopped
            return running

        with self._lock:
            self._written = [one for one in self._written if abs(now - one[0]) < REMEMBERED_SECONDS] + [(now, written)]
            self._change_running(change, also=also)
        return ended

    def settle(self, told: Told, *, is_doubtful: bool = False, also: Callable[[sa.Connection], None] | None = None) -> bool:
        """Put right what webhooks told of entries (None: gone); tell whether other timers run than before.

        `is_doubtful`: it can't be told what runs, so that the list is soon read again.
        """
        return self._change_running(lambda items: with_told(items, told), is_doubtful=is_doubtful, also=also)

    def _change_running(
        self, change: Callable[[list[Json]], list[Json]], *, is_doubtful: bool = False, also: Callable[[sa.Connection], None] | None = None
    ) -> bool:
        def changed(payload: Json) -> Json | None:
            items = payload["items"] if payload["refused"] else change(payload["items"])
            new = payload | {"items": items} | ({"is_doubtful": True} if is_doubtful and not payload["refused"] else {})
            return new if new != payload else None

        is_changed = self._store.change_list(*self._owner, RUNNING, changed, also)
        if is_changed:
            self._shelf.forget(RUNNING)
        return is_changed

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
        if kind == RUNNING:
            self._take_in_told(begun)

    def _take_in_told(self, begun: float) -> None:
        """Put right what webhooks told, anywhere, while the timers were on their way.

        What is told after this look finds the list that was just stored.
        """
        inbox, workspace_id = self._store.inbox, self._owner[0]
        entries = inbox.since(workspace_id, begun - APART_SECONDS)
        if entries:
            folded = {entry: fold(one.arrived for one in noted) for entry, noted in inbox.of(workspace_id, entries).items()}
            rows = {entry: one.row for entry, one in folded.items() if one.is_deleted or (one.row and self.sees(str(one.row["userId"])))}
            self.settle(rows, is_doubtful=any(folded[one].is_doubtful and folded[one].has_run for one in rows))

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


def with_told(running: Sequence[Json], told: Told) -> list[Json]:
    """Return running timers with what webhooks told of some."""
    known = {row.get("id"): row for row in running}
    runs = {one: row for one, row in told.items() if row is not None and not _interval(row).get("end")}
    begun: dict[Any, Json] = {one: _same(known.get(one), row) for one, row in runs.items()}
    every = [begun.get(row.get("id"), row) for row in running if row.get("id") in begun or row.get("id") not in told]
    return every + [row for one, row in begun.items() if one not in known]


def one_each(running: Sequence[Json]) -> list[Json]:
    """Return of each person's timers the one that began last: nobody has two, but a start may be told before a stop.

    How the other has ended is told by its own delivery, or by the next check.
    """
    latest: dict[Any, str] = {}
    for row in running:
        latest[row.get("userId")] = max(latest.get(row.get("userId"), ""), _start(row))
    return [row for row in running if _start(row) == latest[row.get("userId")]]


def _same(known: Json | None, told: Json) -> Json:
    """Return what was told, unless that is what is known already."""
    return known if known is not None and are_alike(known, told) else told


def _start(row: Json) -> str:
    """Return a timer's start as text that sorts as moments do."""
    try:
        return moment_of(_interval(row).get("start")).isoformat()
    except Unread:
        return ""


def _interval(row: Json) -> Json:
    interval = row.get("timeInterval")
    return interval if isinstance(interval, dict) else {}
