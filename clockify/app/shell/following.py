"""An open page follows what is heard: it runs again by itself, or says that there is more where somebody is in the middle of something."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clockify.app.shell import resources
from clockify.app.shell.door import caller, still_admits
from clockify.app.shell.rerun import OpenPages, is_able
from clockify.desk.following import Followers
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


def follow(visit: Visit, view: View) -> None:
    """Let the page follow: note what it shows, and leave a place for the news."""
    context = get_script_run_ctx()
    if context is None or not st.runtime.exists():
        return
    followers().follow(context.session_id, visit, view)
    if is_able():
        _draw_news(context.session_id)
    else:
        _look_now_and_then(context.session_id)


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
