"""The pages and their addresses, for those who are in, each his own, and for those who aren't."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import Page

from clockify.app.shell.session import session
from clockify.desk.roles import NotAPerson
from clockify.desk.visit import Visit
from clockify.roles import Role

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
# What somebody has nothing to see on does not exist for him.
OF_ROLE = {
    Role.ADMIN: frozenset(PAGES),
    Role.MANAGER: frozenset(PAGES) - {"client"},
    Role.MEMBER: frozenset(PAGES) - {"client", "team", "projects"},
    Role.CLIENT: frozenset[str](),
}
OF_NOBODY = frozenset({FIRST, "settings"})


def pages_for(visit: Visit) -> frozenset[str]:
    """Return the pages that somebody has; who is nobody in the workspace is told so, and may use a key of his own."""
    if isinstance(visit.fault, NotAPerson):
        return OF_NOBODY
    viewer = visit.viewer
    if viewer.role is Role.ADMIN:
        return OF_ROLE[Role.ADMIN]
    without = {"billable": viewer.sees_money, "projects": bool(viewer.projects)}
    return OF_ROLE[viewer.role] - {name for name, is_there in without.items() if not is_there}


def navigate(visit: Visit | None) -> Page:
    """Offer the pages and return the one to run; outside, every address leads to nothing and no menu is drawn.

    Called on every path: without it Streamlit offers the files of `pages/` by itself.
    """
    offered = pages_for(visit) if visit else frozenset(PAGES)
    if visit:
        session().pages = offered
    sections = {section: [_page(name, inside=bool(visit)) for name in names if name in offered] for section, names in SECTIONS.items()}
    return st.navigation(
        {section: pages for section, pages in sections.items() if pages}, position="sidebar" if visit else "hidden", expanded=True
    )


def has_page(name: str) -> bool:
    """Does this page exist for whoever looks on in this session?"""
    return name in session().pages


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
    navigate(None)
    st.rerun()


def _nothing() -> None:
    """Stand in for a page."""
