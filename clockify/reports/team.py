"""How each person is doing: tracked against capacity, billable against tracked, what is missing and what is too much."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.periods import Period, week_of
from clockify.plans import Notes, Target, Usual
from clockify.reports.capacity import ended_days, places_of, tracked_on
from clockify.reports.keys import as_categorical
from clockify.reports.labels import by_label
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in, sum_at, totals_of

RATE_PREFIX = "rate_cents:"
TEAM_DTYPES = {
    "user_id": "str",
    "label": "str",
    "seconds": "int64",
    "billable_seconds": "int64",
    "ended_seconds": "int64",
    "capacity_seconds": "int64",
    "off_seconds": "int64",
    "overtime_seconds": "int64",
    "missing_seconds": "int64",
    "empty_days": "int64",
    "is_usual": "bool",
    "utilization": "Float64",
    "billability": "Float64",
    "target_utilization": "Int64",
    "target_billability": "Int64",
    "status": "str",
}
NEAR, FAR = 2, 10  # points: so much below a target still reaches it, more than so much above is too much
WEEKS = 12
Sums = NDArray[np.int64]


class Status(StrEnum):
    """How a person's utilization stands to the target in force."""

    ON_TARGET = "on target"
    BELOW = "below"
    ABOVE = "above"
    MISSING_TIME = "time missing"
    NONE = ""


def team(
    cube: pd.DataFrame, capacity: pd.DataFrame, people: Iterable[str], directory: Directory, notes: Notes, *, until: date
) -> pd.DataFrame:
    """Return a row for each person (`TEAM_DTYPES`), by label and id, also without time; and for whoever else has time.

    `cube` and `capacity` (of `capacity_days`) are of one period, all of a person's time, not filtered by
    project. `seconds`, `billable_seconds`, `billability` (billable ÷ tracked) and money are of all of it.
    What is held against capacity is of the days before `until` alone, which have ended: `ended_seconds` (tracked
    then), `capacity_seconds`, `off_seconds`, `utilization` (ended ÷ capacity), `overtime_seconds` (what is more
    than capacity over these days together), `missing_seconds` (day by day: a long day doesn't make up for a
    short one), `empty_days` (with capacity, without any time). A ratio of nothing is NA. Somebody without rows in
    `capacity` (deleted) has none of these but `ended_seconds`. Targets are percents, own or usual, else NA; `status`
    as in `status_of`.

    Then `amount_ticks:EUR` (int64) for each currency of `totals_of(cube)`, the largest first, and for each
    `rate_cents:EUR` (Int64), the effective rate: amount ÷ all tracked hours, rounded once; NA without time.
    """
    users = as_categorical(cube["user_id"])
    having = [str(users.categories[code]) for code in np.unique(users.codes[cube["seconds"].to_numpy() != 0])]
    labels = by_label([*people, *having], directory, Kind.USER)
    ids = list(labels)
    places = places_of(users, ids)
    own = places >= 0  # entries of no length, of somebody who isn't asked for
    cube, places = cube[own], places[own]
    columns = {"user_id": ids, "label": list(labels.values()), **_tracked(cube, places, len(ids), until)}
    columns |= _against_capacity(cube, capacity, ids, until)
    columns |= _targets(ids, notes)
    rows = _with_ratios(pd.DataFrame(columns | {"status": ""}), _amounts(cube, places, len(ids)))
    status = [status_of(*figures) for figures in zip(*(rows[name].tolist() for name in STATUS_NEEDS), strict=True)]
    return rows.assign(status=pd.Series(status, index=rows.index, dtype="str"))


STATUS_NEEDS = ("ended_seconds", "capacity_seconds", "empty_days", "target_utilization")


def status_of(tracked: int, capacity: int, empty_days: int, target: Any) -> Status:
    """Say how tracked time stands to a target of so many percent of capacity (None or NA: no target).

    `NEAR` points below still reach it, more than `FAR` points above are ABOVE. Below that, or without a target, it
    is MISSING_TIME if a day with capacity has no time at all: then it is likely not logged yet. Without
    capacity, or without either, it is NONE.
    """
    if capacity <= 0:
        return Status.NONE
    if target is None or target is pd.NA:
        return Status.MISSING_TIME if empty_days else Status.NONE
    if tracked * 100 > (target + FAR) * capacity:
        return Status.ABOVE
    if tracked * 100 >= (target - NEAR) * capacity:
        return Status.ON_TARGET
    return Status.MISSING_TIME if empty_days else Status.BELOW


def team_total(rows: pd.DataFrame, usual: Usual, label: str = "Team") -> pd.DataFrame:
    """Add the rows of `team` up to one of the same columns: id "", the usual targets, no status.

    Ratios are those of the sums; utilization that of people with capacity, so that the time of somebody of whom
    none is known doesn't count for the others'. `is_usual` if any is.
    """
    summed = [name for name, kind in TEAM_DTYPES.items() if kind == "int64"]
    sums = {name: [int(rows[name].sum())] for name in summed}
    has_capacity = rows["capacity_seconds"] > 0
    texts: dict[str, Any] = {"user_id": [""], "label": [label], "is_usual": [bool(rows["is_usual"].any())], "status": [Status.NONE]}
    targets: dict[str, Any] = {"target_utilization": [usual.utilization], "target_billability": [usual.billability]}
    ticks = {code: np.array([rows[AMOUNT_PREFIX + code].sum()], dtype=np.int64) for code in currencies_in(rows)}
    total = _with_ratios(pd.DataFrame(texts | sums | targets), ticks)
    compared = np.array([rows["ended_seconds"][has_capacity].sum()], dtype=np.int64)
    return total.assign(utilization=_ratio(compared, total["capacity_seconds"].to_numpy()))


