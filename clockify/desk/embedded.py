"""The demo as this process runs it: still, or with a life of its own that is heard as Clockify's webhooks are."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clockify.demo import EVENTS, Hook, RunningServer, agency_world, create_app, serve
from clockify.demo.life import PACE_SECONDS
from clockify.settings import WEBHOOKS_PATH, Secret

if TYPE_CHECKING:
    from clockify.desk.desk import Desk

# Makes the app that takes deliveries with a token: the web is another room, so whoever makes the desk hands it in.
Receiver = Callable[["Desk", Secret], Any]


class LiveDemo(RunningServer):
    """The demo with a life, and beside it the server that hears of it, by a token of this process alone."""

    def __init__(self, receive: Callable[[Secret], Any]) -> None:
        token = secrets.token_urlsafe(32)
        self._receiver = serve(receive(Secret(token)))
        hooks = [Hook(self._receiver.url + WEBHOOKS_PATH, event, token) for event in EVENTS]
        super().__init__(create_app(agency_world, hooks=hooks, life=PACE_SECONDS))

    def stop(self) -> None:
        """Stop the demo, then what hears it."""
        super().stop()
        self._receiver.stop()


def serve_demo(receive: Callable[[Secret], Any] | None) -> RunningServer:
    """Start the demo on a free port; with a life if there is something to hear of it."""
    return LiveDemo(receive).start() if receive else serve(create_app(agency_world))
