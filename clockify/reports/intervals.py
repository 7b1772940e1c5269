"""When: time by day, week or month, without gaps, and the working days among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.periods import WEEKDAYS, Month, Period, week_of
from clockify.reports.filters import in_period
from clockify.reports.keys import by_tag, ids_of
from clockify.reports.measures import sum_at
from clockify.reports.shares import OTHER, share_by

WORKING_WEEK = frozenset(WEEKDAYS[:5])
MOST_DAYS, MOST_WEEKS = 31, 200  # in days: beyond them weeks, then months
MOST_POINTS = 60

INTERVAL_DTYPES = {
    "start": "datetime64[us]",
    "end": "datetime64[us]",
    "billable_seconds": "int64",
    "other_seconds": "int64",
    "seconds": "int64",
    "working": "bool",
}


class Interval(StrEnum):
    """The step of a time axis."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def interval_for(period: Period) -> Interval:
    """Return the step that keeps a chart of the period readable."""
    if period.days <= MOST_DAYS:
        return Interval.DAY
    return Interval.WEEK if period.days <= MOST_WEEKS else Interval.MONTH


def intervals_of(period: Period, interval: Interval, week_start: str) -> list[Period]:
    """Cut a period into its days, weeks or months, oldest first; the outer ones are clipped to it."""
    pieces = []
    day = period.start
    while day < period.end:
        whole = _around(day, interval, week_start)
        pieces.append(Period(day, min(whole.end, period.end)))
        day = pieces[-1].end
    return pieces


def by_interval(
    frame: pd.DataFrame, period: Period, interval: Interval, week_start: str, weekdays: Collection[str] = WORKING_WEEK
) -> pd.DataFrame:
    """Add time up by interval, gaps filled with zeros (`INTERVAL_DTYPES`), oldest first.

    `start` and `end` are half-open local days; `working` tells whether any of the days is a working day.
    """
    pieces = intervals_of(period, interval, week_start)
    rows = in_period(frame, period)
    places = _places(rows, pieces)
    seconds = rows["seconds"].to_numpy()
    tracked = sum_at(places, seconds, len(pieces))
    billable = sum_at(places, np.where(rows["billable"].to_numpy(), seconds, 0), len(pieces))
    columns = {
        "start": _days(piece.start for piece in pieces),
        "end": _days(piece.end for piece in pieces),
        "billable_seconds": billable,
        "other_seconds": tracked - billable,
        "seconds": tracked,
        "working": _are_working(pieces, weekdays),
    }
    return pd.DataFrame(columns)


def by_interval_and(
    frame: pd.DataFrame,
    period: Period,
    interval: Interval,
    week_start: str,
    kind: Kind,
    directory: Directory,
    weekdays: Collection[str] = WORKING_WEEK,
) -> pd.DataFrame:
    """Add time up by interval and by who or what, in the parts of `share_by`.

    Columns: start, end, id, label, seconds, working; a row for each interval and series, zeros
    included, by start and then in the order of `share_by`. No time gives no rows.
    """
    rows = in_period(frame, period)
    rows = rows[rows["seconds"] != 0]  # what has no time has no series
    series = share_by(rows, kind, directory)
    pieces = intervals_of(period, interval, week_start)
    tagged = by_tag(rows) if kind is Kind.TAG else rows
    ids = ids_of(tagged, kind, directory)
    position = {name: place for place, name in enumerate(series["id"])}
    others = position.get(OTHER, 0)
    lookup = np.array([position.get(str(name), others) for name in ids.categories], dtype=np.intp)
    places = _places(tagged, pieces) * len(series) + lookup[ids.codes]
    grid = pd.MultiIndex.from_product([range(len(pieces)), range(len(series))])
    piece, serie = (grid.get_level_values(level).to_numpy() for level in (0, 1))
    columns = {
        "start": _days(one.start for one in pieces)[piece],
        "end": _days(one.end for one in pieces)[piece],
        "id": series["id"].array.take(serie),
        "label": series["label"].array.take(serie),
        "seconds": sum_at(places, tagged["seconds"].to_numpy(), len(grid)),
        "working": _are_working(pieces, weekdays)[piece],
    }
    return pd.DataFrame(columns)


def spark(frame: pd.DataFrame, period: Period, weekdays: Collection[str] = WORKING_WEEK, week_start: str = "MONDAY") -> pd.DataFrame:
    """Return the course of a period for a sparkline: seconds a working day.

    Columns: start, seconds, billable_seconds (int64). One row a working day; beyond
    `MOST_POINTS` one a week, its mean per working day, so that a cut week doesn't dip.
    Where the period has no working day, all its days count.
    """
    days = by_interval(frame, period, Interval.DAY, week_start, weekdays)
    days = days[days["working"]] if days["working"].any() else days
    columns = ["start", "seconds", "billable_seconds"]
    if len(days) <= MOST_POINTS:
        return days[columns].reset_index(drop=True)
    starts = _days(piece.start for piece in intervals_of(period, Interval.WEEK, week_start))
    week = starts[np.searchsorted(starts, days["start"].to_numpy(), side="right") - 1]
    means = days[columns[1:]].groupby(pd.Series(week, index=days.index)).mean().round().astype("int64")
    return means.rename_axis("start").reset_index()


def working_days(period: Period, weekdays: Collection[str]) -> int:
    """Count the days of a period that are worked on; all its days if none are."""
    return _working(period, _worked(weekdays)) or period.days


def _worked(weekdays: Collection[str]) -> frozenset[int]:
    return frozenset(WEEKDAYS.index(name) for name in weekdays if name in WEEKDAYS)


def _working(period: Period, worked: Collection[int]) -> int:
    weeks, rest = divmod(period.days, 7)
    first = period.start.weekday()
    return weeks * len(worked) + sum((first + step) % 7 in worked for step in range(rest))


def _are_working(pieces: Sequence[Period], weekdays: Collection[str]) -> NDArray[np.bool_]:
    """Tell of each interval whether any of its days is worked on."""
    worked = _worked(weekdays)
    return np.array([_working(piece, worked) > 0 for piece in pieces], dtype=np.bool_)


def _days(days: Iterable[date]) -> NDArray[np.datetime64]:
    """Return days as frames have them; `pd.Series` takes ten times as long."""
    return np.array(list(days), dtype="datetime64[D]").astype("datetime64[us]")


def _around(day: date, interval: Interval, week_start: str) -> Period:
    if interval is Interval.DAY:
        return Period(day, day + timedelta(days=1))
    return week_of(day, week_start) if interval is Interval.WEEK else Month.of(day).period


def _places(rows: pd.DataFrame, pieces: Sequence[Period]) -> NDArray[np.intp]:
    """Return the position of each row's interval."""
    starts = _days(piece.start for piece in pieces)
    return np.searchsorted(starts, rows["day"].to_numpy(), side="right") - 1
