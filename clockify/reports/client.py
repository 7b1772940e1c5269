"""What a client is shown of the work for him: what is hidden is taken away first, and everything is made of the rest.

Where rates are hidden, amounts stand at projects and tasks alone: of one entry, or of one person, an amount and its hours
are a rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.periods import Period
from clockify.reports.intervals import Interval, by_interval, interval_for
from clockify.reports.measures import Totals
from clockify.reports.shares import OTHER, share_by

NEEDED = ("start", "seconds", "user_id", "project_id", "task_id", "tag_ids", "description", "billable", "rate", "amount_ticks", "currency")
# The columns that a switch lets through; what isn't named by one is let through in any case, or never.
COLUMNS = {"tasks": "task_id", "people": "user_id", "descriptions": "description", "tags": "tag_ids"}
SUMS = ["seconds", "tracked"]
MONEY_SUMS = ["amount_ticks", "exact_ticks"]


@dataclass(frozen=True)
class Shown:
    """What a client sees beside the hours of each project; `left` and `cycles` are of what is planned for them."""

    people: bool = False
    rates: bool = False
    amounts: bool = True
    descriptions: bool = False
    tags: bool = False
    tasks: bool = True
    days: bool = False
    entries: bool = False
    left: bool = True
    cycles: bool = True

    def in_force(self, *, money: bool = True) -> Shown:
        """Leave what can be seen without giving away what is hidden; without `money` there is none to see.

        A rate times its hours is an amount; descriptions and tags stand at entries alone.
        """
        amounts = self.amounts and money
        return replace(
            self,
            amounts=amounts,
            rates=self.rates and amounts,
            descriptions=self.descriptions and self.entries,
            tags=self.tags and self.entries,
        )

    @property
    def hidden(self) -> list[str]:
        """Name what isn't shown, in the order of the switches."""
        return [one.name for one in fields(self) if not getattr(self, one.name)]


@dataclass(frozen=True)
class Cut:
    """The frames that are left of entries, without a column of what is hidden, and added up without it.

    Each has `SUMS`, `seconds` as the client is charged and `tracked` as they were; with amounts shown `work` has `MONEY_SUMS`
    and `currency`, the others too where rates are shown. `work`: a row for each project, task, rate that may be seen;
    `days`; `people` and `entries` (oldest first), None where they aren't shown.
    """

    work: pd.DataFrame
    days: pd.DataFrame
    people: pd.DataFrame | None
    entries: pd.DataFrame | None


@dataclass(frozen=True)
class Line:
    """Time and what it earns, by currency: of a project, of a task in it, of a day, a person, an entry.

    `rates`: the different ones, as cents and currency; nothing where they are hidden.
    """

    ids: Mapping[str, Any]
    seconds: int
    billable_seconds: int
    amounts: Mapping[str, int]
    rates: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class ClientReport:
    """What a client is shown. `totals` as he is charged, `exact` as tracked; they count no entries.

    `work`: each project, the largest first, and below it its tasks where they are shown. `days`, `people`, `entries`: nothing
    where they aren't. `bars` is `by_interval`, `share` is `share_by` project, under the projects' bare names.
    """

    shown: Shown
    period: Period
    totals: Totals
    exact: Totals
    work: tuple[tuple[Line, tuple[Line, ...]], ...]
    days: tuple[Line, ...]
    people: tuple[Line, ...]
    entries: tuple[Line, ...]
    interval: Interval
    bars: pd.DataFrame
    share: pd.DataFrame


def cut(rounded: pd.DataFrame, tracked: pd.DataFrame, shown: Shown) -> Cut:
    """Take away what isn't shown; `rounded` are the entries as charged, `tracked` the same rows as they were."""
    shown = shown.in_force()
    rows = rounded.assign(tracked=tracked["seconds"].to_numpy(), exact_ticks=tracked["amount_ticks"].to_numpy())
    seen = [column for switch, column in COLUMNS.items() if getattr(shown, switch)]
    money = ["currency", *MONEY_SUMS] if shown.amounts else []
    fine = [*money, "rate"] if shown.rates else []
    # From here on there is nothing else.
    rows = rows[["day", "project_id", "billable", *seen, *SUMS, *(fine or money)]]
    coarse = [name for name in ("project_id", "task_id", "billable", "currency", "rate") if name in rows]
    apart = rows.drop(columns=[] if fine else money)
    close = [name for name in ("billable", "currency", "rate") if name in apart]
    return Cut(
        _added(rows, coarse),
        _added(apart, ["day", *close]),
        _added(apart, ["user_id", *close]) if shown.people else None,
        apart if shown.entries else None,
    )


