"""By whom and on what: one or two levels of groups, with hours, share, entries and amounts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from operator import add

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.periods import MONTH_NAMES
from clockify.reports.keys import by_tag, days_of, ids_of
from clockify.reports.measures import AMOUNT_PREFIX, Sums, sums_by, totals_of

GROUP_DTYPES = {
    "level": "int64",
    "first_id": "str",
    "second_id": "str",
    "label": "str",
    "seconds": "int64",
    "billable_seconds": "int64",
    "share": "float64",
    "entries": "int64",
}
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Grouping(StrEnum):
    """What rows of a summary stand for."""

    PROJECT = "project"
    CLIENT = "client"
    PERSON = "person"
    TASK = "task"
    TAG = "tag"
    DAY = "day"

    @property
    def label(self) -> str:
        """Say it: "Project"."""
        return self.value.capitalize()

    @property
    def kind(self) -> Kind | None:
        """The kind of thing in the directory; a day has none."""
        if self is Grouping.DAY:
            return None
        return Kind.USER if self is Grouping.PERSON else Kind(self.value)


class Sort(StrEnum):
    """The order of a summary's rows."""

    HOURS = "hours"
    NAME = "name"
    AMOUNT = "amount"

    @property
    def label(self) -> str:
        """Say it: "Hours"."""
        return self.value.capitalize()


def grouped(
    frame: pd.DataFrame,
    first: Grouping,
    then: Grouping | None,
    directory: Directory,
    sort: str = Sort.HOURS,
    *,
    also: Collection[str] = (),
) -> pd.DataFrame:
    """Add time up by one or two groups, in the order of display: each group, then its parts.

    Columns: `GROUP_DTYPES`, then one `amount_ticks:EUR` (int64) for each currency of
    `totals_of(frame)`, the largest first. `level` is 1 or 2; a group's own row has no second id;
    `share` is that of all tracked time. Groups go by id, so two of one name stay two.
    Order: by `sort`, then name and id; "No project" and the like last; days by date, always.
    Amounts are ordered within the largest currency first, then the next.
    Tags need an entries frame: an entry with two tags counts in both rows.
    The ids in `also` have a row of the first level in any case. No rows give the empty frame.
    """
    totals = totals_of(frame)
    currencies = largest_first(totals.amounts)
    nothing: Sums = {(one,): (0,) * (3 + len(currencies)) for one in also}
    if then is None or then is first:
        rows = _rows({**nothing, **_sums(frame, [first], directory, currencies)}, first, directory, sort)
    else:
        sums = _sums(frame, [first, then], directory, currencies)
        # By tag an entry may be in several parts of a group: then the group is more than it holds.
        whole = _sums(frame, [first], directory, currencies) if then is Grouping.TAG else _folded(sums)
        parts: dict[str, list[_Row]] = {}
        for row in _rows(sums, then, directory, sort):
            parts.setdefault(row.ids[0], []).append(row)
        rows = [one for group in _rows({**nothing, **whole}, first, directory, sort) for one in (group, *parts.get(group.ids[0], ()))]
    return _frame(rows, currencies, totals.seconds)


def shown_labels(rows: pd.DataFrame, first: Grouping, then: Grouping | None, directory: Directory) -> list[str]:
    """Return what rows of `grouped` are called on a page: a project bears its client where no group above it says whose it is.

    Files have a column for the client, and names as they are.
    """
    labels: list[str] = rows["label"].tolist()
    if Grouping.CLIENT in (first, then) or Grouping.PROJECT not in (first, then):
        return labels
    level, ids = (1, rows["first_id"]) if first is Grouping.PROJECT else (2, rows["second_id"])
    told = zip(labels, rows["level"], ids, strict=True)
    return [directory.full_label(Kind.PROJECT, one) if own == level else label for label, own, one in told]


@dataclass(frozen=True)
class _Row:
    ids: tuple[str, ...]
    label: str
    seconds: int
    billable_seconds: int
    entries: int
    ticks: tuple[int, ...]


def _sums(frame: pd.DataFrame, groupings: Sequence[Grouping], directory: Directory, currencies: Sequence[str]) -> Sums:
    rows = by_tag(frame) if Grouping.TAG in groupings else frame
    return sums_by(rows, [_ids(rows, grouping, directory) for grouping in groupings], currencies)


def _folded(sums: Sums) -> Sums:
    """Add the parts of each group up."""
    whole: dict[tuple[str, ...], tuple[int, ...]] = {}
    for (first, *_), figures in sums.items():
        known = whole.get((first,))
        whole[first,] = tuple(map(add, known, figures)) if known else figures
    return whole


def _rows(sums: Sums, grouping: Grouping, directory: Directory, sort: str) -> list[_Row]:
    """Return the sums of one level with the labels of its own `grouping`, ordered by `sort`, missing groups last.

    In plain Python: there are a few hundred rows, and a frame's operation costs as much as all of them.
    """
    labels = _labels(list(dict.fromkeys(ids[-1] for ids in sums)), grouping, directory)
    rows = [
        _Row(ids, labels[ids[-1]], seconds, billable, entries, tuple(ticks)) for ids, (seconds, billable, entries, *ticks) in sums.items()
    ]
    return sorted(rows, key=partial(_order, grouping, Sort(sort)))


def _order(grouping: Grouping, sort: Sort, row: _Row) -> tuple[object, ...]:
    own = row.ids[-1]
    if grouping is Grouping.DAY:
        return (own,)
    figures = {Sort.HOURS: (row.seconds,), Sort.AMOUNT: (*row.ticks, row.seconds)}.get(sort, ())
    return (own == "", *(-figure for figure in figures), row.label.casefold(), own)


def _frame(rows: Sequence[_Row], currencies: Sequence[str], total: int) -> pd.DataFrame:
    seconds = np.array([row.seconds for row in rows], dtype=np.int64)
    columns = {
        "level": [len(row.ids) for row in rows],
        "first_id": [row.ids[0] for row in rows],
        "second_id": [row.ids[1] if len(row.ids) > 1 else "" for row in rows],
        "label": [row.label for row in rows],
        "seconds": seconds,
        "billable_seconds": [row.billable_seconds for row in rows],
        "share": seconds / total if total else np.zeros(len(rows)),
        "entries": [row.entries for row in rows],
    } | {AMOUNT_PREFIX + code: [row.ticks[place] for row in rows] for place, code in enumerate(currencies)}
    return pd.DataFrame(columns).astype(GROUP_DTYPES | {AMOUNT_PREFIX + code: "int64" for code in currencies})


def _ids(rows: pd.DataFrame, grouping: Grouping, directory: Directory) -> pd.Categorical:
    kind = grouping.kind
    return days_of(rows) if kind is None else ids_of(rows, kind, directory)


def _labels(ids: list[str], grouping: Grouping, directory: Directory) -> dict[str, str]:
    kind = grouping.kind
    if kind is not None:
        return {one: directory.label(kind, one) for one in ids}
    years = {text[:4] for text in ids}
    return {text: day_label(date.fromisoformat(text), len(years) > 1) for text in ids}


def day_label(day: date, with_year: bool = False) -> str:
    """Name a day: "Mon 3 Nov", or "Mon 3 Nov 2026"."""
    text = f"{DAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month]}"
    return f"{text} {day.year}" if with_year else text
