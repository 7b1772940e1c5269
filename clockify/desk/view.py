"""What a page shows: the months of its period and of the one before, as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property

import pandas as pd

from clockify.desk.access import Access
from clockify.desk.choice import Choice
from clockify.desk.look import USUAL, Look
from clockify.directory import Directory
from clockify.errors import ClockifyError
from clockify.mirror.jobs import Progress as Progress
from clockify.mirror.opening import Opening
from clockify.mirror.reported import Reported
from clockify.mirror.snapshots import MonthState
from clockify.money import ticks_of
from clockify.periods import ONE_DAY, Month, Period, ended, local_day
from clockify.reports.beginning import late_beginning
from clockify.reports.beside import moved
from clockify.reports.filters import Filters, apply_filters, in_period
from clockify.reports.measures import Totals, totals_of, totals_together
from clockify.reports.rounding import Rounding
from clockify.reports.summary import working_days


@dataclass(frozen=True)
class View:
    """One page's data. `cube` and `before` are filtered and cut to `period` and `previous`, what it is compared with.

    `now` is the moment at which it was opened; `is_demo`: the figures are made up.
    """

    access: Access
    choice: Choice
    period: Period
    previous: Period
    opening: Opening
    directory: Directory
    now: datetime
    is_demo: bool = False
    account_fault: ClockifyError | None = None
    look: Look = USUAL

    @property
    def today(self) -> date:
        """Today in the report zone."""
        return local_day(self.now, self.access.zone)

    @property
    def week_start(self) -> str:
        """The profile's first day of the week."""
        return self.access.profile.week_start

    @cached_property
    def fingerprint(self) -> str | None:
        """The one key under which anything that is made of this view may be kept; None while its months are being read.

        It names what can be seen (whose time and money, which versions), what is asked for, and how it looks.
        """
        if self.missing or self.opening.reading:
            return None
        choice, access, workspace = self.choice, self.access, self.access.workspace
        seen = (access.rights, self.sees_amounts, access.edition(self.opening), self.opening.versions, self.is_whole, access.notes.version)
        asked = (choice.filters, choice.rounding, choice.compare, choice.search, self.period, self.previous)
        days = (self.today, self.week_start, sorted(workspace.working_days), self.begins_late, self.working_days)
        return repr((seen, asked, days, workspace.name, self.is_demo, self.look))

    # Figures

    @cached_property
    def cube(self) -> pd.DataFrame:
        """The daily cube of the period, of entries rounded as chosen."""
        return self._filtered(self.access.cube(self.opening, self.choice.rounding), self.period)

    @property
    def is_empty(self) -> bool:
        """Is there no time at all in what is on screen? Whole months without filters need not be opened for that."""
        months = [month.period for month in self.period.months()]
        is_whole = (months[0].start, months[-1].end) == (self.period.start, self.period.end)
        if is_whole and self.choice.filters.is_empty and self.access.sees_everybody:
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
        return totals_of(self._filtered(self.access.cube(self.opening), self.period))

    @cached_property
    def noted_amounts(self) -> dict[str, int]:
        """What rates that are written down here add to the amounts, in ticks by currency; nothing where Clockify has every rate."""
        if not self.access.notes.rates or not self.sees_amounts:
            return {}
        cube = self.access.cube(self.opening, self.choice.rounding, noted_rates=False)
        theirs = totals_of(self._filtered(cube, self.period)).amounts
        return {code: more for code, ticks in self.totals.amounts.items() if (more := ticks - theirs.get(code, 0))}

    @cached_property
    def before(self) -> pd.DataFrame | None:
        """The daily cube of the period compared with, rounded alike.

        None while any of its months is not there, and where there is nothing to compare: no day of the period has ended
        yet, or data begins later than the one before.
        """
        if not self._has_before or self.ended is None or self.begins_late:
            return None
        return self._filtered(self.access.cube(self.opening, self.choice.rounding), self.previous)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """The daily cube of what is compared with the period before: of the days that have ended."""
        return self.cube.iloc[:0] if self.ended is None else in_period(self.cube, self.ended)

    @cached_property
    def begins_late(self) -> date | None:
        """The day on which data begins, if that is later than the period before; None if it isn't, or not known."""
        return self._begins_in(self.previous)

    @cached_property
    def unsure_of(self) -> Month | None:
        """The month that would tell whether data begins where it seems to on these months, if that is not kept."""
        first = self._seems_to_begin_in(self.previous)
        return self._beginning[1] if first and Month.of(first) in self.opening.states else None

    @cached_property
    def _beginning(self) -> tuple[date | None, Month | None]:
        return self.access.beginning()

    @property
    def _has_before(self) -> bool:
        return all(month in self.opening.states for month in self.previous.months())

    @cached_property
    def idle(self) -> frozenset[str]:
        """The active people among those chosen who logged nothing in the period.

        None while not all of it is there, nor under another filter: that may hide what they logged.
        """
        filters = self.choice.filters
        if not self.is_whole or not replace(filters, people=()).is_empty:
            return frozenset()
        active = self.access.active_people()
        return frozenset(one for one in active if one in (filters.people or active)) - set(self.cube["user_id"].unique())

    @property
    def beside(self) -> pd.DataFrame | None:
        """What tables show beside the period, if that was chosen and all of both is there; on the days of the period."""
        if self.choice.compare is None or self.before is None or not self.is_whole:
            return None
        return moved(self.before, self.previous, self.period)

    def back(self, period: Period, filters: Filters | None = None) -> pd.DataFrame:
        """Return the daily cube of other days than the period's, as far as their months are opened; `filters` in place of the choice's."""
        cube = in_period(self.access.cube(self.opening, self.choice.rounding), period)
        return apply_filters(cube, self.choice.filters if filters is None else filters, self.directory)

    def entries(self, columns: Sequence[str], period: Period | None = None, rounding: Rounding | None = None) -> pd.DataFrame:
        """Return the entries of the period (or another of the opened ones), with the columns named and those that filters need."""
        needed = ("day", "user_id", "project_id", "billable", *columns)
        found = self.access.entries(self.opening, needed, self.choice.rounding if rounding is None else rounding)
        return self._filtered(found, period or self.period)

    @cached_property
    def running(self) -> pd.DataFrame:
        """The timers that run in the period and pass the filters, as entries that end now and earn nothing yet."""
        return self._filtered(self.access.running(self.now), self.period)

    @cached_property
    def clockify_totals(self) -> Totals | None:
        """Return the totals that came with the first pages, while months are read; None if they aren't the period's.

        They stand for everybody's exact time in whole months, and for nothing less.
        """
        if not self.access.sees_everybody or not self.choice.rounding.is_exact:
            return None
        months = self.period.months()
        whole = months[0].period.start == self.period.start and months[-1].period.end == self.period.end
        coming = {month: progress.totals for month, progress in self.opening.reading.items()}
        ahead = [totals for month in self.missing if (totals := coming.get(month))]
        if not whole or not self.choice.filters.is_empty or len(ahead) < len(self.missing):
            return None
        there = [self.access.month_totals(self.opening, month) for month in months if month not in self.missing]
        return totals_together([*there, *map(_totals, ahead)])

    @property
    def sees_amounts(self) -> bool:
        """Is there money to show?"""
        return self.access.sees_amounts(self.opening)

    # What is there

    @property
    def missing(self) -> tuple[Month, ...]:
        """The months of the period of which nothing is there yet."""
        return tuple(month for month in self.period.months() if month not in self.opening.states)

    @property
    def is_whole(self) -> bool:
        """Is every month of the period there, and every row of it? If not, no sum is a total."""
        return not self.missing and not any(state.unread for state in self.shown_states)

    @property
    def known_from(self) -> date:
        """The first of the days up to today of which every month, and every row of it, is there; tomorrow if this month isn't."""
        month, known = Month.of(self.today), self.today + ONE_DAY
        while (state := self.opening.states.get(month)) and not state.unread:
            month, known = month.after(-1), month.period.start
        return known

    @property
    def shown_states(self) -> list[MonthState]:
        """What is known of the period's own months."""
        return [self.opening.states[month] for month in self.period.months() if month in self.opening.states]

    @property
    def checked_at(self) -> datetime | None:
        """When the month whose sums were compared longest ago was; None without months."""
        times = [state.checked_at for state in self.shown_states]
        return datetime.fromtimestamp(min(times), UTC) if times else None

    @property
    def rows_at(self) -> datetime | None:
        """As of when every row of the period is; None without months."""
        times = [state.rows_at(self.period) for state in self.shown_states]
        return datetime.fromtimestamp(min(times), UTC) if times else None

    @property
    def faults(self) -> list[ClockifyError]:
        """What went wrong, each kind once: for the months on screen, then for the lists and the account."""
        found = [*self.opening.faults.values(), self.opening.lists_fault, self.account_fault, self.access.notes_fault]
        return list({str(fault): fault for fault in found if fault}.values())

    # Days

    @property
    def ended(self) -> Period | None:
        """The days of the period that have ended; None if none has."""
        return ended(self.period, self.today)

    @cached_property
    def working_days(self) -> int:
        """The working days of the period that have ended, in the months that are there, from the day on which data begins."""
        if self.ended is None:
            return 0
        first = (None if self.missing else self._begins_in(self.ended)) or self.ended.start
        there = [one.period for one in self.ended.months() if one not in self.missing]
        parts = [(max(one.start, first), min(one.end, self.ended.end)) for one in there]
        return sum(working_days(Period(*part), self.access.workspace.working_days) for part in parts if part[0] < part[1])

    @property
    def working_days_before(self) -> int:
        """The working days of the period before."""
        return working_days(self.previous, self.access.workspace.working_days)

    def _begins_in(self, period: Period) -> date | None:
        """Return the day on which data begins, if it seems to do so in a period and is known to."""
        first = self._seems_to_begin_in(period)
        return first if first and self._beginning[1] is None else None

    def _seems_to_begin_in(self, period: Period) -> date | None:
        """Return the first day with time that is kept, if more of a period's working days lie before it than somebody is away."""
        weekdays = self.access.workspace.working_days
        shown = self.access.first_day(self.opening) if self._has_before else None
        if shown is None or late_beginning(shown, period, weekdays) is None:
            return None
        return late_beginning(self._beginning[0] or shown, period, weekdays)

    def _filtered(self, frame: pd.DataFrame, period: Period) -> pd.DataFrame:
        return apply_filters(in_period(frame, period), self.choice.filters, self.directory)


def _totals(told: Reported) -> Totals:
    return Totals(told.seconds, told.billable_seconds, told.entries, {code: ticks_of(cents) for code, cents in told.cents.items()})
