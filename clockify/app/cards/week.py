"""What the weekly page is made of: the report, the grid, and what is sent of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.app.cards.downloads import ALL_COLUMNS, facts_of
from clockify.app.cards.figures import sums_line
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.render.facts import Facts
from clockify.render.files.mail import footnote, weekly_html, weekly_text
from clockify.render.files.reports_pdf import weekly_pdf
from clockify.render.formats import HourStyle
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import palette
from clockify.render.tables.weekly import by_project_table, grid_footnote, shown_days, week_grid_table, weekly_table
from clockify.reports.beside import Before
from clockify.reports.grouping import Grouping
from clockify.reports.measures import Totals, totals_of
from clockify.reports.weekly import Week, week_grid, weekly_report

EVERYONE = "Everyone"
Place = tuple[date, str | None]


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
        self.view, self.shown, self.kind = view, shown, KIND_OF[shown]

    @cached_property
    def entries(self) -> pd.DataFrame:
        """The entries of the week, with every column there is."""
        return self.view.entries(ALL_COLUMNS)

    @cached_property
    def week(self) -> Week:
        """The report, of one person or of everybody."""
        people = self.view.choice.filters.people
        who = one_line(self.view.directory.label(Kind.USER, people[0])) if len(people) == 1 else ""
        return weekly_report(self.entries, self.view.period, self.view.directory, who=who)

    @cached_property
    def grid(self) -> pd.DataFrame:
        """Projects or people × days."""
        return week_grid(self.entries, self.view.period, self.view.directory, self.kind)

    @property
    def totals_before(self) -> Totals | None:
        """The sums of the week compared with; None while it isn't there."""
        return totals_of(self.view.before) if self.view.before is not None else None

    @cached_property
    def before(self) -> Before | None:
        """The same of the week compared with, by id, if that was chosen and is there."""
        view = self.view
        if view.beside is None or view.before is None or self.totals_before is None:
            return None
        grid = week_grid(view.before, view.previous, view.directory, self.kind)
        sums: dict[tuple[str, ...], int] = {(one,): int(total) for one, total in zip(grid["id"], grid["total"], strict=True)}
        return Before(view.previous, sums, {}, self.totals_before)

    @cached_property
    def facts(self) -> Facts:
        """What the files say of themselves."""
        return facts_of(self.view, "Weekly")

    def pdf(self) -> bytes:
        """Set it."""
        return weekly_pdf(self.week, self.grid, self.facts, self.view.directory, kind=self.kind, style=HourStyle(self.view.look.hours))


@dataclass(frozen=True)
class Report:
    """The week as a report: its title and sums, its table and where each line leads, its projects, and what is sent of it."""

    title: str
    sums: str
    table: Styler
    places: list[Place]
    note: str
    shares: Styler
    projects: list[str]
    html: str
    text: str


@dataclass(frozen=True)
class Grid:
    """Projects or people × days: the rows and the days that cells stand for, and as it is shown."""

    title: str
    sums: str
    rows: pd.DataFrame
    days: list[date]
    table: Styler
    note: str


def make_report(sheet: Sheet) -> Report:
    """Make the report and what is sent of it."""
    week, view, colors = sheet.week, sheet.view, palette(sheet.view.look.theme)
    title = f"### {week.title}  \n:gray[{escape_markdown(week.who or EVERYONE)} · {view.period.label()}]"
    return Report(
        title,
        sums_line(view, view.totals, sheet.totals_before),
        weekly_table(week, view.directory, colors, narrow=view.look.narrow),
        [(day.day, one) for day in week.days if day.lines for one in (None, *(line.project_id for line in day.lines))],
        footnote(week),
        by_project_table(week, view.directory, colors),
        [part.project_id for part in week.by_project],
        weekly_html(week, view.directory, sheet.facts),
        weekly_text(week, sheet.facts),
    )


def make_grid(sheet: Sheet) -> Grid:
    """Make the grid over the whole width."""
    view, look = sheet.view, sheet.view.look
    style, gone = HourStyle(look.hours), [one for (one,) in sheet.before.seconds] if sheet.before else []
    rows = week_grid(sheet.entries, view.period, view.directory, sheet.kind, also=gone) if gone else sheet.grid
    return Grid(
        f"### {sheet.week.title}  \n:gray[{escape_markdown(sheet.week.who or EVERYONE)}]",
        sums_line(view, view.totals, sheet.totals_before),
        rows,
        shown_days(rows, look.narrow),
        week_grid_table(rows, palette(look.theme), sheet.kind, style=style, narrow=look.narrow, before=sheet.before),
        grid_footnote(rows, style, 1 if look.narrow else 2),
    )
