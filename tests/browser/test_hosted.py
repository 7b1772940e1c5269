"""The dashboard as a team hosts it, `python -m clockify`: every page runs under the policy, and it ends well."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clockify.demo import create_app, serve
from tests.conftest import keyed, unavailable
from tests.support.agency import LAST, Job
from tests.support.browsing import expect
from tests.support.faults import Front
from tests.support.nightly import at_night
from tests.support.proxies import Proxy, Rewrite, adding, own_address, with_host
from tests.support.servers import AppServer, HostedServer, NetworkServer
from tests.support.studio import KEY, studio
from tests.support.tabs import WHOLE_NOVEMBER, Tabs

Run = Callable[..., AppServer]

# What stands on each page when it is drawn: charts, tables, and the small components beside them.
DRAWN = {
    "/": ("[data-testid=stVegaLiteChart] svg", ".st-key-summary-table table"),
    "/detailed": (".st-key-entries-table table",),
    "/weekly": (".st-key-week-table table", "button.copy"),
    "/billable": (".st-key-billable-table table",),
    "/team": ("[data-testid=stVegaLiteChart] svg", "[data-testid=stDataFrame] canvas"),
    "/projects": (".st-key-budget-table table",),
    "/track": (".st-key-my-week",),
    "/settings": (".st-key-account", "[data-testid=stDataFrame] canvas"),
}


def answer(url: str, method: str = "GET", **headers: str) -> tuple[int, Any]:
    """Ask for an address; return the status, and the JSON or the text that came."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method, headers=headers), timeout=10) as reply:
            status, body = reply.status, reply.read()
    except urllib.error.HTTPError as fault:
        status, body = fault.code, fault.read()
    return status, json.loads(body) if body.startswith(b"{") else body.decode()


@pytest.mark.parametrize("path", list(DRAWN))
def test_every_page_runs_under_the_policy(job: Job, path: str) -> None:
    """`job` holds that the console said nothing, of what the policy forbids least of all."""
    job.go(path, LAST)
    policy = job.sight.page.request.get(job.sight.address + path).headers["content-security-policy"]
    assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
    for place in DRAWN[path]:
        expect(job.sight.page.locator(place).first).to_be_visible()
    expect(job.sight.page.get_by_text("Component Error")).to_have_count(0)


def test_a_page_is_copied_and_printed_under_it(job: Job) -> None:
    job.go("/weekly", LAST)
    with job.sight.page.expect_popup() as opened:
        job.sight.page.locator("button.print").first.click()
    expect(opened.value.locator("table").first).to_be_visible()
    assert opened.value.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    opened.value.close()
    job.sight.page.locator("button.copy").first.click()
    expect(job.sight.page.locator("button.copy").first).to_have_text("Copied")


def test_its_addresses_answer_as_they_should(agency: Job) -> None:
    at = agency.sight.address
    assert answer(f"{at}/health") == (200, {"status": "alive"})
    assert answer(f"{at}/ready") == (200, {"status": "ready"})
    assert answer(f"{at}/webhooks/clockify")[0] == 405
    assert answer(f"{at}/webhooks/clockify", "POST")[0] == 404  # no token is set
    assert answer(f"{at}/_stcore/metrics")[0] == 404
    assert answer(f"{at}/", Host="evil.test") == (400, "")


@pytest.mark.nightly
def test_a_setting_that_cant_be_used_is_said_and_nothing_is_ready(app_server: Run, tab: Tabs) -> None:
    app = app_server(HostedServer, CLOCKIFY_DEMO="perhaps")
    assert answer(f"{app.url}/health")[0] == 200
    assert answer(f"{app.url}/ready") == (503, {"status": "not ready", "not": ["settings"]})
    visitor = tab()
    visitor.open(app.url)
    visitor.assert_outside("Clockify dashboard")
    assert "CLOCKIFY_DEMO must be 1 or 0" in visitor.page.get_by_test_id("stAlert").inner_text()
    lines = [json.loads(line) for line in app.log.splitlines()]
    told = [line["text"] for line in lines if line["level"] in ("warning", "error")]
    assert told == ["a setting can't be used: CLOCKIFY_DEMO must be 1 or 0."]
    assert next(line["text"] for line in lines if line["logger"] == "clockify") == f"starting on port {app.port}"


