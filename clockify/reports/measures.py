"""How much: seconds, billable seconds, entries and amounts, exactly and per currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd

AMOUNT_PREFIX = "amount_ticks:"
COUNTS = ["seconds", "billable_seconds", "entries"]


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
    billable = frame.loc[frame["billable"], "seconds"]
    return Totals(
        seconds=int(frame["seconds"].sum()),
        billable_seconds=int(billable.sum()),
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


def sums_by(frame: pd.DataFrame, keys: Mapping[str, pd.Categorical], currencies: list[str]) -> pd.DataFrame:
    """Add a frame up by categorical keys, one for each of its rows.

    Columns: the keys (str), `COUNTS`, one `amount_ticks:EUR` for each of `currencies` (int64).
    One row for each combination that occurs, in no promised order.
    """
    rows = measured(frame).assign(**keys)
    names = list(keys)
    sums = rows.groupby(names, observed=True, sort=False)[COUNTS].sum()
    for code in currencies:
        ticks = rows[rows["currency"] == code].groupby(names, observed=True, sort=False)["amount_ticks"].sum()
        sums[AMOUNT_PREFIX + code] = ticks.reindex(sums.index, fill_value=0)
    return sums.reset_index().astype(dict.fromkeys(names, "str") | dict.fromkeys(sums.columns, "int64"))


def currencies_in(sums: pd.DataFrame) -> list[str]:
    """Return the currencies that sums have a column for, in its order."""
    return [str(name).removeprefix(AMOUNT_PREFIX) for name in sums if str(name).startswith(AMOUNT_PREFIX)]


def _amounts(frame: pd.DataFrame) -> dict[str, int]:
    sums = measured(frame).groupby("currency", observed=True)[["billable_seconds", "amount_ticks"]].sum()
    earning = sums[(sums["billable_seconds"] > 0) | (sums["amount_ticks"] != 0)]
    return {str(code): int(ticks) for code, ticks in sorted(earning["amount_ticks"].items())}
