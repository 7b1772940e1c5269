"""The cards of the weekly page: which week and whose, the report, the grid, and the ways to send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, partial
from typing import TypeGuard

import pandas as pd
import streamlit as st

from clockify.app.cards.downloads import ALL_COLUMNS, File, draw_files, facts_of, layout_of
from clockify.app.cards.figures import sums_line
from clockify.app.cards.share_report import draw_share
from clockify.app.shell.drill import chosen, follow_clicks, lead_to, narrowed, on_days
from clockify.app.shell.look import colors, hour_style, is_narrow
from clockify.app.shell.sidebar import held, hold
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.periods import ONE_DAY, Period, week_of
from clockify.render.facts import Facts
from clockify.render.files.clockify_csv import weekly_csv
from clockify.render.files.comma import weekly_grid_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.mail import footnote, weekly_eml, weekly_html, weekly_text
from clockify.render.files.reports_pdf import weekly_pdf
from clockify.render.files.xlsx import weekly_grid_xlsx
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.tables.weekly import by_project_table, grid_footnote, shown_days, week_grid_table, weekly_table
from clockify.reports.beside import Before
from clockify.reports.grouping import Grouping
from clockify.reports.measures import Totals, totals_of
from clockify.reports.weekly import Week, week_grid, weekly_report

WEEKS_OFFERED = 16
EVERYONE = "Everyone"
Ids = tuple[str, ...]
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
        self.entries = view.entries(ALL_COLUMNS)

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
        return weekly_pdf(self.week, self.grid, self.facts, self.view.directory, kind=self.kind, style=hour_style())


def chosen_week(visit: Visit, choice: Choice) -> Period:
    """Return the week that is chosen, or today's; it starts where the profile says."""
    return week_of(choice.week or visit.today, visit.week_start)


def draw_toolbar(view: View) -> None:
    """Draw whose week, which, and as what."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="week-bar"):
        _draw_person(view)
        _draw_week(view)


def is_ready(view: View | None) -> TypeGuard[View]:
    """Is the whole week there? A report of a part of it would be sent as one of all."""
    if view and not view.is_whole:
        st.caption("The report is made when both months of this week are there.")
    return bool(view and view.is_whole)


def draw_sending(view: View) -> Sheet:
    """Draw as what the week is shown, and the buttons that send it; return it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"):
        shown = st.segmented_control(
            "Show",
            list(Shown),
            default=Shown.REPORT,
            format_func=str,
            required=True,
            key="show",
            bind="query-params",
            persist_state="session",
            label_visibility="collapsed",
        )
        sheet = Sheet(view, Shown(shown or Shown.REPORT))
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="xsmall"):
            draw_share(weekly_html(sheet.week, view.directory, sheet.facts), weekly_text(sheet.week, sheet.facts))
            draw_files(view, [File("PDF", "weekly-pdf", "Weekly", "pdf", sheet.pdf, ":material/picture_as_pdf:")])
    return sheet


def draw_sheet(sheet: Sheet) -> None:
    """Draw the report with its side cards, or the grid over the whole width."""
    if sheet.shown is not Shown.REPORT:
        _draw_grid(sheet)
        return
    left, right = st.columns([2, 1], gap="small")
    with left:
        _draw_report(sheet)
    with right:
        _draw_side(sheet)


def draw_downloads(sheet: Sheet) -> None:
    """Offer the week as files."""
    view, week, directory, facts = sheet.view, sheet.week, sheet.view.directory, sheet.facts
    money, layout = view.sees_amounts, layout_of(view)

    def html() -> bytes:
        return weekly_html(week, directory, facts).encode("utf-8", "replace")

    def excel() -> bytes:
        return weekly_grid_xlsx(sheet.grid, facts, money=money)

    def json() -> bytes:
        return entries_json(sheet.entries, directory, facts, money=money)

    def in_layout() -> bytes:
        return weekly_csv(sheet.entries, directory, view.period, layout, money=money)

    files = [
        File("E-mail", "weekly-eml", "Weekly", "eml", lambda: weekly_eml(week, directory, facts), ":material/mail:"),
        File("HTML", "weekly-html", "Weekly", "html", html, ":material/html:"),
        File("CSV", "weekly-csv", "Weekly", "csv", lambda: weekly_grid_csv(sheet.grid)),
        File("Excel", "weekly-xlsx", "Weekly", "xlsx", excel, ":material/table_view:"),
        File("JSON", "weekly-json", "Weekly", "json", json, ":material/data_object:"),
        File("Clockify CSV", "weekly-clockify-csv", "Weekly", "csv", in_layout),
    ]
    draw_files(view, files, "The e-mail opens as a draft in your mail program.")


def _draw_person(view: View) -> None:
    people, directory = view.choice.filters.people, view.directory
    names = {one: one_line(directory.label(Kind.USER, one)) for one in directory.names[Kind.USER]}
    labels: dict[Ids, str] = {(): EVERYONE, **{(one,): label for one, label in told_apart(names, [EVERYONE]).items()}}
    labels = dict(sorted(labels.items(), key=lambda item: (bool(item[0]), item[1].casefold())))
    labels.setdefault(people, f"{len(people)} people")
    st.session_state["week-person"] = people
    st.selectbox("Person", list(labels), format_func=labels.__getitem__, key="week-person", width=180, on_change=_take_person)


