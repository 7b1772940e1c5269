"""An open page follows what is heard: it runs again by itself, or says that there is more where somebody is in the middle of something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clockify.app.shell import resources
from clockify.app.shell.door import caller, still_admits
from clockify.app.shell.rerun import OpenPages, is_able
from clockify.desk.following import Followers, Shown, shown_by
from clockify.desk.view import View
from clockify.desk.visit import Visit

NEWS = "news"
WORDS = "New entries came in"
# Where this Streamlit can't be told from outside that a page should run.
LOOK_SECONDS = 15.0

_HERE = Path(__file__).parent
_news = st.components.v2.component(
    "news",
    html='<div id="news" role="status" hidden><span></span> <button type="button">Show</button></div>',
    css=(_HERE / "news.css").read_text(encoding="utf8"),
    js=(_HERE / "news.js").read_text(encoding="utf8"),
)


@st.cache_resource(show_spinner=False, on_release=Followers.close)
def followers() -> Followers:
    """Return who looks at what in this process."""
    return Followers(resources.desk().bell, OpenPages(NEWS))


def looked_up(visit: Visit, load: Callable[[], View]) -> tuple[View, Shown | None]:
    """Return what a page shows, and what to follow of it (None where no browser looks on), before any of it is drawn."""
    if visit.mirror is None or _who() is None:
        return load(), None
    # From before it is looked up: it may ring meanwhile.
    rings = followers().rings(visit.mirror.workspace.id)
    view = load()
    return view, shown_by(visit.mirror, view, rings)


def follow(shown: Shown | None) -> None:
    """Let the page follow: note what it shows, and leave a place for the news."""
    who = _who()
    if who is None or shown is None:
        return
    followers().follow(who, shown)
    if is_able():
        _draw_news(who)
    else:
        _look_now_and_then(who)


def follow_alone(visit: Visit, draw: Callable[[], None], look: Callable[[], tuple[object, ...]]) -> None:
    """Draw a part that follows by itself on a page that doesn't: it runs again when what `look` gives is another."""
    who = _who()
    if who is None or visit.mirror is None or not is_able():
        draw()
    else:
        _draw_alone(who, visit.mirror.workspace.id, draw, look)


@st.fragment(key=NEWS)
def _draw_alone(who: str, workspace_id: str, draw: Callable[[], None], look: Callable[[], tuple[object, ...]]) -> None:
    if not still_admits(caller()):
        st.rerun()
    rings = followers().rings(workspace_id)
    followers().follow(who, Shown(workspace_id, (workspace_id, look.__qualname__), look(), look, rings))
    draw()


def _who() -> str | None:
    """Return the session; None where no browser looks on."""
    context = get_script_run_ctx()
    return context.session_id if context and runtime.exists() else None


@st.fragment(key=NEWS)
def _draw_news(who: str) -> None:
    """Leave it to the browser, which knows what somebody is in the middle of, when the page runs again."""
    if not followers().is_told(who):
        return
    if not still_admits(caller()):
        st.rerun()
    if _news(data={"words": WORDS}, key="news-line", on_show_change=lambda: None).show:
        st.rerun()


@st.fragment(run_every=LOOK_SECONDS)
def _look_now_and_then(who: str) -> None:
    if not still_admits(caller()) or followers().is_outdated(who):
        st.rerun()
