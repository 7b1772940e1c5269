"""One entry in the list of My week: two lines, its hours, and what can be done with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from clockify.app.cards.track import Track, described, length, span_words, tags_of, tracking
from clockify.app.cards.track_filling import open_like, open_on
from clockify.app.cards.track_reading import Reading, judged
from clockify.app.cards.track_writing import ask, copy, delete, id_of, start, stop
from clockify.app.shell.door import if_admitted
from clockify.desk.writing import draft_of
from clockify.directory import Kind
from clockify.render.markdown import escape_markdown
from clockify.render.palette import palette, project_color
from clockify.timing import Span, Typed, place
from clockify.writes import Draft

EDIT, COPY, DELETE = "Edit", "Copy to another day", "Delete"
ICON_OF = {EDIT: ":material/edit:", COPY: ":material/content_copy:", DELETE: ":material/delete:"}
WIDE = 116  # with the key that the first one bears
A_DAY = timedelta(days=1)


def draw_entry(track: Track, row: dict[str, Any], *, running: bool = False, first: bool = False) -> None:
    """Draw an entry; `first`: the latest of its day, which a key continues."""
    narrow, one = track.view.look.narrow, str(row["id"])
    with st.container(gap=None, key=f"entry-{one}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
            st.markdown(_words(track, row, running=running), width="stretch")
            hours = length(int(row["seconds"]))
            st.markdown(f":green[:material/timer: **{hours}**]" if running else f"**{hours}**", width="content")
            if track.pen:
                _draw_main(track, row, running=running, first=first and not narrow)
                _draw_more(track, row, running=running)
        asked, what = tracking().asks
        if track.pen and asked == one and what == DELETE:
            _draw_delete(track, row, running=running)
        elif track.pen and asked == one and what == COPY:
            _draw_copy(track, row)


def _words(track: Track, row: dict[str, Any], *, running: bool) -> str:
    narrow, project = track.view.look.narrow, str(row["project_id"])
    span = span_words(track, row["start"].to_pydatetime(), None if running else row["end"].to_pydatetime())
    task = track.label(Kind.TASK, str(row["task_id"])) if row["task_id"] else ""
    tags = ", ".join(track.label(Kind.TAG, tag) for tag in tags_of(row))
    money = ":material/attach_money: billable" if row["billable"] else ":material/money_off: non-billable"
    mark = " :material/lock:" if row["locked"] else ""
    beside, beneath = ([span], [task, money]) if narrow else ([task, tags], [span, money])
    first = f"{described(row['description'])}{mark}{_gray(beside)}"
    tag = _tinted(track, project, track.label(Kind.PROJECT, project))
    return f"{first}  \n:small[{track.dot(project)} {tag} :gray[{' · '.join(part for part in beneath if part)}]]"


def _gray(parts: list[str]) -> str:
    words = " · ".join(part for part in parts if part)
    return f" :gray[:small[{words}]]" if words else ""


def _tinted(track: Track, project_id: str, label: str) -> str:
    theme = track.view.look.theme
    color = project_color(project_id, track.view.directory.color_of(project_id), palette(theme))
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f':color[ {label} ]{{background="rgba({red},{green},{blue},{".24" if theme == "dark" else ".13"})"}}'


def _draw_main(track: Track, row: dict[str, Any], *, running: bool, first: bool) -> None:
    narrow = track.view.look.narrow
    label, icon, key = ("Stop", ":material/stop_circle:", "stop") if running else ("Continue", ":material/play_arrow:", "continue")
    terms: dict[str, Any] = {"help": label} if narrow else {}
    terms |= {"on_click": stop, "args": (track, "week", id_of("stop"))} if running else {"on_click": start, "args": _start_args(track, row)}
    shown = icon if narrow else label
    st.button(
        shown,
        icon=None if narrow else icon,
        key=f"{key}-{row['id']}",
        type="tertiary",
        width="content" if narrow else WIDE,
        shortcut="K" if first else None,
        **terms,
    )


def _start_args(track: Track, row: dict[str, Any]) -> tuple[Any, ...]:
    return track, "week", id_of(f"continue {row['id']}"), draft_of(row)


def _draw_more(track: Track, row: dict[str, Any], *, running: bool) -> None:
    narrow = track.view.look.narrow
    options = [EDIT, DELETE] if running else [EDIT, COPY, DELETE]
    st.menu_button(
        ":material/more_vert:" if narrow else "More",
        [COPY] if row["locked"] and not track.may_write_locked else options,
        format_func=lambda one: f"{ICON_OF[one]} {one}",
        key=f"more-{row['id']}",
        type="tertiary",
        help="More" if narrow else None,
        on_click=_choose,
        args=(track, row, running),
    )


@if_admitted
def _choose(track: Track, row: dict[str, Any], running: bool) -> None:
    chosen = st.session_state[f"more-{row['id']}"]
    if chosen == EDIT:
        open_on(track, row, running=running)
    else:
        ask(str(row["id"]), str(chosen))


def _draw_delete(track: Track, row: dict[str, Any], *, running: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="entry-ask"):
        st.markdown(":orange[:material/warning:] :small[Delete this entry?]", width="content")
        args = (track, "week", id_of(f"delete {row['id']}"), row, draft_of(row, runs=running))
        st.button("Delete it", icon=":material/delete:", key="entry-yes", on_click=delete, args=args)
        st.button("Keep it", key="entry-no", type="tertiary", on_click=ask, args=("", ""))


def _draw_copy(track: Track, row: dict[str, Any]) -> None:
    """Ask for the day; where the clock makes the times another there, the form asks on."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="entry-ask"):
        own = row["day"].date()
        usual = track.view.today if own != track.view.today else own + A_DAY
        day = st.date_input("Copy to", usual, key="entry-day", format="DD/MM/YYYY", width=160)
        draft = _moved(track, row, day or usual)
        reading = judged(track, draft, track.me) if draft else Reading()
        if draft and not reading.faults:
            args = (track, id_of(f"copy {row['id']}"), draft)
            label = "Copy anyway" if reading.warnings else "Copy"
            st.button(label, icon=":material/content_copy:", key="entry-yes", on_click=copy, args=args)
        st.button("In the form", key="entry-form", type="tertiary", on_click=_open_copy, args=(track, row, day or usual))
        st.button("Cancel", key="entry-no", type="tertiary", on_click=ask, args=("", ""))
    for sentence in (*(one.sentence for one in reading.faults), *(one.sentence for one in reading.warnings)):
        st.markdown(f":orange[:material/warning:] :small[{escape_markdown(sentence)}]")


@if_admitted
def _open_copy(track: Track, row: dict[str, Any], day: date) -> None:
    tracking().asks = ("", "")
    open_like(track, row, day)


def _moved(track: Track, row: dict[str, Any], day: date) -> Draft | None:
    """Return an entry at the same times of another day; None where the clock doesn't show them once."""
    draft = draft_of(row)
    start, end = track.local(draft.start), track.local(draft.end or track.view.now)
    long = end - start >= A_DAY
    typed = Typed(seconds=draft.seconds, start=start.time()) if long else Typed(start=start.time(), end=end.time())
    found = place(typed, day, track.zone.key)
    if not isinstance(found, Span):
        return None
    return Draft(found.start, found.end, draft.project_id, draft.task_id, draft.tag_ids, draft.description, draft.billable)
