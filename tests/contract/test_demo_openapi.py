"""Every reply of the demo against both OpenAPI files and against the captured replies."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, agency_world, create_app, serve
from clockify.demo.routes import MAIN, REPORTS
from tests.contract.openapi import SHARED, needs_shared, operation_for, reply_problems, request_problems, sample, shape_problems

pytestmark = needs_shared

BELGRADE = ZoneInfo("Europe/Belgrade")
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=BELGRADE)
SPECS = ("corrected", "official")
KEYS = (OWNER_KEY, MANAGER_KEY, MEMBER_KEY)
QUERIES = {
    "/user": [{}, {"include-memberships": "true"}],
    "/workspaces/{workspace}/users": [{}, {"memberships": "NONE", "page-size": "3"}, {"page": "99"}],
    "/workspaces/{workspace}/projects": [
        {},
        {"hydrated": "true"},
        {"archived": "true", "page-size": "1"},
        {"hydrated": "true", "page": "9"},
    ],
    "/workspaces/{workspace}/projects/{project}": [{}, {"hydrated": "true"}],
    "/workspaces/{workspace}/projects/{project}/tasks": [{}, {"is-active": "true"}],
    "/workspaces/{workspace}/clients": [{}, {"archived": "true"}],
    "/workspaces/{workspace}/tags": [{}, {"archived": "false", "page-size": "2"}],
    "/workspaces/{workspace}/user/{user}/time-entries": [
        {},
        {"hydrated": "true"},
        {"in-progress": "true"},
        {"start": "2026-02-01T00:00:00Z", "end": "2026-03-01T00:00:00Z", "page": "2", "page-size": "20"},
    ],
    "/workspaces/{workspace}/time-entries/{entry}": [{}, {"hydrated": "true"}],
}
RANGE = {"dateRangeStart": "2026-03-09T00:00:00", "dateRangeEnd": "2026-03-15T23:59:59.999", "timeZone": "Europe/Belgrade"}
ALL_AMOUNTS = {"amounts": ["EARNED", "COST", "PROFIT"], "amountShown": "EARNED"}
EMPTY = {"dateRangeStart": "2020-03-09T00:00:00", "dateRangeEnd": "2020-03-15T23:59:59.999"}
BODIES = {
    "summary": [
        {"summaryFilter": {"groups": ["USER", "PROJECT"]}},
        {"summaryFilter": {"groups": ["PROJECT", "TASK", "TIMEENTRY"], "sortColumn": "DURATION"}} | ALL_AMOUNTS,
        {"summaryFilter": {"groups": ["CLIENT", "TAG", "DATE"]}, "billable": True, "exportType": "JSON"},
        {"summaryFilter": {"groups": ["MONTH", "WEEK"]}, "weekStart": "MONDAY", "sortOrder": "DESCENDING"},
        {"summaryFilter": {"groups": ["USER"]}} | EMPTY,
    ],
    "detailed": [
        {"detailedFilter": {"page": 1, "pageSize": 1000}},
        {"detailedFilter": {"page": 2, "pageSize": 10, "sortColumn": "DATE"}} | ALL_AMOUNTS,
        {"detailedFilter": {"page": 1, "pageSize": 50, "options": {"totals": "EXCLUDE"}}},
        {"detailedFilter": {"page": 1, "pageSize": 50}} | EMPTY,
    ],
    "weekly": [
        {"weeklyFilter": {"group": "USER", "subgroup": "TIME"}},
        {"weeklyFilter": {"group": "PROJECT", "subgroup": "TIME"}} | ALL_AMOUNTS,
        {"weeklyFilter": {"group": "USER", "subgroup": "TIME"}} | EMPTY,
    ],
}


@pytest.fixture(scope="module")
def demo():
    world = agency_world(NOW)
    # What the agency does not have: somebody without a name, an unbilled kind of entry, hostile text.
    guest = world.add_user(None, status="PENDING_EMAIL_VERIFICATION")
    start = datetime(2026, 3, 10, 9, tzinfo=BELGRADE)
    world.add_entry(guest, start, start + timedelta(hours=1), type="TIME_OFF", description="<script>=1+1|\u202e\x00")
    with serve(create_app(world)) as server, requests.Session() as session:
        server.session = session
        yield server


def path_of(template, demo):
    """Fill a template in with things of the member whose key is the weakest, so that all three keys may ask."""
    world = demo.world
    me = world.keys[MEMBER_KEY]
    entry = next(entry for entry in reversed(world.entries) if entry.user_id == me and entry.task_id)
    return template.format(
        workspace=world.id,
        user=me,
        entry=entry.id,
        project=entry.project_id,
        task=entry.task_id,
        client=next(iter(world.clients)),
        tag=next(iter(world.tags)),
    )


def get(demo, path, query=None, key=OWNER_KEY):
    return demo.session.get(demo.api_url + path, params=query, headers={"X-Api-Key": key})


def report(demo, name, key=OWNER_KEY, **body):
    url = f"{demo.reports_url}/workspaces/{demo.world.id}/reports/{name}"
    return demo.session.post(url, json=RANGE | body, headers={"X-Api-Key": key})


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("template", MAIN)
def test_main_replies_fit_both_files(demo, template, key):
    path = path_of(template, demo)
    for query in QUERIES.get(template, [{}]):
        assert request_problems("GET", path, query=query) == []
        reply = get(demo, path, query, key)
        refused = key == MEMBER_KEY and template.endswith("/users")
        assert reply.status_code == (403 if refused else 200)
        for spec in SPECS:
            assert reply_problems(spec, "GET", path, reply.json(), status=reply.status_code) == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", BODIES)
def test_report_replies_fit_both_files(demo, name, key):
    for body in BODIES[name]:
        reply = report(demo, name, key, **body)
        assert request_problems("POST", reply.url, body=RANGE | body) == []
        assert reply.status_code == (403 if key == MEMBER_KEY else 200)
        for spec in SPECS:
            assert reply_problems(spec, "POST", reply.url, reply.json(), status=reply.status_code) == []


def test_every_endpoint_of_the_demo_is_documented():
    for template in MAIN:
        operation_for("corrected", "GET", template)
    for template in REPORTS:
        operation_for("corrected", "POST", template)


def test_the_checks_notice_what_is_wrong(demo):
    path = path_of("/workspaces/{workspace}/tags", demo)
    (first, *_) = get(demo, path).json()
    assert reply_problems("corrected", "GET", path, [first | {"archived": "no"}])
    assert reply_problems("corrected", "GET", path, [{"id": first["id"]}])
    assert request_problems("GET", path, query={"colour": "red"})
    assert request_problems("POST", f"/workspaces/{demo.world.id}/reports/summary", body=RANGE | {"summaryFilter": {"groups": ["PERSON"]}})
    assert shape_problems({"a": 1}, {"a": "1"}) and shape_problems({"a": 1}, {}) and not shape_problems({"a": None}, {"a": 1, "b": 2})


def test_projects_look_like_the_captured_ones(demo):
    path = path_of("/workspaces/{workspace}/projects", demo)
    for name, query in (("projects.item.json", {}), ("projects.item.hydrated.json", {"hydrated": "true"})):
        known = sample(name)
        for row in get(demo, path, query).json():
            if not row["clientId"]:
                # Without a client there are only its empty id and name.
                known = known | {"client": {"id": "", "name": ""}} if "client" in known else known
            # `favorite` of a task is the reader's own mark, and the plain task sample lacks it.
            assert shape_problems(known, row, absent=frozenset({"favorite"})) == []
            assert ("clientName" in row) is ("client" not in row)


def test_tasks_look_like_the_captured_one(demo):
    rows = get(demo, path_of("/workspaces/{workspace}/projects/{project}/tasks", demo)).json()
    assert rows and all(shape_problems(sample("tasks.item.json"), [row]) == [] for row in rows)


def test_entries_look_like_the_captured_ones(demo):
    path = path_of("/workspaces/{workspace}/user/{user}/time-entries", demo)
    # The captured person has every setting; a name and a zone are what readers rely on.
    settings = frozenset(sample("time-entries.item.hydrated.json")["user"]["settings"]) - {
        "timeZone",
        "weekStart",
        "dateFormat",
        "timeFormat",
    }
    for name, query in (("time-entries.item.json", {}), ("time-entries.item.hydrated.json", {"hydrated": "true"})):
        for row in get(demo, path, query).json():
            assert shape_problems(sample(name), row, absent=settings) == []


def test_running_timers_look_like_the_captured_one(demo):
    rows = get(demo, path_of("/workspaces/{workspace}/time-entries/status/in-progress", demo)).json()
    assert len(rows) == 2
    for row in rows:
        assert shape_problems(sample("time-entries.in-progress.json"), [row]) == []
        assert (row["timeInterval"]["end"], row["timeInterval"]["duration"]) == (None, None)


def test_user_and_workspace_have_the_captured_keys(demo):
    user = get(demo, "/user").json()
    known = sample("user.keys.json")
    assert set(user) == {key for key in known if key != "_other_keys"} | set(known["_other_keys"])
    workspace = get(demo, "/workspaces").json()[0]
    assert set(workspace) == set(sample("workspace.keys.json")["_top_level_keys"])


def test_detailed_rows_look_like_the_captured_one(demo):
    body = report(demo, "detailed", detailedFilter={"page": 1, "pageSize": 1000}).json()
    known = sample("reports.detailed.json")
    for row in body["timeentries"]:
        absent = frozenset() if row["taskId"] else frozenset({"taskName"})
        assert shape_problems(known["timeentries"][0], row, absent=absent) == []
        assert ("taskName" in row, "tags" in row) == (row["taskId"] is not None, row["tagIds"] is not None)
    assert shape_problems(known["totals"], body["totals"]) == []
    evidence = sample("reports.money-evidence.json")["detailed.timeentries[0]"]
    assert shape_problems(evidence, body["timeentries"][0]) == []


def test_hidden_amounts_look_like_the_captured_summary(demo):
    known = sample("reports.summary.date-user-timeentry.amounts-hidden.json")
    body = report(demo, "summary", MANAGER_KEY, summaryFilter={"groups": ["DATE", "USER", "TIMEENTRY"]}).json()
    assert shape_problems(known, body) == []
    assert {key: body["totals"][0][key] for key in ("amounts", "totalAmount", "totalAmountByCurrency")} == {
        "amounts": [],
        "totalAmount": None,
        "totalAmountByCurrency": {},
    }
    day, person, entry = body["groupOne"][0], body["groupOne"][0]["children"][0], body["groupOne"][0]["children"][0]["children"][0]
    captured_day = known["groupOne"][0]
    captured_person = captured_day["children"][0]
    assert set(day) == set(captured_day)
    assert set(person) == set(captured_person)
    assert set(entry) == set(captured_person["children"][0]) and set(entry["_id"]) == {"DATE", "USER", "TIMEENTRY"}


def test_refusals_are_the_captured_ones(demo):
    workspace = f"/workspaces/{demo.world.id}"
    replies = {
        1000: demo.session.get(demo.api_url + "/user"),
        4003: get(demo, "/user", key="nobody"),
        4017: demo.session.get(demo.api_url + "/user", headers={"X-Addon-Token": "x"}),
        "Project": get(demo, workspace + "/projects/x"),
        "Time entry doesn": get(demo, workspace + "/time-entries/x"),
        "Request method": get(demo, workspace + "/time-entries"),
        "exactly 7 days": report(demo, "weekly", dateRangeEnd="2026-03-16T23:59:59", weeklyFilter={"group": "USER", "subgroup": "TIME"}),
        "Access Denied": get(demo, workspace + "/users", key=MEMBER_KEY),
    }
    captured = sample("errors.json")
    for mark, reply in replies.items():
        (known, *_) = [one for one in captured if mark == one["body"]["code"] or (isinstance(mark, str) and mark in one["body"]["message"])]
        assert (reply.status_code, reply.json()) == (known["status"], known["body"])


def test_captured_replies_are_where_they_are_expected():
    assert (SHARED / "samples" / "README.md").is_file()
