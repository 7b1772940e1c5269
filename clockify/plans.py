"""What a team writes down here and Clockify doesn't know: plain values, and in words what can't be right about them.

Days are of the report zone and both ends of a range are included; no first day means "ever since", no last one "until
further notice". Time is whole seconds, money whole cents of a currency (see money.py), shares are whole percents.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from clockify.branding import Branding, branding_problems
from clockify.clients import ClientRule, Pack, pack_problems, rule_problems
from clockify.limits import LONGEST_ID, MOST_CENTS, MOST_PERCENT, MOST_SECONDS, can_be_kept, is_code, note_problems

# Whose days off they are that nobody works on.
EVERYBODY = "*"
WEEK, DAY_SECONDS = 7, 24 * 3600


class Cycle(StrEnum):
    """How often a plan begins anew."""

    WHOLE = "whole project"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Capacity:
    """How long a person is there on each weekday, Monday first."""

    user_id: str
    seconds: tuple[int, ...]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class DaysOff:
    """Days on which a person isn't there."""

    user_id: str
    first: date
    last: date
    note: str = ""


@dataclass(frozen=True)
class Target:
    """What a person should reach: tracked ÷ capacity, billable ÷ tracked."""

    user_id: str
    utilization: int | None = None
    billability: int | None = None


@dataclass(frozen=True)
class CostRate:
    """What an hour of a person costs from a day on."""

    user_id: str
    cents: int
    currency: str
    first: date | None = None


@dataclass(frozen=True)
class Plan:
    """What a project may take from a day on, in time (an estimate) or in money of its currency (a budget), never both.

    `carries`: what a cycle leaves, or takes too much, goes into the next; `threshold`: the percentage that wants a warning.
    """

    project_id: str
    seconds: int | None = None
    cents: int | None = None
    cycle: Cycle = Cycle.WHOLE
    carries: bool = False
    threshold: int | None = None
    first: date | None = None


@dataclass(frozen=True)
class Rate:
    """What an hour of billable time on a project earns where Clockify has no rate, in the project's currency."""

    project_id: str
    cents: int


@dataclass(frozen=True)
class Usual:
    """What holds where nothing is written down of a person or a project."""

    person_week: int = 40 * 3600
    project_week: int = 40 * 3600
    threshold: int = 80
    utilization: int | None = None
    billability: int | None = None


@dataclass(frozen=True)
class Notes:
    """All of it, of one workspace; `version` is another after every change."""

    capacities: tuple[Capacity, ...] = ()
    days_off: tuple[DaysOff, ...] = ()
    targets: tuple[Target, ...] = ()
    cost_rates: tuple[CostRate, ...] = ()
    plans: tuple[Plan, ...] = ()
    rates: tuple[Rate, ...] = ()
    usual: Usual = field(default_factory=Usual)
    version: int = 0
    client_rules: tuple[ClientRule, ...] = ()
    packs: tuple[Pack, ...] = ()
    branding: Branding = field(default_factory=Branding)


@dataclass(frozen=True)
class WeekMark:
    """A week that a person says is done: `[start, end)` in UTC, who said so and when, and its entries then, packed by the caller."""

    user_id: str
    first: date
    start: datetime
    end: datetime
    zone: str
    by: str
    at: datetime
    entries: bytes


Dated = TypeVar("Dated", Plan, CostRate)
Row = Capacity | DaysOff | Target | CostRate | Plan | Rate | ClientRule | Pack | Usual | Branding
KINDS: dict[str, type[Row]] = {
    "capacities": Capacity,
    "days_off": DaysOff,
    "targets": Target,
    "cost_rates": CostRate,
    "plans": Plan,
    "rates": Rate,
    "client_rules": ClientRule,
    "packs": Pack,
}
# Of these a workspace has one.
SINGLE: dict[str, type[Row]] = {"usual": Usual, "branding": Branding}


@dataclass(frozen=True)
class Change:
    """What somebody changed at once: rows that went and rows that came.

    `kind` is one of KINDS or SINGLE, "weeks" or "import" (of several kinds); `undone`: it has been taken back;
    `undoes`: the change that this one took back.
    """

    id: int
    at: datetime
    by: str
    kind: str
    removed: tuple[Row | WeekMark, ...]
    added: tuple[Row | WeekMark, ...]
    undone: bool = False
    undoes: int | None = None


def problems_of(row: Row) -> list[str]:
    """Say in sentences what can't be right about a row by itself; nothing if it can."""
    found = []
    if subject_of(row) == "" and not isinstance(row, (Usual, Branding)):
        found.append(f"The {_SUBJECTS.get(type(row), 'person')} is missing.")
    if len(subject_of(row)) > LONGEST_ID or not can_be_kept(subject_of(row)):
        found.append("That is no id of Clockify's.")
    if isinstance(row, (Capacity, DaysOff, Pack)) and row.first and row.last and row.last < row.first:
        found.append("The last day is before the first.")
    return [*found, *_own_problems(row)]