def client_report(
    rounded: pd.DataFrame,
    tracked: pd.DataFrame,
    directory: Directory,
    shown: Shown,
    *,
    period: Period,
    interval: Interval,
    week_start: str,
) -> ClientReport:
    """Report entries (`NEEDED` and day) of one client; no entries give a report without rows.

    `rounded` are the entries as the client is charged, `tracked` the same rows as they were.
    """
    shown = shown.in_force()
    left = cut(rounded, tracked, shown)
    share = share_by(left.work, Kind.PROJECT, directory, Fraction(1))
    # A project that bears its client says that another client has one of its name.
    names = [label if one == OTHER else directory.label(Kind.PROJECT, one) for one, label in zip(share["id"], share["label"], strict=True)]
    return ClientReport(
        shown,
        period,
        _totals(left.work, "seconds", "amount_ticks"),
        _totals(left.work, "tracked", "exact_ticks"),
        _work(left.work, directory),
        tuple(sorted(_lines(left.days, ["day"]), key=lambda line: line.ids["day"])) if shown.days else (),
        _by_hours(_lines(left.people, ["user_id"]), Kind.USER, "user_id", directory) if left.people is not None else (),
        _entries(left.entries, shown) if left.entries is not None else (),
        interval,
        by_interval(left.days, period, interval, week_start),
        share.assign(label=pd.Series(names, index=share.index, dtype="str")),
    )


def _added(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    sums = [name for name in (*SUMS, *MONEY_SUMS) if name in rows]
    return rows.groupby(list(keys), observed=True, sort=True)[sums].sum().reset_index()


def _totals(work: pd.DataFrame, seconds: str, ticks: str) -> Totals:
    """Add the work up; an amount stands where there is billable time or an amount, as in all totals."""
    whole = _line({}, work.to_dict("records"), seconds, ticks)
    return Totals(whole.seconds, whole.billable_seconds, 0, whole.amounts)


def _work(work: pd.DataFrame, directory: Directory) -> tuple[tuple[Line, tuple[Line, ...]], ...]:
    projects = _by_hours(_lines(work, ["project_id"]), Kind.PROJECT, "project_id", directory)
    tasks: dict[str, list[Line]] = {}
    if "task_id" in work:
        for line in _by_hours(_lines(work, ["project_id", "task_id"]), Kind.TASK, "task_id", directory):
            tasks.setdefault(line.ids["project_id"], []).append(line)
    # A project with nothing but time without a task has no parts.
    return tuple((one, _parts(tasks.get(one.ids["project_id"], []))) for one in projects)


def _parts(tasks: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(tasks) if any(line.ids["task_id"] for line in tasks) else ()


def _entries(rows: pd.DataFrame, shown: Shown) -> tuple[Line, ...]:
    keys = ["day", "project_id", "billable", *(column for switch, column in COLUMNS.items() if getattr(shown, switch))]
    return tuple(_line({key: row[key] for key in keys}, [row]) for row in rows.to_dict("records"))


def _lines(rows: pd.DataFrame, keys: Sequence[str]) -> list[Line]:
    parts: dict[tuple[Any, ...], list[dict[Any, Any]]] = {}
    for row in rows.to_dict("records"):
        parts.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [_line(dict(zip(keys, ids, strict=True)), own) for ids, own in parts.items()]


def _line(ids: Mapping[str, Any], rows: Sequence[Mapping[Any, Any]], seconds: str = "seconds", ticks: str = "amount_ticks") -> Line:
    amounts: Counter[str] = Counter()
    for row in rows:
        if ticks in row and ((row["billable"] and row[seconds]) or row[ticks]):
            amounts[str(row["currency"])] += int(row[ticks])
    rates = sorted({(int(row["rate"]), str(row["currency"])) for row in rows if row.get("rate") and row["billable"]})
    return Line(
        ids,
        sum(int(row[seconds]) for row in rows),
        sum(int(row[seconds]) for row in rows if row["billable"]),
        {code: amounts[code] for code in largest_first(amounts)},
        tuple(rates),
    )


def _by_hours(lines: Sequence[Line], kind: Kind, key: str, directory: Directory) -> tuple[Line, ...]:
    """Order by hours, then by name and id; what belongs to none is last."""
    return tuple(
        sorted(lines, key=lambda one: (one.ids[key] == "", -one.seconds, directory.label(kind, one.ids[key]).casefold(), one.ids[key]))
    )


def step_for(period: Period, shown: Shown) -> Interval:
    """Return the step of a report's bars: weeks in place of days where those aren't shown, for a bar says how long a day was."""
    step = interval_for(period)
    return Interval.WEEK if step is Interval.DAY and not (shown.days or shown.entries) else step


def largest_clients(cube: pd.DataFrame, directory: Directory, most: int) -> list[tuple[str, int]]:
    """Return the clients with the most time, and its seconds, the largest first."""
    share = share_by(cube, Kind.CLIENT, directory, Fraction(1))
    found = [(str(one), int(seconds)) for one, seconds in zip(share["id"], share["seconds"], strict=True) if one not in ("", OTHER)]
    return found[:most]


def day_of(line: Line) -> date:
    """Return a line's day."""
    day: date = pd.Timestamp(line.ids["day"]).date()
    return day
