"""The cards of the weekly page: which week and whose, the report, the grid, and the ways to send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any, TypeGuard

import pandas as pd
import streamlit as st

from clockify.app.cards.downloads import File, draw_files, layout_of
from clockify.app.cards.folding import draw_open_all, folds_of, turn
from clockify.app.cards.share_report import draw_share
from clockify.app.cards.week import GROUPING_OF, Days, Report, Sheet, Shown, make_days, make_grid, make_report
from clockify.app.shell.drill import chosen, filtered, follow_clicks, lead_to, narrowed, on_days
from clockify.app.shell.header import named
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.look import csv_form
from clockify.app.shell.options import click_filters, controls
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import held, hold
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.periods import ONE_DAY, Period, week_of
from clockify.render.files.clockify_csv import weekly_csv
from clockify.render.files.comma import weekly_grid_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.xlsx import weekly_grid_xlsx
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.tables.weekly import Row
from clockify.reports.folding import Folds
from clockify.reports.grouping import Grouping
from clockify.roles import Role

WEEKS_OFFERED = 16
MOST_PILLS = 40
TABLE = "week-table"
TEXT_WIDTH, TEXT_HEIGHT = 640, 420
Ids = tuple[str, ...]


def report_of(sheet: Sheet) -> Report:
    """Return the report, made once."""
    return made(sheet.view, "week report", lambda: make_report(sheet))


def chosen_week(visit: Visit, choice: Choice) -> Period:
    """Return the week that is chosen, or today's; it starts where the profile says."""
    return week_of(choice.week or visit.today, visit.week_start)


def chosen_people(visit: Visit, choice: Choice) -> Choice:
    """Return the choice with the week of whoever looks, where nobody is chosen and everyone wasn't asked for."""
    own = visit.access.own_person()
    return filtered(choice, Grouping.PERSON, (own,)) if own and not choice.everyone and not choice.filters.people else choice


