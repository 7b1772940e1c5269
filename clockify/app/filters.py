"""The sidebar: period, people, clients, projects, billable, and their form in the URL.

Widgets hold the choice while somebody clicks; the URL holds it for a link, a bookmark and
the browser's back button. Each run takes a URL that isn't the one written last, draws the
widgets, and writes the URL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

from clockify.app.choice import NAMES, Choice, from_url, to_url
from clockify.app.visit import Visit, note_dropped
from clockify.directory import Directory, Kind
from clockify.periods import Period, Preset
from clockify.render.markdown import one_line
from clockify.reports.filters import Filters

KINDS = {"people": Kind.USER, "clients": Kind.CLIENT, "projects": Kind.PROJECT}
PLACEHOLDERS = {"people": "Everyone", "clients": "All clients", "projects": "All projects"}
BILLABLE = {"All": None, "Yes": True, "No": False}


def draw_sidebar(visit: Visit, page: str) -> Choice:
    """Draw the filters and return the choice in force; without a mirror there is nothing to choose from."""
    if visit.mirror is None or visit.fault:
        return _held_over(visit)
    directory = visit.mirror.directory()
    came_by_menu = _take_url({name: _ids(directory, kind) for name, kind in KINDS.items()}, page)
    with st.sidebar, st.container(gap="xsmall", key="filters"):
        _draw_workspace(visit)
        _draw_period(visit)
        labels = {name: _labels(directory, kind) for name, kind in KINDS.items()}
        for name in KINDS:
            _draw_list(name, labels[name])
        st.radio("Billable", list(BILLABLE), horizontal=True, key="billable")
        choice = _held()
        if not choice.filters.is_empty:
            st.button("Clear filters", icon=":material/filter_alt_off:", type="tertiary", key="clear-filters", on_click=clear_filters)
    params = to_url(choice) | _workspace_param(visit)
    if came_by_menu and params:
        # The browser is still on its way to the new page's bare address; what is written now could be lost.
        st.rerun()
    _write_url(params)
    return choice


def clear_filters() -> None:
    """Choose everybody and everything, of the same period."""
    _hold(Choice(_held().preset, _held().days))


def narrow(name: str, identifier: str) -> None:
    """Filter by one more thing, as after a click on its bar; what is chosen already is let go of."""
    chosen = list(st.session_state.get(name, ()))
    st.session_state[name] = [one for one in chosen if one != identifier] if identifier in chosen else [*chosen, identifier]


def narrow_to_days(days: Period) -> None:
    """Choose just these days, as after a click on their bar."""
    _hold(Choice(Preset.CUSTOM, days, _held().filters))


def dropped_from_url() -> list[str]:
    """Return what of the URL could not be used, until something else is chosen.

    Not once: while months are read the page draws itself again, and the word would be gone unread.
    """
    names, told_at = st.session_state.get("_dropped", []), st.session_state.setdefault("_told_at", st.session_state.get("_url"))
    if told_at == st.session_state.get("_url"):
        return list(names)
    st.session_state["_dropped"] = []
    return []


def _held_over(visit: Visit) -> Choice:
    """Keep what the widgets held while they can't be drawn: Streamlit forgets a widget that it doesn't see."""
    for name in (*KINDS, "period", "days", "billable", "workspace"):
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]
    if visit.mirror:
        with st.sidebar:
            _draw_workspace(visit)
    return _held()


def _draw_workspace(visit: Visit) -> None:
    workspaces = {one.id: one_line(one.name) for one in visit.account.workspaces} if visit.account else {}
    if len(workspaces) < 2 or visit.mirror is None:
        return
    if st.session_state.get("workspace") not in workspaces:
        st.session_state["workspace"] = visit.mirror.workspace.id
    st.selectbox("Workspace", list(workspaces), format_func=_unique(workspaces).__getitem__, key="workspace", on_change=clear_filters)


def _draw_period(visit: Visit) -> None:
    today, week_start = visit.today, visit.week_start
    period = _held().period(today, week_start)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xxsmall"):
        st.selectbox("Period", list(Preset), format_func=Preset.label, key="period", on_change=_start_custom, args=(period,))
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
        st.date_input("Days", key="days", format="DD/MM/YYYY")


def _draw_list(name: str, labels: Mapping[str, str]) -> None:
    held = list(st.session_state.get(name, ()))
    st.session_state[name] = [one for one in held if one in labels]
    if len(st.session_state[name]) < len(held):
        # What is filtered by is gone from the lists: said, since the figures are other ones now.
        note_dropped(name)
    st.multiselect(name.capitalize(), list(labels), format_func=labels.__getitem__, key=name, placeholder=PLACEHOLDERS[name])


def _step(steps: int, visit: Visit) -> None:
    _hold(_held().stepped(steps, visit.today, visit.week_start))


def _start_custom(period: Period) -> None:
    """Let a custom range begin as the period that was on screen."""
    if st.session_state["period"] is Preset.CUSTOM:
        st.session_state["days"] = (period.start, period.last_day)
        st.session_state["_days"] = period


def _hold(choice: Choice) -> None:
    """Put a choice into the widgets."""
    st.session_state["period"] = choice.preset
    st.session_state["_days"] = choice.days
    if choice.days:
        st.session_state["days"] = (choice.days.start, choice.days.last_day)
    for name in KINDS:
        st.session_state[name] = list(getattr(choice.filters, name))
    st.session_state["billable"] = next(word for word, flag in BILLABLE.items() if flag is choice.filters.billable)


def _held() -> Choice:
    """Return the choice that the widgets hold; while only one end of a range is picked, the range before."""
    picked = st.session_state.get("days", ())
    if st.session_state.get("period") is Preset.CUSTOM and isinstance(picked, tuple) and len(picked) == 2:
        st.session_state["_days"] = Period(picked[0], picked[1] + timedelta(days=1))
    people, clients, projects = (tuple(st.session_state.get(name, ())) for name in KINDS)
    filters = Filters(people, clients, projects, BILLABLE[st.session_state.get("billable", "All")])
    return Choice(st.session_state.get("period", Preset.THIS_MONTH), st.session_state.get("_days"), filters)


def _take_url(known: Mapping[str, list[str]], page: str) -> bool:
    """Follow the URL if somebody else changed it: a link, a bookmark, the back button.

    A click in the menu empties it and means no change of filters; returns whether it was one. The
    bare address stays behind in the browser's history: who comes back to it finds what was in force then.
    """
    params = {name: st.query_params.get_all(name) for name in NAMES if name in st.query_params}
    written, last_page = st.session_state.get("_url"), st.session_state.get("_page")
    bare = st.session_state.setdefault("_bare", {})
    st.session_state["_page"] = page
    came_by_menu = written is not None and not params and page != last_page
    if came_by_menu:
        bare[page] = written
    params = params or bare.get(page, params)
    if params == written:
        return came_by_menu
    choice, dropped = from_url(params, known)
    note_dropped(*dropped)
    _hold(choice)
    return False


def _workspace_param(visit: Visit) -> dict[str, list[str]]:
    """Name the workspace in the link if it isn't the one that the key opens first."""
    if visit.mirror is None or visit.account is None:
        return {}
    chosen = visit.mirror.workspace.id
    named = chosen != (visit.settings.workspace_id or visit.mirror.profile.workspace_id)
    st.session_state["_workspace_url"] = chosen if named else None
    return {"workspace": [chosen]} if named else {}


