"""The one place that hands out frames and names, for whoever is looking.

Everything a page shows or lets people take away comes through `Access`. What a viewer may
not see is gone before it leaves here, so filters, exports and drill-downs can't reach past it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import pandas as pd

from clockify.api.quota import Intent
from clockify.desk.caches import NO_RATES, Caches, Lost, Rates, Versions
from clockify.desk.met import COLUMNS, NOBODY_MET, Met, met_in
from clockify.desk.notebook import Notebook, Noted
from clockify.desk.rights import is_seen, visible_names, visible_notes, visible_opening, visible_rows
from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind
from clockify.errors import ClockifyError
from clockify.frames import MONEY, concat_frames
from clockify.mirror.account import Profile, Workspace
from clockify.mirror.jobs import Job
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.mirror.reported import reported
from clockify.mirror.snapshots import MonthState as MonthState
from clockify.mirror.zoned import base_of
from clockify.periods import Month
from clockify.plans import Notes, WeekMark
from clockify.reports.agreement import Beside, Compared, Sum, by_pair, sum_of
from clockify.reports.measures import Totals, totals_of
from clockify.reports.rounding import EXACT, Rounding
from clockify.roles import Role


class Access:
    """A mirror as one viewer may see it. The frames are shared and read-only: never change them."""

    def __init__(self, viewer: Viewer, mirror: Mirror, caches: Caches, notebook: Notebook) -> None:
        self._viewer, self._mirror, self._caches, self._notebook = viewer, mirror, caches, notebook

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

    # Rights

    @property
    def role(self) -> Role:
        """What the viewer is in this workspace."""
        return self._viewer.role

    @property
    def rights(self) -> str:
        """What tells apart whose time and money may be seen, and of which copy: as one text."""
        viewer = self._viewer
        whose = "everybody" if viewer.people is None else (sorted(viewer.people), sorted(viewer.projects))
        return repr((self._mirror.scope, whose, viewer.role, viewer.user_id, viewer.sees_money, viewer.sees_cost))

    @property
    def sees_everybody(self) -> bool:
        """May the viewer see all that the key sees, so that Clockify's own sums may be shown?"""
        return self._viewer.people is None

    @property
    def may_see_money(self) -> bool:
        """May the viewer see money, if the key does?"""
        return self._viewer.sees_money

    def may_see(self, user_id: str) -> bool:
        """May the viewer see all of a person's time?"""
        return self._viewer.people is None or user_id in self._viewer.people

    def sees_project(self, project_id: str) -> bool:
        """May the viewer see everybody's time on a project?"""
        return self._viewer.people is None or project_id in self._viewer.projects

    @property
    def sees_plans(self) -> bool:
        """Is there any project of which the viewer may see everybody's time, and so how its plan stands?"""
        return self.sees_everybody or bool(self._viewer.projects)

    def sees_client(self, client_id: str) -> bool:
        """May the viewer see everybody's time on every project of a client?"""
        own = [one.id for one in self._mirror.directory().projects.values() if one.client_id == client_id]
        return self._viewer.people is None or (bool(own) and all(map(self.sees_project, own)))

    def seen(self, opening: Opening) -> Opening:
        """Return what is there of months, without what tells how much time there is of others."""
        return visible_opening(opening, self._viewer)

    def sees_amounts(self, opening: Opening) -> bool:
        """May the viewer see money, and did Clockify give it to this key in every month on screen?"""
        return self._viewer.sees_money and not any(state.amounts_hidden for state in opening.states.values())

    @property
    def sees_cost(self) -> bool:
        """May the viewer see what people cost?"""
        return self._viewer.sees_money and self._viewer.sees_cost

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

    @property
    def may_note(self) -> bool:
        """May the viewer change what is written down?"""
        return self._viewer.may_note

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
        timers = self._visible(self._timers)
        begun = timers[timers["start"] <= pd.Timestamp(now)]
        lengths = (pd.Timestamp(now) - begun["start"]).dt.total_seconds().astype("int64")
        return begun.assign(end=pd.Timestamp(now).as_unit("us"), seconds=lengths, **dict.fromkeys(MONEY, 0))

    @property
    def _timers(self) -> pd.DataFrame:
        """Everybody's timers, kept until they are read again: one that Clockify's clock began a moment ahead of ours shows then, too."""
        key = ("running", repr(self._mirror.scope), self.running_read_at)
        read_at = datetime.fromtimestamp(self.running_read_at or 0.0, UTC)
        return self._caches.words.get(key, lambda: self._mirror.running(read_at + timedelta(days=1)))

    @property
    def running_read_at(self) -> float | None:
        """When the running timers were read, in seconds since 1970."""
        return self._mirror.running_read_at

    # Names

    def directory(self, opening: Opening) -> Directory:
        """Return the names that are `known`; where they differ from month to month, those of the months that are there come first."""
        return self._named(self._key(opening), opening.versions)

    def known(self) -> Directory:
        """Return the names of today's lists and of stored months, which know deleted people and projects, too.

        Of people they are those alone whose time may be seen.
        """
        return self._named(repr(self._mirror.scope), ())

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
        return (self._mirror.lists_version, self._caches.edition(self._key(opening), opening.versions, self._mirror), *self._own_edition)

    @property
    def known_edition(self) -> tuple[object, ...]:
        """Return the same of the names that are `known`."""
        return (self._mirror.lists_version, self._caches.edition(repr(self._mirror.scope), (), self._mirror), *self._own_edition)

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
        if theirs is None:
            return None
        told = reported(theirs.totals) if self.sees_everybody else None
        totals = totals_of(cube)
        whole = (
            Beside("", "", Sum(totals.seconds, totals.amounts if money else None), sum_of(told.seconds, told.cents, money=money))
            if told
            else None
        )
        known = {
            (one.user_id, one.project_id): sum_of(one.seconds, one.cents, money=money)
            for one in theirs.pairs or ()
            if is_seen(self._viewer, one.user_id, one.project_id)
        }
        return Compared(whole, None if theirs.pairs is None else by_pair(cube, known, money=money), theirs.at)

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

    def _named(self, key: str, versions: Versions) -> Directory:
        directory = self._caches.directory(key, versions, self._mirror)
        if self.sees_everybody and self._viewer.sees_money:
            return directory
        met = self._met
        for month, version in versions:
            met.take(month, version, self._mirror)
        edition = self._caches.edition(key, versions, self._mirror)
        what = ("own names", self.rights, key, self._mirror.lists_version, edition, *self._own_edition)
        return self._caches.words.get(what, lambda: visible_names(directory, self._viewer, self._rows_met()))

    @property
    def _met(self) -> Met:
        return self._caches.met.get(repr(self._mirror.scope), lambda: met_in(self._mirror))

    def _rows_met(self) -> pd.DataFrame:
        """Return who worked on what, as far as it is known, in months and under running timers."""
        return concat_frames([self._met.every(), self._timers[COLUMNS]], NOBODY_MET)

    @property
    def _own_edition(self) -> tuple[object, ...]:
        """Return what is another whenever a name may have become the viewer's, or is so no longer."""
        return () if self.sees_everybody else (self._met.edition, self.running_read_at)

    def _key(self, opening: Opening) -> str:
        """Return what the frames of these months are cached by: as one text, for two years of months take 8 ms to hash."""
        return repr((self._mirror.scope, opening.versions))

    def _visible(self, frame: pd.DataFrame) -> pd.DataFrame:
        return visible_rows(frame, self._viewer)
