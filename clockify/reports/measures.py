"""How much: seconds, billable seconds, entries and amounts, exactly and per currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.reports.keys import as_categorical

AMOUNT_PREFIX = "amount_ticks:"

Sums = Mapping[tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Totals:
    """Sums of a frame; `amounts` in ticks by currency, only where there is billable time or an amount."""

    seconds: int = 0
    billable_seconds: int = 0
    entries: int = 0
    amounts: Mapping[str, int] = field(default_factory=dict)

    @property
    def billability(self) -> Fraction | None:
        """Billable ÷ tracked, by hours; None where nothing is tracked."""
        return Fraction(self.billable_seconds, self.seconds) if self.seconds else None


def totals_of(frame: pd.DataFrame) -> Totals:
    """Add up entries or a cube; currencies in their own order of the alphabet."""
    seconds = frame["seconds"].to_numpy()
    return Totals(
        seconds=int(seconds.sum()),
        billable_seconds=int(seconds[frame["billable"].to_numpy()].sum()),
        entries=int(frame["entries"].sum()) if "entries" in frame else len(frame),
        amounts=_amounts(frame),
    )


def measured(frame: pd.DataFrame) -> pd.DataFrame:
    """Return only what is added up: seconds, billable_seconds, entries, amount_ticks (int64) and currency."""
    seconds = frame["seconds"].to_numpy()
    return pd.DataFrame(
        {
            "seconds": seconds,
            "billable_seconds": np.where(frame["billable"].to_numpy(), seconds, 0),
            "entries": frame["entries"].to_numpy() if "entries" in frame else np.ones(len(frame), dtype="int64"),
            "amount_ticks": frame["amount_ticks"].to_numpy(),
            "currency": frame["currency"].array,
        }
    )


def sums_by(frame: pd.DataFrame, keys: Sequence[pd.Categorical], currencies: Sequence[str]) -> Sums:
    """Add a frame up by categorical keys, one for each of its rows.

    Maps each combination that occurs, in the order in which they do, to seconds, billable seconds,
    entries, and the ticks of each of `currencies`. Rows are counted as numbers: names are looked at
    once a combination.
    """
    cells = np.zeros(len(frame), dtype=np.int64)
    for ids in keys:
        cells = cells * len(ids.categories) + ids.codes
    places, found = pd.factorize(cells)
    seconds, spent = frame["seconds"].to_numpy(), as_categorical(frame["currency"])
    entries = frame["entries"].to_numpy() if "entries" in frame else np.ones(len(frame), dtype=np.int64)
    position = {str(name): place for place, name in enumerate(spent.categories)}
    figures = [seconds, np.where(frame["billable"].to_numpy(), seconds, 0), entries]
    for code in currencies:
        own = spent.codes == position.get(code, -1)
        figures.append(np.where(own, frame["amount_ticks"].to_numpy(), 0))
    sums = [sum_at(places, figure, len(found)).tolist() for figure in figures]
    return dict(zip(_names(found, keys), zip(*sums, strict=True), strict=True))


def totals_together(parts: Sequence[Totals]) -> Totals:
    """Add totals up; of nothing they are zero."""
    codes = sorted({code for part in parts for code in part.amounts})
    return Totals(
        sum(part.seconds for part in parts),
        sum(part.billable_seconds for part in parts),
        sum(part.entries for part in parts),
        {code: sum(part.amounts.get(code, 0) for part in parts) for code in codes},
    )


def sum_at(places: NDArray[np.integer[Any]], values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Add whole numbers up by position; bincount would go through floats."""
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, places.astype(np.intp, copy=False), values)  # with a smaller type it is five times as slow
    return sums


def currencies_in(sums: pd.DataFrame) -> list[str]:
    """Return the currencies that sums have a column for, in its order."""
    return [str(name).removeprefix(AMOUNT_PREFIX) for name in sums if str(name).startswith(AMOUNT_PREFIX)]


def _amounts(frame: pd.DataFrame) -> dict[str, int]:
    codes = as_categorical(frame["currency"])
    billed = sum_at(codes.codes, np.where(frame["billable"].to_numpy(), frame["seconds"].to_numpy(), 0), len(codes.categories))
    ticks = sum_at(codes.codes, frame["amount_ticks"].to_numpy(), len(codes.categories))
    found = zip(map(str, codes.categories), billed.tolist(), ticks.tolist(), strict=True)
    return {code: amount for code, seconds, amount in sorted(found) if seconds > 0 or amount != 0}


def _names(cells: NDArray[np.int64], keys: Sequence[pd.Categorical]) -> Iterator[tuple[str, ...]]:
    """Read the combinations of keys back from their numbers."""
    names: list[list[str]] = []
    for ids in reversed(keys):
        cells, places = np.divmod(cells, max(len(ids.categories), 1))
        names.insert(0, [str(name) for name in ids.categories.take(places)])
    return zip(*names, strict=True)
