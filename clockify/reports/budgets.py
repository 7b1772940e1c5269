"""Every project beside its plan: whose plan it is, how far along it is, and when it is used up at the pace of the last weeks."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.estimates import Estimate
from clockify.plans import Cycle, Notes, Plan, in_force
from clockify.reports.burn import Burn, State, burns_of_cycles, seconds_by, state_of
from clockify.reports.cycles import CYCLE_DTYPES, cycles_by_project, first_days, running_cycles
from clockify.reports.forecast import Outlook, UsedUp, outlook, pace_to_land, used_up
from clockify.reports.pace import Pace, Weekly, paces, weekly
from clockify.reports.record import Record, record_of

ALIVE = timedelta(weeks=4)


class Source(StrEnum):
    """Whose plan it is."""

    HERE = "written down here"
    CLOCKIFY = "Clockify's"
    USUAL = "usual"


@dataclass(frozen=True)
class Budget:
    """A project's plan as it runs: `start` and `end` of the cycle (None: no end), what earlier cycles left (`carried`).

    `is_whole`: is all that was used known? If not, `burn.used` is at least so much. `ahead`: the part of it on days to come.
    """

    plan: Plan
    source: Source
    burn: Burn
    start: date
    end: date | None = None
    carried: int = 0
    ahead: int = 0
    is_whole: bool = True

    @property
    def project_id(self) -> str:
        """The project."""
        return self.plan.project_id

    @property
    def recurs(self) -> bool:
        """Does it begin anew?"""
        return self.plan.cycle is not Cycle.WHOLE


@dataclass(frozen=True)
class Budgets:
    """All plans as they run, over first, and every cycle up to them (`CYCLE_DTYPES`)."""

    rows: tuple[Budget, ...]
    cycles: pd.DataFrame

    def of(self, project_id: str) -> Budget | None:
        """Return a project's."""
        return next((one for one in self.rows if one.project_id == project_id), None)


@dataclass(frozen=True)
class Foreseen:
    """What is foreseen for a plan: when it is used up, or how its cycle ends; None where there is too little to say.

    `to_land` is what a week may take so that the cycle's plan lasts; None where it has no end.
    """

    pace: Pace | None = None
    found: UsedUp | None = None
    outlook: Outlook | None = None
    to_land: int | None = None


@dataclass(frozen=True)
class Forecasts:
    """What is foreseen by project, and how often such forecasts held: by currency, "" for hours."""

    by_project: Mapping[str, Foreseen] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)


def budgets(
    cube: pd.DataFrame, directory: Directory, notes: Notes, *, known_from: date, today: date, week_start: str, archived: bool = False
) -> Budgets:
    """Return every plan as it runs: what is written down, else Clockify's own, else the usual week of projects that are worked on.

    `cube` is everybody's exact time since `known_from`. An estimate for a whole project goes by Clockify's own count of its
    time where that knows of more. Other plans are whole where their cycle began since, or where the cube has all the time
    that Clockify counts. Order: over, near, within; what has only the usual plan comes last. `archived`: archived projects, too.
    """
    plans = _plans(cube, directory, notes, today)
    plans = {one: own for one, own in plans.items() if archived or one not in directory.archived}
    cycles = _cycles(cube, directory, {one: rows for one, (rows, _) in plans.items()}, today, week_start)
    label = lambda one: directory.full_label(Kind.PROJECT, one)  # noqa: E731
    burns = burns_of_cycles(cycles, threshold=notes.usual.threshold, label_of=label)
    running = {str(row["project_id"]): row for row in running_cycles(cycles).to_dict("records")}
    counted = seconds_by(cube, "project_id")
    found = [
        _budget(
            burn,
            running[burn.identifier],
            *plans[burn.identifier],
            _estimate(directory, burn.identifier),
            counted,
            known_from,
            today,
            notes,
        )
        for burn in burns
    ]
    found.sort(key=_place)  # stable: equal ones stay in the order of `burns_of_cycles`
    return Budgets(tuple(found), cycles)


def forecasts(
    cube: pd.DataFrame,
    found: Budgets,
    *,
    today: date,
    week_start: str,
    weekdays: Collection[str],
    off: Collection[date] = frozenset(),
    scale: Mapping[date, float] | None = None,
) -> Forecasts:
    """Foresee every plan of which all that was used is known, from the finished weeks of a cube; `off` are days nobody works."""
    by_project: dict[str, Foreseen] = {}
    records: dict[str, Record] = {}
    for currency in sorted({one.burn.currency for one in found.rows}):
        history: Weekly = weekly(cube, today=today, week_start=week_start, currency=currency or None, scale=scale)
        record = records[currency] = record_of(history)
        known = paces(history, record.wider)
        for one in found.rows:
            if one.burn.currency == currency:
                by_project[one.project_id] = _foreseen(one, known.get(one.project_id), today, weekdays, off)
    return Forecasts(by_project, records)


