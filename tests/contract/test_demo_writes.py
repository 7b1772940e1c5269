"""Every request that writes, and its reply, against both OpenAPI files and the captured entries."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, World, create_app, serve
from clockify.demo.writes import WRITES
from tests.contract.openapi import needs_shared, operation_for, reply_problems, request_problems, sample, shape_problems

pytestmark = needs_shared

BELGRADE = ZoneInfo("Europe/Belgrade")
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=BELGRADE)
SPECS = ("corrected", "official")
KEYS = (OWNER_KEY, MANAGER_KEY, MEMBER_KEY)
TEMPLATES = {method + path: (method, path) for method, path in WRITES}


@pytest.fixture(scope="module")
def desk():
    world = World.empty()
    world.add_user("Uma", rate=5_000, cost_rate=3_000)
    world.add_user("Vik", role="MANAGER")
    wes = world.add_user("Wes", rate=4_000)
    site = world.add_project("Site", world.add_client("Acme", "EUR"), rate=20_000)
    about = {"projectId": site.id, "taskId": world.add_task(site, "Rush").id, "tagIds": [world.add_tag("red").id]}
    with serve(create_app(world)) as server, requests.Session() as session:
        yield Desk(server, session, wes, about | {"description": "<b>=1+1</b> 🙂", "billable": True, "type": "REGULAR"})


class Desk:
    """A served workspace in which the member's time is written."""

    def __init__(self, server, session, wes, about):
        self.server, self.session, self.wes, self.about, self.world = server, session, wes, about, server.world

    def path(self, template):
        """Fill a template in with a fresh entry of the member, whom all three keys may write for, and with a timer for it."""
        entry = self.world.add_entry(self.wes, NOW - timedelta(hours=2), NOW)
        if not any(timer.user_id == self.wes.id for timer in self.world.running):
            self.world.add_running(self.wes, NOW - timedelta(hours=1))
        return template.format(workspace=self.world.id, user=self.wes.id, entry=entry.id)

    def send(self, method, path, body, key):
        return self.session.request(method, self.server.api_url + path, json=body, headers={"X-Api-Key": key})

    def bodies(self, method):
        """Return what can be sent with a method, from as little as possible to everything."""
        start, end = {"start": "2026-03-19T13:20:00Z"}, {"end": "2026-03-19T13:40:00.000Z"}
        return {"DELETE": [None], "PATCH": [end]}.get(method, [start, start | end, start | end | self.about, start | self.about])


STATUS = {"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_writes_and_their_replies_fit_both_files(desk, template, key):
    method, path_template = TEMPLATES[template]
    for body in desk.bodies(method):
        path = desk.path(path_template)
        reply = desk.send(method, path, body, key)
        assert reply.status_code == STATUS[method]
        for spec in SPECS:
            assert request_problems(method, path, body=body, spec=spec) == []
            written = reply.json() if reply.content else None
            assert reply_problems(spec, method, path, written, status=reply.status_code) == []


def test_every_write_of_the_demo_is_documented():
    for method, path in WRITES:
        for spec in SPECS:
            operation_for(spec, method, path)


def test_written_entries_look_like_the_captured_ones(desk):
    path = desk.path("/workspaces/{workspace}/time-entries")
    for body in desk.bodies("POST"):
        row = desk.send("POST", path, body, OWNER_KEY).json()
        assert shape_problems(sample("time-entries.item.json"), row) == []
        assert set(row) == set(sample("time-entries.item.json"))
        assert (row["timeInterval"]["end"], row["timeInterval"]["duration"]) == (
            ("2026-03-19T13:40:00Z", "PT20M") if "end" in body else (None, None)
        )


@pytest.mark.parametrize("template", TEMPLATES)
def test_refused_writes_fit_the_file(desk, template):
    method, path_template = TEMPLATES[template]
    path = desk.path(path_template)
    elsewhere = path.rpartition("/")[0] + "/x" if "entry}" in path_template else path
    reply = desk.send(method, elsewhere, {"start": "never", "end": "never"} if method != "DELETE" else None, OWNER_KEY)
    assert reply.status_code == 400
    assert reply_problems("corrected", method, path, reply.json(), status=reply.status_code) == []


def test_refusals_are_the_captured_ones(desk):
    captured = {row["where"]: row for row in sample("errors.json")}
    known = next(row for where, row in captured.items() if "GET /time-entries/{id}" in where)
    path = f"/workspaces/{desk.world.id}/time-entries"
    for method, body in (("PUT", {"start": "2026-03-19T13:20:00Z"}), ("DELETE", None)):
        reply = desk.send(method, path + "/x", body, OWNER_KEY)
        assert (reply.status_code, reply.json()) == (known["status"], known["body"])
    known = next(row for where, row in captured.items() if "list without id" in where)
    reply = desk.send("GET", path, None, OWNER_KEY)
    assert (reply.status_code, reply.json()) == (known["status"], known["body"])
    old = desk.world.add_project("Old", archived=True)
    known = next(row for where, row in captured.items() if "forces projects" in where)
    reply = desk.send("POST", path, {"start": "2026-03-19T13:20:00Z", "projectId": old.id}, OWNER_KEY)
    assert (reply.status_code, reply.json()["code"]) == (known["status"], known["body"]["code"])
    assert known["body"]["message"].startswith(reply.json()["message"])


def test_the_checks_notice_what_is_wrong(desk):
    path = f"/workspaces/{desk.world.id}/time-entries"
    assert request_problems("POST", path, body={"end": "2026-03-19T13:20:00Z"})
    assert request_problems("POST", path, body={"start": "2026-03-19T13:20:00Z", "billable": "yes"})
    assert request_problems("PATCH", f"/workspaces/{desk.world.id}/user/x/time-entries", body={})
    assert reply_problems("corrected", "DELETE", path + "/x", {"id": "x"}, status=204)
    assert reply_problems("official", "POST", path, {"id": 1}, status=201)
