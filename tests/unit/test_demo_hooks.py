"""What the demo's webhooks send, in which order, and how often."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice

import pytest
import requests

from clockify.demo import EVENTS, OWNER_KEY, Hook, World, create_app, serve
from clockify.demo.__main__ import hooks_of
from clockify.demo.hooks import Delivery, Fate, Sender, fates, in_order

TOKEN = "a-token-of-this-very-test"
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=UTC)


class Ear:
    """A receiver that writes down what it hears; `answers` are its first statuses, then 200."""

    def __init__(self, *answers: int) -> None:
        self.heard: list[tuple[dict[str, str], dict]] = []
        self.moments: list[float] = []
        self._answers = list(answers)
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                ear.moments.append(time.monotonic())
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                ear.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(ear._answers.pop(0) if ear._answers else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/clockify"

    def __enter__(self) -> Ear:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait_for(self, count: int, seconds: float = 10) -> list[tuple[str, str]]:
        end = time.monotonic() + seconds
        while len(self.heard) < count and time.monotonic() < end:
            time.sleep(0.01)
        return [(headers["clockify-webhook-event-type"], body["id"]) for headers, body in self.heard]


@pytest.fixture
def ear():
    with Ear() as one:
        yield one


@pytest.fixture
def usual(monkeypatch):
    """Every delivery comes once and in its turn."""
    monkeypatch.setattr("clockify.demo.hooks.ODD", 0.0)
    monkeypatch.setattr("clockify.demo.server.Sender", lambda hooks, seed: Sender(hooks, seed, odd=0.0))


@pytest.fixture
def world():
    studio = World(name="Tiny studio")
    ana = studio.add_user("Ana", "ana@example.test")
    client = studio.add_client("Acme", "USD")
    project = studio.add_project("Shop", client, rate=9000, time_estimate=36000)
    studio.add_task(project, "Design")
    studio.add_tag("Urgent")
    studio.add_entry(ana, NOW - timedelta(hours=5), NOW - timedelta(hours=4), project=project, description="old")
    return studio


def served(world, ear, events=EVENTS, **terms):
    return serve(create_app(world, clock=lambda: NOW, hooks=[Hook(ear.url, event, TOKEN) for event in events], **terms))


def write(server, method, path, body=None):
    reply = requests.request(
        method, f"{server.api_url}/workspaces/{server.world.id}/{path}", json=body, headers={"X-Api-Key": OWNER_KEY}, timeout=10
    )
    assert reply.ok, reply.text
    return reply.json() if reply.content else None


def test_each_change_through_the_api_sends_its_event(world, ear, usual) -> None:
    user_id = next(iter(world.users))
    entry = {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z", "description": "logged"}
    with served(world, ear) as server:
        made = write(server, "POST", "time-entries", entry)
        write(server, "PUT", f"time-entries/{made['id']}", {**entry, "description": "corrected"})
        write(server, "DELETE", f"time-entries/{made['id']}")
        first = write(server, "POST", "time-entries", {"start": "2026-03-19T13:00:00Z", "description": "timer"})
        second = write(server, "POST", "time-entries", {"start": "2026-03-19T13:30:00Z"})
        write(server, "PUT", f"time-entries/{second['id']}", {"start": "2026-03-19T13:30:00Z", "description": "named"})
        write(server, "PATCH", f"user/{user_id}/time-entries", {"end": "2026-03-19T14:00:00Z"})
        heard = ear.wait_for(8)
    assert heard == [
        ("NEW_TIME_ENTRY", made["id"]),
        ("TIME_ENTRY_UPDATED", made["id"]),
        ("TIME_ENTRY_DELETED", made["id"]),
        ("NEW_TIMER_STARTED", first["id"]),
        # Starting a timer ends the one that runs: told first, a guess.
        ("TIMER_STOPPED", first["id"]),
        ("NEW_TIMER_STARTED", second["id"]),
        ("TIME_ENTRY_UPDATED", second["id"]),
        ("TIMER_STOPPED", second["id"]),
    ]
    bodies = [body for _, body in ear.heard]
    assert [body["description"] for body in bodies[:3]] == ["logged", "corrected", "corrected"]
    assert bodies[4]["timeInterval"] == {"start": "2026-03-19T13:00:00Z", "end": "2026-03-19T13:30:00Z", "duration": "PT30M"}
    assert bodies[5]["timeInterval"]["end"] is None
    assert [body["currentlyRunning"] for body in bodies] == [False, False, False, True, False, True, True, False]


def test_the_headers_are_clockifys_and_carry_the_hooks_own_token(world, ear, usual) -> None:
    with served(world, ear) as server:
        write(server, "POST", "time-entries", {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z"})
        ear.wait_for(1)
    ((headers, _),) = ear.heard
    assert headers["clockify-signature"] == TOKEN
    assert headers["clockify-webhook-event-type"] == "NEW_TIME_ENTRY"
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"]


def test_a_refused_write_and_an_event_without_a_hook_send_nothing(world, ear, usual) -> None:
    with served(world, ear, events=["TIME_ENTRY_DELETED"]) as server:
        address = f"{server.api_url}/workspaces/{world.id}/time-entries"
        assert requests.post(address, json={"start": "no time"}, headers={"X-Api-Key": OWNER_KEY}, timeout=10).status_code == 400
        made = write(server, "POST", "time-entries", {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z"})
        write(server, "DELETE", f"time-entries/{made['id']}")
        assert ear.wait_for(1) == [("TIME_ENTRY_DELETED", made["id"])]


def test_what_a_receiver_does_not_take_is_tried_again(world, usual, monkeypatch) -> None:
    monkeypatch.setattr("clockify.demo.hooks.RESTS", (0.01, 0.01, 0.01))
    with Ear(503, 500) as ear, served(world, ear) as server:
        made = write(server, "POST", "time-entries", {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z"})
        assert ear.wait_for(3) == [("NEW_TIME_ENTRY", made["id"])] * 3
        time.sleep(0.1)
        assert len(ear.heard) == 3


def test_a_refusal_is_taken_for_an_answer(world, usual, monkeypatch) -> None:
    monkeypatch.setattr("clockify.demo.hooks.RESTS", (0.01, 0.01, 0.01))
    with Ear(401) as ear, served(world, ear) as server:
        write(server, "POST", "time-entries", {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z"})
        ear.wait_for(1)
        time.sleep(0.1)
        assert len(ear.heard) == 1


def test_nobody_listening_stops_neither_the_demo_nor_its_end(world, usual) -> None:
    hooks = [Hook("http://127.0.0.1:9/webhooks/clockify", event, TOKEN) for event in EVENTS]
    begin = time.monotonic()
    with serve(create_app(world, clock=lambda: NOW, hooks=hooks)) as server:
        write(server, "POST", "time-entries", {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z"})
    assert time.monotonic() - begin < 3


def test_the_reply_is_out_before_the_delivery_comes(world, ear, usual) -> None:
    """A receiver that asks the demo itself, as a careless one would, isn't kept waiting by the reply it waits for."""
    with served(world, ear, delay=0.3) as server:
        begin = time.monotonic()
        write(server, "POST", "time-entries", {"start": "2026-03-19T08:00:00Z", "end": "2026-03-19T09:00:00Z"})
        ear.wait_for(1)
    assert ear.moments[0] - begin >= 0.3