def _write_url(params: Mapping[str, list[str]]) -> None:
    wanted = {name: params.get(name, []) for name in (*NAMES, "workspace")}
    if any(st.query_params.get_all(name) != value for name, value in wanted.items()):
        # All at once, and gone is what is an empty list: each change alone would be a step of the back button.
        st.query_params.update(wanted)
    st.session_state["_url"] = {name: value for name, value in params.items() if name in NAMES}
    if not params:
        st.session_state["_bare"].pop(st.session_state["_page"], None)


def _ids(directory: Directory, kind: Kind) -> list[str]:
    """Return what can be chosen: the active first, by name, then the archived, then none."""
    labels = directory.labels(kind, directory.names[kind])
    ordered = sorted(labels, key=lambda one: (one in directory.archived, labels[one].casefold(), one))
    return ordered if kind is Kind.USER else [*ordered, ""]


def _labels(directory: Directory, kind: Kind) -> dict[str, str]:
    ids = _ids(directory, kind)
    return _unique({one: one_line(directory.label(kind, one)) + (" (archived)" if one in directory.archived else "") for one in ids})


def _unique(labels: Mapping[str, str]) -> dict[str, str]:
    """Tell apart what has the same name: a widget knows its options by their labels."""
    times = Counter(labels.values())
    return {one: label if times[label] == 1 else f"{label} · {one[-6:]}" for one, label in labels.items()}
