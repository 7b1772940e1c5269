"""Clients' links over HTTP: what a stranger gets, of the studio whose figures were added up by hand."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from clockify.desk.links import hash_of
from clockify.errors import NotAccepted, PermissionDenied
from clockify.periods import Month, Preset
from clockify.roles import Role
from clockify.settings import ApiKey
from clockify.web.quiet_log import WithoutTokens, keep_tokens_out_of_logs
from clockify.web.tries import Tries
from tests.support.linked import Linked, linked
from tests.support.outlines import outline
from tests.support.studio import log_one_hour_more, studio

OTHERS = ("Blue", "Borealis", "Internal", "240", "7.00", "Kovač", "Okafor", "Berg", "Tiny studio", "example.test")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Linked]:
    with linked(studio(), tmp_path) as found:
        yield found


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(leaf.extract_text().split()) for leaf in PdfReader(io.BytesIO(content)).pages)


def test_a_stranger_sees_one_clients_report_and_nobody_elses_name_or_sum(house: Linked) -> None:
    """Ana 2:00 and Ben 1:30 on Atlas at 100 EUR: 3.5 h and 350 EUR, all billable."""
    _, token = house.make("Acme")
    html = house.opened(token).text
    told = outline(html)
    for word in ("Acme", "1–30 Nov 2026 · all projects", "3.50", "€350.00", "Atlas", "As of 18 Nov 2026, 13:00."):
        assert word in told.text, word
    assert told.tags.isdisjoint({"script", "iframe", "form", "link"}) and not told.handlers
    pdf = house.opened(token, "/report.pdf")
    assert "Acme 1–30 Nov 2026 · all projects Hours 3.50" in pdf_text(pdf.content)
    for other in OTHERS:
        assert other not in html and other not in pdf_text(pdf.content), other
    assert f"{token}/report.pdf" in html and html.count(token) == 1


def test_people_show_where_their_switch_is_on_and_only_those_in_his_rows(house: Linked) -> None:
    html = house.opened(house.make("Blue", "people")[1]).text
    assert "Ben Okafor" in html and "3.00" in html
    assert "Kovač" not in html and "Mia" not in html and "$" not in html


def test_what_every_answer_carries(house: Linked) -> None:
    _, token = house.make("Acme")
    for reply in (house.opened(token), house.opened(token, "/report.pdf"), house.ask("/c/wrong"), house.ask("/c/")):
        headers = reply.headers
        assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow" and headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert "Set-Cookie" not in headers
    assert house.opened(token, "/report.pdf").headers["Content-Disposition"] == (
        "attachment; filename=\"time-report-2026-11.pdf\"; filename*=UTF-8''time-report-acme-2026-11.pdf"
    )


def test_all_refusals_are_alike(house: Linked) -> None:
    (revoked, gone), (_, expired) = house.make("Acme"), house.make("Acme", last_day=house.visit.today)
    assert {house.opened(token).status_code for token in (gone, expired)} == {200}
    house.desk.links(demo=False).revoke(house.visit, revoked.id)
    house.clock.pass_by(days=1)
    answers = [house.ask(path) for path in (f"/c/{gone}", f"/c/{expired}", "/c/" + "x" * 43, "/c/é", "/c/", "/c/x/y", "/c")]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert len({tuple((name, value) for name, value in one.headers.items() if name != "date") for one in answers}) == 1


def test_a_link_ends_with_its_last_day_in_the_report_zone(house: Linked) -> None:
    _, token = house.make("Acme", last_day=house.visit.today)
    house.opened(token)
    house.clock.moment = house.clock.moment.replace(hour=22, minute=59)  # 23:59 in Belgrade
    assert house.opened(token).status_code == 200
    house.clock.pass_by(minutes=1)
    assert house.ask(f"/c/{token}").status_code == 404


def test_only_the_hash_of_a_token_is_kept(house: Linked, tmp_path: Path) -> None:
    _, token = house.make("Acme")
    house.opened(token)
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert hash_of(token).encode() in content and token.encode() not in content
    assert len(token) == 43 and re.fullmatch(r"[\w-]+", token)


def test_openings_are_counted_once_a_minute_for_each_reader_and_robots_are_not(house: Linked) -> None:
    _, token = house.make("Acme")
    house.opened(token)
    start = house.links()[0]
    assert (start.opens, start.first_opened_at) == (1, house.clock.moment)
    house.clock.pass_by(seconds=50)
    house.opened(token, "/report.pdf")
    house.clock.pass_by(seconds=50)
    house.opened(token)
    assert house.links()[0].opens == 1, "each time within a minute of the time before"
    house.opened(token, address="203.0.113.9")
    house.opened(token, agent="Another browser")
    assert house.links()[0].opens == 3
    for headers in ({"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"agent": "Slackbot-LinkExpanding 1.0"}):
        assert house.opened(token, address="203.0.113.10", **headers).status_code == 200
    assert house.ask(f"/c/{token}", method="HEAD", address="203.0.113.11").status_code == 200
    assert house.links()[0].opens == 3
    house.clock.pass_by(minutes=1)
    house.opened(token)
    assert (house.links()[0].opens, house.links()[0].last_opened_at) == (4, house.clock.moment)


def test_a_relative_period_is_todays_and_a_fixed_one_stays(house: Linked) -> None:
    """In October Atlas took 4:00, in November 3:30."""
    _, relative = house.make("Acme", preset=Preset.LAST_MONTH)
    _, fixed = house.make("Acme", preset=Preset.CUSTOM, days=Month(2026, 10).period)
    assert "4.00" in house.opened(relative).text and "4.00" in house.opened(fixed).text
    house.clock.pass_by(days=14)  # 2 December
    assert "1–30 Nov 2026" in house.opened(relative).text and "3.50" in house.opened(relative).text
    assert "1–31 Oct 2026" in house.opened(fixed).text


def test_what_is_written_in_clockify_shows_when_the_copy_has_it(house: Linked) -> None:
    _, token = house.make("Acme")
    assert "€350.00" in house.opened(token).text
    log_one_hour_more(house.world)
    assert "€350.00" in house.opened(token).text
    house.clock.pass_by(hours=2)
    house.opened(token)
    house.settle()
    assert "€450.00" in house.opened(token).text


def test_a_part_is_no_total_and_what_is_missing_is_read_behind_it(tmp_path: Path) -> None:
    with linked(studio(), tmp_path, plan="FREE") as house:
        _, token = house.make("Acme")
        before = len(house.clockify.requests)
        reply = house.ask(f"/c/{token}")
        assert (reply.status_code, "3.50" in reply.text) == (202, False)
        assert "This report is being prepared" in reply.text and 'http-equiv="refresh" content="5"' in reply.text
        assert "Acme" not in reply.text
        house.settle()
        assert "3.50" in house.opened(token).text
        used = len(house.clockify.requests) - before
        for _ in range(5):
            house.opened(token)
        assert len(house.clockify.requests) - before == used


def test_a_stranger_takes_no_request_that_a_person_needs(tmp_path: Path) -> None:
    """Of the hour's 30, six are kept: with 25 used, nothing is read for a link."""
    with linked(studio(), tmp_path, plan="FREE") as house:
        _, token = house.make("Acme", preset=Preset.THIS_YEAR)
        store, now = house.desk.store, house.clock.moment
        while house.visit.mirror.requests_used() < 24:  # type: ignore[union-attr]
            store.claim_request(house.world.id, now, None)
        before = len(house.clockify.requests)
        for _ in range(3):
            assert house.ask(f"/c/{token}").status_code in (202, 503)
            house.settle()
        assert len(house.clockify.requests) == before


