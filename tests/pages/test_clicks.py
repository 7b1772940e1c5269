"""What a click costs: no request, no write, a handful of queries, and nothing opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from clockify.demo import RunningServer, agency_world
from clockify.periods import Preset

# The key's lists, the workspace's lists, the months, the requests of the hour for the words, and whether notes have changed.
QUERIES = 5
# FREE asks for the hour's requests twice more: how many are left for the months, and when the next is free.
FREE_QUERIES = 7


@contextmanager
def statements() -> Iterator[list[str]]:
    """Gather what is said to databases."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("plan", "most"), [("STANDARD_2021", QUERIES), ("FREE", FREE_QUERIES)])
def test_a_click_costs_no_request_and_few_queries(
    served: Callable[..., RunningServer], app_of: Callable[..., AppTest], plan: str, most: int
) -> None:
    server = served(agency_world(datetime.now(UTC)), plan=plan)
    page = app_of(server)
    page.query_params["period"] = "last-month"  # on the first of a month this one is empty, and nothing of it was opened
    page.run().run()
    asked = len(server.requests)
    for word in ("Yes", "No", "All"):
        with statements() as said:
            page.radio(key="billable").set_value(word).run()
        assert not page.exception
        assert len(said) <= most, said
        assert all(statement.startswith("SELECT") for statement in said), said
        # A payload, a cube or rows are opened once a version, never once a click.
        assert not [statement for statement in said if "SELECT mirror_lists.payload" in statement or ".cube" in statement], said
    assert len(server.requests) == asked


@pytest.mark.parametrize(("name", "most"), [("billable", QUERIES), ("settings", QUERIES + 2)])  # Settings lists all months, and all links
def test_so_does_going_to_another_page(served: Callable[..., RunningServer], app_of: Callable[..., AppTest], name: str, most: int) -> None:
    server = served(agency_world(datetime.now(UTC)))
    page = app_of(server).run()
    # Of this month there may be nothing yet to have been opened.
    page.selectbox(key="period").set_value(Preset.LAST_MONTH).run()
    page.run()
    asked = len(server.requests)
    with statements() as said:
        page.switch_page(f"pages/{name}.py").run()
    assert not page.exception
    assert len(said) <= most, said
    assert len(server.requests) == asked
