"""How the cells of a timesheet are drawn: a row across seven days, or on a phone one day's row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from clockify.app.cards.timesheet_faces import ICONS, Face, Line, Mark
from clockify.render.formats import NOT_APPLICABLE, format_count, format_duration

WIDTHS = [1.9, *[1.0] * 7, 0.62, 0.5]
FIELD_WIDTH = 110  # px, on a phone


@dataclass(frozen=True)
class Hands:
    """What happens to a cell: it is typed into, its note is, or its entries are opened. Callbacks; all of them get the face."""

    type: Callable[[Face, str], None]
    note: Callable[[Face, str], None]
    open: Callable[[Face], None]
    place: str  # the beginning of every key here


def draw_heads(heads: Sequence[str]) -> None:
    """Draw the line above the rows."""
    name, *days, total, _ = st.columns(WIDTHS, gap="xxsmall", vertical_alignment="bottom")
    name.caption("Project and task")
    for column, head in zip(days, heads, strict=True):
        column.markdown(head)
    total.markdown(":small[**Total**]", text_alignment="right")


def draw_line(line: Line, hands: Hands, *, editable: bool) -> None:
    """Draw a row: its name, seven cells, its total and its notes."""
    name, *days, total, notes = st.columns(WIDTHS, gap="xxsmall", vertical_alignment="center")
    name.markdown(line.markdown)
    for column, face in zip(days, line.faces, strict=True):
        with column:
            draw_cell(face, hands, editable=editable)
    total.markdown(f"**{length(line.seconds)}**", text_alignment="right")
    if editable:
        with notes:
            draw_notes(line, line.faces, hands)


def draw_line_of_day(line: Line, face: Face, hands: Hands, *, editable: bool) -> None:
    """Draw a row of one day, as on a phone: its name, its cell and its note."""
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="xsmall"):
        st.markdown(line.markdown, width="stretch")
        with st.container(width=FIELD_WIDTH):
            draw_cell(face, hands, editable=editable)
        if editable:
            draw_notes(line, [face], hands)


def draw_sums(sums: Sequence[int], total: int) -> None:
    """Draw the line beneath the rows: the days' totals and the week's."""
    name, *days, whole, _ = st.columns(WIDTHS, gap="xxsmall")
    name.markdown("**Total**")
    for column, seconds in zip(days, sums, strict=True):
        column.markdown(f"**{length(seconds)}**")
    whole.markdown(f"**{length(total)}**", text_alignment="right")


def draw_cell(face: Face, hands: Hands, *, editable: bool) -> None:
    """Draw what stands in a cell: a field, the way to its entries, or text where nothing can be typed."""
    key = f"{hands.place}-{face.slug}"
    if face.entries > 1:
        words = f"{format_count(face.entries, 'entry', 'entries')}"
        st.button(
            f"{face.text} ({face.entries})",
            key=f"{key}-open",
            help=f"Open the {words}: {face.label}",
            type="tertiary",
            on_click=hands.open,
            args=(face,),
        )
    elif not editable:
        st.markdown(face.text or f":gray[{NOT_APPLICABLE}]")
    else:
        _hold(key, face.text)
        st.text_input(
            f"{face.label}{_said(face.mark)}",
            face.text,
            key=key,
            icon=ICONS.get(face.mark),
            disabled=not face.is_open,
            label_visibility="collapsed",
            on_change=lambda: hands.type(face, str(st.session_state[key] or "")),
        )


def draw_notes(line: Line, faces: Sequence[Face], hands: Hands) -> None:
    """Draw the button that opens the notes of a row's cells: what was done, in Clockify the entry's description."""
    noted = sum(bool(face.note) for face in faces)
    icon = ":material/speaker_notes:" if noted else ":material/notes:"
    key = f"{hands.place}-{line.slug}-notes"
    opened = st.popover("", icon=icon, key=key, help=f"Notes, {line.markdown}", type="tertiary", on_change="rerun")
    if not opened.open:
        return
    with opened:
        with_time = [face for face in faces if face.is_open and (face.text or face.note)]
        for face in with_time:
            name = f"{hands.place}-{face.slug}-note"
            _hold(name, face.note)
            st.text_input(
                f"{face.label} · {face.text or '0:00'}",
                face.note,
                key=name,
                max_chars=3000,
                placeholder="What was done",
                on_change=lambda face=face, name=name: hands.note(face, str(st.session_state[name] or "")),
            )
        if not with_time:
            st.caption("A note belongs to a cell with time of its own: type that first.")


def length(seconds: int) -> str:
    """Write a sum; none is a dash."""
    return format_duration(seconds) if seconds else NOT_APPLICABLE


def _hold(key: str, text: str) -> None:
    """Have a field show a text, at no message to the browser where it does already: that would take away what is being typed."""
    if st.session_state.get(key) != text:
        st.session_state[key] = text


def _said(mark: Mark) -> str:
    return f", {mark.value}" if mark.value else ""
