"""Writing a timesheet: what is asked before, the button, cell by cell, and what became of each."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from clockify.app.cards.timesheet_cells import PLACE
from clockify.app.cards.timesheet_faces import Shown, asked_words, change_words, place_words
from clockify.app.cards.timesheet_typing import discard, filling_of, freshly, keep, let_go, show
from clockify.app.cards.track import Track, tracking
from clockify.app.shell.door import if_admitted
from clockify.app.shell.filling import Doubt, Filling, Outcome, Result
from clockify.app.shell.header import moment_words
from clockify.desk.visit import Visit
from clockify.desk.weeks import is_there
from clockify.desk.writing import change_entry, delete_entry, dismiss, log_time, look_up, next_write_at
from clockify.errors import ClockifyError, WrittenAlready
from clockify.render.formats import format_count
from clockify.render.markdown import escape_markdown
from clockify.reports.timesheet import Change, Place
from clockify.writes import State, Written

SIGNS = {
    Outcome.WRITTEN: ":green[:material/check: written]",
    Outcome.REFUSED: ":red[:material/error: refused]",
    Outcome.UNKNOWN: ":orange[:material/help: not known]",
}


def draw_questions(track: Track, shown: Shown) -> None:
    """Ask of each emptied cell whether its entry may go; say why a cell can't be written, and what is odd about one that can."""
    changes, faces = shown.changes, shown.faces
    for change in changes.asks:
        slug = f"{PLACE}-{faces[change.place].slug}"
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f":orange[:material/delete:] {asked_words(change, shown)}", width="content")
            st.button("Delete it", key=f"{slug}-delete", on_click=let_go, args=(track, faces[change.place]))
            st.button("Keep it", type="tertiary", key=f"{slug}-keep", on_click=keep, args=(track, faces[change.place]))
    for place, sentence in changes.faults.items():
        st.markdown(f":red[:material/error: {place_words(place, shown)}] · {escape_markdown(sentence)}")
    for place, ids in changes.opens.items():
        st.markdown(f":red[:material/error: {place_words(place, shown)}] · It stands for {len(ids)} entries by now: open them.")
    doubts = [doubt for change in changes.ready for doubt in _doubts(change)]
    for place, sentence in doubts:
        st.markdown(f":orange[:material/warning: {place_words(place, shown)}] · {escape_markdown(sentence)}")
    filling_of(track).warned = frozenset(doubts)


def draw_write(track: Track, shown: Shown) -> None:
    """Draw how much has changed, and the buttons that write it and let go of it."""
    number = len(shown.changes.ready)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if number:
            st.markdown(f"**{format_count(number, 'change')}** :gray[:small[· {shown.days_words}]]", width="content")
        st.button(
            f"Write {format_count(number, 'change')}" if number else "Write changes",
            icon=":material/upload:",
            type="secondary" if track.view.look.theme == "dark" else "primary",
            key=f"{PLACE}-write",
            disabled=not number,
            on_click=press,
            args=(track,),
        )
        if filling_of(track).cells:
            st.button("Discard changes", type="tertiary", key=f"{PLACE}-discard", on_click=discard, args=(track,))
    if filling_of(track).take_press(track.visit.desk.now()) and number:
        with st.spinner(f"Writing {format_count(number, 'change')}, cell by cell …"):
            # Nothing in it draws, so no other click can end it halfway.
            write(track)
        st.rerun()


def draw_results(track: Track) -> None:
    """Say what became of each cell when they were last written."""
    filling = filling_of(track)
    if filling.stopped:
        st.warning(_stopped_words(track, filling), icon=":material/hourglass_empty:")
    if filling.at and filling.results:
        st.caption(f"Last write {moment_words(filling.at, track.view.access.zone)}, cell by cell")
    for number, result in enumerate(filling.results):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            reason = f" · {escape_markdown(result.reason)}" if result.reason else ""
            st.markdown(f":small[{SIGNS[result.outcome]} · {result.words}{reason}]", width="content")
            if result.outcome is Outcome.UNKNOWN:
                st.button("Look it up", type="tertiary", key=f"{PLACE}-look-{number}", on_click=ask_clockify, args=(track, result))


