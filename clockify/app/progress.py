"""While something is on its way: how far it is, and looking again until it is there."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from clockify.app.loaders import View
from clockify.errors import ClockifyError
from clockify.mirror.jobs import Progress
from clockify.periods import Month
from clockify.render.formats import format_count

POLL_SECONDS = 0.7
WAIT_SECONDS = 20.0


@st.fragment(run_every=POLL_SECONDS)
def watch(view: View) -> None:
    """Look again while months are being read or checked; show how far, and redraw the page when there is more to see."""
    now = _look_again(view)
    if now.opening.reading:
        draw_progress(now.opening.reading)
    totals_came = view.clockify_totals is None and now.clockify_totals is not None
    if not now.opening.is_busy or (view.missing and not now.missing) or totals_came:
        st.rerun()


@st.fragment(run_every=WAIT_SECONDS)
def await_request(view: View) -> None:
    """Look again now and then until a request is free, and let the page go on."""
    if _look_again(view).opening.is_busy:
        st.rerun()


def draw_progress(reading: dict[Month, Progress]) -> None:
    """Say in words how far the reading is, over a bar."""
    done = sum(progress.done for progress in reading.values())
    pages = [progress.of for progress in reading.values()]
    known = [of for of in pages if of]
    share = done / sum(known) if known and len(known) == len(pages) else 0.0
    st.progress(min(share, 1.0), text=progress_words(reading))


def progress_words(reading: dict[Month, Progress]) -> str:
    """Return "Reading November 2026, 3 of 7 pages", or how many months are on their way."""
    if len(reading) == 1:
        ((month, progress),) = reading.items()
        pages = f", {progress.done} of {format_count(progress.of, 'page')}" if progress.of else " …"
        return f"Reading {month.label()}{pages}"
    months = sorted(reading)
    done = sum(progress.done for progress in reading.values())
    return f"Reading {len(months)} months, {months[0].label()} to {months[-1].label()}: {format_count(done, 'page')} so far"


def _look_again(view: View) -> View:
    """Return the view as it is now; if even that fails, the whole page runs again and says so."""
    try:
        return replace(view, opening=view.mirror.open_months(view.opening.wanted))
    except ClockifyError:
        st.rerun()
