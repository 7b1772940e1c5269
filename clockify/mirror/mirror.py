"""The local copy of one workspace, as one key sees it in one zone: what the app asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from clockify.api.quota import Intent
from clockify.deliveries import Event, delivery_of
from clockify.directory import Directory, directory_of
from clockify.errors import BadDelivery
from clockify.frames import running_entries_frame
from clockify.mirror.account import Account, Profile, StoreLedger, Workspace
from clockify.mirror.changes import Change
from clockify.mirror.codec import Undecodable
from clockify.mirror.jobs import Job, Progress
from clockify.mirror.leases import lease
from clockify.mirror.lists import NAMES, RUNNING, Lists, one_each
from clockify.mirror.months import Gone
from clockify.mirror.opening import Opening
from clockify.mirror.publishing import Press
from clockify.mirror.reading import Asking, Place, theirs_of
from clockify.mirror.schedule import Schedule
from clockify.mirror.snapshots import MonthState, Scope, Theirs
from clockify.periods import Month
from clockify.roles import Person, person_of

log = logging.getLogger(__name__)

Json = dict[str, Any]
T = TypeVar("T")

# More months at once only hold more rows in memory, and none of them is there sooner.
READ_AT_ONCE, CHECKS_AT_ONCE = 2, 4
USED_AGAIN_SECONDS = 24 * 3600.0


class Mirror:
    """Months, lists and timers of one workspace, key and zone."""

    def __init__(self, account: Account, workspace: Workspace, profile: Profile, zone: str) -> None:
        self.workspace, self.profile, self.zone = workspace, profile, zone
        self.scope = Scope(workspace.id, profile.user_id, zone)
        self._store, self._jobs, self._clock = account.store, account.jobs, account.clock
        self._client = account.connect(ledger=StoreLedger(account.store, workspace.id), plan=workspace.plan)
        self._lists = Lists(account.store, workspace.id, profile.user_id, account.clock)
        self._directory: tuple[tuple[float, ...], Directory] | None = None
        self._people: tuple[tuple[float, ...], tuple[Person, ...]] | None = None
        self._press = Press(account.store.months, self.scope, self._place, account.clock)
        self._schedule = Schedule(
            self.scope, workspace.plan, account.store, account.jobs, self._lists, self._client, self._press, self._place, account.clock
        )
        self._used_at = 0.0

    # Lists

    def ensure_lists(self, *, person: bool = False) -> Job | None:
        """Start reading the lists that are stale; return the job if there is one.

        If a person asks, the timers are read in any case, and the names too where requests aren't counted.
        """
        self._lists.look()
        seen = {kind: self._lists.read_at(kind) for kind in (*NAMES, RUNNING)}
        stale = self._lists.stale((*NAMES, RUNNING), is_free=self.workspace.plan.is_free)
        if person:
            asked = (RUNNING,) if self.workspace.plan.is_free else (*NAMES, RUNNING)
            stale = list(dict.fromkeys((*stale, *asked)))
        if not stale:
            return None
        name = self._schedule.name("lists")
        return self._jobs.start(name, partial(self._read_lists, {kind: seen[kind] for kind in stale}, person), at_once=person)

    def read_timers(self) -> Job:
        """Start reading the running timers, whatever their age and nothing else: somebody looks at them."""
        seen = {RUNNING: self._lists.read_at(RUNNING)}
        return self._jobs.start(self._schedule.name("timers"), partial(self._read_lists, seen, True), at_once=True)

    def look(self) -> None:
        """Take note of lists that somebody else has changed in the database, as whoever hears webhooks does."""
        self._lists.look()

    @property
    def has_lists(self) -> bool:
        """Is every list stored, of whatever age?"""
        return all(self._lists.get(kind) is not None for kind in (*NAMES, RUNNING))

    def directory(self) -> Directory:
        """Return the names as the lists give them; names of deleted people come with the months (`names`)."""
        version = self.lists_version
        known = self._directory
        if known is None or known[0] != version:
            directory = directory_of(
                users=self._lists.get("users") or [self._own_user()],
                clients=[],
                projects=self._lists.get("projects") or [],
                tags=self._lists.get("tags") or [],
                default_currency=self.workspace.currency,
            )
            self._directory = known = (version, directory)
        return known[1]

    @property
    def lists_version(self) -> tuple[float, ...]:
        """When each of the name lists was read: what a cached directory is keyed by."""
        return tuple(self._lists.read_at(kind) or 0.0 for kind in NAMES)

    def emails(self) -> dict[str, str]:
        """Return the address of each person, by id."""
        return {one.id: one.email for one in self.people()}

    def active_people(self) -> list[str]:
        """Return the ids of those who take part now; the key's own user alone where the list is refused."""
        return [one.id for one in self.people() if one.is_active]

    def people(self) -> tuple[Person, ...]:
        """Return the people with what Clockify made them; the key's own user alone where the list is refused."""
        version, known = self.lists_version, self._people
        if known is None or known[0] != version:
            listed = self._lists.get("users") or [self._own_user()]
            self._people = known = (version, tuple(person_of(user, self.workspace.id) for user in listed))
        return known[1]

    def running(self, now: datetime) -> pd.DataFrame:
        """Return the running timers as entries that end now: for a list of entries, never for a sum."""
        names = self.directory()
        rows = one_each(self._lists.get(RUNNING) or [])
        return running_entries_frame(rows, now=now, zone=self.zone, currencies=names.currencies, default_currency=names.default_currency)

    @property
    def running_read_at(self) -> float | None:
        """When the running timers were read, in seconds since 1970."""
        return self._lists.read_at(RUNNING)

    # Months

    def open_months(self, wanted: Sequence[Month], *, person: bool = False, beside: Sequence[Month] = ()) -> Opening:
        """Start what the months on screen need and return what is there; never waits.

        `person`: somebody pressed Refresh, so every stored month is checked now. What is only compared with
        (`beside`) comes last where requests are few.
        """
        self._note_use()
        return self._schedule.open(wanted, beside, person=person)

    def apply(self, changes: Sequence[Change]) -> None:
        """Put entries in, or take them out, in whatever month they stand or stood: at once, and at no request.

        A `row` has the form in which Clockify's main API and its webhooks give an entry; one that still runs
        is in no month. The sums of such months count as unchecked. Of several changes of one entry the last counts.
        """
        self._press.apply(list({change.entry_id: change for change in changes}.values()))

    def take_in(self, user_id: str, changes: Sequence[Change], noted: Mapping[str, int] | None = None) -> None:
        """Put what was just written for somebody into the months and among the running timers, at no request.

        Nothing happens where this key doesn't see his time. A timer that a new one has ended ends at its start. `noted`: how
        much was noted of entries (`note_written`); what is told of them by now comes after this.
        """
        if self._lists.sees(user_id):
            also = partial(self._store.inbox.hold, workspace_id=self.workspace.id, known=noted or {})
            ended = self._lists.put_right({change.entry_id: change.row for change in changes}, also)
            every = [*changes, *(Change(row["id"], row) for row in ended)]
            self._press.apply(list({change.entry_id: change for change in every}.values()), also)

    def note_written(self, event: Event, entry_id: str, row: Json | None) -> dict[str, int]:
        """Note what was just written, or is known to be so at this moment: what webhooks tell of it says nothing new then.

        Return how much is noted of the entry.
        """
        body = {"id": entry_id, **(row or {}), "workspaceId": self.workspace.id}
        try:
            delivery = delivery_of(event, body)
        except BadDelivery:
            return {}
        return {entry_id: self._store.inbox.note(delivery, self.workspace.id, self._clock(), is_here=True)[1]}

    def stands_beside(self, other: Mirror) -> bool:
        """Is it a copy of the same workspace in the same database?"""
        return self._store is other._store and self.workspace.id == other.workspace.id

    def retry(self, *, mendable: bool = False) -> None:
        """Let what failed be tried again at once; `mendable`: only what that can help, and no limit of requests forbids."""
        self._jobs.forgive(self._schedule.name(""), mendable=mendable)

    def read_again(self, month: Month) -> Job:
        """Read a month whatever its age, because a person asked."""
        return self._schedule.read_again(month)

    def compare(self, month: Month) -> Job:
        """Ask for Clockify's sums by person and project of a stored month, because a person asked: one request."""
        return self._jobs.start(self._schedule.name(f"compare-{month.key}"), partial(self._compare, month), at_once=True)

    def theirs(self, month: Month, version: str) -> Theirs | None:
        """Return what Clockify itself says of a month's version; None as for `cube`."""
        return self._decoded(month, version, lambda: self._store.months.theirs(self.scope, month, version))

    def wait(self, opening: Opening, seconds: float) -> bool:
        """Wait for the months that are being read, at most so long; tell whether all are done."""
        jobs = [self._jobs.get(self._schedule.name(month.key)) for month in (*opening.reading, *opening.refreshing)]
        return self._jobs.wait([job for job in jobs if job], seconds)

    def wait_for(self, job: Job, seconds: float) -> bool:
        """Wait for one job, at most so long; tell whether it is done."""
        return self._jobs.wait([job], seconds)

    def states(self, wanted: Sequence[Month] | None = None) -> dict[Month, MonthState]:
        """Return what is known of stored months, all of them unless some are named."""
        return self._schedule.states(wanted)

    def cube(self, month: Month, version: str) -> pd.DataFrame | None:
        """Open the daily cube of a month's version; None if another stands there, or it was damaged and will be read again."""
        return self._decoded(month, version, lambda: self._store.months.frame(self.scope, month, version, "cube"))

    def entries(self, month: Month, version: str, columns: Sequence[str] | None = None) -> pd.DataFrame | None:
        """Open the entries of a month's version, or only some columns; None as for `cube`."""
        return self._decoded(month, version, lambda: self._store.months.frame(self.scope, month, version, "entries", columns))

    def names(self, month: Month, version: str) -> dict[str, dict[str, Any]] | None:
        """Return the names that a month's rows carried; None as for `cube`."""
        return self._decoded(month, version, lambda: self._store.months.names(self.scope, month, version))

    # Requests

    def requests_used(self) -> int:
        """Count this workspace's requests of the last hour."""
        return self._schedule.requests_used()

    def requests_left(self, intent: Intent) -> int | None:
        """Return how many requests are free for an intent; None without a limit."""
        return self._schedule.requests_left(intent)

    def next_free_at(self, intent: Intent = Intent.BACKGROUND) -> datetime | None:
        """Return when the next request is free for an intent; None if one is."""
        return self._schedule.next_free_at(intent)

    # Work

    def _read_lists(self, seen: Mapping[str, float | None], person: bool, progress: Progress) -> None:
        with lease(self._store, [self._schedule.name("lists")]):
            self._lists.look()
            client = self._client.for_person() if person else self._client.for_background()
            self._lists.read(client, [kind for kind in seen if self._lists.read_at(kind) == seen[kind]])
        progress.note(1, 1, {})

    def _compare(self, month: Month, progress: Progress) -> None:
        state = self.states([month]).get(month)
        cube = self.cube(month, state.version) if state else None
        if state is None or cube is None:
            return
        at = self._clock().timestamp()
        summary = Asking(self._client.for_person(), self._place()).summary(month.period)
        theirs = theirs_of(cube, summary, at, amounts_hidden=state.amounts_hidden)
        self._store.months.keep_pairs(self.scope, month, state.version, theirs)
        progress.note(1, 1, {})

    def _place(self) -> Place:
        directory = self.directory()
        return Place(self.workspace.id, self.zone, directory.currencies, directory.default_currency)

    def _own_user(self) -> Json:
        return {"id": self.profile.user_id, "name": self.profile.name, "email": self.profile.email}

    def _note_use(self) -> None:
        now = self._clock()
        if abs(now.timestamp() - self._used_at) >= USED_AGAIN_SECONDS:
            self._used_at = now.timestamp()
            self._store.scopes.use(self.scope, now)

    def _decoded(self, month: Month, version: str, opened: Callable[[], T]) -> T | None:
        try:
            return opened()
        except Gone:
            return None
        except Undecodable as problem:
            log.warning("mirror: %s can't be decoded (%s), it is read again", month.key, str(problem))
            self._store.months.forget(self.scope, month, version)
            return None
