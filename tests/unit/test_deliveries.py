"""What webhooks tell: bodies read, and what several deliveries of one entry come to; every case by hand, then any order at all."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.deliveries import Arrived, Delivery, Event, Settled, Standing, are_alike, delivery_of, event_of, fold
from clockify.errors import BadDelivery
from tests.contract.openapi import needs_shared, sample

NEWS, DOUBT, SAME, LATE = Standing.NEWS, Standing.DOUBT, Standing.SAME, Standing.LATE


def body(what: str = "a", *, runs: bool = False, **changes: Any) -> dict[str, Any]:
    """Return a body as Clockify sends it: flat, with what it names beside it."""
    return {
        "id": "e1",
        "workspaceId": "w1",
        "userId": "u1",
        "description": what,
        "billable": True,
        "projectId": "p1",
        "timeInterval": {"start": "2026-11-18T08:00:00Z", "end": None if runs else "2026-11-18T09:30:00Z", "duration": None},
        "hourlyRate": {"amount": 10000, "currency": "EUR"},
        "costRate": {"amount": 4000, "currency": "EUR"},
        "customFieldValues": [{"value": "secret"}],
        "project": {"id": "p1", "name": "Atlas", "clientId": "c1", "clientName": "Acme", "color": "#1C6EA4"},
        "task": {"id": "t1", "name": "Build"},
        "user": {"id": "u1", "name": "Ana"},
        "tags": [{"id": "g1", "name": "urgent"}, {"id": "g2", "name": "late"}],
    } | changes


def told(event: Event, what: str = "a", *, runs: bool = False, here: bool = False) -> Arrived:
    return Arrived(delivery_of(event, body(what, runs=runs)), here)


def started(what: str = "a") -> Arrived:
    return told(Event.STARTED, what, runs=True)


def running(what: str, *, here: bool = False) -> Arrived:
    return told(Event.UPDATED, what, runs=True, here=here)


def made(what: str = "a", *, here: bool = False) -> Arrived:
    return told(Event.NEW, what, here=here)


def stopped(what: str = "a", *, here: bool = False) -> Arrived:
    return told(Event.STOPPED, what, here=here)


def updated(what: str, *, here: bool = False) -> Arrived:
    return told(Event.UPDATED, what, here=here)


def deleted(*, here: bool = False) -> Arrived:
    return told(Event.DELETED, here=here)


def said(settled: Settled) -> tuple[str, bool]:
    """Return what stands, "gone" or "nothing", and whether that is doubtful."""
    if settled.is_nothing:
        return "nothing", settled.is_doubtful
    row = settled.row
    return "gone" if row is None else row["description"] + ("" if row["timeInterval"]["end"] else " runs"), settled.is_doubtful


def test_a_body_becomes_a_row_of_the_main_api_with_its_names() -> None:
    row = delivery_of(Event.NEW, body()).row
    assert row is not None
    assert (row["taskId"], row["tagIds"], row["projectName"], row["taskName"]) == ("t1", ["g1", "g2"], "Atlas", "Build")
    assert (row["clientId"], row["clientName"], row["projectColor"], row["userName"]) == ("c1", "Acme", "#1C6EA4", "Ana")
    assert "secret" not in json.dumps(row) and "4000" not in json.dumps(row), "what nobody needs isn't kept"


@needs_shared
def test_the_captured_body_can_be_read() -> None:
    captured = sample("webhook.timer-stopped.json")
    event = event_of(captured["headers"]["clockify-webhook-event-type"])
    assert event is Event.STOPPED
    found = delivery_of(event, captured["body"])
    assert found.row is not None
    assert (found.entry_id, found.row["timeInterval"]["end"], found.row["taskName"]) == (
        "6260fee78065a229df4561dd", "2022-04-21T06:51:43Z", "Research #1",
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"userId": "u2", "user": None}, {"projectId": None, "project": None}, {"task": None}, {"tags": []}, {"description": "A"},
        {"billable": False}, {"type": "BREAK"}, {"timeInterval": {"start": "2026-11-18T08:00:01Z", "end": "2026-11-18T09:30:00Z"}},
        {"timeInterval": {"start": "2026-11-18T08:00:00Z", "end": "2026-11-18T09:30:01Z"}},
    ],
)  # fmt: skip
def test_all_that_counts_makes_another_state(changes: dict[str, Any]) -> None:
    assert delivery_of(Event.UPDATED, body(**changes)).digest != delivery_of(Event.UPDATED, body()).digest


def test_names_rates_and_how_a_moment_is_written_make_no_other_state() -> None:
    changes = {
        "hourlyRate": None, "isLocked": True, "taskId": "t1", "tagIds": ["g1", "g2"], "type": "REGULAR", "project": {"name": "New"},
        "timeInterval": {"start": "2026-11-18T09:00:00+01:00", "end": "2026-11-18T10:30:00+01:00", "duration": "PT1H30M"},
    }  # fmt: skip
    assert delivery_of(Event.UPDATED, body(**changes)).digest == delivery_of(Event.UPDATED, body()).digest
    assert are_alike(body(**changes), body()) and not are_alike(body("b"), body())


def test_of_a_deletion_only_the_id_must_be_there() -> None:
    assert delivery_of(Event.DELETED, {"id": "e1"}) == Delivery(Event.DELETED, "e1", "", "", None, "")
    whole = delivery_of(Event.DELETED, body())
    assert (whole.workspace_id, whole.user_id, whole.row and whole.row["projectId"]) == ("w1", "u1", "p1")
    broken = delivery_of(Event.DELETED, {"id": "e1", "workspaceId": "w1", "userId": "u1", "timeInterval": {"start": "?"}})
    assert (broken.workspace_id, broken.user_id, broken.row) == ("w1", "u1", None)


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize(
    "bad", [None, [], "e1", 7, {}, {"id": ""}, {"id": 7}, {"id": "x" * 65}, {"id": "a b"}, {"id": "a\0"}, {"id": ["e1"]}]
)
def test_what_has_no_id_is_no_delivery(event: Event, bad: object) -> None:
    with pytest.raises(BadDelivery):
        delivery_of(event, bad)


@pytest.mark.parametrize(
    "changes",
    [
        {"timeInterval": None}, {"timeInterval": {}}, {"timeInterval": {"start": "yesterday"}},
        {"timeInterval": {"start": "2026-11-18T08:00:00"}},
        {"timeInterval": {"start": "2026-11-18T08:00:00Z", "end": "2026-11-18T07:00:00Z"}}, {"userId": None, "user": None},
        {"userId": "u" * 65}, {"workspaceId": None}, {"workspaceId": {}}, {"billable": "perhaps"}, {"description": {"a": 1}},
        {"tagIds": [True]}, {"tags": [{"id": str(one)} for one in range(201)]}, {"description": "x" * 6001},
        {"hourlyRate": {"amount": "much"}},
        {"project": {"id": [1]}, "projectId": None},
    ],
)  # fmt: skip
@pytest.mark.parametrize("runs", [True, False])
def test_what_is_no_entry_is_refused_in_words_that_repeat_nothing_of_it(changes: dict[str, Any], runs: bool) -> None:
    with pytest.raises(BadDelivery) as refused:
        delivery_of(Event.UPDATED, body(runs=runs) | changes)
    assert str(refused.value) == "That is no time entry as Clockify's webhooks send it."
    assert refused.value.__cause__ is None


def test_a_stop_without_an_end_is_none() -> None:
    with pytest.raises(BadDelivery):
        delivery_of(Event.STOPPED, body(runs=True))


def test_events_that_are_not_about_time_are_unknown() -> None:
    assert [event_of(one) for one in ("NEW_PROJECT", "", "new_time_entry")] == [None, None, None]


@pytest.mark.parametrize(
    ("arrived", "stands", "standings"),
    [
        ([], ("nothing", False), []),
        ([made()], ("a", False), [NEWS]),
        ([started()], ("a runs", False), [NEWS]),
        ([started(), stopped("b")], ("b", False), [NEWS, NEWS]),
        # What it was when it was made is over as soon as anything else is told.
        ([stopped("b"), started()], ("b", False), [NEWS, LATE]),
        ([updated("b"), made()], ("b", False), [NEWS, LATE]),
        ([running("b"), started("a")], ("b runs", False), [NEWS, LATE]),
        ([updated("c"), stopped("b")], ("c", False), [NEWS, LATE]),
        # Deleted is deleted.
        ([deleted(), made(), updated("b"), deleted()], ("gone", False), [NEWS, LATE, LATE, SAME]),
        ([made(), deleted()], ("gone", False), [NEWS, NEWS]),
        # Twice is once.
        ([made(), made()], ("a", False), [NEWS, SAME]),
        ([made(), updated("b"), updated("b"), made()], ("b", False), [NEWS, NEWS, SAME, LATE]),
        # Two of one rank: who knows.
        ([updated("a"), updated("b")], ("b", True), [NEWS, DOUBT]),
        ([updated("a"), updated("b"), updated("a")], ("a", True), [NEWS, DOUBT, DOUBT]),
        ([made("a"), made("b")], ("b", True), [NEWS, DOUBT]),
        ([running("a"), running("b")], ("b runs", True), [NEWS, DOUBT]),
        # A stop ends what was doubtful about a timer: it says all of it.
        ([running("a"), running("b"), stopped("c")], ("c", False), [NEWS, DOUBT, NEWS]),
        # It had ended and runs: late, or begun again. Nothing that is told later can say which.
        ([stopped("a"), running("b")], ("b runs", True), [NEWS, DOUBT]),
        ([stopped("a"), running("b"), stopped("c")], ("c", True), [NEWS, DOUBT, DOUBT]),
        ([updated("a"), running("b"), updated("c")], ("c", True), [NEWS, DOUBT, DOUBT]),
        ([running("b"), stopped("a")], ("a", False), [NEWS, NEWS]),
        # A state that is told by two events is one, of the higher rank.
        ([made("a"), updated("a"), updated("b")], ("b", True), [NEWS, SAME, DOUBT]),
    ],
)  # fmt: skip
def test_what_deliveries_come_to(arrived: list[Arrived], stands: tuple[str, bool], standings: list[Standing]) -> None:
    settled = fold(arrived)
    assert (said(settled), list(settled.standings)) == (stands, standings)


@pytest.mark.parametrize(
    ("arrived", "stands", "standings"),
    [
        # The echo of what was written here, before or after it is noted, says nothing.
        ([made("a", here=True), made("a")], ("a", False), [NEWS, SAME]),
        ([made("a"), made("a", here=True)], ("a", False), [NEWS, SAME]),
        ([made("a", here=True), updated("b", here=True), made("a"), updated("b")], ("b", False), [NEWS, NEWS, SAME, SAME]),
        ([updated("a", here=True), updated("b", here=True), updated("b"), updated("a")], ("b", False), [NEWS, NEWS, SAME, SAME]),
        ([deleted(here=True), deleted()], ("gone", False), [NEWS, SAME]),
        # It follows what had come before, whatever that was.
        ([updated("a"), updated("b"), updated("c", here=True)], ("c", False), [NEWS, DOUBT, NEWS]),
        ([stopped("a"), running("b", here=True)], ("b runs", False), [NEWS, NEWS]),
        # Somebody else's change after it is news, and what stood before it is doubtful when it comes again.
        ([stopped("a", here=True), stopped("a"), updated("b")], ("b", False), [NEWS, SAME, NEWS]),
        ([updated("a", here=True), updated("b")], ("b", True), [NEWS, DOUBT]),
        # Once: the second time it may be somebody's return to it.
        (
            [updated("a", here=True), updated("a"), updated("b", here=True), updated("b"), updated("a")],
            ("a", True), [NEWS, SAME, NEWS, SAME, DOUBT],
        ),
        ([updated("a", here=True), updated("b"), updated("a")], ("a", True), [NEWS, DOUBT, DOUBT]),
        (
            [updated("a"), updated("a", here=True), updated("b", here=True), updated("b"), updated("a")],
            ("a", True), [NEWS, SAME, NEWS, SAME, DOUBT],
        ),
    ],
)  # fmt: skip
def test_what_was_written_here_is_known_to_be_so(arrived: list[Arrived], stands: tuple[str, bool], standings: list[Standing]) -> None:
    settled = fold(arrived)
    assert (said(settled), list(settled.standings)) == (stands, standings)


def test_only_what_was_told_of_its_beginning_alone_is_a_beginning() -> None:
    assert fold([made()]).is_beginning and fold([started(), started()]).is_beginning
    assert not any(fold(one).is_beginning for one in ([made("a"), made("b")], [made(), updated("b")], [stopped()], [made(here=True)]))


def test_a_doubt_names_where_the_finished_states_began() -> None:
    moved = delivery_of(Event.UPDATED, body(timeInterval={"start": "2026-11-20T08:00:00Z", "end": "2026-11-20T09:00:00Z"}))
    settled = fold([started(), updated("a"), Arrived(moved)])
    assert (settled.starts, settled.has_run) == (("2026-11-18T08:00:00Z", "2026-11-20T08:00:00Z"), True)
    assert fold([made(), updated("b")]).starts == ()


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Arrived], str]:
    """Return an entry's deliveries in the order in which they happened, and what it is in the end."""
    words = st.sampled_from("abc")
    if draw(st.booleans()):
        happened, words_now = [started(first := draw(words))], first
        for word in draw(st.lists(words, max_size=2)):
            happened, words_now = [*happened, running(word)], word
        now = f"{words_now} runs"
        if draw(st.booleans()):
            happened, now = [*happened, stopped(last := draw(words))], last
    else:
        happened, now = [made(first := draw(words))], first
    if not now.endswith(" runs"):
        for word in draw(st.lists(words, max_size=3)):
            happened, now = [*happened, updated(word)], word
    if draw(st.integers(0, 5)) == 0:
        happened, now = [*happened, deleted()], "gone"
    return happened, now


@given(lives(), st.randoms(use_true_random=False))
def test_in_any_order_and_repeated_it_is_right_or_doubtful(life: tuple[list[Arrived], str], dice: Any) -> None:
    happened, now = life
    arrived = happened + dice.choices(happened, k=dice.randrange(4))
    dice.shuffle(arrived)
    stands, is_doubtful = said(fold(arrived))
    assert stands == now or is_doubtful


@pytest.mark.nightly
def test_in_every_order_it_is_right_or_doubtful() -> None:
    happened = [started("a"), running("b"), stopped("b"), updated("c"), updated("a")]
    orders = set(permutations([*range(5), *range(5)], 7))
    for order in orders:
        if set(order) == set(range(5)):
            stands, is_doubtful = said(fold(happened[one] for one in order))
            assert stands == "a" or is_doubtful, order
