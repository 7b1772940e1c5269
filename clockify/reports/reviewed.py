"""A week as it was when a lead marked it done, beside what it is now."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

FORM = 1  # of what is kept; another one can't be read here


class What(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True)
class Noted:
    """An entry as far as it is kept: ids, not names; tags in their order of ids; no money (None) where nobody may see it."""

    id: str
    start: datetime
    seconds: int
    project_id: str
    task_id: str
    tag_ids: tuple[str, ...]
    description: str
    billable: bool
    amount_ticks: int | None
    currency: str | None


FIELDS = tuple(one.name for one in fields(Noted))


@dataclass(frozen=True)
class ChangeOfEntry:
    """An entry before (None: it wasn't there) and after (None: it is gone)."""

    before: Noted | None
    after: Noted | None

    @property
    def what(self) -> What:
        """What became of it."""
        if self.before is None:
            return What.ADDED
        return What.DELETED if self.after is None else What.CHANGED

    @property
    def entry(self) -> Noted:
        """The entry as it is now, or was last."""
        known = self.after or self.before
        if known is None:
            raise ValueError("a change has an entry before or after")
        return known

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields that aren't what they were, in the order of `FIELDS`; none of an entry that is new or gone."""
        before, after = self.before, self.after
        return tuple(name for name in FIELDS if before and after and getattr(before, name) != getattr(after, name))

    @property
    def seconds(self) -> int:
        """How much time there is more, or less."""
        return (self.after.seconds if self.after else 0) - (self.before.seconds if self.before else 0)

    @property
    def ticks(self) -> dict[str, int]:
        """How much money there is more, or less, by currency; only what differs."""
        sums: Counter[str] = Counter()
        for one, sign in ((self.before, -1), (self.after, 1)):
            if one is not None and one.amount_ticks is not None:
                sums[one.currency or ""] += sign * one.amount_ticks
        return {code: ticks for code, ticks in sorted(sums.items()) if ticks}


def in_bounds(entries: pd.DataFrame, start: datetime, end: datetime) -> pd.DataFrame:
    """Return the entries that start from one moment up to another (aware, the second one not included), in their order.

    A mark keeps moments and not days, so that a week stays the same entries where the report zone changes.
    """
    begun = entries["start"]
    keep = ((begun >= pd.Timestamp(start)) & (begun < pd.Timestamp(end))).to_numpy(dtype=np.bool_)
    return entries if keep.all() else entries[keep]


def noted(entries: pd.DataFrame, *, money: bool = True) -> bytes:
    """Pack entries (exact ones, not rounded) to be kept with a mark: gzip of compact JSON, rows by id.

    Equal entries give equal bytes, in whatever order they or their tags come. Without `money` (who marks may not see
    it, and amounts are zeros) none is kept, and none is compared later. Columns as in `Noted`.
    """
    rows = [_packed(one) for one in sorted(_read(entries, money=money), key=lambda one: one.id)]
    text = json.dumps({"form": FORM, "rows": rows}, separators=(",", ":"))
    return gzip.compress(text.encode("ascii"), mtime=0)


def changed_since(noted: bytes, entries_now: pd.DataFrame, *, money: bool) -> list[ChangeOfEntry]:
    """Return which entries were added, changed or deleted since they were packed, by start and id.

    `entries_now` are those of the same person and bounds. Only what `Noted` has is compared. Without `money` neither
    side has any, and a change of money alone isn't one; nor is it where the mark kept none.
    Raises ValueError for bytes that `noted` didn't give.
    """
    packed = unpacked(noted)
    told = money and all(one.amount_ticks is not None for one in packed)
    kept = {one.id: one if told else _without_money(one) for one in packed}
    now = {one.id: one for one in _read(entries_now, money=told)}
    pairs = ((kept.get(key), now.get(key)) for key in dict.fromkeys([*kept, *now]))
    changes = [ChangeOfEntry(before, after) for before, after in pairs if before != after]
    return sorted(changes, key=lambda change: (change.entry.start, change.entry.id))


def summed(changes: Iterable[ChangeOfEntry]) -> tuple[int, dict[str, int]]:
    """Add changes up: seconds more (or less), and ticks by currency, only what differs."""
    seconds, sums = 0, Counter[str]()
    for change in changes:
        seconds += change.seconds
        for code, ticks in change.ticks.items():
            sums[code] += ticks
    return seconds, {code: ticks for code, ticks in sorted(sums.items()) if ticks}


def unpacked(noted: bytes) -> list[Noted]:
    """Return what was packed, by id; ValueError for bytes that `noted` didn't give."""
    try:
        content = json.loads(gzip.decompress(noted))
        if content["form"] != FORM:
            raise ValueError(f"another form: {content['form']}")
        return [_unpacked_row(row) for row in content["rows"]]
    except (OSError, EOFError, KeyError, TypeError, ValueError) as problem:
        raise ValueError("What was noted of this week can't be read.") from problem


def _read(entries: pd.DataFrame, *, money: bool) -> list[Noted]:
    """Return entries as they are kept and compared, in their order."""
    starts = pd.DatetimeIndex(entries["start"]).tz_convert("UTC").to_pydatetime()
    ids = (entries[name].astype("str").tolist() for name in ("project_id", "task_id"))
    tags = [tuple(sorted(set(filter(None, text.split(","))))) for text in entries["tag_ids"].astype("str")]
    plain = (entries[name].tolist() for name in ("id", "seconds", "description", "billable"))
    spent: Sequence[Any] = [(None, None)] * len(entries)
    if money:
        spent = list(zip(entries["amount_ticks"].tolist(), entries["currency"].astype("str").tolist(), strict=True))
    rows = zip(*plain, *ids, tags, starts, spent, strict=True)
    return [
        Noted(one, start.replace(tzinfo=UTC), seconds, project, task, tag_ids, text, billable, *paid)
        for one, seconds, text, billable, project, task, tag_ids, start, paid in rows
    ]


def _packed(one: Noted) -> list[Any]:
    return [getattr(one, name) if name != "start" else one.start.isoformat() for name in FIELDS]


def _unpacked_row(row: Sequence[Any]) -> Noted:
    values = dict(zip(FIELDS, row, strict=True))
    return Noted(**values | {"start": datetime.fromisoformat(values["start"]), "tag_ids": tuple(values["tag_ids"])})


def _without_money(one: Noted) -> Noted:
    return replace(one, amount_ticks=None, currency=None)
