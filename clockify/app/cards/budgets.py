"""The cards of Projects: which plans are over, near or within, and one of them opened, with what is foreseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.folding import draw_open_all, folds_of
from clockify.app.shell.drill import follow_clicks
from clockify.app.shell.kept import drawn, made
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.periods import Month, Period
from clockify.plans import EVERYBODY
from clockify.render.charts.burn import used_up_words
from clockify.render.formats import NOT_APPLICABLE, HourStyle, format_count, format_tracked
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import palette
from clockify.render.tables.budgets import budget_table
from clockify.reports.budgets import Budget, Budgets, Forecasts, Source, budgets, forecasts
from clockify.reports.burn import State
from clockify.reports.capacity import capacity_days, week_scale
from clockify.reports.filters import Filters, apply_filters, in_period
from clockify.reports.folding import Folded, Folds, fold
from clockify.reports.rounding import EXACT

TABLE, PLANS_SHOWN = "budget-table", 30
CHOSEN = "plan-of"
NOTHING = "Nothing is planned here: set estimates in Clockify, or write plans down in Settings."
NOTHING_CHOSEN = "No project that is chosen has a plan."
LOOK_BACK = {"half a year": 6, "a year": 12, "two years": 24, "three years": 35}


@dataclass(frozen=True)
class Board:
    """Every plan as it runs, and what is foreseen."""

    found: Budgets
    ahead: Forecasts


@dataclass(frozen=True)
class Shown:
    """The plans that show, how many more there are, and the table."""

    rows: tuple[Budget, ...]
    left_out: int
    table: Styler


def looked_at(visit: Visit, _choice: Choice) -> Period:
    """Return the days that the page is made of: whole months back as far as is chosen, up to the end of this one."""
    months = LOOK_BACK.get(str(st.session_state.get("look-back")), LOOK_BACK["half a year"])
    now = Month.of(visit.today)
    return Period(now.after(-months).period.start, now.period.end)


def chosen_plans(_visit: Visit, choice: Choice) -> Choice:
    """Return what the page shows of a choice: a plan is nobody's own, of billable time or not, and isn't rounded."""
    filters = Filters(clients=choice.filters.clients, projects=choice.filters.projects)
    return replace(choice, filters=filters, rounding=EXACT, compare=None)


def draw_look_back(_view: View) -> None:
    """Draw how far the page looks back, and whether archived projects are on it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="plans-bar"):
        options = list(LOOK_BACK)
        st.selectbox("Looks back", options, key="look-back", bind="query-params", persist_state="session", width=180)
        st.toggle("Archived projects too", key="archived-plans", bind="query-params", persist_state="session")


def exact_cube(view: View) -> pd.DataFrame:
    """Return everybody's exact time on the projects chosen, of those of which the viewer may see all of it."""
    return apply_filters(in_period(view.access.whole_cube(view.opening), view.period), view.choice.filters, view.directory)


def board_of(view: View) -> Board:
    """Return the plans of a view: put together now, or by whoever looked at the same before."""
    archived = bool(st.session_state.get("archived-plans"))
    return made(view, "plans", partial(make_board, view, archived), archived)


def make_board(view: View, archived: bool) -> Board:
    """Hold every project against its plan, and foresee how it goes on."""
    cube, access = exact_cube(view), view.access
    terms = {"known_from": max(view.known_from, view.period.start), "today": view.today, "week_start": view.week_start}
    found = budgets(cube, view.directory, access.notes, archived=archived, money=view.sees_amounts, **terms)  # type: ignore[arg-type]
    found = _chosen(found, view.choice.filters, view)
    off, scale = days_off(view)
    ahead = forecasts(cube, found, weekdays=access.workspace.working_days, off=off, scale=scale, **terms)  # type: ignore[arg-type]
    return Board(found, ahead)


def draw_plan_kpis(view: View) -> None:
    """Draw how many plans are over, near and within, and which is used up next."""
    board = board_of(view)
    drawn(view, "plan-kpis", partial(_draw_kpis, view, board), bool(st.session_state.get("archived-plans")))


