"""How long a page takes to settle after a click, and what went over the wire meanwhile."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE_MS = 120_000
QUIET_MS = 400  # nothing has changed for so long: the page is settled
CARD = ".st-key-kpi-tracked [data-testid=stMetricValue]"
FIRST_CHART = ".st-key-bars [data-testid=stVegaLiteChart] [aria-roledescription=bar]"

# Times are taken inside the page: the way from Python to the browser doesn't count.
WATCH = """watched => {
  const read = () => document.querySelector(watched)?.textContent ?? '';
  window.bench = {clicked: 0, changed: 0, painted: 0, text: read()};
  window.addEventListener('click', () => {
    window.bench.clicked = window.bench.changed = window.bench.painted = performance.now();
    window.bench.text = read();
  }, true);
  new MutationObserver(() => {
    window.bench.changed = performance.now();
    const text = read();
    if (text && text !== window.bench.text) {
      window.bench.text = text;
      window.bench.painted = performance.now();
    }
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
SETTLED = f"""() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && performance.now() - window.bench.changed > {QUIET_MS}"""


@dataclass(frozen=True)
class Rerun:
    """One click: seconds until the watched text was another, until the page stood still, until the server was done; bytes received."""

    painted: float
    settled: float
    server: float
    received: int


class Watch:
    """Watches one tab. Frames are stamped by the browser; their size is that before compression."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._sent: list[float] = []
        self._received: list[tuple[float, bytes]] = []
        session = page.context.new_cdp_session(page)
        session.on("Network.webSocketFrameSent", lambda event: self._sent.append(event["timestamp"]))
        session.on("Network.webSocketFrameReceived", self._note)
        session.send("Network.enable")

    def open(self, url: str, watched: str = CARD) -> None:
        """Open a page and wait for its first chart and for quiet; `watched` is where the new figures are looked for."""
        self._page.goto(url)
        self._page.wait_for_selector(FIRST_CHART, timeout=PATIENCE_MS)
        self._page.evaluate(WATCH, watched)
        self.settle()

    def settle(self) -> None:
        """Wait until the script is done and the page stands still."""
        self._page.wait_for_function(SETTLED, polling=50, timeout=PATIENCE_MS)

    def rerun(self, click: Callable[[], object]) -> Rerun:
        """Click, and measure what follows."""
        self._sent.clear()
        self._received.clear()
        click()
        self._page.wait_for_function("() => window.bench.changed > window.bench.clicked", polling=20, timeout=PATIENCE_MS)
        # A busy server begins late: until then the page stands still, too.
        until = time.monotonic() + PATIENCE_MS / 1000
        while not (ends := [moment for moment, frame in self._received if _ends_run(frame)]):
            if time.monotonic() > until:
                raise RuntimeError("the click caused no rerun")
            self._page.wait_for_timeout(20)
        self.settle()
        marks = self._page.evaluate("window.bench")
        return Rerun(
            painted=(marks["painted"] - marks["clicked"]) / 1000,
            settled=(marks["changed"] - marks["clicked"]) / 1000,
            server=max(ends) - self._sent[0],
            received=sum(len(frame) for _, frame in self._received),
        )

    def _note(self, event: Any) -> None:
        self._received.append((event["timestamp"], base64.b64decode(event["response"]["payloadData"])))


def billable_clicks(page: Any) -> list[Callable[[], object]]:
    """Return the clicks on each choice of the billable filter."""
    return [page.locator(".st-key-billable").get_by_text(word, exact=True).click for word in ("Yes", "No", "All")]


def usual_clicks(watch: Watch, page: Any, number: int) -> tuple[Iterator[Callable[[], object]], list[float]]:
    """Click until all is warm, then so often; return the clicks to go on with, and how long the new figures took."""
    clicks = cycle(billable_clicks(page))
    for _ in range(3):
        watch.rerun(next(clicks))
    return clicks, [watch.rerun(next(clicks)).painted for _ in range(number)]


def _ends_run(frame: bytes) -> bool:
    return ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"
