"""A tab of a browser as the door's tests use it: what stands on the page, and all that was ever sent to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.support.studio import NOVEMBER

WHOLE_NOVEMBER = "period=custom&from=2026-11-01&to=2026-11-30"
# What is inside, and in no message of the door.
INSIDE = ("Tiny studio", "Kovač", "Okafor", "Atlas", "Borealis", "Internal")
WAIT = 30_000

Tabs = Callable[..., "Tab"]


@dataclass
class Tab:
    """A page of a browser, and every byte that the app sent to it."""

    page: Any
    received: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._keep))

    def open(self, url: str) -> None:
        """Go there and wait until the script has run."""
        self.page.goto(url)
        self.settle()

    def settle(self) -> None:
        """Wait until the script isn't running and something stands on the page."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"] h1').first.wait_for(timeout=WAIT)
        self.page.wait_for_timeout(300)  # a rerun that was just asked for begins
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"] h1').first.wait_for(timeout=WAIT)

    def press(self, label: str) -> None:
        """Press a button by its label."""
        self.page.get_by_role("button", name=label).click(timeout=WAIT)

    @property
    def title(self) -> str:
        """The page's own heading."""
        return str(self.page.get_by_role("heading", level=1).first.inner_text())

    def assert_outside(self, title: str) -> None:
        """Nothing but the card stands there, and nothing else was ever sent."""
        assert self.title == title
        for place in ("stMetric", "stDataFrame", "stTable", "stVegaLiteChart", "stSidebarNav", "stSidebarNavLink", "stException"):
            assert self.page.get_by_test_id(place).count() == 0, place
        text, sent = self.page.content(), b"".join(self.received)
        assert not [name for name in (*INSIDE, "Traceback", "KeyError") if name in text or name.encode() in sent]

    def assert_inside(self) -> None:
        """November's figures stand on the page."""
        for label, value in NOVEMBER.items():
            if label != "Average per day":  # goes by today
                self.page.get_by_test_id("stMetric").filter(has_text=label).filter(has_text=value).first.wait_for(timeout=WAIT)

    def _keep(self, sent: bytes | str) -> None:
        self.received.append(sent if isinstance(sent, bytes) else sent.encode())