def test_when_clockify_is_away_the_old_figures_stay_with_their_age(house: Linked) -> None:
    _, token = house.make("Acme")
    house.opened(token)
    house.clockify.stop()
    house.clock.pass_by(hours=3)
    house.opened(token)
    house.settle()
    html = house.opened(token).text
    assert "3.50" in html and "As of 18 Nov 2026, 13:00." in html and "Newer figures can" in html


def test_when_clockify_is_away_and_nothing_is_there_it_says_so_and_looks_again(house: Linked) -> None:
    _, token = house.make("Acme")
    house.clockify.stop()
    house.ask(f"/c/{token}")
    house.settle()
    reply = house.ask(f"/c/{token}")
    assert reply.status_code == 503 and reply.headers["Retry-After"] and "at the moment" in reply.text
    assert "refresh" in reply.text and "Acme" not in reply.text


def test_tries_are_limited_and_nobody_is_locked_out_by_another(tmp_path: Path) -> None:
    with linked(studio(), tmp_path, Tries(of_one=3, of_all=5)) as house:
        _, token = house.make("Acme")
        house.opened(token)
        assert [house.ask(f"/c/wrong{number}").status_code for number in range(5)] == [404] * 3 + [429] * 2
        assert 0 < int(house.ask("/c/wrong").headers["Retry-After"]) <= 600
        assert house.ask(f"/c/{token}").status_code == 429, "whoever tries so often waits, whatever he has"
        for number in range(4):
            house.ask("/c/wrong", address=f"203.0.113.{number}")
        assert house.ask(f"/c/{token}", address="203.0.113.1").status_code == 429
        assert house.ask(f"/c/{token}", address="203.0.113.200").status_code == 200


