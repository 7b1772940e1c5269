"""What is left of what is earned: amounts less what people's hours cost, by currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.periods import Month
from clockify.plans import CostRate
from clockify.reports.keys import as_categorical, ids_of
from clockify.reports.labels import frame_label
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in, sum_at, totals_of

COST_PREFIX, MARGIN_PREFIX, OTHER_COST_PREFIX = "cost_ticks:", "margin_ticks:", "other_cost_ticks:"
PROFIT_DTYPES = {"id": "str", "label": "str", "seconds": "int64", "uncosted_seconds": "int64"}
MOST_DAYS = 10**7  # more than a calendar has, on either side of 1970
EPOCH = date(1970, 1, 1).toordinal()
Sums = NDArray[np.int64]


class By(StrEnum):
    """What rows of a profit stand for."""

    CLIENT = "client"
    PROJECT = "project"
    PERSON = "person"
    MONTH = "month"

    @property
    def label(self) -> str:
        """Say it: "Client"."""
        return self.value.capitalize()


def cost_of(cube: pd.DataFrame, cost_rates: Iterable[CostRate]) -> pd.DataFrame:
    """Return what each row of a cube, or of entries, costs: its index, cost_ticks (int64), cost_currency (category), costed (bool).

    Seconds × cents of the person's rate in force on the row's day (`plans.in_force`), billable or not. Where none
    is, nothing is costed: 0 ticks, currency "".
    """
    rates = _in_order(cost_rates)
    place = {one: number for number, one in enumerate(dict.fromkeys(rate.user_id for rate in rates))}
    begin = np.array([place[rate.user_id] * MOST_DAYS + _day_number(rate) for rate in rates], dtype=np.int64)
    users = as_categorical(cube["user_id"])
    lookup = np.array([place.get(str(one), -1) for one in users.categories], dtype=np.int64)
    owner = lookup[users.codes] if len(users) else np.zeros(0, dtype=np.int64)
    days = cube["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    found = np.searchsorted(begin, owner * MOST_DAYS + days, side="right") - 1
    # The last rate that has begun may be another person's: then this one has none yet.
    owners = np.array([place[rate.user_id] for rate in rates] or [-1], dtype=np.int64)
    costed = (owner >= 0) & (found >= 0) & (owners[found] == owner)
    cents = np.array([rate.cents for rate in rates] or [0], dtype=np.int64)
    codes = sorted({rate.currency for rate in rates} | {""})
    currency = np.array([codes.index(rate.currency) for rate in rates] or [0], dtype=np.intp)
    columns = {
        "cost_ticks": np.where(costed, cents[found] * cube["seconds"].to_numpy(), 0),
        "cost_currency": pd.Categorical.from_codes(
            np.where(costed, currency[found], codes.index("")), categories=pd.Index(codes, dtype="str")
        ),
        "costed": costed,
    }
    return pd.DataFrame(columns, index=cube.index)


def profit(cube: pd.DataFrame, cost_rates: Iterable[CostRate], directory: Directory, by: By) -> pd.DataFrame:
    """Return what was earned, what it cost and what is left, by client, project, person or month (`PROFIT_DTYPES`).

    Then, for each currency, the largest earnings first: `amount_ticks:EUR` (earned), `cost_ticks:EUR` (of time that is
    earned in EUR), `margin_ticks:EUR` (earned − cost), and `other_cost_ticks:EUR`: cost in EUR of time that is
    earned in another currency, only where there is any. That is subtracted from nothing: there is no rate of exchange
    here. All int64. `uncosted_seconds` is the time of people who have no cost rate then: where there is any, or other
    cost, the margin isn't the whole truth.

    Order: by the largest currency's earnings, then the next ones', time, label and id; "No client" and the like last;
    months ("2026-11") by date. A group without time or money has no row; an empty cube gives none.
    """
    costs = cost_of(cube, cost_rates)
    ids = _ids(cube, by, directory)
    seconds, size = cube["seconds"].to_numpy(), len(ids.categories)
    figures: dict[str, Sums] = {
        "seconds": sum_at(ids.codes, seconds, size),
        "uncosted_seconds": sum_at(ids.codes, np.where(costs["costed"].to_numpy(), 0, seconds), size),
        **_money(cube, costs, ids),
    }
    names = [str(one) for one in ids.categories]
    labels = [_label(one, by, directory) for one in names]
    rows = pd.DataFrame({"id": names, "label": labels, **figures}).astype(PROFIT_DTYPES)
    kept = np.zeros(size, dtype=np.bool_)
    for figure in figures.values():
        kept |= figure != 0
    earned = [figures[AMOUNT_PREFIX + code] for code in currencies_in(rows)]
    order = sorted(np.flatnonzero(kept).tolist(), key=lambda place: _order(place, by, names, labels, [*earned, figures["seconds"]]))
    return rows.take(order).reset_index(drop=True)


def profit_total(rows: pd.DataFrame, label: str = "Total") -> pd.DataFrame:
    """Add the rows of `profit` up to one of the same columns, with the id ""."""
    sums = {str(name): [int(rows[name].sum())] for name in rows if name not in ("id", "label")}
    return pd.DataFrame({"id": [""], "label": [label], **sums}).astype(PROFIT_DTYPES | dict.fromkeys(sums, "int64"))


def _money(cube: pd.DataFrame, costs: pd.DataFrame, ids: pd.Categorical) -> dict[str, Sums]:
    """Add earnings and costs up by group, a column for each currency."""
    earned_in, cost_in = as_categorical(cube["currency"]), as_categorical(costs["cost_currency"])
    ticks, cost, size = cube["amount_ticks"].to_numpy(), costs["cost_ticks"].to_numpy(), len(ids.categories)
    earned = totals_of(cube).amounts
    paid = {code: int(cost[_is(cost_in, code)].sum()) for code in map(str, cost_in.categories)}
    found: dict[str, Sums] = {}
    for code in _currencies(earned, paid):
        own, mine = _is(earned_in, code), _is(cost_in, code)
        parts = [
            sum_at(ids.codes, np.where(part, whole, 0), size) for part, whole in ((own, ticks), (own & mine, cost), (mine & ~own, cost))
        ]
        if code in earned or parts[1].any():
            found |= {AMOUNT_PREFIX + code: parts[0], COST_PREFIX + code: parts[1], MARGIN_PREFIX + code: parts[0] - parts[1]}
        if parts[2].any():
            found[OTHER_COST_PREFIX + code] = parts[2]
    return found


def _currencies(earned: Mapping[str, int], paid: Mapping[str, int]) -> list[str]:
    """Return those that are earned, the largest first, then those that are only paid."""
    return [*largest_first(earned), *largest_first({code: ticks for code, ticks in paid.items() if ticks and code not in earned})]


def _is(codes: pd.Categorical, code: str) -> NDArray[np.bool_]:
    equal: NDArray[np.bool_] = np.asarray(codes == code, dtype=np.bool_)
    return equal


def _ids(cube: pd.DataFrame, by: By, directory: Directory) -> pd.Categorical:
    if by is not By.MONTH:
        return ids_of(cube, Kind.USER if by is By.PERSON else Kind(by.value), directory)
    codes, months = pd.factorize(cube["day"].to_numpy().astype("datetime64[M]"), sort=True)
    return pd.Categorical.from_codes(codes, categories=pd.Index([str(one)[:7] for one in months], dtype="str"))


def _label(identifier: str, by: By, directory: Directory) -> str:
    if by is By.MONTH:
        return Month.parse(identifier).label()
    return frame_label(directory, Kind.USER if by is By.PERSON else Kind(by.value), identifier)


def _order(place: int, by: By, names: list[str], labels: list[str], figures: list[Sums]) -> tuple[Any, ...]:
    if by is By.MONTH:
        return (names[place],)
    return (names[place] == "", *(-int(one[place]) for one in figures), labels[place].casefold(), names[place])


def _in_order(cost_rates: Iterable[CostRate]) -> list[CostRate]:
    """Return the rates person by person, the first that holds first; of two from one day the one written first."""
    first: dict[tuple[str, int], CostRate] = {}
    for rate in cost_rates:
        first.setdefault((rate.user_id, _day_number(rate)), rate)
    place = {one: number for number, one in enumerate(dict.fromkeys(rate.user_id for rate in first.values()))}
    return sorted(first.values(), key=lambda rate: (place[rate.user_id], _day_number(rate)))


def _day_number(rate: CostRate) -> int:
    """Return the day since 1970 from which a rate holds."""
    return (rate.first or date.min).toordinal() - EPOCH
