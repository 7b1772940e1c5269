"""Every request that the client sends, against the vendor's OpenAPI export and its corrected copy.

Both are third-party files that live beside the project; without them there is nothing to
check against.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clockify.api import Clockify
from clockify.api.bodies import SUMMARY_GROUPS
from clockify.api.writing import Writing
from clockify.writes import Draft
from tests.contract.openapi import Spec, document, needs_shared, operation_for, request_problems
from tests.unit.api_fakes import NOVEMBER, Sent, clockify_with

SPECS: tuple[Spec, ...] = ("official", "corrected")
# The export leaves these two groups out, though they work; the corrected copy has them.
GROUPS_NOT_EXPORTED = {"USER", "TAG"}
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
FILTERS: dict[str, Any] = {"users": ["a"], "clients": ["b"], "projects": ["c"], "tags": ["d"], "tasks": ["e"], "billable": True}
FIELDS = ({"customFieldId": "f1", "value": {"any": 1}, "sourceType": "PROJECT", "name": "PO"}, {"customFieldId": "f2", "value": {}})
FULL = Draft(MOMENT, MOMENT + timedelta(hours=1), "p1", "t1", ("g1", "g2"), "what", True, "BREAK", FIELDS)


def answer(sent: Sent) -> tuple[int, Any, dict[str, str]]:
    """Answer anything with one empty page."""
    if "reports" in sent.path:
        return 200, {"totals": [], "groupOne": [], "timeentries": []}, {}
    if sent.method == "DELETE":
        return 204, b"", {}
    if sent.method != "GET" or sent.path.endswith("/e1"):
        return 200, {"id": "e1", "timeInterval": {}}, {}
    return 200, {"id": "u1"} if sent.path.endswith("/user") else [], {"Last-Page": "true"}


def call_everything(client: Clockify) -> None:
    """Call each endpoint once or more, with and without what is optional."""
    client.user()
    client.workspaces()
    for name in ("users", "projects", "clients", "tags", "in_progress"):
        getattr(client, name)(workspace_id="w1")
    client.time_entries(workspace_id="w1", user_id="u1", start=MOMENT, end=MOMENT)
    for filters in ({}, FILTERS):
        client.detailed_report(workspace_id="w1", period=NOVEMBER, time_zone="Europe/Berlin", **filters)
        client.detailed_page(workspace_id="w1", period=NOVEMBER, time_zone="Europe/Berlin", page=2, **filters)
        for group in SUMMARY_GROUPS:
            client.summary_report(workspace_id="w1", period=NOVEMBER, time_zone="Europe/Berlin", groups=[group], **filters)
    client.summary_report(workspace_id="w1", period=NOVEMBER, time_zone="UTC", groups=["CLIENT", "PROJECT", "TASK"])
    write_everything(client)


def write_everything(client: Clockify) -> None:
    """Write in every way, from as little as possible to everything."""
    client.time_entry(workspace_id="w1", entry_id="e1")
    for draft in (Draft(MOMENT), FULL):
        client.create_time_entry(workspace_id="w1", draft=draft)
        client.create_for_others(workspace_id="w1", user_id="u1", draft=draft)
        client.update_time_entry(workspace_id="w1", entry_id="e1", draft=draft)
    client.stop_running_time_entry(workspace_id="w1", user_id="u1", end=MOMENT)
    client.delete_time_entry(workspace_id="w1", entry_id="e1")


def sent_requests() -> list[Sent]:
    client, server = clockify_with(answer)
    call_everything(client)
    return server.sent


def label(sent: Sent) -> str:
    groups = (sent.body or {}).get("summaryFilter", {}).get("groups", [])
    return "-".join([sent.method, sent.path.rpartition("/")[2], *groups, *(["filtered"] if "users" in (sent.body or {}) else [])])


def query_of(spec: Spec, sent: Sent) -> dict[str, dict[str, Any]]:
    """Return the query parameters that are specified for a request, by name."""
    _, operation = operation_for(spec, sent.method, sent.path)
    found = [resolved(spec, each) for each in operation.get("parameters", [])]
    return {each["name"]: each for each in found if each["in"] == "query"}


def resolved(spec: Spec, parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    shared: dict[str, Any] = document(spec)["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return shared


def typed(schema: dict[str, Any], text: str) -> object:
    """Return a query's text as the type that its schema names."""
    if schema.get("type") == "integer":
        return int(text)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def as_exported(body: Any) -> Any:
    """Return a body with the groups that the export leaves out swapped for one that it has."""
    if "summaryFilter" not in (body or {}):
        return body
    groups = ["PROJECT" if group in GROUPS_NOT_EXPORTED else group for group in body["summaryFilter"]["groups"]]
    return {**body, "summaryFilter": {**body["summaryFilter"], "groups": groups}}


@needs_shared
@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("sent", sent_requests(), ids=label)
def test_a_request_is_as_specified(sent: Sent, spec: Spec) -> None:
    body = as_exported(sent.body) if spec == "official" else sent.body
    assert request_problems(sent.method, sent.path, body=body, query=sent.query, spec=spec) == []


@needs_shared
@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("sent", sent_requests(), ids=label)
def test_a_query_has_what_is_required_in_the_types_that_are_specified(sent: Sent, spec: Spec) -> None:
    known = query_of(spec, sent)
    assert {name for name, each in known.items() if each.get("required")} <= set(sent.query)
    for name, text in sent.query.items():
        assert Draft202012Validator(known[name]["schema"]).is_valid(typed(known[name]["schema"], text)), name


def test_every_endpoint_is_called() -> None:
    public = {name for part in (Clockify, Writing) for name in vars(part) if not name.startswith("_")}
    other = {"plan", "intent", "with_plan", "for_person", "for_background", "for_intent", "close"}
    endpoints = {"user", "workspaces", "users", "projects", "clients", "tags", "time_entries", "in_progress"}
    writes = {"create_time_entry", "create_for_others", "update_time_entry", "delete_time_entry", "stop_running_time_entry"}
    assert public - other == endpoints | {"summary_report", "detailed_report", "detailed_page", "time_entry"} | writes
    assert len({(each.method, re.sub(r"^/(api/)?v1", "", each.path)) for each in sent_requests()}) == 16


def test_nothing_is_sent_where_the_server_would_ignore_it() -> None:
    for sent in sent_requests():
        inner = (sent.body or {}).get("summaryFilter") or (sent.body or {}).get("detailedFilter") or {}
        assert set(inner) <= {"groups", "page", "pageSize", "sortColumn"}