def test_who_may_not_share_makes_lists_and_revokes_nothing(house: Linked) -> None:
    link, token = house.make("Acme")
    links, visit = house.desk.links(demo=False), house.visit
    pasted = replace(visit.settings, key=ApiKey("kEy/Of+Somebody=Else0815ABCDEFGHIJKLMNOPQRSTUVW"))
    nobodies = [
        replace(visit, viewer=replace(visit.viewer, people=frozenset())),
        replace(visit, viewer=replace(visit.viewer, sees_money=False)),
        replace(visit, viewer=replace(visit.viewer, sees_cost=False)),
        replace(visit, viewer=replace(visit.viewer, role=Role.MANAGER)),
        replace(visit, viewer=replace(visit.viewer, looks_as="Ben")),
        replace(visit, viewer=replace(visit.viewer, may_connect=False)),
        replace(visit, settings=pasted),
    ]
    for other in nobodies:
        for act in (
            lambda: links.make(other, link.terms, other.today),  # noqa: B023
            lambda: links.listed(other),  # noqa: B023
            lambda: links.revoke(other, link.id),  # noqa: B023
        ):
            with pytest.raises(PermissionDenied):
                act()
    assert [one.id for one in house.links()] == [link.id] and house.opened(token).status_code == 200


def test_a_link_lasts_a_year_at_most(house: Linked) -> None:
    house.make("Acme", last_day=house.visit.today + timedelta(days=365))
    for days in (-1, 366):
        with pytest.raises(NotAccepted, match="a year at most"):
            house.make("Acme", last_day=house.visit.today + timedelta(days=days))


def test_the_servers_log_has_no_token(caplog: pytest.LogCaptureFixture) -> None:
    keep_tokens_out_of_logs()
    keep_tokens_out_of_logs()
    logger = logging.getLogger("uvicorn.access")
    assert sum(isinstance(one, WithoutTokens) for one in logger.filters) == 1
    record = logger.makeRecord(
        logger.name, logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', ("192.0.2.1:5", "GET", "/c/SeCrEt-_9/report.pdf?x=1", "1.1", 200), None
    )
    assert logger.filter(record)
    assert record.getMessage() == '192.0.2.1:5 - "GET /c/…/report.pdf?x=1 HTTP/1.1" 200'


def test_that_links_are_served_is_known_to_the_page(house: Linked) -> None:
    assert house.desk.serves_links
