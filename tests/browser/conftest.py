"""What the browser tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.agency import Job, agency_job
from tests.support.tabs import Tab, Tabs


@pytest.fixture
def tab(chromium: Any) -> Iterator[Tabs]:
    """Open a tab, of a new browser profile unless another tab is given."""
    with ExitStack() as stack:

        def make(beside: Tab | None = None) -> Tab:
            context = beside.page.context if beside else chromium.new_context(viewport={"width": 1280, "height": 800})
            if beside is None:
                stack.callback(context.close)
            return Tab(context.new_page())

        yield make


@pytest.fixture(scope="session")
def agency(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    """One app over an agency that stands still, and one tab, for all tests that do a person's job there."""
    with agency_job(chromium, tmp_path_factory.mktemp("agency")) as opened:
        yield opened


@pytest.fixture
def job(agency: Job) -> Iterator[Job]:
    """A person's job. After it nothing was fetched from elsewhere, and the console had nothing to say."""
    yield agency
    assert agency.sight.foreign == []
    assert agency.sight.complaints == []
