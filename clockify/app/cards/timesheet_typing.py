"""What is typed into the timesheet of a session, and the week as it stands with that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pandas as pd
import streamlit as st

from clockify.app.cards.timesheet_faces import Face, Shown, shown_of
from clockify.app.cards.track import ONE_WEEK, Track, tracking
from clockify.app.shell.door import if_admitted
from clockify.app.shell.drill import filtered, lead_to, narrowed, on_days
from clockify.app.shell.filling import Filling
from clockify.app.shell.session import session
from clockify.desk.choice import Choice
from clockify.desk.looking import looked_again
from clockify.periods import ONE_DAY, Period
from clockify.reports.grouping import Grouping
from clockify.reports.timesheet import Changes, Key, Sheet, changes, sheet


def filling_of(track: Track) -> Filling:
    """Return what this session has typed into the week that is looked at."""
    place = (track.view.access.workspace.id, track.me, track.view.period.start)
    return session().sheets.setdefault(place, Filling())


def add_row(track: Track, key: Key) -> None:
    """Add a row of a project and a task to the week."""
    filling_of(track).add(key)


def show(track: Track) -> Shown:
    """Return the week with what is typed, and let go of what has become no change since it was typed."""
    filling, view = filling_of(track), track.view
    grid = _sheet(track, filling)
    found = _changes(track, grid, filling)
    meant = {one.place for one in (*found.ready, *found.asks)} | {*found.faults, *found.opens}
    filling.keep_only({*meant, *filling.unknown})
    return shown_of(grid, found, filling, view.directory, track.dot)


def freshly(track: Track) -> Track:
    """Return the page's knowledge as it is by now: what another tab has written is there, too."""
    return replace(track, view=replace(looked_again(track.visit, track.view), now=track.visit.desk.now()))


def _sheet(track: Track, filling: Filling) -> Sheet:
    """Make the grid of the week, with what lies around it: new entries must not overlap with that."""
    period, own = track.view.period, track.own
    around = _between(own, Period(period.start - ONE_DAY, period.end + ONE_DAY))
    return sheet(
        around,
        _between(own, Period(period.start - ONE_WEEK, period.start)),
        period,
        track.view.directory,
        track.view.access.zone,
        running=track.running,
        added=filling.rows,
        locked_before=track.rules.locked_before,
        may_write_locked=track.may_write_locked,
    )


def _changes(track: Track, grid: Sheet, filling: Filling) -> Changes:
    waiting = {place: one for place, one in filling.cells.items() if place not in filling.unknown}
    return changes(
        grid,
        {place: one.text for place, one in waiting.items() if one.text is not None},
        {place: one.note for place, one in waiting.items() if one.note is not None},
        directory=track.view.directory,
        now=track.view.now,
        deletes={place for place, one in waiting.items() if one.deletes},
        rules=track.rules,
    )


def _between(rows: pd.DataFrame, days: Period) -> pd.DataFrame:
    return rows[(rows["day"] >= pd.Timestamp(days.start)) & (rows["day"] < pd.Timestamp(days.end))]


# What fields and buttons do; all of them are callbacks


@if_admitted
def take(track: Track, face: Face, key: str) -> None:
    """Take what was typed into a cell."""
    filling_of(track).type(face.place, str(st.session_state[key] or ""), face.was)


@if_admitted
def take_note(track: Track, face: Face, key: str) -> None:
    """Take what was typed as a cell's note."""
    filling_of(track).note(face.place, str(st.session_state[key] or ""), face.noted)


@if_admitted
def let_go(track: Track, face: Face) -> None:
    """Let the entry of an emptied cell be deleted with the next writing."""
    filling_of(track).delete(face.place)


@if_admitted
def keep(track: Track, face: Face) -> None:
    """Put back what stood in a cell."""
    filling_of(track).put_back(face.place)


@if_admitted
def discard(track: Track) -> None:
    """Let go of all that is typed."""
    filling_of(track).discard()


@if_admitted
def open_entries(track: Track, face: Face) -> None:
    """Show the entries for which a cell stands."""
    (project, task), day = face.place
    choice = on_days(filtered(Choice(), Grouping.PERSON, (track.me,)), Period(day, day + timedelta(days=1)))
    choice = narrowed(choice, Grouping.PROJECT, project)
    # A search among tasks is Detailed's own, so this leads there whatever else clicks do.
    lead_to(narrowed(choice, Grouping.TASK, task))
    tracking().redraw = True
