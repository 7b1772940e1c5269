"""How far along: what was used of what was planned, of projects and of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

import numpy as np
import pandas as pd

from clockify.periods import ONE_DAY
from clockify.plans import Plan, Usual
from clockify.reports.cycles import is_money, planned_by, running_cycles
from clockify.reports.keys import as_categorical
from clockify.reports.measures import sum_at

THRESHOLD = Usual().threshold


class State(StrEnum):
    """How it stands; in the order in which it is shown."""

    OVER = "over"
    NEAR = "near"
    WITHIN = "within"
    NONE = "none"


@dataclass(frozen=True)
class Burn:
    """What was used of what was planned, with what an earlier cycle left in it: seconds, or ticks of `currency` where it is money.

    Without a plan, `planned` is None. It may be 0 or less where earlier cycles took too much; then there is no ratio.
    """

    identifier: str
    used: int
    planned: int | None
    state: State
    money: bool = False
    currency: str = ""

    @property
    def left(self) -> int | None:
        """What may still be used, negative where it is over; None without a plan."""
        return None if self.planned is None else self.planned - self.used

    @property
    def ratio(self) -> Fraction | None:
        """Used ÷ planned, exactly (1 = 100 %); None where nothing was planned."""
        return Fraction(self.used, self.planned) if self.planned and self.planned > 0 else None


def burns(
    plans: Mapping[str, Plan],
    used: Mapping[str, int],
    *,
    carried: Mapping[str, int] | None = None,
    currencies: Mapping[str, str] | None = None,
    threshold: int = THRESHOLD,
    label_of: Callable[[str], str] = str,
) -> list[Burn]:
    """Return how every project stands that has a plan or was used; figures by project, in ticks where its plan is money.

    `carried` is what earlier cycles left, `threshold` the percentage that wants a warning where a plan has none of its own.
    Order: what is over, what is near, the rest, what has no plan; within each the largest ratio first, then by
    `label_of` (small and capital letters alike), then by id.
    """
    rests, codes = carried or {}, currencies or {}
    found = []
    for one in dict.fromkeys([*plans, *used]):
        plan, spent = plans.get(one), used.get(one, 0)
        if plan is None:
            found.append(Burn(one, spent, None, State.NONE))
            continue
        planned, money = planned_by(plan) + rests.get(one, 0), is_money(plan)
        state = state_of(spent, planned, plan.threshold or threshold)
        found.append(Burn(one, spent, planned, state, money, codes.get(one, "") if money else ""))
    return _in_order(found, label_of)


def burns_of_cycles(cycles: pd.DataFrame, *, threshold: int = THRESHOLD, label_of: Callable[[str], str] = str) -> list[Burn]:
    """Return how the running cycles stand, of `cycles_by_project`, in the order of `burns`."""
    found = []
    for row in running_cycles(cycles).to_dict("records"):
        used, planned, currency = int(row["used"]), int(row["planned"]) + int(row["carried_in"]), str(row["currency"])
        state = state_of(used, planned, int(row["threshold"]) or threshold)
        found.append(Burn(str(row["project_id"]), used, planned, state, currency != "", currency))
    return _in_order(found, label_of)


def task_burns(
    estimates: Mapping[str, int], used: Mapping[str, int], *, threshold: int = THRESHOLD, label_of: Callable[[str], str] = str
) -> list[Burn]:
    """Return how every task stands that has an estimate or was used, in seconds by task, in the order of `burns`.

    Clockify writes 0 where a task has no estimate: that is none.
    """
    found = []
    for one in dict.fromkeys([*estimates, *used]):
        planned, spent = estimates.get(one, 0) or None, used.get(one, 0)
        found.append(Burn(one, spent, planned, State.NONE if planned is None else state_of(spent, planned, threshold)))
    return _in_order(found, label_of)


def state_of(used: int, planned: int, threshold: int) -> State:
    """Say how it stands: over is more than planned, near at least `threshold` percent of it; all of it is not over yet."""
    if used > planned:
        return State.OVER
    return State.NEAR if used * 100 >= planned * threshold or used == planned else State.WITHIN


def seconds_by(frame: pd.DataFrame, column: str, *, billable_only: bool = False) -> dict[str, int]:
    """Add the seconds of entries or a cube up by project_id or task_id; only ids that have rows, in the order of the categories."""
    seconds = frame["seconds"].to_numpy()
    return _sums(frame[column], np.where(frame["billable"].to_numpy(), seconds, 0) if billable_only else seconds)


def ticks_by(frame: pd.DataFrame, currencies: Mapping[str, str]) -> dict[str, int]:
    """Add amounts up by project, each in its own of `currencies` alone; only ids that have rows, in the order of the categories."""
    ids, codes = as_categorical(frame["project_id"]), as_categorical(frame["currency"])
    position = {str(code): place for place, code in enumerate(codes.categories)}
    wanted = np.array([position.get(currencies.get(str(one), ""), -1) for one in ids.categories], dtype=np.intp)
    return _sums(frame["project_id"], np.where(wanted[ids.codes] == codes.codes, frame["amount_ticks"].to_numpy(), 0))


def used_daily(days: pd.DataFrame, last: date, *, currency: str = "", billable_only: bool = False) -> pd.DataFrame:
    """Return what a cycle's rows of one project had used at the end of each day, from the first with time to `last`.

    Columns: day (datetime64[us]), used (int64), seconds or ticks of `currency`; a row for every day, oldest first.
    What lies after `last` isn't in it. No rows before it give none.
    """
    rows = days[days["day"] <= pd.Timestamp(last)]
    values = rows["amount_ticks" if currency else "seconds"].to_numpy()
    if currency:
        values = np.where((rows["currency"] == currency).to_numpy(), values, 0)
    elif billable_only:
        values = np.where(rows["billable"].to_numpy(), values, 0)
    first = np.datetime64(last + ONE_DAY) if rows.empty else rows["day"].min().to_datetime64().astype("datetime64[D]")
    every = np.arange(first, np.datetime64(last + ONE_DAY))
    places = (rows["day"].to_numpy().astype("datetime64[D]") - first).astype(np.int64)
    return pd.DataFrame({"day": every.astype("datetime64[us]"), "used": sum_at(places, values, len(every)).cumsum()})


def _sums(column: pd.Series, values: np.ndarray) -> dict[str, int]:
    ids = as_categorical(column)
    sums, rows = sum_at(ids.codes, values, len(ids.categories)), np.bincount(ids.codes, minlength=len(ids.categories))
    return {str(one): figure for one, figure, count in zip(ids.categories, sums.tolist(), rows, strict=True) if count}


def _in_order(found: list[Burn], label_of: Callable[[str], str]) -> list[Burn]:
    states = list(State)

    def place(one: Burn) -> tuple[int, bool, Fraction, str, str]:
        # Over without a ratio: earlier cycles took all of it and more.
        return (
            states.index(one.state),
            one.ratio is not None,
            -(one.ratio or Fraction()),
            label_of(one.identifier).casefold(),
            one.identifier,
        )

    return sorted(found, key=place)
