"""The card of weeks that were looked through: which are, marking them, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from clockify.app.cards.team import team_of
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.kept import made
from clockify.app.shell.session import session
from clockify.app.shell.visit import looking, take_noting_fault, told_in_its_card
from clockify.desk.view import View
from clockify.desk.weeks import ONE_WEEK, Looked, looked_through, mark_weeks, open_weeks, weeks_in
from clockify.directory import Kind
from clockify.errors import StoreError
from clockify.money import SECONDS_PER_HOUR
from clockify.periods import Period
from clockify.render.formats import HourStyle, format_count, format_day, format_money, format_tracked
from clockify.render.markdown import escape_markdown, one_line
from clockify.reports.capacity import capacity_days
from clockify.reports.filters import Filters
from clockify.reports.missing import by_week, missing_days
from clockify.reports.reviewed import ChangeOfEntry, Noted

CHANGES_SHOWN = 200
DONE, CHANGED, COMPLETE, OPEN = "looked through", "changed since", "nothing missing", "open"


@dataclass(frozen=True)
class Weeks:
    """The weeks of the period with their people: as they stand, and the sentence about those that are open."""

    first_days: tuple[date, ...]
    looked: tuple[Looked, ...]
    words: str


def weeks_of(view: View) -> Weeks:
    """Return how the weeks of the period stand; as if there were none while marks can't be read, which the page says anyway."""
    try:
        return made(view, "weeks", partial(make_weeks, view))
    except StoreError:
        return Weeks((), (), "")


def make_weeks(view: View) -> Weeks:
    """Hold each person's weeks against their marks."""
    people = tuple(one for one in team_of(view).rows["user_id"] if one)
    weeks = weeks_in(view)
    looked = tuple(looked_through(view, people, weeks))
    left = sum(one.mark is None for one in looked)
    words = f"{left:,} of {len(looked):,} weeks not looked through" if left else "every week looked through"
    return Weeks(tuple(weeks), looked, words)


def _missing_in(view: View, people: Sequence[str], weeks: Sequence[date]) -> dict[tuple[str, date], int]:
    """Return what whole weeks lack on days that have ended, by person and first day: also outside of the period, where it cuts a week."""
    if not weeks:
        return {}
    access, days = view.access, Period(min(weeks), max(weeks) + ONE_WEEK)
    capacity = capacity_days(people, days, access.notes, access.workspace.working_days)
    found = by_week(missing_days(view.back(days, Filters(people=tuple(people))), capacity, view.today), view.week_start)
    figures = zip(found["user_id"].astype("str").tolist(), found["day"].tolist(), found["missing_seconds"].tolist(), strict=True)
    return {(one, day.date()): seconds for one, day, seconds in figures}


def draw_weeks(view: View) -> None:
    """Draw one week's people to be marked, and below what has changed in marked ones."""
    weeks = weeks_of(view)
    with st.container(border=True, gap="xsmall", key="week-done"):
        said = f" :gray[:small[· {weeks.words}, a week being one person's]]" if weeks.looked else ""
        st.markdown(f"**Weeks looked through**{said}")
        if not weeks.first_days:
            st.caption("The rows of these weeks aren't all here yet.")
            return
        ended = [one for one in weeks.first_days if one + ONE_WEEK <= view.today]
        place = weeks.first_days.index(ended[0]) if ended else 0
        first = st.selectbox("Week", weeks.first_days, place, format_func=week_words, key="done-week", width=260)
        _draw_people(view, weeks, first)
        _draw_outcome()
        _draw_changes(view, weeks)


def weeks_words(view: View) -> str:
    """Say how many weeks of the period nobody has looked through, once anybody has looked at one; "" before that, or when all are."""
    weeks = weeks_of(view)
    if not any(one.mark for one in weeks.looked) or all(one.mark for one in weeks.looked):
        return ""
    return f"{weeks.words[0].upper()}{weeks.words[1:]}."


def weeks_by_person(view: View) -> dict[str, str]:
    """Say of each person how many weeks of the period are looked through, in plain text; nothing while none of anybody's is."""
    weeks = weeks_of(view)
    if not any(one.mark for one in weeks.looked):
        return {}
    found = {}
    for person in dict.fromkeys(one.user_id for one in weeks.looked):
        own = [one for one in weeks.looked if one.user_id == person]
        done, changed = sum(one.mark is not None for one in own), any(one.changes for one in own)
        found[person] = f"{done} of {len(own)} weeks looked through" + (", changed since" if changed else "")
    return found


def week_words(first: date) -> str:
    """Name a week: "Week 47 · 16–22 Nov 2026"."""
    return f"Week {first.isocalendar().week} · {Period(first, first + ONE_WEEK).label()}"


