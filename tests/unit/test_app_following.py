"""When a page takes the bell's count: before it looks up what it shows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from clockify.app.shell import following


def test_the_bell_is_counted_before_anything_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted afterwards, what came while it was looked up would seem to be known."""
    rung = [3]

    def load() -> Any:
        rung[0] += 1
        return "view"

    visit: Any = SimpleNamespace(mirror=SimpleNamespace(workspace=SimpleNamespace(id="w")))
    monkeypatch.setattr(following, "_who", lambda: "ana")
    monkeypatch.setattr(following, "followers", lambda: SimpleNamespace(rings=lambda workspace_id: rung[0]))
    monkeypatch.setattr(following, "shown_by", lambda mirror, view, rings: (view, rings))
    assert following.looked_up(visit, load) == ("view", ("view", 3))
