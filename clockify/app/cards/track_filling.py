"""What stands in the form of Track: put there, read from it, kept while another page is looked at, and begun anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import streamlit as st

from clockify.app.cards.track import Track, records, tags_of, tracking
from clockify.app.shell.kept import made
from clockify.app.shell.tracking import Editing
from clockify.desk.writing import draft_of
from clockify.directory import Kind
from clockify.render.markdown import one_line
from clockify.timing import Fault, Question, Span, place, read_time, read_when, say_length
from clockify.writes import Draft

KEYS = {
    "person": "track-person",
    "project": "track-project",
    "task": "track-task",
    "description": "track-description",
    "tags": "track-tags",
    "billable": "track-billable",
    "day": "track-day",
    "when": "track-duration",
    "start": "track-start",
    "end": "track-end",
}
TIMES = ("when", "start", "end")
RECENT = 60
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Recent:
    """What somebody logged before, but its time."""

    description: str
    project_id: str
    task_id: str
    tag_ids: tuple[str, ...]
    billable: bool

    @property
    def fields(self) -> dict[str, Any]:
        """What it fills in."""
        own = {"description": self.description, "project": self.project_id, "task": self.task_id}
        return own | {"tags": list(self.tag_ids), "billable": self.billable}


def nothing(track: Track) -> dict[str, Any]:
    """Return what stands in a form that nobody has touched."""
    return {
        "person": track.me,
        "project": "",
        "task": "",
        "description": "",
        "tags": [],
        "billable": False,
        "day": tracking().day or track.view.today,
        "when": "",
        "start": "",
        "end": "",
    }


def take_up(track: Track) -> None:
    """Give the widgets what the form held when it was drawn last: Streamlit forgets those that another page doesn't draw."""
    mine, today = tracking(), track.view.today
    if mine.today not in (None, today) and mine.editing is None and is_blank(track):
        # The tab was open over midnight: nobody means yesterday.
        mine.fields, mine.day = {**mine.fields, "day": today}, None
        st.session_state.pop(KEYS["day"], None)
    mine.today = today
    if mine.fields.keys() != KEYS.keys():
        for key in KEYS.values():
            st.session_state.pop(key, None)
    kept = nothing(track) | mine.fields
    for name, key in KEYS.items():
        st.session_state.setdefault(key, kept[name])
        if st.session_state[key] is None:
            st.session_state[key] = kept[name]


def keep() -> Fields:
    """Keep what the form holds, and return it."""
    held = tracking().fields = {name: st.session_state.get(key) for name, key in KEYS.items()}
    return held


def put(fields: Fields) -> None:
    """In a callback: put values into the form, and leave the others."""
    for name, value in fields.items():
        st.session_state[KEYS[name]] = value
    tracking().fields = {**tracking().fields, **fields}


def begin_anew(track: Track, day: date | None = None) -> None:
    """In a callback: empty the form after something was written, for another of the same day; what was put aside comes back."""
    mine = tracking()
    aside, mine.aside, mine.editing = mine.aside, None, None
    mine.is_tried, mine.choice, mine.is_touched, mine.twice = False, "", False, ""
    mine.ids.pop("form", None)
    put(aside if aside is not None else nothing(track) | ({"day": day} if day else {}))


def is_blank(track: Track) -> bool:
    """Has nobody filled anything in?"""
    held, empty = tracking().fields, nothing(track)
    return all((held.get(name) or empty[name]) == empty[name] for name in KEYS if name not in ("day", "person"))


def open_on(track: Track, row: dict[str, Any], *, running: bool = False) -> None:
    """In a callback: open the form on an entry; what stands in it is put aside until that is done."""
    mine = tracking()
    if mine.editing is None:
        mine.aside = dict(mine.fields)
    before = draft_of(row, runs=running)
    mine.editing, mine.is_tried, mine.choice, mine.is_touched = Editing(str(row["id"]), before), False, "", True
    mine.ids.pop("form", None)
    mine.said = None
    fields = fields_of(track, before, str(row["user_id"]))
    mine.choice = _meant(track, before, fields)
    put(fields)


