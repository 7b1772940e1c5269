"""When in the week time is tracked: seconds by weekday and hour of the clock on the wall."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.plans import WEEK
from clockify.reports.measures import sum_at

HOURS, SLOT = 24, 15 * 60  # clocks differ by whole quarters of an hour
RHYTHM_DTYPES = {"weekday": "int64", "hour": "int64", "seconds": "int64"}
MICROSECONDS = 10**6


def rhythm(entries: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Spread entries over the hours that they cover in a zone (`RHYTHM_DTYPES`): 168 rows, Monday's 0 to 23 first.

    Each second lies in the weekday and hour that the zone's clocks show then, over midnight and over their changes:
    the hour that is left out has none, that which comes twice has both. Counts from start to end in whole
    seconds, which isn't always an entry's `seconds` (they may be rounded); the sum of all rows is that of these
    lengths. An entry that ends before it starts has none; no entries give zeros.

    Where clocks differ from others, or change, by less than a quarter or off its edge (some until 1972, St John's until
    2011 at one minute past midnight), an hour's edge is off by as much; the sum isn't.
    """
    start, end = (_instants(entries[name]) for name in ("start", "end"))
    has_length = end > start
    slots, seconds = _covered(start[has_length], end[has_length])
    local = pd.DatetimeIndex(slots.astype("datetime64[s]"), tz="UTC").tz_convert(zone)
    places = local.day_of_week.to_numpy().astype(np.intp) * HOURS + local.hour.to_numpy()
    weekday, hour = np.divmod(np.arange(WEEK * HOURS), HOURS)
    return pd.DataFrame({"weekday": weekday, "hour": hour, "seconds": sum_at(places, seconds, WEEK * HOURS)}).astype(RHYTHM_DTYPES)


def _covered(start: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first instant of each quarter of an hour that has time, and its seconds.

    Entries are never spread: each adds a whole quarter from where it starts up to where it ends, and what the outer
    two have too much or too little is put right after.
    """
    if not len(start):
        return start, end
    first, last = start // SLOT, end // SLOT
    edges, places = np.unique(np.concatenate([first, last]), return_inverse=True)
    begun, over = places[: len(start)], places[len(start) :]
    count = np.zeros(len(edges), dtype=np.int64)
    np.add.at(count, begun, 1)
    np.add.at(count, over, -1)
    running = np.cumsum(count)
    between = np.where(running > 0, np.diff(edges, append=edges[-1] + 1), 1)  # years without entries are no slots
    slots = np.repeat(edges - (np.cumsum(between) - between), between) + np.arange(between.sum())
    seconds = np.repeat(running * SLOT, between)
    at = np.searchsorted(slots, edges)
    np.add.at(seconds, at[begun], -(start - first * SLOT))
    np.add.at(seconds, at[over], end - last * SLOT)
    kept = seconds != 0
    return slots[kept] * SLOT, seconds[kept]


def _instants(column: pd.Series) -> NDArray[np.int64]:
    """Return moments as whole seconds since 1970, what is less cut off."""
    moments: NDArray[np.int64] = pd.DatetimeIndex(column).as_unit("us").asi8 // MICROSECONDS
    return moments