def _foreseen(one: Budget, pace: Pace | None, today: date, weekdays: Collection[str], off: Collection[date]) -> Foreseen:
    left = one.burn.left
    if left is None or not one.is_whole:
        return Foreseen(pace)
    if one.end is None:
        return Foreseen(pace, found=used_up(left, pace, today=today, weekdays=weekdays, off=off))
    ahead = outlook(left, pace, one.end, today=today, weekdays=weekdays, off=off)
    landing = pace_to_land(left, one.end, today=today, weekdays=weekdays, off=off)
    return Foreseen(pace, found=used_up(left, pace, today=today, weekdays=weekdays, off=off), outlook=ahead, to_land=landing)


def _plans(cube: pd.DataFrame, directory: Directory, notes: Notes, today: date) -> dict[str, tuple[list[Plan], Source]]:
    """Return each project's plans and whose they are."""
    written: dict[str, list[Plan]] = {}
    for plan in notes.plans:
        written.setdefault(plan.project_id, []).append(plan)
    found: dict[str, tuple[list[Plan], Source]] = {one: (rows, Source.HERE) for one, rows in written.items()}
    for one, project in directory.projects.items():
        if project.estimate.plan and one not in found:
            found[one] = ([project.estimate.plan], Source.CLOCKIFY)
    recent = cube[cube["day"] >= pd.Timestamp(today - ALIVE)]
    for one in seconds_by(recent, "project_id"):
        if one and one not in found:
            found[one] = ([Plan(one, seconds=notes.usual.project_week, cycle=Cycle.WEEK)], Source.USUAL)
    return found


def _cycles(cube: pd.DataFrame, directory: Directory, plans: Mapping[str, Sequence[Plan]], today: date, week_start: str) -> pd.DataFrame:
    """Return all cycles; those of plans for billable time alone are counted apart."""
    firsts = first_days(cube)
    currencies = {one: _currency(directory, one) for one in plans}
    parts = []
    for billable_only in (False, True):
        own = {one: rows for one, rows in plans.items() if _counts_billable(directory, one, rows) is billable_only}
        if own:
            parts.append(
                cycles_by_project(
                    own, cube, firsts=firsts, today=today, week_start=week_start, currencies=currencies, billable_only=billable_only
                )
            )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(CYCLE_DTYPES)).astype(CYCLE_DTYPES)


def _budget(
    burn: Burn,
    row: Mapping[Any, Any],
    rows: Sequence[Plan],
    source: Source,
    estimate: Estimate,
    counted: Mapping[str, int],
    known_from: date,
    today: date,
    notes: Notes,
) -> Budget:
    plan = in_force(rows, today) or rows[0]
    start, end = pd.Timestamp(row["start"]).date(), None if pd.isna(row["end"]) else pd.Timestamp(row["end"]).date()
    tracked, here = estimate.tracked, counted.get(plan.project_id, 0)
    has_all = tracked is not None and here >= tracked
    by_count = plan.cycle is Cycle.WHOLE and not burn.money and not (estimate.billable_only and source is Source.CLOCKIFY)
    if by_count and tracked is not None and tracked > burn.used:
        burn = _used(burn, tracked, plan.threshold or notes.usual.threshold)
    carries_unknown = int(row["carried_in"]) != 0 or plan.carries
    is_whole = (
        has_all or (by_count and tracked is not None) or (plan.cycle is not Cycle.WHOLE and start >= known_from and not carries_unknown)
    )
    return Budget(plan, source, burn, start, end, int(row["carried_in"]), int(row["ahead"]), is_whole)


def _place(one: Budget) -> tuple[bool, int, float]:
    ratio = one.burn.ratio
    return one.source is Source.USUAL, list(State).index(one.burn.state), -float(ratio) if ratio is not None else -math.inf


def _used(burn: Burn, used: int, threshold: int) -> Burn:
    return replace(burn, used=used, state=burn.state if burn.planned is None else state_of(used, burn.planned, threshold))


def _estimate(directory: Directory, project_id: str) -> Estimate:
    project = directory.projects.get(project_id)
    return project.estimate if project else Estimate()


def _counts_billable(directory: Directory, project_id: str, rows: Sequence[Plan]) -> bool:
    """Is Clockify's own plan for billable time alone? What is written down here is for all time."""
    estimate = _estimate(directory, project_id)
    return estimate.billable_only and list(rows) == [estimate.plan]


def _currency(directory: Directory, project_id: str) -> str:
    project = directory.projects.get(project_id)
    return (project.currency if project else "") or directory.default_currency
