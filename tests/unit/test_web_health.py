"""What a proxy asks: alive, and ready."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from clockify.desk.desk import Desk
from clockify.errors import ConfigurationError, StoreError
from clockify.settings import parse_settings
from clockify.web.health import KEPT_SECONDS, health_routes
from tests.support.asgi import Answer, ask


class Checked:
    """A desk whose database fails as told; it counts how often it was asked."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault, self.asked = fault, 0

    def check_database(self) -> None:
        self.asked += 1
        if self.fault:
            raise self.fault


def asked(desk: Any, path: str, method: str = "GET", now: float = 0.0) -> Answer:
    routes = [*health_routes(desk, lambda: now), Mount("/", PlainTextResponse("the dashboard's page"))]
    return ask(Starlette(routes=routes), path, method)


def test_alive_asks_nobody() -> None:
    def none() -> Desk:
        raise AssertionError("asked")

    answer = asked(none, "/health")
    assert (answer.status, json.loads(answer.body)) == (200, {"status": "alive"})
    assert asked(none, "/health", "POST").status == 405
    assert asked(none, "/ready", "DELETE").status == 405


@pytest.mark.parametrize(("fault", "what"), [(StoreError("at db.internal"), "database"), (ConfigurationError("DATABASE_URL"), "settings")])
def test_what_cant_be_used_is_said_and_nothing_else(fault: Exception, what: str) -> None:
    answer = asked(lambda: Checked(fault), "/ready")
    assert answer.status == 503
    assert json.loads(answer.body) == {"status": "not ready", "not": [what]}


def test_settings_that_cant_be_read_are_said() -> None:
    def broken() -> Desk:
        raise ConfigurationError("CLOCKIFY_DEMO must be 1 or 0.")

    assert json.loads(asked(broken, "/ready").body)["not"] == ["settings"]


def test_asking_often_asks_the_database_once() -> None:
    desk, moment = Checked(), [0.0]
    app = Starlette(routes=health_routes(lambda: desk, lambda: moment[0]))  # type: ignore[arg-type,return-value]
    for _ in range(3):
        assert ask(app, "/ready").status == 200
    assert desk.asked == 1
    desk.fault = StoreError("gone")
    assert ask(app, "/ready").status == 200
    moment[0] = KEPT_SECONDS + 0.1
    assert ask(app, "/ready").status == 503
    desk.fault = None
    assert ask(app, "/ready").status == 503
    moment[0] *= 2.1
    assert ask(app, "/ready").status == 200


@pytest.mark.parametrize("values", [{}, {"CLOCKIFY_API_KEY": "k3y-of-this-test"}])
def test_a_real_database_is_read_and_written(tmp_path: Path, values: dict[str, str]) -> None:
    desk = Desk(parse_settings(values), tmp_path / "data")
    try:
        assert asked(lambda: desk, "/ready").status == 200
    finally:
        desk.close()


@pytest.mark.parametrize("name", ["data", "data/mirror.sqlite", "data/records.sqlite"])
def test_a_folder_or_file_that_cant_be_written_is_not_ready(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    if place.suffix:
        place.mkdir(parents=True)  # a folder stands where the file is to be
    else:
        place.write_text("a file stands where the folder is to be")
    desk = Desk(parse_settings({"CLOCKIFY_API_KEY": "k3y-of-this-test"}), tmp_path / "data")
    try:
        answer = asked(lambda: desk, "/ready")
    finally:
        desk.close()
    assert (answer.status, json.loads(answer.body)["not"]) == (503, ["database"])
