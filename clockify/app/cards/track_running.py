"""Who has a timer running now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from clockify.app.cards.track import LONG_SECONDS, Track, described, length, must_run_again, records
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.visit import told_later
from clockify.desk.commands import read_timers
from clockify.directory import Kind
from clockify.errors import ClockifyError
from clockify.render.formats import format_count
from clockify.render.markdown import escape_markdown

EVERY_SECONDS, MOST_SHOWN = 60.0, 100
OVER, RUNS = ":orange-badge[:material/warning: over 10 h]", ":material/timer: running"


def draw_running(track: Track) -> None:
    """Draw the team's timers; where requests aren't counted they are read again while somebody looks, else by a button."""
    with st.container(border=True, gap="xsmall", key="running-now"):
        if track.view.access.request_limit is None:
            _draw_live(track)
        else:
            _draw_timers(track, "")
            st.button("Read again", icon=":material/refresh:", key="running-again", type="tertiary", on_click=_read, args=(track,))


@st.fragment(run_every=EVERY_SECONDS)
def _draw_live(track: Track) -> None:
    if must_run_again(track):
        st.rerun()
    read_at = track.view.access.running_read_at
    now = track.visit.desk.now()
    fault = None
    if read_at is None or now.timestamp() - read_at >= EVERY_SECONDS - 1:
        try:
            read_timers(track.visit)
        except ClockifyError as error:
            fault = error
    _draw_timers(track, " · again every 60 s")
    if fault:
        st.caption(f":material/cloud_off: That is as of then: they can't be read now. {escape_markdown(str(fault))}")


@if_admitted
def _read(track: Track) -> None:
    with told_later():
        read_timers(track.visit)


def _draw_timers(track: Track, again: str) -> None:
    access, now = track.view.access, track.visit.desk.now()
    timers = access.running(now).sort_values("start", kind="stable")
    read_at = access.running_read_at
    read = f" · read {moment_words(datetime.fromtimestamp(read_at, UTC), track.zone.key)}" if read_at else ""
    people = timers["user_id"].nunique()
    of = f"{people} of {len(access.active_people())} people" if access.sees_everybody else format_count(people, "person", "people")
    of = of if people else "nobody"
    st.markdown(f"**Running now** :gray[:small[· {of}{read}{again}]]")
    rows = records(timers.head(MOST_SHOWN))
    if not rows:
        st.caption("No timer runs.")
    elif track.view.look.narrow:
        for row in rows:
            st.markdown(_lines(track, row))
    else:
        st.table(_table(track, rows), border="horizontal", hide_index=True)
    if len(timers) > MOST_SHOWN:
        st.caption(f"{len(timers) - MOST_SHOWN} more.")


def _table(track: Track, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Person": [_person(track, row) for row in rows],
            "Project": [_project(track, row) for row in rows],
            "Description": [described(row["description"]) for row in rows],
            "Since": [moment_words(row["start"].to_pydatetime(), track.zone.key) for row in rows],
            "Running": [length(int(row["seconds"])) for row in rows],
            "Status": [OVER if row["seconds"] > LONG_SECONDS else RUNS for row in rows],
        },
        dtype="str",
    )


def _lines(track: Track, row: dict[str, Any]) -> str:
    over = f" {OVER}" if row["seconds"] > LONG_SECONDS else ""
    since = moment_words(row["start"].to_pydatetime(), track.zone.key)
    what = f"{_project(track, row)} · {described(row['description'])} · since {since}"
    return f"**{_person(track, row)}** · {length(int(row['seconds']))}{over}  \n:small[{what}]"


def _person(track: Track, row: dict[str, Any]) -> str:
    name = track.label(Kind.USER, str(row["user_id"]))
    return f"{name} (you)" if row["user_id"] == track.me else name


def _project(track: Track, row: dict[str, Any]) -> str:
    project = str(row["project_id"])
    return f"{track.dot(project)} {track.label(Kind.PROJECT, project)}"
