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
    "team": ("People", ":material/group:"),
    "projects": ("Projects", ":material/folder_open:"),
    "track": ("Track", ":material/timer:"),
    "client": ("Client report", ":material/description:"),
    "settings": ("Settings", ":material/settings:"),
}
SECTIONS = {
    "Reports": ("overview", "detailed", "weekly", "billable"),
    "Team": ("team", "projects"),
    "Work": ("track",),
    "Clients": ("client",),
    "App": ("settings",),
}


def navigate(*, inside: bool) -> Page:
    """Offer the pages and return the one to run; outside, the same addresses lead to nothing and no menu is drawn.

    Called on every path: without it Streamlit offers the files of `pages/` by itself.
    """
    sections = {section: [_page(name, inside=inside) for name in names] for section, names in SECTIONS.items()}
    return st.navigation(sections, position="sidebar" if inside else "hidden", expanded=True)


def _page(name: str, *, inside: bool) -> Page:
    title, icon = PAGES[name]
    return st.Page(
        f"pages/{name}.py" if inside else _nothing,
        title=title,
        icon=icon if inside else None,
        default=name == FIRST,
        url_path=None if name == FIRST else name,
    )


def enter_by_the_door() -> NoReturn:
    """Run the script again, from its beginning.

    Until the first `st.navigation` of a process, an address like `/billable` makes Streamlit run
    that file of `pages/` alone, past `streamlit_app.py` and so past the door.
    """
    navigate(inside=False)
    st.rerun()


def _nothing() -> None:
    """Stand in for a page."""
