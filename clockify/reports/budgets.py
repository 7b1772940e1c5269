"""Every project beside its plan: whose plan it is, how far along it is, and when it is used up at the pace of the last weeks."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.estimates import Estimate
from clockify.periods import ONE_DAY, week_of
from clockify.plans import Cycle, Notes, Plan, in_force
from clockify.reports.burn import Burn, State, burns_of_cycles, seconds_by, state_of
from clockify.reports.cycles import CYCLE_DTYPES, cycles_by_project, first_days, is_money, running_cycles
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

    `ahead`: the part of what is used on days to come. `others`: the currencies of amounts that a budget leaves out. Unless
    it `knows_used`, `burn.used` is at least so much; unless it `knows_carry`, earlier cycles may have left more, or less.
    """

    plan: Plan
    source: Source
    burn: Burn
    start: date
    end: date | None = None
    carried: int = 0
    ahead: int = 0
    others: str = ""
    billable_only: bool = False
    knows_used: bool = True
    knows_carry: bool = True

    @property
    def is_whole(self) -> bool:
        """Is all known that makes up used and left?"""
        return self.knows_used and self.knows_carry

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
    cube: pd.DataFrame,
    directory: Directory,
    notes: Notes,
    *,
    known_from: date,
    today: date,
    week_start: str,
    archived: bool = False,
    money: bool = True,
) -> Budgets:
    """Return every plan as it runs: what is written down and has begun, else Clockify's own, else the usual week of what is worked on.

    `cube` is everybody's exact time; of the days since `known_from` it has all. An estimate for a whole project goes by
    Clockify's own count of its time where that knows of more. Other plans are whole where their cycle, and what is carried
    into it, began since, or where the cube has all the time that Clockify counts. Order: over, near, within; what has only
    the usual plan comes last. `archived`: archived projects, too; without `money` there are no budgets.
    """
    plans = {one: own for one, own in _plans(cube, directory, notes, today, money).items() if archived or one not in directory.archived}
    billable = {one for one, (_, source) in plans.items() if source is Source.CLOCKIFY and _estimate(directory, one).billable_only}
    cycles = _cycles(cube, directory, {one: rows for one, (rows, _) in plans.items()}, billable, today, week_start)
    burns = burns_of_cycles(cycles, threshold=notes.usual.threshold, label_of=partial(directory.full_label, Kind.PROJECT))
    running = {str(row["project_id"]): row for row in running_cycles(cycles).to_dict("records")}
    starts = _starts(cycles, [one for one, (rows, _) in plans.items() if any(plan.carries for plan in rows)])
    counted, found = seconds_by(cube, "project_id"), []
    for burn in burns:
        one = burn.identifier
        (rows, source), row = plans[one], running[one]
        start, end = pd.Timestamp(row["start"]).date(), None if pd.isna(row["end"]) else pd.Timestamp(row["end"]).date()
        plan = in_force(rows, start if end else today) or rows[0]
        budget = Budget(plan, source, burn, start, end, int(row["carried_in"]), int(row["ahead"]), str(row["others"]), one in billable)
        tracked = _estimate(directory, one).tracked
        if tracked is None or counted.get(one, 0) < tracked:
            knows_carry = end is None or _knows_carry(rows, starts.get(one, []), known_from)
            budget = replace(budget, knows_used=end is not None and start >= known_from, knows_carry=knows_carry)
        found.append(_by_count(budget, tracked, notes.usual.threshold))
    found.sort(key=_place)  # stable: equal ones stay in the order of `burns_of_cycles`
    return Budgets(tuple(found), cycles)


def forecasts(
    cube: pd.DataFrame,
    found: Budgets,
    *,
    known_from: date,
    today: date,
    week_start: str,
    weekdays: Collection[str],
    off: Collection[date] = frozenset(),
    scale: Mapping[date, float] | None = None,
) -> Forecasts:
    """Foresee every plan of which all that was used is known, from the finished weeks of a cube; `off` are days nobody works.

    A week counts if the cube has all of it: if it has begun since `known_from`. A plan for billable time alone goes on at the
    pace of that, widened by the record of all time.
    """
    by_project: dict[str, Foreseen] = {}
    records: dict[str, Record] = {}
    known = cube[cube["day"] >= pd.Timestamp(week_of(known_from + 6 * ONE_DAY, week_start).start)]
    history: Callable[..., Weekly] = partial(weekly, known, today=today, week_start=week_start, scale=scale)
    for currency in sorted({one.burn.currency for one in found.rows}):
        all_time = history(currency=currency or None)
        record = records[currency] = record_of(all_time)
        rows = [one for one in found.rows if one.burn.currency == currency]
        own = {False: paces(all_time, record.wider)}
        if any(one.billable_only for one in rows):
            own[True] = paces(history(billable_only=True), record.wider)
        for one in rows:
            by_project[one.project_id] = _foreseen(one, own[one.billable_only].get(one.project_id), today, weekdays, off)
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


