"""A client's rounding, against plain Python: whole sums, their spreading over entries, and the money that follows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.clients import MINUTES, ClientRule, Direction, Scope, rule_for
from clockify.frames import ENTRY_DTYPES, empty_entries
from clockify.limits import MOST_SECONDS
from clockify.reports.client_rounding import DIFFERENCE_DTYPES, NEEDED, client_rounded, rounding_difference

BEGIN = date(2026, 11, 2)
COLUMNS = [*NEEDED, "user_id", "task_id"]


@dataclass(frozen=True)
class Entry:
    day: int
    project: str
    currency: str
    billable: bool
    rate: int
    seconds: int
    odd: int = 0  # ticks that Clockify says beside rate × time
    user: str = "ana"
    task: str = "t"

    @property
    def ticks(self) -> int:
        return self.rate * self.seconds + self.odd if self.billable else 0


def frame_of(entries: list[Entry]) -> pd.DataFrame:
    if not entries:
        return empty_entries()[COLUMNS]
    rows = [
        (BEGIN + timedelta(one.day), one.project, one.currency, one.billable, one.rate, one.seconds, one.ticks, one.user, one.task)
        for one in entries
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({name: ENTRY_DTYPES[name] for name in COLUMNS})


def stepped(seconds: int, rule: ClientRule) -> int:
    """Round by counting: the multiples around, and which of them it is."""
    step = rule.minutes * 60
    below = seconds - seconds % step
    above = below if below == seconds else below + step
    if rule.direction is Direction.NEAREST:
        return above if seconds - below >= above - seconds else below
    return {Direction.UP: above, Direction.DOWN: below, Direction.NONE: seconds}[rule.direction]


def group_of(one: Entry, place: int, scope: Scope) -> Any:
    if scope is Scope.ENTRY:
        return place
    if scope is Scope.DAY:
        return (one.day, one.project)
    return (one.project, one.currency, one.billable, one.rate if one.billable else 0)


def expected(entries: list[Entry], rule: ClientRule) -> list[int]:
    """Spread each group's rounded sum by exact shares: everyone its whole seconds, and the rest one by one to who lacks most."""
    if rule.is_exact:
        return [one.seconds for one in entries]
    groups: dict[Any, list[int]] = defaultdict(list)
    for place, one in enumerate(entries):
        groups[group_of(one, place, rule.scope)].append(place)
    found = [0] * len(entries)
    for places in groups.values():
        total = sum(entries[place].seconds for place in places)
        wanted = stepped(total, rule)
        shares = {place: Fraction(entries[place].seconds * wanted, total or 1) for place in places}
        for place, share in shares.items():
            found[place] = int(share)
        for place in sorted(places, key=lambda one: (-(shares[one] - int(shares[one])), one))[: wanted - sum(found[one] for one in places)]:
            found[place] += 1
    return found


def money(one: Entry, seconds: int) -> int:
    if not one.billable:
        return 0
    if not one.odd:
        return one.rate * seconds
    return int(Fraction(one.ticks * seconds, one.seconds) + Fraction(1, 2)) if one.seconds else one.ticks


ENTRIES = st.builds(
    Entry,
    st.integers(0, 3),
    st.sampled_from(["app", "site", ""]),
    st.sampled_from(["EUR", "USD"]),
    st.booleans(),
    st.sampled_from([0, 5_000, 9_999]),
    st.one_of(st.integers(0, 20_000), st.sampled_from([0, 150, 180, 300, 450, 900, 1800])),
    st.sampled_from([0, 0, 0, 3_600, 7]),
)
RULES = st.builds(ClientRule, st.just("acme"), st.sampled_from(Direction), st.sampled_from(MINUTES), st.sampled_from(Scope))


@given(st.lists(ENTRIES, max_size=12), RULES)
def test_every_entry_is_as_long_and_earns_as_much_as_by_hand(entries: list[Entry], rule: ClientRule) -> None:
    frame = frame_of(entries)
    found = client_rounded(frame, rule)
    wanted = expected(entries, rule)
    assert found["seconds"].tolist() == wanted
    assert found["amount_ticks"].tolist() == [
        one.ticks if rule.is_exact else money(one, seconds) for one, seconds in zip(entries, wanted, strict=True)
    ]
    assert found["exact_seconds"].tolist() == [one.seconds for one in entries]
    assert found["exact_ticks"].tolist() == [one.ticks for one in entries]
    assert found.dtypes["seconds"] == found.dtypes["exact_seconds"] == found.dtypes["exact_ticks"] == np.dtype("int64")


