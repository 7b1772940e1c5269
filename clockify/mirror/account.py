"""Whose key it is, where it leads, and what the plan there allows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from clockify.api.client import Clockify
from clockify.api.quota import UNKNOWN_PLAN, Plan, plan_of
from clockify.errors import ClockifyError, NotFound, TransportError
from clockify.mirror.freshness import list_age
from clockify.mirror.jobs import Jobs, Progress
from clockify.mirror.store import Store
from clockify.periods import WEEKDAYS
from clockify.settings import ApiKey

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


@dataclass(frozen=True)
class Workspace:
    """A workspace and what holds in it."""

    id: str
    name: str
    plan: Plan
    currency: str
    working_days: frozenset[str]


class StoreLedger:
    """The rolling hour in the database, under a scope that may still be a key's before it is a workspace's."""

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
        self._job_name = f"account:{fingerprint}"
        self._requests_per_hour: int | None = None
        self._client = connect(ledger=StoreLedger(store, f"key:{fingerprint}"), plan=UNKNOWN_PLAN)
        self.is_verified = False

    def open(self, *, verify: bool = False, requests_per_hour: int | None = None) -> None:
        """Learn who and where, from the store if it knows; raise if nobody does.

        `verify`: ask Clockify in any case, for a key that somebody has just pasted.
        """
        self._requests_per_hour = requests_per_hour
        user_id = self.store.identity(self.fingerprint)
        known = user_id and self.store.read_list("", user_id, "user") and self.store.read_list("", user_id, "workspaces")
        if not verify and known and not self._is_stale():
            return
        job = self.jobs.start(self._job_name, self._learn)
        if verify or not known:
            self.jobs.wait([job], LEARN_SECONDS)
            if job.fault:
                raise job.fault
            if job.is_running:
                raise TransportError("Clockify has not answered yet.")

    def retry(self) -> None:
        """Let what failed be tried again at once."""
        self.jobs.forgive(self._job_name)

    @property
    def fault(self) -> ClockifyError | None:
        """What went wrong when user and workspaces were last asked for."""
        job = self.jobs.get(self._job_name)
        return job.fault if job else None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def profile(self) -> Profile:
        """The user; the zone is UTC where the profile names none that exists."""
        user = self._read("user")
        settings = user.get("settings") or {}
        return Profile(
            user_id=user["id"],
            name=user.get("name") or user.get("email") or "",
            email=user.get("email") or "",
            zone=_known_zone(settings.get("timeZone")),
            week_start=settings.get("weekStart") or WEEKDAYS[0],
            workspace_id=user.get("activeWorkspace") or user.get("defaultWorkspace") or "",
        )

    @property
    def workspaces(self) -> list[Workspace]:
        """The workspaces that the key opens, as Clockify orders them."""
        return [_workspace(one, self._requests_per_hour) for one in self._read("workspaces")]

    def workspace(self, wanted: str | None) -> Workspace:
        """Return the wanted workspace, else the user's active one; raise NotFound if the key doesn't lead there."""
        by_id = {one.id: one for one in self.workspaces}
        if wanted and wanted not in by_id:
            raise NotFound("This key does not lead to the workspace that was asked for.", status=404)
        found = by_id.get(wanted or self.profile.workspace_id) or next(iter(by_id.values()), None)
        if found is None:
            raise NotFound("This key leads to no workspace.", status=404)
        self.store.move_requests(f"key:{self.fingerprint}", found.id)
        return found

    def _learn(self, progress: Progress) -> None:
        user = self._client.user()
        workspaces = self._client.workspaces()
        now = self.clock()
        self.store.save_list("", user["id"], "user", user, now)
        self.store.save_list("", user["id"], "workspaces", workspaces, now)
        self.store.save_identity(self.fingerprint, user["id"])
        self.is_verified = True
        progress.note(1, 1, {})

    def _read(self, kind: str) -> Any:
        found = self.store.read_list("", self.store.identity(self.fingerprint) or "", kind)
        if found is None:
            raise NotFound("Nothing is known of this key yet.", status=404)
        return found[0]

    def _is_stale(self) -> bool:
        """Are user and workspaces older than lists may be? The plan decides, and it is in the list."""
        found = self.store.read_list("", self.store.identity(self.fingerprint) or "", "workspaces")
        if found is None:
            return True
        is_free = any(one.plan.is_free for one in self.workspaces)
        return self.clock().timestamp() - found[1] >= list_age("user", is_free=is_free).total_seconds()


def _workspace(raw: Json, requests_per_hour: int | None) -> Workspace:
    currencies = raw.get("currencies") or []
    default = next((one.get("code") for one in currencies if one.get("isDefault")), None)
    rate = (raw.get("hourlyRate") or {}).get("currency")
    days = (raw.get("workspaceSettings") or {}).get("workingDays")
    named = frozenset(days if isinstance(days, list) else ()) & set(WEEKDAYS)
    return Workspace(raw["id"], raw.get("name") or "", plan_of(raw, requests_per_hour), default or rate or "USD", named or WORKWEEK)


def _known_zone(name: str | None) -> str:
    try:
        return ZoneInfo(name or FALLBACK_ZONE).key
    except (KeyError, ValueError, OSError):
        return FALLBACK_ZONE