def open_like(track: Track, row: dict[str, Any], day: date) -> None:
    """In a callback: fill the form with an entry's words and times, on another day; what stands in it is put aside."""
    open_on(track, row)
    tracking().editing = None
    put({"day": day})


def fields_of(track: Track, draft: Draft, user_id: str) -> dict[str, Any]:
    """Return what the form holds of an entry."""
    begun = track.local(draft.start)
    own = {
        "person": user_id,
        "project": draft.project_id,
        "task": draft.task_id,
        "description": one_line(draft.description),
        "tags": list(draft.tag_ids),
        "billable": draft.billable,
        "day": begun.date(),
    }
    if draft.end is None:
        return own | {"when": "", "start": clock(begun), "end": ""}
    span = own | {"when": f"{clock(begun)}-{clock(track.local(draft.end))}", "start": "", "end": ""}
    # More than a day on the clock, which may be less of time: as a range it would read as another entry.
    return span if _reads_as(track, span, draft) else own | {"when": say_length(draft.seconds or 0), "start": clock(begun), "end": ""}


def _reads_as(track: Track, fields: Fields, draft: Draft) -> bool:
    found = _placed(track, fields)
    spans = [one.span for one in found.choices] if isinstance(found, Question) else [found]
    return Span(draft.start, draft.end or draft.start) in spans


def _meant(track: Track, draft: Draft, fields: Fields) -> str:
    """Return which of two times an entry is of, where its day shows one twice; "" where there is nothing to ask."""
    found = _placed(track, fields) if draft.end else None
    if not isinstance(found, Question):
        return ""
    return next((one.key for one in found.choices if (one.span.start, one.span.end) == (draft.start, draft.end)), "")


def _placed(track: Track, fields: Fields) -> Span | Fault | Question:
    """Read the times that stand in fields as an entry wrote them."""
    typed, begun = read_when(str(fields["when"])), read_time(str(fields["start"])) if fields["start"] else None
    if isinstance(typed, Fault):
        return typed
    return begun if isinstance(begun, Fault) else place(typed, fields["day"], track.zone.key, start=begun)


def clock(moment: datetime) -> str:
    """Return a time of day as it can be typed: "09:30", with seconds where there are some."""
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def recents(track: Track, project_id: str = "") -> dict[str, Recent]:
    """Return what somebody logged lately by what tells it apart: the description, with its project and more where needed.

    The latest come first. Where a project is chosen already, those of it come before them, and the others always
    bear theirs: what is typed there word by word doesn't move an entry to another project.
    """
    return made(track.view, "recents", partial(_make_recents, track, project_id), track.me, project_id)


def _make_recents(track: Track, project_id: str) -> dict[str, Recent]:
    seen: dict[Recent, None] = {}
    for row in records(track.own.iloc[::-1].head(20 * RECENT)):
        if one_line(row["description"]):
            one = (one_line(row["description"]), str(row["project_id"]), str(row["task_id"]), tags_of(row), bool(row["billable"]))
            seen.setdefault(Recent(*one))
    found: dict[str, Recent] = {}
    for recent in sorted(list(seen)[:RECENT], key=lambda one: bool(project_id) and one.project_id != project_id):
        names = (recent.description, *_told(track, recent))
        least = 1 if recent.project_id == project_id or not project_id else 2
        label = next((text for size in range(least, len(names) + 1) if (text := " · ".join(names[:size])) not in found), None)
        if label is not None:
            found[label] = recent
    return found


def _told(track: Track, recent: Recent) -> list[str]:
    directory = track.view.directory
    words = [directory.label(Kind.PROJECT, recent.project_id), directory.label(Kind.TASK, recent.task_id)]
    words += [", ".join(directory.label(Kind.TAG, one) for one in recent.tag_ids) or directory.label(Kind.TAG, "")]
    return [one_line(word) for word in [*words, "billable" if recent.billable else "non-billable"]]