def numbered(*numbers: int | None) -> list[Delivery | None]:
    hook = Hook("http://127.0.0.1:9/", "NEW_TIME_ENTRY", TOKEN)
    return [None if number is None else Delivery(hook, str(number).encode()) for number in numbers]


def order(numbers: list[int | None], *drawn: Fate) -> list[int]:
    return [int(one.body) for one in in_order(numbered(*numbers), iter(drawn)) if one]


def test_a_late_one_comes_behind_the_next_and_a_repeated_one_again() -> None:
    usual, late, twice = Fate.USUAL, Fate.LATE, Fate.TWICE
    assert order([1, 2, 3], usual, late, usual) == [1, 3, 2]
    assert order([1, 2, 3], twice, usual, usual) == [1, 2, 1, 3]
    assert order([1, 2, 3], late, late, usual) == [1, 3, 2]
    assert order([1, None, 2], late, usual) == [1, 2]  # nothing came meanwhile, so it waits no longer
    assert order([1, None, 2], twice, usual) == [1, 1, 2]


def test_fates_are_the_same_for_a_seed_and_few_are_odd() -> None:
    drawn = list(islice(fates(7), 2000))
    assert drawn == list(islice(fates(7), 2000))
    assert drawn != list(islice(fates(8), 2000))
    assert 50 <= drawn.count(Fate.TWICE) <= 110
    assert 50 <= drawn.count(Fate.LATE) <= 110


def test_the_command_line_spends_frees_three_webhooks_where_they_help_most() -> None:
    assert [hook.event for hook in hooks_of("http://127.0.0.1:9/", TOKEN, "FREE")] == [
        "NEW_TIME_ENTRY",
        "TIMER_STOPPED",
        "TIME_ENTRY_UPDATED",
    ]
    assert len(hooks_of("http://127.0.0.1:9/", TOKEN, "STANDARD")) == 5
    assert hooks_of(None, None, "STANDARD") == []


def test_no_text_of_a_hook_shows_its_token() -> None:
    assert TOKEN not in repr(Hook("http://127.0.0.1:9/", "NEW_TIME_ENTRY", TOKEN))


def test_time_that_moves_on_is_told_too(ear, usual) -> None:
    """Planned entries that end, and timers that give way to others, without anybody asking for it."""
    from clockify.demo import agency_world

    clock = [datetime(2026, 3, 30, 9, 50, tzinfo=UTC)]
    hooks = [Hook(ear.url, event, TOKEN) for event in EVENTS]
    with serve(create_app(lambda now: agency_world(now), clock=lambda: clock[0], hooks=hooks)) as server:
        ran = {one.id for one in server.world.running}
        known = {one.id for one in server.world.entries} | ran
        clock[0] += timedelta(hours=2)
        new = {one.id for one in server.world.entries} - known
        running = {one.id for one in server.world.running} - known
        requests.get(f"{server.api_url}/user", headers={"X-Api-Key": OWNER_KEY}, timeout=10)
        over = ran - {one.id for one in server.world.running}
        gone = over - {one.id for one in server.world.entries}
        heard = ear.wait_for(len(new) + len(running) + len(over))
    assert len(new) >= 4
    assert over - gone == {entry for event, entry in heard if event == "TIMER_STOPPED"} != set()
    assert new <= {entry for event, entry in heard if event in ("NEW_TIME_ENTRY", "TIMER_STOPPED")}
    assert running <= {entry for event, entry in heard if event == "NEW_TIMER_STARTED"}
    assert gone == {entry for event, entry in heard if event == "TIME_ENTRY_DELETED"}
