"""The app in AppTest: the real script, a served world, no browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from clockify.app.shell import config, door, resources
from clockify.demo import OWNER_KEY, RunningServer, create_app, serve
from clockify.desk import commands, desk
from clockify.desk.desk import Desk
from clockify.settings import SETTINGS
from tests.conftest import keyed
from tests.support import studio
from tests.support.faults import Front
from tests.support.house import House
from tests.support.servers import STILL

SCRIPT = Path(__file__).resolve().parents[2] / "streamlit_app.py"
SECONDS = 60


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Warm up once: doing so for each test anew, as each process does, would cost more than the tests."""
    resources.warm_up()


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the developer, nothing cached of another test, and time enough to read a month; desks are closed."""
    desks: list[Desk] = []

    class Noted(Desk):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            desks.append(self)

    monkeypatch.setattr(resources, "Desk", Noted)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    for name, value in STILL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(config, "PROJECT", tmp_path)
    monkeypatch.setattr(config, "DATA_FOLDER", tmp_path / "data")
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(resources, "warm_up", lambda: None)
    # AppTest looks through every installed package for components; there are none.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
    for one in desks:
        one.close()


@pytest.fixture(autouse=True)
def quick_keys(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognise a key fast: the app does so slowly on purpose, as the tests of keys and of states see it do."""
    if request.path.stem not in ("test_keys", "test_states"):
        monkeypatch.setattr(desk, "fingerprint_of", lambda key, salt: sha256(key.reveal().encode() + salt).hexdigest()[:48])


@pytest.fixture
def demo_app() -> AppTest:
    """The app without a key."""
    return AppTest.from_file(str(SCRIPT), default_timeout=SECONDS)


@pytest.fixture
def app_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., AppTest]:
    """The app on a served world: `app_of(server)`; CLOCKIFY_OPEN stands in for a visitor at this machine, who is there then."""

    def make(server: RunningServer, key: str = OWNER_KEY, **environment: str) -> AppTest:
        values = keyed(server, tmp_path, key) | {"CLOCKIFY_OPEN": "1"} | environment
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(door, "_is_at_this_machine", lambda: values["CLOCKIFY_OPEN"] == "1")
        return AppTest.from_file(str(SCRIPT), default_timeout=SECONDS)

    return make


@pytest.fixture
def housed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., House]]:
    """The tiny studio on the terms given, behind a front that can break; the app's clock stands still until it is moved."""
    clock, stack = studio.Clock(), ExitStack()
    monkeypatch.setattr(resources, "now", clock)

    def serve_it(**terms: object) -> House:
        world = studio.studio()
        front = stack.enter_context(Front(stack.enter_context(serve(create_app(world, clock=clock, **terms)))))
        monkeypatch.setattr(desk, "Clockify", front.connect)
        return House(world, front, clock)

    with stack:
        yield serve_it
