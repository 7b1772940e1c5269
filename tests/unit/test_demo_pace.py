"""The demo's knobs: so many requests a second, slow replies, short pages and refused page sizes."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
import requests

from clockify.demo import OWNER_KEY, World, __main__, create_app

NOON = datetime(2026, 3, 19, 12, tzinfo=UTC)


@pytest.fixture
def world():
    world = World.empty()
    uma = world.add_user("Uma")
    for number in range(7):
        world.add_entry(uma, NOON - timedelta(hours=number + 1), NOON - timedelta(hours=number))
    return world


@pytest.fixture
def session():
    with requests.Session() as session:
        session.headers["X-Api-Key"] = OWNER_KEY
        yield session


def list_url(server):
    user_id = next(iter(server.world.users))
    return f"{server.api_url}/workspaces/{server.world.id}/user/{user_id}/time-entries"


def detailed(session, server, size):
    body = {"dateRangeStart": "2026-03-19T00:00:00", "dateRangeEnd": "2026-03-20T00:00:00", "detailedFilter": {"page": 1, "pageSize": size}}
    return session.post(f"{server.reports_url}/workspaces/{server.world.id}/reports/detailed", json=body)


def test_so_many_requests_in_any_second(served, session, world):
    now = [NOON]
    server = served(world, requests_per_second=3, clock=lambda: now[0])

    def statuses(count):
        return [session.get(server.api_url + "/user").status_code for _ in range(count)]

    assert statuses(2) == [200, 200]
    now[0] += timedelta(seconds=0.6)
    assert statuses(2) == [200, 429]
    refused = session.get(server.api_url + "/user")
    assert refused.json() == {"message": "Too many requests. Please try again later", "code": 429}
    assert "Retry-After" not in refused.headers
    # The first two are a second old by now, the third is not.
    now[0] += timedelta(seconds=0.4)
    assert statuses(3) == [200, 200, 429]


def test_an_hour_and_a_second_are_counted_apart(served, session, world):
    now = [NOON]
    server = served(world, plan="FREE", requests_per_hour=3, requests_per_second=2, clock=lambda: now[0])
    replies = [session.get(server.api_url + "/user") for _ in range(3)]
    now[0] += timedelta(seconds=1)
    replies += [session.get(server.api_url + "/user") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 200, 429, 200, 429]
    assert ["Retry-After" in reply.headers for reply in replies] == [False] * 4 + [True]


def test_replies_wait_beside_one_another(served, world):
    waits = []
    together = asyncio.Barrier(3)

    async def sleep(seconds):
        waits.append(seconds)
        # Nobody goes on before all three are here: one after the other they would never be.
        async with asyncio.timeout(20):
            await together.wait()

    server = served(world, delay=0.25, sleep=sleep)
    statuses = []

    def ask():
        statuses.append(requests.get(server.api_url + "/user", headers={"X-Api-Key": OWNER_KEY}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (statuses, waits) == ([200] * 3, [0.25] * 3)


def test_a_slow_reply_shows_what_was_there_when_it_was_asked_for(served, session, world):
    async def sleep(seconds):
        for entry in list(world.entries):
            world.delete_entry(entry.id)

    server = served(world, delay=1.0, sleep=sleep)
    assert [len(session.get(list_url(server)).json()) for _ in range(2)] == [7, 0]


@pytest.mark.parametrize("query", [{}, {"page-size": "200"}, {"page-size": "3"}])
def test_pages_of_entries_are_silently_capped(served, session, world, query):
    server = served(world, list_page_cap=3)
    pages = [session.get(list_url(server), params=query | {"page": str(page)}) for page in (1, 2, 3, 4)]
    assert [len(page.json()) for page in pages] == [3, 3, 1, 0]
    assert [page.headers["Last-Page"] for page in pages] == ["false", "false", "true", "true"]
    assert [row["id"] for page in pages for row in page.json()] == [entry.id for entry in reversed(world.entries)]


def test_a_smaller_page_than_the_cap_is_what_was_asked_for(served, session, world):
    server = served(world, list_page_cap=3)
    page = session.get(list_url(server), params={"page": "4", "page-size": "2"})
    assert (len(page.json()), page.headers["Last-Page"]) == (1, "true")
    for number in range(4):
        world.add_running(world.add_user(f"Person {number}"), NOON)
    running = session.get(f"{server.api_url}/workspaces/{world.id}/time-entries/status/in-progress", params={"page-size": "1000"})
    assert (len(running.json()), running.headers["Last-Page"]) == (3, "false")


def test_too_large_a_page_is_refused(served, session, world):
    server = served(world, refused_page_size=200)
    ask = {
        "list": lambda size: session.get(list_url(server), params={"page-size": str(size)}),
        "report": lambda size: detailed(session, server, size),
    }
    for reply_to in ask.values():
        assert reply_to(200).status_code == 200
        refused = reply_to(201)
        assert (refused.status_code, refused.json()) == (400, {"message": "Page size must be less or equal to 200", "code": 501})
    projects = session.get(f"{server.api_url}/workspaces/{world.id}/projects", params={"page-size": "5000"})
    assert projects.status_code == 200


def test_the_command_line_sets_the_pace(monkeypatch):
    asked = []

    def recorded(source, **terms):
        asked.append((terms["requests_per_second"], terms["delay"]))
        return create_app(source)

    monkeypatch.setattr(__main__, "create_app", recorded)
    for words in ([], ["--requests-per-second", "50", "--delay", "0.05"]):
        __main__.start(["--port", "0", "--entries", "5", "--people", "1", *words]).stop()
    assert asked == [(None, 0.0), (50, 0.05)]


@pytest.mark.parametrize(
    "words", [["--requests-per-second", "0"], ["--delay", "-1"], ["--delay", "inf"], ["--delay", "nan"], ["--delay", "soon"]]
)
def test_a_pace_that_makes_no_sense(words, capsys):
    with pytest.raises(SystemExit):
        __main__.start(["--port", "0", *words])
    assert words[0] in capsys.readouterr().err
