"""The whole way in a real browser: somebody writes in Clockify, its webhook is heard, and the open page follows by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from clockify.demo import EVENTS, OWNER_KEY, Hook, RunningServer, World, create_app, serve
from clockify.settings import WEBHOOKS_PATH
from tests.conftest import keyed
from tests.support.browsing import Sight, expect
from tests.support.databases import free_port
from tests.support.servers import AppServer, HostedServer

Run = Callable[..., AppServer]
TOKEN = "the-token-of-every-webhook-of-this-test"
# The promise is two seconds; a machine on which other tests run has a few more.
SECONDS = 6.0


def small_world() -> World:
    """Somebody, and six hours of the last day: nothing of it runs out while the test does."""
    world = World(name="Tiny studio")
    ana = world.add_user("Ana", "ana@example.test")
    project = world.add_project("Shop", world.add_client("Acme"), rate=9000)
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=30)
    world.add_entry(ana, start, start + timedelta(hours=6), project=project, description="before")
    return world


def log(server: RunningServer, minutes: int, description: str) -> float:
    """Log time as Clockify's own page does, ending now; return when it was done."""
    end = datetime.now(UTC)
    times = {"start": f"{end - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}", "end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    body = {**times, "description": description, "projectId": next(iter(server.world.projects))}
    address = f"{server.api_url}/workspaces/{server.world.id}/time-entries"
    assert requests.post(address, json=body, headers={"X-Api-Key": OWNER_KEY}, timeout=10).status_code == 201
    return time.monotonic()


def test_an_open_page_follows_and_leaves_alone_what_is_being_typed(chromium: Any, app_server: Run, tmp_path: Path) -> None:
    port = free_port()
    hooks = [Hook(f"http://127.0.0.1:{port}{WEBHOOKS_PATH}", event, TOKEN) for event in EVENTS]
    with serve(create_app(small_world(), hooks=hooks)) as server:

        class Here(HostedServer):
            def __init__(self, *terms: Any) -> None:
                super().__init__(*terms)
                self.port, self.url = port, f"http://localhost:{port}"

        app = app_server(Here, **keyed(server, tmp_path), CLOCKIFY_WEBHOOK_TOKENS=TOKEN)
        with Sight(chromium, app.url) as reader, Sight(chromium, app.url) as writer:
            page, form = reader.open("/?period=last-30-days"), writer.open("/detailed?period=last-30-days")
            expect(reader.figure("kpi-tracked")).to_have_text("6.0 h")
            search = form.get_by_label("Search in descriptions")
            search.click()
            form.keyboard.type("half a wo")
            asked = len(server.requests)

            done = log(server, 30, "heard at once")
            expect(reader.figure("kpi-tracked")).to_have_text("6.5 h", timeout=SECONDS * 1000)
            assert time.monotonic() - done < SECONDS
            expect(reader.under("status-line")).to_contain_text("live")

            # Nobody's words are taken away: the line says that there is more, and the page follows when they are done.
            news = form.get_by_role("status").filter(has_text="New entries came in")
            expect(news).to_be_visible()
            expect(search).to_have_value("half a wo")
            expect(form.get_by_text("heard at once")).to_have_count(0)
            search.fill("")
            form.get_by_role("heading", name="Detailed").click()
            expect(form.get_by_text("heard at once").first).to_be_visible(timeout=SECONDS * 1000)
            expect(news).to_have_count(0)

            assert [path for method, path in server.requests[asked:] if method == "POST"][1:] == []
            page.wait_for_timeout(200)
            assert (reader.complaints, writer.complaints) == ([], [])
        assert TOKEN not in app.log
