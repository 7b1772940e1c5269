"""Spans of time put on a day. What the clock on the wall shows is found by looking at every minute around a day, one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.clocks import day_start, moments
from clockify.timing import Fault, Question, Span, Typed, place, read_when, say, say_ends
from tests.support.nightly import at_night

ZONE = "Europe/Belgrade"
DAY = date(2026, 11, 26)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CHANGES = [
    ("Europe/Belgrade", date(2026, 3, 29)),
    ("Europe/Belgrade", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight itself is left out
    ("America/Sao_Paulo", date(2018, 2, 17)),  # the hour before midnight comes twice
    ("Pacific/Apia", date(2011, 12, 30)),  # a whole day is left out
    ("Asia/Kolkata", date(2026, 3, 29)),  # nothing ever happens
]
EVERY_QUARTER = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
NEAR = [time(0), time(1), time(1, 45), time(2), time(2, 15), time(2, 45), time(3), time(9), time(23, 30)]


@cache
def shown(zone: str, day: date) -> dict[datetime, list[datetime]]:
    """Return the moments of UTC at which a zone's clocks show each minute, of a few days around one."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    found: dict[datetime, list[datetime]] = {}
    for minutes in range(-72 * 60, 72 * 60):
        moment = noon + minutes * MINUTE
        found.setdefault(moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None), []).append(moment)
    return found


