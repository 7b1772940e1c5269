"""Hears what other processes have changed, where several share one PostgreSQL: LISTEN on a connection of its own.

Nobody waits for it, and without it everything works as before: pages find what is new when they look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

log = logging.getLogger(__name__)

CHANNEL = "clockify_copy"
# It looks up so often whether it is to end.
LOOK_SECONDS = 0.5
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 1.0, 30.0
EVERYTHING = ""


class Ear:
    """Calls `heard` with the id of each workspace that another process announces, in a thread of its own, until it is closed.

    Once it listens, at first and again after a lost connection, which comes back by itself, it hears "": everything may have
    changed before.
    """

    def __init__(self, engine: Callable[[], sa.Engine], token: str, heard: Callable[[str], object]) -> None:
        self._engine, self._token, self._heard = engine, token, heard
        self._ends = threading.Event()
        self.is_listening = False
        self._thread = threading.Thread(target=self._listen_on, name="mirror-ear", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hear no more."""
        self._ends.set()
        self._thread.join(LOOK_SECONDS * 10)

    def _listen_on(self) -> None:
        rest = FIRST_REST_SECONDS
        while not self._ends.is_set():
            engine = self._engine()
            try:
                with _connected(engine) as driver:
                    rest = FIRST_REST_SECONDS
                    self._tell(EVERYTHING)
                    self.is_listening = True
                    self._hear(driver)
            except (sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as problem:
                self.is_listening = False
                if rest == FIRST_REST_SECONDS:
                    log.warning("mirror: other processes can't be heard (%s); it is tried again", type(problem).__name__)
                self._ends.wait(rest)
                rest = min(rest * 2, LONGEST_REST_SECONDS)

    def _hear(self, driver: Any) -> None:
        while not self._ends.is_set():
            for note in driver.notifies(timeout=LOOK_SECONDS):
                sender, _, workspace_id = note.payload.partition(" ")
                if sender != self._token:
                    self._tell(workspace_id)
                if self._ends.is_set():
                    return

    def _tell(self, workspace_id: str) -> None:
        try:
            self._heard(workspace_id)
        except Exception:
            # Without the thread nothing would be heard any more.
            log.exception("what was heard of another process could not be told")


@contextmanager
def _connected(engine: sa.Engine) -> Iterator[Any]:
    """Hand out the driver's own connection, listening; it belongs to no pool."""
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    raw.detach()
    try:
        driver.autocommit = True
        driver.execute(f"LISTEN {CHANNEL}")
        yield driver
    finally:
        driver.close()
        raw.invalidate()
