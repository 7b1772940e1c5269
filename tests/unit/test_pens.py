"""With whose key somebody may write: his own, in one way or another, and nobody else's unawares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clockify.demo import create_app, serve
from clockify.desk import writing
from clockify.desk.desk import Desk
from clockify.desk.pens import pen_profile, take_pen
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.errors import AuthenticationError, ConfigurationError
from clockify.settings import ApiKey
from clockify.writes import Draft
from tests.support import studio
from tests.support.databases import Place
from tests.support.edits import stored_rows
from tests.support.faults import Front
from tests.support.pens import NOVEMBER, at_a_desk, mirror_of, settings_for, visit_of, with_pen
from tests.support.studio import Clock

START = datetime(2026, 11, 17, 8, tzinfo=UTC)
HOUR = Draft(START, START + timedelta(hours=1), billable=True)


@pytest.fixture
def visit(front: Front, tmp_path: Path, clock: Clock) -> Iterator[Visit]:
    with at_a_desk(front, Place(None, tmp_path), clock) as found:
        front.exchanges.clear()
        yield found


def seen_by(visit: Visit, **viewer: object) -> Visit:
    return replace(visit, viewer=Viewer(**({"name": "Somebody"} | viewer)))  # type: ignore[arg-type]


def name_of(visit: Visit) -> str:
    """Return with whose key this viewer writes, or why with none."""
    found = writing.pen(visit)
    assert (found is None) is bool(writing.why_no_pen(visit))
    return found.name if found else writing.why_no_pen(visit)


@pytest.mark.parametrize(
    ("viewer", "name"),
    [
        ({}, "Ana Kovač"),
        ({"email": "ANA@example.test", "is_here": False}, "Ana Kovač"),
        ({"email": "ben@example.test", "is_here": False}, "To log time, put your own"),
        ({"email": "", "is_here": False}, "To log time, put your own"),
        ({"is_here": False}, "To log time, put your own"),
        ({"people": frozenset({"nobody"})}, "To log time, put your own"),
    ],
    ids=["at the machine", "signed in, his own", "signed in, another", "without an address", "let in by a proxy", "who sees others alone"],
)
def test_the_installations_key_writes_for_its_own_user_alone(visit: Visit, front: Front, viewer: dict[str, object], name: str) -> None:
    who = seen_by(visit, **viewer)
    assert name_of(who).startswith(name)
    if name != "Ana Kovač":
        with pytest.raises(ConfigurationError):
            writing.log_time(who, writing.new_id(), HOUR)
        assert front.exchanges == []


def test_a_pasted_key_writes_for_its_user(visit: Visit) -> None:
    ben = visit_of(visit.desk, key=studio.MEMBER, email="anybody@example.test")
    found = writing.pen(ben)
    assert found and (found.name, found.others, found.is_own_key) == ("Ben Okafor", (), True)


def test_a_key_of_ones_own_writes_into_what_another_key_shows(visit: Visit, front: Front) -> None:
    signed_in = seen_by(visit, email="ben@example.test", is_here=False)
    asked_before = mirror_of(visit).requests_used()
    profile, fingerprint = take_pen(signed_in, ApiKey(studio.MEMBER))
    assert (profile.name, [one.endpoint for one in front.exchanges]) == ("Ben Okafor", ["user", "workspaces"])
    ben = replace(signed_in, pen_key=ApiKey(studio.MEMBER), pen_fingerprint=fingerprint)
    front.exchanges.clear()
    found = writing.pen(ben)
    assert found and (found.name, found.others, found.is_own_key) == ("Ben Okafor", (), True)
    assert pen_profile(ben) == profile and front.exchanges == [], "it was asked once"
    written = writing.log_time(ben, writing.new_id(), HOUR)
    assert [(one.endpoint, one.key) for one in front.exchanges] == [("create", studio.MEMBER)]
    assert front.behind.world.entry(written.entry_id).user_id == profile.user_id
    mirror = mirror_of(visit)
    state = mirror.states([NOVEMBER])[NOVEMBER]
    assert written.entry_id in stored_rows([mirror.entries(NOVEMBER, state.version)]), "whoever looks through the other key sees it at once"
    assert state.verdict.is_pending, "Ben's key hides rates, so its amount isn't known before the month is checked"
    assert mirror.requests_used() == asked_before + 3, "its requests count among the workspace's"


def test_what_one_key_wrote_asks_only_its_own_user_for_a_look(visit: Visit, front: Front) -> None:
    front.fail("create", "403")
    ben = with_pen(visit, studio.MEMBER)
    refused = writing.log_time(ben, writing.new_id(), HOUR)
    assert writing.unsettled(ben) == [refused] and writing.unsettled(visit) == []


def test_a_key_that_nobody_has_or_that_leads_elsewhere_is_not_taken(visit: Visit) -> None:
    with pytest.raises(AuthenticationError):
        take_pen(visit, ApiKey("unheard-of"))
    elsewhere = replace(visit, mirror=None)
    with pytest.raises(LookupError):
        take_pen(elsewhere, ApiKey(studio.MEMBER))


def test_a_key_that_doesn_t_open_the_workspace_on_screen_writes_nothing(front: Front, tmp_path: Path, clock: Clock) -> None:
    other = studio.studio()
    other.id = "e" * 24
    with serve(create_app(front.behind.world, others=[other], clock=clock)) as server, Front(server) as both:
        settings = replace(settings_for(both, Place(None, tmp_path)), workspace_id=other.id)
        desk = Desk(settings, tmp_path, clock)
        try:
            account = desk.account(settings)
            account.open()
            mirror = desk.mirror(account, other.id, None)
            assert mirror.wait_for(mirror.ensure_lists() or pytest.fail("nothing to read"), 60)
            visit = Visit(desk, Viewer("You"), settings, account, mirror)
            both.rewrites["workspaces"] = lambda rows: rows[:1]  # type: ignore[assignment,index,return-value]
            with pytest.raises(ConfigurationError, match="doesn't open this workspace"):
                take_pen(visit, ApiKey(studio.MEMBER))
            assert name_of(with_pen(visit, studio.MEMBER)).endswith("doesn't open this workspace.")
        finally:
            desk.close()


def test_in_the_demo_people_at_the_machine_play_and_guests_look_on(tmp_path: Path, clock: Clock, front: Front) -> None:
    desk = Desk(replace(settings_for(front, Place(None, tmp_path)), key=None), tmp_path, clock)
    try:
        settings = replace(desk.demo_settings(), api_url=front.api_url, reports_url=front.reports_url, key=ApiKey(studio.KEY))
        account = desk.account(settings)
        account.open()
        mirror = desk.mirror(account, None, None)
        assert mirror.wait_for(mirror.ensure_lists() or pytest.fail("nothing to read"), 60)
        visit = Visit(desk, Viewer("You"), settings, account, mirror)
        assert name_of(visit) == "Ana Kovač"
        written = writing.log_time(visit, writing.new_id(), HOUR)
        assert written.is_done and desk.journal(demo=True) is not desk.journal(demo=False)
        assert name_of(seen_by(visit, may_connect=False, is_here=False)).startswith("The demo is shared")
    finally:
        desk.close()


def test_nothing_is_written_where_nothing_is_read(visit: Visit) -> None:
    assert name_of(replace(visit, mirror=None)).startswith("Nothing is read from Clockify yet")
    assert writing.unsettled(replace(visit, mirror=None)) == []
    assert writing.next_write_at(replace(visit, mirror=None)) is None
