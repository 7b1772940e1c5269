"""How months come into the copy: read ones, checked ones, and entries put in or taken out one by one.

Whoever stores months says what stood there when he began. If entries were changed meanwhile (`apply`), they are
put into what was read and it is tried again, so that neither undoes the other; where somebody else has read a
month in between, that one stays.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from clockify.errors import StoreError
from clockify.frames import Part, daily_cube, empty_entries
from clockify.mirror.merging import are_among, merged_names, put, within, without
from clockify.mirror.months import Change, Gone, Months, Overtaken, Save, Seen, Stamp, pack, replayed
from clockify.mirror.reading import Place
from clockify.mirror.snapshots import MonthState, Scope, Snapshot
from clockify.periods import Month

# Each try that is overtaken means that somebody else's went in; a short rest lets them pass.
TRIES = 40
LONGEST_REST_SECONDS = 0.05


@dataclass(frozen=True)
class Draft:
    """A month to be stored: what was `seen` there before, and when its sums were compared."""

    snapshot: Snapshot
    seen: MonthState | None
    checked_at: float

    @property
    def month(self) -> Month:
        """Its month."""
        return self.snapshot.month


class Press:
    """Stores the months of one copy."""

    def __init__(self, months: Months, scope: Scope, place: Callable[[], Place], clock: Callable[[], datetime]) -> None:
        self._months, self._scope, self._place, self._clock = months, scope, place, clock
        # Threads of this process line up here; only other processes can be quicker then.
        self._one_by_one = threading.Lock()

    def begin(self) -> tuple[int, dict[Month, MonthState]]:
        """Return what to remember before anything is read: the last change, and the months as they stand."""
        known = self._months.last_change(self._scope)
        return known, self._months.states(self._scope)

    def publish(self, drafts: Sequence[Draft], known: int) -> None:
        """Store months all at once, by what stood there when it began (`known`); raise StoreError if others are always quicker.

        A month whose content is what stands there keeps its version: only its times and verdict are noted.
        """
        drafts = self._settled(drafts)
        versions: dict[Month, Seen] = {draft.month: draft.seen.version if draft.seen else None for draft in drafts}
        for _ in range(TRIES):
            saves = [pack(draft.snapshot, versions[draft.month], draft.checked_at) for draft in drafts]
            changed = [save for save, draft in zip(saves, drafts, strict=True) if not _is_same(save, draft, versions)]
            same = [_stamp(draft) for save, draft in zip(saves, drafts, strict=True) if _is_same(save, draft, versions)]
            overtaken = self._months.publish(self._scope, changed, same, known=known, at=self._clock().timestamp())
            if overtaken is None:
                return
            known = max(known, replayed(overtaken))
            drafts = [self._replayed(draft, overtaken) for draft in drafts if not _is_late(draft, versions, overtaken)]
            versions = versions | dict(overtaken.versions)
            _rest()
        raise StoreError("The local copy is being changed by others all the time.")

    def apply(self, changes: Sequence[Change]) -> None:
        """Put entries in or take them out, wherever they stand: new versions whose sums aren't checked yet."""
        ids = pd.Series([change.entry_id for change in changes], dtype="str")
        with self._one_by_one:
            for _ in range(TRIES):
                known, states = self.begin()
                fresh = self._part(changes)
                touched = [self._touched(state, ids, fresh) for state in states.values()]
                saves = [pack(draft.snapshot, draft.seen.version, draft.checked_at) for draft in touched if draft and draft.seen]
                if not self._months.publish(self._scope, saves, known=known, changes=changes, at=self._clock().timestamp()):
                    return
                _rest()
        raise StoreError("The local copy is being changed by others all the time.")

    def months_that_lost(self, drafts: Sequence[Draft]) -> set[Month]:
        """Return the months from which an entry is gone that is in none of the others."""
        found = _together(draft.snapshot.entries["id"] for draft in drafts)
        return {draft.month for draft in drafts if draft.seen and not are_among(self._ids(draft.seen), found).all()}

    def opened(self, state: MonthState) -> Snapshot | None:
        """Return a stored month whole; None if it is not there any more."""
        try:
            return self._opened(state)
        except Gone:
            return None

    def _touched(self, state: MonthState, ids: pd.Series, fresh: Part) -> Draft | None:
        """Return a month without the entries of some ids and with fresh ones; None if it has nothing to do with them."""
        own = self._own(state, fresh)
        try:
            if own.empty and not are_among(self._ids(state), ids).any():
                return None
            return Draft(self._changed(self._opened(state), ids, own, fresh), state, state.checked_at)
        except Gone:
            # It was replaced at this moment: the versions won't fit, and all of it is done again.
            return None

    def _changed(self, snapshot: Snapshot, ids: pd.Series, own: pd.DataFrame, fresh: Part) -> Snapshot:
        if snapshot.amounts_hidden:
            own = own.assign(rate=0, amount_ticks=0)
        entries = put(without(snapshot.entries, ids), own)
        verdict = replace(snapshot.verdict, agrees=None, is_pending=True, at=self._clock().timestamp())
        names = merged_names(snapshot.names, fresh.names) if len(own) else snapshot.names
        return replace(snapshot, entries=entries, cube=daily_cube(entries), names=names, verdict=verdict)

    def _replayed(self, draft: Draft, overtaken: Overtaken) -> Draft:
        """Put what was changed since into what was read meanwhile."""
        # Of several changes of one entry the last one counts.
        changes = list({change.entry_id: change for change in overtaken.changes}.values())
        fresh = self._part(changes)
        own = within(self._entries(fresh), draft.month.period)
        ids = pd.Series([change.entry_id for change in changes], dtype="str")
        if own.empty and not are_among(draft.snapshot.entries["id"], ids).any():
            return draft
        return replace(draft, snapshot=self._changed(draft.snapshot, ids, own, fresh))

    def _settled(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the months, and others of the copy, so that an entry that has moved from one to another is in one alone."""
        arrived = {draft.month: self._arrived(draft) for draft in drafts}
        settled: list[Draft] = []
        for draft in drafts:
            # Another month of these has got it anew: what is here was read before it moved.
            elsewhere = _together(ids for month, ids in arrived.items() if month != draft.month)
            settled.append(self._left(draft, elsewhere[~are_among(elsewhere, arrived[draft.month])]))
        everything, nothing = _together(arrived.values()), self._part([])
        others = [state for month, state in self._months.states(self._scope).items() if month not in arrived] if len(everything) else []
        return [*settled, *(draft for draft in (self._touched(state, everything, nothing) for state in others) if draft)]

    def _left(self, draft: Draft, moved: pd.Series) -> Draft:
        if moved.empty or not are_among(draft.snapshot.entries["id"], moved).any():
            return draft
        return replace(draft, snapshot=self._changed(draft.snapshot, moved, empty_entries(), self._part([])))

    def _arrived(self, draft: Draft) -> pd.Series:
        """Return the ids that a month has and had not."""
        ids = draft.snapshot.entries["id"]
        try:
            return ids if draft.seen is None else ids[~are_among(ids, self._ids(draft.seen))]
        except Gone:
            return ids

    def _own(self, state: MonthState, fresh: Part) -> pd.DataFrame:
        return within(self._entries(fresh), state.month.period) if fresh.count else empty_entries()

    def _part(self, changes: Sequence[Change]) -> Part:
        return self._place().listed([change.row for change in changes if change.row is not None])

    def _entries(self, part: Part) -> pd.DataFrame:
        return self._place().every([part])

    def _ids(self, state: MonthState) -> pd.Series:
        return self._months.frame(self._scope, state.month, state.version, "entries", ["id"])["id"]

    def _opened(self, state: MonthState) -> Snapshot:
        entries, cube = (self._months.frame(self._scope, state.month, state.version, part) for part in ("entries", "cube"))
        names = self._months.names(self._scope, state.month, state.version)
        return Snapshot(state.month, state.source, entries, cube, names, state.amounts_hidden, state.verdict, state.rows, state.unread)


def _rest() -> None:
    time.sleep(random.random() * LONGEST_REST_SECONDS)  # noqa: S311


def _together(ids: Iterable[pd.Series]) -> pd.Series:
    return pd.concat([pd.Series([], dtype="str"), *ids], ignore_index=True)


def _is_same(save: Save, draft: Draft, versions: Mapping[Month, Seen]) -> bool:
    """Is the content what stands there? Then its version stays, and all that was made of it."""
    seen = draft.seen
    return seen is not None and seen.digest == save.digest and versions[draft.month] == seen.version


def _stamp(draft: Draft) -> Stamp:
    if draft.seen is None:
        raise ValueError("there is nothing to stamp")
    return Stamp(draft.seen.version, draft.month, draft.snapshot.verdict, draft.checked_at, draft.snapshot.rows, draft.snapshot.theirs)


def _is_late(draft: Draft, versions: Mapping[Month, Seen], overtaken: Overtaken) -> bool:
    """Has somebody else read the month meanwhile? Where entries were changed, the new version is theirs who changed them."""
    stands = overtaken.versions.get(draft.month, versions[draft.month])
    return not overtaken.changes and stands != versions[draft.month] and stands is not None
