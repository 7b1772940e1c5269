from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.render.formats import (
    HourStyle,
    escape_markdown,
    format_age,
    format_change,
    format_count,
    format_day,
    format_duration,
    format_hours,
    format_money,
    format_percent,
    format_range,
    format_rate,
    format_tracked,
)
from clockify.reports.compare import change

EURO = 360_000  # ticks


@pytest.mark.parametrize(
    ("seconds", "places", "text"),
    [
        (4_432_500, 1, "1,231.3"),
        (180, 1, "0.1"),
        (900, 1, "0.3"),
        (900, 2, "0.25"),
        (18, 2, "0.01"),
        (17, 2, "0.00"),
        (-9000, 1, "−2.5"),
        (0, 1, "0.0"),
    ],
)
def test_hours_round_half_up(seconds: int, places: int, text: str) -> None:
    assert format_hours(seconds, places) == text


def test_durations() -> None:
    assert format_duration(4_432_509) == "1,231:15"
    assert format_duration(4_432_509, with_seconds=True) == "1,231:15:09"
    assert (format_duration(30), format_duration(29), format_duration(-29), format_duration(-3600)) == ("0:01", "0:00", "0:00", "−1:00")
    assert format_tracked(5400) == "1.50"
    assert format_tracked(5400, HourStyle.CLOCK) == "1:30"
    assert [style.label for style in HourStyle] == ["1.25", "1:15"]


@pytest.mark.parametrize(
    ("ticks", "currency", "places", "text"),
    [
        (EURO * 123_450 // 100, "EUR", 2, "€1,234.50"),
        (EURO * 123_450 // 100, "CHF", 2, "CHF 1,234.50"),
        (EURO * 123_450 // 100, "USD", 0, "$1,235"),
        (EURO // 2 - 1, "GBP", 0, "£0"),  # 0.4999… must not become 0.50 and then 1
        (1800, "EUR", 2, "€0.01"),
        (1799, "EUR", 2, "€0.00"),
        (-1799, "EUR", 2, "€0.00"),
        (-EURO * 5, "EUR", 2, "−€5.00"),
        (-EURO * 5, "XAU", 2, "−XAU 5.00"),
        (EURO, "", 2, "1.00"),
    ],
)
def test_money(ticks: int, currency: str, places: int, text: str) -> None:
    assert format_money(ticks, currency, places) == text


@given(st.integers(-(10**15), 10**15), st.sampled_from([0, 2]))
def test_money_is_the_nearest_amount(ticks: int, places: int) -> None:
    shown = Fraction(format_money(ticks, "EUR", places).replace("€", "").replace(",", "").replace("−", "-"))
    assert abs(shown - Fraction(ticks, EURO)) <= Fraction(1, 2 * 10**places)


def test_a_rate_is_cents_an_hour() -> None:
    assert format_rate(9800, "EUR") == "€98.00"


def test_percentages() -> None:
    assert (format_percent(0.8307), format_percent(Fraction(1, 200)), format_percent(None)) == ("83%", "1%", "–")
    assert (format_percent(12.345, 1), format_percent(-0.5), format_percent(-0.001)) == ("1,234.5%", "−50%", "0%")


@pytest.mark.parametrize(
    ("now", "before", "text", "arrow", "words"),
    [
        (91, 100, "↓ 9%", "down", "9% less than before"),
        (2, 1, "↑ 100%", "up", "100% more than before"),
        (1001, 1000, "↑ <1%", "up", "<1% more than before"),
        (5, 5, "0%", "off", "no change"),
        (5, 0, "↑ new", "up", "nothing before"),
        (0, 0, "0%", "off", "no change"),
    ],
)
def test_changes(now: int, before: int, text: str, arrow: str, words: str) -> None:
    found = format_change(change(now, before))
    assert (str(found), found.arrow, found.words) == (text, arrow, words)
    assert not re.search("[-−+]", found.magnitude)


def test_points() -> None:
    assert str(format_change(change(Fraction(83, 100), Fraction(82, 100)), points=True)) == "↑ 1 pt"
    assert str(format_change(change(Fraction(1, 4), Fraction(0)), points=True)) == "↑ 25 pt"
    assert str(format_change(None)) == "–"


def test_days_ranges_ages_counts() -> None:
    now = datetime(2026, 11, 21, 14, tzinfo=UTC)
    assert (format_day(date(2026, 11, 3)), format_day(date(2026, 11, 3), with_year=True)) == ("Tue 3 Nov", "Tue 3 Nov 2026")
    assert (format_range("9", "17"), format_range("3 Nov", "9 Nov")) == ("9–17", "3 Nov – 9 Nov")
    ages = [timedelta(seconds=-5), timedelta(seconds=59), timedelta(minutes=3), timedelta(hours=47), timedelta(days=2)]
    assert [format_age(now - age, now) for age in ages] == ["just now", "just now", "3 min ago", "47 h ago", "2 days ago"]
    assert (format_count(1, "entry", "entries"), format_count(1204, "entry", "entries"), format_count(0, "day")) == (
        "1 entry",
        "1,204 entries",
        "0 days",
    )


def visible(escaped: str) -> str:
    """What CommonMark shows of backslash escapes; a word joiner has no width."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped).replace("\u2060", "")


@given(st.text(max_size=60))
def test_a_name_stays_visible_and_nothing_in_it_is_bare(text: str) -> None:
    escaped = escape_markdown(text)
    expected = " ".join(re.sub("[\u202a-\u202e\u2060\u2066-\u2069]", "", re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text)).split())
    assert visible(escaped) == expected
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"\\.", "", escaped))


@pytest.mark.parametrize(
    "sign", ["->", "<-", "<->", "--", ">=", "<=", "~=", ":streamlit:", ":material/home:", ":smile:", "https://x", "www.x", "a@b"]
)
def test_what_streamlit_reads_after_markdown_is_parted(sign: str) -> None:
    after_markdown = re.sub(r"\\(.)", r"\1", escape_markdown(f"x {sign} y"))
    assert sign not in after_markdown
    assert visible(escape_markdown(sign)) == sign


def test_plain_names_are_untouched() -> None:
    assert escape_markdown("Ana Müller 10:30") == r"Ana Müller 10\:30"
    assert escape_markdown("two\nlines\tand\u202e more ") == "two lines and more"
