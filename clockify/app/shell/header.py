"""The head of a page: title, state of the data, Refresh, and one sentence with what is in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.door import if_admitted
from clockify.app.shell.kept import made
from clockify.app.shell.options import draw_options
from clockify.app.shell.visit import told_later
from clockify.desk.access import Access
from clockify.desk.commands import refresh
from clockify.desk.live import hearing
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.render.difference import difference_words
from clockify.render.formats import HourStyle, format_age, format_count, format_day
from clockify.render.markdown import escape_markdown, one_line

NAMES_SHOWN = 2
LIVE = ":green[●] live"


def draw_title(title: str) -> None:
    """Draw a title alone, for a page without a status line; as high as with one."""
    with st.container(horizontal=True, vertical_alignment="center", key="title"):
        st.title(title, anchor=False, width="content")


def draw_header(title: str, visit: Visit, view: View, *, clicks: bool, billable: bool, searched: bool, shared: bool, own: bool) -> None:
    """Draw title, status line, Refresh, options, and what is in force.

    `clicks`: the page has something to click on; `billable`: its sums are of billable time alone; `searched`: they are
    of what a search leaves, so that the page itself says what rounding does to them; `shared`: somebody from outside may look on,
    so that nobody is named, and rounding is agreed with him; `own`: it is about whoever looks, today, and nothing is chosen that
    holds on it.
    """
    narrow, days = view.look.narrow, format_day(view.today) if own else view.period.label()
    live = hearing(visit).is_live
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", wrap=not narrow):
        st.title(title, anchor=False, width="content")
        # The same places in both layouts: when a window is widened while the page runs, nothing of the other can stay behind.
        key, words = ("title-line", days) if narrow else ("status-line", status_words(view, days, live=live))
        with st.container(
            horizontal=True,
            width="stretch" if narrow else "content",
            wrap=not narrow,
            vertical_alignment="center",
            horizontal_alignment="distribute" if narrow else "left",
            key=key,
        ):
            st.caption(words, width="stretch" if narrow else "content")
            _draw_refresh(visit, view, *([":material/refresh:"] if narrow else ["Refresh", ":material/refresh:"]))
            if not (shared or own):
                draw_options(clicks=clicks, narrow=narrow)
    if narrow:
        with st.container(key="status-line"):
            st.caption(status_words(view, "", live=live))
    if own and not view.is_demo:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if view.is_demo:
            st.badge("Demo workspace", icon=":material/science:", color="orange")
        if not own:
            made_up = "made-up figures · " if view.is_demo else ""
            said = escape_markdown(filter_words(view, billable=billable))
            st.caption(f"{made_up}{said}{_rounding_words(view, billable, searched)}{'' if shared else _running_words(view)}")


def _draw_refresh(visit: Visit, view: View, label: str, icon: str | None = None) -> None:
    """Draw the button; a phone gets its sign alone, beside the title, for more would take a line of its own."""
    st.button(label, icon=icon, key="refresh", help="Check with Clockify now", on_click=_refresh, args=(visit, view))


@if_admitted
def _refresh(visit: Visit, view: View) -> None:
    with told_later():
        refresh(visit, view.opening.wanted)


def status_words(view: View, days: str | None = None, *, live: bool = False) -> str:
    """Return "1–30 Nov 2026 · Europe/Belgrade · ✓ verified 14:02 · 9 of 30 requests", in Markdown; `days`: in place of the period.

    `live`: Clockify tells what changes, and did so lately.
    """
    checking = "checking now …" if view.opening.refreshing else ""
    days = view.period.label() if days is None else days
    parts = [
        days,
        escape_markdown(view.access.zone),
        LIVE if live else "",
        verified_words(view, live=live),
        checking,
        requests_words(view.access),
    ]
    return " · ".join(part for part in parts if part)


def verified_words(view: View, *, live: bool = False) -> str:
    """Say since when the copy is known to agree with Clockify, or that it doesn't; of what was heard since (`live`) nothing more."""
    checked, rows = view.checked_at, view.rows_at
    if checked is None or rows is None:
        return "nothing read yet"
    verdicts = [state.verdict for state in view.shown_states]
    read = f"rows of {moment_words(rows, view.access.zone)}"
    if any(state.unread for state in view.shown_states):
        return f":orange[:material/rule:] partly read · {read}"
    if any(verdict.agrees is False for verdict in verdicts):
        return f":orange[:material/rule:] differs from Clockify · {read}"
    if any(verdict.is_pending for verdict in verdicts):
        return f"last check {moment_words(checked, view.access.zone)}" if live else f"sums not checked yet · {read}"
    if not all(verdict.agrees for verdict in verdicts):
        return f"read {format_age(rows, resources.now())}, not verifiable"
    seen = moment_words(checked, view.access.zone)
    # Sums that agree say nothing of a row's words or times: only who read the rows verified them.
    if moment_words(rows, view.access.zone) == seen:
        return f":green[:material/verified:] verified {seen}"
    return f":material/functions: sums verified {seen} · {read}"


