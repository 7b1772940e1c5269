"""Which entries exactly: search, what is missing, and the columns of a long table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.reports.keys import as_categorical, ids_of


@dataclass(frozen=True)
class Search:
    """What narrows a list of entries beyond the sidebar; empty means all."""

    text: str = ""
    tasks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Does everything pass?"""
        return not (self.text.strip() or self.tasks or self.tags or self.without)


class Order(StrEnum):
    """The order of a list of entries."""

    NEWEST = "newest first"
    OLDEST = "oldest first"
    LONGEST = "longest"
    AMOUNT = "largest amount"
    PERSON = "person"
    CLIENT = "client"
    PROJECT = "project"
    DESCRIPTION = "description"


KIND_OF = {Order.PERSON: Kind.USER, Order.CLIENT: Kind.CLIENT, Order.PROJECT: Kind.PROJECT}
WITHOUT = {"project": "project_id", "task": "task_id", "description": "description", "tag": "tag_ids"}


def find_entries(entries: pd.DataFrame, search: Search) -> pd.DataFrame:
    """Return the entries that a search leaves; the same frame if it is empty.

    The text stands anywhere in the description, letters large or small, and is no pattern.
    An entry has any of the tags, any of the tasks, and lacks everything in `without`.
    """
    kept = found_by(entries, search)
    return entries if kept is None else entries[kept]


def found_by(entries: pd.DataFrame, search: Search) -> pd.Series | None:
    """Tell of each entry if a search leaves it, as `find_entries` does; None if it leaves all."""
    if search.is_empty:
        return None
    kept = pd.Series(True, index=entries.index)
    if search.text.strip():
        kept &= entries["description"].str.casefold().str.contains(search.text.strip().casefold(), regex=False)
    if search.tasks:
        kept &= entries["task_id"].isin(search.tasks)
    if search.tags:
        wanted = set(search.tags)
        tagged = [one for one in as_categorical(entries["tag_ids"]).categories if wanted & set((one or "").split(","))]
        kept &= entries["tag_ids"].isin(tagged)
    for name in search.without:
        kept &= (entries[WITHOUT[name]].astype("str") == "") if name == "description" else entries[WITHOUT[name]].isin([""])
    return kept


def places_in(entries: pd.DataFrame, order: Order, directory: Directory) -> NDArray[np.intp]:
    """Return the places of entries, which come oldest first, in another order. Within equals the newest stand first.

    By amount the currencies stand one after the other, for they can't be compared.
    """
    places = np.arange(len(entries))
    if order is Order.OLDEST:
        return places
    newest = places[::-1]
    if order is Order.NEWEST:
        return newest
    keys = [key.take(newest) for key in _sort_keys(entries, order, directory)]
    return newest[np.lexsort(keys)]


def _sort_keys(entries: pd.DataFrame, order: Order, directory: Directory) -> list[NDArray[Any]]:
    """Return what to sort by, the most important last."""
    if order is Order.LONGEST:
        return [-entries["seconds"].to_numpy()]
    if order is Order.AMOUNT:
        return [-entries["amount_ticks"].to_numpy(), as_categorical(entries["currency"]).codes]
    if order is Order.DESCRIPTION:
        return [pd.factorize(entries["description"].str.lower(), sort=True)[0]]
    ids = ids_of(entries, KIND_OF[order], directory)
    names = [(one == "", directory.label(KIND_OF[order], one).casefold(), one) for one in ids.categories]
    ranks = {name: place for place, name in enumerate(sorted(names))}
    return [np.array([ranks[name] for name in names], dtype=np.intp).take(ids.codes)]


def detailed_rows(entries: pd.DataFrame, directory: Directory, zone: str) -> pd.DataFrame:
    """Return the entries of a page as people read them, in their order.

    Columns: day (midnight), start, end (wall clock of the zone), person, client, project, task,
    tags (names joined by ", ", "" for none), description, billable, seconds, rate (cents an hour),
    amount_ticks, currency, project_id. The index counts from 0. Meant for some dozens: names are looked up row by row.
    """
    names = {
        column: [_name(directory, kind, str(one)) for one in ids_of(entries, kind, directory)]
        for column, kind in (("person", Kind.USER), ("client", Kind.CLIENT), ("project", Kind.PROJECT), ("task", Kind.TASK))
    }
    clock = {name: entries[name].dt.tz_convert(zone).dt.tz_localize(None).array for name in ("start", "end")}
    texts = names | {
        "tags": [_tag_names(directory, one) for one in entries["tag_ids"].astype("str")],
        "description": entries["description"].astype("str").tolist(),
        "currency": entries["currency"].astype("str").tolist(),
        "project_id": entries["project_id"].astype("str").tolist(),
    }
    numbers = {name: entries[name].array for name in ("billable", "seconds", "rate", "amount_ticks")}
    return pd.DataFrame({"day": entries["day"].array, **clock, **{name: pd.array(one, "str") for name, one in texts.items()}, **numbers})


def _name(directory: Directory, kind: Kind, identifier: str) -> str:
    return directory.label(kind, identifier) if identifier else ""


def _tag_names(directory: Directory, ids: str) -> str:
    return ", ".join(directory.label(Kind.TAG, one) for one in ids.split(",") if one)
