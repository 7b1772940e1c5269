"""Open pages follow: who is woken when the bell rings, how often, and who isn't."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from clockify.desk.bell import Bell
from clockify.desk.following import LEAST_SECONDS, Followers, Shown, Woken
from clockify.errors import StoreError


class Pages:
    """Open pages that note who was woken; `busy` and `gone` ones aren't."""

    def __init__(self) -> None:
        self.woken: list[str] = []
        self.busy: set[str] = set()
        self.gone: set[str] = set()

    def is_there(self, who: str) -> bool:
        return who not in self.gone

    def wake(self, who: str) -> Woken:
        if who in self.busy:
            return Woken.BUSY
        self.woken.append(who)
        return Woken.DONE


class Copy:
    """What is there of a workspace's months, and how often that was looked up."""

    def __init__(self) -> None:
        self.version = 1
        self.looks = 0

    def shown(self, what: str = "november", workspace_id: str = "w", rings: int = 0) -> Shown:
        return Shown(workspace_id, what, (self.version,), self.look, rings)

    def look(self) -> tuple[object, ...]:
        self.looks += 1
        return (self.version,)


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def moment() -> list[float]:
    return [100.0]


@pytest.fixture
def followers(bell: Bell, pages: Pages, moment: list[float]) -> Iterator[Followers]:
    one = Followers(bell, pages, lambda: moment[0])
    yield one
    one.close()


@pytest.fixture
def rung(bell: Bell, pages: Pages, followers: Followers, moment: list[float]) -> Callable[..., list[str]]:
    """Let time pass, ring, and return who has been woken in all once the thread has seen to it."""

    def ring(workspace_id: str | None = "w", after: float = 10.0) -> list[str]:
        moment[0] += after
        if workspace_id is not None:
            bell.ring(workspace_id)
        with followers._changed:
            followers._changed.notify()
        settle(followers)
        return pages.woken

    return ring


def settle(followers: Followers) -> None:
    """Wait until the thread, if there is one, has seen to all that was due and waits itself."""
    end = time.monotonic() + 10
    while followers._thread and not followers._changed._waiters:  # type: ignore[attr-defined]
        assert time.monotonic() < end, "it never came to rest"
        time.sleep(0.002)


def test_a_page_whose_months_differ_is_woken_once_until_it_is_drawn_again(followers: Followers, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    followers.follow("ana", copy.shown())
    copy.version = 2
    assert rung() == ["ana"]
    assert followers.is_told("ana")
    copy.version = 3
    assert rung() == ["ana"]
    followers.follow("ana", copy.shown())
    assert not followers.is_told("ana")
    copy.version = 4
    assert rung() == ["ana", "ana"]


def test_a_page_that_runs_at_once_knows_that_it_was_told(
    pages: Pages, followers: Followers, rung: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine with much to do the page is drawn before whoever woke it comes to note that."""
    copy, told = Copy(), []

    def wake(who: str) -> Woken:
        told.append(followers.is_told(who))
        return Pages.wake(pages, who)

    monkeypatch.setattr(pages, "wake", wake)
    followers.follow("ana", copy.shown())
    copy.version, pages.busy = 2, {"ana"}
    assert rung() == []
    assert not followers.is_told("ana"), "it is being drawn, which shows nothing of the news"
    pages.busy.clear()
    assert rung(None) == ["ana"]
    assert followers.is_told("ana")
    assert told == [True, True]


def test_a_page_that_shows_the_same_as_before_is_left_alone(followers: Followers, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    followers.follow("ana", copy.shown())
    assert rung() == []
    assert copy.looks == 1


def test_another_workspace_concerns_nobody_and_isnt_even_looked_up(followers: Followers, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    followers.follow("ana", copy.shown())
    copy.version = 2
    assert rung("another") == []
    assert copy.looks == 0
    assert rung("") == ["ana"]  # all of them, as after a reconnection


def test_what_many_look_at_is_looked_up_once(followers: Followers, rung: Callable[..., list[str]]) -> None:
    november, october = Copy(), Copy()
    for number in range(25):
        followers.follow(f"november {number}", november.shown())
        followers.follow(f"october {number}", october.shown("october"))
    november.version = 2
    woken = rung()
    assert sorted(woken) == sorted(f"november {number}" for number in range(25))
    assert (november.looks, october.looks) == (1, 1)


def test_nobody_is_woken_more_than_once_a_second(followers: Followers, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    followers.follow("ana", copy.shown())
    copy.version = 2
    assert rung(after=0.1) == []
    assert rung(None, after=LEAST_SECONDS) == ["ana"]


def test_a_page_that_is_being_drawn_is_asked_again_later(followers: Followers, pages: Pages, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    followers.follow("ana", copy.shown())
    copy.version = 2
    pages.busy.add("ana")
    assert rung() == []
    pages.busy.clear()
    assert rung(None, after=0.5) == ["ana"]


@pytest.mark.parametrize("workspace_id", ["w", ""])
@pytest.mark.parametrize("seconds", [0.1, 1.0, 30.0])
def test_what_came_while_the_page_was_being_drawn_is_not_missed(
    followers: Followers, rung: Callable[..., list[str]], moment: list[float], seconds: float, workspace_id: str
) -> None:
    """It rings between the look and the end of the drawing, which may take its time."""
    copy = Copy()
    before = copy.shown(rings=followers.rings("w"))
    copy.version = 2
    assert rung(workspace_id) == []
    moment[0] += seconds
    followers.follow("ana", before)
    assert rung(None, after=LEAST_SECONDS) == ["ana"]


def test_what_came_before_the_page_was_looked_up_is_no_reason_to_look_again(followers: Followers, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    copy.version = 2
    assert rung() == []
    followers.follow("ana", copy.shown(rings=followers.rings("w")))
    rung("another", after=0.1)
    assert rung(None, after=LEAST_SECONDS) == []
    assert copy.looks == 0


def test_who_has_gone_is_forgotten(followers: Followers, pages: Pages, rung: Callable[..., list[str]]) -> None:
    copy = Copy()
    followers.follow("ana", copy.shown())
    copy.version = 2
    pages.gone.add("ana")
    assert rung() == []
    assert followers._watched == {}


def test_a_database_that_fails_wakes_nobody_and_the_next_ring_does(followers: Followers, rung: Callable[..., list[str]]) -> None:
    def broken() -> tuple[object, ...]:
        raise StoreError("locked")

    copy = Copy()
    followers.follow("ana", Shown("w", "broken", (1,), broken))
    followers.follow("ben", copy.shown())
    copy.version = 2
    assert rung() == ["ben"]
    assert not followers.is_outdated("ana")


def test_there_is_no_thread_before_anybody_looks_and_none_after_the_end(bell: Bell, pages: Pages) -> None:
    def named() -> list[str]:
        return [one.name for one in threading.enumerate() if one.name == "clockify-followers"]

    others = len(named())
    one = Followers(bell, pages)
    assert len(named()) == others
    one.follow("ana", Copy().shown())
    assert len(named()) == others + 1
    one.close()
    assert len(named()) == others
