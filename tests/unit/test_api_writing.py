"""Writing over real sockets: a write leaves once whatever becomes of it, and what is raised says whether it can have happened."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from clockify import errors
from clockify.api import Clockify, MemoryLedger
from clockify.api.writing import surely_not_done
from clockify.demo import RunningServer
from clockify.settings import ApiKey
from clockify.writes import Draft
from tests.support import studio
from tests.support.databases import free_port
from tests.support.faults import CUT, FAULTS, Front
from tests.unit.api_fakes import FREE, KEY_TEXT, NOW, PAID, FakeTime, Misbehaving, Sent, clockify_with, send

START = datetime(2026, 11, 18, 8, tzinfo=UTC)
HOUR = Draft(START, START + timedelta(hours=1), description="work")
ROW = {"id": "e1", "timeInterval": {"start": "2026-11-18T08:00:00Z", "end": None}}
ACTS: dict[str, Callable[[Clockify], Any]] = {
    "create": lambda client: client.create_time_entry(workspace_id="w1", draft=HOUR),
    "create for others": lambda client: client.create_for_others(workspace_id="w1", user_id="u1", draft=HOUR),
    "update": lambda client: client.update_time_entry(workspace_id="w1", entry_id="e1", draft=HOUR),
    "delete": lambda client: client.delete_time_entry(workspace_id="w1", entry_id="e1"),
    "stop": lambda client: client.stop_running_time_entry(workspace_id="w1", user_id="u1", end=START),
}
# Each fault, and whether Clockify certainly changed nothing.
SURE = {"400", "401", "403", "404", "429", "429 with Retry-After", "redirect"}
KINDS = [*FAULTS, CUT]


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    from clockify.demo import create_app, serve

    with serve(create_app(studio.studio())) as server, Front(server) as found:
        yield found


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    with Misbehaving() as server:
        yield server


def writer(server: Front | RunningServer, **terms: Any) -> Clockify:
    return server.connect(ApiKey(studio.KEY), api_url=server.api_url, ledger=MemoryLedger(), **({"plan": PAID} | terms))


def real(front: Front) -> dict[str, Callable[[Clockify], Any]]:
    """Return writes that the world behind would take."""
    world = front.behind.world
    ana = next(one for one in world.users.values() if one.name.startswith("Ana"))
    entry = world.add_entry(ana, START - timedelta(hours=2), START)
    if not any(one.user_id == ana.id for one in world.running):
        world.add_running(ana, START)
    space = {"workspace_id": world.id}
    return {
        "create": lambda client: client.create_time_entry(**space, draft=HOUR),
        "create for others": lambda client: client.create_for_others(**space, user_id=ana.id, draft=HOUR),
        "update": lambda client: client.update_time_entry(**space, entry_id=entry.id, draft=HOUR),
        "delete": lambda client: client.delete_time_entry(**space, entry_id=entry.id),
        "stop": lambda client: client.stop_running_time_entry(**space, user_id=ana.id, end=START + timedelta(hours=2)),
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("act", ["create", "delete"])
def test_a_write_leaves_once_whatever_it_meets(front: Front, act: str, kind: str) -> None:
    front.reset()
    front.fail(act, kind)
    client = writer(front)
    if act == "delete" and kind in ("cut JSON", "cut off"):
        # A reply that has no body can't be cut.
        real(front)[act](client)
    else:
        with pytest.raises(errors.ClockifyError) as raised:
            real(front)[act](client)
        assert surely_not_done(raised.value) is (kind in SURE)
        assert KEY_TEXT not in repr(raised.value)
    assert front.count(act) == 1
    front.heal()
    client.close()


@pytest.mark.parametrize("act", ACTS)
def test_each_write_is_sent_once_though_a_read_would_be_repeated(act: str) -> None:
    time = FakeTime()
    for answer, sure in (((503, {}), False), ((429, {}), True), ((200, b'{"cut'), False), ((200, []), False)):
        client, server = clockify_with(lambda _, answer=answer: answer, time=time)
        if act == "delete" and answer == (200, []):
            ACTS[act](client)
        else:
            with pytest.raises(errors.ClockifyError) as raised:
                ACTS[act](client)
            assert surely_not_done(raised.value) is sure
        assert (len(server.sent), time.slept) == (1, [])


def test_the_reading_of_one_entry_is_repeated() -> None:
    answers = [(503, {}), (200, ROW)]
    client, server = clockify_with(lambda _: answers.pop(0))
    assert client.time_entry(workspace_id="w1", entry_id="e1") == ROW
    assert len(server.sent) == 2


def test_a_kept_connection_that_dies_under_a_write_does_not_repeat_it(misbehaving: Misbehaving) -> None:
    """The one place where things beneath like to try again: a connection of the pool that the server closes just now."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            send(handler, 200, b'{"id": "u1"}', Connection="keep-alive")
            handler.close_connection = False
        else:
            handler.close_connection = True

    misbehaving.behaviour = behave
    client = misbehaving.client(plan=PAID)
    client.user()
    with pytest.raises(errors.TransportError) as raised:
        ACTS["create"](client)
    assert not surely_not_done(raised.value)
    assert [path for path in misbehaving.paths if path.endswith("time-entries")] == ["/api/v1/workspaces/w1/time-entries"]
    assert len(set(misbehaving.peers)) == 1, "it was the kept one"