def _take_person() -> None:
    choice = held()
    hold(replace(choice, filters=replace(choice.filters, people=st.session_state["week-person"])))


def _draw_week(view: View) -> None:
    this, shown = week_of(view.today, view.week_start).start, view.period.start
    weeks = {this - timedelta(weeks=back) for back in range(WEEKS_OFFERED)} | {shown}
    st.session_state["week-start"] = shown
    st.selectbox(
        "Week", sorted(weeks, reverse=True), format_func=_week_words, key="week-start", width=200, on_change=_take_week, args=(this,)
    )
    for label, to, name, off in (
        ("‹", shown - timedelta(weeks=1), "Earlier week", False),
        ("›", shown + timedelta(weeks=1), "Later week", shown >= this),
    ):
        st.button(label, key=f"week-{name.split()[0].lower()}", help=name, disabled=off, on_click=_go_to_week, args=(to, this))
    st.button("This week", key="week-this", disabled=shown == this, on_click=_go_to_week, args=(this, this))


def _take_week(this: date) -> None:
    _go_to_week(st.session_state["week-start"], this)


def _go_to_week(start: date, this: date) -> None:
    """Choose a week; this one by no day at all, so that a link to it stays relative."""
    hold(replace(held(), week=None if start == this else start))


def _week_words(start: date) -> str:
    return f"Week {start.isocalendar().week} · {Period(start, start + 7 * ONE_DAY).label()}"


def _draw_report(sheet: Sheet) -> None:
    week, view = sheet.week, sheet.view
    with st.container(border=True, gap="xsmall", key="week-report", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown(f"### {week.title}  \n:gray[{escape_markdown(week.who or EVERYONE)} · {view.period.label()}]", width="content")
            st.markdown(sums_line(sheet.view, sheet.view.totals, sheet.totals_before), width="content")
        with st.container(key="week-table"):
            styler = weekly_table(week, view.directory, colors(), narrow=is_narrow())
            st.table(styler, border="horizontal", hide_header=True, hide_index=True)
        places: list[Place] = [(day.day, one) for day in week.days if day.lines for one in (None, *(line.project_id for line in day.lines))]
        follow_clicks("week-table", [True] * len(places), partial(_pick_line, places))
        if note := footnote(week):
            st.caption(note)


def _draw_side(sheet: Sheet) -> None:
    with st.container(border=True, gap="xsmall", key="week-projects"):
        st.markdown("**By project**")
        with st.container(key="week-shares"):
            st.table(by_project_table(sheet.week, sheet.view.directory, colors()), border=False, hide_header=True, hide_index=True)
        parts = sheet.week.by_project
        follow_clicks("week-shares", [True] * len(parts), partial(_pick_part, sheet.view.period, [part.project_id for part in parts]))
    with st.container(border=True, gap="xsmall", key="week-text", height="stretch"):
        st.markdown("**Plain text** :gray[:small[· for chat or a ticket]]")
        st.code(weekly_text(sheet.week, sheet.facts), language=None, height="stretch", wrap_lines=True)


def _draw_grid(sheet: Sheet) -> None:
    view, gone = sheet.view, [one for (one,) in sheet.before.seconds] if sheet.before else []
    grid = week_grid(sheet.entries, view.period, view.directory, sheet.kind, also=gone) if gone else sheet.grid
    with st.container(border=True, gap="xsmall", key="week-grid-card"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown(f"### {sheet.week.title}  \n:gray[{escape_markdown(sheet.week.who or EVERYONE)}]", width="content")
            st.markdown(sums_line(sheet.view, sheet.view.totals, sheet.totals_before), width="content")
        with st.container(key="week-grid"):
            styler = week_grid_table(grid, colors(), sheet.kind, style=hour_style(), narrow=is_narrow(), before=sheet.before)
            st.table(styler, border="horizontal", hide_index=True)
        days = shown_days(grid, is_narrow())
        follow_clicks("week-grid", [True] * len(grid), partial(_pick_cell, grid, sheet.kind, sheet.view.period, days), cells=True)
        if note := grid_footnote(grid, hour_style(), 1 if is_narrow() else 2):
            st.caption(note)


def _pick_line(places: list[Place], place: int, _column: int | None) -> None:
    """Lead to a day's entries, of one project if its line was clicked."""
    day, project = places[place]
    choice = on_days(chosen(), Period(day, day + ONE_DAY))
    lead_to(choice if project is None else narrowed(choice, Grouping.PROJECT, project))


def _pick_part(week: Period, projects: list[str], place: int, _column: int | None) -> None:
    lead_to(narrowed(on_days(chosen(), week), Grouping.PROJECT, projects[place]))


def _pick_cell(grid: pd.DataFrame, kind: Kind, week: Period, days_shown: list[date], place: int, column: int | None) -> None:
    """Lead to the entries of a row, of its one day if a day's cell was clicked."""
    day = days_shown[column - 1] if column and column <= len(days_shown) else None
    days = Period(day, day + ONE_DAY) if day else week
    lead_to(narrowed(on_days(chosen(), days), GROUPING_OF[kind], str(grid["id"].iloc[place])))
