"""The sidebar: period, people, clients, projects, billable, and their form in the URL.

Widgets hold the choice while somebody clicks; the URL holds it for a link, a bookmark and
the browser's back button. Each run takes a URL that isn't the one written last, draws the
widgets, and writes the URL. What a widget holds is its default, too: who clicks before the
browser has taken in a value that was set is shown the default, and sends it with the next
click. What a page doesn't draw stays in force (`persist_state`: values that each run puts back
are lost where a fragment was the last to run). An id that nothing knows yet filters like any
other: only the page, when its months are there, can tell that nothing does (`leave_out`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NoReturn

import streamlit as st

from clockify.app.shell import address
from clockify.app.shell.session import place_held, session
from clockify.desk.choice import LONGEST_SEARCH, Choice, to_url
from clockify.desk.trail import left_out
from clockify.desk.visit import Visit
from clockify.directory import Directory, Kind, told_apart
from clockify.periods import Period, Preset
from clockify.render.markdown import one_line
from clockify.reports.detail import Search
from clockify.reports.filters import Filters
from clockify.reports.rounding import USUAL_MINUTES, Direction, Rounding
from clockify.roles import Role

WEEKLY, PROJECTS, TRACK, CLIENT, SETTINGS = "weekly", "projects", "track", "client", "settings"
# What a page doesn't ask for: a plan is everybody's, of all time, and a client's report is of all that was done for him.
UNASKED = {PROJECTS: ("people", "billable"), CLIENT: ("people", "clients", "billable")}
KINDS = {"people": Kind.USER, "clients": Kind.CLIENT, "projects": Kind.PROJECT}
SEARCHED = {"tasks": Kind.TASK, "tags": Kind.TAG}
PLACEHOLDERS = {"clients": "All clients", "projects": "All projects"}
BILLABLE = {"All": None, "Yes": True, "No": False}


def draw_sidebar(visit: Visit, page: str) -> Choice:
    """Draw the filters and return the choice in force; without a mirror there is nothing to choose from."""
    if visit.fault:
        if visit.zone:
            with st.sidebar:
                _draw_workspace(visit)
        return held()
    directory = session().listed = visit.access.known()
    linked, write_later = address.take(page)
    if linked is not None:
        hold(linked)
    _leave_out()
    with st.sidebar, st.container(gap="xsmall", key="filters"):
        _draw_workspace(visit)
        if page not in (TRACK, SETTINGS):
            _draw_filters(visit, page, directory)
    choice = held()
    params = to_url(choice, page) | _workspace_param(visit)
    if write_later and params:
        # The browser is still on its way to the new page's bare address; what is written now could be lost.
        st.rerun()
    address.write(params)
    return choice


def _draw_filters(visit: Visit, page: str, directory: Directory) -> None:
    """Draw what narrows the figures of a page."""
    if page not in (WEEKLY, PROJECTS):
        _draw_period(visit)
    unasked = (*UNASKED.get(page, ()), *(["people"] if visit.viewer.role is Role.MEMBER else []))
    for name, kind in KINDS.items():
        if name not in unasked:
            _draw_list(name, kind, visit, directory, _only_client() if page == CLIENT else "")
    if "billable" not in unasked:
        place = place_held("billable", list(BILLABLE))
        st.radio("Billable", list(BILLABLE), place, horizontal=True, key="billable", persist_state="session")
    if not held().filters.is_empty:
        st.button("Clear filters", icon=":material/filter_alt_off:", type="tertiary", key="clear-filters", on_click=clear_filters)


def leave_out(unknown: Mapping[str, Collection[str]]) -> NoReturn:
    """Run again without ids that nothing knows: widgets that are drawn hold what they hold."""
    session().unknown = unknown
    st.rerun()


def _leave_out() -> None:
    """Let go of what nothing knows, and note it."""
    mine = session()
    chosen = {name: list(st.session_state.get(name) or ()) for name in mine.unknown}
    mine.trail, left = left_out(mine.trail, chosen, mine.unknown)
    mine.unknown = {}
    for name, ids in left.items():
        st.session_state[name] = tuple(ids) if name in SEARCHED else ids


def clear_filters() -> None:
    """Choose everybody and everything, of the same period."""
    hold(replace(held(), filters=Filters(), search=Search()))


def narrow(name: str, identifier: str) -> None:
    """Filter by one more thing, as after a click on its bar; what is chosen already is let go of."""
    chosen = list(st.session_state.get(name, ()))
    st.session_state[name] = [one for one in chosen if one != identifier] if identifier in chosen else [*chosen, identifier]


def _draw_workspace(visit: Visit) -> None:
    workspaces = {one: one_line(name) for one, name in visit.workspaces.items()}
    if len(workspaces) < 2:
        return
    if st.session_state.get("workspace") not in workspaces:
        st.session_state["workspace"] = visit.access.workspace.id
    labels = told_apart(workspaces)
    terms: dict[str, Any] = {"format_func": labels.__getitem__, "key": "workspace", "persist_state": "session"}
    st.selectbox("Workspace", list(workspaces), **terms, on_change=clear_filters)


def _draw_period(visit: Visit) -> None:
    today, week_start = visit.today, visit.week_start
    choice = held()
    period = choice.period(today, week_start)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xxsmall"):
        presets = list(Preset)
        terms: dict[str, Any] = {"format_func": Preset.label, "key": "period", "persist_state": "session"}
        st.selectbox("Period", presets, presets.index(choice.preset), **terms, on_change=_start_custom, args=(period,))
        for label, steps, name in (("‹", -1, "Earlier"), ("›", 1, "Later")):
            st.button(
                label,
                key=f"period-{name.lower()}",
                help=f"{name} by one period",
                disabled=steps > 0 and period.end > today,
                on_click=_step,
                args=(steps, visit),
            )
    if st.session_state.get("period") is Preset.CUSTOM:
        st.date_input("Days", st.session_state.get("days", "today"), key="days", format="DD/MM/YYYY", persist_state="session")


def _draw_list(name: str, kind: Kind, visit: Visit, directory: Directory, of_client: str = "") -> None:
    """Draw a filter, of one client's projects alone if `of_client`; what is chosen is an option, whether it is known or not."""
    chosen = st.session_state[name] = list(st.session_state.get(name, ()))
    what = ("options", visit.access.rights, visit.access.known_edition, kind, tuple(chosen))
    labels = visit.desk.caches.words.get(what, lambda: _labels(directory, kind, chosen))
    if of_client:
        labels = {one: label for one, label in labels.items() if one in chosen or directory.client_of(one) == of_client}
    nothing = one_line(visit.access.everyone) if kind is Kind.USER else PLACEHOLDERS[name]
    terms: dict[str, Any] = {"format_func": labels.__getitem__, "key": name, "persist_state": "session"}
    st.multiselect(name.capitalize(), list(labels), chosen, **terms, placeholder=nothing)


