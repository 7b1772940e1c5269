"""What each row belongs to: ids as categories, so that grouping compares numbers, never names."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind

ID_COLUMNS = {Kind.USER: "user_id", Kind.PROJECT: "project_id", Kind.TASK: "task_id", Kind.TAG: "tag_id"}


def ids_of(frame: pd.DataFrame, kind: Kind, directory: Directory) -> pd.Categorical:
    """Return the id that each row belongs to, "" for none.

    A client is found through the project. Tags need a frame from `by_tag`.
    """
    if kind is Kind.CLIENT:
        return recoded(as_categorical(frame["project_id"]), directory.client_of)
    return as_categorical(frame[ID_COLUMNS[kind]])


def days_of(frame: pd.DataFrame) -> pd.Categorical:
    """Return each row's day as "2026-11-03"."""
    codes, days = pd.factorize(frame["day"], sort=True)
    return pd.Categorical.from_codes(codes, categories=pd.Index(pd.DatetimeIndex(days).strftime("%Y-%m-%d"), dtype="str"))


def as_categorical(column: pd.Series) -> pd.Categorical:
    """Return a column of ids as categories of text; a missing id is ""."""
    categorical = cast(pd.Categorical, column.astype("category").array)
    if (categorical.codes < 0).any():
        return cast(pd.Categorical, column.astype("str").fillna("").astype("category").array)
    return categorical


def recoded(ids: pd.Categorical, target_of: Callable[[str], str]) -> pd.Categorical:
    """Replace each id by what it leads to, asking once per category."""
    targets = [target_of(identifier) for identifier in ids.categories]
    position = {target: place for place, target in enumerate(dict.fromkeys(targets))}
    places = np.array([position[target] for target in targets], dtype=np.intp)
    return pd.Categorical.from_codes(places[ids.codes], categories=pd.Index(list(position), dtype="str"))


def by_tag(entries: pd.DataFrame) -> pd.DataFrame:
    """Repeat each entry for each of its tags, in a column `tag_id`; "" where it has none.

    Needs an entries frame: a cube doesn't know tags. Order is kept. The sums of the
    result count an entry with two tags twice.
    """
    joined = as_categorical(entries["tag_ids"])
    tags = [list(dict.fromkeys(filter(None, text.split(",")))) or [""] for text in joined.categories]
    lengths = np.array([len(some) for some in tags], dtype=np.intp)
    first = np.cumsum(lengths) - lengths
    times = lengths[joined.codes]
    rows = np.repeat(np.arange(len(entries)), times)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    flat = pd.Index([tag for some in tags for tag in some], dtype="str")
    names = flat.unique()
    codes = names.get_indexer(flat)[first[joined.codes][rows] + within]
    return entries.take(rows).assign(tag_id=pd.Categorical.from_codes(codes, categories=names))
