"""What is dropped and what stays, on both databases: copies nobody looks at, lists, keys; and what only a forgotten key read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from clockify.demo import RunningServer
from clockify.frames import empty_entries
from clockify.mirror import tables
from clockify.mirror.changes import Change
from clockify.mirror.database import Database
from clockify.mirror.months import pack
from clockify.mirror.parts import StoredPart
from clockify.mirror.reading import Rows, snapshot_of
from clockify.mirror.snapshots import Scope
from clockify.mirror.store import Store
from clockify.periods import Month
from tests.support.databases import Place
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night
from tests.support.studio import KEY, MANAGER, Clock, studio

Serve = Callable[..., RunningServer]

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOVEMBER = Month(2026, 11)
ONE, OTHER = Scope("w1", "ana", "Europe/Belgrade"), Scope("w1", "ana", "Asia/Kolkata")
ELSEWHERE, BEN = Scope("w2", "ana", "Europe/Belgrade"), Scope("w1", "ben", "Europe/Belgrade")
OF_SCOPE = (tables.months, tables.replaced, tables.parts, tables.changes, tables.scopes)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = Store(Database(place.url, place.folder))
    yield opened
    opened.close()


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def fill(store: Store, scope: Scope) -> None:
    """Put a month, a version that it replaced, a part and a change into a copy."""
    rows = Rows(empty_entries(), {}, 0, {}, True, None)
    seen = None
    for _ in range(2):
        save = pack(snapshot_of(rows, NOVEMBER, START), seen, START.timestamp())
        known, seen = store.months.last_change(scope), save.values["version"]
        assert store.months.publish(scope, [save], known=known, changes=[Change("e1", None)], at=START.timestamp()) is None
    store.parts.keep(scope, Month(2026, 10), StoredPart("page 1", START.timestamp(), {}, empty_entries()))


def rows_of(store: Store, table: sa.Table) -> list[tuple[str, ...]]:
    """Return whose rows a table of copies has."""
    with store._database.reading() as connection:
        return sorted(connection.execute(sa.select(*(table.c[name] for name in asdict(ONE)))).all())


def held(store: Store) -> list[set[tuple[str, ...]]]:
    return [set(rows_of(store, table)) for table in OF_SCOPE]


def owner(scope: Scope) -> tuple[str, ...]:
    return tuple(asdict(scope).values())


class TestCopiesThatNobodyUses:
    def test_go_after_thirty_days_with_all_that_is_in_them(self, store: Store) -> None:
        for scope in (ONE, OTHER, ELSEWHERE, BEN):
            store.scopes.use(scope, START)
            fill(store, scope)
        store.scopes.use(ONE, at(30))
        assert held(store) == [{owner(one) for one in (ONE, OTHER, ELSEWHERE, BEN)}] * 5, "thirty days are not too long yet"
        store.scopes.use(BEN, at(30))
        store.scopes.use(ONE, at(30.01))
        assert held(store) == [{owner(ONE), owner(BEN)}] * 5

    def test_one_that_is_looked_at_once_a_day_stays_for_ever(self, store: Store) -> None:
        store.scopes.use(ONE, START)
        fill(store, ONE)
        for day in range(1, 100):
            store.scopes.use(ONE, at(day))
            store.scopes.use(OTHER, at(day))
        assert rows_of(store, tables.months) == [owner(ONE)]

    def test_the_one_that_is_opened_after_a_long_time_is_kept_and_others_go(self, store: Store) -> None:
        for scope in (ONE, OTHER):
            store.scopes.use(scope, START)
            fill(store, scope)
        store.scopes.use(ONE, at(400))
        assert held(store) == [{owner(ONE)}] * 5

    def test_what_a_job_stored_after_its_copy_went_has_its_thirty_days_too(self, store: Store) -> None:
        store.scopes.use(OTHER, START)
        store.scopes.use(ONE, at(40))
        fill(store, OTHER)
        store.scopes.use(ONE, at(41))
        assert owner(OTHER) in held(store)[0]
        store.scopes.use(ONE, at(60))
        store.scopes.use(ONE, at(71.1))
        assert held(store) == [set(), set(), set(), set(), {owner(ONE)}]

    def test_a_clock_that_was_set_back_drops_nothing(self, store: Store) -> None:
        for scope in (ONE, OTHER):
            store.scopes.use(scope, at(100))
            fill(store, scope)
        store.scopes.use(ONE, START)
        assert held(store) == [{owner(ONE), owner(OTHER)}] * 5

    def test_one_that_is_opened_while_another_process_drops_it_is_noted(self, store: Store) -> None:
        with ThreadPoolExecutor(2) as pool:
            for round_ in range(20):
                now = at(40 * (round_ + 1))
                list(pool.map(store.scopes.use, (ONE, OTHER), (now, now)))
                assert rows_of(store, tables.scopes) == [owner(OTHER), owner(ONE)]


class TestLists:
    def test_of_a_workspace_without_a_copy_go(self, store: Store) -> None:
        store.scopes.use(ONE, START)
        store.scopes.use(ELSEWHERE, START)
        for scope in (ONE, ELSEWHERE):
            store.save_list(scope.workspace_id, scope.user_id, "users", [], START)
        store.save_list("w3", "ana", "users", [], at(20))
        store.scopes.use(ONE, at(31))
        assert [store.read_list(one, "ana", "users") is not None for one in ("w1", "w2", "w3")] == [True, False, True]
        store.scopes.use(ONE, at(51))
        assert store.read_list("w3", "ana", "users") is None, "nobody made a copy of it"

    def test_of_a_key_that_was_not_used_for_long_go_with_the_key(self, store: Store) -> None:
        for fingerprint, user, day in (("old", "ana", 0.0), ("new", "ana", 20.0), ("left", "zoe", 0.0)):
            store.save_identity(fingerprint, user)
            for kind in ("user", "workspaces"):
                store.save_list("", fingerprint, kind, [], at(day))
        store.save_list("", "nobody", "user", [], START)
        store.scopes.use(ONE, START)
        store.scopes.use(ONE, at(29))
        assert [store.identity(one) for one in ("old", "new", "left")] == ["ana", "ana", "zoe"]
        store.scopes.use(ONE, at(31))
        assert [store.identity(one) for one in ("old", "new", "left")] == [None, "ana", None]
        found = {one: store.list_stamps("", one).keys() for one in ("old", "new", "left", "nobody")}
        assert found == {"old": set(), "new": {"user", "workspaces"}, "left": set(), "nobody": set()}

    def test_of_the_key_of_a_copy_in_use_stay_though_clockify_was_out_of_reach(self, store: Store) -> None:
        store.save_identity("key", "ana")
        store.save_list("", "key", "user", {}, START)
        for day in range(60):
            store.scopes.use(ONE, at(day))
        assert store.identity("key") == "ana"
        assert store.read_list("", "key", "user") is not None


class TestForgettingAKey:
    def test_drops_all_that_it_read_and_nothing_of_others(self, store: Store) -> None:
        for fingerprint, scopes in (("a", (ONE, OTHER, ELSEWHERE)), ("b", (BEN,))):
            store.save_identity(fingerprint, scopes[0].user_id)
            store.save_list("", fingerprint, "user", {}, START)
            for scope in scopes:
                store.scopes.use(scope, START)
                fill(store, scope)
                store.save_list(scope.workspace_id, scope.user_id, "users", [], START)
        store.scopes.forget_key("a", START)
        assert held(store) == [{owner(BEN)}] * 5
        assert (store.identity("a"), store.identity("b")) == (None, "ben")
        kept = [store.read_list(*of, kind) is not None for *of, kind in (("", "a", "user"), ("w1", "ana", "users"), ("w2", "ana", "users"))]
        assert kept == [False, False, False]
        assert [store.read_list(*of) is not None for of in (("", "b", "user"), ("w1", "ben", "users"))] == [True, True]

    def test_leaves_the_copy_to_another_key_of_the_same_user(self, store: Store) -> None:
        for fingerprint in ("a", "b"):
            store.save_identity(fingerprint, "ana")
            store.save_list("", fingerprint, "user", {}, START)
        store.scopes.use(ONE, START)
        fill(store, ONE)
        store.scopes.forget_key("a", START)
        assert held(store) == [{owner(ONE)}] * 5
        assert (store.read_list("", "a", "user"), store.identity("b")) == (None, "ana")
        store.scopes.forget_key("b", START)
        assert held(store) == [set()] * 5

    def test_that_nobody_knows_does_nothing(self, store: Store) -> None:
        store.scopes.use(ONE, START)
        fill(store, ONE)
        store.scopes.forget_key("never seen", START)
        assert held(store) == [{owner(ONE)}] * 5


def months_of(copy: Copy) -> list[Month]:
    return list(copy.mirror.states())


@pytest.mark.parametrize("place", ["sqlite", at_night("postgresql")], indirect=True)
def test_a_copy_that_is_looked_at_notes_its_use_once_a_day(place: Place, served: Serve) -> None:
    clock = Clock()
    with mirror_of(served(studio()), place, clock=clock) as copy:
        used: list[datetime] = []
        note = copy.store.scopes.use
        copy.store.scopes.use = lambda scope, now: (used.append(now), note(scope, now))[1]  # type: ignore[method-assign]
        for _ in range(50):
            copy.settle(NOVEMBER)
            clock.pass_by(hours=1)
        assert [(moment - used[0]).total_seconds() / 3600 for moment in used] == [0, 24, 48]
        assert months_of(copy) == [NOVEMBER]


def test_months_of_a_forgotten_key_come_back_if_it_is_used_again(place: Place, served: Serve) -> None:
    server, clock = served(studio()), Clock()
    with mirror_of(server, place, clock=clock) as copy, mirror_of(server, place, key=MANAGER, clock=clock) as other:
        copy.settle(NOVEMBER)
        other.settle(NOVEMBER)
        copy.store.scopes.forget_key(copy.account.fingerprint, clock())
        assert (months_of(copy), months_of(other)) == ([], [NOVEMBER])
        asked = len(server.requests)
        # The very same session that still looks, and a new one.
        copy.account.open()
        job = copy.mirror.ensure_lists()
        assert job and copy.mirror.wait_for(job, 60)
        copy.settle(NOVEMBER)
        assert months_of(copy) == [NOVEMBER]
        assert count_requests(server, asked)["detailed"] == 1
    with mirror_of(server, place, key=KEY, clock=clock) as again:
        asked = len(server.requests)
        again.settle(NOVEMBER)
        assert len(server.requests) == asked
