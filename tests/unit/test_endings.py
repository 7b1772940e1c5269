"""A sign-out holds in every process that shares the database, within seconds and at hardly any cost."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from clockify.desk.endings import LOOK_AGAIN_SECONDS, Endings, digest_of
from clockify.engines import open_engine
from clockify.errors import StoreError
from clockify.records.database import records_address
from clockify.records.ended import Ended
from tests.support.databases import Place
from tests.support.noted import records_at

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ADA, BOB = ("https://id.example.com", "ada", "1795000000"), ("https://id.example.com", "bob", "1795000000")


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Counted:
    """What is kept, with a count of the questions, and broken where it is told to be."""

    def __init__(self, ended: Ended) -> None:
        self.ended, self.questions, self.broken = ended, 0, False

    def __call__(self) -> Ended:
        self.questions += 1
        if self.broken:
            raise StoreError("gone")
        return self.ended


def test_what_one_process_ends_the_other_knows_within_seconds(place: Place) -> None:
    with closing(records_at(place)) as records, closing(records_at(place)) as others:
        clock, asked = Clock(), Counted(others.ended)
        here, there = Endings(lambda: records.ended, lambda: NOW), Endings(asked, lambda: NOW, clock)
        assert ADA not in there
        here.end(ADA)
        assert ADA in here and BOB not in here
        assert [ADA in there for _ in range(50)] == [False] * 50
        assert asked.questions == 1, "no question a click"
        clock.seconds += LOOK_AGAIN_SECONDS
        assert ADA in there and BOB not in there
        assert ADA in Endings(lambda: records.ended, lambda: NOW), "nor does a new start let him in again"


def test_no_claim_is_kept_and_what_is_long_past_is_forgotten(place: Place) -> None:
    with closing(records_at(place)) as records:
        moments = iter([NOW, NOW, NOW + timedelta(days=31), NOW + timedelta(days=31)])
        endings = Endings(lambda: records.ended, lambda: next(moments))
        endings.end(ADA)
        assert set(records.ended.every()) == {digest_of(ADA)}
        engine = open_engine(records_address(place.url, place.folder))
        with engine.connect() as connection:
            kept = repr(connection.execute(sa.text("SELECT * FROM records_ended")).fetchall())
        engine.dispose()
        assert not [claim for claim in ADA if claim in kept]
        endings.end(BOB)
        assert set(records.ended.every()) == {digest_of(BOB)}


def test_while_the_database_is_gone_a_sign_out_holds_here_and_is_noted_later(tmp_path: Path) -> None:
    with closing(records_at(Place(None, tmp_path))) as records:
        clock, kept = Clock(), Counted(records.ended)
        endings, kept.broken = Endings(kept, lambda: NOW, clock), True
        endings.end(ADA)
        assert ADA in endings and BOB not in endings
        kept.broken = False
        clock.seconds += LOOK_AGAIN_SECONDS
        assert BOB not in endings
        assert set(records.ended.every()) == {digest_of(ADA)}
        kept.broken = True
        clock.seconds += LOOK_AGAIN_SECONDS
        assert ADA in endings and BOB not in endings, "what was known stays known"
