"""The demo over HTTP: keys, refusals, paging, wall clocks and allowances, as Clockify shows them."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, World, agency_world, create_app, serve
from clockify.demo.__main__ import introduction, start

BELGRADE = ZoneInfo("Europe/Belgrade")
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=BELGRADE)
REPORTS = {
    "summary": {"summaryFilter": {"groups": ["USER"]}},
    "detailed": {"detailedFilter": {"page": 1, "pageSize": 1000}},
    "weekly": {"weeklyFilter": {"group": "USER", "subgroup": "TIME"}},
}
WEEK = {"dateRangeStart": "2026-03-02T00:00:00", "dateRangeEnd": "2026-03-08T23:59:59.999", "timeZone": "Europe/Belgrade"}


@pytest.fixture(scope="module")
def demo():
    with serve(create_app(agency_world(NOW))) as server:
        yield server


class Caller:
    """A session with a key on one server."""

    def __init__(self, server, key=OWNER_KEY):
        self.server, self.session = server, requests.Session()
        self.session.headers["X-Api-Key"] = key
        self.workspace = f"{server.api_url}/workspaces/{server.world.id}"

    def get(self, path, **query):
        return self.session.get(self.workspace + path, params={key.replace("_", "-"): value for key, value in query.items()})

    def report(self, name, **body):
        url = f"{self.server.reports_url}/workspaces/{self.server.world.id}/reports/{name}"
        return self.session.post(url, json=WEEK | REPORTS[name] | body)


@pytest.fixture
def call(demo):
    with_key = []

    def make(key=OWNER_KEY, server=demo):
        with_key.append(Caller(server, key))
        return with_key[-1]

    yield make
    for caller in with_key:
        caller.session.close()


def refusal(reply):
    return reply.status_code, reply.json()["code"]


def user_named(world, name):
    return next(user for user in world.users.values() if user.name == name)


# Keys


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Api-Key": OWNER_KEY, "X-Addon-Token": "x"},
        {"Authorization": f"Bearer {OWNER_KEY}"},
        {"X-Api-Key": OWNER_KEY, "Authorization": f"Bearer {OWNER_KEY}"},
    ],
)
@pytest.mark.parametrize("path", ["/user", "/workspaces", "/nothing/here"])
def test_none_or_several_keys(demo, headers, path):
    reply = requests.get(demo.api_url + path, headers=headers)
    assert (reply.status_code, reply.json()) == (401, {"message": "Multiple or none auth tokens present", "code": 1000})


def test_unknown_key(demo):
    reply = requests.post(f"{demo.reports_url}/workspaces/{demo.world.id}/reports/summary", headers={"X-Api-Key": "nobody"}, json={})
    assert (reply.status_code, reply.json()) == (401, {"message": "Api key does not exist", "code": 4003})


def test_unknown_addon_token(demo):
    assert refusal(requests.get(demo.api_url + "/user", headers={"X-Addon-Token": "x"})) == (401, 4017)


def test_a_key_ends_with_its_person():
    world = World.empty()
    world.add_user("Uma")
    vik = world.add_user("Vik")
    with serve(create_app(world)) as server:
        assert requests.get(server.api_url + "/user", headers={"X-Api-Key": MEMBER_KEY}).json()["name"] == "Vik"
        server.world.edit(vik, status="DELETED")
        assert refusal(requests.get(server.api_url + "/user", headers={"X-Api-Key": MEMBER_KEY})) == (401, 4003)


def test_a_member_sees_its_own_entries_only(call, demo):
    member = call(MEMBER_KEY)
    me = member.session.get(demo.api_url + "/user").json()
    assert me["name"] == "Carla Ruiz" and me["memberships"] == []
    assert (member.get("/users").status_code, member.get("/users").json()) == (403, {"message": "Access Denied", "code": 501})
    assert {row["userId"] for row in member.get(f"/user/{me['id']}/time-entries").json()} == {me["id"]}
    ana = user_named(demo.world, "Ana Kovač")
    assert refusal(member.get(f"/user/{ana.id}/time-entries")) == (403, 501)
    assert [row["userId"] for row in member.get("/time-entries/status/in-progress").json()] == [me["id"]]
    assert [refusal(member.report(name)) for name in REPORTS] == [(403, 501)] * 3
    assert refusal(member.get(f"/time-entries/{next(e.id for e in demo.world.entries if e.user_id == ana.id)}")) == (403, 501)


def test_a_manager_sees_all_time_and_no_money(call):
    owner, manager = call(), call(MANAGER_KEY)
    seen, hidden = (caller.report("summary").json()["totals"][0] for caller in (owner, manager))
    assert hidden["totalTime"] == seen["totalTime"] and seen["totalAmount"] > 0
    assert (hidden["amounts"], hidden["totalAmount"], hidden["totalAmountByCurrency"]) == ([], None, {})
    assert {row["hourlyRate"] for row in manager.get("/projects").json()} == {None}
    assert {row["amount"] for row in manager.report("detailed").json()["timeentries"]} == {None}
    assert len(manager.get("/users").json()) == 9


# Refusals


def test_foreign_and_missing_ids_answer_400(call):
    owner = call()
    for path, what in (
        ("/projects/5b715448b079875110791111", "Project"),
        ("/projects/5b715448b079875110791111/tasks", "Project"),
        ("/clients/x", "Client"),
        ("/tags/x", "Tag"),
        ("/time-entries/x", "Time entry"),
        ("/user/x/time-entries", "User"),
    ):
        reply = owner.get(path)
        assert (reply.status_code, reply.json()) == (400, {"message": f"{what} doesn't belong to Workspace", "code": 501})


def test_another_workspace_is_denied(demo, call):
    owner = call()
    reply = owner.session.get(demo.api_url + "/workspaces/5b715448b079875110791111/projects")
    assert (reply.status_code, reply.json()) == (403, {"message": "Access Denied", "code": 501})


def test_there_is_no_workspace_wide_list_of_entries(call):
    reply = call().get("/time-entries")
    assert (reply.status_code, reply.json()) == (405, {"message": "Request method 'GET' is not supported", "code": 3000})


def test_unknown_routes_and_methods(demo, call):
    owner = call()
    for url in (owner.workspace + "/rockets", demo.url + "/", demo.reports_url + "/workspaces"):
        reply = owner.session.get(url)
        assert refusal(reply) == (404, 3000) and reply.json()["message"].startswith("No static resource")
    assert refusal(owner.session.delete(owner.workspace + "/projects")) == (405, 3000)
    assert refusal(owner.session.get(f"{demo.reports_url}/workspaces/{demo.world.id}/reports/summary")) == (405, 3000)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/projects", {"archived": "SENSITIVE"}),
        ("/projects", {"hydrated": "SENSITIVE"}),
        ("/tags", {"archived": "SENSITIVE"}),
        ("/clients", {"page": "SENSITIVE"}),
        ("/clients", {"page-size": "0"}),
    ],
)
def test_unreadable_query_values(call, path, query):
    reply = call().get(path, **query)
    assert refusal(reply) == (400, 3000) and next(iter(query.values())) in reply.json()["message"]


def test_bodies_that_are_no_json_object(demo, call):
    owner = call()
    url = f"{demo.reports_url}/workspaces/{demo.world.id}/reports/summary"
    for body in (b"", b"{", b"[]", b"\xff"):
        assert owner.session.post(url, data=body).status_code == 400
    assert refusal(owner.report("detailed", exportType="CSV")) == (400, 501)


# Lists


def test_pages_and_the_last_page_header(call):
    owner = call()
    assert len(owner.get(f"/user/{user_named(owner.server.world, 'Elif Demir').id}/time-entries").json()) == 50
    pages = [owner.get("/projects", page=page, page_size=5) for page in (1, 2, 3, 4)]
    assert [len(page.json()) for page in pages] == [5, 5, 4, 0]
    assert [page.headers["Last-Page"] for page in pages] == ["false", "false", "true", "true"]
    assert [page.status_code for page in pages] == [200] * 4
    assert len({row["id"] for page in pages for row in page.json()}) == 14
    exact = owner.get("/projects", page=2, page_size=7)
    assert (len(exact.json()), exact.headers["Last-Page"]) == (7, "true")


def test_workspaces_ignore_paging(demo, call):
    reply = call().session.get(demo.api_url + "/workspaces", params={"page": "9", "page-size": "1"})
    assert [row["name"] for row in reply.json()] == ["Studio Meridian"] and "Last-Page" not in reply.headers


def test_in_progress_has_pages_of_ten():
    world = World.empty()
    for number in range(12):
        world.add_running(world.add_user(f"Person {number}"), NOW - timedelta(minutes=number))
    with serve(create_app(world)) as server:
        caller = Caller(server)
        first, second = caller.get("/time-entries/status/in-progress"), caller.get("/time-entries/status/in-progress", page=2)
        assert (len(first.json()), first.headers["Last-Page"], len(second.json())) == (10, "false", 2)
        assert len(caller.get("/time-entries/status/in-progress", page_size=1000).json()) == 12
        assert {(row["timeInterval"]["end"], row["timeInterval"]["duration"]) for row in first.json()} == {(None, None)}
        caller.session.close()


def test_archived_is_both_unless_asked(call):
    owner = call()
    counts = [len(owner.get("/projects", **query).json()) for query in ({}, {"archived": "true"}, {"archived": "false"})]
    assert counts == [14, 2, 12]
    assert [len(owner.get("/clients", **query).json()) for query in ({}, {"archived": "true"})] == [7, 1]


def test_hydrated_projects(call):
    plain = {row["name"]: row for row in call().get("/projects").json()}
    full = {row["name"]: row for row in call().get("/projects", hydrated="true").json()}
    assert plain["Online shop"]["clientName"] == "Northwind Retail"
    assert "clientName" not in full["Online shop"] and full["Online shop"]["client"]["name"] == "Northwind Retail"
    assert {task["name"] for task in full["Online shop"]["tasks"]} == {"Design", "Development", "Testing", "Emergency support"}
    assert full["Patient app"]["currency"]["code"] == "USD"
    assert (full["Internal"]["client"], plain["Internal"]["clientName"], plain["Internal"]["clientId"]) == ({"id": "", "name": ""}, "", "")


def test_memberships_none_is_honoured(call):
    assert {len(row["memberships"]) for row in call().get("/users", memberships="NONE").json()} == {0}
    assert {len(row["memberships"]) for row in call().get("/users").json()} == {1}


def test_deleted_people_are_in_reports_but_not_in_the_list(call, demo):
    owner, jonas = call(), user_named(demo.world, "Jonas Weber")
    assert jonas.id not in {row["id"] for row in owner.get("/users").json()}
    assert refusal(owner.get(f"/user/{jonas.id}/time-entries")) == (400, 501)
    may = {"dateRangeStart": "2025-05-01T00:00:00", "dateRangeEnd": "2025-05-31T23:59:59"}
    assert jonas.name in {row["name"] for row in owner.report("summary", **may).json()["groupOne"]}


def test_user_entries_are_newest_first_and_in_utc(call, demo):
    rows = call().get(f"/user/{user_named(demo.world, 'Ben Osei').id}/time-entries", page_size=200).json()
    starts = [row["timeInterval"]["start"] for row in rows]
    assert starts == sorted(starts, reverse=True) and all(start.endswith("Z") for start in starts)
    assert rows[0]["timeInterval"]["duration"].startswith("PT")


def test_a_list_contains_its_running_timer(call, demo):
    carla = user_named(demo.world, "Carla Ruiz")
    interval = call().get(f"/user/{carla.id}/time-entries").json()[0]["timeInterval"]
    assert (interval["end"], interval["duration"]) == (None, None)
    assert len(call().get(f"/user/{carla.id}/time-entries", in_progress="true").json()) == 1
    finished = call().get(f"/user/{carla.id}/time-entries", in_progress="false").json()
    assert finished[0]["timeInterval"]["end"].endswith("Z")


def test_start_and_end_of_the_list_are_wall_clocks():
    world = World.empty()
    uma = world.add_user("Uma")
    world.add_entry(uma, datetime(2026, 3, 2, 0, 15, tzinfo=BELGRADE), datetime(2026, 3, 2, 1, 0, tzinfo=BELGRADE))
    with serve(create_app(world)) as server:
        caller = Caller(server)
        window = {"start": "2026-03-02T00:00:00Z", "end": "2026-03-03T00:00:00Z"}
        (row,) = caller.get(f"/user/{uma.id}/time-entries", **window).json()
        # A reader that took Z at its word would not expect this instant inside its window.
        assert row["timeInterval"]["start"] == "2026-03-01T23:15:00Z"
        before = {"start": "2026-03-01T00:00:00Z", "end": "2026-03-02T00:00:00Z"}
        assert caller.get(f"/user/{uma.id}/time-entries", **before).json() == []
        assert refusal(caller.get(f"/user/{uma.id}/time-entries", start="monday")) == (400, 3000)
        caller.session.close()


def test_filters_of_the_list(call, demo):
    world, owner = demo.world, call()
    carla = user_named(world, "Carla Ruiz")
    path = f"/user/{carla.id}/time-entries"
    tagged = next(entry for entry in world.entries if entry.user_id == carla.id and entry.task_id and entry.tag_ids and entry.description)
    for name, value, key in (("project", tagged.project_id, "projectId"), ("task", tagged.task_id, "taskId")):
        assert {row[key] for row in owner.get(path, **{name: value}).json()} == {value}
    assert all(tagged.tag_ids[0] in row["tagIds"] for row in owner.get(path, tags=tagged.tag_ids[0]).json())
    assert {row["description"] for row in owner.get(path, description=tagged.description.upper()).json()} == {tagged.description}
    assert refusal(owner.get(path, project="x")) == (400, 501)


def test_lists_agree_with_the_detailed_report(call):
    owner = call()
    everything = owner.report("detailed").json()
    listed = {}
    for user in owner.get("/users", memberships="NONE").json():
        rows = owner.get(f"/user/{user['id']}/time-entries", start="2026-03-02T00:00:00Z", end="2026-03-08T23:59:59Z", page_size=200)
        listed |= {row["id"]: row["timeInterval"]["start"] for row in rows.json()}
    reported = {row["_id"]: row["timeInterval"]["start"] for row in everything["timeentries"]}
    assert listed.keys() == reported.keys() and len(listed) == everything["totals"][0]["entriesCount"]
    assert all(datetime.fromisoformat(listed[key]) == datetime.fromisoformat(reported[key]) for key in listed)


# Plans


def free_demo(clock, **settings):
    return serve(create_app(agency_world(NOW), plan="FREE", clock=clock, **settings))


def test_thirty_requests_an_hour_over_both_hosts():
    now = [NOW]
    with free_demo(lambda: now[0]) as server:
        caller, other = Caller(server), Caller(server, MANAGER_KEY)
        assert {requests.get(server.api_url + "/user").status_code for _ in range(3)} == {401}
        statuses = [caller.report("summary").status_code if n % 2 else other.get("/tags").status_code for n in range(30)]
        assert statuses == [200] * 30
        now[0] += timedelta(minutes=20)
        refused = other.get("/tags")
        assert refused.status_code == 429 and set(refused.json()) == {"message", "code"}
        assert 2400 <= int(refused.headers["Retry-After"]) <= 2401
        now[0] += timedelta(seconds=int(refused.headers["Retry-After"]))
        assert caller.get("/tags").status_code == 200
        for one in (caller, other):
            one.session.close()


def test_retry_after_is_optional():
    with free_demo(lambda: NOW, requests_per_hour=1, retry_after=False) as server:
        caller = Caller(server)
        assert [caller.get("/tags").status_code for _ in range(2)] == [200, 429]
        assert "Retry-After" not in caller.get("/tags").headers
        caller.session.close()


@pytest.mark.parametrize(("plan", "most"), [("FREE", 31), (None, 31), ("MYSTERY", 31), ("STANDARD_2021", 366), ("BUNDLE_YEAR_2024", 366)])
def test_longest_range_of_a_plan(plan, most):
    with serve(create_app(agency_world(NOW), plan=plan)) as server:
        caller, start = Caller(server), datetime(2025, 3, 1)
        for name in ("summary", "detailed"):
            for days, status in ((most, 200), (most + 1, 400)):
                end = start + timedelta(days=days) - timedelta(milliseconds=1)
                reply = caller.report(name, dateRangeStart=start.isoformat(), dateRangeEnd=end.isoformat())
                assert reply.status_code == status
                assert status == 200 or reply.json()["code"] == 501
        workspace = caller.session.get(server.api_url + "/workspaces").json()[0]
        assert workspace["featureSubscriptionType"] == plan
        assert ("ONE_MONTH_RANGE_REPORTS" in workspace["features"]) is (most == 31)
        caller.session.close()


def test_detailed_pages_are_silently_capped():
    with serve(create_app(agency_world(NOW), detailed_page_cap=200)) as server:
        caller = Caller(server)
        month = {"dateRangeStart": "2026-02-01T00:00:00", "dateRangeEnd": "2026-02-28T23:59:59"}
        sizes = []
        for page in range(1, 6):
            report = caller.report("detailed", **month, detailedFilter={"page": page, "pageSize": 1000}).json()
            sizes.append(len(report["timeentries"]))
        assert sizes[:2] == [200, 200] and sum(sizes) == report["totals"][0]["entriesCount"] and sizes[-1] == 0
        caller.session.close()


# The server itself


def test_it_remembers_what_it_served():
    with serve(create_app(agency_world(NOW))) as server:
        caller = Caller(server)
        caller.get("/tags")
        caller.report("weekly")
        workspace = server.world.id
        assert server.requests == [
            ("GET", f"/api/v1/workspaces/{workspace}/tags"),
            ("POST", f"/report/v1/workspaces/{workspace}/reports/weekly"),
        ]
        assert server.app.state.requests is server.requests
        caller.session.close()


def test_the_world_can_be_changed_while_it_is_served():
    with serve(create_app(agency_world(NOW))) as server:
        caller, world = Caller(server), server.world
        before = caller.report("summary").json()["totals"][0]
        uma = user_named(world, "Ana Kovač")
        start = datetime(2026, 3, 4, 6, tzinfo=BELGRADE)
        added = world.add_entry(uma, start, start + timedelta(minutes=7), description="<b>=1+1</b> | **bold** 🙂")
        after = caller.report("summary").json()["totals"][0]
        assert (after["totalTime"] - before["totalTime"], after["entriesCount"] - before["entriesCount"]) == (420, 1)
        assert caller.get(f"/time-entries/{added.id}").json()["description"] == "<b>=1+1</b> | **bold** 🙂"
        world.delete_entry(added.id)
        assert caller.report("summary").json()["totals"][0] == before
        caller.session.close()


def test_a_factory_is_asked_again_on_the_next_local_day():
    now, built = [datetime(2026, 3, 19, 22, 30, tzinfo=UTC)], []

    def factory(moment):
        built.append(moment)
        return agency_world(moment)

    with serve(create_app(factory, clock=lambda: now[0])) as server:
        caller = Caller(server)
        count = len(server.world.entries)
        now[0] += timedelta(minutes=20)
        caller.get("/tags")
        assert len(built) == 1
        # 00:10 in Belgrade, still the 19th in UTC
        now[0] += timedelta(minutes=20)
        caller.get("/tags")
        assert built == [datetime(2026, 3, 19, 22, 30, tzinfo=UTC), datetime(2026, 3, 19, 23, 10, tzinfo=UTC)]
        now[0] += timedelta(hours=18)
        assert len(server.world.entries) > count and len(caller.get("/time-entries/status/in-progress").json()) == 2
        caller.session.close()


def test_stopping_frees_the_port_and_ends_the_thread():
    before = threading.active_count()
    server = serve(create_app(World.empty()))
    assert threading.active_count() == before + 1
    port = int(server.url.rpartition(":")[2])
    with requests.Session() as session:
        session.get(server.api_url + "/user")
        server.stop()
    assert threading.active_count() == before
    with pytest.raises(requests.ConnectionError):
        requests.get(server.api_url + "/user", timeout=2)
    serve(create_app(World.empty()), port).stop()


def test_command_line_serves_what_it_was_told():
    with start(["--port", "0", "--plan", "FREE", "--people", "3", "--entries", "40", "--seed", "7", "--page-cap", "5"]) as server:
        caller = Caller(server)
        workspace = caller.session.get(server.api_url + "/workspaces").json()[0]
        assert workspace["featureSubscriptionType"] == "FREE"
        assert len(caller.get("/users").json()) == 3
        assert all(text in introduction(server) for text in (server.api_url, server.reports_url, OWNER_KEY, MANAGER_KEY, MEMBER_KEY))
        caller.session.close()


def test_module_runs_by_itself():
    root = Path(__file__).parents[2]
    command = [sys.executable, "-W", "error", "-m", "clockify.demo", "--port", "0", "--entries", "50"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root) as process:
        api_url = process.stdout.readline().split()[-1]
        try:
            assert requests.get(api_url + "/user", headers={"X-Api-Key": OWNER_KEY}, timeout=10).json()["name"] == "Ana Kovač"
        finally:
            process.terminate()
        assert "Warning" not in process.stderr.read()
