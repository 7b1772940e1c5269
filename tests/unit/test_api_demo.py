"""The client against the embedded Clockify: the same HTTP as the real one, no fakes between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clockify import errors
from clockify.api import Clockify, MemoryLedger, is_refused_by_plan, plan_of
from clockify.demo.generate import agency_world
from clockify.demo.keys import MEMBER_KEY, OWNER_KEY
from clockify.demo.server import RunningServer, create_app, serve
from clockify.periods import Month, Period
from clockify.settings import ApiKey

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
OCTOBER = Month(2026, 10).period


@pytest.fixture(scope="module")
def world() -> Any:
    return agency_world(NOW, seed=1, people=5, entries=3000)


@pytest.fixture(scope="module")
def paid(world: Any) -> Iterator[RunningServer]:
    with serve(create_app(world, plan="BUNDLE_YEAR_2024", detailed_page_cap=50, clock=lambda: NOW)) as server:
        yield server


@pytest.fixture
def free(world: Any) -> Iterator[RunningServer]:
    with serve(create_app(world, plan="FREE", clock=lambda: NOW)) as server:
        yield server


@pytest.fixture
def client(paid: RunningServer) -> Iterator[Clockify]:
    client = client_of(paid, OWNER_KEY)
    yield client.with_plan(plan_of(client.workspaces()[0]))
    client.close()


def client_of(server: RunningServer, key: str) -> Clockify:
    return Clockify(
        ApiKey(key), ledger=MemoryLedger(), api_url=server.api_url, reports_url=server.reports_url, sleep=lambda _: None, clock=lambda: NOW
    )


def test_the_plan_is_understood(client: Clockify) -> None:
    assert (client.plan.name, client.plan.is_free, client.plan.report_days) == ("BUNDLE_YEAR_2024", False, 366)


def test_a_month_agrees_with_its_totals_although_pages_are_smaller_than_asked(client: Clockify) -> None:
    workspace_id = client.workspaces()[0]["id"]
    report = client.detailed_report(workspace_id=workspace_id, period=OCTOBER, time_zone="Europe/Berlin")
    assert len(report.rows) > 100
    assert report.is_complete
    assert sum(row["timeInterval"]["duration"] for row in report.rows) == report.totals["totalTime"]
    summary = client.summary_report(workspace_id=workspace_id, period=OCTOBER, time_zone="Europe/Berlin", groups=["USER", "PROJECT"])
    assert summary["totals"][0]["totalTime"] == report.totals["totalTime"]
    assert sum(group["duration"] for group in summary["groupOne"]) == report.totals["totalTime"]


def test_days_of_a_month_add_up_to_it(client: Clockify) -> None:
    workspace_id = client.workspaces()[0]["id"]

    def ids(period: Period) -> list[str]:
        rows = client.detailed_report(workspace_id=workspace_id, period=period, time_zone="America/New_York").rows
        return [row["_id"] for row in rows]

    days = [Period(OCTOBER.start + timedelta(days=day), OCTOBER.start + timedelta(days=day + 1)) for day in range(31)]
    by_day = [each for day in days for each in ids(day)]
    assert len(set(by_day)) == len(by_day)
    assert sorted(by_day) == sorted(ids(OCTOBER))


def test_lists_come_whole(client: Clockify, world: Any) -> None:
    workspace_id = client.workspaces()[0]["id"]
    assert {row["id"] for row in client.projects(workspace_id=workspace_id)} == set(world.projects)
    assert {row["id"] for row in client.clients(workspace_id=workspace_id)} == set(world.clients)
    assert {row["id"] for row in client.tags(workspace_id=workspace_id)} == set(world.tags)
    assert {row["id"] for row in client.users(workspace_id=workspace_id)} <= set(world.users)
    assert all(row["timeInterval"]["end"] is None for row in client.in_progress(workspace_id=workspace_id))
    entries = client.time_entries(
        workspace_id=workspace_id, user_id=client.user()["id"], start=NOW - timedelta(days=30), end=NOW + timedelta(days=1)
    )
    assert entries


def test_errors_are_those_of_the_tree(client: Clockify, paid: RunningServer) -> None:
    stranger, member = client_of(paid, "nobody-has-this-key"), client_of(paid, MEMBER_KEY)
    with pytest.raises(errors.AuthenticationError):
        stranger.user()
    with pytest.raises(errors.PermissionDenied):
        member.users(workspace_id=client.workspaces()[0]["id"])
    stranger.close()
    member.close()


def test_free_refuses_a_long_range_and_our_ledger_stops_before_the_server_does(free: RunningServer) -> None:
    client = client_of(free, OWNER_KEY)
    workspace_id = client.workspaces()[0]["id"]
    with pytest.raises(errors.ReplyError) as caught:
        client.detailed_report(workspace_id=workspace_id, period=Period(OCTOBER.start, OCTOBER.start + timedelta(days=40)), time_zone="UTC")
    assert is_refused_by_plan(caught.value)
    with pytest.raises(errors.RateLimited, match="All 30 requests"):
        for _ in range(40):
            client.for_person().user()
    assert len(free.requests) == 30
    client.close()
