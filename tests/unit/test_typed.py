"""What people type for a span of time; what each text means was decided by hand, not by the code."""

from __future__ import annotations

import re
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.timing import say_length
from clockify.typed import HOW, HOW_TIME, Fault, Typed, read_time, read_when

MINUTES = {
    **dict.fromkeys(
        ("1:30", "1.5", "1,5", "90m", "90 min", "1h30", "1h 30m", "1 h 30 min", "1.5h", "1,5 h", "1H30M", " 1:30 ", "1:30:00"), 90
    ),
    **dict.fromkeys(
        ("１：３０", "１，５", "1\u00a0h\u00a030\u202fmin", "\u200b1:30", "١:٣٠", "0:90m"[2:], "90 Minutes", "1 hour 30 mins"), 90
    ),
    **dict.fromkeys(("2h 15m", "2h15", "2 h 15", "2:15", "2.25", "2,25", "135m", "135 MIN", "2hrs15m"), 135),
    **dict.fromkeys(("1h", "1", "01:00", "60m", "1.0", "3600s", "1 HOUR"), 60),
    **dict.fromkeys((".5", ",5", "0.5", "30m", "0:30", "1800 sec"), 30),
    "24": 24 * 60,
    "8": 480,
    "1.30": 78,
    "45h": 45 * 60,
    "45m": 45,
    "9:30": 570,
    "25:00": 25 * 60,
    "999h": 999 * 60,
}
RANGES = {
    "9-17:30": (time(9), time(17, 30)),
    "0930-1715": (time(9, 30), time(17, 15)),
    "930-1015": (time(9, 30), time(10, 15)),
    "9:00–10:30": (time(9), time(10, 30)),
    "9:00 — 10:30": (time(9), time(10, 30)),
    "9 to 10:30": (time(9), time(10, 30)),
    "9to10": (time(9), time(10)),
    "9:00 until 10:30": (time(9), time(10, 30)),
    "9 till 10": (time(9), time(10)),
    "9.30 - 10.15": (time(9, 30), time(10, 15)),
    "9h30-17h": (time(9, 30), time(17)),
    "9am-5pm": (time(9), time(17)),
    "9 AM – 5 PM": (time(9), time(17)),
    "9 a.m. to 5 p.m.": (time(9), time(17)),
    "9:30am-12pm": (time(9, 30), time(12)),
    "12am-1am": (time(0), time(1)),
    "9-5pm": (time(9), time(17)),
    "1-5pm": (time(13), time(17)),
    "9am-5": (time(9), time(17)),
    "10pm-2": (time(22), time(2)),
    "22:00-01:30": (time(22), time(1, 30)),
    "22-6": (time(22), time(6)),
    "9:00-05:00": (time(9), time(5)),
    "11:00-10:00": (time(11), time(10)),
    "22-24": (time(22), time(0)),
    "0-24": None,
    "9:00:15-9:30": (time(9, 0, 15), time(9, 30)),
    "９：００－１０：００": (time(9), time(10)),
}
BAD = [
    *("", " ", "abc", "h", "m", "-", "–", ":", "1:", ":30", "1:75", "1:5", "1:2:3", "1.", "1..5", "1.5.5", "1,5,5", "1h30m15"),
    *(
        "0",
        "0:00",
        "0m",
        "0.0",
        "0.00001",
        "-1",
        "-1:30",
        "-0930",
        "+1",
        "25",
        "45",
        "45.5",
        "930",
        "999",
        "1000",
        "1000h",
        "99999999999999",
    ),
    *("9-", "9 to", "-17", "9-9", "9-25", "24-1", "9-5", "9:00-5:00", "12:30-1:30", "13pm-14", "0am-1", "9:3-10", "9:60-10", "9m-10m"),
    *(
        "0930",
        "9pm",
        "9:30am",
        "1 30",
        "1'30",
        "1h, 30m",
        "2²",
        "½",
        "1e3",
        "NaN",
        "inf",
        "one hour",
        "1-2-3",
        "tomorrow",
        "9" * 61,
        "1\x001",
    ),
]


@pytest.mark.parametrize("text", MINUTES)
def test_a_length_is_read(text: str) -> None:
    assert read_when(text) == Typed(seconds=MINUTES[text] * 60)


