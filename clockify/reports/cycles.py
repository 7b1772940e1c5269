"""The cycles of a plan, from its history: what each was to take, what it took, and what went over into the next."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.money import TICKS_PER_CENT
from clockify.periods import ONE_DAY, Month, Period, week_of
from clockify.plans import Cycle, Plan
from clockify.reports.keys import as_categorical

EPOCH = date(1970, 1, 1).toordinal()
CYCLE_DTYPES = {
    "project_id": "str",
    "start": "datetime64[us]",
    "end": "datetime64[us]",
    "planned": "int64",
    "carried_in": "int64",
    "used": "int64",
    "ahead": "int64",
    "left": "int64",
    "carried_out": "int64",
    "currency": "str",
    "others": "str",
    "threshold": "int64",
    "running": "bool",
}


def cycles_of(
    plans: Sequence[Plan],
    cube: pd.DataFrame,
    *,
    first: date,
    today: date,
    week_start: str,
    currency: str = "",
    billable_only: bool = False,
) -> pd.DataFrame:
    """Return the cycles of one project's plans up to the running one, oldest first (`CYCLE_DTYPES` without project_id).

    Figures are seconds where `currency` is "", else ticks of that currency: the project's, which plans in money need.
    `others` names the currencies, joined by ", ", in which the cycle has amounts that are not added. `start` and `end`
    are half-open days, `end` NaT where a plan for the whole project goes on. `ahead` is the part of `used` on days after
    today, `left` = planned + carried_in − used, `threshold` the plan's own, 0 for none. `carried_out` is 0 until a cycle is over.

    Cycles follow each other without gaps, from the one around `first` (the first day with data) or from the first plan's
    first day, which may cut it at its beginning: it has all of the plan nevertheless. A cycle has the plan of its first
    day to its end. A plan for the whole project holds from its day on (a cycle that runs ends there), and always for all
    that was used since `first`; two that follow each other are one cycle, with the later one's figure.
    A rest goes over only between plans of one kind: hours are never made of money. No plan that has begun gives no rows.
    """
    project = plans[0].project_id if plans else ""
    own = cube.assign(project_id=pd.Categorical([project] * len(cube), categories=[project]))
    money = {project: currency}
    frame = cycles_by_project(
        {project: plans}, own, firsts={project: first}, today=today, week_start=week_start, currencies=money, billable_only=billable_only
    )
    return frame.drop(columns="project_id")


def cycles_by_project(
    plans: Mapping[str, Sequence[Plan]],
    cube: pd.DataFrame,
    *,
    firsts: Mapping[str, date],
    today: date,
    week_start: str,
    currencies: Mapping[str, str] | None = None,
    billable_only: bool = False,
) -> pd.DataFrame:
    """Return the cycles of many projects (`CYCLE_DTYPES`), in the order of `plans`, each as `cycles_of` gives them.

    `firsts` and `currencies` by project; one without a first day begins today. Needs day, project_id, billable,
    seconds, amount_ticks and currency. Raises ValueError for a plan in money of a project without a currency.
    """
    courses = _courses(cube, plans, currencies or {}, billable_only)
    rows: list[dict[str, Any]] = []
    for project, own in plans.items():
        first = min(firsts.get(project, today), today)
        rows += _rows(own, courses[project], first, today, week_start)
    frame: pd.DataFrame = pd.DataFrame(rows, columns=list(CYCLE_DTYPES)).astype(CYCLE_DTYPES)
    return frame


def first_days(cube: pd.DataFrame) -> dict[str, date]:
    """Return each project's first day with time, in the order of the categories; only projects that have rows."""
    ids = as_categorical(cube["project_id"])
    first = np.full(len(ids.categories), np.datetime64(date.max))
    np.minimum.at(first, ids.codes.astype(np.intp), cube["day"].to_numpy().astype("datetime64[D]"))
    return {str(one): day for one, day in zip(ids.categories, first.tolist(), strict=True) if day != date.max}


