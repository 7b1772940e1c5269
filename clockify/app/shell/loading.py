"""Opening what a page shows, with a moment's patience."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from clockify.app.shell.look import look
from clockify.desk.caches import Lost
from clockify.desk.choice import Choice
from clockify.desk.commands import wait, wait_for_lists
from clockify.desk.looking import open_view
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.periods import Month, Period


def load(visit: Visit, choice: Choice, *, period: Period | None = None, compares: bool = True, history: Sequence[Month] = ()) -> View:
    """Open the months that a page shows; waits a moment for cold ones, and starts over if one was damaged."""
    opened = partial(open_view, visit, choice, period=period, compares=compares, history=history, look=look())
    try:
        view = opened()
        if view.opening.reading:
            with st.spinner(f"Reading {view.period.label()} …"):
                wait(visit, view.opening)
            view = opened()
    except Lost:
        st.rerun()
    return view


def knows_all(visit: Visit, view: View) -> bool:
    """Is everything there that could name somebody: each month of the period, and the lists?

    If lists are on their way, wait a moment for them, and run again.
    """
    months, opening = view.period.months(), view.opening
    if view.missing or opening.is_busy or opening.lists_fault or any(month in opening.faults for month in months):
        return False
    job = wait_for_lists(visit)
    if job and not job.is_running and not job.fault:
        st.rerun()
    return job is None
