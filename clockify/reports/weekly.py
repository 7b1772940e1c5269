"""A week as people send it on Friday: day by day, what was done and how long it took."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.periods import ONE_DAY, Period
from clockify.reports.filters import in_period
from clockify.reports.keys import ids_of
from clockify.reports.measures import Totals, totals_of

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = tuple(calendar.month_name)[1:]
EVERYONE = "Everyone"


@dataclass(frozen=True)
class Line:
    """Time on one thing on one day: entries of one person with the same project, task, description and billable flag."""

    person_id: str
    person: str
    project_id: str
    project: str
    task: str
    description: str
    billable: bool
    seconds: int

    @property
    def notes(self) -> list[str]:
        """What stands behind the project: task and description; none of them is ""."""
        return [part for part in (self.task, self.description) if part]


@dataclass(frozen=True)
class Part:
    """A project's time in a week, and its share of all of it; "No project" has the id ""."""

    project_id: str
    label: str
    seconds: int
    share: Fraction


@dataclass(frozen=True)
class Day:
    """A day with its lines, in the order in which they were begun; without lines on a day without time."""

    day: date
    seconds: int
    lines: tuple[Line, ...]

    @property
    def label(self) -> str:
        """Say it: "Monday, 24 March 2026"."""
        return f"{DAY_NAMES[self.day.weekday()]}, {_date_words(self.day)}"


@dataclass(frozen=True)
class Section:
    """A person's days that have lines; of one person's week there is one without a name."""

    person_id: str
    label: str
    seconds: int
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Week:
    """Seven days and their sums, to the second; `who` is a person's name, or "" for several: then `team` says who they are."""

    period: Period
    who: str
    days: tuple[Day, ...]
    totals: Totals
    team: str = EVERYONE

    @property
    def whose(self) -> str:
        """Say whose week it is."""
        return self.who or self.team

    @property
    def title(self) -> str:
        """Say it: "Week of 24 March 2026"."""
        return f"Week of {_date_words(self.period.start)}"

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its lines person by person, in the order of their names; none without lines."""
        days = tuple(day for day in self.days if day.lines)
        if self.who or not days:
            return (Section("", "", self.totals.seconds, days),) if days else ()
        labels = {line.person_id: line.person for day in days for line in day.lines}
        return tuple(_section(one, label, days) for one, label in sorted(labels.items(), key=lambda known: (known[1].casefold(), known[0])))

    def adds_up(self, step: int) -> bool:
        """Do lines, days and people add up as they are shown, each rounded half up to `step` seconds?"""
        pairs = [(self.totals.seconds, [part.seconds for part in self.sections])]
        for part in self.sections:
            pairs += [(part.seconds, [day.seconds for day in part.days])]
            pairs += [(day.seconds, [line.seconds for line in day.lines]) for day in part.days]
        return all(_shown(whole, step) == sum(_shown(one, step) for one in parts) for whole, parts in pairs)

    @property
    def by_project(self) -> tuple[Part, ...]:
        """Add its lines up by project: the largest first, then by name, "No project" last; none without time."""
        labels: dict[str, str] = {}
        sums: Counter[str] = Counter()
        for line in (line for day in self.days for line in day.lines):
            labels[line.project_id] = line.project
            sums[line.project_id] += line.seconds
        parts = [Part(one, labels[one], seconds, Fraction(seconds, self.totals.seconds)) for one, seconds in sums.items() if seconds]
        return tuple(sorted(parts, key=lambda part: (not part.project_id, -part.seconds, part.label.casefold(), part.project_id)))


def weekly_report(entries: pd.DataFrame, week: Period, directory: Directory, *, who: str = "", team: str = EVERYONE) -> Week:
    """Return the days of a week, all seven, oldest first; `who` names the one person whose entries these are, `team` several.

    Needs day, start, user_id, project_id, task_id, description, billable, seconds, amount_ticks
    and currency; the seconds may be rounded ones. Equal things of one day are one line, in the
    place of the first.
    """
    rows = in_period(entries, week).sort_values("start", kind="stable")
    rows = rows.assign(description=rows["description"].str.strip())
    keys = ["day", "user_id", "project_id", "task_id", "description", "billable"]
    sums = rows.groupby(keys, observed=True, sort=False)["seconds"].sum().reset_index()
    by_day: dict[date, list[Line]] = {}
    for row in sums.to_dict("records"):
        by_day.setdefault(row["day"].date(), []).append(_line(row, directory))
    days = [week.start + place * ONE_DAY for place in range(week.days)]
    return Week(week, who, tuple(_day(day, by_day.get(day, [])) for day in days), totals_of(rows), team)


def week_grid(entries: pd.DataFrame, week: Period, directory: Directory, kind: Kind, *, also: Collection[str] = ()) -> pd.DataFrame:
    """Return person or project × day, of entries or a cube.

    Columns: id, label (str), a column of seconds for each day, named by its date, total (int64).
    Order: the largest first, equal ones by name, "No project" last. What has no time has no row,
    except the ids in `also`.
    """
    rows = in_period(entries, week)
    days = [week.start + place * ONE_DAY for place in range(week.days)]
    cells: dict[str, Counter[date]] = {one: Counter() for one in also}
    for one, day, seconds in zip(ids_of(rows, kind, directory), rows["day"].dt.date, rows["seconds"].tolist(), strict=True):
        cells.setdefault(str(one), Counter())[day] += seconds
    sums = [(one, _label(directory, kind, one), found.total(), found) for one, found in cells.items()]
    sums = sorted((row for row in sums if row[2] or row[0] in also), key=lambda row: (row[0] == "", -row[2], row[1].casefold(), row[0]))
    listed = [(one, label, *(found[day] for day in days), total) for one, label, total, found in sums]
    numbers = dict.fromkeys([*days, "total"], "int64")
    grid: pd.DataFrame = pd.DataFrame(listed, columns=["id", "label", *numbers]).astype({"id": "str", "label": "str", **numbers})
    return grid


def _line(row: Mapping[Any, Any], directory: Directory) -> Line:
    project, task = str(row["project_id"]), str(row["task_id"])
    return Line(
        person_id=str(row["user_id"]),
        person=_label(directory, Kind.USER, str(row["user_id"])),
        project_id=project,
        project=_label(directory, Kind.PROJECT, project),
        task=_label(directory, Kind.TASK, task) if task else "",
        description=str(row["description"]),
        billable=bool(row["billable"]),
        seconds=int(row["seconds"]),
    )


def _label(directory: Directory, kind: Kind, identifier: str) -> str:
    """Return a name, with "?" for halves of characters (JSON may have them): neither a frame nor a file can hold one."""
    return directory.full_label(kind, identifier).encode("utf-8", "replace").decode()


def _section(person_id: str, label: str, days: Iterable[Day]) -> Section:
    own = [_day(day.day, [line for line in day.lines if line.person_id == person_id]) for day in days]
    return Section(person_id, label, sum(day.seconds for day in own), tuple(day for day in own if day.lines))


def _shown(seconds: int, step: int) -> int:
    return (seconds + step // 2) // step


def _date_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _day(day: date, lines: list[Line]) -> Day:
    return Day(day, sum(line.seconds for line in lines), tuple(lines))
