"""The card of a week's timesheet: what was done by day, typed into a grid and written in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from clockify.app.cards.timesheet_cells import Hands, draw_heads, draw_line, draw_line_of_day, draw_sums, length
from clockify.app.cards.timesheet_faces import Face, Line, Shown
from clockify.app.cards.timesheet_rows import draw_add_row, page_of
from clockify.app.cards.timesheet_typing import add_note, open_entries, show, take
from clockify.app.cards.timesheet_writing import draw_questions, draw_results, draw_write
from clockify.app.cards.track import Track
from clockify.render.formats import format_day

CARD = "timesheet"
LEGEND = ":material/edit: changed, not written · :material/check: written · :material/error: refused · :material/lock: locked day"


def draw_timesheet(track: Track) -> None:
    """Draw the week that is looked at: with a pen to be filled in, without one to be read."""
    with st.container(border=True, gap="xsmall", key=CARD):
        _draw(track)


@st.fragment
def _draw(track: Track) -> None:
    """Draw the grid; what is typed into it runs this part alone."""
    shown, editable = show(track), track.pen is not None
    _draw_title(track, shown, editable=editable)
    if not shown.lines:
        st.caption("Neither this week nor the one before has any time: add a row." if editable else "There is no time in this week.")
    lines = page_of(shown.lines)
    hands = Hands(lambda face, text: take(track, face, text), lambda face, text: add_note(track, face, text), lambda face: open_entries(track, face), CARD)
    if track.view.look.narrow:
        _draw_day(track, shown, lines, hands, editable=editable)
    elif lines:
        draw_heads(shown.heads)
        for line in lines:
            draw_line(line, hands, editable=editable)
        draw_sums(shown.sums, shown.total)
    if editable:
        st.caption(LEGEND)
        draw_questions(track, shown)
        draw_write(track, shown)
        draw_results(track)


def _draw_title(track: Track, shown: Shown, *, editable: bool) -> None:
    period = track.view.period
    said = [period.label().rsplit(" ", 1)[0], "h:mm", shown.words]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="xsmall"):
        note = " · ".join(one for one in said if one)
        st.markdown(f"**Timesheet, week {period.start.isocalendar().week}** :gray[:small[· {note}]]", width="stretch")
        if editable:
            draw_add_row(track)


def _draw_day(track: Track, shown: Shown, lines: Sequence[Line], hands: Hands, *, editable: bool) -> None:
    """Draw one day of the week, as on a phone."""
    days = [face.day for face in lines[0].faces] if lines else []
    if not days:
        return
    first = track.view.today if track.view.today in days else days[0]
    chosen = st.segmented_control(
        "Timesheet day",
        days,
        default=first,
        format_func=lambda day: f"{day:%a}"[:2],
        required=True,
        key=f"{CARD}-day-{days[0]}",
        persist_state="session",
        width="stretch",
        wrap=False,
    )
    place = days.index(chosen or first)
    for line in lines:
        draw_line_of_day(line, line.faces[place], hands, editable=editable)
    more = f", {length(abs(shown.unwritten))} of it not written yet" if shown.unwritten else ""
    lock = " :material/lock: locked" if shown.locked[place] else ""
    st.markdown(f"**{days[place]:%A} {length(shown.sums[place])}** :gray[:small[{lock} · week {length(shown.total)}{more}]]")
