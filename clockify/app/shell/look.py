"""How this visitor sees the page: light or dark, wide or narrow, hours as 1.25 or 1:15."""

from __future__ import annotations

import streamlit as st

from clockify.app.shell.session import session
from clockify.render.formats import HourStyle
from clockify.render.palette import Palette, palette


def colors() -> Palette:
    """Return the palette of the theme in force."""
    return palette(st.context.theme.type)


def is_narrow() -> bool:
    """Is this a phone? The page's width isn't told to us, the browser's name is."""
    return "Mobi" in str(st.context.headers.get("User-Agent") or "")


def hour_style() -> HourStyle:
    """Return how hours are written, as chosen in Settings for this session."""
    return session().hour_style
