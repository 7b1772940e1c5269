"""Entries that are put into a month, or taken out: what it is afterwards, and whether that is anything else. No I/O."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from clockify.frames import daily_cube, empty_entries
from clockify.mirror.changes import Change
from clockify.mirror.merging import are_among, merged_names, put, within, without
from clockify.mirror.reading import Place
from clockify.mirror.snapshots import Snapshot
from clockify.periods import Month
from clockify.rows import moment_of

Row = dict[Hashable, Any]


@dataclass(frozen=True)
class Applied:
    """The entries that changes have changed somewhere, and those for which there was a month."""

    changed: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    def __or__(self, other: Applied) -> Applied:
        """Put what was done here and there together."""
        return Applied(self.changed | other.changed, self.held | other.held)


@dataclass(frozen=True)
class Edit:
    """Changes of entries, the last of each counts; `fresh` are those that are put in, `silent` those that don't say their rate.

    `told` are those that may be older than what is there.
    """

    zone: str
    ids: pd.Series
    only_new: pd.Series
    fresh: pd.DataFrame = field(repr=False)
    names: dict[str, dict[str, Any]] = field(repr=False)
    silent: frozenset[str] = frozenset()
    doubted_ids: frozenset[str] = frozenset()
    doubted_days: frozenset[tuple[str, str]] = frozenset()
    told: tuple[Change, ...] = field(default=(), repr=False)

    def since(self, moment: float) -> Edit:
        """Return it without what rows of a moment know better."""
        late = self._late(moment)
        if late.empty:
            return self
        days = frozenset(one for one in self.doubted_days if one[0] not in set(late))
        return replace(self, ids=self.ids[~are_among(self.ids, late)], fresh=without(self.fresh, late), doubted_days=days)

    def unless(self, stands: Iterable[tuple[float, pd.Series]]) -> Edit:
        """Return it so that nothing is put in that is in a month (as of when its rows are, and their ids) that knows better."""
        if not self.told:
            return self
        late = pd.concat([ids[are_among(ids, self._late(moment))] for moment, ids in stands] or [_ids(())], ignore_index=True)
        return self if late.empty else replace(self, fresh=without(self.fresh, late))

    def _late(self, moment: float) -> pd.Series:
        return _ids(change.entry_id for change in self.told if change.is_known_at(moment))

    def but(self, known: Iterable[pd.Series]) -> Edit:
        """Return it without those that are for new entries alone, and are known."""
        if self.only_new.empty:
            return self
        late = pd.concat([self.only_new[are_among(self.only_new, ids)] for ids in known] or [_ids(())], ignore_index=True)
        if late.empty:
            return self
        return replace(self, ids=self.ids[~are_among(self.ids, late)], fresh=without(self.fresh, late))

    def days_in(self, month: Month) -> frozenset[str]:
        """Return the days of a month that it doubts of itself."""
        return frozenset(day for _, day in self.doubted_days if day.startswith(month.key))

    def own(self, month: Month) -> pd.DataFrame:
        """Return what is put into a month."""
        return within(self.fresh, month.period) if len(self.fresh) else empty_entries()


@dataclass(frozen=True)
class Edited:
    """A month afterwards. `changed` are the entries that are other than they were; without any, only the verdict is."""

    snapshot: Snapshot
    changed: frozenset[str]


def edit_of(changes: Sequence[Change], place: Place) -> Edit:
    """Return changes ready to be put into months."""
    last = list({change.entry_id: change for change in changes}.values())
    part = place.listed([change.row for change in last if change.row is not None])
    return Edit(
        place.zone,
        _ids(change.entry_id for change in last),
        _ids(change.entry_id for change in last if change.only_new),
        place.every([part]),
        part.names,
        frozenset(change.entry_id for change in last if change.row and change.row.get("billable") and not change.row.get("hourlyRate")),
        frozenset(change.entry_id for change in last if change.doubted),
        frozenset((change.entry_id, _day(start, place.zone)) for change in changes for start in change.doubted),
        tuple(change for change in last if change.told_at is not None),
    )


def removal_of(ids: pd.Series, zone: str) -> Edit:
    """Return an edit that takes entries out."""
    return Edit(zone, ids, _ids(()), empty_entries(), {})


def edited(snapshot: Snapshot, edit: Edit, at: float) -> Edited | None:
    """Return a month after an edit; None if that leaves all of it as it is."""
    before = snapshot.entries[are_among(snapshot.entries["id"], edit.ids)]
    own = _priced(edit.own(snapshot.month), snapshot.entries, edit.silent)
    if snapshot.amounts_hidden:
        own = own.assign(rate=0, amount_ticks=0)
    old, new = _rows(before), _rows(own)
    changed = frozenset(one for one in old.keys() | new.keys() if old.get(one) != new.get(one))
    days = {*edit.days_in(snapshot.month), *(row["day"].date().isoformat() for one, row in old.items() if one in edit.doubted_ids)}
    doubted = tuple(sorted({*snapshot.verdict.doubted, *days}))
    if not changed and doubted == snapshot.verdict.doubted:
        return None
    verdict = replace(snapshot.verdict, agrees=None, is_pending=True, at=at, doubted=doubted)
    if not changed:
        return Edited(replace(snapshot, verdict=verdict), changed)
    entries = put(without(snapshot.entries, edit.ids), own)
    names = merged_names(snapshot.names, edit.names) if len(own) else snapshot.names
    return Edited(replace(snapshot, entries=entries, cube=daily_cube(entries), names=names, verdict=verdict), changed)


def _priced(own: pd.DataFrame, entries: pd.DataFrame, silent: frozenset[str]) -> pd.DataFrame:
    """Give entries that don't say their rate the one that they had, or that the same person's last time on the same has.

    A webhook may leave rates out, and time without a rate would earn nothing until the next check.
    """
    if not silent or not own["id"].isin(list(silent)).any():
        return own
    rows = _records(own)
    for row in rows:
        if row["id"] in silent and row["billable"] and (like := _alike(row, entries)) is not None:
            row |= {"rate": like["rate"], "amount_ticks": like["rate"] * row["seconds"], "currency": like["currency"]}
    priced = pd.DataFrame(rows, columns=own.columns)
    return own.assign(
        rate=priced["rate"].astype("int64"), amount_ticks=priced["amount_ticks"].astype("int64"), currency=_category(priced["currency"])
    )


def _alike(row: Row, entries: pd.DataFrame) -> Row | None:
    same = entries["billable"]
    for name in ("user_id", "project_id", "task_id"):
        same = same & (entries[name].astype("str") == row[name])
    found = entries[same]
    itself = found[found["id"] == row["id"]]
    return next(iter(_records((itself if len(itself) else found).tail(1))), None)


def _rows(frame: pd.DataFrame) -> dict[str, Row]:
    """Return rows by their ids, as plain values that can be compared."""
    return {str(row["id"]): row for row in _records(frame)}


def _records(frame: pd.DataFrame) -> list[Row]:
    return frame.astype(object).to_dict("records")


def _category(names: pd.Series) -> pd.Series:
    return names.astype(pd.CategoricalDtype(pd.Index(sorted(set(names)), dtype="str")))


def _ids(ids: Iterable[str]) -> pd.Series:
    return pd.Series(list(ids), dtype="str")


def _day(start: str, zone: str) -> str:
    return moment_of(start).astimezone(ZoneInfo(zone)).date().isoformat()
