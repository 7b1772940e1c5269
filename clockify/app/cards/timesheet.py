"""The card of a week's timesheet: what was done by day, typed into a grid and written in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from clockify.app.cards.timesheet_cells import PLACE, draw_line_of_day, draw_week, length
from clockify.app.cards.timesheet_faces import Line, Shown
from clockify.app.cards.timesheet_rows import draw_add_row, page_of
from clockify.app.cards.timesheet_typing import show
from clockify.app.cards.timesheet_writing import draw_questions, draw_results, draw_write
from clockify.app.cards.track import Track, must_run_again
from clockify.desk.weeks import is_there
from clockify.render.formats import format_duration

LEGEND = ":material/edit: changed, not written · :material/check: written · :material/error: refused or can't be read"


def draw_timesheet(track: Track) -> None:
    """Draw the week that is looked at: with a pen to be filled in, without one to be read."""
    if not track.is_seen:
        return
    if is_there(track.view, track.view.period.start):
        _draw_card(track)
        return
    with st.container(border=True, gap="xsmall", key=PLACE):
        st.markdown("**Timesheet**")
        st.caption("It is made when all of this week is read: what isn't seen yet could be typed twice.")


@st.fragment
def _draw_card(track: Track) -> None:
    """Draw the card; what is typed into it runs this part alone, and the page with it where that changes what else shows."""
    if must_run_again(track):
        st.rerun()
    with st.container(border=True, gap="xsmall", key=PLACE):
        _draw(track, show(track))


def _draw(track: Track, shown: Shown) -> None:
    _draw_title(track, shown)
    if not shown.lines:
        st.caption("Neither this week nor the one before has any time." + (" Add a row." if track.pen else ""))
        return
    # The way to further rows stands beneath them, and says which they are.
    grid = st.container(gap="xsmall")
    lines = page_of(shown.lines)
    with grid:
        if track.view.look.narrow:
            _draw_day(track, shown, lines)
        else:
            draw_week(track, shown, lines)
    if track.pen:
        st.caption(f"{LEGEND} · :material/lock: locked" if shown.has_locks else LEGEND)
        draw_questions(track, shown)
        draw_write(track, shown)
        draw_results(track)


def _draw_title(track: Track, shown: Shown) -> None:
    period, narrow = track.view.period, track.view.look.narrow
    words = [period.label().rsplit(" ", 1)[0], "h:mm", "" if narrow else shown.rows_words, "" if narrow else shown.words]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall", wrap=not narrow):
        note = " · ".join(word for word in words if word)
        name = "Timesheet" if narrow else f"Timesheet, week {period.start.isocalendar().week}"
        st.markdown(f"**{name}** :gray[:small[· {note}]]", width="stretch")
        if track.pen:
            draw_add_row(track, shown.lines)


def _draw_day(track: Track, shown: Shown, lines: Sequence[Line]) -> None:
    """Draw one day of the week, as on a phone."""
    day = _chosen_day(track, shown)
    place, changes = shown.days.index(day), shown.changes
    for line in lines:
        draw_line_of_day(track, line, line.faces[place])
    more = changes.unwritten
    unwritten = "" if not more else f", {format_duration(abs(more))} {'of it not written yet' if more > 0 else 'less than Clockify has'}"
    lock = ":material/lock: locked · " if day in shown.locked else ""
    st.markdown(f"**{day:%A} {length(changes.of_day(day))}** :gray[:small[· {lock}week {length(changes.total)}{unwritten}]]")


def _chosen_day(track: Track, shown: Shown) -> date:
    usual = track.view.today if track.view.today in shown.days else shown.days[0]
    key = f"{PLACE}-day-{shown.days[0]}"
    held = st.session_state.get(key)
    chosen = st.segmented_control(
        "Timesheet day",
        shown.days,
        default=held if held in shown.days else usual,
        format_func=lambda day: f"{day:%a}"[:2],
        required=True,
        key=key,
        persist_state="session",
        width="stretch",
        wrap=False,
    )
    return chosen or usual
