"""The pages and their addresses, for those who are in and those who aren't."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import Page

FIRST = "overview"
PAGES = {
    "overview": ("Overview", ":material/dashboard:"),
    "detailed": ("Detailed", ":material/list:"),
    "weekly": ("Weekly", ":material/calendar_view_week:"),
    "billable": ("Billable", ":material/payments:"),
    "settings": ("Settings", ":material/settings:"),
}


def navigate(*, inside: bool) -> Page:
    """Offer the pages and return the one to run; outside, the same addresses lead to nothing and no menu is drawn.

    Called on every path: without it Streamlit offers the files of `pages/` by itself.
    """
    pages = [
        st.Page(
            f"pages/{name}.py" if inside else _nothing,
            title=title,
            icon=icon if inside else None,
            default=name == FIRST,
            url_path=None if name == FIRST else name,
        )
        for name, (title, icon) in PAGES.items()
    ]
    return st.navigation(pages, position="sidebar" if inside else "hidden", expanded=True)


def enter_by_the_door() -> NoReturn:
    """Run the script again, from its beginning.

    Until the first `st.navigation` of a process, an address like `/billable` makes Streamlit run
    that file of `pages/` alone, past `streamlit_app.py` and so past the door.
    """
    navigate(inside=False)
    st.rerun()


def _nothing() -> None:
    """Stand in for a page."""
