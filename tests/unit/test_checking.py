"""Ours against theirs, with replies written by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from clockify.api import protocol
from clockify.frames import CUBE_DTYPES
from clockify.mirror.checking import are_amounts_hidden, compare_summary, names_in, totals_differ
from clockify.mirror.snapshots import Difference

HOUR = 3600


def cube_of(*rows: tuple[str, str, int, int, str]) -> pd.DataFrame:
    """Rows of (person, project, hours, rate in cents, currency), each one billable entry."""
    columns = {
        "day": pd.Timestamp("2026-11-03"),
        "user_id": [row[0] for row in rows],
        "project_id": [row[1] for row in rows],
        "task_id": "",
        "billable": True,
        "rate": [row[3] for row in rows],
        "currency": [row[4] for row in rows],
        "seconds": [row[2] * HOUR for row in rows],
        "amount_ticks": [row[2] * HOUR * row[3] for row in rows],
        "entries": 1,
    }
    return pd.DataFrame(columns).astype(CUBE_DTYPES)


def money(**cents: float) -> list[dict[str, Any]]:
    parts = [{"currency": code, "amount": amount} for code, amount in cents.items()]
    return [{"type": "EARNED", "value": sum(cents.values()), "amountByCurrency": parts}]


def summary_of(totals: dict[str, Any], **people: list[dict[str, Any]]) -> dict[str, Any]:
    return {"totals": [totals], "groupOne": [{"_id": person, "children": projects} for person, projects in people.items()]}


def totals_of(seconds: int, entries: int, **cents: float) -> dict[str, Any]:
    return {"totalTime": seconds, "totalBillableTime": seconds, "entriesCount": entries, "amounts": money(**cents)}


# Ana: 2 h at 100 in EUR. Ben: 3 h at 50 in USD.
OURS = cube_of(("ana", "p1", 2, 10000, "EUR"), ("ben", "p2", 3, 5000, "USD"))
ANA = {"_id": "p1", "name": "One", "duration": 2 * HOUR, "amounts": money(EUR=20000)}
BEN = {"_id": "p2", "name": "Two", "duration": 3 * HOUR, "amounts": money(USD=15000.0000001)}
TOTALS = totals_of(5 * HOUR, 2, EUR=20000, USD=15000)


def test_equal_sums_have_no_difference() -> None:
    assert compare_summary(OURS, summary_of(TOTALS, ana=[ANA], ben=[BEN]), amounts_hidden=False) == ()
    assert not totals_differ(OURS, TOTALS, amounts_hidden=False)


def test_seconds_and_cents_are_ours_minus_theirs_by_person_and_project() -> None:
    theirs = summary_of(TOTALS, ana=[ANA | {"duration": 2 * HOUR - 60, "amounts": money(EUR=19833.33)}], ben=[BEN])
    assert compare_summary(OURS, theirs, amounts_hidden=False) == (Difference("ana", "p1", 60, {"EUR": 167}),)


def test_what_one_side_lacks_is_a_difference_of_all_of_it() -> None:
    theirs = summary_of(TOTALS, ana=[ANA], cem=[BEN])
    assert compare_summary(OURS, theirs, amounts_hidden=False) == (
        Difference("ben", "p2", 3 * HOUR, {"USD": 15000}),
        Difference("cem", "p2", -3 * HOUR, {"USD": -15000}),
    )


def test_money_alone_can_differ_and_hidden_money_cannot() -> None:
    theirs = summary_of(totals_of(5 * HOUR, 2, EUR=20001, USD=15000), ana=[ANA | {"amounts": money(EUR=20001)}], ben=[BEN])
    assert compare_summary(OURS, theirs, amounts_hidden=False) == (Difference("ana", "p1", 0, {"EUR": -1}),)
    assert compare_summary(OURS, theirs, amounts_hidden=True) == ()


def test_the_same_figure_in_another_currency_differs() -> None:
    theirs = summary_of(totals_of(5 * HOUR, 2, GBP=20000, USD=15000), ana=[ANA | {"amounts": money(GBP=20000)}], ben=[BEN])
    assert compare_summary(OURS, theirs, amounts_hidden=False) == (Difference("ana", "p1", 0, {"EUR": 20000, "GBP": -20000}),)


def test_a_count_that_no_pair_shows_is_a_difference_of_the_whole() -> None:
    theirs = summary_of(totals_of(5 * HOUR, 3, EUR=20000, USD=15000), ana=[ANA], ben=[BEN])
    assert compare_summary(OURS, theirs, amounts_hidden=False) == (Difference("", "", 0, {}),)


@pytest.mark.parametrize("without", [{"_id": ""}, {"_id": None}, {}, {"_id": "x", "name": "(Without project)"}])
def test_no_project_has_many_spellings(without: dict[str, Any]) -> None:
    ours = cube_of(("ana", "", 2, 10000, "EUR"))
    row = {"name": "", "duration": 2 * HOUR, "amounts": money(EUR=20000)} | without
    assert compare_summary(ours, summary_of(totals_of(2 * HOUR, 1, EUR=20000), ana=[row]), amounts_hidden=False) == ()


def test_one_value_without_a_currency_is_compared_with_our_only_one() -> None:
    ours = cube_of(("ana", "p1", 2, 10000, "EUR"))
    plain = {"totalTime": 2 * HOUR, "totalBillableTime": 2 * HOUR, "entriesCount": 1}
    assert not totals_differ(ours, plain | {"amounts": [{"type": "EARNED", "value": 20000.0}]}, amounts_hidden=False)
    assert totals_differ(ours, plain | {"amounts": [{"type": "EARNED", "value": 19999.0}]}, amounts_hidden=False)
    # Two currencies of ours: one value can't be compared with either.
    assert not totals_differ(OURS, TOTALS | {"amounts": [{"type": "EARNED", "value": 1.0}]}, amounts_hidden=False)


@pytest.mark.parametrize("changed", [{"entriesCount": 3}, {"totalTime": 5 * HOUR + 1}, {"totalBillableTime": 5 * HOUR - 1}])
def test_each_total_counts(changed: dict[str, Any]) -> None:
    assert totals_differ(OURS, TOTALS | changed, amounts_hidden=False)


@pytest.mark.parametrize("totals", [[], [None], None, [{"totalTime": 0, "entriesCount": 0}]])
def test_an_empty_range_has_many_forms(totals: Any) -> None:
    assert not totals_differ(cube_of(), protocol.totals_of({"totals": totals}), amounts_hidden=False)


def test_hidden_amounts_are_told_from_no_amounts() -> None:
    hidden = {"entriesCount": 1, "amounts": [], "totalAmount": None, "totalAmountByCurrency": {}}
    assert are_amounts_hidden(hidden)
    assert not are_amounts_hidden({"entriesCount": 0, "amounts": []})
    assert not are_amounts_hidden({"entriesCount": 1, "amounts": money(EUR=0)})
    assert not are_amounts_hidden({"entriesCount": 1, "totalAmount": 0})


def test_money_of_a_row_that_comes_twice_is_added_up() -> None:
    ours = cube_of(("ana", "p1", 2, 10000, "EUR"))
    halves = [{"_id": "p1", "name": "One", "duration": HOUR, "amounts": money(EUR=cents)} for cents in (10_000, 9_000)]
    (found,) = compare_summary(ours, summary_of(totals_of(2 * HOUR, 1, EUR=19_000), ana=halves), amounts_hidden=False)
    assert (found.user_id, found.project_id, found.seconds, dict(found.cents)) == ("ana", "p1", 0, {"EUR": 1_000})
    # Of a row that doesn't say its money the sum isn't known, and nothing is compared.
    silent = [halves[0], halves[1] | {"amounts": []}]
    assert compare_summary(ours, summary_of(totals_of(2 * HOUR, 1, EUR=20_000), ana=silent), amounts_hidden=False) == ()


def test_what_a_summary_names_is_found_on_every_level() -> None:
    summary = {"groupOne": [{"_id": "ana", "name": "Ana", "children": [ANA, {"_id": "", "name": "(Without project)"}]}]}
    assert list(names_in(summary, ("USER", "PROJECT"))) == [("USER", "ana", "Ana"), ("PROJECT", "p1", "One")]
