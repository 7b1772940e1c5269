"""A mirror of a served world without the app around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

import pandas as pd

from clockify.api.client import Clockify
from clockify.demo import OWNER_KEY, RunningServer
from clockify.mirror.account import Account, fingerprint_of
from clockify.mirror.database import Database
from clockify.mirror.jobs import Jobs
from clockify.mirror.mirror import Mirror
from clockify.mirror.opening import Opening
from clockify.mirror.snapshots import MonthState
from clockify.mirror.store import Store
from clockify.periods import Month
from clockify.settings import ApiKey
from tests.support.databases import Place

SECONDS = 60.0


class Served(Protocol):
    """A server, or a front before one."""

    api_url: str
    reports_url: str


def utc_now() -> datetime:
    return datetime.now(UTC)


def count_requests(server: RunningServer, since: int = 0) -> Counter[str]:
    """Count the requests by the last part of their path ("detailed", "summary", "time-entries", "users" …)."""
    return Counter(path.rpartition("/")[2] for _, path in server.requests[since:])


def there(frame: pd.DataFrame | None) -> pd.DataFrame:
    """Return a frame that must be there."""
    assert frame is not None
    return frame


@dataclass(frozen=True)
class Copy:
    """A mirror with what stands around it."""

    store: Store
    jobs: Jobs
    account: Account
    mirror: Mirror

    def read(self, *months: Month, person: bool = False) -> Opening:
        """Read or check months, wait for them, and return what is there."""
        opening = self.mirror.open_months(months, person=person)
        assert self.mirror.wait(opening, SECONDS)
        return self.mirror.open_months(months)

    def state(self, month: Month) -> MonthState:
        """Return what is known of a stored month."""
        return self.mirror.states([month])[month]

    def version(self, month: Month) -> str:
        """Return the version of a stored month."""
        return self.state(month).version

    def cube(self, month: Month) -> pd.DataFrame:
        """Open the cube of a stored month."""
        return there(self.mirror.cube(month, self.version(month)))

    def entries(self, month: Month, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Open the entries of a stored month."""
        return there(self.mirror.entries(month, self.version(month), columns))

    def names(self, month: Month) -> dict[str, dict[str, Any]]:
        """Open the names of a stored month."""
        return self.mirror.names(month, self.version(month)) or {}

    def settle(self, *months: Month) -> Opening:
        """Wait until nothing is read or checked any more."""
        while (opening := self.mirror.open_months(months)).is_busy:
            assert self.mirror.wait(opening, SECONDS)
        return opening

    def beside(self, *, zone: str) -> Mirror:
        """Return a mirror of the same workspace in another zone."""
        return Mirror(self.account, self.mirror.workspace, self.mirror.profile, zone)


@contextmanager
def mirror_of(
    server: Served, place: Place, *, key: str = OWNER_KEY, zone: str | None = None, clock: Callable[[], datetime] = utc_now
) -> Iterator[Copy]:
    """Open account, lists and mirror of a served world."""
    secret, store, jobs = ApiKey(key), Store(Database(place.url, place.folder)), Jobs(clock)
    connect = partial(Clockify, secret, api_url=server.api_url, reports_url=server.reports_url, clock=clock, sleep=lambda _: None)
    account = Account(store, connect, jobs, fingerprint_of(secret, store.salt()), clock)
    try:
        account.open()
        mirror = Mirror(account, account.workspace(None), account.profile, zone or account.profile.zone)
        job = mirror.ensure_lists()
        assert job is None or mirror.wait_for(job, SECONDS)
        yield Copy(store, jobs, account, mirror)
    finally:
        jobs.close()
        account.close()
        store.close()
