"""The cards of the weekly page: which week and whose, the report, the grid, and the ways to send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import TypeGuard

import pandas as pd
import streamlit as st

from clockify.app.cards.downloads import File, draw_files, layout_of
from clockify.app.cards.share_report import draw_share
from clockify.app.cards.week import EVERYONE, GROUPING_OF, Place, Report, Sheet, Shown, make_grid, make_report
from clockify.app.shell.drill import chosen, follow_clicks, lead_to, narrowed, on_days
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.look import csv_form
from clockify.app.shell.sidebar import held, hold
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.periods import ONE_DAY, Period, week_of
from clockify.render.files.clockify_csv import weekly_csv
from clockify.render.files.comma import weekly_grid_csv
from clockify.render.files.json_file import entries_json
from clockify.render.files.mail import weekly_eml, weekly_html
from clockify.render.files.xlsx import weekly_grid_xlsx
from clockify.render.markdown import one_line
from clockify.reports.grouping import Grouping

WEEKS_OFFERED = 16
Ids = tuple[str, ...]


def report_of(sheet: Sheet) -> Report:
    """Return the report, made once."""
    return made(sheet.view, "week report", lambda: make_report(sheet))


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
            draw_share(report_of(sheet).html, report_of(sheet).text)
            draw_files(view, [File("PDF", "weekly-pdf", "Weekly", "pdf", sheet.pdf)])
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
    view, directory = sheet.view, sheet.view.directory
    money, layout, form = view.sees_amounts, layout_of(view), csv_form()

    def mail() -> bytes:
        return weekly_eml(sheet.week, directory, sheet.facts)

    def html() -> bytes:
        return weekly_html(sheet.week, directory, sheet.facts).encode("utf-8", "replace")

    def excel() -> bytes:
        return weekly_grid_xlsx(sheet.grid, sheet.facts, money=money)

    def json() -> bytes:
        return entries_json(sheet.entries, directory, sheet.facts, money=money)

    def in_layout() -> bytes:
        return weekly_csv(sheet.entries, directory, view.period, layout, money=money)

    files = [
        File("E-mail", "weekly-eml", "Weekly", "eml", mail),
        File("HTML", "weekly-html", "Weekly", "html", html),
        File("CSV", "weekly-csv", "Weekly", "csv", lambda: weekly_grid_csv(sheet.grid, form=form)),
        File("Excel", "weekly-xlsx", "Weekly", "xlsx", excel),
        File("JSON", "weekly-json", "Weekly", "json", json),
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
    report, view = report_of(sheet), sheet.view
    with st.container(border=True, gap="xsmall", key="week-report", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown(report.title, width="content")
            st.markdown(report.sums, width="content")
        with st.container(key="week-table"):
            drawn(view, "week", lambda: st.table(report.table, border="horizontal", hide_header=True, hide_index=True))
        follow_clicks("week-table", [True] * len(report.places), partial(_pick_line, report.places))
        if report.note:
            st.caption(report.note)


def _draw_side(sheet: Sheet) -> None:
    report, view = report_of(sheet), sheet.view
    with st.container(border=True, gap="xsmall", key="week-projects"):
        st.markdown("**By project**")
        with st.container(key="week-shares"):
            drawn(view, "week shares", lambda: st.table(report.shares, border=False, hide_header=True, hide_index=True))
        follow_clicks("week-shares", [True] * len(report.projects), partial(_pick_part, view.period, report.projects))
    with st.container(border=True, gap="xsmall", key="week-text", height="stretch"):
        st.markdown("**Plain text** :gray[:small[· for chat or a ticket]]")
        st.code(report.text, language=None, height="stretch", wrap_lines=True)


def _draw_grid(sheet: Sheet) -> None:
    view = sheet.view
    grid = made(view, "week grid", lambda: make_grid(sheet), sheet.shown)
    with st.container(border=True, gap="xsmall", key="week-grid-card"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown(grid.title, width="content")
            st.markdown(grid.sums, width="content")
        with st.container(key="week-grid"):
            drawn(view, "week grid", lambda: st.table(grid.table, border="horizontal", hide_index=True), sheet.shown)
        pick = partial(_pick_cell, grid.rows, sheet.kind, view.period, grid.days)
        follow_clicks("week-grid", [True] * len(grid.rows), pick, cells=True)
        if grid.note:
            st.caption(grid.note)


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
