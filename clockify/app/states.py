"""The states that a page can be in beside the good one: each says what is, and what to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

import streamlit as st

from clockify.app import resources
from clockify.app.choice import Choice
from clockify.app.filters import clear_filters, dropped_from_url
from clockify.app.loaders import View
from clockify.app.visit import Visit, forget_key
from clockify.directory import Kind
from clockify.errors import AuthenticationError, ClockifyError, ConfigurationError, RateLimited
from clockify.mirror.jobs import Progress
from clockify.periods import Month
from clockify.render.formats import format_age, format_count, format_duration
from clockify.render.markdown import escape_markdown

POLL_SECONDS = 0.7
SETTINGS_PAGE = "pages/settings.py"


def draw_disconnected(visit: Visit) -> None:
    """Say why there is nothing to show at all, and what helps."""
    fault = visit.fault or ClockifyError("Nothing could be read.")
    _draw_fault(fault, "Clockify can't be read", now=resources.now())
    with st.container(horizontal=True):
        if fault.can_retry:
            st.button("Retry", icon=":material/refresh:", key="retry", on_click=visit.retry)
        if st.session_state.get("_pasted_key"):
            st.button("Forget the pasted key", icon=":material/key_off:", key="forget-key-here", on_click=forget_key)
        if isinstance(fault, AuthenticationError | ConfigurationError):
            st.page_link(SETTINGS_PAGE, label="Open Settings", icon=":material/settings:")


def draw_notices(view: View) -> None:
    """Say what stands between the figures and the whole truth: faults, gaps, rights."""
    dropped = dropped_from_url()
    if dropped:
        st.warning(f"Not in this workspace, so left out of the link: {escape_markdown(', '.join(dropped))}.", icon=":material/link_off:")
    for fault in view.faults:
        _draw_old_data(view, fault)
    _draw_gap(view)
    _draw_rights(view)
    _draw_differences(view)


def draw_empty(choice: Choice, label: str) -> None:
    """Say that there is no time in the period, and how to see some."""
    with st.container(border=True, key="empty"):
        st.markdown(f":material/event_busy: **No time entries in {label}.**")
        if choice.filters.is_empty:
            st.caption("Choose an earlier or a wider period in the sidebar.")
        else:
            st.caption("Widen the period, or clear the filters.")
            st.button("Clear filters", key="clear-filters-here", icon=":material/filter_alt_off:", on_click=clear_filters)


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


@st.fragment(run_every=POLL_SECONDS)
def watch(view: View) -> None:
    """Look again while months are being read or checked; show how far, and redraw the page when there is more to see."""
    opening = view.mirror.open_months(view.opening.wanted)
    now = replace(view, opening=opening)
    if opening.reading:
        draw_progress(opening.reading)
    totals_came = view.clockify_totals is None and now.clockify_totals is not None
    if not opening.is_busy or (view.missing and not now.missing) or totals_came:
        st.rerun()


def _draw_old_data(view: View, fault: ClockifyError) -> None:
    title = "Showing what was read before" if view.shown_states else "These months can't be read"
    _draw_fault(fault, title, now=resources.now(), read_at=_oldest_read(view))
    if fault.can_retry:
        st.button("Retry", icon=":material/refresh:", key=f"retry-{type(fault).__name__}", on_click=view.visit.retry)


def _draw_fault(fault: ClockifyError, title: str, *, now: datetime, read_at: datetime | None = None) -> None:
    age = f" (read {format_age(read_at, now)})" if read_at else ""
    wait = ""
    if isinstance(fault, RateLimited) and fault.retry_at:
        minutes = max(ceil((fault.retry_at - now).total_seconds() / 60), 1)
        wait = f" The next request is free in {format_count(minutes, 'minute')}."
    draw = st.warning if read_at or isinstance(fault, RateLimited) else st.error
    icon = ":material/hourglass_top:" if isinstance(fault, RateLimited) else ":material/cloud_off:"
    draw(f"**{title}{age}.** {escape_markdown(str(fault))}{wait} {escape_markdown(fault.advice)}", icon=icon)


def _draw_gap(view: View) -> None:
    """Name the months that are not in the sums."""
    gone = [month for month in view.missing if month not in view.opening.reading]
    if not gone or not view.shown_states:
        return
    names = ", ".join(month.label() for month in gone)
    when = _free_words(view)
    st.warning(f"**Not a total:** the figures below are without {names}.{when}", icon=":material/incomplete_circle:")


def _free_words(view: View) -> str:
    if view.opening.waiting and view.opening.free_at:
        moment = view.opening.free_at.astimezone(ZoneInfo(view.mirror.zone))
        return f" Clockify allows the next request at {moment:%H:%M}; the page goes on then."
    return ""


def _draw_rights(view: View) -> None:
    sources = {state.source for state in view.shown_states}
    if "own" in sources:
        st.info("This key may see only its own user's time, so that is what you see.", icon=":material/person:")
    elif "lists" in sources:
        st.info(
            "Clockify refuses reports to this key, so entries were read person by person. "
            "Time of people who have left is not in them, and nothing independent verifies the sums.",
            icon=":material/group:",
        )
    if view.shown_states and not view.sees_amounts:
        st.info(
            "Clockify hides amounts from this key. An admin's key, or the right to see billable rates, shows them.",
            icon=":material/visibility_off:",
        )


def _draw_differences(view: View) -> None:
    """Name where the copy and Clockify part."""
    lines = []
    for state in view.shown_states:
        for one in state.verdict.differences[:5]:
            lines.append(_difference_words(view, state.month, one.user_id, one.project_id, one.seconds, one.cents))
        if state.verdict.agrees is False and not state.verdict.differences:
            lines.append(f"{state.month.label()}: the sums of the rows and Clockify's own totals differ.")
    if lines:
        st.warning("**Clockify's own sums differ from these.**  \n" + "  \n".join(lines), icon=":material/rule:")


def _difference_words(view: View, month: Month, user_id: str, project_id: str, seconds: int, cents: dict[str, int]) -> str:
    if not user_id and not project_id and not seconds:
        return f"{month.label()}: the number of entries or the billable share differs."
    who = escape_markdown(view.directory.label(Kind.USER, user_id))
    what = escape_markdown(view.directory.label(Kind.PROJECT, project_id))
    side = "more" if seconds > 0 else "less"
    money = ", ".join(f"{escape_markdown(code)} {amount / 100:+.2f}" for code, amount in cents.items())
    time = f"{format_duration(abs(seconds), with_seconds=True)} h {side} here" if seconds else "the same time"
    return f"{month.label()}, {what}, {who}: {time}{f', amount {money}' if money else ''}."


def _oldest_read(view: View) -> datetime | None:
    times = [state.read_at for state in view.shown_states]
    return datetime.fromtimestamp(min(times), resources.now().tzinfo) if times else None
