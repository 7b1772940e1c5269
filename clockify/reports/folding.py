"""Which rows of a table of groups and parts show: the first groups, and the parts of those that stand open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

MOST_GROUPS = 12
# A table of so many rows is read at a glance: all its groups show, and stand open until somebody closes them.
OPEN_ROWS = 30
# Beyond that a page gets slow; files have them all.
MOST_ROWS = 300


@dataclass(frozen=True)
class Folds:
    """What somebody opened or closed: single groups, all of them, and the groups beyond the first."""

    turned: frozenset[str] = frozenset()
    every: bool | None = None
    more: bool = False

    def is_open(self, group: str, rows: int) -> bool:
        """Do the parts of a group show, in a table that has so many rows in all?"""
        return self.opens(rows) ^ (group in self.turned)

    def opens(self, rows: int) -> bool:
        """Do groups stand open that nobody turned?"""
        return rows <= OPEN_ROWS if self.every is None else self.every

    def turn(self, group: str) -> Folds:
        """Open a group that is closed, close one that is open."""
        return replace(self, turned=self.turned ^ {group})

    def turn_all(self, is_open: bool) -> Folds:
        """Open all there is, or close all but the first groups."""
        return Folds(every=is_open, more=is_open)


@dataclass(frozen=True)
class Folded:
    """The places of the rows that show; of each if its parts do (None: it has none); the places of the groups left out.

    `capped`: more of them can't be opened, for the table is long enough.
    """

    places: list[int]
    states: list[bool | None]
    left_out: list[int]
    capped: bool = False


def fold(
    groups: Sequence[str], is_part: Sequence[bool], folds: Folds, *, rows: int | None = None, most_groups: int = MOST_GROUPS
) -> Folded:
    """Fold rows that stand group by group: its own row, then its parts. `groups` says whose row each is, `rows` how many the table has.

    One group beyond the first `most_groups` shows, too: a row that says "1 more" would take its room. No rows give none.
    """
    rows = len(groups) if rows is None else rows
    starts = [place for place, part in enumerate(is_part) if not part]
    ends = [*starts, len(groups)][1:]
    most = len(starts) if folds.more or rows <= OPEN_ROWS or len(starts) <= most_groups + 1 else most_groups
    opened = [folds.is_open(groups[start], rows) for start in starts]
    heights = accumulate(end - start if shows else 1 for start, end, shows in zip(starts, ends, opened, strict=True))
    most = min(most, max(sum(height <= MOST_ROWS for height in heights), 1))
    places: list[int] = []
    states: list[bool | None] = []
    for start, end, shows in list(zip(starts, ends, opened, strict=True))[:most]:
        shown = range(start, end) if shows else [start]
        places += shown
        states += [shows if end - start > 1 else None, *([None] * (len(shown) - 1))]
    return Folded(places, states, starts[most:], folds.more)