@if_admitted
def press(track: Track) -> None:
    """Have this run write what is typed, where there is a place to say so."""
    filling_of(track).press(track.visit.desk.now())


@if_admitted
def write(track: Track) -> None:
    """Write what is typed, cell by cell, onto what is there by now. The limit of requests alone ends it, and the rest is kept."""
    filling, track = filling_of(track), freshly(track)
    if not is_there(track.view, track.view.period.start):
        return
    shown = show(track)
    filling.begin(track.visit.desk.now())
    # An overlap that nobody could read before he pressed isn't confirmed.
    for change in (one for one in shown.changes.ready if filling.confirmed.issuperset(_doubts(one))):
        free_at = next_write_at(track.visit)
        if free_at:
            filling.stop(free_at)
            return
        result = _result(change.place, change_words(change, shown), _send(track.visit, filling.cells[change.place].id, change))
        if result.written and result.written.retry_at and result.outcome is not Outcome.WRITTEN:
            _put_off(track.visit, filling, result)
            return
        _note(track.visit, filling, result)
        if result.written and result.outcome is Outcome.WRITTEN:
            tracking().last = result.written


@if_admitted
def ask_clockify(track: Track, result: Result) -> None:
    """Ask Clockify what became of a cell."""
    if result.written is None:
        return
    try:
        found: Written | ClockifyError = look_up(track.visit, result.written)
    except ClockifyError as fault:
        found = fault
    told = _result(result.place, result.words, found)
    unknown = Result(result.place, result.words, Outcome.UNKNOWN, told.reason, result.written)
    _note(track.visit, filling_of(track), unknown if isinstance(found, ClockifyError) else told)
    tracking().redraw = True


def _doubts(change: Change) -> list[Doubt]:
    return [(change.place, warning.sentence) for warning in change.warnings]


def _send(visit: Visit, identifier: str, change: Change) -> Written | ClockifyError:
    """Send a cell's write under the id that it got when it was typed."""
    try:
        if change.draft is None and change.before:
            return delete_entry(visit, identifier, change.entry_id, change.before)
        if change.draft and change.before:
            return change_entry(visit, identifier, change.entry_id, change.draft, change.before)
        if change.draft:
            return log_time(visit, identifier, change.draft)
    except WrittenAlready as known:
        # From another tab: the cell was to be so, and is, or will be.
        return known.written
    except ClockifyError as fault:
        return fault
    raise ValueError("there is nothing to write")


def _result(place: Place, words: str, found: Written | ClockifyError) -> Result:
    if isinstance(found, ClockifyError):
        return Result(place, words, Outcome.REFUSED, f"{found} {found.advice}")
    if found.is_done:
        return Result(place, words, Outcome.WRITTEN, written=found)
    outcome = Outcome.REFUSED if found.state.is_settled or found.state is State.TO_SEND else Outcome.UNKNOWN
    return Result(place, words, outcome, found.reason, found)


def _note(visit: Visit, filling: Filling, result: Result) -> None:
    filling.end(result)
    if result.outcome is Outcome.REFUSED and result.written:
        # The cell keeps it: the page need not ask for a look at it, too.
        _set_aside(visit, result.written)


def _put_off(visit: Visit, filling: Filling, result: Result) -> None:
    """Keep a cell for which no request was free: here or, unlike our own count, at Clockify; and what isn't known of it."""
    if result.written is None:
        return
    filling.stop(result.written.retry_at)
    if result.outcome is Outcome.UNKNOWN:
        filling.end(result)
        return
    filling.renew(result.place)
    _set_aside(visit, result.written)


def _set_aside(visit: Visit, written: Written) -> None:
    with suppress(ClockifyError):
        dismiss(visit, written)


def _stopped_words(track: Track, filling: Filling) -> str:
    when = f" again {moment_words(filling.free_at, track.view.access.zone)}" if filling.free_at else " later"
    return f"No request is free now. The rest is kept and can be written{when}: press the button then."
