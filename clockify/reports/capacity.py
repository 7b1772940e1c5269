"""How long people are there: what is written down of their weeks and days off, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.periods import WEEKDAYS, Period
from clockify.plans import EVERYBODY, WEEK, Notes
from clockify.reports.keys import as_categorical
from clockify.reports.measures import sum_at

CAPACITY_DTYPES = {"user_id": "category", "day": "datetime64[us]", "seconds": "int64", "off_seconds": "int64", "is_usual": "bool"}
MOST_DAYS = 10**7  # more than a calendar has, on either side of 1970
Grid = NDArray[np.int64]


def capacity_days(people: Iterable[str], period: Period, notes: Notes, working_days: Collection[str]) -> pd.DataFrame:
    """Return each person's capacity on each day of a period (`CAPACITY_DTYPES`): people as given, days oldest first.

    `seconds` is what is left after days off, `off_seconds` what they took. Somebody of whom no capacity is
    written has the usual week, spread evenly over the workspace's working days (`usual_week`), and `is_usual`
    on every row. Somebody of whom one is written isn't there on days outside its first and last day. Of two
    that hold on one day the later one in the notes counts; days off of `EVERYBODY` are each one's, and a day off twice
    is off once. The same person twice is one; no people give no rows, and categories are the people in their order.
    """
    ids = list(dict.fromkeys(people))
    written = {one.user_id for one in notes.capacities}
    place = {one: number for number, one in enumerate(ids)}
    days = np.arange(np.datetime64(period.start, "D"), np.datetime64(period.end, "D"))
    weekdays = (period.start.weekday() + np.arange(period.days)) % WEEK
    is_usual = np.array([one not in written for one in ids], dtype=np.bool_)
    whole: Grid = np.zeros((len(ids), period.days), dtype=np.int64)
    whole[is_usual] = np.array(usual_week(notes.usual.person_week, working_days), dtype=np.int64)[weekdays]
    for one in notes.capacities:
        if one.user_id in place:
            part = _slice(one.first, one.last, period)
            whole[place[one.user_id], part] = np.array(one.seconds, dtype=np.int64)[weekdays[part]]
    is_off = np.zeros(whole.shape, dtype=np.bool_)
    for off in notes.days_off:
        if off.user_id == EVERYBODY:
            is_off[:, _slice(off.first, off.last, period)] = True
        elif off.user_id in place:
            is_off[place[off.user_id], _slice(off.first, off.last, period)] = True
    return pd.DataFrame(
        {
            "user_id": pd.Categorical.from_codes(np.repeat(np.arange(len(ids)), period.days), categories=pd.Index(ids, dtype="str")),
            "day": np.tile(days.astype("datetime64[us]"), len(ids)),
            "seconds": np.where(is_off, 0, whole).ravel(),
            "off_seconds": np.where(is_off, whole, 0).ravel(),
            "is_usual": np.repeat(is_usual, period.days),
        }
    )


def usual_week(seconds: int, working_days: Collection[str]) -> tuple[int, ...]:
    """Spread a week's seconds evenly over the days that are worked on, Monday first, all seven if none are.

    What doesn't divide goes to the first of them, a second each, so that the week adds up.
    """
    worked = [place for place, name in enumerate(WEEKDAYS) if name in working_days] or list(range(WEEK))
    each, rest = divmod(seconds, len(worked))
    shares = {place: each + (number < rest) for number, place in enumerate(worked)}
    return tuple(shares.get(place, 0) for place in range(WEEK))


def week_scale(capacity: pd.DataFrame, week_start: str) -> dict[date, float]:
    """Return which part of each week's working time people were there, by its first day: 0.8 with one of five days off.

    A week without capacity has none.
    """
    first = WEEKDAYS.index(week_start) if week_start in WEEKDAYS else 0
    back = (capacity["day"].dt.day_of_week.to_numpy() - first) % WEEK
    starts = capacity["day"].to_numpy() - back * np.timedelta64(1, "D")
    sums = capacity.groupby(starts)[["seconds", "off_seconds"]].sum()
    whole = sums["seconds"] + sums["off_seconds"]
    parts = (sums["seconds"] / whole)[whole > 0]
    return dict(zip(pd.DatetimeIndex(parts.index).date.tolist(), parts.tolist(), strict=True))


def ended_days(capacity: pd.DataFrame, until: date) -> pd.DataFrame:
    """Return the rows of the days before `until`, in their order; the same frame if all are."""
    keep = capacity["day"].to_numpy() < np.datetime64(until)
    return capacity if keep.all() else capacity[keep]


def tracked_on(capacity: pd.DataFrame, frame: pd.DataFrame) -> Grid:
    """Return what a cube or entries have on each row of `capacity_days`, or of a part of it, in seconds."""
    people = as_categorical(capacity["user_id"])
    rows = pd.Index(_keys(people.codes, capacity["day"]))
    users = as_categorical(frame["user_id"])
    found = rows.get_indexer(pd.Index(_keys(places_of(users, [str(one) for one in people.categories]), frame["day"])))
    known = found >= 0
    return sum_at(found[known], frame["seconds"].to_numpy()[known], len(rows))


def places_of(ids: pd.Categorical, people: Sequence[str]) -> NDArray[np.intp]:
    """Return each row's place among people, -1 for somebody else."""
    place = {one: number for number, one in enumerate(people)}
    lookup = np.array([place.get(str(one), -1) for one in ids.categories], dtype=np.intp)
    return lookup[ids.codes] if len(ids) else np.zeros(0, dtype=np.intp)


def _keys(places: NDArray[Any], days: pd.Series) -> Grid:
    """Return a number for each person and day; those of nobody (-1) are below all others."""
    keys: Grid = places.astype(np.int64) * MOST_DAYS + days.to_numpy().astype("datetime64[D]").astype(np.int64)
    return keys


def _slice(first: date | None, last: date | None, period: Period) -> slice:
    """Return the part of a period from one day to another, both included."""
    start = 0 if first is None else (first - period.start).days
    end = period.days if last is None else (last - period.start).days + 1
    return slice(max(start, 0), min(max(end, 0), period.days))