@pytest.mark.parametrize("text", [text for text, ends in RANGES.items() if ends])
def test_from_when_to_when_is_read(text: str) -> None:
    start, end = RANGES[text] or (time(), time())
    assert read_when(text) == Typed(start=start, end=end)


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_meant_is_answered_by_one_sentence(text: str) -> None:
    found = read_when(text)
    assert isinstance(found, Fault)
    assert found.field == "when"
    assert re.fullmatch(r"[A-Z0-9“][^?!\n]{10,160}[.?]", found.sentence), found.sentence
    # One full stop and no more, but those of "1.5" and "1.30".
    assert len(re.findall(r"[.?](?=\s|$)", found.sentence)) == 1


@pytest.mark.parametrize("text", BAD)
def test_what_a_sentence_says_could_be_typed_can_be(text: str) -> None:
    found = read_when(text)
    assert isinstance(found, Fault)
    said = found.sentence.replace(f": {HOW_TIME}", "").partition(": ")[2] or found.sentence
    offered = re.findall(r"\d[\d:.]*(?:h \d+m| min| h|[hm])?(?:-[\d:]+)?", said) if HOW_TIME not in found.sentence else []
    assert offered or HOW_TIME in found.sentence
    assert [one for one in offered if not isinstance(read_when(one.rstrip(".")), Typed)] == []


def test_the_forms_that_every_sentence_names_are_all_accepted() -> None:
    lengths, _, ranges = HOW.removeprefix("type a length like ").partition(", or from when to when, like ")
    assert [read_when(one) for one in re.split(", | or ", lengths)] == [Typed(seconds=minutes * 60) for minutes in (90, 90, 90, 135)]
    assert read_when(ranges) == Typed(start=time(9), end=time(17, 30))
    assert [read_time(one) for one in re.split(", | or ", HOW_TIME.removeprefix("type a time of day like "))] == [
        time(9, 30),
        time(9, 30),
        time(21),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("45", "45: did you mean 45 min (45m) or 45 h (45h)?"),
        ("1:5", "1:5: did you mean 1:05 or 1:50?"),
        ("9-5", "Did you mean 9:00-17:00, or 09:00-05:00 into the next day?"),
        ("9-", "Type the end, too, like 9-17:30."),
        ("0930", "0930 is a time of day: type the end, too, like 0930-1030, or a length like 1:30."),
        ("9-9", "It starts and ends at 9:00: type another end, or 24h for a whole day."),
    ],
)
def test_what_has_two_meanings_is_asked(text: str, sentence: str) -> None:
    assert read_when(text) == Fault("when", sentence)


def test_a_bare_number_is_hours_up_to_a_day() -> None:
    assert [read_when(str(number)) for number in range(1, 25)] == [Typed(seconds=number * 3600) for number in range(1, 25)]
    assert all(isinstance(read_when(str(number)), Fault) for number in (0, *range(25, 300)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("9", time(9)), ("9:30", time(9, 30)), ("0930", time(9, 30)), ("930", time(9, 30)), ("9.30", time(9, 30)), ("9pm", time(21))),
        *(("9:30 PM", time(21, 30)), ("12am", time(0)), ("12pm", time(12)), ("24:00", time(0)), ("0:00", time(0)), ("9h15", time(9, 15))),
        *(("９：３０", time(9, 30)), ("23:59:59", time(23, 59, 59))),
    ],
)
def test_a_time_of_day_is_read(text: str, expected: time) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize("text", ["", "25", "9:3", "9:60", "13pm", "0am", "24:01", "9-10", "nine", "9,30", "-9", "99999"])
def test_what_is_no_time_of_day_says_what_is(text: str) -> None:
    found = read_time(text, "end")
    assert isinstance(found, Fault) and found.field == "end" and found.sentence.endswith(f": {HOW_TIME}.")


@given(st.integers(1, 999 * 3600))
def test_what_is_said_of_a_length_reads_as_that_length(seconds: int) -> None:
    assert read_when(say_length(seconds)) == Typed(seconds=seconds)


@given(st.text(max_size=70) | st.text("0123456789:.,hm-–apto ", max_size=20))
def test_whatever_is_typed_is_read_or_answered(text: str) -> None:
    found = read_when(text)
    if isinstance(found, Fault):
        assert found.sentence.endswith((".", "?"))
    else:
        assert (found.seconds is None) == (found.start is not None) == (found.end is not None)
        assert found.seconds is None or 0 < found.seconds <= 999 * 3600
