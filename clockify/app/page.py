"""How a page with figures begins: its data, its head, and whatever stands in the way."""

from __future__ import annotations

import streamlit as st

from clockify.app import visit as visits
from clockify.app.cards import draw_coming
from clockify.app.choice import Choice
from clockify.app.header import draw_header, draw_title
from clockify.app.loaders import View, load
from clockify.app.states import draw_disconnected, draw_empty, draw_notices, watch


def open_page(title: str) -> View | None:
    """Return the page's data, or draw why there are no figures yet and return None."""
    visit = visits.current()
    choice: Choice = st.session_state["_choice"]
    if visit.fault or visit.mirror is None:
        draw_title(title)
        draw_disconnected(visit)
        return None
    view = load(visit, choice)
    draw_header(title, view)
    draw_notices(view)
    if view.opening.is_busy:
        watch(view)
    if any(month in view.opening.reading for month in view.missing):
        draw_coming(view)
        return None
    if view.missing and not view.shown_states:
        return None
    if view.cube.empty:
        draw_empty(choice, view.period.label())
        return None
    return view
