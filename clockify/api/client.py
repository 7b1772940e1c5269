"""Clockify's endpoints that read, one method each; `sending` is how a request leaves and when it is repeated."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self, TypeVar, Unpack, overload

import requests

from clockify.api.bodies import Filters, detailed_body, moment_text, path_of, report_filters, summary_body
from clockify.api.deadline import Deadline
from clockify.api.detailed import DetailedReport, Fetch, OnPage, Take, read_detailed
from clockify.api.pacing import Pacer
from clockify.api.paging import MAX_PAGES, Parts, as_they_are, is_last_page
from clockify.api.protocol import (
    DetailedPage,
    Json,
    detailed_page_of,
    last_page_of,
    rows_of,
    summary_of,
    user_of,
    workspaces_of,
)
from clockify.api.quota import UNKNOWN_PLAN, Intent, Ledger, Plan
from clockify.api.sending import Headers, Sender
from clockify.api.sizes import PageSizes
from clockify.api.transport import Request, Transport, build_session
from clockify.api.writing import Writing
from clockify.errors import MalformedReply
from clockify.periods import Period
from clockify.settings import API_URL, REPORTS_URL, ApiKey

LIST_PAGE_SIZE = 200
ENTRY_PAGE_SIZE = 1000
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 30.0
# For one page of an endpoint, from its first departure: all tries, all page sizes, all pauses.
PATIENCE = 60.0

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Clockify(Writing):
    """A client for one key, safe between threads; clones share its connections, pace, ledger and page sizes.

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
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        connect_timeout: float = CONNECT_TIMEOUT,
        read_timeout: float = READ_TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._reports_url = reports_url.rstrip("/")
        self._sender = Sender(
            Transport(key, session or build_session(api_url, reports_url), connect_timeout=connect_timeout, read_timeout=read_timeout),
            ledger=ledger,
            plan=plan,
            pacer=pacer or Pacer(sleep=sleep, monotonic=monotonic),
            sleep=sleep,
            clock=clock,
            monotonic=monotonic,
            jitter=jitter,
            patience=patience,
        )
        self._page_sizes = PageSizes(clock)

    def __repr__(self) -> str:
        return f"Clockify({self._api_url!r}, plan={self.plan.name!r}, intent={self.intent.value!r})"

    @property
    def plan(self) -> Plan:
        """The plan it keeps to; FREE until told otherwise."""
        return self._sender.plan

    @property
    def intent(self) -> Intent:
        """For whom it asks; the background until told otherwise."""
        return self._sender.intent

    def with_plan(self, plan: Plan) -> Self:
        """Return a clone that keeps to another plan."""
        return self._clone(plan, self.intent)

    def for_person(self) -> Self:
        """Return a clone that may use the whole hour, for what somebody waits for."""
        return self._clone(self.plan, Intent.PERSON)

    def for_intent(self, intent: Intent) -> Self:
        """Return a clone that may use what is there for an intent."""
        return self._clone(self.plan, intent)

    def for_background(self) -> Self:
        """Return a clone that leaves the kept requests to people."""
        return self._clone(self.plan, Intent.BACKGROUND)

    def close(self) -> None:
        """Close the connections, those of its clones too."""
        self._sender.close()

    def user(self) -> Json:
        """Return the user to whom the key belongs.

        https://docs.clockify.me/#tag/User/operation/getLoggedUser
        """
        return self._get("/user", user_of)

    def workspaces(self) -> list[Json]:
        """Return the workspaces that the key sees, with plan and features; not paged. One without an id is left out.

        https://docs.clockify.me/#tag/Workspace/operation/getWorkspacesOfUser
        """
        return self._get("/workspaces", workspaces_of)

    def users(self, *, workspace_id: str) -> list[Json]:
        """Return the people of a workspace with their roles, without memberships (they weigh up to 70 KB each).

        Deleted ones are left out. The shape of `roles` is described nowhere (`clockify.roles` reads it).

        PermissionDenied for a plain member's key.
        https://docs.clockify.me/#tag/User/operation/getUsersOfWorkspace
        """
        return self._list(path_of("workspaces", workspace_id, "users"), LIST_PAGE_SIZE, {"memberships": "NONE", "include-roles": "true"})

    def projects(self, *, workspace_id: str) -> list[Json]:
        """Return active and archived projects, hydrated: with tasks, client and currency, and without `clientName`.

        https://docs.clockify.me/#tag/Project/operation/getProjects
        """
        return self._list(path_of("workspaces", workspace_id, "projects"), LIST_PAGE_SIZE, {"hydrated": "true"})

    def clients(self, *, workspace_id: str) -> list[Json]:
        """Return active and archived clients.

        https://docs.clockify.me/#tag/Client/operation/getClients
        """
        return self._list(path_of("workspaces", workspace_id, "clients"), LIST_PAGE_SIZE)

    def tags(self, *, workspace_id: str) -> list[Json]:
        """Return active and archived tags.

        https://docs.clockify.me/#tag/Tag/operation/getTags
        """
        return self._list(path_of("workspaces", workspace_id, "tags"), LIST_PAGE_SIZE)

    def time_entries(self, *, workspace_id: str, user_id: str, start: datetime, end: datetime) -> list[Json]:
        """Return one user's entries between two aware moments, newest start first.

        Clockify takes both for wall clocks of the account's zone, whatever they say: widen
        the window by a day on each side and filter on the timestamps.
        https://docs.clockify.me/#tag/Time-entry/operation/getTimeEntries
        """
        path = path_of("workspaces", workspace_id, "user", user_id, "time-entries")
        return self._list(path, ENTRY_PAGE_SIZE, {"start": moment_text(start), "end": moment_text(end)})

    def in_progress(self, *, workspace_id: str) -> list[Json]:
        """Return every running timer of a workspace.

        https://docs.clockify.me/#tag/Time-entry/operation/getInProgressTimeEntries
        """
        return self._list(path_of("workspaces", workspace_id, "time-entries", "status", "in-progress"), ENTRY_PAGE_SIZE)

    def summary_report(
        self, *, workspace_id: str, period: Period, time_zone: str, groups: Sequence[str], **filters: Unpack[Filters]
    ) -> Json:
        """Return totals and nested groups of a period's time; ValueError for groups that Clockify doesn't know.

        https://docs.clockify.me/#tag/Time-Entry-Report/operation/generateSummaryReport
        """
        body = summary_body(period, time_zone, groups=groups, filters=report_filters(**filters))
        return self._post(path_of("workspaces", workspace_id, "reports", "summary"), body, summary_of)

    @overload
    def detailed_report(
        self, *, workspace_id: str, period: Period, time_zone: str, on_page: OnPage | None = None, **filters: Unpack[Filters]
    ) -> DetailedReport[list[Json]]: ...

    @overload
    def detailed_report(
        self, *, workspace_id: str, period: Period, time_zone: str, take: Take[T], on_page: OnPage | None = None, **filters: Unpack[Filters]
    ) -> DetailedReport[T]: ...

    def detailed_report(
        self,
        *,
        workspace_id: str,
        period: Period,
        time_zone: str,
        take: Take[Any] = as_they_are,
        on_page: OnPage | None = None,
        **filters: Unpack[Filters],
    ) -> DetailedReport[Any]:
        """Return every entry of a period; see `read_detailed` for `take` and `on_page`.

        No reply of the whole process is parsed while `take` runs, so it must not ask Clockify.
        https://docs.clockify.me/#tag/Time-Entry-Report/operation/generateDetailedReport
        """
        fetch = self._detailed_pages(workspace_id, period, time_zone, filters)
        return read_detailed(fetch, take=take, at_once=self.plan.requests_at_once, on_page=on_page)

    def detailed_page(
        self,
        *,
        workspace_id: str,
        period: Period,
        time_zone: str,
        page: int,
        page_size: int | None = None,
        **filters: Unpack[Filters],
    ) -> DetailedPage:
        """Return one page of a detailed report, for a reader that goes page by page and keeps what was paid for.

        Who goes on behind a first page passes the size that it was `asked` for: pages of two
        sizes don't fit together.
        """
        return self._detailed_pages(workspace_id, period, time_zone, filters)(page, page_size, lambda found: found)

    def _detailed_pages(self, workspace_id: str, period: Period, time_zone: str, filters: Filters) -> Fetch:
        """Return what fetches the pages of one detailed report."""
        path, chosen = path_of("workspaces", workspace_id, "reports", "detailed"), report_filters(**filters)

        def fetch(page: int, page_size: int | None, use: Callable[[DetailedPage], T]) -> T:
            deadline = self._sender.deadline()

            def ask(size: int) -> T:
                request = Request(
                    "POST",
                    self._reports_url + path,
                    body=detailed_body(period, time_zone, page=page, page_size=size, filters=chosen),
                )
                return self._sender.ask(request, lambda data: use(detailed_page_of(data, size)), deadline)[0]

            if page_size is None and page == 1:
                return self._page_sizes.first_page("detailed", ENTRY_PAGE_SIZE, ask)
            return ask(page_size or self._page_sizes.known("detailed", ENTRY_PAGE_SIZE))

        return fetch

    def _clone(self, plan: Plan, intent: Intent) -> Self:
        clone = copy.copy(self)
        clone._sender = self._sender.clone(plan, intent)
        return clone

    def _get(self, path: str, read: Callable[[object], T]) -> T:
        return self._sender.ask(Request("GET", self._api_url + path), read, self._sender.deadline())[0]

    def _post(self, path: str, body: Json, read: Callable[[object], T]) -> T:
        return self._sender.ask(Request("POST", self._reports_url + path, body=body), read, self._sender.deadline())[0]

    def _list(self, path: str, most: int, query: Mapping[str, str] | None = None) -> list[Json]:
        """Read a paged list to its end."""
        collected, sizes, barren = Parts("id", as_they_are), list[int](), 0
        asked, rows, headers = self._first_of_list(path, most, query or {})
        for page in range(1, MAX_PAGES + 1):
            if page > 1:
                rows, headers = self._page_of_list(path, page, asked, query or {}, self._sender.deadline())
            sizes.append(len(rows))
            barren = 0 if collected.add(page, rows) else barren + 1
            last_page = last_page_of(headers)
            # Without the header, a page that only repeats means that paging is not known here.
            if is_last_page(sizes, last_page, asked=asked) or (barren and last_page is None):
                return [row for part in collected.in_order() for row in part]
            if barren > 1:
                break
        raise MalformedReply("Clockify's list has no end: it says there is more and brings nothing new.", status=200)

    def _first_of_list(self, path: str, most: int, query: Mapping[str, str]) -> tuple[int, list[Json], Headers]:
        """Read the first page of a list, and tell what size it was asked for."""
        deadline, kind = self._sender.deadline(), path.rpartition("/")[2]
        return self._page_sizes.first_page(kind, most, lambda size: (size, *self._page_of_list(path, 1, size, query, deadline)))

    def _page_of_list(
        self, path: str, page: int, page_size: int, query: Mapping[str, str], deadline: Deadline
    ) -> tuple[list[Json], Headers]:
        paging = {"page": str(page), "page-size": str(page_size)}
        return self._sender.ask(Request("GET", self._api_url + path, {**query, **paging}), rows_of, deadline)
