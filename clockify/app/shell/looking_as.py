"""Looking with somebody else's eyes: the bar that says so on every page, and the way out."""

from __future__ import annotations

import streamlit as st

from clockify.app.shell.door import if_admitted
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import clear_filters
from clockify.app.shell.visit import look_as
from clockify.desk.visit import Visit
from clockify.render.markdown import escape_markdown, one_line


def draw_looking_as(visit: Visit) -> None:
    """Say with whose eyes somebody looks, and let him stop; nothing where he looks with his own."""
    name = visit.viewer.looks_as
    if not name:
        return
    words = escape_markdown(one_line(name))
    with st.container(border=True, key="looking-as", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        said = f":material/visibility: You look as **{words}**, who is {_role_words(visit)}. :gray[Nothing can be changed meanwhile.]"
        st.markdown(said, width="content")
        st.button(f"Stop looking as {words}", icon=":material/close:", key="look-stop", on_click=_stop)


@if_admitted
def start_looking_as(user_id: str) -> None:
    """In a callback: look as somebody from the next run on; what was filtered is let go of, for he may not know it."""
    session().folds.clear()
    clear_filters()
    look_as(user_id)


@if_admitted
def _stop() -> None:
    clear_filters()
    look_as("")


def _role_words(visit: Visit) -> str:
    role = visit.viewer.role.value
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
