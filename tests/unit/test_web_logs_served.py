"""The served app, with a hostile key, hostile names and faults everywhere: not a byte of them is printed."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clockify.demo import create_app, serve
from tests.bench.clients import Viewer
from tests.conftest import keyed
from tests.support.databases import free_port
from tests.support.faults import Front
from tests.support.hosting import Process
from tests.support.servers import PROJECT
from tests.support.studio import KEY, studio

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(not (PROJECT / "clockify" / "__main__.py").exists(), reason="there is no `python -m clockify` yet"),
]
TOKEN = "wEbhook-t0ken-of-this-test"
LINK = "lInk-t0ken-of-this-test-0123456789"
PAGES = ("", "detailed", "weekly", "billable", "team", "projects", "track", "client", "settings")
NAMES = ("Kovač", "Kova\\u010d", "Okafor", "Atlas", "Borealis", "Tiny studio", "ana@example.test")


@contextmanager
def process(folder: Path, **environment: str) -> Iterator[Process]:
    running = Process(
        "app", free_port(), folder, {"CLOCKIFY_DEMO_LIFE": "0", "CLOCKIFY_LOG_LEVEL": "debug", **environment}, "streamlit_app.py"
    )
    running.start()
    try:
        running.wait()
        yield running
    finally:
        running.end()


def ask(running: Process, method: str, path: str, body: bytes = b"", **headers: str) -> None:
    connection = http.client.HTTPConnection("localhost", running.port, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    connection.getresponse().read()
    connection.close()


def look(running: Process, query: str) -> None:
    for page in PAGES:
        with Viewer(f"http://localhost:{running.port}", page) as viewer:
            viewer.show(query)
            time.sleep(0.5)
            viewer.show(query)


def test_a_hostile_key_and_faults_of_every_kind_leave_no_trace(tmp_path: Path) -> None:
    with serve(create_app(studio())) as server, Front(server) as front:
        settings = keyed(front, tmp_path, KEY) | {"CLOCKIFY_WEBHOOK_TOKENS": TOKEN}  # type: ignore[arg-type]
        (tmp_path / "app-records.sqlite").write_bytes(f"damaged, of {KEY}".encode() * 100)
        front.fail("detailed", "500")
        front.fail("projects", "cut JSON", beside=True)
        with process(tmp_path, **settings) as running:
            query = "period=custom&from=2026-11-01&to=2026-11-30&people=qUery-of-this-test"
            look(running, query)
            front.heal()
            look(running, query)
            ask(running, "POST", f"/webhooks/clockify?{TOKEN}", b"{}", Clockify_Signature=f"wrong {TOKEN}")
            ask(running, "POST", "/webhooks/clockify", b"[" * 5000, Clockify_Signature=TOKEN, Content_Type="application/json")
            ask(running, "GET", f"/c/{LINK}?x={LINK}", Cookie=LINK)
            ask(running, "GET", f"/media/{LINK}", Referer=LINK, User_Agent=LINK)
    printed = running.log
    assert_is_clean(printed)
    lines = [json.loads(line) for line in printed.splitlines()]
    loggers = {line["logger"] for line in lines if line["level"] in ("warning", "error")}
    assert {"clockify.mirror.jobs", "clockify.records.database"} <= loggers, "what was provoked is told"


def assert_is_clean(printed: str) -> None:
    unwanted = [KEY, TOKEN, LINK, "qUery-of-this-test", "127.0.0.1", "localhost", "SELECT ", "INSERT ", *NAMES]
    # Half of a secret is a secret, too.
    unwanted += [secret[: len(secret) // 2] for secret in (KEY, TOKEN, LINK)]
    found = {one: next(line for line in printed.splitlines() if one in line) for one in unwanted if one in printed}
    assert found == {}