def sparks(cube: pd.DataFrame, people: Iterable[str], last_day: date, *, weeks: int = WEEKS, week_start: str = "MONDAY") -> pd.DataFrame:
    """Return the weekly seconds of each person, in the order given: user_id (str), then a column for each week.

    A column is named by the week's first date, oldest first; the last week is the one around `last_day`, up to and
    with it. Somebody without time has zeros.
    """
    ids = list(dict.fromkeys(people))
    start = week_of(last_day, week_start).start - timedelta(weeks=weeks - 1)
    period = Period(start, last_day + timedelta(days=1))
    places = places_of(as_categorical(cube["user_id"]), ids)
    days = cube["day"].to_numpy()
    kept = (places >= 0) & (days >= np.datetime64(period.start)) & (days < np.datetime64(period.end))
    week = (days[kept] - np.datetime64(start)) // np.timedelta64(7, "D")
    cells = sum_at(places[kept] * weeks + week, cube["seconds"].to_numpy()[kept], len(ids) * weeks).reshape(len(ids), weeks)
    columns: dict[Any, Any] = {start + timedelta(weeks=number): cells[:, number] for number in range(weeks)}
    return pd.DataFrame(columns | {"user_id": pd.Series(ids, dtype="str")})[["user_id", *columns]]


def _tracked(cube: pd.DataFrame, places: NDArray[np.intp], size: int, until: date) -> dict[str, Sums]:
    seconds = cube["seconds"].to_numpy()
    has_ended = cube["day"].to_numpy() < np.datetime64(until)
    return {
        "seconds": sum_at(places, seconds, size),
        "billable_seconds": sum_at(places, np.where(cube["billable"].to_numpy(), seconds, 0), size),
        "ended_seconds": sum_at(places, np.where(has_ended, seconds, 0), size),
    }


def _against_capacity(cube: pd.DataFrame, capacity: pd.DataFrame, ids: Sequence[str], until: date) -> dict[str, NDArray[Any]]:
    """Add up what the days that have ended had, and should have had."""
    ended = ended_days(capacity, until)
    places = places_of(as_categorical(ended["user_id"]), ids)
    own = places >= 0
    ended, places, size = ended[own], places[own], len(ids)
    tracked, wanted = tracked_on(ended, cube), ended["seconds"].to_numpy()
    sums = [sum_at(places, one, size) for one in (wanted, tracked, np.maximum(wanted - tracked, 0), ended["off_seconds"].to_numpy())]
    usual = places_of(as_categorical(capacity["user_id"]), ids)[capacity["is_usual"].to_numpy()]
    return {
        "capacity_seconds": sums[0],
        "off_seconds": sums[3],
        "overtime_seconds": np.maximum(sums[1] - sums[0], 0),
        "missing_seconds": sums[2],
        "empty_days": sum_at(places, ((wanted > 0) & (tracked == 0)).astype(np.int64), size),
        "is_usual": np.isin(np.arange(size), usual),
    }


def _targets(ids: Sequence[str], notes: Notes) -> dict[str, list[int | None]]:
    """Return the targets in force: each of a person's own, where it is written, else the usual one."""
    own = {one.user_id: one for one in notes.targets}
    usual = notes.usual
    found = [own.get(one, Target(one)) for one in ids]
    return {
        "target_utilization": [usual.utilization if one.utilization is None else one.utilization for one in found],
        "target_billability": [usual.billability if one.billability is None else one.billability for one in found],
    }


def _amounts(cube: pd.DataFrame, places: NDArray[np.intp], size: int) -> dict[str, Sums]:
    """Return each person's ticks by currency, the largest currency first."""
    spent, ticks = as_categorical(cube["currency"]), cube["amount_ticks"].to_numpy()
    codes = {str(name): place for place, name in enumerate(spent.categories)}
    return {code: sum_at(places, np.where(spent.codes == codes[code], ticks, 0), size) for code in largest_first(totals_of(cube).amounts)}


def _with_ratios(rows: pd.DataFrame, ticks: dict[str, Sums]) -> pd.DataFrame:
    """Add ratios and money, and put the columns in their order."""
    tracked = rows["seconds"].to_numpy()
    columns: dict[str, Any] = {
        "utilization": _ratio(rows["ended_seconds"].to_numpy(), rows["capacity_seconds"].to_numpy()),
        "billability": _ratio(rows["billable_seconds"].to_numpy(), tracked),
    }
    amounts = {AMOUNT_PREFIX + code: one for code, one in ticks.items()}
    rates = {RATE_PREFIX + code: _rate(one, tracked) for code, one in ticks.items()}
    typed: pd.DataFrame = rows.assign(**columns)[list(TEAM_DTYPES)].astype(TEAM_DTYPES)
    return typed.assign(**amounts, **rates)


def _ratio(part: Sums, whole: Sums) -> pd.arrays.FloatingArray:
    """Divide, NA where there is nothing to divide by."""
    none = whole == 0
    return pd.arrays.FloatingArray(part / np.where(none, 1, whole), none)


def _rate(ticks: Sums, seconds: Sums) -> pd.arrays.IntegerArray:
    """Return ticks ÷ seconds, which is cents an hour, rounded half up once, in whole numbers; NA without time."""
    none = seconds == 0
    whole = np.where(none, 1, seconds)
    return pd.arrays.IntegerArray((np.abs(ticks) * 2 + whole) // (whole * 2) * np.sign(ticks), none)
