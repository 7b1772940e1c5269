"""The card of one project's plan, opened: its course and what is foreseen, its past cycles, its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.budgets import Board, board_of, chosen_plan, exact_cube
from clockify.app.shell.kept import drawn, made
from clockify.desk.ahead import days_off
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import ONE_DAY, Period
from clockify.render.charts.burn import Burning, burn_alt, burn_chart, used_up_words
from clockify.render.charts.spec import spec_of
from clockify.render.formats import HourStyle, format_percent
from clockify.render.markdown import escape_markdown
from clockify.render.palette import palette
from clockify.render.tables.budgets import cycles_table, left_words, plan_words, ratio_text, tasks_table, writer
from clockify.reports.budgets import Budget, Foreseen
from clockify.reports.burn import State, seconds_by, task_burns, used_daily
from clockify.reports.filters import Filters, apply_filters, in_period
from clockify.reports.forecast import course, last_drawn
from clockify.reports.pace import FEWEST

CHART_HEIGHT = 320


@dataclass(frozen=True)
class Opened:
    """A plan opened: the chart, what is said of it, its past cycles and its tasks where it has any."""

    spec: dict[str, Any]
    alt: str
    figures: tuple[tuple[str, str], ...]
    said: str
    record: str
    cycles: Styler | None
    tasks: Styler | None


def draw_plan(view: View) -> None:
    """Draw the plan that is chosen; nothing where there is none, which the list says."""
    board = board_of(view)
    if not board.found.rows:
        return
    with st.container(border=True, gap="xsmall", key="forecast"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"):
            st.markdown("**Burn and forecast**", width="content")
            one = chosen_plan(view, board)
        opened = made(view, "plan", partial(make_plan, view, board, one), one.project_id, bool(st.session_state.get("archived-plans")))
        st.vega_lite_chart(opened.spec, width="stretch", alt=opened.alt, key=f"burn-{one.project_id}")
        drawn(view, "plan", partial(_draw_words, opened), one.project_id, bool(st.session_state.get("archived-plans")))


def make_plan(view: View, board: Board, one: Budget) -> Opened:
    """Make a plan's chart and words."""
    look, style, directory = view.look, HourStyle(view.look.hours), view.directory
    colors, write = palette(look.theme), writer(HourStyle(look.hours))
    own = apply_filters(exact_cube(view), Filters(projects=(one.project_id,)), directory)
    ahead = board.ahead.by_project.get(one.project_id, Foreseen())
    burning = _burning(view, one, own, ahead)
    figures = [("Used", ratio_text(one)), ("Rest", left_words(one, write))]
    if ahead.pace:
        figures.append(("Pace", f"{write(one.burn, round(ahead.pace.mean))} a week"))
    cycles = board.found.cycles[board.found.cycles["project_id"] == one.project_id]
    return Opened(
        spec_of(burn_chart(burning, colors, style, CHART_HEIGHT)),
        burn_alt(burning, style),
        tuple(figures),
        _said(view, one, ahead),
        record_words(board, one.burn.currency),
        cycles_table(cycles, view.today, colors, style) if one.recurs and len(cycles) else None,
        _tasks(view, one, own),
    )


def _burning(view: View, one: Budget, own: pd.DataFrame, ahead: Foreseen) -> Burning:
    """Put together what the chart shows; what Clockify counts beyond the days looked at stands below them."""
    today = view.today
    since = own if not one.recurs else in_period(own, Period(one.start, one.end or today + ONE_DAY))
    past = used_daily(since, today, currency=one.burn.currency, billable_only=one.billable_only)
    before = one.burn.used - one.ahead - (int(past["used"].iloc[-1]) if len(past) else 0)
    if before > 0 and one.is_whole:
        # All of it may be older than the days looked at: then today alone is a point.
        past = past if len(past) else pd.DataFrame({"day": [pd.Timestamp(today)], "used": [0]}).astype(past.dtypes.to_dict())
        past = past.assign(used=past["used"] + before)
    lines = []
    if ahead.pace and one.is_whole:
        last = one.end - ONE_DAY if one.end else last_drawn(ahead.found, today)
        lines = course(ahead.pace, last, today=today, weekdays=view.access.workspace.working_days, off=days_off(view)[0])
    found = ahead.found if one.end is None else None
    return Burning(past, lines, one.burn.planned, found, today, one.burn.currency)


def _said(view: View, one: Budget, ahead: Foreseen) -> str:
    """Say what is foreseen, in a sentence or two of Markdown."""
    write = writer(HourStyle(view.look.hours))
    plan = f"Planned: {plan_words(one, write)}."
    if one.others:
        plan += f" Amounts in {escape_markdown(one.others)} are not in it."
    if not one.knows_carry:
        return f"{plan} What earlier cycles left isn't known of {view.period.label()} alone, so nothing is foreseen: look back further."
    if one.burn.state is State.OVER:
        return f"{plan} **It is {left_words(one, write)}.**"
    if not one.is_whole:
        where = f"before {view.period.label()}, or in months that aren't there"
        return f"{plan} Part of what was used lies {where}, so nothing is foreseen: look back further."
    if ahead.pace is None:
        return f"{plan} Too little to say how it goes on: fewer than {FEWEST} finished weeks with a beginning."
    weeks = f"at the pace of the last {ahead.pace.weeks} weeks"
    if one.end is None:
        words = used_up_words(ahead.found, view.today)
        return f"{plan} **{words[0].upper()}{words[1:]}**, {weeks}, four times out of five."
    landing = f" A week may take {write(one.burn, ahead.to_land)} to land on it." if ahead.to_land is not None else ""
    chance = f"**{ahead.outlook.chance.value.capitalize()}** by the end of this cycle, {weeks}." if ahead.outlook else ""
    return f"{plan} {chance}{landing}"


def record_words(board: Board, currency: str) -> str:
    """Say how often forecasts in a currency ("": in hours) held in the past."""
    record = board.ahead.records.get(currency)
    if record is None or not record.of:
        return "No forecast could be tried on the past here yet: that takes sixteen finished weeks."
    wider = f" The band is widened by {record.wider:.2f}, with which {record.held_wider} would have." if record.wider > 1 else ""
    return f"Such forecasts, four weeks ahead, held {record.held} of {record.of} times here ({format_percent(record.share)}).{wider}"


def _tasks(view: View, one: Budget, own: pd.DataFrame) -> Styler | None:
    """Return the tasks of a project beside their estimates; none if no task has one."""
    tasks = {task.id: task for task in view.directory.tasks.values() if task.project_id == one.project_id}
    if not any(task.planned for task in tasks.values()):
        return None
    here = seconds_by(own, "task_id")
    used = {task.id: max(task.tracked, here.get(task.id, 0)) for task in tasks.values()}
    planned, threshold = {task.id: task.planned for task in tasks.values()}, view.access.notes.usual.threshold
    burns = task_burns(planned, used, threshold=threshold, label_of=partial(view.directory.label, Kind.TASK))
    return tasks_table(burns, view.directory, palette(view.look.theme), HourStyle(view.look.hours))


def _draw_words(opened: Opened) -> None:
    with st.container(horizontal=True, gap="large"):
        for label, text in opened.figures:
            st.markdown(f":gray[:small[{label}]]  \n**{text}**", width="content")
    st.markdown(opened.said)
    with st.container(key="forecast-record"):
        st.caption(opened.record)
    for title, table in (("**Cycles** :gray[:small[· the newest first]]", opened.cycles), ("**Tasks**", opened.tasks)):
        if table is not None:
            st.markdown(title)
            st.table(table, border="horizontal", hide_index=True)