def moment_words(moment: datetime, zone: str) -> str:
    """Return "14:02" for today, else "20 Nov 14:02", in a zone."""
    local, today = moment.astimezone(ZoneInfo(zone)), resources.now().astimezone(ZoneInfo(zone)).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local.day} {local:%b %H:%M}"


def requests_words(access: Access) -> str:
    """Say how much of the hour is used up."""
    limit, used = access.request_limit, access.requests_used()
    return f"{used} of {limit} requests" if limit else f"{format_count(used, 'request')} this hour"


def filter_words(view: View, *, billable: bool = False) -> str:
    """Return "3 people · Acme · all projects · billable only", as plain text; `billable`: the sums are of billable time alone."""
    filters = view.choice.filters
    every = "billable time" if billable else "billable and non-billable"
    time = {None: every, True: every if billable else "billable only", False: "non-billable only"}[filters.billable]
    people = named(view, Kind.USER, filters.people, one_line(view.access.everyone), "people")
    clients = named(view, Kind.CLIENT, filters.clients, "all clients", "clients")
    projects = named(view, Kind.PROJECT, filters.projects, "all projects", "projects")
    return " · ".join((people, clients, projects, time))


def named(view: View, kind: Kind, ids: tuple[str, ...], everything: str, plural: str) -> str:
    """Name what is chosen, as plain text: `everything` of nothing, more than two by their number."""
    if not ids:
        return everything
    if len(ids) > NAMES_SHOWN:
        return f"{len(ids)} {plural}"
    return ", ".join(one_line(view.directory.full_label(kind, identifier)) for identifier in ids)


def _rounding_words(view: View, billable: bool, searched: bool) -> str:
    """Name the rule of rounding, and what it adds or takes away."""
    rounding = view.choice.rounding
    if rounding.is_exact or searched or not view.is_whole:
        return "" if rounding.is_exact else f" · **{rounding.label}**"
    both = [replace(one, seconds=one.billable_seconds) if billable else one for one in (view.totals, view.exact)]
    difference = escape_markdown(difference_words(both[0], both[1], HourStyle(view.look.hours), money=view.sees_amounts))
    return f" · :material/straighten: **{rounding.label}**: {difference} against the exact total"


def _running_words(view: View) -> str:
    """Say how many timers run of what is on screen; their time is in no total."""
    label = partial(view.directory.label, Kind.USER)
    names = made(view, "running", lambda: [*map(label, view.running["user_id"])], view.access.running_read_at)
    if not names:
        return ""
    shown = ", ".join(map(escape_markdown, names)) if len(names) <= NAMES_SHOWN else f"{len(names)} people"
    read_at = view.access.running_read_at
    age = f", as of {format_age(datetime.fromtimestamp(read_at, UTC), resources.now())}" if view.opening.lists_fault and read_at else ""
    return f" · :blue[:material/timer:] running, in no total: {shown}{age}"
