"""The states that a page can be in beside the good one: each says what is, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil

import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.address import dropped_from_link
from clockify.app.shell.door import if_admitted
from clockify.app.shell.doubts import draw_doubts
from clockify.app.shell.header import moment_words
from clockify.app.shell.progress import come_back
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import clear_filters
from clockify.app.shell.visit import forget_key, has_pasted_key, take_fault, told_later
from clockify.desk.caches import Lost
from clockify.desk.choice import dropped_words
from clockify.desk.commands import forgive
from clockify.desk.commands import retry as retry_failed
from clockify.desk.roles import NotAPerson
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.errors import (
    AuthenticationError,
    ClockifyError,
    ConfigurationError,
    Conflict,
    NotAccepted,
    NotesDamaged,
    NotesTooNew,
    NotFound,
    RateLimited,
    StoreError,
)
from clockify.periods import Month
from clockify.render.formats import HourStyle, format_age, format_count, format_tracked
from clockify.render.markdown import escape_markdown

SETTINGS_PAGE = "pages/settings.py"
TITLES = {
    ConfigurationError: "A setting can't be used",
    RateLimited: "No request is free now",
    NotesDamaged: "What is written down here is damaged",
    NotesTooNew: "What is written down here is of a newer version",
    Conflict: "It isn't as it was any more",
    NotAccepted: "That can't be written down",
    StoreError: "The local copy can't be used",
    NotAPerson: "There is nothing here for you yet",
}
ACCOUNT, LISTS = "Profile and workspaces", "Names and timers"
TIMERS_SHOWN = 20
PARTS = {"account": ACCOUNT, "lists": LISTS}


@contextmanager
def caught() -> Iterator[None]:
    """Run sidebar and page; what fails on the way is said where it happened, and no traceback is drawn."""
    try:
        yield
    except Lost:
        # A stored month was damaged, and forgotten: it is read again.
        st.rerun()
    except ClockifyError as fault:
        _say(fault, _title_of(fault))
        # The page may have drawn its own before it met this.
        _draw_retry([fault], key="retry-page")
        come_back([fault], None)


def draw_disconnected(visit: Visit, *, here: bool = False) -> None:
    """Say why there is nothing to show at all, and what helps; `here`: this is Settings, where the remedies are."""
    fault = visit.fault or ClockifyError("Nothing could be read.")
    _say(fault, _title_of(fault), zone=visit.zone)
    with st.container(horizontal=True):
        _draw_retry([fault], forgive, visit)
        if has_pasted_key() and not here:
            st.button("Forget the pasted key", icon=":material/key_off:", key="forget-key-here", on_click=if_admitted(forget_key))
    if not here:
        _draw_way_to_settings([fault])
    come_back([fault], visit.zone)


def _draw_retry(faults: Iterable[ClockifyError], on_click: Callable[..., None] | None = None, *args: object, key: str = "retry") -> None:
    """Offer to try again at once: what is tried by itself anyway, and what somebody may have put right meanwhile."""
    found = [fault for fault in faults if not isinstance(fault, ConfigurationError)]
    if found:
        label = "Retry" if any(fault.can_retry for fault in found) else "Check again"
        st.button(label, icon=":material/refresh:", key=key, on_click=on_click and if_admitted(on_click), args=args)


def _draw_way_to_settings(faults: Sequence[ClockifyError]) -> None:
    """Lead to Settings where it has the remedy."""
    if any(isinstance(fault, AuthenticationError | ConfigurationError | NotFound | NotAPerson) for fault in faults):
        st.page_link(SETTINGS_PAGE, label="Open Settings", icon=":material/settings:")


def draw_outdated(visit: Visit) -> None:
    """Say, where there are no figures, that the account or the lists could not be read again."""
    faults = {PARTS[part]: fault for part, fault in visit.outdated.items() if fault}
    for part, fault in faults.items():
        _say(fault, f"{part} can't be read again, and may be out of date", zone=visit.zone, mild=True)
    _draw_retry(faults.values(), forgive, visit)
    come_back(list(faults.values()), visit.zone)


def draw_notices(visit: Visit, view: View) -> None:
    """Say what stands between the figures and the whole truth: faults, gaps, rights."""
    dropped = dropped_from_link()
    if dropped:
        words = dropped_words(dropped, own=bool(view.choice.filters.people))
        st.warning(f"Not known here, so left out of the link: {escape_markdown(words)}", icon=":material/link_off:")
    _draw_faults(visit, view)
    _draw_gap(view)
    draw_doubts(view)


def draw_empty(view: View, hint: str) -> None:
    """Say that there is no time in the period, and how to see some: `hint` says where days are chosen. Timers that run are shown."""
    label = view.period.label() if view.is_whole else f"what could be read of {view.period.label()}"
    with st.container(border=True, key="empty"):
        word = "on" if view.is_whole and view.period.days == 1 else "in"
        if len(view.running):
            st.markdown(f":blue[:material/timer:] **Nothing finished {word} {label}, but {_timers(view)}")
            return
        st.markdown(f":material/event_busy: **No time entries {word} {label}.**")
        # Of what somebody chose: a week of his own is filtered by him alone, which there is nothing to clear of.
        if session().choice.filters.is_empty:
            st.caption(hint)
        else:
            st.caption(f"{hint.removesuffix('.')}, or clear the filters.")
            st.button("Clear filters", key="clear-filters-here", icon=":material/filter_alt_off:", on_click=clear_filters)


def _timers(view: View) -> str:
    """Return how many timers run, and below that whose, on what and since when, in Markdown."""
    rows, style, names = view.running.iloc[::-1], HourStyle(view.look.hours), view.directory
    lines = [
        " · ".join(
            part
            for part in (
                f"**{escape_markdown(names.label(Kind.USER, row['user_id']))}**",
                escape_markdown(names.full_label(Kind.PROJECT, row["project_id"])),
                escape_markdown(row["description"]),
                f"since {moment_words(row['start'], view.access.zone)}, {format_tracked(int(row['seconds']), style)} h so far",
            )
            if part
        )
        for row in rows.head(TIMERS_SHOWN).to_dict("records")
    ]
    more = [f"and {len(rows) - TIMERS_SHOWN} more"] if len(rows) > TIMERS_SHOWN else []
    return f"{format_count(len(rows), 'timer')} {'runs' if len(rows) == 1 else 'run'}:**  \n" + "  \n".join([*lines, *more])


def month_words(months: Iterable[Month]) -> str:
    """Name every month, what follows on another together: "November 2025 – June 2026 and December 2026"."""
    runs: list[list[Month]] = []
    for month in sorted(months):
        if runs and runs[-1][-1].after(1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    words = [_run_words(run[0], run[-1]) for run in runs]
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _run_words(first: Month, last: Month) -> str:
    if first == last:
        return first.label()
    if first.year != last.year:
        return f"{first.label()} – {last.label()}"
    return f"{first.label().split()[0]}–{last.label()}"


def _draw_faults(visit: Visit, view: View) -> None:
    """Say each kind of fault once, and offer to try again."""
    told_late = take_fault()
    faults = [*([told_late] if told_late else []), *view.faults]
    for fault in faults:
        title = _title_of(fault) if fault is told_late else _title_among(view, fault)
        _say(fault, title, zone=view.access.zone, mild=bool(view.shown_states))
    _draw_retry(view.faults, _retry, visit, view)
    _draw_way_to_settings(faults)


def _retry(visit: Visit, view: View) -> None:
    with told_later():
        retry_failed(visit, view.opening)


def _title_among(view: View, fault: ClockifyError) -> str:
    """Say which part of the page a fault concerns, and how old that is."""
    if fault is view.access.notes_fault:
        return notes_title(fault)
    states = view.opening.states
    months = [month for month, one in view.opening.faults.items() if str(one) == str(fault)]
    missing = [month for month in months if month not in states]
    if missing:
        return f"{month_words(missing)} can't be read"
    if months:
        checked = datetime.fromtimestamp(min(states[month].checked_at for month in months), UTC)
        return f"Showing what was read before: {month_words(months)}, last checked {format_age(checked, resources.now())}"
    part = LISTS if fault is view.opening.lists_fault else ACCOUNT
    return f"{part} can't be read again, and may be out of date"


def notes_title(fault: ClockifyError) -> str:
    """Say what is the matter with what is written down here."""
    return _title_of(fault) if isinstance(fault, NotesDamaged | NotesTooNew) else "What is written down here can't be read"


def _title_of(fault: ClockifyError) -> str:
    return next((title for kind, title in TITLES.items() if isinstance(fault, kind)), "Clockify can't be read")


def _say(fault: ClockifyError, title: str, *, zone: str | None = None, mild: bool = False) -> None:
    """Draw what happened and what to do next; mildly where there are figures all the same."""
    wait = f" The next request is free {_when(fault.retry_at, zone)}." if isinstance(fault, RateLimited) and fault.retry_at else ""
    draw = st.warning if mild or isinstance(fault, RateLimited) else st.error
    icons = {RateLimited: ":material/hourglass_top:", NotAPerson: ":material/person_off:"}
    icon = next((icon for kind, icon in icons.items() if isinstance(fault, kind)), ":material/cloud_off:")
    draw(f"**{title}.** {escape_markdown(str(fault))}{wait} {escape_markdown(fault.advice)}", icon=icon)


def _when(moment: datetime, zone: str | None) -> str:
    """Return "in 12 minutes, at 14:05"; without the hour where no zone is known."""
    minutes = max(ceil((moment - resources.now()).total_seconds() / 60), 1)
    clock = f", at {moment_words(moment, zone)}" if zone else ""
    return f"in {format_count(minutes, 'minute')}{clock}"


def _draw_gap(view: View) -> None:
    """Name the months that are not in the sums, and say what they wait for."""
    if not view.missing or any(month in view.opening.reading for month in view.missing):
        return
    held = [month for month in view.missing if month in view.opening.waiting]
    wait = _wait_words(view) if held else ""
    if view.shown_states:
        names = month_words(view.missing)
        st.warning(f"**Not a total:** the figures below are without {names}.{wait}", icon=":material/incomplete_circle:")
    elif held:
        st.warning(f"**{month_words(held)} can't be read yet.**{wait}", icon=":material/hourglass_top:")


def _wait_words(view: View) -> str:
    free_at = view.opening.free_at
    if free_at is None:
        return " That takes more requests than are free now; the page goes on when there are enough."
    return f" The requests of this hour are used. The next one is free {_when(free_at, view.access.zone)}; the page goes on then."
