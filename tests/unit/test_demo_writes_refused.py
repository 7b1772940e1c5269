"""What the demo doesn't let anybody write: by role, by lock, and for what makes no sense. A refused write changes nothing."""

from contextlib import ExitStack

import pytest

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, create_app, serve
from tests.unit.test_demo_writes import Desk, at

HOUR = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T09:00:00Z"}
ELSEWHERE = "5b715448b079875110791111"


@pytest.fixture
def desk(served):
    desk = Desk(served)
    yield desk
    desk.session.close()


@pytest.fixture(scope="module")
def still():
    """A desk that every test leaves as it was, because all it sends is refused."""
    with ExitStack() as stack:
        desk = Desk(lambda world: stack.enter_context(serve(create_app(world))))
        desk.old = desk.world.add_project("Old", archived=True)
        desk.entry = desk.world.add_entry(desk.wes, at(2, 9), at(2, 10))
        desk.world.add_running(desk.wes, at(2, 9))
        desk.before = state(desk.world)
        yield desk
        desk.session.close()


def refusal(reply):
    return reply.status_code, reply.json()["code"]


def state(world):
    return list(world.entries), list(world.running)


def write(desk, kind, user, key):
    """Send one write about somebody's time and return its status."""
    entry = desk.world.add_entry(user, at(2, 9), at(2, 10))
    timer = desk.world.add_running(user, at(2, 9))
    method, path, body = {
        "create": ("POST", f"/user/{user.id}/time-entries", HOUR),
        "start": ("POST", f"/user/{user.id}/time-entries", {"start": HOUR["end"]}),
        "stop": ("PATCH", f"/user/{user.id}/time-entries", {"end": HOUR["end"]}),
        "replace": ("PUT", f"/time-entries/{entry.id}", HOUR | {"description": "New"}),
        "replace timer": ("PUT", f"/time-entries/{timer.id}", HOUR),
        "delete": ("DELETE", f"/time-entries/{entry.id}", {}),
        "delete timer": ("DELETE", f"/time-entries/{timer.id}", {}),
    }[kind]
    before = state(desk.world)
    reply = desk.send(method, path, key, **body)
    assert (state(desk.world) == before) is (reply.status_code >= 400)
    if reply.status_code >= 400:
        assert (reply.status_code, reply.json()) == (403, {"message": "Access Denied", "code": 501})
    return reply.status_code


ALLOWED = {
    "create": 201,
    "start": 201,
    "stop": 200,
    "replace": 200,
    "replace timer": 200,
    "delete": 204,
    "delete timer": 204,
}


@pytest.mark.parametrize("kind", ALLOWED)
def test_a_member_writes_its_own_time_only(desk, kind):
    assert write(desk, kind, desk.wes, MEMBER_KEY) == ALLOWED[kind]
    assert write(desk, kind, desk.xia, MEMBER_KEY) == 403


@pytest.mark.parametrize("kind", ALLOWED)
@pytest.mark.parametrize("key", [OWNER_KEY, MANAGER_KEY])
def test_owner_and_manager_write_everybodys_time(desk, kind, key):
    assert [write(desk, kind, user, key) for user in (desk.uma, desk.xia)] == [ALLOWED[kind]] * 2


@pytest.mark.parametrize(("key", "user"), [(OWNER_KEY, "xia"), (MANAGER_KEY, "vik"), (MEMBER_KEY, "wes")])
def test_only_the_owner_changes_what_is_locked(desk, key, user):
    person = getattr(desk, user)
    entry = desk.world.add_entry(person, at(2, 9), at(2, 10), is_locked=True)
    timer = desk.world.add_running(person, at(2, 9), is_locked=True)
    before = state(desk.world)
    writes = (
        ("PUT", f"/time-entries/{entry.id}", HOUR),
        ("PATCH", f"/user/{person.id}/time-entries", {"end": HOUR["end"]}),
        ("DELETE", f"/time-entries/{entry.id}", {}),
        ("DELETE", f"/time-entries/{timer.id}", {}),
    )
    replies = [desk.send(method, path, key, **body) for method, path, body in writes]
    if key == OWNER_KEY:
        assert [reply.status_code for reply in replies] == [200, 200, 204, 204] and state(desk.world) == ([], [])
    else:
        assert [refusal(reply) for reply in replies] == [(403, 501)] * 4 and state(desk.world) == before


def test_nobody_logs_for_who_is_not_there(desk):
    gone = desk.world.add_user("Zoe", status="DELETED")
    for user_id in (gone.id, ELSEWHERE):
        for method, body in (("POST", HOUR), ("PATCH", {"end": HOUR["end"]})):
            reply = desk.send(method, f"/user/{user_id}/time-entries", **body)
            assert (reply.status_code, reply.json()) == (400, {"message": "User doesn't belong to Workspace", "code": 501})


