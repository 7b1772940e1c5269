"""How the cells of a timesheet are drawn: a row across seven days, or on a phone one day's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from clockify.app.cards.timesheet_faces import ICONS, Face, Line, Shown, several_words, spoken
from clockify.app.cards.timesheet_typing import open_entries, take, take_note
from clockify.app.cards.track import Track
from clockify.drafts import MOST_LETTERS
from clockify.periods import WEEKDAYS
from clockify.render.formats import NOT_APPLICABLE, format_duration
from clockify.render.markdown import escape_markdown

WIDTHS = [1.9, *[1.0] * 7, 0.62, 0.5]
FIELD_WIDTH = 110  # px, on a phone
PLACE = "timesheet"


def draw_week(track: Track, shown: Shown, lines: Sequence[Line]) -> None:
    """Draw rows across seven days, and beneath them the totals of all rows there are."""
    name, *days, total, _ = st.columns(WIDTHS, gap="xxsmall", vertical_alignment="bottom")
    name.markdown(":gray[:small[Project and task]]")
    for column, day in zip(days, shown.days, strict=True):
        column.markdown(_head(track, shown, day))
    total.markdown(":small[**Total**]", text_alignment="right")
    for line in lines:
        _draw_line(track, line)
    name, *days, total, _ = st.columns(WIDTHS, gap="xxsmall")
    name.markdown("**Total**")
    for column, day in zip(days, shown.days, strict=True):
        column.markdown(f"**{length(shown.changes.of_day(day))}**")
    total.markdown(f"**{length(shown.changes.total)}**", text_alignment="right")


def draw_line_of_day(track: Track, line: Line, face: Face) -> None:
    """Draw a row of one day, as on a phone: its name, its cell and its note."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
        st.markdown(line.markdown, width="stretch")
        with st.container(width=FIELD_WIDTH):
            _draw_cell(track, face)
        if track.pen:
            _draw_notes(track, line, [face])


def length(seconds: int) -> str:
    """Write a sum; none is a dash."""
    return format_duration(seconds) if seconds else NOT_APPLICABLE


def _head(track: Track, shown: Shown, day: date) -> str:
    name = f"{day:%a} {day.day}"
    if day in shown.locked:
        return f":gray[:small[:material/lock: {name}]]"
    if day == track.view.today:
        return f":blue-background[:small[today, {name}]]"
    is_working = WEEKDAYS[day.weekday()] in track.view.access.workspace.working_days
    return f":small[{name}]" if is_working else f":gray[:small[{name}]]"


def _draw_line(track: Track, line: Line) -> None:
    """Draw a row: its name, seven cells, its total and its notes."""
    name, *days, total, notes = st.columns(WIDTHS, gap="xxsmall", vertical_alignment="center")
    name.markdown(line.markdown)
    for column, face in zip(days, line.faces, strict=True):
        with column:
            _draw_cell(track, face)
    total.markdown(f"**{length(line.seconds)}**", text_alignment="right")
    if track.pen:
        with notes:
            _draw_notes(track, line, line.faces)


def _draw_cell(track: Track, face: Face) -> None:
    """Draw what stands in a cell: a field, the way to its entries, or text where nothing can be typed."""
    key = f"{PLACE}-{face.slug}"
    if face.entries > 1:
        words = f"Open the {several_words(face)}"
        st.button(
            f"{face.text} ({face.entries})",
            key=f"{key}-open",
            help=f"{words}: {escape_markdown(face.label)}",
            width="stretch",
            on_click=open_entries,
            args=(track, face),
        )
    elif track.pen is None:
        st.markdown(face.text or f":gray[{NOT_APPLICABLE}]")
    else:
        _hold(key, face.text)
        st.text_input(
            _said(face),
            face.text,
            key=key,
            icon=ICONS.get(face.mark),
            disabled=not face.is_open,
            label_visibility="collapsed",
            on_change=take,
            args=(track, face, key),
        )


def _draw_notes(track: Track, line: Line, faces: Sequence[Face]) -> None:
    """Draw the button that opens the notes of a row's cells: what was done, in Clockify the entry's description."""
    icon = ":material/speaker_notes:" if any(face.note for face in faces) else ":material/notes:"
    key = f"{PLACE}-{line.slug}-notes" + (f"-{faces[0].day}" if len(faces) == 1 else "")
    opened = st.popover("", icon=icon, key=key, help=f"Notes: {escape_markdown(line.label)}", type="tertiary", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.markdown(f"**Notes** :gray[:small[· {escape_markdown(line.label)}]]")
        found = [face for face in faces if face.is_open and (face.text or face.note)]
        for face in found:
            name = f"{PLACE}-{face.slug}-note"
            _hold(name, face.note)
            st.text_input(
                spoken(f"{face.day:%a} {face.day.day} · {face.text or '0:00'}"),
                face.note,
                key=name,
                max_chars=MOST_LETTERS,
                placeholder="What was done",
                on_change=take_note,
                args=(track, face, name),
            )
        if not found:
            st.caption("A note belongs to a cell with time of its own: type that first.")


def _hold(key: str, text: str) -> None:
    """Have a field show a text, at no message to the browser where it does already: that would take away what is being typed."""
    if st.session_state.get(key) != text:
        st.session_state[key] = text


def _said(face: Face) -> str:
    return spoken(f"{face.label}, {face.mark.value}" if face.mark.value else face.label)
