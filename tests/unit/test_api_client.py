"""The endpoints and what they send, over a session without a network."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from clockify import errors
from clockify.api import Plan
from clockify.periods import Period
from tests.unit.api_fakes import FREE, KEY_TEXT, NOVEMBER, NOW, PAID, clockify_with, detailed, detailed_of, numbered, pages_of


class TestEndpoints:
    def test_user_and_workspaces(self) -> None:
        client, server = clockify_with(lambda sent: (200, {"id": "u1"} if sent.path.endswith("/user") else [{"id": "w1"}]))
        assert client.user() == {"id": "u1"}
        assert client.workspaces() == [{"id": "w1"}]
        assert [(each.method, each.path, each.query) for each in server.sent] == [
            ("GET", "/api/v1/user", {}),
            ("GET", "/api/v1/workspaces", {}),
        ]

    @pytest.mark.parametrize(
        ("name", "path", "query"),
        [
            ("users", "users", {"memberships": "NONE", "include-roles": "true", "page-size": "200"}),
            ("projects", "projects", {"hydrated": "true", "page-size": "200"}),
            ("clients", "clients", {"page-size": "200"}),
            ("tags", "tags", {"page-size": "200"}),
            ("in_progress", "time-entries/status/in-progress", {"page-size": "1000"}),
        ],
    )
    def test_lists(self, name: str, path: str, query: dict[str, str]) -> None:
        client, server = clockify_with(pages_of(450))
        assert getattr(client, name)(workspace_id="w1") == numbered(1, 450)
        assert [each.path for each in server.sent] == [f"/api/v1/workspaces/w1/{path}"] * len(server.sent)
        assert [each.query for each in server.sent][:1] == [{**query, "page": "1"}]

    def test_entries_of_a_user_between_two_moments(self) -> None:
        client, server = clockify_with(pages_of(3, cap=1000))
        start = datetime(2026, 10, 31, 1, 30, tzinfo=timezone(timedelta(hours=2)))
        found = client.time_entries(workspace_id="w1", user_id="u1", start=start, end=datetime(2026, 12, 2, tzinfo=UTC))
        assert found == numbered(1, 3)
        assert server.sent[0].path == "/api/v1/workspaces/w1/user/u1/time-entries"
        assert server.sent[0].query == {"start": "2026-10-30T23:30:00Z", "end": "2026-12-02T00:00:00Z", "page": "1", "page-size": "1000"}

    def test_a_moment_without_a_zone_is_a_mistake(self) -> None:
        client, server = clockify_with(pages_of(0))
        with pytest.raises(ValueError, match="time zone"):
            client.time_entries(workspace_id="w1", user_id="u1", start=datetime(2026, 1, 1), end=NOW)
        assert server.sent == []

    def test_an_id_stays_one_part_of_the_path(self) -> None:
        client, server = clockify_with(pages_of(0))
        client.tags(workspace_id="../user?x#y")
        assert server.sent[0].path == "/api/v1/workspaces/..%2Fuser%3Fx%23y/tags"

    def test_the_key_is_sent_once_and_nothing_else_identifies(self) -> None:
        client, server = clockify_with(lambda _: (200, {"id": "u1"}))
        client.user()
        headers = {name.casefold(): value for name, value in server.sent[0].headers.items()}
        assert headers["x-api-key"] == KEY_TEXT
        assert "authorization" not in headers
        assert "cookie" not in headers
        assert headers["user-agent"] == "clockify-dashboard (python-requests)"


class TestReports:
    def test_the_body_of_a_detailed_report(self) -> None:
        client, server = clockify_with(detailed_of(1))
        assert detailed(client).rows == [{"_id": "row-1"}]
        assert server.sent[0].path == "/v1/workspaces/w1/reports/detailed"
        assert server.sent[0].body == {
            "dateRangeStart": "2026-11-01T00:00:00.000",
            "dateRangeEnd": "2026-11-30T23:59:59.999",
            "timeZone": "Europe/Berlin",
            "exportType": "JSON",
            "amountShown": "EARNED",
            "rounding": False,
            "sortOrder": "ASCENDING",
            "detailedFilter": {"page": 1, "pageSize": 1000, "sortColumn": "DATE"},
        }

    def test_the_body_of_a_summary_report(self) -> None:
        client, server = clockify_with(lambda _: (200, {"totals": [], "groupOne": []}))
        period = Period(date(2026, 2, 28), date(2026, 3, 1))
        report = client.summary_report(workspace_id="w1", period=period, time_zone="UTC", groups=("USER", "PROJECT"))
        assert report == {"totals": [], "groupOne": []}
        assert server.sent[0].path == "/v1/workspaces/w1/reports/summary"
        body = server.sent[0].body
        assert (body["dateRangeStart"], body["dateRangeEnd"]) == ("2026-02-28T00:00:00.000", "2026-02-28T23:59:59.999")
        assert body["summaryFilter"] == {"groups": ["USER", "PROJECT"]}

    @pytest.mark.parametrize("report", ["summary", "detailed"])
    def test_filters_stand_at_the_top_level(self, report: str) -> None:
        answers = {"totals": [], "groupOne": [], "timeentries": []}
        client, server = clockify_with(lambda _: (200, answers))
        filters: dict[str, Any] = {"users": ["u1", "u2", "u1"], "clients": {"c1"}, "projects": ["p1"], "tags": ["t1"], "tasks": ["k1"]}
        if report == "summary":
            client.summary_report(workspace_id="w1", period=NOVEMBER, time_zone="UTC", groups=["DATE"], billable=False, **filters)
        else:
            detailed(client, billable=False, **filters)
        body = server.sent[0].body
        assert body["users"] == {"ids": ["u1", "u2"], "contains": "CONTAINS", "status": "ALL"}
        assert [body[name]["ids"] for name in ("clients", "projects", "tags", "tasks")] == [["c1"], ["p1"], ["t1"], ["k1"]]
        assert body["billable"] is False

    @pytest.mark.parametrize("groups", [[], ["DAY"], ["project"], ["PROJECT", "PROJECT"], ["CLIENT", "PROJECT", "USER", "DATE"]])
    def test_groups_are_checked_before_anything_is_sent(self, groups: list[str]) -> None:
        client, server = clockify_with(lambda _: (200, {}))
        with pytest.raises(ValueError, match="summary report"):
            client.summary_report(workspace_id="w1", period=NOVEMBER, time_zone="UTC", groups=groups)
        assert server.sent == []

    @pytest.mark.parametrize("users", [[], (), "u1"])
    def test_an_empty_filter_would_mean_everyone(self, users: Any) -> None:
        client, server = clockify_with(lambda _: (200, {}))
        with pytest.raises(ValueError, match="users"):
            detailed(client, users=users)
        assert server.sent == []

    @pytest.mark.parametrize("plan", [FREE, PAID])
    def test_a_large_month_comes_whole_and_in_order(self, plan: Plan) -> None:
        client, server = clockify_with(detailed_of(2350, cap=200), plan=plan)
        report = detailed(client)
        assert report.rows == numbered(1, 2350, "_id")
        assert sorted(each.body["detailedFilter"]["page"] for each in server.sent) == list(range(1, 13))
        assert {each.body["detailedFilter"]["pageSize"] for each in server.sent} == {1000}

    def test_totals_are_empty_where_there_are_none(self) -> None:
        client, _ = clockify_with(lambda _: (200, {"totals": [None], "timeentries": []}))
        assert (detailed(client).totals, detailed(client).rows) == ({}, [])


class TestLists:
    def test_pages_are_read_until_the_header_says_so(self) -> None:
        client, server = clockify_with(pages_of(400))
        assert len(client.tags(workspace_id="w1")) == 400
        assert [each.query["page"] for each in server.sent] == ["1", "2"]

    @pytest.mark.parametrize(("total", "cap", "requests_sent"), [(30, 50, 1), (120, 50, 3), (100, 50, 3), (450, 200, 3), (400, 200, 3)])
    def test_without_the_header_a_smaller_page_than_asked_is_not_the_end(self, total: int, cap: int, requests_sent: int) -> None:
        client, server = clockify_with(pages_of(total, cap=cap, header=False))
        assert client.tags(workspace_id="w1") == numbered(1, total)
        assert len(server.sent) == requests_sent

    def test_a_server_that_knows_no_pages_is_asked_twice(self) -> None:
        client, server = clockify_with(lambda _: (200, numbered(1, 300)))
        assert client.tags(workspace_id="w1") == numbered(1, 300)
        assert len(server.sent) == 2

    def test_a_list_that_claims_more_for_ever_is_malformed(self) -> None:
        for rows in ([], numbered(1, 5)):
            client, server = clockify_with(lambda _, rows=rows: (200, rows, {"Last-Page": "false"}))
            with pytest.raises(errors.MalformedReply):
                client.tags(workspace_id="w1")
            assert len(server.sent) <= 3

    @pytest.mark.parametrize("header", [True, False])
    def test_a_list_has_at_most_so_many_pages(self, header: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("clockify.api.client.MAX_PAGES", 3)
        client, server = clockify_with(pages_of(600 if header else 599, header=header))
        assert len(client.tags(workspace_id="w1")) == (600 if header else 599)
        assert len(server.sent) == 3
        client, server = clockify_with(pages_of(601, header=header))
        with pytest.raises(errors.MalformedReply, match="has no end"):
            client.tags(workspace_id="w1")
        assert [each.query["page"] for each in server.sent] == ["1", "2", "3"]

    def test_a_row_that_moved_between_pages_comes_once(self) -> None:
        pages = {"1": numbered(1, 200), "2": numbered(200, 210)}
        client, _ = clockify_with(lambda sent: (200, pages[sent.query["page"]], {"Last-Page": str(sent.query["page"] == "2").lower()}))
        assert client.tags(workspace_id="w1") == numbered(1, 210)
