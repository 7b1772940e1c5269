"""Links as they are kept, on both kinds of databases."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from clockify.links import Link, LinkState, Terms, expiry, expiry_problems, terms_problems
from clockify.periods import Period, Preset
from tests.support.databases import Place
from tests.support.noted import records_at

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = Period(date(2026, 11, 1), date(2026, 11, 16))
CUSTOM = Terms("acme", ("amounts", "days"), Preset.CUSTOM, DAYS, ("app", "site"), "Asia/Tokyo", "clock", "❄ 'two\nlines'")
ONE = Link("one", "w", CUSTOM, "Ana", NOW, NOW + timedelta(days=30))
OTHER = Link("other", "w", Terms("zoo", ()), "Bo", NOW + timedelta(hours=1), NOW + timedelta(days=30))
ELSEWHERE = Link("else", "another", Terms("acme", ()), "Bo", NOW, NOW + timedelta(days=30))


def test_a_link_is_found_by_what_its_token_gives_and_by_nothing_else(place: Place) -> None:
    with closing(records_at(place)) as records:
        for link, token_hash in ((ONE, "a" * 64), (OTHER, "b" * 64), (ELSEWHERE, "c" * 64)):
            records.links.add(link, token_hash)
        assert records.links.find("a" * 64) == ONE
        assert records.links.find("b" * 64) == OTHER
        assert records.links.find("d" * 64) is None and records.links.find("a" * 63) is None and records.links.find("") is None
        assert records.links.of_workspace("w") == [OTHER, ONE]
        assert records.links.of_workspace("w", "acme") == [ONE]


def test_openings_are_counted_with_the_first_and_the_last(place: Place) -> None:
    with closing(records_at(place)) as records:
        records.links.add(ONE, "a" * 64)
        for minutes in (1, 5, 9):
            records.links.count("one", NOW + timedelta(minutes=minutes))
        found = records.links.find("a" * 64)
        assert found == replace(ONE, opens=3, first_opened_at=NOW + timedelta(minutes=1), last_opened_at=NOW + timedelta(minutes=9))


def test_who_revoked_it_first_stays_and_no_other_workspace_can(place: Place) -> None:
    with closing(records_at(place)) as records:
        records.links.add(ONE, "a" * 64)
        records.links.revoke("another", "one", by="Eve", now=NOW)
        assert records.links.find("a" * 64) == ONE
        records.links.revoke("w", "one", by="Bo", now=NOW)
        records.links.revoke("w", "one", by="Ana", now=NOW + timedelta(days=1))
        assert records.links.find("a" * 64) == replace(ONE, revoked_at=NOW, revoked_by="Bo")


def test_what_ended_a_year_ago_is_dropped_when_another_is_made(place: Place) -> None:
    with closing(records_at(place)) as records:
        records.links.add(replace(ONE, expires_at=OTHER.made_at - timedelta(days=365, seconds=1)), "a" * 64)
        records.links.add(replace(ONE, id="younger", expires_at=OTHER.made_at - timedelta(days=365)), "b" * 64)
        records.links.add(replace(ELSEWHERE, expires_at=NOW - timedelta(days=900)), "c" * 64)
        records.links.add(OTHER, "d" * 64)
        assert [one.id for one in records.links.of_workspace("w")] == ["other", "younger"]
        assert len(records.links.of_workspace("another")) == 1


def test_links_are_no_change_of_what_is_written_down_and_not_in_its_file(place: Place) -> None:
    with closing(records_at(place)) as records:
        records.links.add(ONE, "a" * 64)
        assert records.version("w") == 0 and records.history("w") == []


def test_a_link_opens_up_to_the_end_of_its_last_day() -> None:
    assert expiry(date(2026, 11, 30), "Europe/Belgrade") == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert ONE.state_at(ONE.expires_at - timedelta(microseconds=1)) is LinkState.OPEN
    assert ONE.state_at(ONE.expires_at) is LinkState.EXPIRED
    assert replace(ONE, revoked_at=NOW).state_at(NOW) is LinkState.REVOKED


def test_what_cant_be_right_is_said() -> None:
    today = date(2026, 11, 20)
    assert expiry_problems(today, today) == expiry_problems(date(2027, 11, 20), today) == []
    assert expiry_problems(date(2026, 11, 19), today) and expiry_problems(date(2027, 11, 21), today)
    assert terms_problems(CUSTOM) == []
    for wrong in (Terms("", ()), Terms("a", (), Preset.CUSTOM), replace(CUSTOM, notes="x" * 4001), replace(CUSTOM, notes="\0")):
        assert len(terms_problems(wrong)) == 1