@given(st.lists(ENTRIES, max_size=12), RULES)
def test_the_difference_is_the_sums_by_currency(entries: list[Entry], rule: ClientRule) -> None:
    table = rounding_difference(client_rounded(frame_of(entries), rule))
    assert {name: str(kind) for name, kind in table.dtypes.items()} == DIFFERENCE_DTYPES
    wanted = expected(entries, rule)
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for one, seconds in zip(entries, wanted, strict=True):
        for place, value in enumerate((one.seconds, seconds, one.ticks, one.ticks if rule.is_exact else money(one, seconds))):
            sums[one.currency][place] += value
    assert {row[0]: [row[1], row[2], row[4], row[5]] for row in table.itertuples(index=False)} == sums
    assert all(row[3] == row[2] - row[1] and row[6] == row[5] - row[4] for row in table.itertuples(index=False))
    amounts = table["amount_ticks"].tolist()
    assert amounts == sorted(amounts, reverse=True)


def seconds_of(scope: Scope, direction: Direction, minutes: int, *entries: Entry) -> list[int]:
    return [int(one) for one in client_rounded(frame_of(list(entries)), ClientRule("acme", direction, minutes, scope))["seconds"]]


def entry(seconds: int, day: int = 0, **terms: Any) -> Entry:
    return Entry(**{"day": day, "project": "app", "currency": "EUR", "billable": True, "rate": 6_000, "seconds": seconds} | terms)


@pytest.mark.parametrize(
    ("direction", "seconds", "rounded"),
    [
        # Half a step of 15 minutes is 7:30.
        (Direction.NEAREST, (449,), [0]),
        (Direction.NEAREST, (450,), [900]),
        (Direction.NEAREST, (1_349,), [900]),
        (Direction.NEAREST, (225, 225), [450, 450]),
        (Direction.NEAREST, (225, 224), [0, 0]),
        (Direction.UP, (1, 1, 1), [300, 300, 300]),
        (Direction.UP, (1, 0, 899), [1, 0, 899]),
        # 900 in seven equal parts: 128 each, and the four that are left to the first.
        (Direction.UP, (100,) * 7, [129, 129, 129, 129, 128, 128, 128]),
        # 901 + 2 → 1800 s: exact shares 1796.01 and 3.99.
        (Direction.UP, (901, 2), [1796, 4]),
        (Direction.DOWN, (600, 301), [599, 301]),
        (Direction.DOWN, (899,), [0]),
        (Direction.NONE, (1, 2), [1, 2]),
    ],
)
def test_a_day_by_hand(direction: Direction, seconds: tuple[int, ...], rounded: list[int]) -> None:
    assert seconds_of(Scope.DAY, direction, 15, *map(entry, seconds)) == rounded


def test_what_is_rounded_at_once_is_what_was_agreed() -> None:
    day = [entry(600), entry(600, billable=False), entry(600, project="site"), entry(600, day=1), entry(600, rate=9_000)]
    assert seconds_of(Scope.ENTRY, Direction.UP, 15, *day) == [900] * 5
    # Monday's app has 1800 s already; what isn't billable counts with it.
    assert seconds_of(Scope.DAY, Direction.UP, 15, *day) == [600, 600, 900, 900, 600]
    # The line of app at 60.00 has 1200 s of two days, each other one 600 s.
    assert seconds_of(Scope.LINE, Direction.UP, 15, *day) == [900, 900, 900, 900, 900]
    assert seconds_of(Scope.LINE, Direction.UP, 30, *day) == [900, 1800, 1800, 900, 1800]


