"""How a page with figures begins: its data, its head, and whatever stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from clockify.app.cards.figures import draw_coming
from clockify.app.shell import visit as visits
from clockify.app.shell.following import follow, looked_up
from clockify.app.shell.header import draw_header, draw_title
from clockify.app.shell.kept import made
from clockify.app.shell.loading import knows_all, load
from clockify.app.shell.progress import await_request, come_back, watch
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import KINDS, SEARCHED, leave_out
from clockify.app.shell.states import draw_disconnected, draw_empty, draw_notices
from clockify.desk.choice import Choice, unknown_ids
from clockify.desk.following import Shown
from clockify.desk.trail import ENTRIES_PAGE
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.errors import RateLimited
from clockify.periods import Month, Period

HINT = "Choose an earlier or a wider period in the sidebar."


def open_page(
    title: str,
    *,
    choose: Callable[[Visit, Choice], Choice] | None = None,
    period: Callable[[Visit, Choice], Period] | None = None,
    toolbar: Callable[[View], None] | None = None,
    compares: bool = False,
    history: Callable[[Visit, Period], Sequence[Month]] | None = None,
    clicks: bool = False,
    searches: bool = False,
    billable: bool = False,
    without_time: bool = False,
    shared: bool = False,
    own: bool = False,
) -> View | None:
    """Return the page's data, or draw why there are no figures yet and return None.

    `choose` says what the page shows where nothing is chosen; `period` says which days it shows if not those of the sidebar,
    and `toolbar` draws what they are chosen with; `compares`: it shows the period before in any case; `history`: the months that
    it looks back on, beside those of the period; `clicks`: something on it leads to entries; `searches`: its sums are of what a
    search leaves; `billable`: they are of billable time alone; `without_time`: it has something to show where there is no time at
    all; `shared`: somebody from outside may look on; `own`: it is about whoever looks, and no filter holds on it.
    """
    visit = session().looking = visits.current()
    if visit.fault:
        draw_title(title)
        draw_disconnected(visit)
        return None
    choice = choose(visit, session().choice) if choose else session().choice
    days = period(visit, choice) if period else choice.period(visit.today, visit.week_start)
    past = history(visit, days) if history else ()
    view, shown = looked_up(visit, partial(load, visit, choice, period=days, compares=compares, history=past))
    _catch_up(visit, view)
    searched = searches and not choice.search.is_empty
    draw_header(title, visit, view, clicks=clicks, billable=billable, searched=searched, shared=shared, own=own)
    if toolbar:
        toolbar(view)
    draw_notices(visit, view)
    _look_on(visit, view, shown)
    return view if own or _has_figures(view, "Choose another week above." if toolbar else HINT, without_time) else None


def _catch_up(visit: Visit, view: View) -> None:
    """Run again if more is known by now than the sidebar shows, or without the ids of a link that nothing knows."""
    known, listed = view.access.known(), session().listed
    if known is not listed and any(known.names[kind].keys() != listed.names[kind].keys() for kind in KINDS.values()):
        st.rerun()
    # What is searched for among entries is no other page's concern.
    kinds = KINDS | SEARCHED if session().trail.page == ENTRIES_PAGE else KINDS
    unknown = unknown_ids(view.choice, {name: view.directory.names[kind] for name, kind in kinds.items()})
    if unknown and knows_all(visit, view):
        leave_out(unknown)


def _look_on(visit: Visit, view: View, shown: Shown | None) -> None:
    """Let the page go on by itself when there is more to see, or when what failed may be tried again."""
    follow(shown)
    opening = view.opening
    # Months that ran out of requests are begun when enough are free, which a plan decides and no rest.
    months = [fault for fault in opening.faults.values() if not isinstance(fault, RateLimited)]
    failed = [fault for fault in (*months, opening.lists_fault, view.account_fault) if fault]
    if opening.is_busy:
        watch(visit, view)
    elif not come_back(failed, view.access.zone) and (opening.waiting or any(isinstance(fault, RateLimited) for fault in view.faults)):
        await_request(visit, view)


def _has_figures(view: View, hint: str, without_time: bool) -> bool:
    """Tell whether there are figures to draw; if not, draw what stands in their place, or leave it to the notices."""
    if any(month in view.opening.reading for month in view.missing):
        draw_coming(view)
        return False
    if view.missing and not view.shown_states:
        return False
    if not without_time and made(view, "is empty", lambda: view.is_empty):
        draw_empty(view, hint)
        return False
    return True
