"""Weeks that a lead has looked through: which are, what has changed in them since, and marking them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from clockify.desk.noting import noting_name, noting_records
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.periods import Month, Period, week_of
from clockify.plans import WeekMark
from clockify.reports.keys import as_categorical
from clockify.reports.reviewed import ChangeOfEntry, changed_since, in_bounds, noted
from clockify.reports.rounding import EXACT

ONE_WEEK = timedelta(weeks=1)
COLUMNS = ("id", "start", "seconds", "user_id", "project_id", "task_id", "tag_ids", "description", "billable", "amount_ticks", "currency")


@dataclass(frozen=True)
class Looked:
    """A person's week: who looked it through and when (`mark`, None: nobody yet), and what has changed since."""

    user_id: str
    first: date
    mark: WeekMark | None
    changes: tuple[ChangeOfEntry, ...] = ()


def weeks_in(view: View) -> list[date]:
    """Return the first days of the weeks of a period that have begun and whose rows are all there, the newest first."""
    start, last = week_of(view.period.start, view.week_start).start, min(view.period.last_day, view.today)
    weeks = [start + ONE_WEEK * number for number in range(max((last - start).days // 7 + 1, 0))]
    return [first for first in reversed(weeks) if is_there(view, first)]


def is_there(view: View, first: date) -> bool:
    """Are all rows of a week there, up to today?"""
    days = Period(first, max(min(first + ONE_WEEK, view.today + timedelta(days=1)), first + timedelta(days=1)))
    return all(is_read(view, month) for month in days.months())


def is_read(view: View, month: Month) -> bool:
    """Are all rows of a month there?"""
    state = view.opening.states.get(month)
    return state is not None and not state.unread


def looked_through(view: View, people: Sequence[str], weeks: Collection[date]) -> list[Looked]:
    """Return how each person's weeks stand, by week, the newest first, then by person as given."""
    if not weeks:
        return []
    marks = {(mark.user_id, mark.first): mark for mark in view.access.weeks_done(min(weeks), max(weeks))}
    rows = _by_person(view, {user_id for user_id, _ in marks})
    found = []
    for first in sorted(weeks, reverse=True):
        for user_id in people:
            mark = marks.get((user_id, first))
            changes = _changes(mark, rows.get(user_id), money=view.sees_amounts) if mark else ()
            found.append(Looked(user_id, first, mark, changes))
    return found


def mark_weeks(visit: Visit, view: View, people: Collection[str], first: date) -> None:
    """Note that these people's weeks were looked through as they are now; whatever is changed afterwards shows."""
    records, name, zone = noting_records(visit), noting_name(visit), view.access.zone
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)) for day in (first, first + ONE_WEEK))
    rows = _by_person(view, set(people))
    nothing = view.access.entries(view.opening, COLUMNS, EXACT, noted_rates=False).iloc[:0]
    for user_id in people:
        packed = noted(in_bounds(rows.get(user_id, nothing), start, end), money=view.sees_amounts)
        mark = WeekMark(user_id, first, start, end, zone, name, visit.desk.now(), packed)
        records.mark_week(view.access.workspace.id, mark, by=name)


def open_weeks(visit: Visit, people: Collection[str], first: date) -> None:
    """Take the marks of these people's weeks away."""
    records = noting_records(visit)
    for user_id in people:
        records.unmark_week(visit.access.workspace.id, user_id, first, by=noting_name(visit))


def _changes(mark: WeekMark, rows: pd.DataFrame | None, *, money: bool) -> tuple[ChangeOfEntry, ...]:
    if rows is None:
        return ()
    return tuple(changed_since(mark.entries, in_bounds(rows, mark.start, mark.end), money=money))


def _by_person(view: View, people: Collection[str]) -> dict[str, pd.DataFrame]:
    """Return the exact entries of the opened months of each of these people, also of who has none."""
    if not people:
        return {}
    entries = view.access.entries(view.opening, COLUMNS, EXACT, noted_rates=False)[list(COLUMNS)]
    users = as_categorical(entries["user_id"])
    place = {str(one): number for number, one in enumerate(users.categories)}
    return {one: entries[users.codes == place.get(one, len(place))] for one in sorted(people)}
