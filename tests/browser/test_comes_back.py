"""A page that failed follows by itself in a real browser: nobody clicks, and its ticks ask nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clockify.demo import create_app, serve
from tests.conftest import keyed
from tests.support.browsing import expect
from tests.support.faults import Front
from tests.support.nightly import at_night
from tests.support.servers import AppServer
from tests.support.studio import KEY, studio
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tabs


@pytest.mark.parametrize("endpoint", ["detailed", *(at_night(one, id=one) for one in ("user", "projects"))])
def test_the_page_comes_back_without_a_click(app_server: Callable[..., AppServer], tab: Tabs, tmp_path: object, endpoint: str) -> None:
    with serve(create_app(studio())) as server, Front(server) as front:
        app = app_server(**keyed(front, tmp_path, KEY))  # type: ignore[arg-type]
        front.fail(endpoint, "500")
        visitor = tab()
        visitor.page.goto(f"{app.url}/?{WHOLE_NOVEMBER}")
        told = visitor.page.get_by_text("Trying again")
        told.first.wait_for(timeout=WAIT)
        assert visitor.page.get_by_test_id("stMetric").count() == 0
        front.heal()
        visitor.assert_inside()
        expect(told).to_have_count(0)


@pytest.mark.nightly
def test_looking_costs_nothing_while_it_rests(app_server: Callable[..., AppServer], tab: Tabs, tmp_path: object) -> None:
    with serve(create_app(studio())) as server, Front(server) as front:
        app = app_server(**keyed(front, tmp_path, KEY))  # type: ignore[arg-type]
        front.fail("projects", "429 with Retry-After")
        visitor = tab()
        visitor.page.goto(f"{app.url}/?{WHOLE_NOVEMBER}")
        told = visitor.page.get_by_text("Trying again at")
        told.first.wait_for(timeout=WAIT)
        asked, before = len(front.exchanges), len(visitor.received)
        visitor.page.wait_for_timeout(5000)
        assert len(visitor.received) > before, "it ticks"
        assert len(front.exchanges) == asked
        expect(told).to_have_count(1)
