"""Sums of ours beside Clockify's own: what agrees, to the second and the cent, and what doesn't."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from clockify.money import TICKS_PER_CENT, ticks_of

Key = tuple[str, str]


@dataclass(frozen=True)
class Sum:
    """Whole seconds, and ticks by currency; None where nobody says, or nobody may see."""

    seconds: int
    ticks: Mapping[str, int] | None


NOTHING = Sum(0, {})


@dataclass(frozen=True)
class Beside:
    """A sum of ours and Clockify's own, for one person and project ("" = none, or the whole)."""

    user_id: str
    project_id: str
    ours: Sum
    theirs: Sum

    @property
    def seconds_apart(self) -> int:
        """Ours minus theirs."""
        return self.ours.seconds - self.theirs.seconds

    @property
    def ticks_apart(self) -> dict[str, int]:
        """Ours minus theirs by currency, where that is half a cent or more: less is the noise of Clockify's decimals."""
        ours, theirs = self.ours.ticks, self.theirs.ticks
        if ours is None or theirs is None:
            return {}
        apart = {code: ours.get(code, 0) - theirs.get(code, 0) for code in sorted(ours.keys() | theirs.keys())}
        return {code: ticks for code, ticks in apart.items() if 2 * abs(ticks) >= TICKS_PER_CENT}

    @property
    def agrees(self) -> bool:
        """Is there no difference?"""
        return not self.seconds_apart and not self.ticks_apart


@dataclass(frozen=True)
class Compared:
    """A month's sums beside Clockify's: the `whole`, None where Clockify's total isn't known or isn't the viewer's to see.

    `pairs`: by person and project as Clockify said `at` that moment (seconds since 1970); None where it wasn't asked.
    """

    whole: Beside | None
    pairs: list[Beside] | None
    at: float


def sum_of(seconds: int, cents: Mapping[str, float] | None, *, money: bool) -> Sum:
    """Return a sum of Clockify's; without `money` nobody sees any."""
    return Sum(seconds, None if cents is None or not money else {code: ticks_of(part) for code, part in cents.items()})


def by_pair(cube: pd.DataFrame, theirs: Mapping[Key, Sum], *, money: bool) -> list[Beside]:
    """Return a row for each person and project that either side names: what differs first, then the longest, then by id."""
    grouped = cube.groupby(["user_id", "project_id", "currency"], observed=True, as_index=False)[["seconds", "amount_ticks"]].sum()
    ours: dict[Key, Sum] = {}
    columns = (grouped[name].tolist() for name in ("user_id", "project_id", "currency", "seconds", "amount_ticks"))
    for user, project, code, seconds, ticks in zip(*columns, strict=True):
        before = ours.get((user, project), NOTHING)
        ours[user, project] = Sum(before.seconds + seconds, {**(before.ticks or {}), code: ticks} if money else None)
    none = NOTHING if money else Sum(0, None)
    rows = [Beside(*key, ours.get(key, none), theirs.get(key, none)) for key in ours.keys() | theirs.keys()]
    return sorted(rows, key=lambda row: (row.agrees, -max(row.ours.seconds, row.theirs.seconds), row.user_id, row.project_id))


def together(rows: Iterable[Beside]) -> Beside:
    """Add rows up; money of which one row is silent isn't told. No rows give nothing beside nothing."""
    every = list(rows)
    return Beside("", "", _added(row.ours for row in every), _added(row.theirs for row in every))


def _added(sums: Iterable[Sum]) -> Sum:
    every = list(sums)
    told = [one.ticks for one in every if one.ticks is not None]
    codes = sorted({code for ticks in told for code in ticks})
    amounts = {code: sum(ticks.get(code, 0) for ticks in told) for code in codes}
    return Sum(sum(one.seconds for one in every), amounts if len(told) == len(every) else None)