@pytest.mark.parametrize("scope", Scope)
def test_month_by_month_each_is_as_if_there_was_no_other(scope: Scope) -> None:
    """A line of 50 min in November and one of 40 in December are two hours, and together an hour and a half."""
    rule = ClientRule("acme", Direction.UP, 30, scope)
    both = frame_of([entry(50 * 60, day=1), entry(25 * 60, day=35), entry(15 * 60, day=35)])
    months = [client_rounded(part, rule)["seconds"].tolist() for part in (both.iloc[:1], both.iloc[1:])]
    assert client_rounded(both, rule, monthly=True)["seconds"].tolist() == [*months[0], *months[1]]
    if scope is Scope.LINE:
        assert (sum(months[0] + months[1]), sum(client_rounded(both, rule)["seconds"])) == (7_200, 5_400)


def test_currencies_are_lines_of_their_own_and_what_isnt_billable_is_one_whatever_its_rate() -> None:
    lines = [entry(60), entry(60, currency="USD"), entry(60, billable=False), entry(60, billable=False, rate=1)]
    assert seconds_of(Scope.LINE, Direction.UP, 6, *lines) == [360, 360, 180, 180]


def test_a_line_earns_its_rate_times_its_rounded_time_to_the_tick() -> None:
    lines = [entry(seconds, day) for day, seconds in enumerate((1_001, 2_003, 77))]
    found = client_rounded(frame_of(lines), ClientRule("acme", Direction.UP, 15, Scope.LINE))
    assert (found["seconds"].sum(), found["amount_ticks"].sum()) == (3_600, 6_000 * 3_600)
    (row,) = rounding_difference(found).to_dict("records")
    assert row["more_seconds"] == 3_600 - 3_081 and row["more_ticks"] == 6_000 * (3_600 - 3_081)


def test_whatever_is_grouped_adds_up_to_the_same() -> None:
    entries = [entry(seconds, day, user=f"u{seconds % 3}", task=f"t{day % 2}") for day in range(5) for seconds in (61, 1_234, 5_001, 17)]
    found = client_rounded(frame_of(entries), ClientRule("acme", Direction.NEAREST, 10, Scope.DAY))
    assert (found.groupby("day")["seconds"].sum() % 600 == 0).all()
    for by in ("user_id", "task_id", "day"):
        assert found.groupby(by, observed=True)["seconds"].sum().sum() == found["seconds"].sum()
        assert found.groupby(by, observed=True)["amount_ticks"].sum().sum() == 6_000 * found["seconds"].sum()


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("direction", Direction)
def test_no_entries_give_none_with_their_columns(scope: Scope, direction: Direction) -> None:
    found = client_rounded(empty_entries(), ClientRule("acme", direction, 15, scope))
    assert list(found) == [*ENTRY_DTYPES, "exact_seconds", "exact_ticks"]
    assert {str(found.dtypes[name]) for name in ("seconds", "exact_seconds", "exact_ticks")} == {"int64"}
    table = rounding_difference(found)
    assert (len(table), {name: str(kind) for name, kind in table.dtypes.items()}) == (0, DIFFERENCE_DTYPES)


def test_the_argument_and_the_order_stay_as_they_were() -> None:
    frame = frame_of([entry(100, 3), entry(50, 1), entry(1, 2)]).set_index(pd.Index([7, 3, 5]))
    before = frame.copy(deep=True)
    found = client_rounded(frame, ClientRule("acme", Direction.UP, 1, Scope.LINE))
    pd.testing.assert_frame_equal(frame, before)
    assert (found.index.tolist(), found["exact_seconds"].tolist()) == ([7, 3, 5], [100, 50, 1])


def test_the_longest_there_can_be_is_exact_too() -> None:
    # Without money: a rate times such a time is more than 64 bits hold, here as everywhere.
    entries = [entry(MOST_SECONDS - 1, rate=0), entry(MOST_SECONDS - 7, rate=0), entry(3, rate=0)]
    rule = ClientRule("acme", Direction.UP, 30, Scope.DAY)
    assert client_rounded(frame_of(entries), rule)["seconds"].tolist() == expected(entries, rule)


def test_a_client_without_a_rule_is_exact() -> None:
    rules = (ClientRule("acme", Direction.UP), ClientRule("zoo", Direction.DOWN, 5, Scope.DAY))
    assert rule_for(rules, "zoo") == rules[1]
    assert rule_for(rules, "other").is_exact
    assert rule_for(rules, "other").label == "exact, not rounded"
    assert [rule.label for rule in rules] == ["each entry rounded up to 15 min", "each project's day rounded down to 5 min"]
