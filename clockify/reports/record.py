"""How often the forecast held: every band that would have been shown in the past, against what came."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from clockify.reports.pace import LOOKED_AT, Floats, Weekly, reach_of, shape_of

AHEAD = 4  # weeks
WANTED = Fraction(3, 4)
ROUNDED = 0.5  # bands are shown in whole seconds or ticks


@dataclass(frozen=True)
class Record:
    """How many of the bands held, as the formula gives them; and the factor, never below 1, with which the next are widened.

    `held_wider` of them would have held with it: at least three of four, unless no factor does that (a band of
    steady weeks has no width), which leaves the largest that helps.
    """

    held: int
    of: int
    wider: float = 1.0
    held_wider: int = 0

    @property
    def share(self) -> Fraction | None:
        """Held ÷ all; None where nothing could be tried."""
        return Fraction(self.held, self.of) if self.of else None


def record_of(history: Weekly) -> Record:
    """Hold the band of every four past weeks, of the twelve weeks before them, against what came; all rows together.

    Only weeks since a row's beginning count. Twelve weeks without anything are no forecast: what has stopped would
    keep the record high by standing still. Neighbouring bands share weeks, so that they aren't as many as independent ones.
    """
    apart, reach = _tried(history)
    if not len(apart):
        return Record(0, 0)
    short = np.maximum(apart - ROUNDED, 0)
    needed = np.divide(short, reach, out=np.where(short > 0, np.inf, 0.0), where=reach > 0)
    wanted = -(-len(needed) * WANTED.numerator // WANTED.denominator)
    wider = float(np.sort(needed)[wanted - 1])
    if np.isinf(wider):
        wider = float(needed[np.isfinite(needed)].max(initial=1.0))
    wider = max(wider, 1.0)
    return Record(int((needed <= 1).sum()), len(needed), wider, int((needed <= wider).sum()))


def _tried(history: Weekly) -> tuple[Floats, Floats]:
    """Return how far from the middle each came out, and how far its band reached."""
    nothing = np.zeros(0)
    count = history.sums.shape[1] - LOOKED_AT - AHEAD + 1
    if count < 1 or not len(history.sums):
        return nothing, nothing
    before = sliding_window_view(history.full, LOOKED_AT, axis=1)[:, :count]
    came = sliding_window_view(history.sums, AHEAD, axis=1)[:, LOOKED_AT:].sum(axis=-1)
    ahead = sliding_window_view(history.scale, AHEAD)[LOOKED_AT:].sum(axis=-1)
    tried = (np.arange(count) >= history.begins[:, None]) & before.any(axis=-1)
    weeks, ahead = before[tried], np.broadcast_to(ahead, tried.shape)[tried]
    mean, spread, sticks, t = shape_of(weeks)
    return np.abs(came[tried] - ahead * mean), reach_of(ahead, LOOKED_AT, spread, sticks, t)
