"""Which days lack time: a person's tracked time below capacity, and how to ask for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from clockify.money import hours_of
from clockify.periods import WEEKDAYS, Period
from clockify.plans import WEEK
from clockify.reports.capacity import ended_days, tracked_on
from clockify.reports.grouping import day_label

MISSING_DTYPES = {
    "user_id": "category",
    "day": "datetime64[us]",
    "seconds": "int64",
    "capacity_seconds": "int64",
    "missing_seconds": "int64",
}
SUMS = ["seconds", "capacity_seconds", "missing_seconds", "days"]


def missing_days(cube: pd.DataFrame, capacity: pd.DataFrame, until: date) -> pd.DataFrame:
    """Return the days before `until` on which a person tracked less than capacity (`MISSING_DTYPES`).

    `capacity` is that of `capacity_days`, whose order and categories stay. What was tracked too much on one
    day doesn't make up for another; a day off lacks nothing. Nothing missing gives no rows.
    """
    days = ended_days(capacity, until)
    tracked, wanted = tracked_on(days, cube), days["seconds"].to_numpy()
    columns = {
        "user_id": days["user_id"].array,
        "day": days["day"].array,
        "seconds": tracked,
        "capacity_seconds": wanted,
        "missing_seconds": wanted - tracked,
    }
    return pd.DataFrame(columns)[wanted > tracked].reset_index(drop=True)


def by_week(missing: pd.DataFrame, week_start: str) -> pd.DataFrame:
    """Add `missing_days` up by person and week, in their order: for long periods.

    Columns: user_id, day (the week's first, also where the period begins later), seconds, capacity_seconds,
    missing_seconds, days (int64): how many days lack time. Sums are those of these days alone, so that
    tracked and missing make the capacity. No rows give none.
    """
    first = WEEKDAYS.index(week_start) if week_start in WEEKDAYS else 0
    back = (missing["day"].dt.day_of_week.to_numpy() - first) % WEEK
    starts = missing["day"].to_numpy() - back * np.timedelta64(1, "D")
    weeks = missing.assign(day=pd.Series(starts.astype("datetime64[us]"), index=missing.index), days=1)
    # Already ordered by person and day: so they are found in that order.
    found = weeks.groupby(["user_id", "day"], observed=True, sort=False)[SUMS].sum().reset_index()
    return found.astype(dict.fromkeys(SUMS, "int64") | {"day": "datetime64[us]"})


def two_places(seconds: int) -> str:
    """Write seconds as "3.50"."""
    return str(hours_of(seconds))


def reminder(person: str, rows: pd.DataFrame, period: Period, write: Callable[[int], str] = two_places) -> str:
    """Return plain text to send to a person: the days, or weeks, of `missing_days` or `by_week` that are that person's.

    `write` says how seconds are written (as "3.50", "3:30"). A line is "Mon 16 Nov: 3.50 of 8.00 h logged, 4.50
    missing". Names are as they are, on one line; no rows give "".
    """
    if rows.empty:
        return ""
    with_year = period.start.year != period.last_day.year
    label = _week_label if "days" in rows else day_label
    figures = zip(*(rows[name].tolist() for name in ("day", "seconds", "capacity_seconds", "missing_seconds")), strict=True)
    lines = [
        f"{label(day.date(), with_year)}: {write(tracked)} of {write(wanted)} h logged, {write(missing)} missing"
        for day, tracked, wanted, missing in figures
    ]
    together = f"Together: {write(int(rows['missing_seconds'].sum()))} h missing."
    greeting = f"Hi {name}," if (name := " ".join(person.split())) else "Hi,"
    return "\n".join(
        [
            greeting,
            "",
            f"Some time of {period.label()} isn't in Clockify yet:",
            "",
            *lines,
            *([together] if len(lines) > 1 else []),
            "",
            "Could you add it? If you were away on one of these days, tell me and it will be noted.",
            "Thank you!",
            "",
        ]
    )


def _week_label(start: date, with_year: bool) -> str:
    """Name a week: "Week of 16 Nov"."""
    return f"Week of {day_label(start, with_year).split(' ', 1)[1]}"
