"""What was to be written and isn't settled: named on top of Track, with what can be done about it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from clockify.app.cards.entry import WEB_APP
from clockify.app.cards.track import Track, tracking
from clockify.app.cards.track_form import draw_said
from clockify.app.cards.track_writing import ask_clockify, dismiss, id_of, send_anew, write_words
from clockify.app.shell.header import moment_words
from clockify.desk.writing import unsettled
from clockify.render.markdown import escape_markdown
from clockify.writes import Act, State, Written

TRACKER = f"{WEB_APP}/tracker"
TO_DO = {Act.CREATE: "Log", Act.START: "Start", Act.UPDATE: "Change", Act.STOP: "Stop", Act.DELETE: "Delete"}
NOT_DONE = (State.REFUSED, State.NOT_DONE)
WORDS = {
    State.TO_SEND: "Not sent yet",
    State.SENT: "On its way",
    State.UNKNOWN: "Not known whether Clockify has it",
    State.REFUSED: "Not done",
    State.NOT_DONE: "Not done",
}


def draw_unsettled(track: Track) -> None:
    """Draw each write that is not done and not dismissed; nothing where there is none."""
    if track.pen is None:
        return
    pending = tracking().pending
    for written in unsettled(track.visit):
        # What the form holds with its message needs no second place.
        in_form = pending is not None and pending.write.id == written.write.id and written.state in (State.TO_SEND, *NOT_DONE)
        if not in_form:
            _draw_one(track, written)
    draw_said("unsettled", "unsettled-message")


def _draw_one(track: Track, written: Written) -> None:
    is_lost = written.state in (State.UNKNOWN, State.SENT)
    icon = ":orange[:material/help:]" if is_lost else ":orange[:material/hourglass_top:]"
    one = written.write.id
    terms: dict[str, Any] = {"type": "tertiary"}
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small", key=f"unsettled-{one}"):
        what = f"**{WORDS[written.state]}:** {TO_DO[written.write.act]} {write_words(track, written.write)}"
        st.markdown(f"{icon} {what}{_why(track, written)}", width="stretch")
        if is_lost:
            st.button("Look it up", icon=":material/search:", key=f"look-{one}", on_click=ask_clockify, args=(track, written))
            st.link_button("Look in Clockify", TRACKER, icon=":material/open_in_new:", **terms)
        else:
            args = (track, id_of(f"again {one}"), written)
            st.button("Send it now", icon=":material/send:", key=f"again-{one}", on_click=send_anew, args=args)
        st.button("Dismiss", icon=":material/close:", key=f"dismiss-{one}", on_click=dismiss, args=(track, written), **terms)


def _why(track: Track, written: Written) -> str:
    when = ""
    if written.retry_at and written.retry_at > track.visit.desk.now():
        when = f" The next request is free {moment_words(written.retry_at, track.zone.key)}."
    words = f"{escape_markdown(written.reason)}{when}"
    return f"  \n:small[{words}]" if words else ""
