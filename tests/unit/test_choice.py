"""What is chosen, as a link and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.desk.choice import Choice, dropped_words, from_url, to_url, unknown_ids
from clockify.periods import Against, Period, Preset
from clockify.reports.detail import Search
from clockify.reports.filters import Filters
from clockify.reports.rounding import EXACT, MINUTES, Direction, Rounding

TODAY = date(2026, 11, 21)
ROUNDINGS = [EXACT, *(Rounding(one, minutes) for one in Direction if one is not Direction.NONE for minutes in MINUTES)]


def test_the_usual_needs_no_words() -> None:
    assert to_url(Choice()) == {}
    assert from_url({}) == (Choice(), [])


def test_a_full_link() -> None:
    choice = Choice(Preset.CUSTOM, Period(date(2026, 11, 3), date(2026, 11, 10)), Filters(("u1", "u2"), ("",), ("p1",), False))
    assert to_url(choice) == {
        "period": ["custom"],
        "from": ["2026-11-03"],
        "to": ["2026-11-09"],
        "people": ["u1", "u2"],
        "clients": ["none"],
        "projects": ["p1"],
        "billable": ["no"],
    }
    assert from_url(to_url(choice)) == (choice, [])


days = st.dates(date(2001, 1, 1), date(2096, 1, 1))
choices = st.builds(
    Choice,
    st.sampled_from([one for one in Preset if one is not Preset.CUSTOM]),
    st.none(),
    st.builds(
        Filters,
        st.lists(st.sampled_from(["u1", "u2"]), unique=True).map(tuple),
        st.lists(st.sampled_from(["c1", ""]), unique=True).map(tuple),
        st.lists(st.sampled_from(["p1", "p2", ""]), unique=True).map(tuple),
        st.sampled_from([None, True, False]),
    ),
    st.sampled_from(ROUNDINGS),
    st.sampled_from([None, *Against]),
    st.builds(
        Search,
        st.text(max_size=200),
        st.lists(st.sampled_from(["t1", "t2"]), unique=True).map(tuple),
        st.sampled_from([(), ("g1",)]),
        st.lists(st.sampled_from(["project", "task", "description", "tag"]), unique=True).map(tuple),
    ),
    st.one_of(st.none(), days),
)


@given(choices)
def test_every_choice_survives_the_link(choice: Choice) -> None:
    assert from_url(to_url(choice)) == (choice, [])


@given(days, st.integers(1, 1000))
def test_every_range_survives_the_link(start: date, length: int) -> None:
    choice = Choice(Preset.CUSTOM, Period(start, date.fromordinal(start.toordinal() + length)))
    assert from_url(to_url(choice)) == (choice, [])


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"period": ["next-month"]}, "period"),
        ({"period": ["custom"]}, "from and to"),
        ({"period": ["custom"], "from": ["2026-11-09"], "to": ["2026-11-03"]}, "from and to"),
        ({"period": ["custom"], "from": ["yesterday"], "to": ["2026-11-03"]}, "from and to"),
        ({"period": ["custom"], "from": ["0001-01-01"], "to": ["9999-12-31"]}, "from and to"),
        ({"period": ["custom"], "from": ["1990-01-01"], "to": ["1990-01-02"]}, "from and to"),
        ({"billable": ["maybe"]}, "billable"),
        ({"rounding": ["up-7"]}, "rounding"),
        ({"compare": ["next-year"]}, "compare (previous or last-year)"),
        ({"week": ["the last one"]}, "week"),
        ({"without": ["money"]}, "without"),
    ],
)
def test_what_makes_no_sense_is_dropped_and_named(params: dict[str, list[str]], word: str) -> None:
    choice, dropped = from_url(params)
    assert choice == Choice()
    assert len(dropped) == 1
    assert dropped[0].startswith(word)


def test_ids_are_taken_as_they_are_each_once() -> None:
    link = {"people": ["u1", "gone", "u1"], "period": ["last-week"], "tasks": ["none", "t9"], "tags": ["g9"], "clients": ["none"]}
    choice, dropped = from_url(link)
    assert choice == Choice(Preset.LAST_WEEK, None, Filters(("u1", "gone"), ("",)), search=Search(tasks=("", "t9"), tags=("g9",)))
    assert dropped == []
    assert from_url(to_url(choice)) == (choice, [])


def test_what_nothing_knows_is_found_under_the_names_that_are_asked_for() -> None:
    choice = Choice(filters=Filters(("u1", "gone"), ("", "c9"), ("p1",)), search=Search(tasks=("t9",), tags=("g1",)))
    sidebar = {"people": {"u1"}, "clients": {"c1"}, "projects": {"p1"}}
    assert unknown_ids(choice, sidebar) == {"people": ["gone"], "clients": ["c9"]}
    assert unknown_ids(choice, {"tasks": {"t1"}, "tags": {"g1"}}) == {"tasks": ["t9"]}
    assert unknown_ids(Choice(filters=Filters(("",), ("",), ("",))), dict.fromkeys(sidebar, frozenset[str]())) == {}


@pytest.mark.parametrize(
    ("dropped", "words"),
    [
        (["1 of the people"], "1 of the people."),
        (["people"], "people. So everybody is shown."),
        (
            ["period", "billable (yes or no)", "people", "2 of the tags"],
            "period, people, billable (yes or no), 2 of the tags. So everybody is shown.",
        ),
        (["tags", "projects", "the workspace"], "the workspace, projects, tags. So all projects are shown and all tags are shown."),
        (["without (project, task)", "from and to (two days)"], "from and to (two days), without (project, task)."),
    ],
)
def test_what_is_dropped_is_named_and_where_a_filter_is_gone_that_is_said(dropped: list[str], words: str) -> None:
    assert dropped_words(dropped) == words
    assert dropped_words(dropped, own=True) == words.replace("everybody", "your own week")


def test_steps_go_by_name_where_one_fits() -> None:
    assert Choice().stepped(-1, TODAY, "MONDAY").preset is Preset.LAST_MONTH
    assert Choice(Preset.TODAY).stepped(-1, TODAY, "MONDAY").preset is Preset.YESTERDAY
    older = Choice().stepped(-2, TODAY, "MONDAY")
    assert (older.preset, older.days) == (Preset.CUSTOM, Period(date(2026, 9, 1), date(2026, 10, 1)))
    assert older.stepped(2, TODAY, "MONDAY").preset is Preset.THIS_MONTH


def test_what_one_page_has_for_itself_stands_in_no_other_pages_link() -> None:
    choice = Choice(Preset.LAST_WEEK, rounding=Rounding(Direction.UP, 6), search=Search("x", tags=("g1",)), week=date(2026, 11, 2))
    choice = replace(choice, everyone=True)
    shared = {"period": ["last-week"], "rounding": ["up-6"]}
    assert to_url(choice, "billable") == shared
    assert to_url(choice, "weekly") == shared | {"week": ["2026-11-02"], "of": ["everyone"]}
    assert from_url(to_url(choice, "weekly")) == (replace(choice, search=Search()), [])
    assert from_url({"of": ["ana"]}) == (Choice(), ["of (everyone)"])
    assert to_url(choice, "detailed") == shared | {"search": ["x"], "tags": ["g1"]}