def at(hour: int, minute: int = 0, day: int = 26) -> datetime:
    """November 2026 in Belgrade is an hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - HOUR


def ends(found: Span | Fault | Question) -> list[Span]:
    """Return all that could be meant."""
    assert not isinstance(found, Fault)
    return [found] if isinstance(found, Span) else [choice.span for choice in found.choices]


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("around", [-1, 0, 1])
def test_a_time_is_where_the_clock_shows_it(zone: str, day: date, around: int) -> None:
    day += timedelta(days=around)
    known = shown(zone, day)
    for wall in EVERY_QUARTER:
        found = moments(day, wall, zone)
        there = known.get(datetime.combine(day, wall), [])
        if there:
            assert [moment.at for moment in found] == there
            assert all(moment.is_shown for moment in found)
            assert [bool(moment.why) for moment in found] == [len(there) > 1] * len(there)
        else:
            # It is left out: the two lie on either side of the change, and are labelled with what is shown then.
            first, last = found
            assert not first.is_shown and not last.is_shown and first.why == last.why != ""
            before, after = (known_wall(moment.at, zone) for moment in found)
            assert before < datetime.combine(day, wall) < after and last.at - first.at == (after - before) / 2
            assert [first.label[-5:], last.label[-5:]] == [f"{before:%H:%M}", f"{after:%H:%M}"]


def known_wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_a_day_begins_where_the_clock_first_shows_it(zone: str, day: date) -> None:
    for on in (day - timedelta(days=1), day, day + timedelta(days=1)):
        known = [moment for wall, there in shown(zone, day).items() if wall.date() == on for moment in there]
        following = [moment for wall, there in shown(zone, day).items() if wall.date() > on for moment in there]
        assert day_start(on, zone) == min(known or following)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
@pytest.mark.parametrize("seconds", [5400, 8 * 3600])
def test_a_length_from_a_start_or_to_an_end_is_as_long_as_it_says(zone: str, day: date, seconds: int) -> None:
    known, length = shown(zone, day), timedelta(seconds=seconds)
    for wall in EVERY_QUARTER:
        there = known.get(datetime.combine(day, wall), [])
        begun = place(Typed(seconds=seconds), day, zone, start=wall)
        ended = place(Typed(seconds=seconds), day, zone, end=wall)
        assert isinstance(begun, Question) is (len(there) != 1)
        if there:
            assert ends(begun) == [Span(moment, moment + length) for moment in there]
            before = [Span(moment - length, moment) for moment in there]
            # It belongs to the day on which it starts: one that would start the day before ends a day later.
            if all(known_wall(span.start, zone).date() == day for span in before):
                assert ends(ended) == before
        assert {span.seconds for span in ends(begun) + ends(ended)} == {seconds}


@pytest.mark.parametrize(("zone", "day"), [*CHANGES[:2], *[at_night(*one) for one in CHANGES[2:]]])
def test_from_when_to_when_is_every_span_that_the_clock_allows(zone: str, day: date) -> None:
    known = shown(zone, day)
    for on, first, last in product((day - timedelta(days=1), day), NEAR, NEAR):
        if first == last:
            continue
        found = place(Typed(start=first, end=last), on, zone)
        starts = known.get(datetime.combine(on, first), [])
        same, following = (known.get(datetime.combine(on + timedelta(days=days), last), []) for days in (0, 1))
        pairs = [Span(start, end) for start, end in product(starts, same) if start < end]
        pairs = pairs or [Span(start, end) for start, end in product(starts, following) if start < end]
        if starts and ((last > first and same) or (last < first and following)):
            assert ends(found) == pairs
            assert isinstance(found, Span) is (len(pairs) == 1)
        else:
            assert isinstance(found, Question)


@pytest.mark.parametrize(("zone", "day"), CHANGES)
def test_an_answer_is_taken_and_another_one_is_not_heard(zone: str, day: date) -> None:
    for wall in EVERY_QUARTER:
        asked = place(Typed(seconds=3600), day, zone, start=wall)
        if not isinstance(asked, Question):
            continue
        assert len({choice.label for choice in asked.choices}) == len(asked.choices) == 2
        for choice in asked.choices:
            assert place(Typed(seconds=3600), day, zone, start=wall, choice=choice.key) == choice.span
            assert place(Typed(seconds=7200), day, zone, start=wall, choice=choice.key) != choice.span
        assert place(Typed(seconds=3600), day, zone, start=wall, choice="else") == asked


def test_the_hour_that_comes_twice_is_asked_about_in_words() -> None:
    asked = place(Typed(seconds=3600), date(2026, 10, 25), ZONE, start=time(2, 30))
    assert isinstance(asked, Question)
    assert (asked.field, asked.sentence) == ("start", "02:30 comes twice on 25 Oct: the clock goes back from 03:00 to 02:00.")
    assert [choice.label for choice in asked.choices] == [
        "02:30 before the clock goes back (summer time, UTC+2)",
        "02:30 after the clock goes back (winter time, UTC+1)",
    ]
    assert [say(choice.span, ZONE) for choice in asked.choices] == [
        "1 h, 02:30 (UTC+2)–02:30 (UTC+1), across the clock change",
        "1 h, 02:30 (UTC+1)–03:30",
    ]


def test_the_hour_that_never_comes_is_asked_about_in_words() -> None:
    asked = place(Typed(start=time(1), end=time(2, 30)), date(2026, 3, 29), ZONE)
    assert isinstance(asked, Question)
    assert (asked.field, asked.sentence) == ("end", "02:30 doesn't exist on 29 Mar: the clock goes forward from 02:00 to 03:00.")
    assert [choice.label for choice in asked.choices] == ["01:30", "03:30"]


def test_a_start_that_never_comes_is_asked_about_also_where_one_answer_fits() -> None:
    asked = place(Typed(start=time(2, 30), end=time(3, 10)), date(2026, 3, 29), ZONE)
    assert isinstance(asked, Question)
    assert [(choice.label, say(choice.span, ZONE)) for choice in asked.choices] == [
        ("01:30", "40 min, 01:30–03:10, across the clock change")
    ]


def test_a_length_settles_which_of_two_hours_is_meant() -> None:
    found = place(Typed(seconds=5400), date(2026, 10, 25), ZONE, start=time(2), end=time(2, 30))
    assert isinstance(found, Span) and say(found, ZONE) == "1 h 30 min, 02:00 (UTC+2)–02:30 (UTC+1), across the clock change"


@pytest.mark.parametrize(
    ("day", "said"),
    [(date(2026, 10, 25), "9 h, 00:00–08:00, across the clock change"), (date(2026, 3, 29), "7 h, 00:00–08:00, across the clock change")],
)
def test_a_span_across_the_change_is_as_long_as_it_really_was(day: date, said: str) -> None:
    found = place(Typed(start=time(0), end=time(8)), day, ZONE)
    assert isinstance(found, Span) and say(found, ZONE) == said


@pytest.mark.parametrize(
    ("typed", "given", "said"),
    [
        ("1:30", {}, "1 h 30 min, 09:00–10:30"),
        ("1:30", {"after": at(13, 5)}, "1 h 30 min, 13:05–14:35"),
        ("1:30", {"after": at(13, 5) + timedelta(microseconds=1)}, "1 h 30 min, 13:05:01–14:35:01"),
        ("1:30", {"after": at(1, 0, 27)}, "1 h 30 min, 09:00–10:30"),
        ("1:30", {"after": at(13, 5), "start": time(0)}, "1 h 30 min, 00:00–01:30"),
        ("1:30", {"after": at(13, 5), "end": time(0)}, "1 h 30 min, 22:30–00:00 next day"),
        ("2h", {"end": time(1)}, "2 h, 23:00–01:00 next day"),
        ("", {"start": time(9), "end": time(10)}, "1 h, 09:00–10:00"),
        ("", {"start": time(22), "end": time(1, 30)}, "3 h 30 min, 22:00–01:30 next day"),
        ("1h", {"start": time(9), "end": time(10)}, "1 h, 09:00–10:00"),
        ("9-10", {"start": time(9), "end": time(10)}, "1 h, 09:00–10:00"),
        ("9-10", {"after": at(13)}, "1 h, 09:00–10:00"),
        ("48h", {}, "48 h, 09:00–09:00 on Sat 28 Nov"),
        ("30s", {}, "30 s, 09:00–09:00:30"),
    ],
)
def test_what_was_given_is_put_on_its_day(typed: str, given: dict[str, time], said: str) -> None:
    text = read_when(typed) if typed else None
    assert not isinstance(text, Fault)
    found = place(text, DAY, ZONE, **given)  # type: ignore[arg-type]
    assert isinstance(found, Span) and say(found, ZONE) == said
    assert found.start.astimezone(ZoneInfo(ZONE)).date() == DAY


@pytest.mark.parametrize(
    ("typed", "given", "field", "sentence"),
    [
        ("1:15", {"start": time(9), "end": time(10, 30)}, "when", "09:00–10:30 is 1 h 30 min, 15 min more than the 1 h 15 min typed."),
        ("2h", {"start": time(9), "end": time(10, 30)}, "when", "09:00–10:30 is 1 h 30 min, 30 min less than the 2 h typed."),
        ("9-10", {"start": time(8)}, "start", "The start is 08:00 here and 09:00 in what was typed: clear one of them."),
        ("9-10", {"end": time(11)}, "end", "The end is 11:00 here and 10:00 in what was typed: clear one of them."),
        ("", {"start": time(9)}, "end", "Give the end as well, or a length like 1:30."),
        ("", {"end": time(0)}, "start", "Give the start as well, or a length like 1:30."),
        ("", {"start": time(0), "end": time(0)}, "end", "It starts and ends at 00:00: give another end, or 24h for a whole day."),
    ],
)
def test_what_does_not_fit_together_is_a_sentence_beside_its_field(typed: str, given: dict[str, time], field: str, sentence: str) -> None:
    text = read_when(typed) if typed else None
    assert not isinstance(text, Fault)
    assert place(text, DAY, ZONE, **given) == Fault(field, sentence)  # type: ignore[arg-type]


def test_nothing_and_a_day_that_nobody_means_are_faults() -> None:
    nothing = place(None, DAY, ZONE)
    assert isinstance(nothing, Fault) and nothing.field == "when"
    assert [getattr(place(Typed(seconds=60), day, ZONE), "field", "") for day in (date.min, date.max, DAY)] == ["day", "day", ""]


@given(st.sampled_from(["Asia/Kolkata", "Europe/Belgrade", "America/New_York"]), st.integers(0, 1439), st.integers(1, 1439))
def test_what_is_said_reads_as_the_same_span(zone: str, begin: int, minutes: int) -> None:
    span = Span(day_start(DAY, zone) + begin * MINUTE, day_start(DAY, zone) + (begin + minutes) * MINUTE)
    length, _, between = say(span, zone).partition(", ")
    for said in (between.removesuffix(" next day"), say_ends(span, zone).removesuffix(" next day")):
        typed = read_when(said)
        assert isinstance(typed, Typed) and place(typed, DAY, zone) == span
    typed = read_when(length)
    assert isinstance(typed, Typed) and place(typed, DAY, zone, start=(datetime.min + begin * MINUTE).time()) == span
