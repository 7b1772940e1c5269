"""Whose key it is, where it leads, and what the plan there allows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from clockify.api.client import Clockify
from clockify.api.quota import UNKNOWN_PLAN, Plan, plan_of
from clockify.errors import AuthenticationError, ClockifyError, NotFound, TransportError
from clockify.locks import NO_RULEBOOK, Rulebook, rulebook_of
from clockify.mirror.freshness import list_age
from clockify.mirror.jobs import Jobs, Progress
from clockify.mirror.shelf import KeptList, Shelf
from clockify.mirror.snapshots import Scope
from clockify.mirror.store import Store
from clockify.periods import WEEKDAYS
from clockify.settings import ApiKey
from clockify.writes import Rules

Json = dict[str, Any]
FALLBACK_ZONE = "UTC"
LEARN_SECONDS = 90.0
WORKWEEK = frozenset(WEEKDAYS[:5])


@dataclass(frozen=True)
class Profile:
    """The key's user, as far as reports need him."""

    user_id: str
    name: str
    email: str
    zone: str
    week_start: str
    workspace_id: str
    date_format: str = ""
    time_format: str = ""


@dataclass(frozen=True)
class Workspace:
    """A workspace and what holds in it."""

    id: str
    name: str
    plan: Plan
    currency: str
    working_days: frozenset[str]
    rulebook: Rulebook = NO_RULEBOOK

    def rules(self, now: datetime, zone: str) -> Rules:
        """Return what it forces on entries now; `zone` is the locks' where the workspace names none of its own."""
        return self.rulebook.at(now, zone)


class StoreLedger:
    """The rolling hour in the database; `scope` is a key's until it is known which workspace the key opens."""

    def __init__(self, store: Store, scope: str) -> None:
        self._store = store
        self.scope = scope

    def claim(self, *, now: datetime, limit: int | None) -> datetime | None:
        """Record a request, or return when the next one is free."""
        return self._store.claim_request(self.scope, now, limit)


class Connect(Protocol):
    """Makes a client of the key, for a ledger and a plan."""

    def __call__(self, *, ledger: StoreLedger, plan: Plan) -> Clockify:
        """Return the client."""


def fingerprint_of(key: ApiKey, salt: bytes) -> str:
    """Return what stands for a key in the database: slow to compute, impossible to turn round.

    It lets a restarted app know whose data it holds without asking Clockify.
    """
    return hashlib.scrypt(key.reveal().encode(), salt=salt, n=2**14, r=8, p=1, dklen=24).hex()


