"""A client's time as it was agreed to be rounded: each entry, what a project has on a day, or a line of the invoice.

What a day or a line is rounded by is spread over its entries in whole seconds, each in proportion to its time and the rest to
those that lack most (the largest remainder). So every sum that is shown, by task, by person, by day, is the sum of its rows,
and no line is needed for a difference, which could say of a row that is hidden how long it is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.clients import ClientRule, Scope
from clockify.money import largest_first
from clockify.reports.rounding import Rounding, rounded_seconds, with_seconds

# What is read of entries; others stay as they are.
NEEDED = ("day", "project_id", "currency", "billable", "rate", "seconds", "amount_ticks")
EXACT_COLUMNS = ("exact_seconds", "exact_ticks")
DIFFERENCE_DTYPES = {
    "currency": "str",
    "exact_seconds": "int64",
    "seconds": "int64",
    "more_seconds": "int64",
    "exact_ticks": "int64",
    "amount_ticks": "int64",
    "more_ticks": "int64",
}


def client_rounded(entries: pd.DataFrame, rule: ClientRule, *, monthly: bool = False) -> pd.DataFrame:
    """Return a client's entries with rounded `seconds` and the `amount_ticks` that follow, the exact ones beside them.

    Takes exact entries of one client and of all that he is shown (`NEEDED`), for a day or a line is rounded as a whole. Adds
    `EXACT_COLUMNS`; order and other columns stay. Half a step goes up; what has no time gets none. A line of the invoice is a
    project in a currency at a rate, or its time that isn't billable; `monthly`: in each month, so that what one is charged
    for doesn't hang on which others are there. Amounts are rate × rounded seconds in ticks (see `with_seconds`), to be made
    cents once, when they are shown. Where rates are hidden (0), a project's lines are one.
    """
    exact = entries.assign(exact_seconds=entries["seconds"], exact_ticks=entries["amount_ticks"])
    if rule.is_exact or entries.empty:
        return exact
    rounding = Rounding(rule.direction, rule.minutes)
    seconds = entries["seconds"].to_numpy()
    if rule.scope is Scope.ENTRY:
        return with_seconds(exact, rounded_seconds(seconds, rounding))
    return with_seconds(exact, _spread(seconds, _groups(entries, rule.scope, monthly), rounding))


def rounding_difference(rounded: pd.DataFrame) -> pd.DataFrame:
    """Add up by currency what `client_rounded` gave (`DIFFERENCE_DTYPES`): exact, rounded, and how much more that is, or less.

    The currency with the largest amount comes first; no entries give no rows.
    """
    sums = rounded.groupby("currency", observed=True)[["exact_seconds", "seconds", "exact_ticks", "amount_ticks"]].sum()
    sums = sums.loc[largest_first({str(one): int(ticks) for one, ticks in sums["amount_ticks"].items()})]
    sums = sums.assign(more_seconds=sums["seconds"] - sums["exact_seconds"], more_ticks=sums["amount_ticks"] - sums["exact_ticks"])
    return sums.rename_axis("currency").reset_index()[list(DIFFERENCE_DTYPES)].astype(DIFFERENCE_DTYPES)


def _groups(entries: pd.DataFrame, scope: Scope, monthly: bool) -> NDArray[np.int64]:
    """Return the number of the day's project or of the line that each entry belongs to."""
    if scope is Scope.DAY:
        keys = entries[["day", "project_id"]]
    else:
        # What isn't billable has no rate, whatever its person's or project's is.
        keys = entries[["project_id", "currency", "billable"]].assign(rate=entries["rate"].where(entries["billable"], 0))
        keys = keys.assign(month=entries["day"].dt.year * 12 + entries["day"].dt.month) if monthly else keys
    return np.asarray(keys.groupby(list(keys), observed=True, dropna=False, sort=False).ngroup(), dtype=np.int64)


def _spread(seconds: NDArray[np.int64], groups: NDArray[np.int64], rounding: Rounding) -> NDArray[np.int64]:
    """Return seconds whose sum in each group is the group's rounded sum.

    Only what a group is rounded by is spread, which is less than a step: no product leaves 64 bits.
    """
    sums = _sums(seconds, groups)
    more = rounded_seconds(sums, rounding) - sums
    whole, rest = np.divmod(seconds * more[groups], np.maximum(sums, 1)[groups])
    left = more - _sums(whole, groups)
    # Within a group the largest rest first, of equal ones the earlier.
    order = np.lexsort((np.arange(len(seconds)), -rest, groups))
    begins = np.searchsorted(groups[order], np.arange(len(sums)))
    place = np.empty_like(order)
    place[order] = np.arange(len(order)) - begins[groups[order]]
    result: NDArray[np.int64] = seconds + whole + (place < left[groups])
    return result


def _sums(values: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    sums = np.zeros(groups.max() + 1, dtype=np.int64)
    np.add.at(sums, groups, values)
    return sums
