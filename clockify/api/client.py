"""Clockify's endpoints, one method each.

A request is claimed in the ledger, sent through the pacer, deciphered, and repeated where
`protocol.retry_delay` says so. All of it only reads.
"""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Self, TypeVar
from urllib.parse import quote

import requests

from clockify.api.bodies import detailed_body, report_filters, summary_body
from clockify.api.detailed import DetailedReport, OnPage, read_detailed
from clockify.api.pacing import Pacer
from clockify.api.paging import MAX_PAGES, Rows, is_last_page
from clockify.api.protocol import DetailedPage, Json, decipher, detailed_page_of, last_page_of, object_of, retry_delay, rows_of, summary_of
from clockify.api.quota import UNKNOWN_PLAN, Intent, Ledger, Plan
from clockify.api.transport import Request, Transport, build_session
from clockify.errors import ClockifyError, MalformedReply, RateLimited
from clockify.periods import Period
from clockify.settings import API_URL, REPORTS_URL, ApiKey

LIST_PAGE_SIZE = 200
ENTRY_PAGE_SIZE = 1000
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0

T = TypeVar("T")
Headers = Mapping[str, str]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clockify:
    """A client for one key, safe between threads; clones share its connections, pace and ledger.

    Every method may raise any error of `clockify.errors` but ConfigurationError. Clients of
    several keys may share one `pacer`.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        ledger: Ledger,
        api_url: str = API_URL,
        reports_url: str = REPORTS_URL,
        plan: Plan = UNKNOWN_PLAN,
        session: requests.Session | None = None,
        pacer: Pacer | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = _utc_now,
        jitter: Callable[[], float] = random.random,
        connect_timeout: float = CONNECT_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._reports_url = reports_url.rstrip("/")
        self._transport = Transport(
            key, session or build_session(api_url, reports_url), connect_timeout=connect_timeout, read_timeout=read_timeout
        )
        self._ledger = ledger
        self._pacer = pacer or Pacer(sleep=sleep)
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._plan = plan
        self._intent = Intent.BACKGROUND

    def __repr__(self) -> str:
        return f"Clockify({self._api_url!r}, plan={self._plan.name!r}, intent={self._intent.value!r})"

    @property
    def plan(self) -> Plan:
        """The plan it keeps to; FREE until told otherwise."""
        return self._plan

    @property
    def intent(self) -> Intent:
        """For whom it asks; the background until told otherwise."""
        return self._intent

    def with_plan(self, plan: Plan) -> Self:
        """Return a clone that keeps to another plan."""
        return self._clone(plan, self._intent)

    def for_person(self) -> Self:
        """Return a clone that may use the whole hour, for what somebody waits for."""
        return self._clone(self._plan, Intent.PERSON)

    def for_background(self) -> Self:
        """Return a clone that leaves the kept requests to people."""
        return self._clone(self._plan, Intent.BACKGROUND)

    def close(self) -> None:
        """Close the connections, those of its clones too."""
        self._transport.close()

    def user(self) -> Json:
        """Return the user to whom the key belongs.

        https://docs.clockify.me/#tag/User/operation/getLoggedUser
        """
        return self._get("/user", object_of)

    def workspaces(self) -> list[Json]:
        """Return the workspaces that the key sees, with plan and features; not paged.

        https://docs.clockify.me/#tag/Workspace/operation/getWorkspacesOfUser
        """
        return self._get("/workspaces", rows_of)

    def users(self, *, workspace_id: str) -> list[Json]:
        """Return the people of a workspace, without memberships (they weigh up to 70 KB each); deleted ones are left out.

        PermissionDenied for a plain member's key.
        https://docs.clockify.me/#tag/User/operation/getUsersOfWorkspace
        """
        return self._list(_path("workspaces", workspace_id, "users"), LIST_PAGE_SIZE, {"memberships": "NONE", "include-roles": "false"})

    def projects(self, *, workspace_id: str) -> list[Json]:
        """Return active and archived projects, hydrated: with tasks, client and currency, and without `clientName`.

        https://docs.clockify.me/#tag/Project/operation/getProjects
        """
        return self._list(_path("workspaces", workspace_id, "projects"), LIST_PAGE_SIZE, {"hydrated": "true"})

    def clients(self, *, workspace_id: str) -> list[Json]:
        """Return active and archived clients.

        https://docs.clockify.me/#tag/Client/operation/getClients
        """
        return self._list(_path("workspaces", workspace_id, "clients"), LIST_PAGE_SIZE)

    def tags(self, *, workspace_id: str) -> list[Json]:
        """Return active and archived tags.

        https://docs.clockify.me/#tag/Tag/operation/getTags
        """
        return self._list(_path("workspaces", workspace_id, "tags"), LIST_PAGE_SIZE)

    def time_entries(self, *, workspace_id: str, user_id: str, start: datetime, end: datetime) -> list[Json]:
        """Return one user's entries between two aware moments, newest start first.

        Clockify takes both for wall clocks of the account's zone, whatever they say: widen
        the window by a day on each side and filter on the timestamps.
        https://docs.clockify.me/#tag/Time-entry/operation/getTimeEntries
        """
        path = _path("workspaces", workspace_id, "user", user_id, "time-entries")
        return self._list(path, ENTRY_PAGE_SIZE, {"start": _moment(start), "end": _moment(end)})

    def in_progress(self, *, workspace_id: str) -> list[Json]:
        """Return every running timer of a workspace.

        https://docs.clockify.me/#tag/Time-entry/operation/getInProgressTimeEntries
        """
        return self._list(_path("workspaces", workspace_id, "time-entries", "status", "in-progress"), ENTRY_PAGE_SIZE)

    def summary_report(
        self,
        *,
        workspace_id: str,
        period: Period,
        time_zone: str,
        groups: Sequence[str],
        users: Collection[str] | None = None,
        clients: Collection[str] | None = None,
        projects: Collection[str] | None = None,
        tags: Collection[str] | None = None,
        tasks: Collection[str] | None = None,
        billable: bool | None = None,
    ) -> Json:
        """Return totals and nested groups of a period's time; ValueError for groups that Clockify doesn't know.

        https://docs.clockify.me/#tag/Time-Entry-Report/operation/generateSummaryReport
        """
        filters = report_filters(users=users, clients=clients, projects=projects, tags=tags, tasks=tasks, billable=billable)
        body = summary_body(period, time_zone, groups=groups, filters=filters)
        return self._post(_path("workspaces", workspace_id, "reports", "summary"), body, summary_of)

    def detailed_report(
        self,
        *,
        workspace_id: str,
        period: Period,
        time_zone: str,
        on_page: OnPage | None = None,
        users: Collection[str] | None = None,
        clients: Collection[str] | None = None,
        projects: Collection[str] | None = None,
        tags: Collection[str] | None = None,
        tasks: Collection[str] | None = None,
        billable: bool | None = None,
    ) -> DetailedReport:
        """Return every entry of a period, and the totals as of its first page; see `read_detailed` for `on_page`.

        https://docs.clockify.me/#tag/Time-Entry-Report/operation/generateDetailedReport
        """
        filters = report_filters(users=users, clients=clients, projects=projects, tags=tags, tasks=tasks, billable=billable)
        path = _path("workspaces", workspace_id, "reports", "detailed")

        def fetch(page: int) -> DetailedPage:
            body = detailed_body(period, time_zone, page=page, page_size=ENTRY_PAGE_SIZE, filters=filters)
            return self._post(path, body, detailed_page_of)

        return read_detailed(fetch, page_size=ENTRY_PAGE_SIZE, at_once=self._plan.requests_at_once, on_page=on_page)

    def _clone(self, plan: Plan, intent: Intent) -> Self:
        clone = copy.copy(self)
        clone._plan, clone._intent = plan, intent
        return clone

    def _get(self, path: str, read: Callable[[object], T]) -> T:
        return self._ask(Request("GET", self._api_url + path), read)[0]

    def _post(self, path: str, body: Json, read: Callable[[object], T]) -> T:
        return self._ask(Request("POST", self._reports_url + path, body=body), read)[0]

    def _list(self, path: str, page_size: int, query: Mapping[str, str] | None = None) -> list[Json]:
        """Read a paged list to its end."""
        collected, sizes, barren = Rows("id"), list[int](), 0
        for page in range(1, MAX_PAGES + 1):
            paging = {"page": str(page), "page-size": str(page_size)}
            rows, headers = self._ask(Request("GET", self._api_url + path, {**(query or {}), **paging}), rows_of)
            sizes.append(len(rows))
            barren = 0 if collected.add(page, rows) else barren + 1
            last_page = last_page_of(headers)
            # Without the header, a page that only repeats means that paging is not known here.
            if is_last_page(sizes, last_page, asked=page_size) or (barren and last_page is None):
                return collected.in_order()
            if barren > 1:
                break
        raise MalformedReply("Clockify's list has no end: it says there is more and brings nothing new.", status=200)

    def _ask(self, request: Request, read: Callable[[object], T]) -> tuple[T, Headers]:
        """Send a read until it succeeds or isn't worth repeating; raise the last error."""
        attempt = 0
        while True:
            try:
                return self._ask_once(request, read)
            except ClockifyError as error:
                delay = retry_delay(error, attempt, is_free=self._plan.is_free, jitter=self._jitter(), now=self._clock())
                if delay is None:
                    # The frames below hold the reply, which can echo the key; a report with variables would show it.
                    raise error.with_traceback(None) from None
            self._sleep(delay)
            attempt += 1

    def _ask_once(self, request: Request, read: Callable[[object], T]) -> tuple[T, Headers]:
        with self._pacer.slot(self._plan.requests_at_once):
            self._claim()
            reply = self._transport.send(request)
        return read(decipher(reply.status, reply.headers, reply.body, self._clock())), reply.headers

    def _claim(self) -> None:
        """Write the request down before it leaves, at the moment it does; RateLimited, without any request, if none is free."""
        limit = self._plan.limit_for(self._intent)
        free_at = self._ledger.claim(now=self._clock(), limit=limit)
        if free_at is not None:
            # Whoever shows it says `retry_at` in the reader's own zone.
            raise RateLimited(f"All {limit} requests of this hour are used.", retry_at=free_at)


def _path(*parts: str) -> str:
    """Join parts to a path; an id stays one part whatever is in it."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _moment(moment: datetime) -> str:
    """Write an aware moment as Clockify reads it: whole seconds, UTC."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