WRONG = {
    "a project from elsewhere": ({"projectId": ELSEWHERE}, 501, "Project doesn't belong to Workspace"),
    "no project's id": ({"projectId": ""}, 501, "Project doesn't belong to Workspace"),
    "a task from elsewhere": ({"projectId": "site", "taskId": ELSEWHERE}, 501, "Task doesn't belong to Workspace"),
    "another project's task": ({"projectId": "app", "taskId": "rush"}, 501, "Task doesn't belong to Workspace"),
    "a task without its project": ({"taskId": "rush"}, 501, "Task doesn't belong to Workspace"),
    "a tag from elsewhere": ({"tagIds": ["red", ELSEWHERE]}, 501, "Tag doesn't belong to Workspace"),
    "an archived project": ({"projectId": "old"}, 501, None),
    "an end before the start": (
        {"end": "2026-03-02T07:59:59Z"},
        501,
        "Start datetime 2026-03-02T08:00:00Z is greater than end datetime 2026-03-02T07:59:59Z.",
    ),
    "no start": ({"start": None}, 501, None),
    "a long description": ({"description": "x" * 3_001}, 501, None),
    "a start without its zone": ({"start": "2026-03-02T08:00:00"}, 3000, None),
    "a start in another zone": ({"start": "2026-03-02T08:00:00+01:00"}, 3000, None),
    "a start without time": ({"start": "2026-03-02"}, 3000, None),
    "a day that does not exist": ({"start": "2026-02-30T08:00:00Z"}, 3000, None),
    "a year that no calendar here has": ({"start": "9999-12-31T23:59:59Z"}, 3000, None),
    "a number for a start": ({"start": 1_772_438_400}, 3000, None),
    "an unreadable end": ({"end": "later"}, 3000, None),
    "text for billable": ({"billable": "yes"}, 3000, None),
    "one tag for tags": ({"tagIds": "red"}, 3000, None),
    "numbers for tags": ({"tagIds": [1]}, 3000, None),
    "a list for a description": ({"description": ["x"]}, 3000, None),
    "half a character": ({"description": "\ud83d"}, 3000, None),
    "an unknown type": ({"type": "HOLIDAY"}, 3000, None),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_makes_no_sense_is_refused(still, what):
    body, code, message = WRONG[what]
    named = {name: getattr(still, name).id for name in ("site", "app", "old", "rush", "red")}
    filled = {key: [named.get(one, one) for one in value] if isinstance(value, list) else value for key, value in body.items()}
    filled = {key: named.get(value, value) if key in ("projectId", "taskId") else value for key, value in filled.items()}
    for method, path in (
        ("POST", "/time-entries"),
        ("POST", f"/user/{still.wes.id}/time-entries"),
        ("PUT", f"/time-entries/{still.entry.id}"),
    ):
        reply = still.send(method, path, **HOUR | filled)
        assert refusal(reply) == (400, code)
        assert message is None or reply.json()["message"] == message
    assert state(still.world) == still.before


def test_the_longest_description_is_accepted(desk):
    assert desk.log(**HOUR, description="é" * 3_000)["description"] == "é" * 3_000


def test_an_entry_of_an_archived_project_can_still_be_changed(desk):
    old = desk.world.add_project("Old", archived=True)
    entry = desk.world.add_entry(desk.wes, at(2, 9), at(2, 10), project=old)
    assert desk.replace(entry.id, **HOUR, projectId=old.id, description="Late note")["projectId"] == old.id


@pytest.mark.parametrize(
    ("body", "code"), [({}, 3000), ({"end": None}, 501), ({"end": "soon"}, 3000), ({"end": "2026-03-02T07:59:59Z"}, 501)]
)
def test_a_timer_is_stopped_at_a_moment_after_its_start(desk, body, code):
    timer = desk.log(desk.wes, start=HOUR["start"])
    assert refusal(desk.send("PATCH", f"/user/{desk.wes.id}/time-entries", **body)) == (400, code)
    assert desk.running() == {timer["id"]: desk.wes.id}


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_body_must_be_a_json_object(still, sent):
    root = f"{still.server.api_url}/workspaces/{still.world.id}"
    for method, path in (
        ("POST", "/time-entries"),
        ("POST", f"/user/{still.wes.id}/time-entries"),
        ("PATCH", f"/user/{still.wes.id}/time-entries"),
        ("PUT", f"/time-entries/{still.entry.id}"),
    ):
        assert refusal(still.session.request(method, root + path, data=sent, headers={"X-Api-Key": OWNER_KEY})) == (400, 3000)
    assert state(still.world) == still.before


@pytest.mark.parametrize("entry_id", ["x", ELSEWHERE])
def test_an_entry_from_elsewhere_answers_400(still, entry_id):
    for method, body in (("PUT", HOUR), ("DELETE", {}), ("GET", {})):
        reply = still.send(method, f"/time-entries/{entry_id}", **body)
        assert (reply.status_code, reply.json()) == (400, {"message": "Time entry doesn't belong to Workspace", "code": 501})


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/time-entries", ("GET", "PUT", "PATCH", "DELETE")),
        ("/time-entries/x", ("POST", "PATCH")),
        ("/time-entries/status/in-progress", ("POST", "PUT", "PATCH", "DELETE")),
        ("/user/x/time-entries", ("PUT", "DELETE")),
        ("/projects", ("POST", "PUT", "PATCH", "DELETE")),
    ],
)
def test_other_methods_are_not_supported(still, path, methods):
    for method in methods:
        reply = still.send(method, path, **HOUR)
        assert (reply.status_code, reply.json()) == (405, {"message": f"Request method '{method}' is not supported", "code": 3000})
