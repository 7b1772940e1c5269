"""The week as a message, read back by the standard library's parsers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pandas as pd
import pytest

from clockify.periods import Period
from clockify.render.facts import Facts
from clockify.render.files.mail import ROUNDED, footer_of, footnote, in_hours, shortened, weekly_eml, weekly_html, weekly_text
from clockify.render.formats import HourStyle
from clockify.reports.measures import totals_of
from clockify.reports.rounding import EXACT, Direction, Rounding, rounded
from clockify.reports.weekly import Week, weekly_report
from tests.support.weeks import directory_of_two, entries_of

WEEK = Period(date(2026, 3, 23), date(2026, 3, 30))
EVIL = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1">&amp;'
INJECTION = "Ana\r\nBcc: evil@example.test\r\n\r\nBody"
DIRECTORY = directory_of_two("Ben", EVIL)


ENTRIES = entries_of(
    ("ana", "2026-03-24 09:00", "p1", "k1", "Menu", 9000),
    ("ben", "2026-03-24 13:00", None, None, "", 900),
    ("ana", "2026-03-26 09:00", "p2", None, EVIL, 2700),
)
TEXT = """\
Week of 23 March 2026
Everyone: 3.50 h

Ana: 3.25 h

Tuesday, 24 March 2026: 2.50 h
   2.50 h  Portal: Design · Menu

Thursday, 26 March 2026: 0.75 h
   0.75 h  {evil}: {evil}

Ben: 0.25 h

Tuesday, 24 March 2026: 0.25 h
   0.25 h  No project: non-billable

Week total: 3.50 h

"""


def week_of(frame: pd.DataFrame = ENTRIES, who: str = "") -> Week:
    return weekly_report(frame, WEEK, DIRECTORY, who=who)


def facts_of(frame: pd.DataFrame = ENTRIES, rounding: Rounding = EXACT) -> Facts:
    made, totals = datetime(2026, 3, 27, 15, 2, tzinfo=UTC), totals_of(rounded(frame, rounding))
    return Facts("Weekly", "Studio", WEEK, "Europe/Belgrade", "2 people", rounding, totals, totals_of(frame), made)


class Page(HTMLParser):
    """What a mail program makes of the HTML: its text, its tags, and what they ask for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def styles(self) -> str:
        return ";".join(value or "" for name, value in self.attributes if name == "style")


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return "\n".join(found.get_content().splitlines())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (9000, ("2.50 h", "2:30 h")),
        (0, ("0.00 h", "0:00 h")),
        (17, ("0.00 h", "0:00 h")),
        (18, ("0.01 h", "0:00 h")),
        (30, ("0.01 h", "0:01 h")),
        (3_600_060, ("1,000.02 h", "1,000:01 h")),
    ],
)
def test_time_as_it_is_written_in_either_style(seconds: int, words: tuple[str, str]) -> None:
    assert tuple(in_hours(seconds, style) for style in (HourStyle.DECIMAL, HourStyle.CLOCK)) == words


def test_the_text() -> None:
    text = weekly_text(week_of(), facts_of())
    assert text.startswith(TEXT.format(evil=EVIL))
    footer = text.removeprefix(TEXT.format(evil=EVIL)).strip()
    for fact in ("23–29 Mar 2026", "Europe/Belgrade", "2 people", "Clockify workspace Studio", "27 Mar 2026, 16:02"):
        assert fact in footer
    assert "not rounded" not in footer  # nothing is


def test_hours_follow_the_chosen_style_in_every_form() -> None:
    week, style = week_of(), HourStyle.CLOCK
    text = weekly_text(week, facts_of(), style)
    assert "Ana: 3:15 h\n" in text
    assert "   2:30 h  Portal: Design · Menu\n" in text
    assert "Week total 3:30 h" in Page(weekly_html(week, DIRECTORY, facts_of(), style)).text
    assert part(read(weekly_eml(week, DIRECTORY, facts_of(), style)), "plain") == text.rstrip("\n")


def test_of_one_person_the_lines_dont_repeat_the_name() -> None:
    text = weekly_text(week_of(ENTRIES[ENTRIES["user_id"] == "ana"], "Ana"), facts_of())
    assert "Ana: 3.25 h\n" in text
    assert "   2.50 h  Portal: Design · Menu\n" in text


def test_the_html_says_the_same() -> None:
    page = Page(weekly_html(week_of(), DIRECTORY, facts_of()))
    for words in (
        "Week of 23 March 2026 Everyone · 3.50 h · 3.25 h billable",
        "Ana 3.25 h Tuesday, 24 March 2026 2.50 h Portal Design · Menu 2.50 h",
        f"Thursday, 26 March 2026 0.75 h {EVIL} {EVIL} 0.75 h",
        "Ben 0.25 h Tuesday, 24 March 2026 0.25 h No project non-billable 0.25 h Week total 3.50 h",
        "Europe/Belgrade",
    ):
        assert words in page.text


