"""The form of Track: one entry, read while it is typed."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from clockify.app.cards.track import Track, is_short, must_run_again, project_labels, records, tag_labels, task_labels, tracking
from clockify.app.cards.track_filling import KEYS, Fields, keep, put, recents, take_up
from clockify.app.cards.track_reading import Reading, read
from clockify.app.cards.track_saving import answer, cancel, save, take_repair
from clockify.app.cards.track_writing import id_of
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.tracking import Editing, Said, Tone
from clockify.desk.writing import draft_of, next_write_at, why_no_pen
from clockify.directory import Kind, told_apart
from clockify.drafts import Warning
from clockify.render.formats import format_day
from clockify.render.markdown import escape_markdown, one_line
from clockify.timing import Fault

SETTINGS_PAGE = "pages/settings.py"
MOST_PILLS = 8
LEVEL = 36  # so high that a toggle stands level with a list beside it
HOW = "A length (1:30, 1.5, 90m, 2h 15m) or from when to when (9-17:30, 0930-1715). A bare number up to 24 is hours."
ICONS = {Tone.DONE: ":green[:material/check_circle:]", Tone.ASK: ":orange[:material/help:]", Tone.FAULT: ":red[:material/error:]"}


def draw_form(track: Track) -> None:
    """Draw the form, or why nothing can be logged here and what helps."""
    with st.container(border=True, gap="xxsmall", key="track-form", height="stretch"):
        if track.pen is None:
            st.markdown("**Log time**")
            st.info(escape_markdown(why_no_pen(track.visit)), icon=":material/edit_off:")
            if not track.visit.viewer.looks_as:
                st.page_link(SETTINGS_PAGE, label="Open Settings", icon=":material/settings:")
        else:
            _catch_up(track)
            _draw_fields(track)


def _catch_up(track: Track) -> None:
    """After it was said that somebody changed the entry: pressing once more puts what stands here in its place."""
    mine = tracking()
    if mine.editing and mine.is_outdated:
        one, runs = mine.editing.entry_id, mine.editing.before.end is None
        rows = track.running if runs else track.own
        found = records(rows[rows["id"] == one])
        mine.editing = Editing(one, draft_of(found[0], runs=runs)) if found else None
        mine.is_outdated = False


def draw_said(place: str, key: str) -> None:
    """Say, in its place, what became of what was asked for."""
    said: Said | None = tracking().said
    if said and said.place == place:
        with st.container(key=key):
            st.markdown(f"{ICONS[said.tone]} :small[{said.words}]")


@st.fragment
def _draw_fields(track: Track) -> None:
    if must_run_again(track):
        st.rerun()
    take_up(track)
    _draw_head(track)
    fields = keep()
    if is_short(track):
        st.rerun()
    # Said beside their fields, all at once: what is read depends on every one of them.
    reading = read(track, fields, tracking().editing, tracking().choice)
    _draw_what(track, reading)
    _draw_time(track, reading)
    keep()
    _draw_end(track, reading)


def _draw_head(track: Track) -> None:
    mine = tracking()
    person = str(st.session_state[KEYS["person"]] or track.me)
    whom = track.person(person)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if mine.editing is None:
            st.markdown(f"**Log time** :gray[:small[· for {whom}]]", width="stretch")
        else:
            day = format_day(track.local(mine.editing.before.start).date())
            what = "Edit entry" if mine.editing.before.end else "Change the timer"
            st.markdown(f"**{what}** :gray[:small[· {day} · {whom}]]", width="stretch")
        if mine.editing is not None or mine.aside is not None:
            st.button("Cancel", key="track-cancel", type="tertiary", icon=":material/close:", on_click=cancel, args=(track,))


def _draw_what(track: Track, reading: Reading) -> None:
    fields = tracking().fields
    project = str(fields["project"] or "")
    labels = project_labels(track, [project])
    sign = f"{track.dot(project)} " if project else ""
    st.selectbox(
        f"{sign}Project",
        list(labels),
        list(labels).index(project),
        format_func=labels.__getitem__,
        key=KEYS["project"],
        on_change=_take_project,
        args=(track,),
    )
    _draw_faults(reading, "project")
    left, right = st.columns([1, 1], gap="small", wrap=False, vertical_alignment="bottom")
    with left:
        _draw_task(track, fields, project)
    with right, st.container(height=LEVEL, vertical_alignment="center", border=False):
        st.toggle("Billable", bool(fields["billable"]), key=KEYS["billable"], on_change=_touch)
    _draw_faults(reading, "task")
    _draw_description(track, fields, project)
    _draw_faults(reading, "description")
    _draw_tags(track, fields)
    _draw_faults(reading, "tags")


def _draw_task(track: Track, fields: Fields, project: str) -> None:
    task = str(fields["task"] or "")
    labels = task_labels(track, project, task)
    if st.session_state[KEYS["task"]] not in labels:
        st.session_state[KEYS["task"]] = task = ""
    place = list(labels).index(task) if task in labels else 0
    st.selectbox("Task", list(labels), place, format_func=labels.__getitem__, key=KEYS["task"], disabled=len(labels) == 1)


def _draw_description(track: Track, fields: Fields, project: str) -> None:
    terms: dict[str, Any] = {
        "on_change": _take_recent,
        "args": (track, project),
        "placeholder": "What was done? Your own latest are offered",
    }
    _draw_text(fields, "description", "Description", **terms)


def _draw_tags(track: Track, fields: Fields) -> None:
    chosen = list(fields["tags"] or ())
    labels = tag_labels(track, chosen)
    if not labels:
        return
    if len(labels) <= MOST_PILLS:
        shown = {one: escape_markdown(label) for one, label in labels.items()}
        st.pills("Tags", list(labels), selection_mode="multi", default=chosen, format_func=shown.__getitem__, key=KEYS["tags"])
    else:
        st.multiselect("Tags", list(labels), chosen, format_func=labels.__getitem__, key=KEYS["tags"], placeholder="No tags")


def _draw_time(track: Track, reading: Reading) -> None:
    mine, fields = tracking(), tracking().fields
    is_timer = mine.editing is not None and mine.editing.before.end is None
    left, right = st.columns([1, 1], gap="small", wrap=False)
    with left:
        st.date_input("Day", fields["day"], key=KEYS["day"], format="DD/MM/YYYY")
    with right:
        _draw_text(fields, "start", "Since") if is_timer else _draw_text(fields, "when", "When", placeholder="1:30 or 9-10:30", help=HOW)
    _draw_faults(reading, "day")
    _draw_reading(track, reading)
    if not is_timer:
        with st.expander("Start and end in two fields", type="compact", expanded=bool(fields["start"] or fields["end"]), key="track-ends"):
            for column, name in zip(st.columns(2, gap="small", wrap=False), ("start", "end"), strict=True):
                with column:
                    _draw_text(fields, name, name.capitalize(), placeholder="9:00")


def _draw_text(fields: Fields, name: str, label: str, **terms: Any) -> None:
    st.text_input(label, str(fields[name] or ""), key=KEYS[name], live=True, autocomplete="off", **terms)


def _draw_reading(track: Track, reading: Reading) -> None:
    """Say what was understood, or what is wrong with it, or ask."""
    _draw_faults(reading, "when", "start", "end")
    if reading.question:
        question = reading.question
        st.markdown(f":orange[:material/help:] {escape_markdown(question.sentence)}")
        with st.container(horizontal=True, gap="xsmall", key="track-question"):
            for number, choice in enumerate(question.choices):
                st.button(escape_markdown(choice.label), key=f"track-choice-{number}", on_click=answer, args=(choice.key,))
    elif reading.said:
        first, _, rest = reading.said.partition(", ")
        parts = [f"= **{escape_markdown(first)}**", escape_markdown(rest), escape_markdown(track.zone.key)]
        st.markdown(f":green[:material/check:] :small[{' · '.join(part for part in parts if part)}]")


def _draw_faults(reading: Reading, *names: str) -> None:
    """Say what is wrong with a field: what is missing only once somebody tried, what was typed at once."""
    for fault in reading.faults:
        if fault.field in names and (tracking().is_tried or _is_typed(fault)):
            st.markdown(f":red[:material/error:] :small[{escape_markdown(fault.sentence)}]")


def _is_typed(fault: Fault) -> bool:
    fields = tracking().fields
    if fault.field in ("when", "start", "end"):
        return any(str(fields[name] or "").strip() for name in ("when", "start", "end"))
    return bool(fields[fault.field]) and fault.field in ("description", "day")


def _draw_end(track: Track, reading: Reading) -> None:
    mine = tracking()
    mine.shown = tuple(one.sentence for one in reading.warnings)
    if reading.warnings:
        anyway = "Save it anyway?" if mine.editing else "Log it anyway?"
        *first, last = map(_warning_words, reading.warnings)
        st.warning("  \n".join([*first, f"{last} {anyway}"]), icon=":material/warning:")
    label, icon = ("Save changes", ":material/save:") if mine.editing else ("Log time", ":material/add:")
    kind: Literal["primary", "secondary"] = "primary" if track.view.look.theme == "light" else "secondary"
    with st.container(horizontal=True, gap="small"):
        st.button(label, icon=icon, type=kind, key="track-save", width="stretch", on_click=save, args=(track, id_of("form")))
        for number, repair in enumerate(reading.repairs):
            words = escape_markdown(repair.label)
            st.button(words, key=f"track-repair-{number}", width="stretch", on_click=take_repair, args=(track, number))
    free = next_write_at(track.visit)
    if free:
        st.caption(f"No request is free until {moment_words(free, track.zone.key)}. What you typed stays here; press the button then.")
    draw_said("form", "track-message")
    if mine.editing is None:
        _draw_whom(track)


def _draw_whom(track: Track) -> None:
    """Offer to log for somebody else, where the pen may; the form's head says for whom."""
    pen, person = track.pen, str(tracking().fields["person"] or track.me)
    if pen and pen.others:
        labels = {one: one_line(track.view.directory.label(Kind.USER, one)) for one in (track.me, *pen.others)}
        shown = told_apart(labels)
        with st.expander("For somebody else", icon=":material/group:", type="compact", expanded=person != track.me, key="track-whom"):
            st.selectbox("Person", list(labels), list(labels).index(person), format_func=shown.__getitem__, key=KEYS["person"])


def _warning_words(warning: Warning) -> str:
    sentence, name = escape_markdown(warning.sentence), escape_markdown(warning.name)
    return sentence.replace(name, f"**{name}**", 1) if name else sentence


@if_admitted
def _take_project(track: Track) -> None:
    """Let task and billable follow the project, the latter unless somebody has set it."""
    project = track.view.directory.projects.get(str(st.session_state[KEYS["project"]] or ""))
    put({"task": "", **({} if tracking().is_touched else {"billable": bool(project and project.billable)})})


@if_admitted
def _touch() -> None:
    tracking().is_touched = True


@if_admitted
def _take_recent(track: Track, project: str) -> None:
    """Fill in the rest, where somebody chose what he logged before."""
    text = str(st.session_state[KEYS["description"]] or "").strip()
    found = recents(track, project).get(text)
    if found:
        # Who types on meanwhile must not have his words replaced by the same ones.
        put({name: value for name, value in found.fields.items() if name != "description" or value != text})
