"""Rounding as people bill: each entry up, down or to the nearest so many minutes.

This is what Clockify's own workspace setting does in its reports. Sums are then made of
rounded entries; the exact ones stay what they are, and the difference is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.clients import MINUTES, USUAL_MINUTES, Direction

__all__ = ["EXACT", "MINUTES", "USUAL_MINUTES", "Direction", "Rounding", "rounded", "rounded_seconds", "with_seconds"]


@dataclass(frozen=True)
class Rounding:
    """A rule of rounding; `minutes` mean nothing without a direction."""

    direction: Direction = Direction.NONE
    minutes: int = USUAL_MINUTES

    @property
    def is_exact(self) -> bool:
        """Does it leave everything as it is?"""
        return self.direction is Direction.NONE

    @property
    def key(self) -> str:
        """Its form in a link: "up-15", "none"."""
        return "none" if self.is_exact else f"{self.direction}-{self.minutes}"

    @property
    def label(self) -> str:
        """Say it: "each entry rounded up to 15 min"."""
        if self.is_exact:
            return "exact, not rounded"
        return (
            f"each entry rounded {'to the nearest' if self.direction is Direction.NEAREST else f'{self.direction} to'} {self.minutes} min"
        )

    @classmethod
    def parse(cls, key: str) -> Rounding | None:
        """Read what `key` gives; None if it is no rule of ours."""
        direction, _, minutes = key.partition("-")
        if key == "none":
            return cls()
        if direction not in list(Direction) or direction == Direction.NONE or minutes not in {str(one) for one in MINUTES}:
            return None
        return cls(Direction(direction), int(minutes))


EXACT = Rounding()


def rounded(entries: pd.DataFrame, rounding: Rounding) -> pd.DataFrame:
    """Return entries with rounded `seconds` and amounts that follow (see `with_seconds`); the same frame if nothing is rounded."""
    if rounding.is_exact or entries.empty:
        return entries
    return with_seconds(entries, rounded_seconds(entries["seconds"].to_numpy(), rounding))


def with_seconds(entries: pd.DataFrame, seconds: NDArray[np.int64]) -> pd.DataFrame:
    """Return entries that are so long, and the `amount_ticks` that follow.

    A billable entry is charged at its rate. One whose amount isn't rate × time (Clockify
    knew better) keeps its proportion to the time.
    """
    exact = entries["seconds"].to_numpy()
    ticks, rate = entries["amount_ticks"].to_numpy(), entries["rate"].to_numpy()
    billable = entries["billable"].to_numpy()
    by_rate = billable & (ticks == rate * exact)
    odd = np.where(by_rate, 0, ticks)  # few: each costs a microsecond of Python
    return entries.assign(seconds=seconds, amount_ticks=np.where(by_rate, rate * seconds, _in_proportion(odd, exact, seconds)))


def rounded_seconds(seconds: NDArray[np.int64], rounding: Rounding) -> NDArray[np.int64]:
    """Round whole seconds; half a step goes up."""
    step = rounding.minutes * 60
    shift = {Direction.NONE: 0, Direction.DOWN: 0, Direction.NEAREST: step // 2, Direction.UP: step - 1}[rounding.direction]
    result: NDArray[np.int64] = seconds if rounding.is_exact else (seconds + shift) // step * step
    return result


def _in_proportion(ticks: NDArray[np.int64], exact: NDArray[np.int64], seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Scale amounts with the time, half a tick up. Python's whole numbers: 64 bits could overflow."""
    odd = np.flatnonzero(ticks)
    scaled = np.zeros_like(ticks)
    for place in odd:
        before, after, amount = int(exact[place]), int(seconds[place]), int(ticks[place])
        scaled[place] = (2 * amount * after + before) // (2 * before) if before else amount
    return scaled
