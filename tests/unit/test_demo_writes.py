"""Writing time entries on the demo, over real HTTP: each kind of write and what lists and reports say right after."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import requests

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, World

BELGRADE = ZoneInfo("Europe/Belgrade")


def at(day, hour, minute=0, second=0, month=3):
    return datetime(2026, month, day, hour, minute, second, tzinfo=BELGRADE)


class Desk:
    """A small workspace, and people who write to it with their keys."""

    def __init__(self, served, **terms):
        self.world = world = World.empty()
        self.uma, self.vik = world.add_user("Uma"), world.add_user("Vik", role="MANAGER")
        self.wes, self.xia = world.add_user("Wes", rate=5_000, cost_rate=3_000), world.add_user("Xia")
        acme, zed = world.add_client("Acme", "EUR"), world.add_client("Zed", "USD")
        self.site = world.add_project("Site", acme, rate=20_000)
        self.app = world.add_project("App", zed, rate=12_000, member_rates={self.wes.id: 13_000})
        self.inside = world.add_project("Inside", billable=False)
        self.rush = world.add_task(self.site, "Rush", rate=30_000)
        self.red, self.blue = world.add_tag("red"), world.add_tag("blue")
        self.server = served(world, **terms)
        self.session = requests.Session()

    def send(self, method, path, key=OWNER_KEY, **body):
        url = f"{self.server.api_url}/workspaces/{self.world.id}{path}"
        return self.session.request(method, url, json=body or None, headers={"X-Api-Key": key})

    def get(self, path):
        return self.send("GET", path).json()

    def log(self, user=None, key=OWNER_KEY, **body):
        reply = self.send("POST", f"/user/{user.id}/time-entries" if user else "/time-entries", key, **body)
        assert reply.status_code == 201
        return reply.json()

    def replace(self, entry_id, **body):
        reply = self.send("PUT", f"/time-entries/{entry_id}", **body)
        assert reply.status_code == 200
        return reply.json()

    def stop(self, user, end, key=OWNER_KEY):
        return self.send("PATCH", f"/user/{user.id}/time-entries", key, end=end)

    def report(self, name, month=3, **body):
        body |= {"dateRangeStart": f"2026-0{month}-01T00:00:00", "dateRangeEnd": f"2026-0{month + 1}-01T00:00:00"}
        url = f"{self.server.reports_url}/workspaces/{self.world.id}/reports/{name}"
        return self.session.post(url, json=body, headers={"X-Api-Key": OWNER_KEY}).json()

    def rows(self, month=3):
        return {row["_id"]: row for row in self.report("detailed", month, detailedFilter={"page": 1, "pageSize": 50})["timeentries"]}

    def by_project(self, month=3):
        return {row["name"]: row["duration"] for row in self.report("summary", month, summaryFilter={"groups": ["PROJECT"]})["groupOne"]}

    def listed(self, user):
        return {row["id"]: row for row in self.get(f"/user/{user.id}/time-entries")}

    def running(self):
        return {row["id"]: row["userId"] for row in self.get("/time-entries/status/in-progress")}

    def tracked(self):
        return {row["name"]: row["duration"] for row in self.get("/projects")}


@pytest.fixture
def desk(served):
    desk = Desk(served)
    yield desk
    desk.session.close()


def test_logged_time_shows_everywhere_at_once(desk):
    interval = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T10:00:10Z"}
    made = desk.log(desk.wes, **interval, projectId=desk.site.id, tagIds=[desk.red.id, desk.blue.id], description="Odd <b> 🙂")
    expected = {
        "description": "Odd <b> 🙂",
        "userId": desk.wes.id,
        "workspaceId": desk.world.id,
        "billable": True,
        "projectId": desk.site.id,
        "taskId": None,
        "tagIds": [desk.red.id, desk.blue.id],
        "timeInterval": interval | {"duration": "PT2H10S"},
        "type": "REGULAR",
        "isLocked": False,
        "hourlyRate": {"amount": 20_000, "currency": "EUR"},
        "costRate": {"amount": 3_000, "currency": "EUR"},
        "customFieldValues": [],
        "kioskId": None,
    }
    assert made == expected | {"id": made["id"]}
    assert desk.listed(desk.wes) == {made["id"]: made} and desk.get(f"/time-entries/{made['id']}") == made
    row = desk.rows()[made["id"]]
    # 7210 seconds at 200.00 and at 30.00 an hour, in cents
    assert (row["amount"], row["costAmount"]) == (pytest.approx(40_055.5555, abs=1e-3), pytest.approx(6_008.3333, abs=1e-3))
    assert (row["timeInterval"]["start"], row["timeInterval"]["duration"]) == ("2026-03-02T09:00:00+01:00", 7_210)
    assert (desk.by_project(), desk.tracked()["Site"], desk.running()) == ({"Site": 7_210}, "PT2H10S", {})


def test_without_a_person_it_is_the_keys_own(desk):
    for key, user in ((OWNER_KEY, desk.uma), (MANAGER_KEY, desk.vik), (MEMBER_KEY, desk.wes)):
        made = desk.log(key=key, start="2026-03-02T08:00:00Z", end="2026-03-02T08:00:00Z")
        assert (made["userId"], made["timeInterval"]["duration"]) == (user.id, "PT0S")
        assert (made["hourlyRate"] is None) is (key != OWNER_KEY)


@pytest.mark.parametrize("given", [None, True, False])
@pytest.mark.parametrize(("project", "default"), [("site", True), ("inside", False), (None, False)])
def test_billable_is_the_projects_unless_given(desk, project, default, given):
    body = {"projectId": getattr(desk, project).id} if project else {}
    if given is not None:
        body["billable"] = given
    billable = default if given is None else given
    made = desk.log(start="2026-03-02T08:00:00.250Z", end="2026-03-02T09:00:00Z", **body)
    assert (made["billable"], desk.rows()[made["id"]]["billable"]) == (billable, billable)


def test_the_rate_is_the_tasks_the_members_the_projects_or_the_persons(desk):
    hour = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T09:00:00Z", "billable": True}
    rates = [
        desk.log(user, **hour, **about)["hourlyRate"]["amount"]
        for user, about in (
            (desk.wes, {"projectId": desk.site.id, "taskId": desk.rush.id}),
            (desk.wes, {"projectId": desk.app.id}),
            (desk.xia, {"projectId": desk.app.id}),
            (desk.wes, {"projectId": desk.inside.id}),
            (desk.wes, {}),
        )
    ]
    assert rates == [30_000, 13_000, 12_000, 5_000, 5_000]


def test_a_timer_is_in_no_report_until_it_is_stopped(desk):
    timer = desk.log(key=MEMBER_KEY, start="2026-03-02T08:00:00Z", projectId=desk.site.id, description="Running")
    assert timer["timeInterval"] == {"start": "2026-03-02T08:00:00Z", "end": None, "duration": None}
    assert (desk.running(), desk.rows(), desk.tracked()["Site"]) == ({timer["id"]: desk.wes.id}, {}, None)
    assert desk.listed(desk.wes)[timer["id"]]["timeInterval"] == timer["timeInterval"]
    stopped = desk.stop(desk.wes, "2026-03-02T08:30:00Z", MEMBER_KEY)
    interval = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T08:30:00Z", "duration": "PT30M"}
    assert (stopped.status_code, stopped.json()) == (200, timer | {"timeInterval": interval})
    assert (desk.running(), list(desk.rows()), desk.by_project(), desk.tracked()["Site"]) == ({}, [timer["id"]], {"Site": 1_800}, "PT30M")


def test_what_does_not_run_cannot_be_stopped(desk):
    desk.log(desk.xia, start="2026-03-02T08:00:00Z")
    assert desk.stop(desk.wes, "2026-03-02T09:00:00Z").status_code == 404
    assert [desk.stop(desk.xia, "2026-03-02T09:00:00Z").status_code for _ in range(2)] == [200, 404]
    assert [entry.seconds for entry in desk.world.entries] == [3_600]


def test_a_new_timer_stops_the_one_that_runs_at_its_own_start(desk):
    others = desk.log(desk.xia, start="2026-03-02T07:00:00Z")
    first = desk.log(desk.wes, start="2026-03-02T08:00:00Z", projectId=desk.site.id)
    second = desk.log(desk.wes, start="2026-03-02T08:45:00Z")
    assert desk.running() == {others["id"]: desk.xia.id, second["id"]: desk.wes.id}
    assert desk.listed(desk.wes)[first["id"]]["timeInterval"]["end"] == "2026-03-02T08:45:00Z"
    assert desk.by_project() == {"Site": 2_700}
    # One that began before the running one would give that an end before its start.
    refused = desk.send("POST", f"/user/{desk.wes.id}/time-entries", start="2026-03-02T08:44:59Z")
    assert (refused.status_code, refused.json()["code"]) == (400, 501)
    assert desk.running() == {others["id"]: desk.xia.id, second["id"]: desk.wes.id} and len(desk.world.entries) == 1


def test_of_two_timers_the_newer_is_stopped_first(desk):
    # Clockify has one timer a person; tests may put a second one into the world.
    older, newer = desk.world.add_running(desk.wes, at(2, 9)), desk.world.add_running(desk.wes, at(2, 10))
    assert [desk.stop(desk.wes, "2026-03-02T10:00:00Z").json()["id"] for _ in range(2)] == [newer.id, older.id]


def test_the_same_tag_twice_is_one_tag(desk):
    made = desk.log(start="2026-03-02T08:00:00Z", end="2026-03-02T09:00:00Z", tagIds=[desk.blue.id, desk.red.id, desk.blue.id])
    assert made["tagIds"] == [desk.blue.id, desk.red.id]


def test_finished_time_leaves_a_timer_alone(desk):
    timer = desk.log(desk.wes, start="2026-03-02T08:00:00Z")
    desk.log(desk.wes, start="2026-03-02T08:10:00Z", end="2026-03-02T08:20:00Z")
    assert desk.running() == {timer["id"]: desk.wes.id}


def test_replacing_empties_what_is_not_given(desk):
    world = desk.world
    entry = world.add_entry(
        desk.wes, at(2, 9), at(2, 10), project=desk.site, task=desk.rush, tags=[desk.red], description="Rush job", type="BREAK"
    )
    changed = desk.replace(entry.id, start="2026-03-02T08:00:00Z", end="2026-03-02T10:00:00Z")
    kept = ("id", "userId", "billable", "projectId", "taskId", "tagIds", "description", "type")
    assert [changed[name] for name in kept] == [entry.id, desk.wes.id, False, None, None, None, "", "BREAK"]
    assert desk.listed(desk.wes) == {entry.id: changed}
    row = desk.rows()[entry.id]
    assert (row["description"], row["projectId"], row["amount"], row["timeInterval"]["duration"]) == ("", None, 0.0, 7_200)
    assert "tags" not in row and "taskName" not in row


def test_an_entry_moves_to_another_day_month_and_project(desk):
    entry = desk.world.add_entry(desk.wes, at(31, 23), at(31, 23, 30), project=desk.site)
    # 22:30 UTC is half past midnight of 1 April in Belgrade, where clocks are two hours ahead by then.
    body = {"start": "2026-03-31T22:30:00Z", "end": "2026-03-31T23:00:00Z", "projectId": desk.app.id, "billable": True}
    moved = desk.replace(entry.id, **body)
    assert moved["hourlyRate"] == {"amount": 13_000, "currency": "USD"}
    assert (desk.rows(3), desk.by_project(3), list(desk.rows(4)), desk.by_project(4)) == ({}, {}, [entry.id], {"App": 1_800})
    assert desk.rows(4)[entry.id]["amount"] == 6_500.0
    assert {name: desk.tracked()[name] for name in ("Site", "App")} == {"Site": None, "App": "PT30M"}


@pytest.mark.parametrize(("task", "rate"), [(None, 11_111), ("rush", 30_000)])
def test_an_entry_keeps_its_own_rate_while_project_and_task_stay(desk, task, rate):
    entry = desk.world.add_entry(desk.wes, at(2, 9), at(2, 10), project=desk.site, rate=11_111, cost_rate=2_222)
    body = {"start": "2026-03-09T08:00:00Z", "end": "2026-03-09T10:00:00Z", "projectId": desk.site.id, "billable": True}
    changed = desk.replace(entry.id, **body, **({"taskId": getattr(desk, task).id} if task else {}))
    assert (changed["hourlyRate"]["amount"], changed["costRate"]["amount"]) == (rate, 2_222)
    assert desk.rows()[entry.id]["amount"] == 2 * rate


def test_replacing_a_timer_changes_or_ends_it(desk):
    timer = desk.log(desk.wes, start="2026-03-02T08:00:00Z")
    changed = desk.replace(timer["id"], start="2026-03-02T07:30:00Z", description="Since earlier")
    assert (changed["timeInterval"]["start"], changed["timeInterval"]["end"]) == ("2026-03-02T07:30:00Z", None)
    assert desk.running() == {timer["id"]: desk.wes.id} and desk.rows() == {}
    desk.replace(timer["id"], start="2026-03-02T07:30:00Z", end="2026-03-02T08:00:00Z")
    assert desk.running() == {} and desk.rows()[timer["id"]]["timeInterval"]["duration"] == 1_800


def test_replacing_without_an_end_lets_the_entry_run_again(desk):
    entry = desk.world.add_entry(desk.wes, at(2, 9), at(2, 10))
    timer = desk.log(desk.wes, start="2026-03-02T08:30:00Z")
    desk.replace(entry.id, start="2026-03-02T08:40:00Z")
    assert desk.running() == {entry.id: desk.wes.id}
    assert {key: row["timeInterval"]["duration"] for key, row in desk.rows().items()} == {timer["id"]: 600}


@pytest.mark.parametrize("kind", ["finished", "running"])
def test_what_is_deleted_is_gone_everywhere(desk, kind):
    end = {"end": "2026-03-02T09:00:00Z"} if kind == "finished" else {}
    made = desk.log(desk.wes, start="2026-03-02T08:00:00Z", projectId=desk.site.id, **end)
    reply = desk.send("DELETE", f"/time-entries/{made['id']}")
    assert (reply.status_code, reply.content) == (204, b"")
    assert (desk.rows(), desk.by_project(), desk.listed(desk.wes), desk.running(), desk.tracked()["Site"]) == ({}, {}, {}, {}, None)
    again = desk.send("DELETE", f"/time-entries/{made['id']}")
    assert (again.status_code, again.json()["message"]) == (400, "Time entry doesn't belong to Workspace")


def test_writes_use_up_the_hour_like_reads(served):
    desk = Desk(served, plan="FREE", requests_per_hour=3)
    made = desk.log(desk.wes, start="2026-03-02T08:00:00Z")
    assert desk.stop(desk.wes, "2026-03-02T09:00:00Z").status_code == 200
    assert desk.send("DELETE", f"/time-entries/{made['id']}").status_code == 204
    assert desk.send("POST", "/time-entries", start="2026-03-02T08:00:00Z").status_code == 429
    assert desk.world.entries == desk.world.running == []
    desk.session.close()
