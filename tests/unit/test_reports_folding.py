"""Which rows of a table of groups show."""

from __future__ import annotations

import pytest

from clockify.reports.folding import MOST_ROWS, Folded, Folds, fold


def table(*parts: int) -> tuple[list[str], list[bool]]:
    """Groups a, b, c… with so many parts each."""
    names = [chr(97 + place) for place in range(len(parts))]
    groups = [name for name, count in zip(names, parts, strict=True) for _ in range(count + 1)]
    return groups, [part > 0 for count in parts for part in range(count + 1)]


def test_a_short_table_stands_open() -> None:
    assert fold(*table(2, 0, 1), Folds()) == Folded([0, 1, 2, 3, 4, 5], [True, None, None, None, True, None], [])
    assert fold(*table(2, 0, 1), Folds().turn("a")) == Folded([0, 3, 4, 5], [False, None, True, None], [])
    assert fold(*table(2, 0, 1), Folds().turn("a").turn("a")).places == [0, 1, 2, 3, 4, 5]


def test_thirty_one_rows_are_closed() -> None:
    assert fold(*table(28, 0), Folds()).states[0] is True
    closed = fold(*table(28, 1), Folds())
    assert (closed.places, closed.states, closed.left_out) == ([0, 29], [False, False], [])
    assert fold(*table(28, 1), Folds().turn("b")).places == [0, 29, 30]
    assert fold(*table(1), Folds(), rows=31).states == [False]


def test_thirteen_groups_show_and_of_fourteen_the_first_twelve() -> None:
    assert fold(*table(*[3] * 13), Folds()).left_out == []
    found = fold(*table(*[3] * 14), Folds())
    assert found.places == [place * 4 for place in range(12)]
    assert found.left_out == [48, 52]
    assert not found.capped
    assert fold(*table(*[3] * 14), Folds(more=True)).places == [place * 4 for place in range(14)]


def test_a_table_may_show_fewer_groups() -> None:
    groups, parts = table(*[3] * 12)
    assert fold(groups, parts, Folds(), most_groups=11).left_out == []
    assert fold(groups, parts, Folds(), most_groups=10).left_out == [40, 44]


def test_all_are_opened_and_closed_at_once() -> None:
    every = fold(*table(*[3] * 14), Folds().turn("b").turn_all(True))
    assert every.places == list(range(56))
    assert fold(*table(*[3] * 14), Folds().turn_all(True).turn_all(False)).left_out == [48, 52]
    assert fold(*table(2, 1), Folds().turn_all(False)).places == [0, 3]


@pytest.mark.parametrize(("parts", "groups"), [(2, MOST_ROWS // 3), (400, 1)])
def test_a_page_holds_so_many_rows_and_one_group_at_least(parts: int, groups: int) -> None:
    found = fold(*table(*[parts] * 120), Folds().turn_all(True))
    assert sum(state is not None for state in found.states) == groups
    assert len(found.left_out) == 120 - groups
    assert found.capped


def test_nothing_folds_to_nothing() -> None:
    assert fold([], [], Folds()) == Folded([], [], [])
