"""The files of People: each person's figures, who worked on what, which days lack time, and a report on paper."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from clockify.app.cards.downloads import File, draw_files, facts_of
from clockify.app.cards.heat import PEOPLE_SHOWN
from clockify.app.cards.missing import MISSING, make_missing
from clockify.app.cards.team import SAID, team_of, usual_said
from clockify.app.shell.header import filter_words
from clockify.app.shell.kept import made
from clockify.app.shell.look import csv_form
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.render.facts import Facts
from clockify.render.files.team_pdf import heat_picture, team_pdf
from clockify.render.files.team_sheets import matrix_csv, missing_csv, team_csv, team_xlsx
from clockify.render.formats import HourStyle
from clockify.reports.filters import Filters
from clockify.reports.matrix import fewer_people, matrix, matrix_rows

SAID_OF_FILES = "The matrix follows all filters above; the others are of all of a person's time, whatever projects are chosen."


def draw_team_files(view: View) -> None:
    """Offer people as CSV, Excel and PDF, and the matrix and the missing time as CSVs."""
    form, money = csv_form(), view.sees_amounts

    def comma() -> bytes:
        found = team_of(view)
        return team_csv(found.rows, found.total, money=money, form=form)

    files = [
        File("People CSV", "team-csv", "People", "csv", comma, is_of_all=True),
        File("Excel", "team-xlsx", "People", "xlsx", lambda: team_xlsx(team_of(view).rows, _facts(view), money=money), is_of_all=True),
        File("PDF", "team-pdf", "People", "pdf", partial(_pdf, view), is_of_all=True),
        File("Matrix CSV", "matrix-csv", "Matrix", "csv", lambda: matrix_csv(matrix_rows(view.cube, view.directory), form)),
        File(
            "Missing time CSV",
            "missing-csv",
            "Missing_Time",
            "csv",
            lambda: missing_csv(team_of(view).missing, view.directory, form),
            is_of_all=True,
        ),
    ]
    with st.container(key="team-files"):
        draw_files(view, files, SAID_OF_FILES)


def _facts(view: View) -> Facts:
    """Return what files of all of people's time say of themselves: clients, projects and billable time are no filters of theirs."""
    return facts_of(replace(view, choice=replace(view.choice, filters=Filters(people=view.choice.filters.people))), "People")


def _pdf(view: View) -> bytes:
    found, style = team_of(view), HourStyle(view.look.hours)
    missing = made(view, MISSING, partial(make_missing, view, found))
    labels = {one: view.directory.label(Kind.USER, one) for one in missing.ids}
    whole, _ = fewer_people(matrix(view.cube, view.directory, Kind.PROJECT, also=view.idle), PEOPLE_SHOWN)
    is_narrowed = not replace(view.choice.filters, people=()).is_empty
    charts = heat_picture(whole, filter_words(view) if is_narrowed else "", style=style)
    notes = [one for one in (SAID, usual_said(view, found)) if one]
    usual = view.access.notes.usual
    return team_pdf(
        found.rows, found.total, missing.rows, labels, _facts(view), usual, charts, style=style, money=view.sees_amounts, notes=notes
    )
