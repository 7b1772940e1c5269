"""Sign-ins that were ended before their time, for every process that shares the database: digests alone, of nobody's name."""

from __future__ import annotations

import sqlalchemy as sa

from clockify.records.database import Database
from clockify.records.tables import ended


class Ended:
    """What was ended, and when, in seconds since 1970; every method raises StoreError while the database can't be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def every(self) -> dict[str, float]:
        """Return all of it, by digest."""
        with self._database.reading(at_once=True) as connection:
            return {row.digest: row.at for row in connection.execute(sa.select(ended))}

    def note(self, digests: dict[str, float], *, forget_before: float) -> None:
        """Note that sign-ins were ended, and forget what could let nobody in any more."""
        rows = [{"digest": digest, "at": at} for digest, at in digests.items()]
        with self._database.writing() as connection:
            connection.execute(sa.delete(ended).where(ended.c.at < forget_before))
            if rows:
                connection.execute(self._database.insert(ended).on_conflict_do_nothing(index_elements=["digest"]), rows)
