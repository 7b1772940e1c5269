"""Rows into a month, and out of it: frames in, frames out, oldest first as they were.

Whatever way a month came to its rows, the same rows give the same frame: categories in order,
none without a row. So the same content is known as the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockify.frames import concat_frames, empty_entries
from clockify.periods import Month, Period

Names = Mapping[str, Mapping[str, Any]]


def within(entries: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return the entries that start on the local days of a period."""
    first, end = pd.Timestamp(period.start), pd.Timestamp(period.end)
    kept = entries[(entries["day"] >= first) & (entries["day"] < end)]
    return entries if len(kept) == len(entries) else tidy(kept)


def put(entries: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Return the entries with fresh ones in place of those with their ids."""
    return _ordered([without(entries, fresh["id"]), fresh])


def without(entries: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Return the entries but those with these ids; the same frame if none has."""
    lost = are_among(entries["id"], ids)
    return tidy(entries[~lost]) if lost.any() else entries


def are_among(ids: pd.Series, others: pd.Series) -> NDArray[np.bool_]:
    """Tell which ids are among others; Arrow does it, since pandas goes through a list of Python's own texts."""
    found = pc.is_in(pa.Array.from_pandas(ids, type=pa.large_string()), value_set=pa.Array.from_pandas(others, type=pa.large_string()))
    among: NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return among


def with_days(entries: pd.DataFrame, periods: Sequence[Period], fresh: pd.DataFrame) -> pd.DataFrame:
    """Return the entries with fresh ones in place of everything on the days of some periods.

    A fresh one that stood on another day before has moved: it is there once.
    """
    kept = entries
    for period in periods:
        kept = kept[(kept["day"] < pd.Timestamp(period.start)) | (kept["day"] >= pd.Timestamp(period.end))]
    return put(kept, fresh)


def together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the entries of several frames; of one that is in several, the last."""
    merged = concat_frames(frames, empty_entries())
    twice = merged["id"].duplicated(keep="last")
    return _ordered([merged[~twice]])


def tidy(entries: pd.DataFrame) -> pd.DataFrame:
    """Return the frame in the one form that these rows have."""
    if entries.empty:
        return empty_entries()
    names = {}
    for name, column in entries.select_dtypes("category").items():
        used = column.cat.remove_unused_categories()
        names[str(name)] = used.cat.reorder_categories(sorted(used.cat.categories))
    return entries.assign(**names).reset_index(drop=True)


def merged_names(*known: Names) -> dict[str, dict[str, Any]]:
    """Return the names (and facts) of several months or pages; the later one wins where it says something."""
    names: dict[str, dict[str, Any]] = {}
    for one in known:
        for kind, found in one.items():
            mine = names.setdefault(kind, {})
            mine |= {identifier: name for identifier, name in found.items() if any(name) or identifier not in mine}
    return names


def days_of(periods: Sequence[Period]) -> list[date]:
    """Return every day of some periods."""
    return [date.fromordinal(number) for period in periods for number in range(period.start.toordinal(), period.end.toordinal())]


def ranges_of(days: Collection[date], counts: Mapping[date, int], most: int) -> list[Period]:
    """Return periods that hold these days, the newest first: neighbours together, and what lies between if it costs no page more.

    `counts` says how many entries a day has, `most` how many fit a page.
    """
    ranges: list[Period] = []
    for day in sorted(days, reverse=True):
        alone = Period(day, date.fromordinal(day.toordinal() + 1))
        if ranges:
            joined = Period(day, ranges[-1].end)
            if alone.end == ranges[-1].start or _count(joined, counts) <= most:
                ranges[-1] = joined
                continue
        ranges.append(alone)
    return ranges


def newest_days(month: Month, counts: Mapping[date, int], most: int) -> Period | None:
    """Return as many of a month's last days as hold at most so many entries; None if the last one with time has more."""
    days = [date.fromordinal(number) for number in range(month.period.start.toordinal(), month.period.end.toordinal())]
    held, first = 0, month.period.end
    for day in reversed(days):
        if held + counts.get(day, 0) > most:
            break
        held, first = held + counts.get(day, 0), day
    return Period(first, month.period.end) if held else None


def counts_by_day(entries: pd.DataFrame) -> dict[date, int]:
    """Return how many entries each day has."""
    counts = entries["day"].value_counts()
    return {day.date(): int(count) for day, count in zip(counts.index, counts, strict=True)}


def _count(period: Period, counts: Mapping[date, int]) -> int:
    return sum(counts.get(day, 0) for day in days_of([period]))


def _ordered(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return tidy(concat_frames(frames, empty_entries()).sort_values(["start", "id"], ignore_index=True))
