"""What a page can be asked beside its filters: rounding, what to compare with, what a click does."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from clockify.app.shell.session import place_held
from clockify.periods import Against
from clockify.reports.rounding import MINUTES, USUAL_MINUTES, Direction

SIGN = ":material/tune:"
WORDS = {Direction.NONE: "Exact", Direction.UP: "Up", Direction.DOWN: "Down", Direction.NEAREST: "Nearest"}


class Click(StrEnum):
    """What a click on a bar, a part or a row does."""

    OPEN = "opens the entries"
    FILTER = "filters this page"


def draw_options(*, clicks: bool, narrow: bool = False) -> None:
    """Draw the button that opens the options, without its sign if `narrow`; `clicks`: the page has something to click on."""
    with st.popover("Options", icon=None if narrow else SIGN, key="options"):
        _draw_rounding()
        against = [None, *Against]
        place = place_held("compare", against)
        terms: dict[str, Any] = {"format_func": _against_words, "key": "compare", "persist_state": "session"}
        st.selectbox("Compare with", against, place, **terms, placeholder=_against_words(None))
        if clicks:
            st.radio("A click on a chart or a row", list(Click), format_func=str, key="click", persist_state="session")


def controls(label: str, key: str, *, narrow: bool, width: Literal["stretch", "content"] = "stretch") -> DeltaGenerator:
    """Return where a card's controls go: beside each other, or on a phone behind a button."""
    if narrow:
        return st.popover(label, icon=SIGN, key=key)
    return st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", width=width, key=key)


def click_filters() -> bool:
    """Does a click filter the page, instead of opening the entries?"""
    return st.session_state.get("click") is Click.FILTER


def _draw_rounding() -> None:
    st.session_state.setdefault("rounding", Direction.NONE)
    st.session_state.setdefault("rounding-minutes", USUAL_MINUTES)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.selectbox(
            "Round each entry",
            list(WORDS),
            place_held("rounding", list(WORDS)),
            format_func=WORDS.__getitem__,
            key="rounding",
            persist_state="session",
            width=120,
            help="As Clockify's workspace setting does: every entry alone, then the sums. Files and PDFs follow.",
        )
        exact = st.session_state["rounding"] is Direction.NONE
        place = place_held("rounding-minutes", MINUTES)
        terms: dict[str, Any] = {"format_func": lambda minutes: f"{minutes} min", "key": "rounding-minutes", "persist_state": "session"}
        st.selectbox("to", MINUTES, place, **terms, width=100, disabled=exact)


def _against_words(against: Against | None) -> str:
    return against.label if against else "Nothing in the table"
