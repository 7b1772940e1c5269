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
import sqlalchemy as sa

from clockify.errors import StoreError
from clockify.mirror.changes import Change
from clockify.mirror.changing import Applied, Edit, Edited, edit_of, edited, removal_of
from clockify.mirror.merging import are_among
from clockify.mirror.months import Gone, Months, Overtaken, Save, Seen, Stamp, pack, replayed
from clockify.mirror.reading import Place
from clockify.mirror.snapshots import MonthState, Scope, Snapshot
from clockify.periods import Month

# Each try that is overtaken means that somebody else's went in; a short rest lets them pass.
TRIES = 40
LONGEST_REST_SECONDS = 0.05
REMEMBERED_ENTRIES = 20_000


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

    @property
    def rows_at(self) -> float:
        """As of when its rows are."""
        return self.snapshot.rows.of(self.month.period)


class Press:
    """Stores the months of one copy."""

    def __init__(self, months: Months, scope: Scope, place: Callable[[], Place], clock: Callable[[], datetime]) -> None:
        self._months, self._scope, self._place, self._clock = months, scope, place, clock
        # Threads of this process line up here; only other processes can be quicker then.
        self._one_by_one = threading.Lock()
        self._known: dict[Month, tuple[str, pd.Series]] = {}

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
            edit = edit_of(overtaken.changes, self._place()).unless((draft.rows_at, draft.snapshot.entries["id"]) for draft in drafts)
            drafts = [self._replayed(draft, edit) for draft in drafts if not _is_late(draft, versions, overtaken)]
            versions = versions | dict(overtaken.versions)
            _rest()
        raise StoreError("The local copy is being changed by others all the time.")

    def apply(self, changes: Sequence[Change], also: Callable[[sa.Connection], None] = lambda _: None) -> Applied:
        """Put entries in or take them out, wherever they stand; return what that changed.

        Months that it changes get new versions, whose sums aren't checked yet; one that has all of it already stays as it is.
        What is `also` to be done with the database is done in the same transaction.
        """
        with self._one_by_one:
            for _ in range(TRIES):
                found = self._applied(changes, also)
                if found:
                    return found
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

    def _applied(self, changes: Sequence[Change], also: Callable[[sa.Connection], None]) -> Applied | None:
        """Try to apply; None where somebody else was quicker."""
        known, states = self.begin()
        try:
            kept = {month: self._ids(state) for month, state in states.items()}
        except Gone:
            return None
        whole = edit_of(changes, self._place())
        edit = whole.but(kept.values()).unless((states[month].rows_at(), ids) for month, ids in kept.items())
        touched = [found for month, ids in kept.items() if (found := self._touched(states[month], edit, ids))]
        saves = [pack(one.snapshot, state.version, state.checked_at) for state, one in touched if one.changed]
        stamps = [_doubt(state, one.snapshot) for state, one in touched if not one.changed]
        # What stays as it is was looked at, too: of a month that was read meanwhile nobody knows whether it is newer.
        standing, at = {month: state.version for month, state in states.items()}, self._clock().timestamp()
        overtaken = self._months.publish(self._scope, saves, stamps, known=known, changes=changes, at=at, standing=standing, also=also)
        return None if overtaken else _told(whole, touched, kept)

    def _touched(self, state: MonthState, edit: Edit, ids: pd.Series) -> tuple[MonthState, Edited] | None:
        """Return a month after an edit; None if it has nothing to do with it."""
        edit = edit.since(state.rows_at())
        if edit.own(state.month).empty and not edit.days_in(state.month) and not are_among(ids, edit.ids).any():
            return None
        try:
            found = edited(self._opened(state), edit, self._clock().timestamp())
        except Gone:
            # It was replaced at this moment: the versions won't fit, and all of it is done again.
            return None
        return (state, found) if found else None

    def _changed(self, draft: Draft, edit: Edit) -> Draft:
        found = edited(draft.snapshot, edit, self._clock().timestamp())
        return replace(draft, snapshot=found.snapshot) if found else draft

    def _replayed(self, draft: Draft, edit: Edit) -> Draft:
        """Put what was changed since into what was read meanwhile."""
        return self._changed(draft, edit.but([draft.snapshot.entries["id"]]).since(draft.rows_at))

    def _settled(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Return the months, and others of the copy, so that an entry that has moved from one to another is in one alone."""
        arrived = {draft.month: self._arrived(draft) for draft in drafts}
        settled: list[Draft] = []
        for draft in drafts:
            # Another month of these has got it anew: what is here was read before it moved.
            elsewhere = _together(ids for month, ids in arrived.items() if month != draft.month)
            settled.append(self._left(draft, elsewhere[~are_among(elsewhere, arrived[draft.month])]))
        everything = _together(arrived.values())
        others = [state for month, state in self._months.states(self._scope).items() if month not in arrived] if len(everything) else []
        gone = removal_of(everything, self._scope.zone)
        touched = [found for state in others if (found := self._touched(state, gone, self._ids_or_none(state)))]
        return [*settled, *(Draft(one.snapshot, state, state.checked_at) for state, one in touched)]

    def _left(self, draft: Draft, moved: pd.Series) -> Draft:
        return draft if moved.empty else self._changed(draft, removal_of(moved, self._scope.zone))

    def _arrived(self, draft: Draft) -> pd.Series:
        """Return the ids that a month has and had not."""
        ids = draft.snapshot.entries["id"]
        try:
            return ids if draft.seen is None else ids[~are_among(ids, self._ids(draft.seen))]
        except Gone:
            return ids

    def _ids(self, state: MonthState) -> pd.Series:
        """Return the ids of a month, remembered while it isn't large: each entry that is put in is looked for in every month."""
        known = self._known.get(state.month)
        if known and known[0] == state.version:
            return known[1]
        ids = self._months.frame(self._scope, state.month, state.version, "entries", ["id"])["id"]
        if len(ids) <= REMEMBERED_ENTRIES:
            self._known[state.month] = state.version, ids
        return ids

    def _ids_or_none(self, state: MonthState) -> pd.Series:
        """Return a month's ids; none where it was replaced at this moment, and whoever did so has settled it."""
        try:
            return self._ids(state)
        except Gone:
            return _together(())

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


def _doubt(state: MonthState, snapshot: Snapshot) -> Stamp:
    return Stamp(state.version, state.month, snapshot.verdict, state.checked_at, state.rows, theirs=None)


def _told(edit: Edit, touched: Sequence[tuple[MonthState, Edited]], kept: Mapping[Month, pd.Series]) -> Applied:
    """Return what was changed, and for what there was a month."""
    changed = frozenset(one for _, found in touched for one in found.changed)
    held = {str(one) for ids in kept.values() for one in edit.ids[are_among(edit.ids, ids)]}
    held |= {str(one) for month in kept for one in edit.own(month)["id"]}
    return Applied(changed, frozenset(held))


def _stamp(draft: Draft) -> Stamp:
    if draft.seen is None:
        raise ValueError("there is nothing to stamp")
    return Stamp(draft.seen.version, draft.month, draft.snapshot.verdict, draft.checked_at, draft.snapshot.rows, draft.snapshot.theirs)


def _is_late(draft: Draft, versions: Mapping[Month, Seen], overtaken: Overtaken) -> bool:
    """Has somebody else read the month meanwhile? Where entries were changed, the new version is theirs who changed them."""
    stands = overtaken.versions.get(draft.month, versions[draft.month])
    return not overtaken.changes and stands != versions[draft.month] and stands is not None