def draw_plans(view: View) -> None:
    """Draw the list of plans, over first; a click on a row opens it."""
    board, folds, archived = board_of(view), folds_of(TABLE), bool(st.session_state.get("archived-plans"))
    if not board.found.rows:
        st.info(NOTHING if view.choice.filters.is_empty else NOTHING_CHOSEN, icon=":material/flag:")
        return
    shown = made(view, TABLE, partial(make_table, view, board, folds), folds, archived)
    with st.container(border=True, gap="xsmall", key="plans"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Plans** :gray[:small[· used of planned, the mark is 100%; click one to open it]]", width="content")
            draw_open_all(TABLE, len(board.found.rows))
        with st.container(key=TABLE):
            drawn(view, TABLE, lambda: st.table(shown.table, border="horizontal", hide_index=True), folds, archived)
        ids = [one.project_id for one in shown.rows]
        follow_clicks(TABLE, [True] * len(ids), partial(_open, ids), hint="Open it")
        more = f"{format_count(shown.left_out, 'plan')} more by “Open all” and in the files. " if shown.left_out else ""
        signs = escape_markdown(signs_words(shown.rows).strip())
        st.caption(f"{more}Figures are everybody's exact time, whatever people, days or rounding are chosen. {signs}")


def signs_words(rows: Sequence[Budget]) -> str:
    """Say what the signs beside figures mean, where there are any."""
    parts = []
    if any(not one.knows_used for one in rows):
        parts.append(" ≥: part of it lies before the days looked at, or in months that aren't there: look back further.")
    if any(not one.knows_carry for one in rows):
        parts.append(" ≈: what cycles before that left isn't known.")
    if codes := sorted({code for one in rows for code in one.others.split(", ") if code}):
        parts.append(f" Amounts in other currencies than the project's ({', '.join(codes)}) are in no figure.")
    return "".join(parts)


def make_table(view: View, board: Board, folds: Folds) -> Shown:
    """Make the list; of many plans the first thirty show."""
    rows = board.found.rows
    folded: Folded = fold([one.project_id for one in rows], [False] * len(rows), folds, most_groups=PLANS_SHOWN)
    some, look = tuple(rows[place] for place in folded.places), view.look
    style = HourStyle(look.hours)
    table = budget_table(
        some, board.ahead.by_project, view.directory, palette(look.theme), today=view.today, style=style, narrow=look.narrow
    )
    return Shown(some, len(folded.left_out), table)


def chosen_plan(view: View, board: Board) -> Budget:
    """Draw the choice of the plan that is opened, and return it: the first of the list, which has one, unless another was clicked."""
    rows = board.found.rows
    labels = told_apart({one.project_id: one_line(view.directory.full_label(Kind.PROJECT, one.project_id)) for one in rows})
    if st.session_state.get(CHOSEN) not in labels:
        st.session_state[CHOSEN] = rows[0].project_id
    picked = st.selectbox("Project", list(labels), format_func=labels.__getitem__, key=CHOSEN, label_visibility="collapsed", width=300)
    return board.found.of(str(picked)) or rows[0]


def _open(ids: Sequence[str], place: int, _column: int | None) -> None:
    st.session_state[CHOSEN] = ids[place]


def _chosen(found: Budgets, chosen: Filters, view: View) -> Budgets:
    """Leave the plans of the projects and clients that are chosen: of the others the cube has no time."""
    if not chosen.projects and not chosen.clients:
        return found
    rows = tuple(
        one
        for one in found.rows
        if (not chosen.projects or one.project_id in chosen.projects)
        and (not chosen.clients or view.directory.client_of(one.project_id) in chosen.clients)
    )
    own = found.cycles["project_id"].isin([one.project_id for one in rows])
    return Budgets(rows, found.cycles[own].reset_index(drop=True))


def days_off(view: View, period: Period | None = None) -> tuple[frozenset[date], dict[date, float]]:
    """Return the days to come on which nobody works, and which part of each week's working time the team was there.

    The weeks are those of `period`, the view's own if none: it has to hold all of which a pace is made.
    """
    notes, people = view.access.notes, view.access.active_people()
    capacity = capacity_days(people, period or view.period, notes, view.access.workspace.working_days)
    everybody = [one for one in notes.days_off if one.user_id == EVERYBODY and one.last > view.today]
    days = {one.first + timedelta(days=number) for one in everybody for number in range(min((one.last - one.first).days + 1, 400))}
    return frozenset(days), week_scale(capacity, view.week_start)


def _draw_kpis(view: View, board: Board) -> None:
    rows = [one for one in board.found.rows if one.source is not Source.USUAL]
    by_state: dict[State, list[Budget]] = {state: [one for one in rows if one.burn.state is state] for state in State}
    style = HourStyle(view.look.hours)
    with st.grid(4, min_column_width=140, gap="small"):
        over = _hours(by_state[State.OVER], style, "above")
        _metric("kpi-over", "Over", by_state[State.OVER], f":red[{over}]" if over else "", "Used more than is planned.")
        threshold = f"{view.access.notes.usual.threshold}% or more used"
        _metric(
            "kpi-near", "Near the limit", by_state[State.NEAR], f":orange[{threshold}]", "Used at least the share that wants a warning."
        )
        _metric("kpi-within", "Within", by_state[State.WITHIN], _hours(by_state[State.WITHIN], style, "left"), "The rest.")
        with st.container(key="kpi-next", height="stretch"):
            _draw_next(view, board, rows)


def _metric(key: str, label: str, rows: list[Budget], words: str, help_text: str) -> None:
    with st.container(key=key, height="stretch"):
        value = format_count(len(rows), "project")
        st.metric(label, value, words or None, delta_arrow="off", delta_color="gray", help=help_text, border=True, height="stretch")


def _draw_next(view: View, board: Board, rows: list[Budget]) -> None:
    """Draw which plan is used up next, in the middle of its band."""
    known = [(ahead.found, one) for one in rows if (ahead := board.ahead.by_project.get(one.project_id)) and one.end is None]
    coming = [(found.middle, found, one) for found, one in known if found and found.middle and not found.already]
    value, words = NOT_APPLICABLE, "nothing is foreseen"
    if coming:
        _, found, one = min(coming, key=lambda item: (item[0], item[2].project_id))
        value = used_up_words(found, view.today).removeprefix("used up ").partition(" (")[0]
        words = escape_markdown(one_line(view.directory.full_label(Kind.PROJECT, one.project_id)))
    st.metric("Used up next", value, words, delta_arrow="off", delta_color="gray", border=True, height="stretch")


def _hours(rows: list[Budget], style: HourStyle, word: str) -> str:
    own = [one for one in rows if not one.burn.money]
    seconds = sum(abs(one.burn.left or 0) for one in own)
    # What of some is known in part alone is above by at least, and left at most, so much.
    bound = (
        "" if all(one.is_whole for one in own) else "≈ " if not all(one.knows_carry for one in own) else "≥ " if word == "above" else "≤ "
    )
    return f"{bound}{format_tracked(seconds, style, 1)} h {word}" if seconds else ""
