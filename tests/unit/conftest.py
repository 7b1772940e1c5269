"""What tests of several desks share: a small studio behind a front that notes what is asked and can fail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clockify.demo import create_app, serve
from tests.support import studio
from tests.support.faults import Front
from tests.support.pens import lead_through
from tests.support.studio import Clock


@pytest.fixture
def clock() -> Clock:
    """A clock that a test sets, the studio's and the desk's."""
    return Clock()


@pytest.fixture
def front(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """The studio over HTTP, as everybody is led to it."""
    with serve(create_app(studio.studio(), clock=clock)) as server, Front(server) as found:
        lead_through(found, monkeypatch)
        yield found
