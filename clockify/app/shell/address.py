"""The address of the page that is on screen: reading it, writing it, and going to another."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clockify.app.shell.navigation import FIRST, has_page
from clockify.app.shell.session import session
from clockify.desk import trail as trails
from clockify.desk.choice import NAMES, Choice, Params
from clockify.desk.trail import Again, Go, Way


def here() -> Way:
    """Return the address that is on screen; for a callback."""
    return Way(session().trail.page, _params())


def lead(way: Way) -> None:
    """In a callback: go to another address, and keep this one for the way back."""
    mine = session()
    mine.trail = trails.lead(mine.trail, here(), way)


def turn_back() -> None:
    """In a callback: go back to where the click was."""
    mine = session()
    mine.trail = trails.turn_back(mine.trail, here())


def follow() -> None:
    """Go where a callback of this run led, before anything is drawn."""
    mine = session()
    mine.trail, way = trails.set_out(mine.trail)
    if way:
        _go_to(way)


def take(page: str) -> tuple[Choice | None, bool]:
    """Follow the address; return the choice that it means if that isn't in force, and whether to write it in another run."""
    mine = session()
    mine.trail, choice, actions = trails.step(mine.trail, page, _params(), by_history=_is_by_history())
    for action in actions:
        if isinstance(action, Go):
            _go_to(action.way)
    return choice, Again() in actions


def write(params: Params) -> None:
    """Let the address say what is chosen."""
    mine = session()
    wanted = {name: list(params.get(name, ())) for name in (*NAMES, "workspace")}
    if any(st.query_params.get_all(name) != value for name, value in wanted.items()):
        # All at once, and gone is what is an empty list: each change alone would be a step of the back button.
        st.query_params.update(wanted)
    mine.trail = trails.wrote(mine.trail, params)


def wanted_workspace(known: Collection[str]) -> str | None:
    """Return the workspace that a link names or that was chosen in the sidebar, if the key opens it."""
    mine, chosen = session(), st.session_state.get("workspace")
    mine.trail, wanted = trails.workspace_of(mine.trail, _params(), chosen, known)
    if wanted != chosen:
        st.session_state["workspace"] = wanted
    return wanted


def note_dropped(*names: str) -> None:
    """Keep what of a link could not be used for the page that is drawn next."""
    mine = session()
    mine.trail = trails.noted(mine.trail, *names)


def dropped_from_link() -> tuple[str, ...]:
    """Return what of a link could not be used, until something else is chosen."""
    mine = session()
    mine.trail, dropped = trails.told(mine.trail)
    return dropped


def _params() -> Params:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _go_to(way: Way) -> NoReturn:
    page = way.page if has_page(way.page) else FIRST
    st.switch_page(f"pages/{page}.py", query_params={name: list(values) for name, values in way.params.items()})


def _is_by_history() -> bool:
    """Did the browser's back or forward begin this run? Streamlit knows, but hasn't made a public name for it yet."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