def subject_of(row: Row) -> str:
    """Return the id of the person, project or client that a row is about, "" if none."""
    return str(getattr(row, "user_id", "") or getattr(row, "project_id", "") or getattr(row, "client_id", ""))


def clashes_in(rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Say of rows of one kind which can't stand beside an earlier one: the later one's place, and a sentence.

    A range that ends before it begins (see `problems_of`) clashes with nothing that comes after it.
    """
    by_subject: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_subject[subject_of(row)].append(place)
    return sorted((place, CLASH[type(rows[place])]) for places in by_subject.values() for place in _later_clashes(rows, places))


def in_force(rows: Iterable[Dated], day: date) -> Dated | None:
    """Return the row of one project or person that holds on a day: the last that has begun; None if none has."""
    begun = [row for row in rows if row.first is None or row.first <= day]
    return max(begun, key=lambda row: row.first or date.min, default=None)


CLASH: dict[type[Row], str] = {
    Capacity: "Another capacity of this person holds on some of these days.",
    DaysOff: "Some of these days are off already.",
    Target: "This person has a target already.",
    CostRate: "This person has a cost rate from that day already.",
    Plan: "This project has a plan from that day already.",
    Rate: "This project has a rate already.",
    ClientRule: "This client has a rule already.",
    Pack: "A pack from that day is there already: make it larger.",
}
_SUBJECTS: dict[type[Row], str] = {Plan: "project", Rate: "project", ClientRule: "client", Pack: "client or project"}


def _later_clashes(rows: Sequence[Row], places: Sequence[int]) -> list[int]:
    """Return the places, in their order, of rows of one subject that meet an earlier one.

    Days that are taken are kept as ranges that don't touch, in order: thousands of rows are looked through at once.
    """
    found: list[int] = []
    taken: set[date | None] = set()
    firsts: list[date] = []
    lasts: list[date] = []
    for place in places:
        row = rows[place]
        if not isinstance(row, (Capacity, DaysOff)):
            first = getattr(row, "first", None)
            if first in taken:
                found.append(place)
            taken.add(first)
            continue
        first, last = row.first or date.min, row.last or date.max
        # Those from `begin` to `end` share a day with it.
        begin, end = bisect_left(lasts, first), bisect_right(firsts, last)
        if begin < end:
            found.append(place)
            first, last = min(first, firsts[begin]), max(last, lasts[end - 1])
        if first <= last:
            firsts[begin:end], lasts[begin:end] = [first], [last]
    return found


def _own_problems(row: Row) -> list[str]:
    match row:
        case Capacity():
            is_week = len(row.seconds) == WEEK and all(0 <= one <= DAY_SECONDS for one in row.seconds)
            return [] if is_week else ["A day has 0 to 24 hours."]
        case DaysOff():
            return note_problems(row.note)
        case Target():
            if row.utilization is None and row.billability is None:
                return ["A target needs utilization or billability, in percent."]
            return _percents(row.utilization, row.billability)
        case CostRate():
            return [*_money(row.cents), *([] if is_code(row.currency) else ["A currency is three letters, like EUR."])]
        case Plan():
            return _plan_problems(row)
        case Rate():
            return _money(row.cents)
        case ClientRule():
            return rule_problems(row)
        case Pack():
            return pack_problems(row)
        case Branding():
            return branding_problems(row)
        case Usual():
            are_weeks = all(0 < one <= WEEK * DAY_SECONDS for one in (row.person_week, row.project_week))
            wrong = [] if are_weeks else ["A week has more than 0 and at most 168 hours."]
            return [*wrong, *_percents(row.threshold, row.utilization, row.billability)]


def _plan_problems(plan: Plan) -> list[str]:
    if (plan.seconds is None) == (plan.cents is None):
        return ["A plan is either hours or money."]
    found = []
    if plan.seconds is not None and not 0 < plan.seconds <= MOST_SECONDS:
        found.append("An estimate is more than 0 hours and at most ten million.")
    if plan.cents is not None and not 0 < plan.cents <= MOST_CENTS:
        found.append("A budget is more than 0.")
    if plan.carries and plan.cycle is Cycle.WHOLE:
        found.append("Only what begins anew can carry over: choose week, month, quarter or year.")
    return [*found, *_percents(plan.threshold)]


def _money(cents: int) -> list[str]:
    return [] if 0 <= cents <= MOST_CENTS else ["A rate is 0 or more."]


def _percents(*percents: int | None) -> list[str]:
    return [] if all(one is None or 0 < one <= MOST_PERCENT for one in percents) else ["A percentage is from 1 to 1000."]