def _plans(cube: pd.DataFrame, directory: Directory, notes: Notes, today: date, money: bool) -> dict[str, tuple[list[Plan], Source]]:
    """Return each project's plans and whose they are; what is written down from a later day on hides nothing until then."""
    written: dict[str, list[Plan]] = {}
    for plan in notes.plans:
        if money or not is_money(plan):
            written.setdefault(plan.project_id, []).append(plan)
    found = {one: (rows, Source.HERE) for one, rows in written.items() if in_force(rows, today)}
    for one, project in directory.projects.items():
        own = project.estimate.plan
        if own and one not in found and (money or not is_money(own)):
            found[one] = ([own], Source.CLOCKIFY)
    recent = cube[cube["day"] >= pd.Timestamp(today - ALIVE)]
    for one in seconds_by(recent, "project_id"):
        if one and one not in found:
            found[one] = ([Plan(one, seconds=notes.usual.project_week, cycle=Cycle.WEEK)], Source.USUAL)
    return found


def _cycles(
    cube: pd.DataFrame, directory: Directory, plans: Mapping[str, Sequence[Plan]], billable: Collection[str], today: date, week_start: str
) -> pd.DataFrame:
    """Return all cycles; those of plans for `billable` time alone are counted apart."""
    firsts = first_days(cube)
    currencies = {one: _currency(directory, one) for one in plans}
    parts = []
    for billable_only in (False, True):
        own = {one: rows for one, rows in plans.items() if (one in billable) is billable_only}
        if own:
            parts.append(
                cycles_by_project(
                    own, cube, firsts=firsts, today=today, week_start=week_start, currencies=currencies, billable_only=billable_only
                )
            )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(CYCLE_DTYPES)).astype(CYCLE_DTYPES)


def _starts(cycles: pd.DataFrame, projects: Sequence[str]) -> dict[str, list[date]]:
    """Return the first days of some projects' cycles, oldest first."""
    own = cycles[cycles["project_id"].isin(projects)]
    return {str(one): rows.dt.date.tolist() for one, rows in own.groupby("project_id", sort=False)["start"]}


def _knows_carry(plans: Sequence[Plan], starts: Sequence[date], known_from: date) -> bool:
    """Is all known that earlier cycles leave to the last one? `starts`: their first days; none where nothing carries over.

    The chain of cycles that hand their rest on has to begin where a plan does, or behind a cycle that keeps its rest.
    """
    if not starts:
        return True
    own, place = [in_force(plans, one) or plans[0] for one in starts], len(starts) - 1
    while place and own[place - 1].carries and is_money(own[place - 1]) == is_money(own[place]):
        place -= 1
    may_go_on = place == 0 and own[0].carries and min(plan.first or date.min for plan in plans) < starts[0]
    is_chain = may_go_on or place < len(starts) - 1
    return not may_go_on and (not is_chain or starts[place] >= known_from)


def _place(one: Budget) -> tuple[bool, int, float]:
    ratio = one.burn.ratio
    return one.source is Source.USUAL, list(State).index(one.burn.state), -float(ratio) if ratio is not None else -math.inf


def _by_count(one: Budget, tracked: int | None, threshold: int) -> Budget:
    """Let Clockify's own count of a project's time stand where it is of what is planned: all time of the whole project."""
    if tracked is None or one.end is not None or one.burn.money or one.billable_only:
        return one
    burn, used = one.burn, max(one.burn.used, tracked)
    state = burn.state if burn.planned is None else state_of(used, burn.planned, one.plan.threshold or threshold)
    return replace(one, burn=replace(burn, used=used, state=state), knows_used=True)


def _estimate(directory: Directory, project_id: str) -> Estimate:
    project = directory.projects.get(project_id)
    return project.estimate if project else Estimate()


def _currency(directory: Directory, project_id: str) -> str:
    project = directory.projects.get(project_id)
    return (project.currency if project else "") or directory.default_currency