def _only_client() -> str:
    clients = held().filters.clients
    return clients[0] if len(clients) == 1 else ""


def _step(steps: int, visit: Visit) -> None:
    hold(held().stepped(steps, visit.today, visit.week_start))


def _start_custom(period: Period) -> None:
    """Let a custom range begin as the period that was on screen."""
    if st.session_state["period"] is Preset.CUSTOM:
        st.session_state["days"] = (period.start, period.last_day)
        session().days = period


def hold(choice: Choice) -> None:
    """Put a choice into the widgets."""
    state, filters, search = st.session_state, choice.filters, choice.search
    state["period"], session().days = choice.preset, choice.days
    if choice.days:
        state["days"] = (choice.days.start, choice.days.last_day)
    for name in KINDS:
        state[name] = list(getattr(filters, name))
    state["billable"] = next(word for word, flag in BILLABLE.items() if flag is filters.billable)
    state["rounding"], state["rounding-minutes"] = choice.rounding.direction, choice.rounding.minutes
    state["compare"], session().week, session().everyone = choice.compare, choice.week, choice.everyone
    state["search"], state["without"] = search.text, list(search.without)
    state["tasks"], state["tags"] = search.tasks, search.tags


def held() -> Choice:
    """Return the choice that the widgets hold; while only one end of a range is picked, the range before."""
    state = st.session_state
    picked = state.get("days", ())
    if state.get("period") is Preset.CUSTOM and isinstance(picked, tuple) and len(picked) == 2:
        session().days = Period(picked[0], picked[1] + timedelta(days=1))
    people, clients, projects = (tuple(state.get(name, ())) for name in KINDS)
    tasks, tags, without = (tuple(state.get(name, ())) for name in ("tasks", "tags", "without"))
    return Choice(
        state.get("period", Preset.THIS_MONTH),
        session().days,
        Filters(people, clients, projects, BILLABLE[state.get("billable", "All")]),
        Rounding(state.get("rounding") or Direction.NONE, state.get("rounding-minutes", USUAL_MINUTES)),
        state.get("compare"),
        Search(str(state.get("search") or "").strip()[:LONGEST_SEARCH], tasks, tags, without),
        session().week,
        session().everyone,
    )


def _workspace_param(visit: Visit) -> dict[str, list[str]]:
    """Name the workspace in the link if it isn't the one that the key opens first."""
    chosen, mine = visit.access.workspace.id, session()
    named = chosen != visit.first_workspace
    mine.trail = replace(mine.trail, workspace=chosen if named else None)
    return {"workspace": [chosen]} if named else {}


def _ids(directory: Directory, kind: Kind) -> list[str]:
    """Return what can be chosen: the active first, by name, then the archived, then none."""
    labels = {one: directory.full_label(kind, one) for one in directory.names[kind]}
    ordered = sorted(labels, key=lambda one: (one in directory.archived, labels[one].casefold(), one))
    return ordered if kind is Kind.USER else [*ordered, ""]


def _labels(directory: Directory, kind: Kind, chosen: Iterable[str]) -> dict[str, str]:
    ids = dict.fromkeys((*_ids(directory, kind), *chosen))
    return told_apart(
        {one: one_line(directory.full_label(kind, one)) + (" (archived)" if one in directory.archived else "") for one in ids}
    )
