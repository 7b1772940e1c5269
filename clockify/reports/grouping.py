"""By whom and on what: one or two levels of groups, with hours, share, entries and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.periods import MONTH_NAMES
from clockify.reports.keys import by_tag, days_of, ids_of
from clockify.reports.measures import AMOUNT_PREFIX, COUNTS, sums_by, totals_of

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


def grouped(frame: pd.DataFrame, first: Grouping, then: Grouping | None, directory: Directory, sort: str = Sort.HOURS) -> pd.DataFrame:
    """Add time up by one or two groups, in the order of display: each group, then its parts.

    Columns: `GROUP_DTYPES`, then one `amount_ticks:EUR` (int64) for each currency of
    `totals_of(frame)`, the largest first. `level` is 1 or 2; a group's own row has no second id;
    `share` is that of all tracked time. Groups go by id, so two of one name stay two.
    Order: by `sort`, then name and id; "No project" and the like last; days by date, always.
    Amounts are ordered within the largest currency first, then the next.
    Tags need an entries frame: an entry with two tags counts in both rows.
    No rows give the empty frame.
    """
    totals = totals_of(frame)
    currencies = largest_first(totals.amounts)
    groups = _level(frame, [first], directory, currencies, sort)
    groups["rank"] = range(len(groups))
    levels = [groups]
    if then is not None and then is not first:
        parts = _level(frame, [first, then], directory, currencies, sort)
        parts["rank"] = parts["first_id"].map(dict(zip(groups["first_id"], groups["rank"], strict=True)))
        levels.append(parts)
    rows = pd.concat(levels, ignore_index=True).sort_values(["rank", "level"], kind="stable", ignore_index=True)
    rows["share"] = rows["seconds"] / totals.seconds if totals.seconds else 0.0
    return rows[[*GROUP_DTYPES, *(AMOUNT_PREFIX + code for code in currencies)]].astype(GROUP_DTYPES)


def _level(frame: pd.DataFrame, groupings: Sequence[Grouping], directory: Directory, currencies: list[str], sort: str) -> pd.DataFrame:
    """Return the sums of one level with ids and labels, ordered by `sort`."""
    rows = by_tag(frame) if Grouping.TAG in groupings else frame
    names = ["first_id", "second_id"][: len(groupings)]
    keys = {name: _ids(rows, grouping, directory) for name, grouping in zip(names, groupings, strict=True)}
    sums = sums_by(rows, keys, currencies).assign(level=len(groupings))
    if len(groupings) == 1:
        sums["second_id"] = pd.Series("", index=sums.index, dtype="str")
    ids = sums[names[-1]]
    labels = _labels(ids.unique().tolist(), groupings[-1], directory)
    sums["label"] = ids.map(labels).astype("str")
    return _ordered(sums, ids, groupings[-1], sort, currencies)


def _ordered(sums: pd.DataFrame, ids: pd.Series, grouping: Grouping, sort: str, currencies: list[str]) -> pd.DataFrame:
    """Sort the rows of one level, missing groups last."""
    order = pd.DataFrame({"missing": ids == "", "name": sums["label"].str.casefold(), "id": ids}, index=sums.index)
    by = ["id"]
    if grouping is not Grouping.DAY:
        figures = {Sort.HOURS: ["seconds"], Sort.AMOUNT: [*(AMOUNT_PREFIX + code for code in currencies), "seconds"]}
        by = ["missing", *figures.get(Sort(sort), []), "name", "id"]
        order = order.assign(**{name: -sums[name] for name in [*COUNTS, *(AMOUNT_PREFIX + code for code in currencies)]})
    return sums.loc[order.sort_values(by, kind="stable").index].reset_index(drop=True)


def _ids(rows: pd.DataFrame, grouping: Grouping, directory: Directory) -> pd.Categorical:
    kind = grouping.kind
    return days_of(rows) if kind is None else ids_of(rows, kind, directory)


def _labels(ids: list[str], grouping: Grouping, directory: Directory) -> dict[str, str]:
    kind = grouping.kind
    if kind is not None:
        return directory.labels(kind, ids)
    years = {text[:4] for text in ids}
    return {text: day_label(date.fromisoformat(text), len(years) > 1) for text in ids}


def day_label(day: date, with_year: bool = False) -> str:
    """Name a day: "Mon 3 Nov", or "Mon 3 Nov 2026"."""
    text = f"{DAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month]}"
    return f"{text} {day.year}" if with_year else text
