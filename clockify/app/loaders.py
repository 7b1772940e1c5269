"""What a page shows: the months of its period and of the one before, as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from clockify.api.quota import Intent
from clockify.app import resources
from clockify.app.access import Lost
from clockify.app.choice import Choice
from clockify.app.visit import Visit, told_later
from clockify.directory import Directory
from clockify.errors import ClockifyError, RateLimited
from clockify.mirror.checking import cents_by_currency
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.mirror.snapshots import MonthState
from clockify.money import ticks_of
from clockify.periods import Against, Month, Period, compared_period, elapsed
from clockify.reports.beside import moved
from clockify.reports.filters import Filters, apply_filters, in_period
from clockify.reports.rounding import Rounding
from clockify.reports.summary import Totals, totals_of, working_days

# A small month is there within this time, so that nobody sees a skeleton flash by.
PATIENCE_SECONDS = 1.5


@dataclass(frozen=True)
class View:
    """One page's data. `cube` and `before` are filtered and cut to `period` and `previous`, what it is compared with."""

    visit: Visit
    mirror: Mirror
    choice: Choice
    period: Period
    previous: Period
    opening: Opening
    directory: Directory

    @cached_property
    def cube(self) -> pd.DataFrame:
        """The daily cube of the period, of entries rounded as chosen."""
        return self._filtered(self.visit.access.cube(self.opening, self.choice.rounding), self.period)

    @property
    def is_empty(self) -> bool:
        """Is there no time at all in what is on screen? Whole months without filters need not be opened for that."""
        months = [month.period for month in self.period.months()]
        is_whole = (months[0].start, months[-1].end) == (self.period.start, self.period.end)
        if is_whole and self.choice.filters.is_empty and self.visit.access.sees_everybody:
            return not any(state.entries_count for state in self.shown_states)
        return self.cube.empty

    @cached_property
    def totals(self) -> Totals:
        """The sums of the cube."""
        return totals_of(self.cube)

    @cached_property
    def exact(self) -> Totals:
        """The sums before rounding."""
        if self.choice.rounding.is_exact:
            return self.totals
        return totals_of(self._filtered(self.visit.access.cube(self.opening), self.period))

    @cached_property
    def before(self) -> pd.DataFrame | None:
        """The daily cube of the period compared with, rounded alike; None while any of its months is not there."""
        if any(month not in self.opening.states for month in self.previous.months()):
            return None
        return self._filtered(self.visit.access.cube(self.opening, self.choice.rounding), self.previous)

    def entries(self, columns: Sequence[str], period: Period | None = None, rounding: Rounding | None = None) -> pd.DataFrame:
        """Return the entries of the period (or another of the opened ones), with the columns named and those that filters need."""
        needed = ("day", "user_id", "project_id", "billable", *columns)
        found = self.visit.access.entries(self.opening, needed, self.choice.rounding if rounding is None else rounding)
        return self._filtered(found, period or self.period)

    @property
    def beside(self) -> pd.DataFrame | None:
        """What tables show beside the period, if that was chosen and all of both is there; on the days of the period."""
        if self.choice.compare is None or self.before is None or not self.is_whole:
            return None
        return moved(self.before, self.previous, self.period)

    @property
    def running(self) -> list[dict[str, Any]]:
        """The timers that run in the period and pass the filters."""
        filters, today = self.choice.filters, self.visit.today
        if not self.period.start <= today < self.period.end:
            return []
        return [timer for timer in self.visit.access.running() if _passes(timer, filters, self.directory)]

    @property
    def missing(self) -> tuple[Month, ...]:
        """The months of the period of which nothing is there yet."""
        return tuple(month for month in self.period.months() if month not in self.opening.states)

    @property
    def is_whole(self) -> bool:
        """Is every month of the period there, and every row of it? If not, no sum is a total."""
        return not self.missing and not any(state.unread for state in self.shown_states)

    def knows_all(self) -> bool:
        """Is everything there that could name somebody: each month of the period, and the lists?

        If lists are on their way, wait a moment for them, and run again.
        """
        months, opening = self.period.months(), self.opening
        if self.missing or opening.is_busy or opening.lists_fault or any(month in opening.faults for month in months):
            return False
        job = self.mirror.ensure_lists()
        if job and self.mirror.wait_for(job, PATIENCE_SECONDS) and not job.fault:
            st.rerun()
        return job is None

    @property
    def shown_states(self) -> list[MonthState]:
        """What is known of the period's own months."""
        return [self.opening.states[month] for month in self.period.months() if month in self.opening.states]

    @property
    def sees_amounts(self) -> bool:
        """Is there money to show?"""
        return self.visit.access.sees_amounts(self.opening)

    @property
    def working_days(self) -> int:
        """The working days of the period that have begun, in the months that are there; at least 1."""
        begun, workdays = elapsed(self.period, self.visit.today), self.mirror.workspace.working_days
        there = [month.period for month in begun.months() if month not in self.missing]
        parts = [Period(max(one.start, begun.start), min(one.end, begun.end)) for one in there]
        return max(sum(working_days(part, workdays) for part in parts), 1)

    @property
    def working_days_before(self) -> int:
        """The working days of the period before, at least 1."""
        return max(working_days(self.previous, self.mirror.workspace.working_days), 1)

    @property
    def faults(self) -> list[ClockifyError]:
        """What went wrong, each kind once: for the months on screen, then for the lists and the account."""
        account = self.visit.account
        found = [*self.opening.faults.values(), self.opening.lists_fault, account.fault if account else None]
        return list({str(fault): fault for fault in found if fault}.values())

    @cached_property
    def clockify_totals(self) -> Totals | None:
        """Return the totals that came with the first pages, while months are read; None if they aren't the period's.

        They stand for everybody's exact time in whole months, and for nothing less.
        """
        if not self.visit.access.sees_everybody or not self.choice.rounding.is_exact:
            return None
        months = self.period.months()
        whole = months[0].period.start == self.period.start and months[-1].period.end == self.period.end
        coming = {month: progress.totals for month, progress in self.opening.reading.items()}
        if not whole or not self.choice.filters.is_empty or any(not coming.get(month) for month in self.missing):
            return None
        there = [self.visit.access.month_totals(self.opening, month) for month in months if month not in self.missing]
        return _together([*there, *(_reported(coming[month]) for month in self.missing)])

    def _filtered(self, frame: pd.DataFrame, period: Period) -> pd.DataFrame:
        return apply_filters(in_period(frame, period), self.choice.filters, self.directory)


