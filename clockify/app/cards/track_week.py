"""My week on Track: seven days, and the entries of the one that is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from clockify.app.cards.track import ONE_WEEK, Track, length, on_day, records, tracking
from clockify.app.cards.track_entry import draw_entry
from clockify.app.cards.track_filling import is_blank, put
from clockify.app.cards.track_form import ICONS, draw_said
from clockify.app.cards.track_writing import id_of, result_words, take_back
from clockify.app.shell.door import if_admitted
from clockify.app.shell.kept import made
from clockify.app.shell.tracking import Tone
from clockify.periods import week_of
from clockify.render.charts.own_week import own_week_alt, own_week_chart
from clockify.render.charts.spec import spec_of
from clockify.render.formats import format_count, format_day
from clockify.render.palette import palette
from clockify.reports.capacity import capacity_days

DAY, ENTRIES_SHOWN = "week-day", 40
A_MINUTE = 60
NOBODYS = "Nobody's week can be shown here: this key's user logs no time that you may see."
UNSEEN = "Your own week can't be shown here: the key that shows this page doesn't see your time. Look at it in Clockify."


@dataclass(frozen=True)
class OwnWeek:
    """A person's week: a row for each day (`day`, `seconds`, `billable_seconds`, `running_seconds`, `capacity_seconds`, `locked`)."""

    days: pd.DataFrame
    spec: dict[str, Any]
    alt: str

    def total(self, name: str) -> int:
        """Return the week's sum of a column."""
        return int(self.days[name].sum())


def draw_week(track: Track) -> None:
    """Draw the week, the day that is chosen with its entries, and what was done last."""
    view = track.view
    with st.container(border=True, gap="xsmall", key="my-week", height="stretch"):
        if not track.is_seen:
            st.markdown("**My week**")
            st.caption(UNSEEN if track.me else NOBODYS)
            _draw_last(track)
            return
        found = _made_own_week(track)
        _draw_head(track, found)
        if view.missing:
            st.caption(f"Not read yet, so not all of it shows: {', '.join(month.label() for month in view.missing)}.")
        st.vega_lite_chart(found.spec, width="stretch", alt=found.alt, key="my-week-chart")
        day = _draw_days(track, found)
        _draw_notes(found)
        _draw_day(track, day)
        _draw_last(track)


