"""The files of Projects: every plan as it runs, every cycle up to it, and a report on paper."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from clockify.app.cards.budgets import Board, board_of, exact_cube, signs_words
from clockify.app.cards.downloads import File, draw_files, facts_of
from clockify.app.cards.forecast import record_words
from clockify.app.shell.look import csv_form
from clockify.desk.view import View
from clockify.render.facts import Facts
from clockify.render.files.plan_pdf import plans_pdf
from clockify.render.files.plan_sheets import cycles_csv, plans_csv, plans_xlsx
from clockify.render.formats import HourStyle
from clockify.reports.filters import Filters
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT

SAID_OF_FILES = "All plans of this page, also those that don't show; figures are everybody's exact time."


def draw_plan_files(view: View) -> None:
    """Offer plans as CSV, Excel and PDF, and their cycles as CSV; for who sees everybody's time alone."""
    if not view.access.sees_plans:
        return
    board, form, money, directory = board_of(view), csv_form(), view.sees_amounts, view.directory
    rows, foreseen = board.found.rows, board.ahead.by_project
    files = [
        File("Projects CSV", "projects-csv", "Projects", "csv", lambda: plans_csv(rows, foreseen, directory, money=money, form=form)),
        File(
            "Cycles CSV",
            "cycles-csv",
            "Cycles",
            "csv",
            lambda: cycles_csv(board.found.cycles, directory, view.today, money=money, form=form),
        ),
        File("Excel", "projects-xlsx", "Projects", "xlsx", lambda: plans_xlsx(rows, foreseen, directory, _facts(view), money=money)),
        File("PDF", "projects-pdf", "Projects", "pdf", partial(_pdf, view, board)),
    ]
    with st.container(key="plan-files"):
        draw_files(_exact(view), files, SAID_OF_FILES)


def _exact(view: View) -> View:
    """Return the view as far as plans go by it: whatever people, billable time or rounding are chosen."""
    chosen = view.choice.filters
    filters = Filters(clients=chosen.clients, projects=chosen.projects)
    return replace(view, choice=replace(view.choice, filters=filters, rounding=EXACT))


def _facts(view: View) -> Facts:
    totals = totals_of(exact_cube(view))
    return facts_of(_exact(view), "Projects", totals=totals, exact=totals)


def _pdf(view: View, board: Board) -> bytes:
    style = HourStyle(view.look.hours)
    rows, money = board.found.rows, view.sees_amounts
    known = {one.burn.currency for one in rows}
    records = [f"{code or 'Time'}: {record_words(board, code)}" for code in sorted(known)]
    notes = [words for words in (signs_words(rows).strip(), *records) if words]
    return plans_pdf(rows, board.ahead.by_project, view.directory, _facts(view), today=view.today, style=style, money=money, notes=notes)