def load(visit: Visit, choice: Choice, *, period: Period | None = None, compares: bool = True) -> View:
    """Open the months that a page shows; waits a moment for cold ones, and starts over if one was damaged.

    `period`: other days than the choice's. What it is compared with is read if the page `compares`, or the choice does.
    """
    if visit.mirror is None:
        raise LookupError("there is no mirror")
    period = period or choice.period(visit.today, visit.week_start)
    previous = compared_period(choice.compare or Against.PREVIOUS, period, visit.today)
    wanted, beside = period.months(), previous.months() if compares or choice.compare else []
    opening = visit.mirror.open_months(wanted, beside=beside)
    if opening.reading:
        with st.spinner(f"Reading {period.label()} …"):
            visit.mirror.wait(opening, PATIENCE_SECONDS)
        opening = visit.mirror.open_months(wanted, beside=beside)
    try:
        view = View(visit, visit.mirror, choice, period, previous, opening, visit.access.directory(opening))
    except Lost:
        st.rerun()
    return view


def refresh(view: View) -> None:
    """Check every month on screen now, because a person asked; said if no request is left for that."""
    with told_later():
        free_at = view.mirror.next_free_at(Intent.PERSON)
        if free_at:
            raise RateLimited("All requests of this hour are used, so nothing could be checked.", retry_at=free_at)
        _ask(view, view.opening.wanted, lists=True)


def retry(view: View) -> None:
    """Ask again for what failed, at once and for a person; what didn't fail costs nothing."""
    with told_later():
        view.visit.retry()
        failed = [month for month in view.opening.wanted if month in view.opening.faults]
        _ask(view, failed, lists=view.opening.lists_fault is not None)


def _ask(view: View, months: Sequence[Month], *, lists: bool) -> None:
    """Ask Clockify for a person, and wait a moment for the answers."""
    job = view.mirror.ensure_lists(person=True) if lists else None
    view.mirror.wait(view.mirror.open_months(months, person=True), PATIENCE_SECONDS)
    if job:
        view.mirror.wait_for(job, PATIENCE_SECONDS)


def oldest_check(view: View) -> datetime | None:
    """Return when the month whose sums were compared longest ago was; None without months."""
    times = [state.checked_at for state in view.shown_states]
    return datetime.fromtimestamp(min(times), resources.now().tzinfo) if times else None


def oldest_rows(view: View) -> datetime | None:
    """Return as of when every row of the period is; None without months."""
    times = [state.rows_at(view.period) for state in view.shown_states]
    return datetime.fromtimestamp(min(times), resources.now().tzinfo) if times else None


def _passes(timer: dict[str, Any], filters: Filters, directory: Directory) -> bool:
    """Does a running timer pass? As `apply_filters` has it for entries."""
    project = timer.get("projectId") or ""
    chosen = ((filters.people, timer.get("userId") or ""), (filters.projects, project), (filters.clients, directory.client_of(project)))
    return all(not ids or own in ids for ids, own in chosen) and filters.billable in (None, bool(timer.get("billable")))


def _reported(totals: dict[str, object]) -> Totals:
    amounts = {code: ticks_of(cents) for code, cents in (cents_by_currency(totals) or {}).items()}
    seconds, billable, entries = (_whole(totals.get(name)) for name in ("totalTime", "totalBillableTime", "entriesCount"))
    return Totals(seconds, billable, entries, amounts)


def _whole(figure: object) -> int:
    return round(figure) if isinstance(figure, int | float) else 0


def _together(parts: Sequence[Totals]) -> Totals:
    codes = sorted({code for part in parts for code in part.amounts})
    return Totals(
        sum(part.seconds for part in parts),
        sum(part.billable_seconds for part in parts),
        sum(part.entries for part in parts),
        {code: sum(part.amounts.get(code, 0) for part in parts) for code in codes},
    )