def _made_own_week(track: Track) -> OwnWeek:
    """Make the week once for as long as nothing in it is another; of what runs the minutes count that are shown."""
    exact = track.running["seconds"]
    running = track.running.assign(seconds=exact.where(exact < A_MINUTE, (exact + A_MINUTE // 2) // A_MINUTE * A_MINUTE))
    runs = tuple(zip(running["day"], running["seconds"], strict=True))
    ask = (track.me, runs, track.rules.locked_before)
    return made(track.view, "own week", partial(make_own_week, track, running), *ask)


def make_own_week(track: Track, running: pd.DataFrame) -> OwnWeek:
    """Add a person's week up, day by day, beside his capacity."""
    period, view = track.view.period, track.view
    days = pd.DataFrame({"day": pd.date_range(period.start, period.last_day, unit="us")})
    rows = track.own[(track.own["day"] >= pd.Timestamp(period.start)) & (track.own["day"] < pd.Timestamp(period.end))]
    capacity = capacity_days([track.me], period, view.access.notes, view.access.workspace.working_days)
    days["seconds"] = _sums(rows, days)
    days["billable_seconds"] = _sums(rows[rows["billable"]], days)
    days["running_seconds"] = _sums(running, days)
    days["capacity_seconds"] = capacity["seconds"].to_numpy()
    locked_before = track.rules.locked_before
    days["locked"] = [locked_before is not None and track.local(locked_before).date() > day.date() for day in days["day"]]
    return OwnWeek(days, spec_of(own_week_chart(days, palette(view.look.theme))), own_week_alt(days))


def _sums(rows: pd.DataFrame, days: pd.DataFrame) -> list[int]:
    sums = rows.groupby("day")["seconds"].sum()
    return [int(sums.get(day, 0)) for day in days["day"]]


def _draw_head(track: Track, found: OwnWeek) -> None:
    period, this = track.view.period, week_of(track.view.today, track.view.week_start)
    runs = found.total("running_seconds") if found.total("running_seconds") >= A_MINUTE else 0
    when = "" if period == this else f"{period.label()} · "
    capacity = found.total("capacity_seconds")
    of = f" of {length(capacity)}" if capacity else ""
    words = f"{when}{length(found.total('seconds'))}{of}" + (f" + {length(runs)} running" if runs else "")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.markdown(f"**My week** :gray[:small[· {words}]]", width="stretch")
        for label, steps, name in (("‹", -1, "Earlier week"), ("›", 1, "Later week")):
            off = steps > 0 and period.start >= this.start
            first = period.start + steps * ONE_WEEK
            st.button(label, key=f"my-week-{name.split()[0].lower()}", help=name, disabled=off, on_click=_go_to, args=(first, this.start))


@if_admitted
def _go_to(first: date, this: date) -> None:
    tracking().week = None if first == this else first
    tracking().day = None


def _draw_days(track: Track, found: OwnWeek) -> date:
    """Draw the seven days, and return the chosen one: today, or the week's first."""
    view, options = track.view, [day.date() for day in found.days["day"]]
    usual = view.today if view.today in options else options[0]
    wanted = tracking().day
    chosen = wanted if wanted and wanted in options else usual
    st.session_state[DAY] = chosen
    locked = {day.date() for day in found.days["day"][found.days["locked"]]}
    narrow = view.look.narrow
    st.segmented_control(
        "Day of the week",
        options,
        default=chosen,
        required=True,
        format_func=lambda day: _day_label(day, narrow=narrow, locked=day in locked),
        key=DAY,
        width="stretch",
        wrap=False,
        label_visibility="collapsed",
        on_change=_take_day,
        args=(track,),
    )
    return chosen


def _day_label(day: date, *, narrow: bool, locked: bool) -> str:
    name = f"{day:%a}"[:2] if narrow else f"{day:%a}" if locked else f"{day:%a} {day.day}"
    return f":material/lock: {name}" if locked and not narrow else name


@if_admitted
def _take_day(track: Track) -> None:
    """Show another day, and let a form that nobody has touched be of it."""
    blank = is_blank(track)
    tracking().day = st.session_state[DAY]
    if blank and tracking().editing is None and tracking().day:
        put({"day": tracking().day})


def _draw_notes(found: OwnWeek) -> None:
    sizes = {int(one) for one in found.days["capacity_seconds"] if one}
    parts = [f"line = capacity {length(sizes.pop())}" if len(sizes) == 1 else "line = capacity" if sizes else ""]
    parts.append("dashed = timer still running" if found.total("running_seconds") >= A_MINUTE else "")
    locked = [day.date() for day in found.days["day"][found.days["locked"]]]
    if len(locked) == 7:
        parts.append(":material/lock: this week is locked")
    elif locked:
        parts.append(f":material/lock: up to {format_day(locked[-1])} locked")
    words = " · ".join(part for part in parts if part)
    if words:
        st.caption(words[0].upper() + words[1:])


def _draw_day(track: Track, day: date) -> None:
    rows = on_day(track.own, day)
    running = on_day(track.running, day)
    today = ", today" if day == track.view.today else ""
    billable = int(rows["seconds"][rows["billable"]].sum())
    sums = f" :gray[:small[· {length(int(rows['seconds'].sum()))} · {length(billable)} billable]]" if len(rows) else ""
    st.markdown(f"**{day:%A} {day.day} {day:%b}{today}**{sums}")
    if rows.empty and running.empty:
        st.caption("Nothing is logged on this day.")
    newest = records(rows.iloc[::-1].head(ENTRIES_SHOWN))
    for row in records(running):
        draw_entry(track, row, running=True)
    for place, row in enumerate(newest):
        draw_entry(track, row, first=place == 0)
    if len(rows) > ENTRIES_SHOWN:
        st.caption(f"{format_count(len(rows) - ENTRIES_SHOWN, 'entry', 'entries')} more under Detailed.")


def _draw_last(track: Track) -> None:
    """Say what was done last, with the way back."""
    mine = tracking()
    if mine.said and mine.said.tone is not Tone.DONE:
        draw_said("week", "week-message")
    if mine.last and track.pen:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="track-last"):
            st.markdown(f"{ICONS[Tone.DONE]} :small[{result_words(track, mine.last)[1]}]", width="content")
            st.button("Undo", icon=":material/undo:", type="tertiary", key="track-undo", on_click=take_back, args=(track, id_of("undo")))
