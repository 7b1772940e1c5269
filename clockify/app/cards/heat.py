"""The card of who worked on what: people across, projects, clients or tasks down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from clockify.app.cards.alerts import pressing
from clockify.app.cards.charts import pick_key, picked_points
from clockify.app.shell.drill import chosen, filtered, lead_to, narrowed
from clockify.app.shell.kept import made
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.render.charts.heat import TOTAL, heat_alt, heat_chart
from clockify.render.charts.spec import spec_of
from clockify.render.formats import HourStyle
from clockify.render.palette import palette
from clockify.reports.burn import State
from clockify.reports.grouping import Grouping
from clockify.reports.matrix import Matrix, fewer_people, matrix
from clockify.reports.shares import OTHER

BY = {"project": Kind.PROJECT, "client": Kind.CLIENT, "task": Kind.TASK}
GROUPING = {Kind.PROJECT: Grouping.PROJECT, Kind.CLIENT: Grouping.CLIENT, Kind.TASK: Grouping.TASK}
PEOPLE_SHOWN, NARROW_PEOPLE = 26, 9


@dataclass(frozen=True)
class Heat:
    """The chart, its words, and of what its rests are made: `others` down, `people` across."""

    spec: dict[str, Any]
    alt: str
    others: tuple[str, ...]
    people: tuple[str, ...]
    is_empty: bool


def draw_heat(view: View, weeks: str) -> None:
    """Draw hours by project, client or task and person; a click on a cell, a row or a column leads to its entries.

    `weeks`: a sentence on the weeks that nobody has looked through yet.
    """
    with st.container(border=True, gap="xsmall", key="heatmap"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown("**Who worked on what** :gray[:small[· hours, by]]", width="content")
            word = st.segmented_control(
                "Rows",
                list(BY),
                default="project",
                required=True,
                key="heat-by",
                bind="query-params",
                persist_state="session",
                label_visibility="collapsed",
            )
        kind = BY[str(word or "project")]
        heat = made(view, "heat", partial(make_heat, view, kind), kind)
        if heat.is_empty:
            st.caption("Nobody tracked anything here.")
            return
        key = pick_key("heat")
        pick = partial(_pick, key, kind, heat)
        st.vega_lite_chart(heat.spec, width="stretch", key=key, selection_mode="pick", alt=heat.alt, on_select=pick)
        if weeks:
            st.caption(weeks)


def make_heat(view: View, kind: Kind) -> Heat:
    """Add the period up by person and project, client or task, and make the chart; people beyond the largest are one column."""
    look, style = view.look, HourStyle(view.look.hours)
    whole: Matrix = matrix(view.cube, view.directory, kind, also=view.idle)
    if kind is Kind.PROJECT:
        over = {one.project_id for one in pressing(view) if one.burn.state is State.OVER}
        rows = tuple(replace(head, label=f"{head.label} · over") if head.id in over else head for head in whole.rows)
        whole = replace(whole, rows=rows)
    shown, people = fewer_people(whole, NARROW_PEOPLE if look.narrow else PEOPLE_SHOWN)
    chart = heat_chart(shown, palette(look.theme), style, is_narrow=look.narrow)
    return Heat(spec_of(chart), heat_alt(shown, style), whole.others, people, not whole.total)


def _pick(key: str, kind: Kind, heat: Heat) -> None:
    for point in picked_points(key)[:1]:
        lead_to(picked(chosen(), kind, heat, str(point.get("id", TOTAL)), str(point.get("person", TOTAL))))


def picked(choice: Choice, kind: Kind, heat: Heat, thing: str, person: str) -> Choice:
    """Return the choice of a cell's entries: of a total, of the row's or the column's; tasks that are one rest can't be chosen at once."""
    if thing == OTHER and kind is not Kind.TASK:
        choice = filtered(choice, GROUPING[kind], heat.others)
    elif thing not in (TOTAL, OTHER):
        choice = narrowed(choice, GROUPING[kind], thing)
    if person == OTHER:
        return filtered(choice, Grouping.PERSON, heat.people)
    return choice if person == TOTAL else narrowed(choice, Grouping.PERSON, person)
