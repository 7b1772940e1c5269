"""A client's report against plain sums of entries, row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clockify.directory import Kind
from clockify.periods import Period
from clockify.reports.client import ClientReport, Line, Shown, client_report, largest_clients, step_for
from clockify.reports.intervals import Interval
from clockify.reports.rounding import Direction, Rounding, rounded
from tests.support.people import DIRECTORY, ROWS, Row, cube_of, entries_of

DAYS = Period(date(2028, 2, 20), date(2028, 3, 13))
ALL = Shown(**{one.name: True for one in fields(Shown)})
UP = Rounding(Direction.UP, 15)


def report_of(rows: Sequence[Row], shown: Shown = ALL, rounding: Rounding = UP) -> ClientReport:
    entries = entries_of(rows)
    terms: dict[str, Any] = {"period": DAYS, "interval": Interval.WEEK, "week_start": "MONDAY"}
    return client_report(rounded(entries, rounding), entries, DIRECTORY, shown, **terms)


def charged(row: Row) -> int:
    """So long is it charged: up to the next quarter of an hour."""
    return -(-row.seconds // 900) * 900


def sums(rows: Sequence[Row], key: Callable[[Row], Any]) -> dict[Any, tuple[int, int, dict[str, int]]]:
    """Add rows up in plain Python: seconds, billable seconds, and the ticks of each currency with billable time."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return {one: _figures(own) for one, own in found.items()}


def _figures(own: Sequence[Row]) -> tuple[int, int, dict[str, int]]:
    billable = [row for row in own if row.billable and charged(row)]
    amounts: Counter[str] = Counter()
    for row in billable:
        amounts[row.currency] += row.rate * charged(row)
    return sum(map(charged, own)), sum(map(charged, billable)), dict(amounts)


def figures(line: Line) -> tuple[int, int, dict[str, int]]:
    return line.seconds, line.billable_seconds, dict(line.amounts)


@given(st.lists(ROWS, max_size=25))
def test_every_table_is_a_plain_sum(rows: list[Row]) -> None:
    report = report_of(rows)
    assert {line.ids["project_id"]: figures(line) for line, _ in report.work} == sums(rows, lambda one: one.project)
    assert {line.ids["user_id"]: figures(line) for line in report.people} == sums(rows, lambda one: one.user)
    assert {line.ids["day"].date(): figures(line) for line in report.days} == sums(rows, lambda one: one.day)
    by_task = sums(rows, lambda one: (one.project, one.task))
    for project, tasks in report.work:
        own = {task: value for (one, task), value in by_task.items() if one == project.ids["project_id"]}
        assert {line.ids["task_id"]: figures(line) for line in tasks} == (own if any(own) else {})
    whole = _figures(rows)
    assert (report.totals.seconds, report.totals.billable_seconds, dict(report.totals.amounts)) == whole
    assert report.exact.seconds == sum(one.seconds for one in rows)
    assert {code: ticks for code, ticks in report.exact.amounts.items() if ticks} == {
        code: ticks for code in ("EUR", "USD") if (ticks := sum(one.ticks for one in rows if one.currency == code))
    }
    assert int(report.bars["seconds"].sum()) == whole[0] == int(report.share["seconds"].sum())


@given(st.lists(ROWS, max_size=25))
def test_each_entry_is_there_once_and_oldest_first(rows: list[Row]) -> None:
    report = report_of(rows)
    told = Counter((line.ids["day"].date(), line.ids["user_id"], line.ids["project_id"], line.ids["task_id"]) for line in report.entries)
    assert told == Counter((one.day, one.user, one.project, one.task) for one in rows)
    assert sum(line.seconds for line in report.entries) == sum(map(charged, rows))


@given(st.lists(ROWS, max_size=12))
def test_what_is_hidden_changes_no_figure_that_stays(rows: list[Row]) -> None:
    bare, full = report_of(rows, Shown(amounts=False, tasks=False)), report_of(rows)
    assert bare.totals.seconds == full.totals.seconds and not bare.totals.amounts
    assert [line.seconds for line, _ in bare.work] == [line.seconds for line, _ in full.work]
    assert not any(tasks for _, tasks in bare.work) and not (bare.days or bare.people or bare.entries)
    assert not any(line.rates or line.amounts for line, _ in bare.work)


def test_projects_and_tasks_by_hours_and_none_last() -> None:
    day = date(2028, 3, 1)
    rows = [Row(day, project="p2", seconds=900, task="k3"), Row(day, project="p1", seconds=1800), Row(day, project="", seconds=7200)]
    rows += [Row(day, project="p2", seconds=3600), Row(day, project="p4", seconds=1800)]
    report = report_of(rows)
    assert [line.ids["project_id"] for line, _ in report.work] == ["p2", "p4", "p1", ""], "equal ones by name: Inside, Portal"
    assert [line.ids["task_id"] for line in report.work[0][1]] == ["k3", ""]


def test_rates_that_differ_are_all_named_where_rates_are_shown() -> None:
    day = date(2028, 3, 1)
    rows = [Row(day, rate=9000, billable=True), Row(day, rate=8000, billable=True), Row(day, rate=7000, billable=False)]
    ((line, _),) = report_of(rows).work
    assert line.rates == ((8000, "EUR"), (9000, "EUR"))
    ((line, _),) = report_of(rows, Shown(amounts=True)).work
    assert line.rates == () and line.amounts == {"EUR": 17000 * 3600}


def test_nothing_gives_nothing() -> None:
    report = report_of([])
    assert report.work == report.days == report.people == report.entries == ()
    assert report.totals.seconds == 0 and report.share.empty and len(report.bars) == 4


def test_the_largest_clients_are_offered_and_no_client_isnt() -> None:
    day = date(2028, 3, 1)
    rows = [Row(day, project="p1", seconds=60), Row(day, project="p3", seconds=90), Row(day, project="p4", seconds=900)]
    assert largest_clients(cube_of(rows), DIRECTORY, 5) == [("c2", 90), ("c1", 60)]
    assert largest_clients(cube_of(rows), DIRECTORY, 1) == [("c2", 90)]
    assert DIRECTORY.label(Kind.CLIENT, "c2") == "Acme"


def test_a_bar_for_each_day_is_there_only_where_days_are_shown() -> None:
    """The hours of a day stand at its bar, and in the sentence for who can't see it."""
    month, week = Period(date(2028, 3, 1), date(2028, 4, 1)), Period(date(2028, 3, 6), date(2028, 3, 13))
    hidden = Shown()
    assert [step_for(one, hidden) for one in (month, week)] == [Interval.WEEK] * 2
    assert [step_for(month, one) for one in (replace(hidden, days=True), replace(hidden, entries=True))] == [Interval.DAY] * 2
    assert step_for(Period(date(2028, 1, 1), date(2029, 1, 1)), hidden) is Interval.MONTH
