"""The journal's rows on real databases: noted once, sent by one, settled by who knows it, made by one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from clockify.errors import StoreError, WrittenAlready
from clockify.records.writes import KEPT_FOR, SAME_WITHIN, Writes
from clockify.writes import Act, Draft, State, Write, Written
from tests.support.databases import Place
from tests.support.noted import NOON, records_at

LATER = timedelta(seconds=1)
DRAFT = Draft(
    NOON, NOON + timedelta(hours=1), "p", "t", ("a", "b"), "❄ \0 'work'", True, "REGULAR", ({"customFieldId": "f", "value": [1]},)
)
WRITE = Write("one", Act.CREATE, "w", "ana", "bo", NOON, "", DRAFT, replace(DRAFT, end=None, custom=()))


@pytest.fixture
def writes(place: Place) -> Iterator[Writes]:
    with closing(records_at(place)) as records:
        yield records.writes


def named(name: str, **changes: object) -> Write:
    return replace(WRITE, id=name, **changes)  # type: ignore[arg-type]


def note(writes: Writes, write: Write, thing: str = "a thing", **terms: object) -> Written:
    return writes.note(write, thing=thing, **({"now": write.at} | terms))[0]  # type: ignore[arg-type]


def done(writes: Writes, write: Write, entry_id: str = "", **terms: object) -> Written | None:
    return writes.settle(write, State.DONE, write.at, entry_id=entry_id, **terms)  # type: ignore[arg-type]


def test_a_write_comes_back_as_it_was_put_down(writes: Writes) -> None:
    assert writes.note(WRITE, thing="x", now=NOON) == (Written(WRITE, State.TO_SEND), True)
    assert writes.get("one") == Written(WRITE, State.TO_SEND)
    assert writes.get("two") is None
    with pytest.raises(StoreError, match="not in the journal any more"):
        done(writes, named("two"))


def test_one_that_is_there_is_not_noted_again(writes: Writes) -> None:
    note(writes, WRITE)
    assert writes.leave("one", NOON)
    found, is_new = writes.note(named("one", draft=None, workspace_id="other"), thing="y", now=NOON + LATER)
    assert (found, is_new) == (Written(WRITE, State.SENT, sent_at=NOON), False)


def test_of_many_who_want_to_send_it_one_may(writes: Writes) -> None:
    note(writes, WRITE)
    barrier = Barrier(8)

    def leave(_: int) -> bool:
        barrier.wait(10)
        return writes.leave("one", NOON)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(leave, range(8))) == [False] * 7 + [True]


def test_of_many_who_note_the_same_thing_at_once_one_does(place: Place) -> None:
    barrier = Barrier(6)

    def press(number: int) -> bool:
        with closing(records_at(place)) as records:
            writes = records.writes
            writes.get("")
            barrier.wait(20)
            with suppress(WrittenAlready):
                note(writes, named(f"n{number}"))
                return True
        return False

    with closing(records_at(place)) as records:
        records.writes.get("")
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(press, range(6))) == 1


@pytest.mark.parametrize("state", [State.TO_SEND, State.SENT, State.UNKNOWN, State.DONE])
def test_the_same_thing_is_said_to_be_there_already(writes: Writes, state: State) -> None:
    first = note(writes, WRITE)
    if state is not State.TO_SEND:
        writes.leave("one", NOON)
    if state in (State.UNKNOWN, State.DONE):
        writes.settle(WRITE, state, NOON)
    with pytest.raises(WrittenAlready) as raised:
        note(writes, named("two"), now=NOON + SAME_WITHIN - LATER)
    assert (raised.value.written.write, raised.value.written.state) == (first.write, state)
    assert writes.get("two") is None, "nothing was noted"
    assert note(writes, named("three"), again=True).state is State.TO_SEND
    assert note(writes, named("four"), thing="another").state is State.TO_SEND
    assert note(writes, named("five", workspace_id="elsewhere")).state is State.TO_SEND


@pytest.mark.parametrize("state", [State.REFUSED, State.NOT_DONE])
def test_what_was_not_done_is_in_nobodys_way(writes: Writes, state: State) -> None:
    note(writes, WRITE)
    writes.settle(WRITE, state, NOON)
    assert note(writes, named("two")).state is State.TO_SEND


def test_after_a_minute_the_same_is_another_one(writes: Writes) -> None:
    note(writes, WRITE)
    done(writes, WRITE, "e", makes=True)
    assert note(writes, named("two"), now=NOON + SAME_WITHIN).state is State.TO_SEND


def test_what_was_taken_back_since_may_be_done_again(writes: Writes) -> None:
    note(writes, WRITE)
    done(writes, WRITE, "e", makes=True)
    back = named("back", act=Act.DELETE, entry_id="e", at=NOON + LATER)
    note(writes, back, thing="delete e")
    with pytest.raises(WrittenAlready):
        note(writes, named("two"))
    done(writes, back)
    assert note(writes, named("two")).state is State.TO_SEND


def test_one_that_was_set_aside_is_in_nobodys_way_and_never_leaves(writes: Writes) -> None:
    note(writes, WRITE)
    writes.dismiss("one")
    assert not writes.leave("one", NOON)
    found = writes.get("one")
    assert found and (found.state, found.reason) == (State.REFUSED, "It was set aside before it was sent.")
    assert note(writes, named("two")).state is State.TO_SEND
    writes.leave("two", NOON)
    writes.dismiss("two")
    assert (writes.get("two") or found).state is State.SENT, "what has left is still unknown"
    assert note(writes, named("three")).state is State.TO_SEND


def test_one_that_waits_says_when_and_leaves_later(writes: Writes) -> None:
    note(writes, WRITE)
    soon = NOON + timedelta(minutes=9)
    put_off = writes.put_off("one", "No request is free.", soon)
    assert (put_off.state, put_off.reason, put_off.retry_at) == (State.TO_SEND, "No request is free.", soon)
    assert writes.leave("one", soon)
    assert writes.put_off("one", "too late", NOON) == Written(WRITE, State.SENT, reason="No request is free.", sent_at=soon)


@pytest.mark.parametrize("state", [State.TO_SEND, State.REFUSED, State.NOT_DONE])
def test_one_is_sent_anew_in_place_of_another_once(writes: Writes, state: State) -> None:
    note(writes, WRITE)
    if state is not State.TO_SEND:
        writes.settle(WRITE, state, NOON)
    assert note(writes, named("two"), instead_of="one").state is State.TO_SEND
    assert not writes.leave("one", NOON)
    assert [one.write.id for one in writes.open_writes("w", "bo")] == ["two"]
    with pytest.raises(WrittenAlready) as raised:
        note(writes, named("three"), instead_of="one")
    assert raised.value.written.write.id == "two"
    # Even long after, in a tab that was left open.
    done(writes, named("two"), "e", makes=True)
    with pytest.raises(WrittenAlready):
        note(writes, named("four"), instead_of="one", now=NOON + timedelta(hours=5))


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.DONE])
def test_what_may_be_there_is_not_sent_anew(writes: Writes, state: State) -> None:
    note(writes, WRITE)
    writes.leave("one", NOON)
    if state is not State.SENT:
        writes.settle(WRITE, state, NOON)
    with pytest.raises(WrittenAlready):
        note(writes, named("two"), instead_of="one", now=NOON + timedelta(hours=5))
    assert writes.get("two") is None


def test_what_is_settled_stays_unless_who_sent_it_knows_better(writes: Writes) -> None:
    note(writes, WRITE)
    writes.leave("one", NOON)
    assert writes.settle(WRITE, State.NOT_DONE, NOON + LATER, reason="no") == writes.get("one")
    kept = writes.settle(WRITE, State.UNKNOWN, NOON, reason="perhaps")
    assert kept and (kept.state, kept.reason, kept.settled_at) == (State.NOT_DONE, "no", NOON + LATER)
    sure = done(writes, WRITE, "e", makes=True, surely=True)
    assert sure and (sure.state, sure.entry_id, sure.reason) == (State.DONE, "e", "")


def test_an_entry_is_made_by_one_write(writes: Writes) -> None:
    one, two = WRITE, named("two")
    for write in (one, two):
        note(writes, write, again=True)
        writes.leave(write.id, NOON)
    assert done(writes, one, "e", makes=True)
    assert done(writes, two, "e", makes=True) is None
    assert (writes.get("two") or Written(two, State.DONE)).state is State.SENT
    assert writes.known(two) == {"e"} and writes.known(one) == set()


def test_who_sent_it_takes_an_entry_from_who_only_found_it(writes: Writes) -> None:
    one, two = WRITE, named("two")
    for write in (one, two):
        note(writes, write, again=True, known=["k"])
        writes.leave(write.id, NOON)
    done(writes, one, "e", makes=True)
    sure = done(writes, two, "e", makes=True, surely=True)
    assert sure and sure.is_done and sure.entry_id == "e"
    other = writes.get("one")
    assert other and (other.state, other.entry_id, other.settled_at) == (State.UNKNOWN, "", None)
    assert writes.known(one) == {"k", "e"}


def test_many_who_find_one_entry_at_once_share_it_not(writes: Writes) -> None:
    several = [named(f"n{number}") for number in range(6)]
    for write in several:
        note(writes, write, again=True)
        writes.leave(write.id, NOON)
    barrier = Barrier(6)

    def find(write: Write) -> bool:
        barrier.wait(10)
        return done(writes, write, "e", makes=True) is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(find, several)) == 1


def test_what_asks_for_a_look_is_listed_newest_first(writes: Writes) -> None:
    states = [State.TO_SEND, State.SENT, State.UNKNOWN, State.REFUSED, State.NOT_DONE, State.DONE]
    for place, state in enumerate(states):
        write = named(state.value, at=NOON + place * LATER)
        note(writes, write, thing=state)
        if state is not State.TO_SEND:
            writes.leave(write.id, NOON)
        if state not in (State.TO_SEND, State.SENT):
            writes.settle(write, state, NOON)
    note(writes, named("other's", by="mia"), thing="z")
    note(writes, named("elsewhere", workspace_id="v"), thing="z")
    assert [one.state for one in writes.open_writes("w", "bo")] == states[-2::-1]
    writes.dismiss("refused")
    writes.dismiss("unknown")
    assert [one.state for one in writes.open_writes("w", "bo")] == [State.NOT_DONE, State.SENT, State.TO_SEND]
    assert [one.state for one in writes.latest("w", "bo", 3)] == [State.DONE, State.NOT_DONE, State.REFUSED]


def test_what_was_settled_long_ago_is_dropped_and_nothing_else(writes: Writes) -> None:
    old = NOON - KEPT_FOR - LATER
    for name, at, settled in (("gone", old, True), ("open", old, False), ("young", NOON - KEPT_FOR, True)):
        write = named(name, at=at)
        note(writes, write, thing=name)
        if settled:
            writes.settle(write, State.DONE, at)
    note(writes, WRITE)
    assert {one.write.id for one in writes.latest("w", "bo", 10)} == {"open", "young", "one"}


def test_what_an_entry_was_is_kept_beside_it(writes: Writes) -> None:
    note(writes, WRITE)
    writes.keep_before("one", replace(DRAFT, description="before"))
    found = writes.get("one")
    assert found and found.write.before == replace(DRAFT, description="before")
