"""What the weekly page is made of: the report, the grid, and what is sent of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.app.cards.compared import pair_of
from clockify.app.cards.downloads import ALL_COLUMNS, facts_of
from clockify.app.cards.figures import sums_line
from clockify.app.shell.header import named
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import Period
from clockify.render.facts import Facts
from clockify.render.files.mail import footnote, weekly_eml, weekly_html, weekly_text
from clockify.render.files.reports_pdf import weekly_pdf
from clockify.render.formats import HourStyle
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import palette
from clockify.render.tables.weekly import (
    PEOPLE_SHOWN,
    Row,
    by_project_table,
    columns_of,
    grid_footnote,
    largest_parts,
    week_grid_table,
    week_rows,
    weekly_table,
)
from clockify.reports.beside import Before
from clockify.reports.folding import Folded, Folds, fold
from clockify.reports.grouping import Grouping
from clockify.reports.measures import totals_of
from clockify.reports.weekly import Week, week_grid, weekly_report


class Shown(StrEnum):
    """What the page shows of a week."""

    REPORT = "Report"
    PROJECTS = "Projects × days"
    PEOPLE = "People × days"


KIND_OF = {Shown.REPORT: Kind.PROJECT, Shown.PROJECTS: Kind.PROJECT, Shown.PEOPLE: Kind.USER}
GROUPING_OF = {Kind.PROJECT: Grouping.PROJECT, Kind.USER: Grouping.PERSON}


class Sheet:
    """A week's entries, and what is made of them."""

    def __init__(self, view: View, shown: Shown) -> None:
        self.view, self.shown, self.kind, self.style = view, shown, KIND_OF[shown], HourStyle(view.look.hours)

    @cached_property
    def entries(self) -> pd.DataFrame:
        """The entries of the week, with every column there is."""
        return self.view.entries(ALL_COLUMNS)

    @cached_property
    def week(self) -> Week:
        """The report, of one person or of everybody."""
        people = self.view.choice.filters.people
        who = one_line(self.view.directory.label(Kind.USER, people[0])) if len(people) == 1 else ""
        team = named(self.view, Kind.USER, people, one_line(self.view.access.everyone), "people")
        return weekly_report(self.entries, self.view.period, self.view.directory, who=who, team=team)

    @cached_property
    def grid(self) -> pd.DataFrame:
        """Projects or people × days, with a row for each who logged nothing."""
        return week_grid(self.entries, self.view.period, self.view.directory, self.kind, also=self.idle)

    @property
    def idle(self) -> frozenset[str]:
        """Who logged nothing, where rows are people."""
        return self.view.idle if self.kind is Kind.USER else frozenset()

    @cached_property
    def before(self) -> Before | None:
        """The same of the week compared with, by id, if that was chosen and is there."""
        view = self.view
        if view.beside is None or view.before is None or view.ended is None:
            return None
        now = None if view.ended == view.period else self._sums(view.compared, view.ended)
        return replace(self._sums(view.before, view.previous), now=now)

    def _sums(self, cube: pd.DataFrame, period: Period) -> Before:
        grid = week_grid(cube, period, self.view.directory, self.kind)
        sums: dict[tuple[str, ...], int] = {(one,): int(total) for one, total in zip(grid["id"], grid["total"], strict=True)}
        return Before(period, sums, {}, totals_of(cube))

    @cached_property
    def facts(self) -> Facts:
        """What the files say of themselves."""
        return facts_of(self.view, "Weekly")

    @cached_property
    def said(self) -> Facts:
        """What the report says of itself: no word of filters that leave nothing out of the week of whom it names."""
        filters = self.view.choice.filters
        alone = replace(filters, people=()) if self.week.who else filters
        return replace(self.facts, filters="") if alone.is_empty else self.facts

    def pdf(self) -> bytes:
        """Set it."""
        return weekly_pdf(self.week, self.grid, self.said, self.view.directory, kind=self.kind, style=self.style, idle=self.idle)

    def html(self) -> str:
        """Write it as a page."""
        return weekly_html(self.week, self.view.directory, self.said, self.style)

    def text(self) -> str:
        """Write it as plain text."""
        return weekly_text(self.week, self.said, self.style)

    def mail(self) -> bytes:
        """Write it as a draft."""
        return weekly_eml(self.week, self.view.directory, self.said, self.style)


@dataclass(frozen=True)
class Report:
    """The week as a report: its title and sums, its rows, its people by name, its projects, and what is sent of it."""

    title: str
    sums: str
    rows: list[Row]
    people: dict[str, str]
    note: str
    shares: Styler
    projects: list[str]
    html: str
    text: str


@dataclass(frozen=True)
class Grid:
    """Projects or people × days: what rows and columns stand for (None: the week), and as it is shown."""

    title: str
    sums: str
    rows: pd.DataFrame
    columns: list[date | None]
    table: Styler
    note: str


@dataclass(frozen=True)
class Days:
    """The report's table as it is folded, and the rows that show."""

    rows: list[Row]
    folded: Folded
    table: Styler


def make_report(sheet: Sheet) -> Report:
    """Make the report and what is sent of it."""
    week, view, colors = sheet.week, sheet.view, palette(sheet.view.look.theme)
    title = f"## {week.title}  \n:gray[{escape_markdown(week.whose)} · {view.period.label()}]"
    return Report(
        title,
        sums_line(view, view.totals, pair_of(view)),
        week_rows(week),
        {part.person_id: one_line(part.label) for part in week.sections if part.label},
        footnote(week, sheet.style),
        by_project_table(week, view.directory, colors, sheet.style),
        [part.project_id for part in largest_parts(week)[0]],
        sheet.html(),
        sheet.text(),
    )


def make_days(sheet: Sheet, report: Report, folds: Folds) -> Days:
    """Make the report's table: of everybody the first ten people show, and their days where they stand open."""
    rows, look = report.rows, sheet.view.look
    folded = Folded(list(range(len(rows))), [None] * len(rows), [])
    if report.people:
        folded = fold([row.person_id for row in rows], [row.day is not None for row in rows], folds, most_groups=PEOPLE_SHOWN)
    colors = palette(look.theme)
    table = weekly_table(sheet.week, sheet.view.directory, colors, style=sheet.style, narrow=look.narrow, folded=folded)
    return Days([rows[place] for place in folded.places], folded, table)


def make_grid(sheet: Sheet) -> Grid:
    """Make the grid over the whole width."""
    view, look, style = sheet.view, sheet.view.look, sheet.style
    gone = [one for (one,) in sheet.before.seconds] if sheet.before else []
    rows = week_grid(sheet.entries, view.period, view.directory, sheet.kind, also={*gone, *sheet.idle}) if gone else sheet.grid
    table = week_grid_table(rows, palette(look.theme), sheet.kind, style=style, narrow=look.narrow, before=sheet.before, idle=sheet.idle)
    return Grid(
        f"## {sheet.week.title}  \n:gray[{escape_markdown(sheet.week.whose)}]",
        sums_line(view, view.totals, pair_of(view)),
        rows,
        columns_of(table, rows, look.narrow),
        table,
        grid_footnote(rows, style, 1 if look.narrow else 2),
    )
