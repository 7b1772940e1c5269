"""Bars inside the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from clockify.render.palette import Palette

BAR_GAP, BAR_END = 6, 66  # per cent of the cell


def cell_bars(shares: pd.Series, levels: Sequence[int], palette: Palette) -> list[str]:
    """Return the style that draws each share as a bar, lighter for parts (level 2), none for totals (level 0 and less).

    As `Styler.bar` would draw it, but of one height however many lines the row has. A gap before it
    keeps it off the figure to its left, and the room beyond the largest off its own number.
    """
    parts = list(zip(shares.tolist(), levels, strict=True))
    largest = max((share for share, level in parts if level > 0), default=0.0) or 1.0
    colors = {1: palette.bar, 2: palette.bar_light}
    return [_bar(share / largest, colors[level]) if level > 0 else "" for share, level in parts]


def _bar(part: float, color: str) -> str:
    end = BAR_GAP + part * (BAR_END - BAR_GAP)
    stops = f"transparent {BAR_GAP}%,{color} {BAR_GAP}%,{color} {end:.1f}%,transparent {end:.1f}%"
    return f"background:linear-gradient(90deg,{stops}) no-repeat center / 100% 1rem;"
