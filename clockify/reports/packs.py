"""What was paid ahead and what is left of it: packs of hours or money beside what was used, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from clockify.clients import Pack
from clockify.money import TICKS_PER_CENT
from clockify.plans import Plan
from clockify.reports.budgets import Budget, Source
from clockify.reports.burn import Burn, state_of


@dataclass(frozen=True)
class PackedUp:
    """The packs of a client or project that hold today, as one plan, and the last day of the one that expires next."""

    budget: Budget
    expires: date | None
    note: str = ""


def packed_up(
    packs: Sequence[Pack], cube: pd.DataFrame, *, known_from: date, today: date, threshold: int, money: bool = True
) -> PackedUp | None:
    """Return how the packs of one client or project stand (all of one kind: hours, or money of a currency); None if none holds today.

    `cube` is its time, of the days since `known_from` all of it. What is used goes to the pack that expires first; what no
    pack had room for goes to those that hold today, if it is not older than they are. Without `money` there are none of it.
    """
    packs = [one for one in packs if one.first <= today and (money or one.cents is None)]
    valid = [one for one in packs if one.last is None or one.last >= today]
    if not valid:
        return None
    currency = valid[0].currency
    packs, valid = ([one for one in some if one.currency == currency] for some in (packs, valid))
    start = min(one.first for one in valid)
    since = min(one.first for one in packs)
    used, ahead = _used(packs, valid, _daily(cube, currency, since), start, today)
    planned = sum(map(_size, valid))
    burn = Burn(valid[0].subject, used, planned, state_of(used, planned, threshold), bool(currency), currency)
    plan = Plan(valid[0].subject, seconds=None if currency else planned, cents=planned // TICKS_PER_CENT if currency else None, first=start)
    budget = Budget(plan, Source.HERE, burn, start, ahead=ahead, knows_used=since >= known_from)
    expiring = [one.last for one in valid if one.last]
    return PackedUp(budget, min(expiring, default=None), next((one.note for one in valid if one.note), ""))


def _size(pack: Pack) -> int:
    return pack.seconds if pack.seconds is not None else (pack.cents or 0) * TICKS_PER_CENT


def _daily(cube: pd.DataFrame, currency: str, since: date) -> list[tuple[date, int]]:
    own = cube[cube["day"] >= pd.Timestamp(since)]
    if currency:
        own = own[own["currency"] == currency]
    sums = own.groupby("day")["amount_ticks" if currency else "seconds"].sum()
    return list(zip(pd.DatetimeIndex(sums.index).date.tolist(), sums.tolist(), strict=True))


def _used(packs: Sequence[Pack], valid: Sequence[Pack], days: Sequence[tuple[date, int]], start: date, today: date) -> tuple[int, int]:
    """Return what is used of the packs that hold today, and what of it lies ahead."""
    order = sorted(packs, key=lambda one: (one.last or date.max, one.first))
    rests, used, ahead = [_size(one) for one in order], 0, 0
    for day, figure in days:
        own = 0
        for place, pack in enumerate(order):
            if pack.first <= day <= (pack.last or date.max):
                part = min(figure, rests[place])
                rests[place] -= part
                figure -= part
                own += part if pack in valid else 0
        own += figure if day >= start else 0
        used += own
        ahead += own if day > today else 0
    return used, ahead
