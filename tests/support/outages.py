"""Databases that go away in the middle of work, as real ones do, and come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tests.support.databases import Cluster
from tests.support.mirrors import Copy

PLENTY = 1_000_000


@dataclass
class Outage:
    """Takes a copy's database away at the n-th statement that writes, and gives it back."""

    fail: Callable[[Any], None]
    mend: Callable[[], None]
    each: Callable[[Any], None] = lambda _: None
    left: int = -1
    has_happened: bool = False
    _seen: set[int] = field(default_factory=set)

    def at(self, number: int) -> None:
        """Let it happen at the `number`-th statement from now that writes; 0 is the next one."""
        self.left, self.has_happened = number, False

    def over(self) -> None:
        """Let the database be there again."""
        self.left = -1
        if self.has_happened:
            self.mend()

    def watch(self, copy: Copy) -> None:
        """Count the statements of a copy's engine."""
        engine = copy.store._database._engine
        sa.event.listen(engine, "before_cursor_execute", self._count)
        sa.event.listen(engine, "checkout", lambda connection, *_: self.each(connection))

    def _count(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if self.left < 0 or not statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            return
        self.left -= 1
        if self.left < 0:
            self.has_happened = True
            self.fail(connection.connection.dbapi_connection)


def full_disk() -> Outage:
    """SQLite gets no page more than it has: what a full disk is."""
    pages = {"most": PLENTY}

    def limit(connection: Any) -> None:
        # SQLite never allows fewer pages than there are, so 1 means: no more.
        connection.execute(f"PRAGMA max_page_count={pages['most']}")

    def fail(connection: Any) -> None:
        pages["most"] = 1
        limit(connection)

    return Outage(fail, lambda: pages.update(most=PLENTY), limit)


def stopped_server(cluster: Cluster) -> Outage:
    """PostgreSQL is stopped at once, as by a failing machine, and started again."""
    return Outage(lambda _: cluster.break_off(), cluster.start)