def test_names_are_text_and_colours_are_colours() -> None:
    page = Page(weekly_html(week_of(), DIRECTORY, facts_of()))
    assert not page.tags & {"script", "img", "link", "a"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href")]
    assert "url(" not in page.styles
    assert "border-left:3px solid #c2803d" in page.styles  # of orange hue
    # 0x22/255 of #c2803d on white: 255 − 61 × 0.1333 = 246.9; 255 − 127 × 0.1333 = 238.1; 255 − 194 × 0.1333 = 229.1.
    assert "background-color:#f7eee5" in page.styles
    assert set(re.findall("border-left:3px solid (#[^;]*)", page.styles)) == {"#c2803d", "#4f591c", "#5b6675"}


def test_odd_seconds_are_owned_up_to() -> None:
    thrice = entries_of(*[("ana", f"2026-03-24 {hour}:00", "p1", None, str(hour), 1230) for hour in (10, 11, 12)])
    # 20 min 30 s are 0:21, and three of them 61 min 30 s: 1:02, not 1:03.
    text = weekly_text(week_of(thrice), facts_of(thrice), HourStyle.CLOCK)
    assert text.count("0:21 h") == 3
    assert text.count("1:02 h") == 4
    # As decimals they are 0.34 each and 1.03 together: 0.34166… and 1.025.
    decimal = weekly_text(week_of(thrice), facts_of(thrice))
    assert (decimal.count("0.34 h"), decimal.count("1.03 h")) == (3, 4)
    assert footnote(week_of(thrice), HourStyle.CLOCK) == footnote(week_of(thrice), HourStyle.DECIMAL) == ROUNDED
    assert footnote(week_of(), HourStyle.DECIMAL) == ""
    # What is sent has no fine print about it unless somebody chose to round.
    assert ROUNDED not in text + decimal + weekly_html(week_of(thrice), DIRECTORY, facts_of(thrice))


def test_where_entries_are_rounded_the_note_is_sent_too() -> None:
    """Five entries of a minute are 0.02 each and 0.08 together."""
    rule = Rounding(Direction.UP, 1)
    five = entries_of(*[("ana", f"2026-03-24 {hour}:00", "p1", None, str(hour), 50) for hour in range(10, 15)])
    week, facts = week_of(rounded(five, rule)), facts_of(five, rule)
    assert ROUNDED in weekly_text(week, facts)
    assert ROUNDED in Page(weekly_html(week, DIRECTORY, facts)).text
    assert ROUNDED not in weekly_text(week, facts, HourStyle.CLOCK)


def test_rounding_is_named_with_what_it_added() -> None:
    rule = Rounding(Direction.UP, 60)
    frame = rounded(ENTRIES, rule)
    text = weekly_text(week_of(frame), facts_of(ENTRIES, rule))
    # 150 → 180, 15 → 60, 45 → 60 minutes: 300 instead of 210.
    assert "Week total: 5.00 h" in text
    assert "each entry rounded up to 60 min · +1.50 h against the exact total" in text


def test_the_footer_knows_the_week_and_not_the_pages_month() -> None:
    month = replace(facts_of(), period=Period(date(2026, 3, 1), date(2026, 4, 1)))
    assert "23–29 Mar 2026" in weekly_text(week_of(), month)
    assert "1–31 Mar 2026" not in weekly_text(week_of(), month)


def test_two_forms_in_one_message() -> None:
    for who in ("", "Ana"):
        message = read(weekly_eml(week_of(who=who), DIRECTORY, facts_of()))
        assert message["X-Unsent"] == "1"
        assert message["Subject"] == f"Week of 23 March 2026 · {who or 'Everyone'}"
        assert message.get_content_type() == "multipart/alternative"
        assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
        assert part(message, "plain") == weekly_text(week_of(who=who), facts_of()).rstrip("\n")
        assert part(message, "html") == weekly_html(week_of(who=who), DIRECTORY, facts_of()).rstrip("\n")


@pytest.mark.parametrize("who", [INJECTION, "x\u2028Bcc: evil@example.test", "Š" * 300, "\ud800\x00", "=?utf-8?q?Bcc?=", "a" * 2000])
def test_a_name_is_never_a_header(who: str) -> None:
    content = weekly_eml(week_of(who=who), DIRECTORY, facts_of())
    message = read(content)
    assert sorted(message.keys()) == ["Content-Type", "Date", "MIME-Version", "Subject", "X-Unsent"]
    head, _, _ = content.partition(b"\r\n\r\n")
    assert not re.search(rb"^bcc:", head, re.IGNORECASE | re.MULTILINE)
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert message["Subject"].startswith("Week of 23 March 2026 · ")


def test_lines_of_a_text_are_ours_alone() -> None:
    frame = entries_of(("ana", "2026-03-24 09:00", "p1", None, "one\r\ntwo\u2029three\x85four", 60))
    assert "   0.02 h  Portal: one two three four\n" in weekly_text(week_of(frame), facts_of(frame))


def test_a_week_without_time_says_so() -> None:
    nothing = week_of(ENTRIES.iloc[:0])
    assert "\n\nNo time entries in this week.\n\n" in weekly_text(nothing, facts_of(ENTRIES.iloc[:0]))
    page = Page(weekly_html(nothing, DIRECTORY, facts_of(ENTRIES.iloc[:0])))
    assert "Week of 23 March 2026 Everyone No time entries in this week." in page.text
    assert "Week total" not in page.text
    assert read(weekly_eml(nothing, DIRECTORY, facts_of(ENTRIES.iloc[:0])))["X-Unsent"] == "1"


def test_a_long_name_is_cut_in_the_footer() -> None:
    assert shortened("a b\nc", 5) == "a b c"
    assert shortened("abcdef", 5) == "abcd…"
    assert len(footer_of(replace(facts_of(), filters="x" * 5000, workspace="y" * 5000))) < 500
