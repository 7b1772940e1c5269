"""Tells whoever listens that a workspace's copy has changed: what is drawn of it is out of date."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from clockify.errors import ClockifyError

log = logging.getLogger(__name__)

Listener = Callable[[str], object]


class Bell:
    """Rings once for each workspace whose copy, lists or notes have changed; safe to share between threads.

    A listener is called in the thread that rings, and must return at once. Where several processes share one PostgreSQL, all
    of them hear it: what changes a copy announces itself (`Database.announce`), the rest `spread` does.
    """

    def __init__(self, spread: Callable[[str], object] | None = None) -> None:
        self._lock = Lock()
        self._listeners: list[Listener] = []
        self._spread = spread

    def listen(self, listener: Listener) -> None:
        """Have a listener called with the id of each workspace that the bell rings for; "" stands for all of them."""
        with self._lock:
            self._listeners.append(listener)

    def ring(self, workspace_id: str) -> None:
        """Call every listener, here and in other processes."""
        self.sound(workspace_id)
        if self._spread:
            try:
                self._spread(workspace_id)
            except ClockifyError:
                # They find it when they look.
                log.warning("bell: other processes could not be told")

    def sound(self, workspace_id: str) -> None:
        """Call every listener here; one that fails keeps nobody else from being called."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(workspace_id)
            except Exception:
                log.exception("a listener of the bell failed")
