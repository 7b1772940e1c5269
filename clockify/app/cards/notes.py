"""The card of Settings where people write down what Clockify doesn't know, with its history and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

import pandas as pd
import streamlit as st

from clockify.app.cards.noted_rows import Names, editable, in_order, read, row_words
from clockify.app.cards.notes_columns import columns_of, labels_of, names_for
from clockify.app.shell.door import behind_the_door, if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.session import Editing, session
from clockify.app.shell.states import notes_title
from clockify.app.shell.visit import take_noting_fault, told_in_its_card
from clockify.branding import Branding
from clockify.desk.noting import from_file, history, replace_all, take_back, to_file, write_down
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.errors import ClockifyError
from clockify.money import SECONDS_PER_HOUR
from clockify.plans import Notes, Usual
from clockify.render.formats import format_count
from clockify.render.markdown import escape_markdown, one_line

KINDS = {
    "capacities": "Capacities",
    "days_off": "Days off",
    "targets": "Targets",
    "cost_rates": "Costs",
    "plans": "Plans",
    "rates": "Rates",
    "client_rules": "Client rules",
    "packs": "Packs",
}
OTHERS = {"usual": "Usual values", "branding": "Branding", "import": "Everything, from a file", "weeks": "Week looked through"}
USUAL, HISTORY, FILE = "Usual", "History", "File"
SAID = {
    "capacities": "Hours a person is there on each weekday. Without a line here a person has the usual week.",
    "days_off": "Days on which somebody isn't there, the last one included. “Everybody” is for public holidays.",
    "targets": "Utilization is tracked ÷ capacity, billability billable ÷ tracked; empty is the usual target.",
    "cost_rates": "What an hour of a person costs, from a day on. Only who may see money and cost finds it anywhere.",
    "plans": "Hours or money a project may take, in its own currency. It goes before Clockify's own estimate or budget.",
    "rates": "What an hour of billable time earns on a project where Clockify has no rate, in the project's currency.",
    "client_rules": "How a client's time is rounded on what he is shown; the exact time stays. An invoice's line is a project at a rate.",
    "packs": "Hours or money that were paid ahead, of a client or of one project, to be used until the last day. Clients read the note.",
}
LINES_SHOWN, CHANGES_SHOWN = 400, 50


def draw_notes(visit: Visit) -> None:
    """Draw the card: one table at a time, what is usual, who changed what, and all of it as a file."""
    with st.container(border=True, key="notes"):
        st.markdown("**Written down here** :gray[:small[· what Clockify doesn't know of people, projects and clients]]")
        if visit.access.notes_fault:
            fault = visit.access.notes_fault
            st.error(f"**{notes_title(fault)}.** {escape_markdown(f'{fault} {fault.advice}')}", icon=":material/database_off:")
            return
        if not visit.access.may_note:
            st.caption("Admins can change it.")
            return
        options = [*KINDS.values(), USUAL, HISTORY, FILE]
        shown = st.segmented_control("Show", options, default=options[0], required=True, key="noted", label_visibility="collapsed")
        kind = next((kind for kind, title in KINDS.items() if title == shown), "")
        if kind:
            _draw_table(visit, kind)
        else:
            {USUAL: _draw_usual, HISTORY: _draw_history, FILE: _draw_file}[str(shown)](visit)
        _draw_outcome()


def _draw_table(visit: Visit, kind: str) -> None:
    """Draw a kind's table for editing, sentences on what can't be right, and Save."""
    names, access = names_for(visit, kind), visit.access
    editing = _begun(access.notes, kind, names)
    table = editable(kind, editing.rows, names)
    st.caption(SAID[kind])
    edited = st.data_editor(
        table,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config=columns_of(kind, names),
        key=f"noted-{kind}-{editing.turn}",
        placeholder="",
    )
    rows, problems = read(kind, edited, names, access.workspace.currency)
    removed, added = [one for one in editing.rows if one not in rows], [one for one in rows if one not in editing.rows]
    if editing.version != access.notes.version and not (removed or added or problems):
        # Nothing was edited that somebody else's change could meet.
        _begin_anew(kind)
        st.rerun()
    for sentence in problems[:LINES_SHOWN]:
        st.markdown(f":red[:material/error: {escape_markdown(sentence)}]")
    if set(editing.rows) != set(getattr(access.notes, kind)):
        st.warning("Somebody has changed this table since you opened it. What you save is put into his.", icon=":material/group:")
    changed = bool(removed or added)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        off = bool(problems) or not changed
        st.button("Save", type="primary", key="noted-save", disabled=off, on_click=_save, args=(visit, kind, removed, added))
        if changed or problems:
            st.button("Discard", key="noted-discard", on_click=_begin_anew, args=(kind,))
        if changed:
            st.caption(f"{format_count(len(added), 'new or changed line')}, {format_count(len(removed), 'old one')} to go.")


def _draw_usual(visit: Visit) -> None:
    """Draw what holds where nothing is written down."""
    usual = visit.access.notes.usual
    # Named by what holds: where somebody else changes it, the fields show that.
    keys = {field: f"usual-{field}-{astuple(usual)}" for field in ("person", "project", "warn", "utilization", "billability")}
    with st.form("noted-usual", border=False):
        columns = st.columns(5, gap="small")
        person, project = usual.person_week / SECONDS_PER_HOUR, usual.project_week / SECONDS_PER_HOUR
        columns[0].number_input("Hours a week, a person", min(0.5, person), 168.0, person, 0.5, key=keys["person"])
        columns[1].number_input("Hours a week, a project", min(0.5, project), 168.0, project, 0.5, key=keys["project"])
        columns[2].number_input("Warn at % of a plan", 1, 1000, usual.threshold, key=keys["warn"])
        columns[3].number_input("Utilization target %", 1, 1000, usual.utilization, placeholder="none", key=keys["utilization"])
        columns[4].number_input("Billability target %", 1, 1000, usual.billability, placeholder="none", key=keys["billability"])
        st.caption("They hold for people and projects of which nothing is written down, and pages call them the usual ones.")
        st.form_submit_button("Save", type="primary", key="noted-save-usual", on_click=_save_usual, args=(visit, usual, keys))


def _save_usual(visit: Visit, usual: Usual, keys: Mapping[str, str]) -> None:
    typed = {field: st.session_state[key] for field, key in keys.items()}
    person, project = (round(typed[one] * SECONDS_PER_HOUR) for one in ("person", "project"))
    if (wanted := Usual(person, project, typed["warn"], typed["utilization"], typed["billability"])) != usual:
        _save(visit, "usual", [usual], [wanted])


def _draw_history(visit: Visit) -> None:
    """Say who changed what when, and take the last change back."""
    try:
        changes = history(visit, CHANGES_SHOWN)
    except ClockifyError as fault:
        st.error(escape_markdown(str(fault)))
        return
    if not changes:
        st.caption("Nothing has been changed yet.")
        return
    names = Names(
        told_apart({one: name for kind in (Kind.USER, Kind.PROJECT, Kind.CLIENT) for one, name in labels_of(visit, kind).items()})
    )
    rows = [
        {
            "When": moment_words(one.at, visit.access.zone),
            "Who": one_line(one.by),
            "What": _kind_words(one.kind) + (", taken back" if one.undone else " (took back)" if one.undoes is not None else ""),
            "Before": _rows_words(one.removed, names),
            "After": _rows_words(one.added, names),
        }
        for one in changes
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", alt="Who changed what when")
    can_undo = any(not one.undone and one.undoes is None for one in changes)
    st.button(
        "Take the last change back", icon=":material/undo:", key="noted-undo", disabled=not can_undo, on_click=_take_back, args=(visit,)
    )


def _draw_file(visit: Visit) -> None:
    """Offer all of it as one file, and take one in; a bad one names its lines and changes nothing."""
    st.caption("All of it as one TOML file: to keep, to edit, or to bring to another installation. Ids count, names are for reading.")
    made = behind_the_door(lambda: to_file(visit).encode())
    name, key = "clockify-notes.toml", "download-notes-toml"
    st.download_button("TOML", data=made, file_name=name, icon=":material/download:", key=key, on_click="ignore")
    given = st.file_uploader("Take in a file", type=["toml"], key="noted-file", max_upload_size=1)
    if given is None:
        return
    try:
        notes, problems = from_file(visit, given.getvalue().decode("utf8"))
    except UnicodeDecodeError:
        notes, problems = None, []
        st.error("This file is no text in UTF-8, so nothing was changed.", icon=":material/error:")
    for problem in problems[:LINES_SHOWN]:
        st.markdown(f":red[:material/error: Line {problem.line}: {escape_markdown(problem.reason)}]")
    if problems:
        st.caption("Nothing was changed.")
    if notes:
        counted = ", ".join(f"{len(getattr(notes, kind))} {title.casefold()}" for kind, title in KINDS.items())
        looks = " and branding" if notes.branding != Branding() else ""
        st.markdown(f"The file has {counted}{looks}. It takes the place of everything that is written down.")
        st.button("Take it in", type="primary", key="noted-replace", on_click=_replace, args=(visit, notes))


def _draw_outcome() -> None:
    fault, mine = take_noting_fault(), session()
    if fault:
        st.error(escape_markdown(f"{fault} {fault.advice}"), icon=":material/error:")
    if mine.noted:
        st.success(mine.noted, icon=":material/check:")
    mine.noted = ""


@if_admitted
def _save(visit: Visit, kind: str, removed: list[Any], added: list[Any]) -> None:
    with told_in_its_card():
        write_down(visit, kind, removed, added)
        _begin_anew(kind)
        session().noted = "Saved."


@if_admitted
def _take_back(visit: Visit) -> None:
    with told_in_its_card():
        take_back(visit)
        session().editing.clear()
        session().noted = "Taken back."


@if_admitted
def _replace(visit: Visit, notes: Notes) -> None:
    with told_in_its_card():
        replace_all(visit, notes)
        session().editing.clear()
        session().noted = "Taken in. History can take it back."


def _begin_anew(kind: str) -> None:
    session().editing.pop(kind, None)


def _begun(notes: Notes, kind: str, names: Names) -> Editing:
    """Return what is being edited: rows that somebody else changes meanwhile stay as they were begun."""
    mine, rows = session(), getattr(notes, kind)
    begun = mine.editing.get(kind)
    if begun and begun.version != notes.version and set(begun.rows) == set(rows):
        mine.editing[kind] = replace(begun, version=notes.version)
    if begun is None:
        mine.turns += 1
        mine.editing[kind] = Editing(notes.version, in_order(rows, names), mine.turns)
    return mine.editing[kind]


def _kind_words(kind: str) -> str:
    return {**KINDS, **OTHERS}.get(kind, kind)


def _rows_words(rows: Any, names: Names) -> str:
    words = [row_words(row, names) for row in rows[: CHANGES_SHOWN // 10]]
    return "; ".join(words) + (f" and {len(rows) - len(words)} more" if len(rows) > len(words) else "")
