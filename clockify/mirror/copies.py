"""The copies of a workspace that a database holds, whether or not anybody has them open: to put entries into."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from clockify.directory import directory_of
from clockify.mirror.account import workspace_of
from clockify.mirror.changes import Change
from clockify.mirror.changing import Applied
from clockify.mirror.lists import Lists
from clockify.mirror.publishing import Press
from clockify.mirror.reading import Place
from clockify.mirror.snapshots import Scope
from clockify.mirror.store import Store

Json = dict[str, Any]


@dataclass(frozen=True)
class KeptCopy:
    """One copy: its lists, which copies of one key in several zones share, and its months."""

    scope: Scope
    lists: Lists
    press: Press

    def take_in(
        self, changes: Sequence[Change], entries: Mapping[str, Json | None], *, is_doubtful: bool, also: Callable[[sa.Connection], None]
    ) -> Applied:
        """Put entries into the months and among the running timers; return what that changed."""
        applied = self.press.apply(changes, also)
        # Told late that it began: by another road the copy knows already how it ended.
        late = {change.entry_id for change in changes if change.only_new} & applied.held
        listed, read_at = self.lists.get("running"), self.lists.read_at("running") or 0.0
        known = {change.entry_id for change in changes if change.is_known_at(read_at)}
        told = {one: row for one, row in entries.items() if one not in known and (one not in late or not _runs(row))}
        running = {str(row.get("id")) for row in listed or ()}
        concerned = frozenset(one for one, row in told.items() if one in running or (listed is not None and _runs(row)))
        is_changed = self.lists.settle(told, is_doubtful=is_doubtful, also=also)
        return applied | Applied(concerned if is_changed else frozenset(), concerned)


def _runs(row: Json | None) -> bool:
    return row is not None and not row["timeInterval"].get("end")


class Copies:
    """Finds copies; safe to share between threads."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._known: dict[Scope, KeptCopy] = {}
        self._places: dict[Scope, tuple[object, Place]] = {}

    def of(self, workspace_id: str) -> list[KeptCopy]:
        """Return the copies of a workspace, with their lists as they are now."""
        scopes = self._store.scopes.of(workspace_id)
        with self._lock:
            self._known = {scope: known for scope, known in self._known.items() if scope.workspace_id != workspace_id or scope in scopes}
            found = [self._known.setdefault(scope, self._new(scope)) for scope in scopes]
        for copy in found:
            copy.lists.look()
        return found

    def _new(self, scope: Scope) -> KeptCopy:
        lists = Lists(self._store, scope.workspace_id, scope.user_id, self._clock)
        return KeptCopy(scope, lists, Press(self._store.months, scope, partial(self._place, scope, lists), self._clock))

    def _place(self, scope: Scope, lists: Lists) -> Place:
        """Return what rows don't say themselves, worked out once for each version of the list of projects."""
        version = lists.read_at("projects")
        known = self._places.get(scope)
        if known is None or known[0] != version:
            workspace = workspace_of(self._store, scope)
            currency = workspace.currency if workspace else "USD"
            projects = lists.get("projects") or []
            names = directory_of(users=[], clients=[], projects=projects, tags=[], default_currency=currency)
            self._places[scope] = known = (version, Place(scope.workspace_id, scope.zone, names.currencies, names.default_currency))
        return known[1]