def running_cycles(cycles: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the cycles that run today, at most one a project, in their order."""
    return cycles[cycles["running"]].reset_index(drop=True)


def cycle_around(day: date, cycle: Cycle, week_start: str) -> Period:
    """Return the week, month, quarter or year around a day; ValueError for the whole project, which has no days of its own."""
    month = Month.of(day)
    match cycle:
        case Cycle.WEEK:
            return week_of(day, week_start)
        case Cycle.MONTH:
            return month.period
        case Cycle.QUARTER:
            return _months_from(month.after(-((month.number - 1) % 3)), 3)
        case Cycle.YEAR:
            return _months_from(Month(day.year, 1), 12)
        case Cycle.WHOLE:
            raise ValueError("a whole project has no cycle around a day")


def planned_by(plan: Plan) -> int:
    """Return what a plan allows a cycle: seconds, or ticks of the project's currency."""
    return plan.seconds if plan.seconds is not None else (plan.cents or 0) * TICKS_PER_CENT


def is_money(plan: Plan) -> bool:
    """Is it a budget, not an estimate?"""
    return plan.seconds is None


@dataclass(frozen=True)
class _Course:
    """A project's days in order, counted from 1 January 1970, and what was used before each, and at the end: one figure more.

    Lists, as looking up a single day in an array takes ten times as long. `others`: days and codes of foreign amounts.
    """

    days: list[int]
    seconds: list[int]
    ticks: list[int]
    currency: str
    others: tuple[list[int], list[str]]

    def used(self, start: date, end: date | None, money: bool) -> int:
        """Add up the days from `start` up to, and without, `end`; nothing where that is the earlier one."""
        sums, (first, last) = self.ticks if money else self.seconds, _bounds(self.days, start, end)
        return sums[max(first, last)] - sums[first]

    def named(self, start: date, end: date | None) -> str:
        """Name the other currencies that have amounts on these days."""
        days, codes = self.others
        return ", ".join(sorted(set(codes[slice(*_bounds(days, start, end))])))


def _bounds(days: list[int], start: date, end: date | None) -> tuple[int, int]:
    last = len(days) if end is None else bisect_left(days, end.toordinal() - EPOCH)
    return bisect_left(days, start.toordinal() - EPOCH), last


def _months_from(month: Month, count: int) -> Period:
    return Period(month.period.start, month.after(count).period.start)


def _courses(
    cube: pd.DataFrame, plans: Mapping[str, Sequence[Plan]], currencies: Mapping[str, str], billable_only: bool
) -> dict[str, _Course]:
    """Sort the cube once, by project and day, and cut it into the courses of the projects that have plans."""
    ids, codes = as_categorical(cube["project_id"]), as_categorical(cube["currency"])
    days = cube["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    seconds = np.where(cube["billable"].to_numpy(), cube["seconds"].to_numpy(), 0) if billable_only else cube["seconds"].to_numpy()
    order = np.lexsort((days, ids.codes))
    days, seconds, ticks, money = days[order], seconds[order], cube["amount_ticks"].to_numpy()[order], codes.codes[order]
    names = np.array(codes.categories, dtype=object)
    places = {str(name): place for place, name in enumerate(ids.categories)}
    bounds = np.searchsorted(ids.codes[order], np.arange(len(places) + 1))
    courses = {}
    for project in plans:
        place, currency = places.get(project), currencies.get(project, "")
        rows = slice(0, 0) if place is None else slice(bounds[place], bounds[place + 1])
        own = names[money[rows]] == currency
        foreign = ~own & (ticks[rows] != 0)
        others = days[rows][foreign].tolist(), names[money[rows][foreign]].tolist()
        courses[project] = _Course(days[rows].tolist(), _sums(seconds[rows]), _sums(np.where(own, ticks[rows], 0)), currency, others)
    return courses


def _sums(values: NDArray[np.int64]) -> list[int]:
    sums: list[int] = np.cumsum(values, dtype=np.int64).tolist()
    return [0, *sums]


def _rows(plans: Sequence[Plan], course: _Course, first: date, today: date, week_start: str) -> list[dict[str, Any]]:
    """Fill the spans with figures, and hand each one's rest to the next."""
    rows: list[dict[str, Any]] = []
    before: Plan | None = None
    for plan, start, end in _spans(plans, first, today, week_start):
        money = is_money(plan)
        if money and not course.currency:
            raise ValueError(f"the plan in money of project {plan.project_id!r} needs the project's currency")
        goes_over = before is not None and before.carries and plan.cycle is not Cycle.WHOLE and is_money(before) == money
        carried = rows[-1]["left"] if goes_over else 0
        if rows:
            rows[-1]["carried_out"] = carried
        used, planned = course.used(start, end, money), planned_by(plan)
        rows.append(
            {
                "project_id": plan.project_id,
                "start": start,
                "end": end,
                "planned": planned,
                "carried_in": carried,
                "used": used,
                "ahead": course.used(max(start, today + ONE_DAY), end, money),
                "left": planned + carried - used,
                "carried_out": 0,
                "currency": course.currency if money else "",
                "others": course.named(start, end) if money else "",
                "threshold": plan.threshold or 0,
                "running": end is None or end > today,
            }
        )
        before = plan
    return rows


def _spans(plans: Sequence[Plan], first: date, today: date, week_start: str) -> Iterator[tuple[Plan, date, date | None]]:
    """Yield each cycle's plan and days, until the one that has today in it."""
    begun = sorted((plan for plan in plans if _begins(plan) <= today), key=_begins)
    if not begun:
        return
    day: date | None = max(first, _begins(begun[0]))
    if begun[0].cycle is not Cycle.WHOLE and _begins(begun[0]) < first:
        day = max(cycle_around(first, begun[0].cycle, week_start).start, _begins(begun[0]))
    while day is not None and day <= today:
        later = [plan for plan in begun if _begins(plan) > day]
        plan = begun[len(begun) - len(later) - 1]
        if plan.cycle is Cycle.WHOLE:
            others = [_begins(one) for one in later if one.cycle is not Cycle.WHOLE]
            wholes = [one for one in later if not others or _begins(one) < others[0]]
            day = others[0] if others else None
            yield [plan, *wholes][-1], first, day
        else:
            start, natural = day, cycle_around(day, plan.cycle, week_start).end
            day = min([natural, *(_begins(one) for one in later if one.cycle is Cycle.WHOLE)])
            yield plan, start, day


def _begins(plan: Plan) -> date:
    return plan.first or date.min
