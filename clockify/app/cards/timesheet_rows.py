"""The rows of a timesheet: those that show of many, and adding one."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import streamlit as st

from clockify.app.cards.timesheet_faces import Line
from clockify.app.cards.timesheet_typing import add_row
from clockify.app.cards.track import Track, project_labels, task_labels
from clockify.app.shell.door import if_admitted
from clockify.reports.timesheet import Key

# More fields than these make the page slow to answer.
MOST_ROWS = 9
PAGE = "timesheet-page"
ADD, PROJECT, TASK = "timesheet-add", "timesheet-project", "timesheet-task"


def page_of(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the rows that show, and draw the way to the others where there are ten and more."""
    if len(lines) <= MOST_ROWS:
        return lines
    pages = ceil(len(lines) / MOST_ROWS)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xsmall"):
        page = min(st.pagination(pages, key=PAGE, persist_state="session"), pages)
        first = (page - 1) * MOST_ROWS
        shown = lines[first : first + MOST_ROWS]
        st.caption(f"Rows {first + 1}–{first + len(shown)} of {len(lines)}; the totals are of all", width="content")
    return shown


def draw_add_row(track: Track, lines: Sequence[Line]) -> None:
    """Draw the button that asks for a project and a task, for a row of their own."""
    opened = st.popover("Add row", icon=":material/add:", type="tertiary", key=ADD, on_change="rerun")
    if not opened.open:
        return
    with opened:
        projects = project_labels(track)
        ordered = sorted(projects, key=lambda one: not one)
        project = st.selectbox("Project", ordered, None, format_func=projects.__getitem__, key=PROJECT, placeholder="Choose a project")
        tasks = task_labels(track, project or "")
        task = st.selectbox("Task", list(tasks), format_func=tasks.__getitem__, key=f"{TASK}-{project or 'none'}") or ""
        st.button("Add", key=f"{ADD}-row", disabled=project is None, on_click=_add, args=(track, lines, (project or "", task)))


@if_admitted
def _add(track: Track, lines: Sequence[Line], key: Key) -> None:
    """Add a row, or find it where it is already, and show the page on which it stands."""
    keys = [line.key for line in lines]
    if key not in keys:
        add_row(track, key)
        keys.append(key)
    st.session_state[PAGE] = keys.index(key) // MOST_ROWS + 1
    st.session_state[ADD] = False
