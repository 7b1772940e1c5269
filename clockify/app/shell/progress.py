"""While something is on its way: how far it is, and looking again until it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.door import caller, still_admits
from clockify.app.shell.session import session
from clockify.desk.looking import looked_again
from clockify.desk.rests import LONGEST_REST, rest_after
from clockify.desk.view import Progress, View
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError
from clockify.periods import Month
from clockify.render.formats import format_count

POLL_SECONDS = 0.7
WAIT_SECONDS = 20.0
TICK_SECONDS = 2.0


@st.fragment(run_every=POLL_SECONDS)
def watch(visit: Visit, view: View) -> None:
    """Look again while months are being read or checked; show how far, and redraw the page when there is more to see."""
    _ask_the_door()
    now = _look_again(visit, view)
    if now.opening.reading:
        draw_progress(now.opening.reading)
    totals_came = view.clockify_totals is None and now.clockify_totals is not None
    # Another version stands there, although more is on its way: what a check found is shown before the rows are read again.
    changed = not view.missing and now.opening.versions != view.opening.versions
    if not now.opening.is_busy or (view.missing and not now.missing) or totals_came or changed:
        st.rerun()


@st.fragment(run_every=WAIT_SECONDS)
def await_request(visit: Visit, view: View) -> None:
    """Look again now and then until a request is free, and let the page go on."""
    _ask_the_door()
    if _look_again(visit, view).opening.is_busy:
        st.rerun()


def come_back(faults: Sequence[ClockifyError], zone: str | None) -> bool:
    """Say when what failed is tried again, and let the page run again then, and when it has been; tell if there is such a thing."""
    jobs = resources.desk().jobs
    mendable = tuple(fault for fault in faults if fault.can_retry)
    if mendable:
        # While they are tried again they have no faults, and nothing else on the page may tell how they end.
        session().awaited = jobs.names_of(mendable)
        _await_try(mendable, None if jobs.next_try(mendable) else _moment_of_session(), zone)
        return True
    names = session().awaited
    is_trying = jobs.are_running(names)
    if is_trying:
        _await_end(names)
    return is_trying


@st.fragment(run_every=TICK_SECONDS)
def _await_try(faults: tuple[ClockifyError, ...], moment: datetime | None, zone: str | None) -> None:
    """Wait for a moment, else for what the jobs that failed so say of theirs. A tick asks nobody and opens nothing."""
    _ask_the_door()
    jobs = resources.desk().jobs
    moment = moment or jobs.next_try(faults)
    if moment is None or moment <= resources.now():
        # None: somebody else has begun it again.
        jobs.try_again(faults)
        st.rerun()
    st.caption(f"Trying again {_try_words(moment, zone)}.")


@st.fragment(run_every=TICK_SECONDS)
def _await_end(names: Sequence[str]) -> None:
    """Wait until what is being tried again has ended."""
    if not resources.desk().jobs.are_running(names):
        st.rerun()
    st.caption("Trying again now …")


def _moment_of_session() -> datetime:
    """Return when this session runs the page again, where no job failed but the page itself."""
    now, longest = resources.now(), LONGEST_REST
    known = session().comes_back
    if known and now < known[1] <= now + longest:
        return known[1]
    # What is long past was another fault.
    tries = known[0] + 1 if known and timedelta() <= now - known[1] < longest else 1
    moment = now + rest_after(tries)
    session().comes_back = (tries, moment)
    return moment


def _try_words(moment: datetime, zone: str | None) -> str:
    """Return "at 14:02:31", or "in 10 s" where no zone is known."""
    if zone:
        return f"at {moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"
    seconds = ceil((moment - resources.now()).total_seconds())
    return f"in {seconds} s" if seconds <= LONGEST_REST.total_seconds() else f"in {format_count(ceil(seconds / 60), 'minute')}"


def draw_progress(reading: Mapping[Month, Progress]) -> None:
    """Say in words how far the reading is, over a bar."""
    done = sum(progress.done for progress in reading.values())
    pages = [progress.of for progress in reading.values()]
    known = [of for of in pages if of]
    share = done / sum(known) if known and len(known) == len(pages) else 0.0
    st.progress(min(share, 1.0), text=progress_words(reading))


def progress_words(reading: Mapping[Month, Progress]) -> str:
    """Return "Reading November 2026, 3 of 7 pages", or how many months are on their way."""
    if len(reading) == 1:
        ((month, progress),) = reading.items()
        pages = f", {progress.done} of {format_count(progress.of, 'page')}" if progress.of else " …"
        return f"Reading {month.label()}{pages}"
    months = sorted(reading)
    done = sum(progress.done for progress in reading.values())
    so_far = f": {format_count(done, 'page')} so far" if done else " …"
    return f"Reading {len(months)} months, {months[0].label()} to {months[-1].label()}{so_far}"


def _ask_the_door() -> None:
    """Run the whole script if who looks on is in no longer: a fragment ticks past the door."""
    if not still_admits(caller()):
        st.rerun()


def _look_again(visit: Visit, view: View) -> View:
    """Return the view as it is now; if even that fails, the whole page runs again and says so."""
    try:
        return looked_again(visit, view)
    except ClockifyError:
        st.rerun()
