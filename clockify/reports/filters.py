"""What part of the time is looked at: people, clients, projects, billable, days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.periods import Period
from clockify.reports.keys import ids_of


@dataclass(frozen=True)
class Filters:
    """What a person chose to see: ids of Clockify; an empty tuple means all, "" means those without one.

    Within one field any may match, and every field must.
    """

    people: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    billable: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Does everything pass?"""
        return not (self.people or self.clients or self.projects) and self.billable is None


def apply_filters(frame: pd.DataFrame, filters: Filters, directory: Directory) -> pd.DataFrame:
    """Return the rows of entries or of a cube that pass, in their order.

    A client is that of the project. The same frame comes back where nothing is filtered out.
    """
    if filters.is_empty or frame.empty:
        return frame
    keep = np.ones(len(frame), dtype=bool)
    chosen = ((Kind.USER, filters.people), (Kind.CLIENT, filters.clients), (Kind.PROJECT, filters.projects))
    for kind, wanted in chosen:
        if wanted:
            keep &= _is_one_of(ids_of(frame, kind, directory), wanted)
    if filters.billable is not None:
        keep &= frame["billable"].to_numpy() == filters.billable
    return frame if keep.all() else frame[keep]


def in_period(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return the rows whose day lies in the period, in their order; the same frame if all do."""
    days = frame["day"].to_numpy()
    keep = (days >= np.datetime64(period.start)) & (days < np.datetime64(period.end))
    return frame if keep.all() else frame[keep]


def _is_one_of(ids: pd.Categorical, wanted: Collection[str]) -> NDArray[np.bool_]:
    """Compare categories instead of rows: a hundred names against a hundred thousand entries."""
    passes: NDArray[np.bool_] = np.array([name in wanted for name in ids.categories], dtype=np.bool_)
    return passes.take(ids.codes)
