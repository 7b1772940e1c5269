"""The timer bar of Track: what runs, since when, and stopping it; or what to start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from clockify.app.cards.track import LONG_SECONDS, Track, described, length, project_labels, tags_of, tracking
from clockify.app.cards.track_filling import open_on, recents
from clockify.app.cards.track_form import draw_said
from clockify.app.cards.track_writing import ask, delete, id_of, start, stop
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.tracking import Tone
from clockify.desk.writing import draft_of
from clockify.directory import Kind
from clockify.writes import Draft

_SHELL = Path(__file__).parents[1] / "shell"
_LINES = (_SHELL / "ticking.js").read_text(encoding="utf8").splitlines()
_ticking = st.components.v2.component(
    "ticking",
    html='<span role="timer" aria-label="Time since the timer was started"></span>',
    css=(_SHELL / "ticking.css").read_text(encoding="utf8"),
    js="\n".join(line for line in _LINES if not line.lstrip().startswith("//")),
)
CLOCK_WIDTH, TEXT_WIDTH = 128, 310
OVER = ":orange-badge[:material/warning: over 10 h]"
TEXT, PROJECT = "timer-description", "timer-project"


def draw_timer(track: Track) -> None:
    """Draw what runs with its clock, or what can be started."""
    if not track.is_seen or (track.pen is None and track.running.empty):
        # What runs unseen could neither be stopped here nor be told from nothing.
        return
    runs = len(track.running) > 0
    beside: dict[str, Any] = {"horizontal": runs or not track.view.look.narrow, "vertical_alignment": "center" if runs else "bottom"}
    with st.container(border=True, gap="xsmall", key="timer"):
        with st.container(gap="small" if beside["horizontal"] else "xsmall", key="timer-bar", **beside):
            _draw_running(track, dict(track.running.iloc[0])) if runs else _draw_idle(track)
        if not _is_done():
            draw_said("timer", "timer-message")


def _draw_running(track: Track, row: dict[str, Any]) -> None:
    narrow = track.view.look.narrow
    with st.container(width=TEXT_WIDTH if narrow else "stretch", gap=None):
        sign = OVER if row["seconds"] > LONG_SECONDS else ":green-badge[:material/timer: running]"
        st.markdown(f"{track.dot(str(row['project_id']))} **{described(row['description'])}** {sign}")
        st.caption(_running_words(track, row))
    with st.container(width=CLOCK_WIDTH):
        moments = {"start": row["start"].timestamp() * 1000, "now": track.visit.desk.now().timestamp() * 1000}
        _ticking(data=moments, key="timer-clock")
    if track.pen is None:
        return
    if tracking().asks == (str(row["id"]), "discard"):
        _draw_ask(track, row)
        return
    _draw_buttons(track, row)


def _draw_buttons(track: Track, row: dict[str, Any]) -> None:
    narrow, one = track.view.look.narrow, str(row["id"])
    terms: dict[str, Any] = {"width": "stretch"} if narrow else {"width": "content", "shortcut": "S"}
    st.button("Stop", icon=":material/stop_circle:", key="timer-stop", on_click=stop, args=(track, "timer", id_of("stop")), **terms)
    quiet: tuple[tuple[str, str, Any, Any], ...] = (
        ("Change", ":material/edit:", _change, (track, row)),
        ("Discard", ":material/delete:", ask, (one, "discard")),
    )
    for label, icon, do, args in quiet:
        shown: dict[str, Any] = {"label": icon, "help": label} if narrow else {"label": label, "icon": icon}
        st.button(key=f"timer-{label.lower()}", type="tertiary", on_click=do, args=args, **shown)


def _running_words(track: Track, row: dict[str, Any]) -> str:
    directory, project = track.view.directory, str(row["project_id"])
    client, task, tags = directory.client_of(project), str(row["task_id"]), tags_of(row)
    parts = [
        track.label(Kind.PROJECT, project),
        track.label(Kind.TASK, task) if task else "",
        track.label(Kind.CLIENT, client) if client else "",
        f"since {moment_words(row['start'].to_pydatetime(), track.zone.key)}",
        "billable" if row["billable"] else "non-billable",
        ", ".join(track.label(Kind.TAG, one) for one in tags),
    ]
    return " · ".join(part for part in parts if part)


def _draw_ask(track: Track, row: dict[str, Any]) -> None:
    before = draft_of(row, runs=True)
    st.markdown(f":orange[:material/warning:] Discard {length(int(row['seconds']))}?", width="content")
    args = (track, "timer", id_of("discard"), row, before)
    st.button("Discard it", icon=":material/delete:", key="timer-discard-yes", on_click=delete, args=args)
    st.button("Keep it", key="timer-discard-no", type="tertiary", on_click=ask, args=("", ""))


@if_admitted
def _change(track: Track, row: dict[str, Any]) -> None:
    open_on(track, row, running=True)


def _draw_idle(track: Track) -> None:
    held = st.session_state.setdefault(TEXT, tracking().timer[0])
    st.text_input(
        "What are you working on **now**?",
        held,
        key=TEXT,
        live=True,
        autocomplete="off",
        placeholder="Your own latest are offered",
        on_change=_take_recent,
        args=(track,),
    )
    labels = project_labels(track, [str(st.session_state.get(PROJECT) or "")])
    project = st.session_state.setdefault(PROJECT, tracking().timer[1])
    st.selectbox("Project", list(labels), list(labels).index(project), format_func=labels.__getitem__, key=PROJECT)
    tracking().timer = (st.session_state[TEXT], st.session_state[PROJECT])
    st.button(
        "Start",
        icon=":material/play_circle:",
        key="timer-start",
        width="stretch" if track.view.look.narrow else "content",
        shortcut=None if track.view.look.narrow else "S",
        on_click=_start,
        args=(track, id_of("start")),
    )


@if_admitted
def _take_recent(track: Track) -> None:
    text = str(st.session_state[TEXT] or "").strip()
    found = recents(track).get(text)
    if found:
        tracking().like, st.session_state[PROJECT] = found.fields, found.project_id
        if found.description != text:
            st.session_state[TEXT] = found.description


@if_admitted
def _start(track: Track, one: str) -> None:
    text, project_id = str(st.session_state[TEXT] or "").strip(), str(st.session_state[PROJECT] or "")
    like = tracking().like
    rest: dict[str, Any] = {}
    if like and (like["description"], like["project"]) == (text, project_id):
        rest = {"task_id": like["task"], "tag_ids": tuple(like["tags"]), "billable": like["billable"]}
    else:
        project = track.view.directory.projects.get(project_id)
        rest = {"billable": bool(project and project.billable)}
    start(track, "timer", one, Draft(track.view.now, None, project_id, description=text, **rest))
    if _is_done():
        tracking().timer, tracking().like = ("", ""), {}
        st.session_state[TEXT], st.session_state[PROJECT] = "", ""


def _is_done() -> bool:
    """Was what was asked for last done? The bar itself shows that."""
    said = tracking().said
    return said is not None and said.tone is Tone.DONE