def _draw_people(view: View, weeks: Weeks, first: date) -> None:
    """Draw a week's people with how theirs stands, and the buttons for those who are chosen."""
    looked = [one for one in weeks.looked if one.first == first]
    rows = made(view, "week of people", partial(_week_rows, view, looked, first), first)
    states = rows["State"].tolist()
    hours = st.column_config.NumberColumn("Missing", format="%.2f")
    key = f"done-people-{first}-{session().picks}"
    event: Any = st.dataframe(
        rows, hide_index=True, width="stretch", column_config={"Missing": hours}, on_select="rerun", selection_mode="multi-row", key=key
    )
    if not view.access.may_note:
        st.caption("Admins can mark them.")
        return
    chosen = [looked[place] for place in event.selection.rows if place < len(looked)]
    has_ended = first + ONE_WEEK <= view.today
    proposed = [one for one, state in zip(looked, states, strict=True) if state == COMPLETE and has_ended]
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        _mark_button(view, first, "Looked through", "done-mark", [one.user_id for one in chosen], primary=True)
        marked = [one.user_id for one in chosen if one.mark]
        st.button("Open again", key="done-open", disabled=not marked, on_click=_open, args=(marked, first))
        if proposed:
            _mark_button(view, first, f"The {len(proposed)} with nothing missing", "done-proposed", [one.user_id for one in proposed])
        st.caption("Choose people by the boxes at the left.")


def _week_rows(view: View, looked: Sequence[Looked], first: date) -> pd.DataFrame:
    """Return a week's people as they are listed."""
    missing = _missing_in(view, [one.user_id for one in looked], [first])
    columns = {
        "Person": [one_line(view.directory.label(Kind.USER, one.user_id)) for one in looked],
        "State": [_state(one, missing) for one in looked],
        "Missing": [missing.get((one.user_id, first), 0) / SECONDS_PER_HOUR for one in looked],
        "By": [_by_words(one, view) for one in looked],
    }
    return pd.DataFrame(columns)


def _mark_button(view: View, first: date, label: str, key: str, people: list[str], *, primary: bool = False) -> None:
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    st.button(label, type=kind, icon=":material/check:", key=key, disabled=not people, on_click=_mark, args=(view, people, first))


def _draw_changes(view: View, weeks: Weeks) -> None:
    """List what was added, changed or deleted in a week after it was looked through."""
    found = [(one, change) for one in weeks.looked for change in one.changes]
    if not found:
        return
    title = f"{format_count(len(found), 'entry', 'entries')} changed since"
    with st.expander(title, icon=":material/history:", key="changed-since"):
        rows = [_change_row(view, one, change) for one, change in found[:CHANGES_SHOWN]]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", alt=f"{title} their week was looked through")
        if len(found) > CHANGES_SHOWN:
            st.caption(f"The first {CHANGES_SHOWN} are shown.")


def _change_row(view: View, one: Looked, change: ChangeOfEntry) -> dict[str, str]:
    style = HourStyle(view.look.hours)
    names = {"amount_ticks": "amount", "project_id": "project", "task_id": "task", "tag_ids": "tags"}
    return {
        "Person": one_line(view.directory.label(Kind.USER, one.user_id)),
        "Day": format_day(change.entry.start.astimezone(view.now.tzinfo).date()),
        "What": change.what.value,
        "Entry": _entry_words(view, change.entry),
        "Before": _figures(change.before, style, money=view.sees_amounts),
        "After": _figures(change.after, style, money=view.sees_amounts),
        "Changed": ", ".join(names.get(one, one) for one in change.changed),
    }


def _entry_words(view: View, entry: Noted) -> str:
    return one_line(" · ".join(part for part in (view.directory.full_label(Kind.PROJECT, entry.project_id), entry.description) if part))


def _figures(entry: Noted | None, style: HourStyle, *, money: bool) -> str:
    if entry is None:
        return "–"
    hours = f"{format_tracked(entry.seconds, style)} h"
    return f"{hours} · {format_money(entry.amount_ticks, entry.currency or '')}" if money and entry.amount_ticks else hours


def _state(one: Looked, missing: Mapping[tuple[str, date], int]) -> str:
    if one.mark:
        return f"{CHANGED} ({len(one.changes)})" if one.changes else DONE
    return OPEN if missing.get((one.user_id, one.first)) else COMPLETE


def _by_words(one: Looked, view: View) -> str:
    if one.mark is None:
        return ""
    return ", ".join(part for part in (one_line(one.mark.by), moment_words(one.mark.at, view.access.zone)) if part)


def _draw_outcome() -> None:
    fault = take_noting_fault()
    if fault:
        st.error(escape_markdown(f"{fault} {fault.advice}"), icon=":material/error:")


@if_admitted
def _mark(view: View, people: Sequence[str], first: date) -> None:
    with told_in_its_card():
        mark_weeks(looking(), view, people, first)
        session().picks += 1


@if_admitted
def _open(people: Sequence[str], first: date) -> None:
    with told_in_its_card():
        open_weeks(looking(), people, first)
        session().picks += 1
