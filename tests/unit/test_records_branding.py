"""How the team looks, kept: a logo once however often the address changes, back with an undo, and never one that isn't clean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
import sqlalchemy as sa

from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Pack
from clockify.errors import Conflict, NotAccepted
from clockify.plans import Notes
from clockify.records.store import Records
from tests.support.databases import Place
from tests.support.noted import FULL, SPACE, content_of, records_at
from tests.support.pictures import png

ONE, OTHER = png(30, 20), png(20, 30)
TEAM = Branding("Team", "Gate 5\nOslo", ONE, "png", "#1b4d89")


@pytest.fixture
def records(place: Place) -> Iterator[Records]:
    with closing(records_at(place)) as opened:
        yield opened


def save(records: Records, before: Branding, after: Branding, space: str = SPACE) -> None:
    records.save(space, "branding", [before], [after], by="Ana")


def kept_logos(records: Records) -> list[bytes]:
    with records._database.reading() as connection:
        return [bytes(one) for one in connection.scalars(sa.text("SELECT content FROM records_logos"))]


def test_a_logo_is_kept_once_however_often_the_rest_changes(records: Records) -> None:
    save(records, Branding(), TEAM)
    now = TEAM
    for number in range(5):
        now, before = replace(now, name=f"Team {number}"), now
        save(records, before, now)
    assert records.notes(SPACE).branding == now
    assert kept_logos(records) == [ONE]
    with records._database.reading() as connection:
        longest = connection.scalar(sa.text("SELECT max(length(removed) + length(added)) FROM records_changes"))
    assert longest < 1_000, "the history has its name alone"


def test_each_undo_brings_the_logo_back_that_was_there(records: Records) -> None:
    steps = [Branding(), TEAM, replace(TEAM, logo=OTHER), replace(TEAM, logo=None, logo_type=""), TEAM]
    for before, after in pairwise(steps):
        save(records, before, after)
    assert [change.added for change in records.history(SPACE)] == [(one,) for one in reversed(steps[1:])]
    for step in reversed(steps[:-1]):
        records.undo(SPACE, by="Bo")
        assert records.notes(SPACE).branding == step
    assert sorted(kept_logos(records)) == sorted([ONE, OTHER])


def test_two_who_change_it_at_once_dont_overwrite_each_other(records: Records) -> None:
    save(records, Branding(), TEAM)
    save(records, TEAM, replace(TEAM, name="Mine"))
    with pytest.raises(Conflict):
        save(records, TEAM, replace(TEAM, name="Theirs"))
    assert records.notes(SPACE).branding.name == "Mine"


def test_each_workspace_has_its_own(records: Records) -> None:
    save(records, Branding(), TEAM)
    save(records, Branding(), replace(TEAM, name="Another"), "another")
    assert (records.notes(SPACE).branding, records.notes("another").branding.name) == (TEAM, "Another")
    assert kept_logos(records) == [ONE, ONE]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TEAM, logo=b"GIF89a"),
        replace(TEAM, logo_type="svg"),
        replace(TEAM, logo_type=""),
        replace(TEAM, logo=None),
        replace(TEAM, logo=ONE + b"<script>"),
        Branding(logo=b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/><path d="M0 0"/></svg>', logo_type="svg"),
        replace(TEAM, accent="#ffcc00"),
        replace(TEAM, name="a\nb"),
    ],
)
def test_what_isnt_clean_is_never_kept(records: Records, wrong: Branding) -> None:
    with pytest.raises(NotAccepted):
        save(records, Branding(), wrong)
    with pytest.raises(NotAccepted):
        records.replace(SPACE, Notes(branding=wrong), by="Ana")
    assert (content_of(records), kept_logos(records)) == (Notes(), [])


def test_an_import_without_any_takes_it_away_and_an_undo_brings_it_back(records: Records) -> None:
    records.replace(SPACE, FULL, by="Ana")
    records.replace(SPACE, Notes(), by="Bo")
    assert content_of(records) == Notes()
    records.undo(SPACE, by="Bo")
    assert content_of(records) == FULL


def test_a_client_and_a_project_may_each_have_packs_and_a_client_one_rule(records: Records) -> None:
    first, second = date(2026, 1, 1), date(2026, 2, 1)
    packs = [Pack(first, "acme", seconds=1), Pack(first, project_id="app", seconds=1), Pack(second, "acme", cents=1, currency="EUR")]
    records.save(SPACE, "packs", [], packs, by="Ana")
    with pytest.raises(NotAccepted, match="from that day is there already"):
        records.save(SPACE, "packs", [], [Pack(second, "acme", seconds=5)], by="Ana")
    records.save(SPACE, "client_rules", [], [ClientRule("acme", Direction.UP)], by="Ana")
    with pytest.raises(NotAccepted, match="has a rule already"):
        records.save(SPACE, "client_rules", [], [ClientRule("acme")], by="Ana")
    assert set(records.notes(SPACE).packs) == set(packs)
