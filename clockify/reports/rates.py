"""Rates that a team has written down for projects where Clockify has none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from clockify.plans import Rate
from clockify.reports.keys import as_categorical

RATED = ("project_id", "billable", "seconds", "rate", "amount_ticks")


def with_rates(frame: pd.DataFrame, rates: Sequence[Rate]) -> pd.DataFrame:
    """Return entries or a cube (columns `RATED`) in which billable time without rate and amount earns its project's, where it has one.

    In the row's own currency. What Clockify reports stays as it is; the same frame comes back where nothing is to be added.
    """
    by_project = {rate.project_id: rate.cents for rate in rates if rate.cents}
    if not by_project or frame.empty:
        return frame
    projects = as_categorical(frame["project_id"])
    known = np.array([by_project.get(str(one), 0) for one in projects.categories], dtype=np.int64)
    rate, ticks = frame["rate"].to_numpy(), frame["amount_ticks"].to_numpy()
    lacks = frame["billable"].to_numpy() & (rate == 0) & (ticks == 0) & (projects.codes >= 0)
    own = np.where(lacks, known.take(projects.codes, mode="clip") if len(known) else 0, 0)
    if not own.any():
        return frame
    return frame.assign(rate=np.where(own > 0, own, rate), amount_ticks=np.where(own > 0, own * frame["seconds"].to_numpy(), ticks))
