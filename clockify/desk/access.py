"""The one place that hands out frames and names, for whoever is looking.

Everything a page shows or lets people take away comes through `Access`. What a viewer may
not see is gone before it leaves here, so filters, exports and drill-downs can't reach past it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from clockify.api.quota import Intent
from clockify.desk.agreeing import compared_for
from clockify.desk.caches import NO_RATES, Caches, Lost, Rates
from clockify.desk.notebook import Notebook, Noted
from clockify.desk.own_names import OwnNames
from clockify.desk.rights import visible_notes, visible_opening, visible_rows
from clockify.desk.standing import Standing
from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind
from clockify.errors import ClockifyError
from clockify.frames import MONEY
from clockify.mirror.account import Profile, Workspace
from clockify.mirror.jobs import Job
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.mirror.snapshots import MonthState as MonthState
from clockify.mirror.zoned import base_of
from clockify.periods import Month
from clockify.plans import Notes, WeekMark
from clockify.reports.agreement import Compared
from clockify.reports.client_left import projects_of
from clockify.reports.measures import Totals, totals_of
from clockify.reports.rounding import EXACT, Rounding
from clockify.roles import Role


class Access(Standing):
    """A mirror as one viewer may see it. The frames are shared and read-only: never change them."""

    def __init__(self, viewer: Viewer, mirror: Mirror, caches: Caches, notebook: Notebook) -> None:
        super().__init__(viewer, mirror)
        self._caches, self._notebook = caches, notebook
        self._names = OwnNames(viewer, mirror, caches, self.rights)

    # What the copy is of

    @property
    def zone(self) -> str:
        """The report zone."""
        return self._mirror.zone

    @property
    def workspace(self) -> Workspace:
        """The workspace."""
        return self._mirror.workspace

    @property
    def profile(self) -> Profile:
        """The key's user; whoever may not see his time sees no address of his."""
        profile = self._mirror.profile
        return profile if self.may_see(profile.user_id) else replace(profile, name="", email="")

    # Rights of what was opened

    @property
    def everyone(self) -> str:
        """Who all of those are whose time the viewer sees, in a word."""
        viewer = self._viewer
        if viewer.role is Role.MEMBER and viewer.user_id:
            return self.known().label(Kind.USER, viewer.user_id)
        return "Everyone" if viewer.role is Role.ADMIN else "Everyone you see" if viewer.projects else "Your people"

    def seen(self, opening: Opening) -> Opening:
        """Return what is there of months, without what tells how much time there is of others."""
        return visible_opening(opening, self._viewer)

    def sees_client(self, client_id: str) -> bool:
        """May the viewer see everybody's time on all of a client's projects?"""
        own = projects_of(client_id, self._caches.directory(repr(self._mirror.scope), (), self._mirror))
        return self.sees_everybody or (bool(own) and own <= self._viewer.projects)

    def sees_amounts(self, opening: Opening) -> bool:
        """May the viewer see money, and did Clockify give it to this key in every month on screen?"""
        return self._viewer.sees_money and not any(state.amounts_hidden for state in opening.states.values())

    # What is written down here

    @cached_property
    def notes(self) -> Notes:
        """What is written down of this workspace, as far as the viewer may see it."""
        own = () if self._viewer.people is None else self.known().names[Kind.PROJECT]
        return visible_notes(self._noted.notes, self._viewer, own)

    @property
    def notes_fault(self) -> ClockifyError | None:
        """Why what is written down can't be read; `notes` are as they were last known then."""
        return self._noted.fault

    def weeks_done(self, first: date, last: date) -> list[WeekMark]:
        """Return the weeks that begin on these days and are marked as looked through, of people whose time may be seen.

        By whom is for those who see everybody.
        """
        marks = [mark for mark in self._notebook.weeks(self.workspace.id, first, last) if self.may_see(mark.user_id)]
        return marks if self.sees_everybody else [replace(mark, by="") for mark in marks]

    # Frames

    def cube(self, opening: Opening, rounding: Rounding = EXACT, *, noted_rates: bool = True) -> pd.DataFrame:
        """Return the daily cube of the months that are there, of rounded entries; raise Lost if one of them is damaged.

        `noted_rates`: time for which Clockify has no rate earns what is written down for its project.
        """
        found = self._caches.cube(self._key(opening), opening.versions, rounding, self._mirror, self._rates(noted_rates))
        return self._visible(found)

    def whole_cube(self, opening: Opening) -> pd.DataFrame:
        """Return the exact daily cube of the projects of which the viewer sees everybody's time."""
        cube = self.cube(opening)
        return cube if self.sees_everybody else cube[cube["project_id"].isin(self._viewer.projects)]

    def entries(self, opening: Opening, columns: Sequence[str], rounding: Rounding = EXACT, *, noted_rates: bool = True) -> pd.DataFrame:
        """Return the entries of the months that are there, with the columns named, as for `cube`."""
        needed, rates = tuple(dict.fromkeys((*columns, "user_id", *MONEY))), self._rates(noted_rates)
        return self._visible(self._caches.entries(self._key(opening), opening.versions, needed, rounding, self._mirror, rates))

    def month_totals(self, opening: Opening, month: Month) -> Totals:
        """Return the exact sums of a month that is there; raise Lost if it is not any more.

        While a year is being read they are added up at every look, and a cube of what is there would be made each time.
        """
        version = opening.states[month].version
        key = ("totals", self.rights, month, version)
        return self._caches.words.get(key, lambda: totals_of(self._visible(self._caches.month(month, version, self._mirror))))

    def first_day(self, opening: Opening) -> date | None:
        """Return the first day with time that the viewer may see, in the months that are there; None if there is none."""
        return self._caches.words.get(("first day", self.rights, self._key(opening)), lambda: self._first_day(opening.states))

    def beginning(self) -> tuple[date | None, Month | None]:
        """Return the first day with time of all kept months, and the month before it if that is not kept: it may have some, too."""
        kept = self._mirror.states()
        first = self._first_day(kept)
        before = Month.of(first).after(-1) if first else None
        return first, None if before in kept else before

    def running(self, now: datetime) -> pd.DataFrame:
        """Return the running timers of those whose time may be seen, as entries that end now and earn nothing yet."""
        timers = self._visible(self._names.timers)
        begun = timers[timers["start"] <= pd.Timestamp(now)]
        lengths = (pd.Timestamp(now) - begun["start"]).dt.total_seconds().astype("int64")
        return begun.assign(end=pd.Timestamp(now).as_unit("us"), seconds=lengths, **dict.fromkeys(MONEY, 0))

    @property
    def running_read_at(self) -> float | None:
        """When the running timers were read, in seconds since 1970."""
        return self._mirror.running_read_at

    # Names

    def directory(self, opening: Opening) -> Directory:
        """Return the names that are `known`; where they differ from month to month, those of the months that are there come first."""
        return self._names.of(self._key(opening), opening.versions)

    def known(self) -> Directory:
        """Return the names of today's lists and of stored months, which know deleted people and projects, too.

        They are the viewer's alone: `rights.visible_names`.
        """
        return self._names.of(repr(self._mirror.scope), ())

    def emails(self) -> dict[str, str]:
        """Return the addresses of those whose time may be seen, by id."""
        return {one: email for one, email in self._mirror.emails().items() if self.may_see(one)}

    def active_people(self) -> list[str]:
        """Return the ids of those who take part now and whose time may be seen."""
        return [one for one in self._mirror.active_people() if self.may_see(one)]

    def own_person(self) -> str | None:
        """Return who looks: who he is here, or the key's user; None if his time may not be seen, or nobody else's could be."""
        if self._viewer.user_id:
            return self._viewer.user_id if self._viewer.user_id in self.active_people() else None
        active, email = self.active_people(), (self._viewer.email or "").casefold()
        signed_in = next((one for one, known in self.emails().items() if email and known.casefold() == email), None)
        who = signed_in or self._mirror.profile.user_id
        return who if who in active and len(active) > 1 else None

    def edition(self, opening: Opening) -> tuple[object, ...]:
        """Return what is another whenever a name, or what belongs to it, is another."""
        return self._names.edition(self._key(opening), opening.versions)

    @property
    def known_edition(self) -> tuple[object, ...]:
        """Return the same of the names that are `known`."""
        return self._names.edition(repr(self._mirror.scope), ())

    # Months, requests

    def months(self) -> list[MonthState]:
        """Return what is known of the months that are kept, the newest first, with as many entries as the viewer may see."""
        return [self._counted(state) for _, state in sorted(base_of(self._mirror).states().items(), reverse=True)]

    def compared(self, state: MonthState) -> Compared | None:
        """Return a kept month's sums beside Clockify's own, as far as the viewer may see them; None if it is not there any more.

        Clockify's totals are everybody's: who may not see all that the key sees gets none.
        """
        mirror, money = base_of(self._mirror), self._viewer.sees_money and not state.amounts_hidden
        theirs = mirror.theirs(state.month, state.version)
        try:
            cube = self._visible(self._caches.month(state.month, state.version, mirror))
        except Lost:
            return None
        return None if theirs is None else compared_for(self._viewer, cube, theirs, money=money)

    def compare(self, month: Month, patience: float) -> Job:
        """Ask for Clockify's sums by person and project of a kept month, one request, and wait at most so many seconds for them."""
        mirror = base_of(self._mirror)
        job = mirror.compare(month)
        mirror.wait_for(job, patience)
        return job

    @property
    def kept_in(self) -> str:
        """The zone in which months are kept."""
        return base_of(self._mirror).zone

    def requests_used(self) -> int:
        """Count the workspace's requests of the last hour."""
        return self._mirror.requests_used()

    @property
    def request_limit(self) -> int | None:
        """How many requests an hour there are for whoever asks himself; None without a limit."""
        return self.workspace.plan.limit_for(Intent.PERSON)

    def next_free_at(self) -> datetime | None:
        """Return when the next request is free that nobody asks for himself; None if one is."""
        return self._mirror.next_free_at()

    @cached_property
    def _noted(self) -> Noted:
        return self._notebook.noted(self.workspace.id)

    def _rates(self, wanted: bool) -> Rates:
        notes = self._noted.notes
        return Rates(notes.rates, notes.version) if wanted and notes.rates else NO_RATES

    def _first_day(self, states: Mapping[Month, MonthState]) -> date | None:
        for month, state in sorted(states.items()):
            if state.entries_count:
                cube = self._visible(self._caches.month(month, state.version, self._mirror))
                if len(cube):
                    return pd.Timestamp(cube["day"].min()).date()
        return None

    def _counted(self, state: MonthState) -> MonthState:
        if self.sees_everybody:
            return state
        try:
            cube = self._visible(self._caches.month(state.month, state.version, base_of(self._mirror)))
        except Lost:
            cube = pd.DataFrame({"entries": []})
        return replace(state, entries_count=int(cube["entries"].sum()))

    def _key(self, opening: Opening) -> str:
        """Return what the frames of these months are cached by: as one text, for two years of months take 8 ms to hash."""
        return repr((self._mirror.scope, opening.versions))

    def _visible(self, frame: pd.DataFrame) -> pd.DataFrame:
        return visible_rows(frame, self._viewer)
