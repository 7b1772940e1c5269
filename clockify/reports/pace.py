"""How fast time or money goes: finished weeks, and the band in which the next ones should lie four times out of five.

Figures are whole seconds, or ticks of one currency. The formula and how often it held in simulations: tests/bench/forecasts.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.periods import week_of
from clockify.reports.keys import as_categorical
from clockify.reports.measures import sum_at

Floats = NDArray[np.float64]

LOOKED_AT, FEWEST = 12, 8  # weeks
YEAR_TO_CHECK = LOOKED_AT + 52
STICKIEST = 0.8
# Student's t that nine of ten lie below, by degrees of freedom from 3 to 60: 80 % lie between it and its negative.
T_90 = (
    1.637744, 1.533206, 1.475884, 1.439756, 1.414924, 1.396815, 1.383029, 1.372184, 1.363430, 1.356217,
    1.350171, 1.345030, 1.340606, 1.336757, 1.333379, 1.330391, 1.327728, 1.325341, 1.323188, 1.321237,
    1.319460, 1.317836, 1.316345, 1.314972, 1.313703, 1.312527, 1.311434, 1.310415, 1.309464, 1.308573,
    1.307737, 1.306952, 1.306212, 1.305514, 1.304854, 1.304230, 1.303639, 1.303077, 1.302543, 1.302035,
    1.301552, 1.301090, 1.300649, 1.300228, 1.299825, 1.299439, 1.299069, 1.298714, 1.298373, 1.298045,
    1.297730, 1.297426, 1.297134, 1.296853, 1.296581, 1.296319, 1.296066, 1.295821,
)  # fmt: skip
FEWEST_FREE = 3


@dataclass(frozen=True)
class Weekly:
    """What finished weeks took: a row for each of `ids`, a column for each of `starts` (first days), oldest first.

    `scale`: which part of each week's working days was worked, more than 0. `begins`: the column of each row's first week
    that took anything; the weeks before it aren't part of its history. A row that never did begins after the last column.
    """

    ids: tuple[str, ...]
    starts: tuple[date, ...]
    sums: NDArray[np.int64]
    scale: Floats
    begins: NDArray[np.intp]

    @property
    def full(self) -> Floats:
        """What each would have taken as a week without days off."""
        return self.sums / self.scale


@dataclass(frozen=True)
class Band:
    """What some weeks take: `middle`, and the figures between which it should lie four times out of five."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class Pace:
    """The pace of the last finished weeks: mean and standard deviation of a week without days off, and what widens the band.

    `sticks`: how much longer runs of good and bad weeks are than of independent ones, at least 1. `t`: Student's, `wider`: the record's.
    """

    weeks: int
    mean: float
    spread: float
    sticks: float
    t: float
    wider: float = 1.0

    def band(self, ahead: float) -> Band:
        """Return what the next weeks take, `ahead` of them; days are parts of a week. None ahead take nothing."""
        low, middle, high = self.lines(np.array([ahead]))
        return Band(round(low[0]), round(middle[0]), round(high[0]))

    def lines(self, ahead: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the lower, middle and upper line at each of some distances in weeks."""
        middle = ahead * self.mean
        reach = self.wider * reach_of(ahead, self.weeks, self.spread, self.sticks, self.t)
        return np.maximum(middle - reach, 0), middle, middle + reach


def weekly(
    cube: pd.DataFrame,
    *,
    today: date,
    week_start: str,
    currency: str | None = None,
    billable_only: bool = False,
    scale: Mapping[date, float] | None = None,
    most: int = YEAR_TO_CHECK,
) -> Weekly:
    """Add a cube up by project and finished week: seconds, or with a `currency` its ticks; the last `most` weeks.

    The week that has today in it isn't finished, and what lies after it doesn't count. `scale`, by a week's first day,
    is the part of its working days that the team worked: 0.8 with one of five days off; 1 where nothing is said.
    A week without any is left out as if it hadn't been. Rows in the order of the project's ids; an empty cube has none.
    """
    ids, values = as_categorical(cube["project_id"]), _values(cube, currency, billable_only)
    end = np.datetime64(week_of(today, week_start).start)
    days = cube["day"].to_numpy()
    counted = (days < end) & (values != 0)
    back = (end - days[counted].astype("datetime64[D]")).astype(np.int64)
    back = (back - 1) // 7  # 0 is the last finished week
    width = int(back.max()) + 1 if len(back) else 0
    cells = (ids.codes[counted].astype(np.intp) + 1) * width - 1 - back
    sums = sum_at(cells, values[counted], len(ids.categories) * width).reshape(len(ids.categories), width)
    starts = (end - 7 * np.arange(width, 0, -1)).tolist()
    parts = np.array([(scale or {}).get(start, 1.0) for start in starts], dtype=np.float64)
    worked = np.flatnonzero(parts > 0)
    order = sorted(range(len(ids.categories)), key=lambda place: str(ids.categories[place]))
    sums = sums[order][:, worked]
    took = np.concatenate([sums != 0, np.ones((len(sums), 1), dtype=np.bool_)], axis=1)
    names, last = tuple(str(ids.categories[place]) for place in order), worked[-most:]
    begins = np.maximum(took.argmax(axis=1) - (len(worked) - len(last)), 0)
    return Weekly(names, tuple(starts[place] for place in last), sums[:, len(worked) - len(last) :], parts[last], begins)


def paces(history: Weekly, wider: float = 1.0) -> dict[str, Pace]:
    """Return the pace of every row that has begun at least 8 finished weeks ago, of its last 12, in the history's order.

    One that has stopped has the pace 0. `wider` is `Record.wider`.
    """
    full, width = history.full, history.sums.shape[1]
    counts = np.minimum(width - history.begins, LOOKED_AT)
    found: dict[int, Pace] = {}
    for count in range(FEWEST, LOOKED_AT + 1):
        rows = np.flatnonzero(counts == count)
        if len(rows):
            figures = zip(rows.tolist(), *(one.tolist() for one in shape_of(full[rows, width - count :])), strict=True)
            found |= {row: Pace(count, mean, spread, sticks, t, wider) for row, mean, spread, sticks, t in figures}
    return {history.ids[row]: found[row] for row in sorted(found)}


def shape_of(weeks: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, standard deviation, `sticks` and `t` of weeks, which are the last axis."""
    count = weeks.shape[-1]
    mean = weeks.mean(axis=-1)
    apart = weeks - mean[..., None]
    squares, neighbours = (apart**2).sum(axis=-1), (apart[..., 1:] * apart[..., :-1]).sum(axis=-1)
    likeness = np.divide(neighbours, squares, out=np.zeros_like(squares), where=squares > 0)
    # What few weeks show of it is too small on average; this puts it right.
    likeness = np.clip(likeness + (1 + 3 * likeness) / count, 0, STICKIEST)
    sticks = (1 + likeness) / (1 - likeness)
    return mean, np.sqrt(squares / (count - 1)), sticks, t_90(count / sticks - 1)


def reach_of(ahead: Any, weeks: int, spread: Any, sticks: Any, t: Any) -> Any:
    """Return how far the band reaches from its middle, so many weeks ahead."""
    return t * spread * np.sqrt(ahead * sticks * (1 + ahead / weeks))


def t_90(free: Floats) -> Floats:
    """Return Student's t for degrees of freedom, whole or not, taken as at least 3 and at most 60."""
    known = np.arange(FEWEST_FREE, FEWEST_FREE + len(T_90))
    # Against 1/degrees it is nearly a straight line.
    at = 1 / np.clip(free, known[0], known[-1])
    found: Floats = np.interp(at, 1 / known[::-1], np.array(T_90[::-1]))
    return found


def _values(cube: pd.DataFrame, currency: str | None, billable_only: bool) -> NDArray[np.int64]:
    values: NDArray[np.int64] = cube["seconds" if currency is None else "amount_ticks"].to_numpy()
    if currency is not None:
        values = np.where((cube["currency"] == currency).to_numpy(), values, 0)
    return np.where(cube["billable"].to_numpy(), values, 0) if billable_only else values