def test_what_no_connection_could_be_made_for_has_surely_not_happened() -> None:
    client = Clockify(ApiKey(KEY_TEXT), api_url=f"http://127.0.0.1:{free_port()}", ledger=MemoryLedger(), plan=PAID)
    with pytest.raises(errors.NotReached, match="failed or was dropped") as raised:
        ACTS["create"](client)
    assert surely_not_done(raised.value)


def test_a_host_that_speaks_no_tls_may_have_read_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = Clockify(
            ApiKey(KEY_TEXT), api_url=f"https://127.0.0.1:{server.getsockname()[1]}", ledger=MemoryLedger(), plan=PAID, patience=0.3
        )
        with pytest.raises(errors.TransportError):
            ACTS["create"](client)


def test_where_no_request_is_free_nothing_leaves() -> None:
    ledger, time = MemoryLedger(), FakeTime()
    for _ in range(30):
        ledger.claim(now=NOW, limit=None)
    client, server = clockify_with(lambda _: (201, ROW), ledger=ledger, plan=FREE, time=time)
    left = []
    with pytest.raises(errors.RateLimited) as raised:
        client.for_person().create_time_entry(workspace_id="w1", draft=HOUR, leaves=lambda: left.append(1))
    assert (server.sent, left, raised.value.retry_at) == ([], [], NOW + timedelta(hours=1))


def test_who_changes_his_mind_at_the_last_moment_keeps_it_here() -> None:
    client, server = clockify_with(lambda _: (201, ROW))

    def stay() -> None:
        raise KeyError("not this time")

    with pytest.raises(KeyError):
        client.create_time_entry(workspace_id="w1", draft=HOUR, leaves=stay)
    assert server.sent == []
    assert client.create_time_entry(workspace_id="w1", draft=HOUR) == ROW


def body_of(draft: Draft) -> Any:
    bodies: list[Sent] = []

    def answer(sent: Sent) -> tuple[int, Any]:
        bodies.append(sent)
        return 201, ROW

    clockify_with(answer)[0].create_time_entry(workspace_id="w1", draft=draft)
    return bodies[0].body


def test_times_leave_in_utc_and_what_is_empty_is_left_out() -> None:
    berlin = datetime.fromisoformat("2026-11-18T09:00:00+01:00")
    nothing = {"billable": False, "description": "", "tagIds": []}
    assert body_of(Draft(berlin)) == nothing | {"start": "2026-11-18T08:00:00Z"}
    assert body_of(Draft(berlin, berlin + timedelta(minutes=90)))["end"] == "2026-11-18T09:30:00Z"
    full = Draft(
        berlin, None, "p", "t", ("a", "b"), "é", True, "BREAK", ({"customFieldId": "f", "value": 3, "name": "x", "type": "NUMBER"},)
    )
    assert body_of(full) == {
        "start": "2026-11-18T08:00:00Z",
        "projectId": "p",
        "taskId": "t",
        "tagIds": ["a", "b"],
        "description": "é",
        "billable": True,
        "type": "BREAK",
        "customFields": [{"customFieldId": "f", "value": 3}],
    }
    assert "type" not in body_of(Draft(berlin, type="HOLIDAY")), "Clockify makes these itself"


def test_the_key_is_in_no_error_and_no_log(misbehaving: Misbehaving, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(handler: BaseHTTPRequestHandler) -> None:
        send(handler, 400, f'{{"message": "Invalid [{handler.headers.get("X-Api-Key")}]", "code": 501}}'.encode())

    misbehaving.behaviour = echo
    for act in ACTS.values():
        with pytest.raises(errors.RequestRejected) as raised:
            act(misbehaving.client(plan=PAID))
        whole = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
        assert KEY_TEXT not in whole
    assert KEY_TEXT not in caplog.text
