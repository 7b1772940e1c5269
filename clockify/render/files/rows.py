"""Entries as plain columns for files, piece by piece: a million rows never stand twice in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.render.figures import Texts, offset_text, written
from clockify.reports.keys import as_categorical, ids_of

PIECE, SECONDS_PER_DAY = 10_000, 86_400
NAMED = (Kind.USER, Kind.CLIENT, Kind.PROJECT, Kind.TASK)  # in the order of our columns
Write = Callable[[str], Any]


def pieces(entries: pd.DataFrame, *, newest_first: bool = False) -> Iterator[pd.DataFrame]:
    """Cut entries, oldest first, into pieces of at most `PIECE` rows; no entries give one empty piece."""
    order = oldest_first(entries)
    order = order[::-1] if newest_first else order
    for start in range(0, max(len(entries), 1), PIECE):
        places = order[start : start + PIECE]
        # Cut first: to take some text out of a column of many chunks, Arrow copies all of it together each time.
        low, high = (places.min(), places.max()) if len(places) else (0, -1)
        yield entries.iloc[low : high + 1].iloc[places - low]


def names(rows: pd.DataFrame, kind: Kind, directory: Directory, write: Write = str) -> Texts:
    """Return the name of each row's person, client, project or task, written; that of nothing is ""."""
    return by_category(ids_of(rows, kind, directory), lambda one: write(directory.label(kind, one) if one else ""))


def tag_names(rows: pd.DataFrame, directory: Directory, write: Write = str) -> Texts:
    """Return each row's tags, joined with ", ", written."""
    return by_category(as_categorical(rows["tag_ids"]), lambda ids: write(", ".join(tag_list(ids, directory))))


def tag_list(ids: str, directory: Directory) -> list[str]:
    """Return the names of joined tags."""
    return [directory.label(Kind.TAG, one) for one in ids.split(",") if one]


def each(column: pd.Series, write: Write = str) -> list[Any]:
    """Write a column's own texts, one by one; a missing one is ""."""
    return [write(text) for text in column.astype("str").fillna("").tolist()]


def of_few(column: pd.Series, write: Write = str) -> Texts:
    """Write a column of few different texts."""
    return by_category(as_categorical(column), write)


def local_clocks(moments: pd.Series, zone: str) -> pd.Series:
    """Return aware moments as the wall clock of a zone, without one."""
    clocks: pd.Series = moments.dt.tz_convert(ZoneInfo(zone)).dt.tz_localize(None)
    return clocks


def local_times(moments: pd.Series, zone: str) -> Texts:
    """Write aware moments in a zone: "2026-11-03T09:00:00+01:00"."""
    local = local_clocks(moments, zone)
    days, clocks = np.divmod(local.to_numpy().astype("datetime64[s]").view("int64"), SECONDS_PER_DAY)
    ahead = (local - local_clocks(moments, "UTC")).dt.total_seconds().astype("int64")
    texts: Texts = written(days, _day_text) + _clock_texts().take(clocks) + written(ahead, offset_text)
    return texts


def dates(days: pd.Series) -> Texts:
    """Write days: "2026-11-03"."""
    return written(days.to_numpy().astype("datetime64[D]").view("int64"), _day_text)


def _day_text(days: int) -> str:
    return str(np.datetime64(days, "D"))


@cache
def _clock_texts() -> Texts:
    """Every second of a day as a text, "T09:00:00": made once, for to write each of a million moments takes long."""
    parts = ((second // 3600, second // 60 % 60, second % 60) for second in range(SECONDS_PER_DAY))
    texts: Texts = np.array([f"T{hours:02}:{minutes:02}:{seconds:02}" for hours, minutes, seconds in parts], dtype=object)
    return texts


def by_category(ids: pd.Categorical, write: Write) -> Texts:
    """Write categories, each once."""
    texts: Texts = np.empty(len(ids.categories), dtype=object)
    # Only what occurs: a piece of a year knows all of its people and tags. By place, for a list is no row of an array.
    used = np.unique(ids.codes)
    for code, one in zip(used, ids.categories.take(used).tolist(), strict=True):
        texts[code] = write(str(one))
    return texts.take(ids.codes) if len(ids) else np.zeros(0, dtype=object)


def oldest_first(entries: pd.DataFrame) -> np.ndarray:
    """Return the order by start, then id; only where two start at once are ids looked at."""
    starts = entries["start"].dt.tz_convert(None).to_numpy().view("int64")
    if (np.diff(starts) > 0).all():
        return np.arange(len(entries))
    return np.lexsort((entries["id"].to_numpy(dtype=object), starts))