def leases(folder: Path) -> list[str]:
    """Return what is being read, as the database has it."""
    with closing(sqlite3.connect(folder / "app.sqlite")) as copy:
        return [name for (name,) in copy.execute("SELECT name FROM mirror_leases")]


def test_told_to_end_in_the_middle_of_a_read_it_ends_it_and_gives_back_what_it_held(app_server: Run, tmp_path: Path, tab: Tabs) -> None:
    with serve(create_app(studio())) as server, Front(server) as front, front.hold("detailed") as gate:
        app = app_server(HostedServer, **keyed(front, tmp_path, KEY))
        tab().page.goto(f"{app.url}/?{WHOLE_NOVEMBER}")
        while not front.count("detailed"):
            time.sleep(0.05)
        assert leases(tmp_path)
        threading.Timer(1.0, gate.set).start()
        assert app.stop() == 0
    assert leases(tmp_path) == []
    with closing(sqlite3.connect(tmp_path / "app.sqlite")) as copy:
        assert copy.execute("SELECT count(*) FROM mirror_months").fetchone() == (2,)
    assert "Traceback" not in app.log


FORGED = [
    adding("X-Forwarded-For: 203.0.113.9"),
    adding("X-Forwarded-For: 127.0.0.1"),
    adding("X-Forwarded-For: ::1"),
    adding("X-Forwarded-Proto: https"),
    adding("X-Forwarded-Host: localhost"),
    adding("Forwarded: for=127.0.0.1;host=localhost"),
]


@pytest.mark.parametrize(
    "rewrite", [at_night(FORGED[0], id="0"), FORGED[1], *(at_night(one, id=str(n + 2)) for n, one in enumerate(FORGED[2:]))]
)
def test_behind_a_proxy_nobody_is_at_this_machine(app_server: Run, tmp_path: Path, tab: Tabs, rewrite: Rewrite) -> None:
    """A proxy that the server believes may say who its visitor is; that he is here it may not."""
    with serve(create_app(studio())) as server:
        app = app_server(HostedServer, **keyed(server, tmp_path, KEY))
        with Proxy(app.port, rewrite) as proxy:
            stranger = tab()
            stranger.open(f"http://localhost:{proxy.port}/?{WHOLE_NOVEMBER}")
            stranger.assert_outside("Not open to the network")
            stranger.page.context.close()
        near = tab()
        near.open(f"{app.url}/?{WHOLE_NOVEMBER}")
        near.assert_inside()


@pytest.mark.nightly
def test_the_network_is_refused_by_its_own_name_and_by_a_foreign_one(app_server: Run, tmp_path: Path, tab: Tabs) -> None:
    address = own_address()
    if address is None:
        unavailable("network", "this machine has no address but loopback")
    with serve(create_app(studio())) as server:
        app = app_server(NetworkServer, **keyed(server, tmp_path, KEY))
        stranger = tab()
        stranger.open(f"http://{address}:{app.port}/?{WHOLE_NOVEMBER}")
        stranger.assert_outside("Not open to the network")
        # nginx with few lines: it passes on neither Host nor a trace of itself
        with Proxy(app.port, with_host(f"127.0.0.1:{app.port}")) as proxy:
            assert answer(f"http://{address}:{proxy.port}/health")[0] == 200
            stranger.page.goto(f"http://{address}:{proxy.port}/?{WHOLE_NOVEMBER}")
            stranger.page.wait_for_timeout(3000)  # its websocket is refused: the page it belongs to has another name
            assert stranger.page.get_by_test_id("stMetric").count() == 0
