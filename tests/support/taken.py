"""The files that a page offers in AppTest, which has no hand for deferred downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st


class Taken:
    """What the last pages offered, by the key of the button; a file that can't be clicked is none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offered: dict[str, Callable[[], bytes]] = {}
        self._draw = st.download_button
        monkeypatch.setattr(st, "download_button", self._noted)

    def files(self) -> dict[str, bytes]:
        """Make every file that was offered since this was asked last."""
        made = {key.removeprefix("download-"): make() for key, make in self.offered.items()}
        self.offered.clear()
        return made

    def _noted(self, *args: Any, **terms: Any) -> Any:
        if not terms.get("disabled"):
            self.offered[terms["key"]] = terms["data"]
        return self._draw(*args, **terms)
