"""How this visitor sees the page: light or dark, wide or narrow, hours as 1.25 or 1:15."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.session import session
from clockify.desk.look import Look
from clockify.render.formats import HourStyle
from clockify.render.palette import Palette, palette
from clockify.sheets import CsvForm

# Narrower than this, in CSS pixels, is drawn as on a phone; Streamlit's own columns stack there, too.
NARROW_BELOW = 640
WINDOW = "window"
_HERE = Path(__file__).parent
# The one place with CSS for the page: nothing of Streamlit's says what is printed, or how many options a list shows. It rides on
# what stands on every page anyway, and reaches the page because its styles are not isolated.
_window = st.components.v2.component(
    "window_width",
    js=(_HERE / "window_width.js").read_text(encoding="utf8"),
    css=(_HERE / "page.css").read_text(encoding="utf8"),
    isolate_styles=False,
)


def colors() -> Palette:
    """Return the palette of the theme in force."""
    return palette(st.context.theme.type)


def is_narrow() -> bool:
    """Is the window narrow? Until it has told us (`watch_window`), the browser's name says whether it is a phone's."""
    told = st.session_state.get(WINDOW)
    narrow = told.get("narrow") if told else None
    return "Mobi" in str(st.context.headers.get("User-Agent") or "") if narrow is None else bool(narrow)


def watch_window() -> None:
    """Have the window tell its width, once a run; only what differs from what is drawn makes the page run again."""
    with st.sidebar:  # below all that stands there, where it takes no room
        _window(data={"narrow": is_narrow(), "below": NARROW_BELOW}, key=WINDOW, on_narrow_change=lambda: None)


def hour_style() -> HourStyle:
    """Return how hours are written, as chosen in Settings for this session."""
    return session().hour_style


def csv_form() -> CsvForm:
    """Return how our CSVs are written: as chosen in this session, as set for the installation, or as the browser's language has it."""
    return session().csv or resources.settings().csv or CsvForm.of_locale(st.context.locale)


def look() -> Look:
    """Return all of it as one value, for whatever is made of it."""
    return Look(str(st.context.theme.type or "light"), is_narrow(), hour_style().value)
