"""Several workspaces behind one key: the sidebar switches, the link says which."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.demo import RunningServer, World

NOW = datetime.now(UTC)


def world_of(name: str, hours: int) -> World:
    world = World.empty(name=name, zone="UTC", seed=hours)
    user = world.add_user("Ana", "ana@example.test")
    start = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    world.add_entry(user, start, start + timedelta(hours=hours), billable=False)
    return world


@pytest.fixture
def app(served: Callable[..., RunningServer], app_of: Callable[..., AppTest]) -> AppTest:
    return app_of(served(world_of("First", 2), others=[world_of("Second", 5)]))


def tracked(page: Any) -> str:
    return str(page.metric[0].value)


def test_the_profiles_workspace_opens_first_and_another_can_be_chosen(app: AppTest) -> None:
    page = app.run()
    assert not page.exception
    assert tracked(page) == "2.0 h"
    page.sidebar.selectbox(key="workspace").set_value("Second")
    page.run()
    assert tracked(page) == "5.0 h"
    assert page.query_params["workspace"]


def test_a_link_names_the_workspace(app: AppTest) -> None:
    page = app.run()
    page.sidebar.selectbox(key="workspace").set_value("Second").run()
    link = page.query_params["workspace"]
    other = AppTest.from_file(app._script_path, default_timeout=60)
    other.query_params["workspace"] = link[0] if isinstance(link, list) else link
    assert tracked(other.run()) == "5.0 h"


def test_a_workspace_that_is_not_there_is_dropped_with_a_notice(app: AppTest) -> None:
    app.query_params["workspace"] = "0" * 24
    page = app.run()
    assert not page.exception
    assert tracked(page) == "2.0 h"
    assert any("the workspace" in warning.value for warning in page.warning)


def test_the_notice_stays_until_something_else_is_chosen(app: AppTest) -> None:
    app.query_params["people"] = "nobody"
    page = app.run()
    assert any("people" in warning.value for warning in page.run().warning)
    page.sidebar.selectbox(key="period").set_value("Last month").run()
    assert not page.warning