def draw_toolbar(view: View) -> None:
    """Draw whose week and which: beside each other, or on a phone behind a button that says both."""
    who = named(view, Kind.USER, view.choice.filters.people, one_line(view.access.everyone), "people")
    words = escape_markdown(f"{who} · week {view.period.start.isocalendar().week}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="week-bar"):
        with controls(words, "week-choose", narrow=view.look.narrow, width="content"):
            _draw_person(view)
            _draw_week(view)
        _draw_steps(view)


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
            draw_share(report_of(sheet).html, report_of(sheet).text)
            with st.popover("Plain text", icon=":material/notes:", key="week-text"):
                st.caption("For chat or a ticket.")
                st.code(report_of(sheet).text, language=None, height=TEXT_HEIGHT, width=TEXT_WIDTH, wrap_lines=True)
            draw_files(view, [File("PDF", "weekly-pdf", "Weekly", "pdf", sheet.pdf)])
    return sheet


def draw_sheet(sheet: Sheet) -> None:
    """Draw the report with its side cards, or the grid over the whole width."""
    if sheet.shown is not Shown.REPORT:
        _draw_grid(sheet)
        return
    left, right = st.columns([5, 2], gap="small")
    with left:
        _draw_report(sheet)
    with right:
        _draw_side(sheet)


def draw_downloads(sheet: Sheet) -> None:
    """Offer the week as files."""
    view, directory = sheet.view, sheet.view.directory
    money, layout, form = view.sees_amounts, layout_of(view), csv_form()

    def excel() -> bytes:
        return weekly_grid_xlsx(sheet.grid, sheet.facts, money=money)

    def json() -> bytes:
        return entries_json(sheet.entries, directory, sheet.facts, money=money)

    def in_layout() -> bytes:
        return weekly_csv(sheet.entries, directory, view.period, layout, money=money)

    files = [
        File("E-mail", "weekly-eml", "Weekly", "eml", sheet.mail),
        File("HTML", "weekly-html", "Weekly", "html", lambda: sheet.html().encode("utf-8", "replace")),
        File("CSV", "weekly-csv", "Weekly", "csv", lambda: weekly_grid_csv(sheet.grid, form=form)),
        File("Excel", "weekly-xlsx", "Weekly", "xlsx", excel),
        File("JSON", "weekly-json", "Weekly", "json", json),
        File("Clockify CSV", "weekly-clockify-csv", "Weekly", "csv", in_layout),
    ]
    draw_files(view, files, "The e-mail opens as a draft in your mail program.")


def _draw_person(view: View) -> None:
    people, directory, everyone = view.choice.filters.people, view.directory, one_line(view.access.everyone)
    if view.access.role is Role.MEMBER:
        return
    names = {one: one_line(directory.label(Kind.USER, one)) for one in directory.names[Kind.USER]}
    labels: dict[Ids, str] = {(): everyone, **{(one,): label for one, label in told_apart(names, [everyone]).items()}}
    labels = dict(sorted(labels.items(), key=lambda item: (bool(item[0]), item[1].casefold())))
    labels.setdefault(people, f"{len(people)} people")
    st.session_state["week-person"] = people
    own = view.access.own_person()
    args = (own,)
    st.selectbox("Person", list(labels), format_func=labels.__getitem__, key="week-person", width=180, on_change=_take_person, args=args)
    if own and people:
        st.button(escape_markdown(everyone), icon=":material/group:", key="week-everyone", on_click=_choose_people, args=((), own))


def _take_person(own: str | None) -> None:
    _choose_people(st.session_state["week-person"], own)


def _choose_people(people: Ids, own: str | None) -> None:
    """Choose whose week; one's own by nobody's name, so that a link to it stays relative, and the other pages show everybody."""
    choice = held()
    people = () if (is_own := people == (own,)) else people
    hold(replace(choice, filters=replace(choice.filters, people=people), everyone=not people and not is_own and own is not None))


def _draw_week(view: View) -> None:
    this, shown = week_of(view.today, view.week_start).start, view.period.start
    weeks = {this - timedelta(weeks=back) for back in range(WEEKS_OFFERED)} | {shown}
    st.session_state["week-start"] = shown
    st.selectbox(
        "Week", sorted(weeks, reverse=True), format_func=_week_words, key="week-start", width=200, on_change=_take_week, args=(this,)
    )


def _draw_steps(view: View) -> None:
    this, shown = week_of(view.today, view.week_start).start, view.period.start
    for label, to, name, off in (
        ("‹", shown - timedelta(weeks=1), "Earlier week", False),
        ("›", shown + timedelta(weeks=1), "Later week", shown >= this),
    ):
        st.button(label, key=f"week-{name.split()[0].lower()}", help=name, disabled=off, on_click=_go_to_week, args=(to, this))
    if shown != this or not view.look.narrow:
        st.button("This week", key="week-this", disabled=shown == this, on_click=_go_to_week, args=(this, this))


def _take_week(this: date) -> None:
    _go_to_week(st.session_state["week-start"], this)


def _go_to_week(start: date, this: date) -> None:
    """Choose a week; this one by no day at all, so that a link to it stays relative."""
    hold(replace(held(), week=None if start == this else start))


def _week_words(start: date) -> str:
    return f"Week {start.isocalendar().week} · {Period(start, start + 7 * ONE_DAY).label()}"


def _draw_report(sheet: Sheet) -> None:
    report, view, folds = report_of(sheet), sheet.view, folds_of(TABLE)
    days = made(view, "week days", lambda: make_days(sheet, report, folds), folds)
    with st.container(border=True, gap="xsmall", key="week-report", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown(report.title, width="content")
            st.markdown(report.sums, width="content")
        if len(report.people) > 1:
            _draw_jumps(sheet, report)
        with st.container(key=TABLE):
            drawn(view, "week", lambda: st.table(days.table, border="horizontal", hide_header=True, hide_index=True), folds)
        _follow_lines(view, days)
        if report.note:
            st.caption(report.note)


def _draw_jumps(sheet: Sheet, report: Report) -> None:
    """Draw the people by name: who is chosen stands open, and alone."""
    labels = told_apart(report.people)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if sheet.view.look.narrow or len(labels) > MOST_PILLS:
            ask: dict[str, Any] = {"index": None, "placeholder": "Choose a person"}
            st.selectbox("Jump to", list(labels), format_func=labels.__getitem__, key="week-jump", on_change=_jump, width=240, **ask)
        else:
            shown = {one: escape_markdown(label) for one, label in labels.items()}
            st.pills("Jump to", list(shown), format_func=shown.__getitem__, key="week-jump", on_change=_jump, wrap=True)
        draw_open_all(TABLE, len(report.rows))


def _jump() -> None:
    person, st.session_state["week-jump"] = st.session_state["week-jump"], None
    if person:
        session().folds[TABLE] = Folds(frozenset({person}), every=False, more=True)


def _follow_lines(view: View, days: Days) -> None:
    folded = days.folded
    folds = [*folded.states, *([False] if folded.left_out and not folded.capped else [])]
    turned = partial(turn, TABLE, [*(row.person_id for row in days.rows), ""])
    follow_clicks(TABLE, [True] * len(days.rows), partial(_pick_line, view, days.rows), folds=folds, turn=turned)


def _draw_side(sheet: Sheet) -> None:
    report, view = report_of(sheet), sheet.view
    with st.container(border=True, gap="xsmall", key="week-projects"):
        st.markdown("**By project**")
        with st.container(key="week-shares"):
            drawn(view, "week shares", lambda: st.table(report.shares, border=False, hide_header=True, hide_index=True))
        follow_clicks("week-shares", [True] * len(report.projects), partial(_pick_part, view, report.projects))


def _draw_grid(sheet: Sheet) -> None:
    view = sheet.view
    grid = made(view, "week grid", lambda: make_grid(sheet), sheet.shown)
    with st.container(border=True, gap="xsmall", key="week-grid-card"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown(grid.title, width="content")
            st.markdown(grid.sums, width="content")
        with st.container(key="week-grid"):
            drawn(view, "week grid", lambda: st.table(grid.table, border="horizontal", hide_index=True), sheet.shown)
        pick = partial(_pick_cell, view, grid.rows, sheet.kind, grid.columns)
        follow_clicks("week-grid", [True] * len(grid.rows), pick, cells=True)
        if grid.note:
            st.caption(grid.note)


def _start(people: Ids) -> Choice:
    """Return what a click starts from: the people whose week it is stay; a page that is filtered shows one's own anyway."""
    return chosen() if click_filters() else filtered(chosen(), Grouping.PERSON, people)


def _pick_line(view: View, rows: list[Row], place: int, _column: int | None) -> None:
    """Lead to a person's entries, of one day if its row was clicked, of one project if its line was."""
    row, people = rows[place], view.choice.filters.people
    choice = on_days(_start(people), Period(row.day, row.day + ONE_DAY) if row.day else view.period)
    choice = narrowed(choice, Grouping.PERSON, row.person_id) if row.person_id else choice
    lead_to(choice if row.line is None else narrowed(choice, Grouping.PROJECT, row.line.project_id))


def _pick_part(view: View, projects: list[str], place: int, _column: int | None) -> None:
    lead_to(narrowed(on_days(_start(view.choice.filters.people), view.period), Grouping.PROJECT, projects[place]))


def _pick_cell(view: View, grid: pd.DataFrame, kind: Kind, columns: list[date | None], place: int, column: int | None) -> None:
    """Lead to the entries of a row, of its one day if a day's cell was clicked."""
    day = columns[column - 1] if column and column <= len(columns) else None
    days = Period(day, day + ONE_DAY) if day else view.period
    choice = on_days(_start(view.choice.filters.people), days)
    lead_to(narrowed(choice, GROUPING_OF[kind], str(grid["id"].iloc[place])))
