"""The local copy of one workspace, as one key sees it in one zone: what the app asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from clockify.api.client import Clockify
from clockify.api.protocol import is_refused_by_plan
from clockify.api.quota import Intent, free_at
from clockify.directory import Directory, directory_of
from clockify.errors import RateLimited, ReplyError
from clockify.mirror.account import Account, Profile, StoreLedger, Workspace
from clockify.mirror.codec import Undecodable
from clockify.mirror.freshness import Action, plan_months
from clockify.mirror.jobs import Job, Progress
from clockify.mirror.leases import lease
from clockify.mirror.lists import NAMES, RUNNING, Lists
from clockify.mirror.opening import Opening
from clockify.mirror.reading import Place, read_by_lists, read_by_report, still_agrees
from clockify.mirror.snapshots import MonthState, Scope, Snapshot, Verdict
from clockify.periods import Month

log = logging.getLogger(__name__)

Json = dict[str, Any]
T = TypeVar("T")


class Mirror:
    """Months, lists and timers of one workspace, key and zone."""

    def __init__(self, account: Account, workspace: Workspace, profile: Profile, zone: str) -> None:
        self.workspace, self.profile, self.zone = workspace, profile, zone
        self.scope = Scope(workspace.id, profile.user_id, zone)
        self._store, self._jobs, self._clock = account.store, account.jobs, account.clock
        self._client = account.connect(ledger=StoreLedger(account.store, workspace.id), plan=workspace.plan)
        self._lists = Lists(account.store, workspace.id, profile.user_id, account.clock)
        self._directory: tuple[tuple[float, ...], Directory] | None = None

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
        name = self._name("lists")
        return self._jobs.start(name, partial(self._read_lists, {kind: seen[kind] for kind in stale}, person), at_once=person)

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
        return {user["id"]: user.get("email") or "" for user in self._lists.get("users") or [self._own_user()]}

    def running(self) -> tuple[list[Json], float | None]:
        """Return the running timers and when they were read."""
        return self._lists.get(RUNNING) or [], self._lists.read_at(RUNNING)

    # Months

    def open_months(self, wanted: Sequence[Month], *, person: bool = False) -> Opening:
        """Start what the months on screen need and return what is there; never waits.

        `person`: somebody pressed Refresh, so every stored month is checked now.
        """
        now = self._clock()
        states = self.states(wanted)
        steps = plan_months(
            wanted,
            states,
            now=now,
            zone=self.zone,
            is_free=self.workspace.plan.is_free,
            requests_left=self.requests_left(Intent.PERSON if person else Intent.BACKGROUND),
            check_now=person,
            costs=self._costs(wanted),
        )
        jobs = {}
        for step in steps:
            if not step.waits:
                work = self._read_month if step.action is Action.READ else self._check_month
                work = partial(work, step.month, person, states.get(step.month))
                jobs[step.month] = self._jobs.start(self._name(step.month.key), work, at_once=person)
        # What a person asked for may still be under way although no month's age asks for it.
        asked = {month: self._jobs.get(self._name(month.key)) for month in wanted if month not in jobs}
        jobs |= {month: job for month, job in asked.items() if job and job.is_running}
        waiting = tuple(step.month for step in steps if step.waits and step.action is Action.READ)
        return self._opening(tuple(wanted), states, jobs, waiting)

    def retry(self, *, mendable: bool = False) -> None:
        """Let what failed be tried again at once; `mendable`: only what that can help, and no limit of requests forbids."""
        self._jobs.forgive(self._name(""), mendable=mendable)

    def read_again(self, month: Month) -> Job:
        """Read a month whatever its age, because a person asked."""
        work = partial(self._read_month, month, True, self.states([month]).get(month))
        return self._jobs.start(self._name(month.key), work, at_once=True)

    def wait(self, opening: Opening, seconds: float) -> bool:
        """Wait for the months that are being read, at most so long; tell whether all are done."""
        jobs = [self._jobs.get(self._name(month.key)) for month in (*opening.reading, *opening.refreshing)]
        return self._jobs.wait([job for job in jobs if job], seconds)

    def wait_for(self, job: Job, seconds: float) -> bool:
        """Wait for one job, at most so long; tell whether it is done."""
        return self._jobs.wait([job], seconds)

    def states(self, wanted: Sequence[Month] | None = None) -> dict[Month, MonthState]:
        """Return what is known of stored months, all of them unless some are named."""
        states = self._store.month_states(self.scope)
        return states if wanted is None else {month: states[month] for month in wanted if month in states}

    def cube(self, month: Month) -> pd.DataFrame | None:
        """Open a month's daily cube; None (and forgotten, to be read again) if it can't be decoded."""
        return self._decoded(month, lambda: self._store.read_frame(self.scope, month, "cube"))

    def entries(self, month: Month, columns: Sequence[str] | None = None) -> pd.DataFrame | None:
        """Open a month's entries, or only some columns; None (and forgotten) if they can't be decoded."""
        return self._decoded(month, lambda: self._store.read_frame(self.scope, month, "entries", columns))

    def names(self, month: Month) -> dict[str, dict[str, Any]]:
        """Return the names that a month's rows carried; empty (and forgotten) if they can't be decoded."""
        return self._decoded(month, lambda: self._store.read_names(self.scope, month)) or {}

    # Requests

    def requests_used(self) -> int:
        """Count this workspace's requests of the last hour."""
        return len(self._store.requests_of_hour(self.workspace.id, self._clock()))

    def requests_left(self, intent: Intent) -> int | None:
        """Return how many requests are free for an intent; None without a limit."""
        limit = self.workspace.plan.limit_for(intent)
        return None if limit is None else max(limit - self.requests_used(), 0)

    def next_free_at(self, intent: Intent = Intent.BACKGROUND) -> datetime | None:
        """Return when the next request is free for an intent; None if one is."""
        limit, now = self.workspace.plan.limit_for(intent), self._clock()
        return None if limit is None else free_at(self._store.requests_of_hour(self.workspace.id, now), now, limit)

    # Work

    # What was seen when a job was planned tells whether somebody else was quicker. A clock
    # can't: what is stored now may have been on its way into the database at that moment.

    def _read_lists(self, seen: Mapping[str, float | None], person: bool, progress: Progress) -> None:
        with self._lease("lists"):
            self._lists.look()
            self._lists.read(self._for(person), [kind for kind in seen if self._lists.read_at(kind) == seen[kind]])
        progress.note(1, 1, {})

    def _read_month(self, month: Month, person: bool, seen: MonthState | None, progress: Progress) -> None:
        """Read a month, unless somebody else has meanwhile."""
        with self._lease(month.key):
            state = self.states([month]).get(month)
            if state and (seen is None or state.version != seen.version):
                return
            self._store.save_month(self.scope, self._snapshot(month, person, progress), self._clock())

    def _check_month(self, month: Month, person: bool, seen: MonthState | None, progress: Progress) -> None:
        """Compare a stored month with Clockify's sums; read it again if they part, or if nothing can check it."""
        with self._lease(month.key):
            state = self.states([month]).get(month)
            if state and state != seen:
                return
            if not state or not self._still_agrees(state, month, person):
                self._store.save_month(self.scope, self._snapshot(month, person, progress), self._clock())

    def _still_agrees(self, state: MonthState, month: Month, person: bool) -> bool:
        cube = self.cube(month)
        if cube is None or state.source != "report" or self._lists.are_reports_refused():
            return False
        try:
            if not still_agrees(self._for(person), self._place(), month, cube, amounts_hidden=state.amounts_hidden):
                return False
        except ReplyError as refusal:
            if not is_refused_by_plan(refusal):
                raise
            return False
        now = self._clock()
        self._store.save_verdict(self.scope, state, Verdict(True, now.timestamp()), now)
        return True

    def _snapshot(self, month: Month, person: bool, progress: Progress) -> Snapshot:
        """Read a month by reports, or person by person where they are refused."""

        client, now = self._for(person), self._clock()
        if not self._lists.are_reports_refused():
            try:
                return read_by_report(client, self._place(), month, now=now, on_page=progress.note)
            except ReplyError as refusal:
                if not is_refused_by_plan(refusal):
                    raise
                self._lists.note_refusal()
        people = self._people()
        own = self._lists.is_refused("users")
        return read_by_lists(client, self._place(), month, people=people, own=own, now=now, on_page=progress.note)

    def _costs(self, wanted: Sequence[Month]) -> dict[Month, int]:
        """Return how many requests each month costs that ran out of them: begun again too early, it would waste more."""
        failed = {month: self._jobs.get(self._name(month.key)) for month in wanted}
        return {
            month: job.progress.of or 1
            for month, job in failed.items()
            if job and isinstance(job.fault, RateLimited) and not job.is_running
        }

    def _people(self) -> list[str]:
        """Return whose lists may be read: everyone's, or the own one where the list of people is refused."""
        if self._lists.is_refused("users"):
            return [self.profile.user_id]
        return [user["id"] for user in self._lists.get("users") or [self._own_user()]]

    def _place(self) -> Place:
        directory = self.directory()
        return Place(self.workspace.id, self.zone, directory.currencies, directory.default_currency)

    def _own_user(self) -> Json:
        return {"id": self.profile.user_id, "name": self.profile.name, "email": self.profile.email}

    def _for(self, person: bool) -> Clockify:
        return self._client.for_person() if person else self._client.for_background()

    def _opening(
        self, wanted: tuple[Month, ...], states: dict[Month, MonthState], jobs: dict[Month, Job], waiting: tuple[Month, ...]
    ) -> Opening:
        running = {month: job for month, job in jobs.items() if job.is_running}
        if len(running) < len(jobs):
            # What has ended meanwhile is neither on its way nor missing any more.
            states = self.states(wanted)
        lists_job = self._jobs.get(self._name("lists"))
        # A month may have failed to be refreshed although its age asks for nothing.
        unrefreshed = {month: self._jobs.fault_since(self._name(month.key), state.checked_at) for month, state in states.items()}
        found = unrefreshed | {month: job.fault for month, job in jobs.items()}
        return Opening(
            wanted=wanted,
            states=states,
            reading={month: job.progress for month, job in running.items() if month not in states},
            refreshing=frozenset(month for month in running if month in states),
            faults={month: fault for month, fault in found.items() if fault},
            waiting=waiting,
            free_at=self.next_free_at(),
            lists_fault=lists_job.fault if lists_job else None,
        )

    def _decoded(self, month: Month, opened: Callable[[], T]) -> T | None:
        try:
            return opened()
        except Undecodable as problem:
            log.warning("mirror: %s can't be decoded (%s), it is read again", month.key, problem)
            self._store.forget_month(self.scope, month)
            return None

    def _name(self, what: str) -> str:
        """Return the name of a job and of its lease."""
        return f"{what}:{self.scope.workspace_id}:{self.scope.user_id}:{self.zone}"

    def _lease(self, what: str) -> AbstractContextManager[None]:
        return lease(self._store, [self._name(what)])
