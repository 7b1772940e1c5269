"""Exact figures as text in files: seconds, cents and amounts, each different one written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.money import hours_of
from clockify.render.formats import TICKS_PER_UNIT

PLACES = 8
_SCALE = 10**PLACES
_MOST = (2**63 // _SCALE - 1) * TICKS_PER_UNIT  # ticks whose last places still fit into 64 bits
Texts = NDArray[np.object_]


class AddingUp:
    """Writes ticks as amounts of 8 places, piece by piece, whose sum per currency is that of the ticks, written.

    What rounding leaves over goes into the next row of the currency: each amount differs
    from its own by the last place at most.
    """

    def __init__(self) -> None:
        self._before: dict[str, int] = {}

    def write(self, ticks: pd.Series, currencies: pd.Series) -> Texts:
        """Return the amounts of the next rows."""
        amounts, values = np.full(len(ticks), "", dtype=object), ticks.to_numpy(dtype="int64")
        for code in currencies.unique():
            own = (currencies == code).to_numpy()
            before = self._before.get(code, 0)
            sums = np.concatenate([[before], before + values[own].cumsum()])
            amounts[own] = written(np.diff(_rounded(sums)), _decimal)
            self._before[code] = int(sums[-1])
        return amounts


def adding_up(ticks: pd.Series) -> Texts:
    """Write one column of one currency so that it adds up; see `AddingUp`."""
    return AddingUp().write(ticks, pd.Series("", index=ticks.index))


def in_steps(values: Sequence[int], step: int) -> list[int]:
    """Return whole multiples of `step` whose sums, from the first on, are those of the values, rounded half away from zero.

    Each differs from its own value by less than a step; no values give none.
    """
    sums = [_to_step(one, step) for one in accumulate(map(int, values), initial=0)]
    return [after - before for before, after in pairwise(sums)]


def exact_amount(ticks: int) -> str:
    """Write ticks as a decimal with 2 to 8 places, no more than it needs: "12.50", "0.00027778"."""
    rounded = (abs(ticks) * _SCALE * 2 + TICKS_PER_UNIT) // (TICKS_PER_UNIT * 2)
    return _decimal(-rounded if ticks < 0 else rounded)


def cents_text(cents: int) -> str:
    """Write whole cents: "98.00"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def rate_text(cents: int) -> str:
    """Write a rate: "98.00", "" where there is none."""
    return cents_text(cents) if cents else ""


def duration_text(seconds: int) -> str:
    """Write seconds as "27:06:30"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def hours_text(seconds: int) -> str:
    """Write seconds as decimal hours: "27.11"."""
    return str(hours_of(seconds))


def offset_text(seconds: int) -> str:
    """Write a zone's offset: "+01:00"."""
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def written(values: pd.Series | NDArray[Any], write: Callable[[int], str]) -> Texts:
    """Write whole numbers, each different one once."""
    codes, different = pd.factorize(np.asarray(values))
    texts: Texts = np.array([write(int(value)) for value in different], dtype=object)
    return texts.take(codes)


def _rounded(sums: NDArray[np.int64]) -> NDArray[Any]:
    """Round ticks to whole numbers of the last place, half away from zero."""
    # 92 billion units are many euros but not so many dong: there Python's numbers take over.
    exact = sums if np.abs(sums).max() < _MOST else sums.astype(object)
    ticks = np.abs(exact)
    units, rest = ticks // TICKS_PER_UNIT, ticks % TICKS_PER_UNIT
    rounded: NDArray[Any] = np.sign(exact) * (units * _SCALE + (rest * _SCALE * 2 + TICKS_PER_UNIT) // (TICKS_PER_UNIT * 2))
    return rounded


def _to_step(value: int, step: int) -> int:
    nearest = (abs(value) * 2 + step) // (step * 2) * step
    return nearest if value >= 0 else -nearest


def _decimal(places: int) -> str:
    """Write a whole number of the last place: "12.50"."""
    whole, part = divmod(abs(places), _SCALE)
    text = f"{whole}.{f'{part:0{PLACES}}'.rstrip('0').ljust(2, '0')}"
    return f"-{text}" if places < 0 else text
