"""Writing a timesheet: what is asked before, the button, cell by cell, and what became of each."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import streamlit as st

from clockify.app.cards.timesheet_faces import Shown, Step
from clockify.app.cards.timesheet_typing import discard, filling_of, freshly, keep, let_go
from clockify.app.cards.track import Track, tracking
from clockify.app.shell.door import if_admitted
from clockify.app.shell.filling import Filling, Outcome, Result
from clockify.app.shell.header import moment_words
from clockify.desk.writing import change_entry, delete_entry, dismiss, log_time, look_up, next_write_at
from clockify.errors import ClockifyError, RateLimited, WrittenAlready
from clockify.render.formats import format_count, format_day
from clockify.render.markdown import escape_markdown
from clockify.writes import Act, State, Written

SIGNS = {
    Outcome.WRITTEN: ":green[:material/check: written]",
    Outcome.REFUSED: ":red[:material/error: refused]",
    Outcome.UNKNOWN: ":orange[:material/help: unknown]",
}
WRITE = "timesheet-write"


def draw_questions(track: Track, shown: Shown) -> None:
    """Ask of each emptied cell whether its entry may go, and say of each that can't be read why."""
    for face, sentence in shown.asked:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f":orange[:material/delete:] {sentence}", width="content")
            st.button("Delete it", key=f"timesheet-{face.slug}-delete", on_click=let_go, args=(track, face))
            st.button("Keep it", type="tertiary", key=f"timesheet-{face.slug}-keep", on_click=keep, args=(track, face))
    for words, sentence in shown.faults:
        st.markdown(f":red[:material/error: {words}] · {escape_markdown(sentence)}")


def draw_write(track: Track, shown: Shown) -> None:
    """Draw how much has changed, and the buttons that write it and let go of it."""
    filling, number = filling_of(track), len(shown.steps)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if number:
            st.markdown(f"**{format_count(number, 'change')}** :gray[:small[· {_days(shown)}]]", width="content")
        label = f"Write {format_count(number, 'change')}" if number else "Write changes"
        primary = "primary" if track.view.look.theme != "dark" else "secondary"
        pressed = st.button(label, icon=":material/upload:", type=primary, key=WRITE, disabled=not number)
        if filling.cells:
            st.button("Discard changes", type="tertiary", key="timesheet-discard", on_click=discard, args=(track,))
    if pressed:
        # Nothing in here can be interrupted by the next click: what is begun is ended, and noted.
        with st.spinner(f"Writing {format_count(number, 'change')}, cell by cell …"):
            write(track)
        st.rerun()


def draw_results(track: Track) -> None:
    """Say what became of each cell when they were last written."""
    filling = filling_of(track)
    if filling.free_at or filling.is_short:
        st.warning(_short_words(track, filling), icon=":material/hourglass_empty:")
    if filling.at and filling.results:
        st.caption(f"Last write {moment_words(filling.at, track.view.access.zone)}, cell by cell")
    for number, result in enumerate(filling.results):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            reason = f" · {escape_markdown(result.reason)}" if result.reason else ""
            st.markdown(f":small[{SIGNS[result.outcome]} · {result.words}{reason}]", width="content")
            if result.outcome is Outcome.UNKNOWN and result.written:
                st.button("Look it up", icon=":material/search:", type="tertiary", key=f"timesheet-look-{number}", on_click=ask, args=(track, result))


@if_admitted
def write(track: Track) -> None:
    """Write what is typed, cell by cell, against what is there by now; the limit of requests alone stops it, and the rest is kept."""
    filling = filling_of(track)
    filling.begin(track.visit.desk.now())
    for step in freshly(track).steps:
        free_at = next_write_at(track.visit)
        if free_at:
            filling.stop(free_at)
            return
        written = _written(track, step)
        if isinstance(written, Written) and written.state is State.TO_SEND:
            filling.stop(written.retry_at)
            _dismiss(track, written)
            return
        _end(track, filling, step, written)


@if_admitted
def ask(track: Track, result: Result) -> None:
    """Look up what became of a cell's write."""
    try:
        written = look_up(track.visit, result.written) if result.written else None
    except ClockifyError as fault:
        filling_of(track).end(Result(result.place, result.words, Outcome.UNKNOWN, f"{fault} {fault.advice}", result.written))
    else:
        if written:
            filling_of(track).end(_result(result.place, result.words, written))


def _written(track: Track, step: Step) -> Written | ClockifyError:
    """Send one cell's write under the id that it got when it was typed."""
    visit, change = track.visit, step.change
    whose = None if track.pen is None or change_is_own(track) else track.me
    try:
        if change.act is Act.DELETE:
            return delete_entry(visit, step.id, change.entry_id, change.before, user_id=whose)
        if change.act is Act.UPDATE:
            return change_entry(visit, step.id, change.entry_id, change.draft, change.before, user_id=whose)
        return log_time(visit, step.id, change.draft, user_id=whose)
    except WrittenAlready as known:
        # Another tab, or a click that was repeated: the cell is to be so, and is.
        return known.written
    except ClockifyError as fault:
        return fault