class Account:
    """What a key opens: its user and the workspaces."""

    def __init__(self, store: Store, connect: Connect, jobs: Jobs, fingerprint: str, clock: Callable[[], datetime]) -> None:
        self.store, self.connect, self.jobs, self.clock = store, connect, jobs, clock
        self.fingerprint = fingerprint
        self._name = f"account:{fingerprint}"
        self._requests_per_hour: int | None = None
        self._shelf = self._empty_shelf()
        self._ledger = StoreLedger(store, f"key:{fingerprint}")
        self._client = connect(ledger=self._ledger, plan=UNKNOWN_PLAN)
        self.is_verified = False

    def open(self, *, verify: bool = False, requests_per_hour: int | None = None, behind: bool = False) -> None:
        """Learn who and where, from the store if it knows; raise if nobody does.

        `verify`: ask Clockify in any case, for a key that somebody has just pasted; `behind`: nobody waits, and what isn't known
        is learnt with requests that are left over.
        """
        self._requests_per_hour = requests_per_hour
        self._shelf.look()
        known = self.is_known
        if not verify and known and not self._is_stale():
            return
        if known and self.workspaces:
            self._count_under(self._usual())
        somebody_waits = (verify or not known) and not behind
        job = self.jobs.start(self._name, partial(self._learn, somebody_waits))
        if somebody_waits:
            self.jobs.wait([job], LEARN_SECONDS)
            if job.fault:
                raise job.fault
            if job.is_running:
                raise TransportError("Clockify has not answered yet.")

    def look(self) -> None:
        """Take note of what another process may have learned."""
        self._shelf.look()

    @property
    def is_known(self) -> bool:
        """Are user and workspaces stored, of whatever age?"""
        return self._stored("user") is not None and self._stored("workspaces") is not None

    def retry(self, *, mendable: bool = False) -> None:
        """Let what failed be tried again at once; `mendable`: only what that can help, and no limit of requests forbids."""
        self.jobs.forgive(self._name, mendable=mendable)

    @property
    def fault(self) -> ClockifyError | None:
        """What went wrong when user and workspaces were last asked for."""
        job = self.jobs.get(self._name)
        return job.fault if job else None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def profile(self) -> Profile:
        """The user; the zone is UTC where the profile names none that exists."""
        user = self._read("user")
        settings = _object(user.get("settings"))
        return Profile(
            user_id=user["id"],
            name=_text(user.get("name")) or _text(user.get("email")),
            email=_text(user.get("email")),
            zone=_known_zone(_text(settings.get("timeZone"))),
            week_start=_text(settings.get("weekStart")) or WEEKDAYS[0],
            workspace_id=_text(user.get("activeWorkspace")) or _text(user.get("defaultWorkspace")),
            date_format=_text(settings.get("dateFormat")),
            time_format=_text(settings.get("timeFormat")),
        )

    @property
    def workspaces(self) -> list[Workspace]:
        """The workspaces that the key opens, as Clockify orders them."""
        return [_workspace(one, self._requests_per_hour) for one in self._read("workspaces")]

    def workspace(self, wanted: str | None) -> Workspace:
        """Return the wanted workspace, else the user's active one; raise NotFound if the key doesn't lead there."""
        found = next((one for one in self.workspaces if one.id == wanted), None) if wanted else self._usual()
        if found is None:
            raise NotFound("This key does not lead to the workspace that was asked for.", status=404)
        self._count_under(found)
        return found

    def _usual(self) -> Workspace:
        """Return the user's active workspace, else the first."""
        every = self.workspaces
        if not every:
            raise NotFound("This key leads to no workspace.", status=404)
        return next((one for one in every if one.id == self.profile.workspace_id), every[0])

    def _count_under(self, workspace: Workspace) -> None:
        """Count this key's own requests among the workspace's, and keep to its plan."""
        if self._ledger.scope != workspace.id:
            if self._ledger.scope.startswith("key:"):
                self.store.move_requests(self._ledger.scope, workspace.id)
            self._ledger.scope = workspace.id
        self._client = self._client.with_plan(workspace.plan)

    def _learn(self, somebody_waits: bool, progress: Progress) -> None:
        client = self._client.for_person() if somebody_waits else self._client.for_background()
        try:
            user = client.user()
            workspaces = client.workspaces()
        except AuthenticationError:
            self.is_verified = False
            raise
        now = self.clock()
        self.store.save_identity(self.fingerprint, user["id"])
        self.store.save_list("", self.fingerprint, "user", user, now)
        self.store.save_list("", self.fingerprint, "workspaces", workspaces, now)
        # Another one, not the same one emptied: whoever is reading it finds what was there.
        self._shelf = self._empty_shelf()
        self.is_verified = True
        progress.note(1, 1, {})

    def _empty_shelf(self) -> Shelf:
        """Return the shelf of this key, not of its user: a subdomain's key and the global one open different workspaces."""
        return Shelf(self.store, "", self.fingerprint)

    def _read(self, kind: str) -> Any:
        found = self._stored(kind)
        if found is None:
            raise NotFound("Nothing is known of this key yet.", status=404)
        return found.payload

    def _stored(self, kind: str) -> KeptList | None:
        """Return "user" or "workspaces", as of the last `open`; None if it isn't there, or damaged."""
        return self._shelf.get(kind)

    def _is_stale(self) -> bool:
        """Are user and workspaces older than lists may be? The plan decides, and it is in the list."""
        found = self._stored("workspaces")
        if found is None:
            return True
        is_free = any(one.plan.is_free for one in self.workspaces)
        return abs(self.clock().timestamp() - found.read_at) >= list_age("user", is_free=is_free).total_seconds()


def workspace_of(store: Store, scope: Scope) -> Workspace | None:
    """Return the workspace of a copy as its key's user knows it, without opening an account; None if nobody knows."""
    for fingerprint in store.keys_of(scope.user_id):
        kept = Shelf(store, "", fingerprint).get("workspaces")
        for raw in kept.payload if kept else ():
            if raw["id"] == scope.workspace_id:
                return _workspace(raw, None)
    return None


def _workspace(raw: Json, requests_per_hour: int | None) -> Workspace:
    currencies = [_object(one) for one in _list(raw.get("currencies"))]
    default = next((_text(one.get("code")) for one in currencies if one.get("isDefault")), "")
    rate = _text(_object(raw.get("hourlyRate")).get("currency"))
    settings = _object(raw.get("workspaceSettings"))
    named = frozenset(WEEKDAYS).intersection(map(_text, _list(settings.get("workingDays"))))
    plan, currency = plan_of(raw, requests_per_hour), default or rate or "USD"
    return Workspace(raw["id"], _text(raw.get("name")), plan, currency, named or WORKWEEK, rulebook_of(settings))


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name or FALLBACK_ZONE).key
    except (KeyError, ValueError, OSError):
        return FALLBACK_ZONE


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}
