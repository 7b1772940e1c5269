"""People who log time at desks of their own: each desk is a process, as far as the database can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from clockify.desk import desk as desks
from clockify.desk.desk import Desk
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.mirror.mirror import Mirror
from clockify.periods import Month
from clockify.settings import ApiKey, Settings
from clockify.writes import Draft
from tests.support import studio
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.studio import Clock

NOVEMBER = Month(2026, 11)
SECONDS = 60.0


def settings_for(front: Front, place: Place, key: str = studio.KEY) -> Settings:
    url = place.url or f"sqlite:///{place.folder / 'app.sqlite'}"
    return Settings(key=ApiKey(key), api_url=front.api_url, reports_url=front.reports_url, database_url=url)


def lead_through(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every desk ask through the front, impatiently, and recognise keys fast."""
    monkeypatch.setattr(desks, "Clockify", front.connect)
    monkeypatch.setattr(desks, "fingerprint_of", lambda key, salt: sha256(key.reveal().encode() + salt).hexdigest()[:48])


@contextmanager
def at_a_desk(front: Front, place: Place, clock: Clock, *, key: str = studio.KEY, reads: bool = True, **viewer: Any) -> Iterator[Visit]:
    """Sit down at a new desk, with November read."""
    desk = Desk(settings_for(front, place, key), place.folder, clock)
    try:
        yield visit_of(desk, reads=reads, **viewer)
    finally:
        desk.close()


def visit_of(desk: Desk, *, reads: bool = True, chosen: str | None = None, key: str = "", **viewer: Any) -> Visit:
    """Look through the desk's own key, or one that was pasted."""
    settings = replace(desk.settings, key=ApiKey(key)) if key else desk.settings
    account = desk.account(settings)
    account.open()
    mirror = desk.mirror(account, None, None, chosen=chosen)
    job = mirror.ensure_lists()
    assert job is None or mirror.wait_for(job, SECONDS)
    visit = Visit(desk, Viewer(**({"name": "You"} | viewer)), settings, account, mirror)
    if reads:
        assert mirror.wait(mirror.open_months([NOVEMBER]), SECONDS)
    return visit


def with_pen(visit: Visit, key: str) -> Visit:
    """Put a key into the session to log time with."""
    return replace(visit, pen_key=ApiKey(key), pen_fingerprint=visit.desk.fingerprint(replace(visit.settings, key=ApiKey(key))))


def mirror_of(visit: Visit) -> Mirror:
    assert visit.mirror is not None
    return visit.mirror


def entry(front: Front, entry_id: str) -> Draft:
    """Return an entry of the world as somebody sees it."""
    world = front.behind.world
    timer = world.timer(entry_id)
    found = timer or world.entry(entry_id)
    start = datetime.fromtimestamp(found.start, UTC)
    return Draft(
        start,
        None if timer else start + timedelta(seconds=found.seconds),
        found.project_id or "",
        found.task_id or "",
        tuple(found.tag_ids),
        found.description,
        found.billable,
        found.type,
    )
