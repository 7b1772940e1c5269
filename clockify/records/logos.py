"""Logos, each kept once: rows and the history name one by its digest, so that a change of the address doesn't keep it anew."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import sqlalchemy as sa

from clockify.branding import Branding
from clockify.records import tables

_LOGOS = tables.logos


class Logos:
    """The logos of a workspace, in a transaction that is under way; each is read at most once."""

    def __init__(self, connection: sa.Connection, workspace_id: str) -> None:
        self._connection, self._workspace_id = connection, workspace_id
        self._known: dict[str, bytes | None] = {}

    def get(self, digest: str) -> bytes | None:
        """Return a logo, None if it isn't kept."""
        if digest not in self._known:
            here = (_LOGOS.c.workspace_id == self._workspace_id) & (_LOGOS.c.digest == digest)
            found = self._connection.scalar(sa.select(_LOGOS.c.content).where(here))
            self._known[digest] = None if found is None else bytes(found)
        return self._known[digest]

    def keep(self, rows: Iterable[object]) -> None:
        """Keep the logos of rows that have one."""
        for row in rows:
            if isinstance(row, Branding) and row.logo is not None and self.get(digest_of(row.logo)) is None:
                values = {"workspace_id": self._workspace_id, "digest": digest_of(row.logo), "content": row.logo}
                self._connection.execute(sa.insert(_LOGOS).values(**values))
                self._known[digest_of(row.logo)] = row.logo


def digest_of(content: bytes) -> str:
    """Return what a logo is called."""
    return sha256(content).hexdigest()
