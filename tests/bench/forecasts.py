"""How often the forecast's band holds on series that are made up: it wants to hold 80 times of 100.

Each series has a mean of about 20 hours a week. Independent weeks are gamma of shape 4; in the second series a quarter of
them are empty; the third follows itself with 0.4 (deviation 8); the fourth rises from half of the mean, before its first
week, to one and a half times it after its last past one, and goes on rising; the fifth doubles in one week, any of the past
ones but the first. The past is cut to the last twelve weeks by the forecast itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from clockify.money import SECONDS_PER_HOUR
from clockify.reports.pace import LOOKED_AT, Weekly, paces
from clockify.reports.record import AHEAD, record_of
from tests.bench.stage import Figure, Stage

COUNT, SEED = 4_000, 20261128
PASTS, DISTANCES = (8, 12, 26, 52), (4, 12)
Series = Callable[[np.random.Generator, int, int], NDArray[np.float64]]


def measure(stage: Stage | None) -> Iterator[Figure]:
    """Say how often the band holds, by past and distance in weeks; then what the record says of a workspace of them all."""
    del stage
    for name, make in SERIES.items():
        for past in PASTS:
            held = [f"{_held(make, past, ahead):.2f}" for ahead in DISTANCES]
            yield Figure(f"{name}, {past} weeks, held 4 / 12 ahead", " / ".join(held))
    yield from _records()


def independent(random: np.random.Generator, past: int, ahead: int) -> NDArray[np.float64]:
    return random.gamma(4, 5, (COUNT, past + ahead))


def often_empty(random: np.random.Generator, past: int, ahead: int) -> NDArray[np.float64]:
    weeks = independent(random, past, ahead) * 4 / 3 * (random.random((COUNT, past + ahead)) < 0.75)
    weeks[:, 0] = np.maximum(weeks[:, 0], 1)  # it begins there
    return weeks


def following(random: np.random.Generator, past: int, ahead: int) -> NDArray[np.float64]:
    weeks = random.normal(0, 8, (COUNT, past + ahead))
    for place in range(1, past + ahead):
        weeks[:, place] = 0.4 * weeks[:, place - 1] + np.sqrt(1 - 0.4**2) * weeks[:, place]
    return np.maximum(20 + weeks, 0)


def rising(random: np.random.Generator, past: int, ahead: int) -> NDArray[np.float64]:
    return independent(random, past, ahead) * (0.5 + np.arange(past + ahead) / past)


def changing(random: np.random.Generator, past: int, ahead: int) -> NDArray[np.float64]:
    since = random.integers(1, past, (COUNT, 1))
    return independent(random, past, ahead) * np.where(np.arange(past + ahead) < since, 2 / 3, 4 / 3)


SERIES: dict[str, Series] = {
    "independent": independent,
    "a quarter empty": often_empty,
    "autocorrelation 0.4": following,
    "steady rise": rising,
    "one change of level": changing,
}


def _held(make: Series, past: int, ahead: int) -> float:
    weeks = _seconds(make(np.random.default_rng(SEED), past, ahead))
    pace_of = paces(_history(weeks[:, :past]))
    held = 0
    for place, came in enumerate(weeks[:, past:].sum(axis=1).tolist()):
        band = pace_of[str(place)].band(ahead)
        held += band.low <= came <= band.high
    return held / COUNT


def _records() -> Iterator[Figure]:
    """A year's record before the last four weeks, and how often the next band held as it is and widened."""
    random = np.random.default_rng(SEED)
    for name, make in SERIES.items():
        weeks = _seconds(make(random, LOOKED_AT + 52, AHEAD))
        history = _history(weeks[:, :-AHEAD])
        record = record_of(history)
        came, plain, wider = weeks[:, -AHEAD:].sum(axis=1).tolist(), paces(history), paces(history, record.wider)
        held = [
            sum((band := pace.band(AHEAD)).low <= came[int(one)] <= band.high for one, pace in some.items()) / COUNT
            for some in (plain, wider)
        ]
        yield Figure(
            f"record of a year, {name}",
            f"{float(record.share or 0):.2f}, widened by {record.wider:.2f}; next {held[0]:.2f}, widened {held[1]:.2f}",
        )


def _seconds(hours: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(hours * SECONDS_PER_HOUR).astype(np.int64)


def _history(weeks: NDArray[np.int64]) -> Weekly:
    count, width = weeks.shape
    starts = tuple(date(2026, 11, 23) - timedelta(weeks=width - place) for place in range(width))
    return Weekly(tuple(map(str, range(count))), starts, weeks, np.ones(width), np.zeros(count, dtype=np.intp))
