"""What an operator measures, read from what is there: no request, no name, and ids only as short hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clockify.api.quota import Intent
from clockify.desk.desk import Desk
from clockify.errors import StoreError
from clockify.mirror.mirror import Mirror
from clockify.mirror.snapshots import MonthState, Verdict


@dataclass(frozen=True)
class MonthGauge:
    """A stored month: how many seconds ago its rows and its check are of, and the verdict in a word."""

    month: str
    rows_age: float
    check_age: float
    verdict: str


@dataclass(frozen=True)
class Requests:
    """The rolling hour of a workspace; `left` is None without a limit."""

    used: int
    left: int | None


@dataclass(frozen=True)
class Gauges:
    """What a process knows: `requests` by workspace, `months` by workspace and copy, both as hashes; `caches` in bytes.

    `is_store_read` is None before anybody has looked at anything.
    """

    jobs: Mapping[str, int]
    caches: Mapping[str, int]
    requests: Mapping[str, Requests] = field(default_factory=dict)
    months: Mapping[tuple[str, str], tuple[MonthGauge, ...]] = field(default_factory=dict)
    is_store_read: bool | None = None


def read_gauges(desk: Desk) -> Gauges:
    """Read everything; what the database doesn't tell now is left out."""
    jobs, caches = desk.jobs.counts(), desk.caches.sizes()
    mirrors = desk.mirrors()
    if not mirrors:
        return Gauges(jobs, caches)
    try:
        requests = {one.scope.workspace_id: one for one in mirrors}
        return Gauges(
            jobs,
            caches,
            {short_hash(workspace): _requests(one) for workspace, one in requests.items()},
            {_name(one): tuple(_month(state, desk.now()) for state in one.states().values()) for one in mirrors},
            is_store_read=True,
        )
    except StoreError:
        return Gauges(jobs, caches, is_store_read=False)


def short_hash(text: str) -> str:
    """Return eight characters that stand for an id, and tell one from another."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _name(mirror: Mirror) -> tuple[str, str]:
    scope = mirror.scope
    return short_hash(scope.workspace_id), short_hash(f"{scope.user_id} {scope.zone}")


def _requests(mirror: Mirror) -> Requests:
    return Requests(mirror.requests_used(), mirror.requests_left(Intent.PERSON))


def _month(state: MonthState, now: datetime) -> MonthGauge:
    moment = now.timestamp()
    return MonthGauge(state.month.key, moment - state.rows_at(), moment - state.checked_at, _word(state.verdict))


def _word(verdict: Verdict) -> str:
    if verdict.is_pending or verdict.days:
        return "pending"
    return {True: "agrees", False: "differs", None: "unchecked"}[verdict.agrees]
