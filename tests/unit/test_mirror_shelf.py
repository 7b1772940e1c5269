"""Lists in memory: opened once, and never older than the last look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import sqlalchemy as sa

from clockify.demo import RunningServer
from clockify.directory import Kind
from clockify.mirror import tables
from clockify.mirror.database import Database
from clockify.mirror.shelf import Shelf
from clockify.mirror.store import Store
from tests.support.databases import Place
from tests.support.mirrors import mirror_of
from tests.support.studio import Clock, studio

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
OWNER = ("workspace", "user")


class Counting(Store):
    """A store that counts how many lists it opens."""

    opened = 0

    def read_list(self, workspace_id: str, user_id: str, kind: str) -> tuple[Any, float] | None:
        self.opened += 1
        return super().read_list(workspace_id, user_id, kind)


def store_at(place: Place) -> Counting:
    return Counting(Database(place.url, place.folder))


def payload(shelf: Shelf, kind: str) -> Any:
    found = shelf.get(kind)
    return found.payload if found else None


def test_a_list_is_opened_once(place: Place) -> None:
    store = store_at(place)
    store.save_list(*OWNER, "tags", ["a"], NOON)
    store.save_list(*OWNER, "users", ["u"], NOON)
    shelf = Shelf(store, *OWNER)
    for _ in range(3):
        shelf.look()
        found = shelf.get("tags")
        assert found is not None
        assert (found.payload, found.read_at) == (["a"], NOON.timestamp())
    assert store.opened == 2
    store.close()


def test_what_another_process_has_read_is_there_at_the_next_look(place: Place) -> None:
    ours, theirs = store_at(place), store_at(place)
    ours.save_list(*OWNER, "tags", ["a"], NOON)
    shelf = Shelf(ours, *OWNER)
    shelf.look()
    theirs.save_list(*OWNER, "tags", ["a", "b"], NOON + timedelta(minutes=1))
    assert payload(shelf, "tags") == ["a"]
    shelf.look()
    tags = shelf.get("tags")
    assert tags is not None
    assert (tags.payload, tags.read_at) == (["a", "b"], (NOON + timedelta(minutes=1)).timestamp())
    ours.close()
    theirs.close()


def test_what_was_missing_is_looked_for_at_once(place: Place) -> None:
    ours, theirs = store_at(place), store_at(place)
    shelf = Shelf(ours, *OWNER)
    assert shelf.get("projects") is None
    theirs.save_list(*OWNER, "projects", ["p"], NOON)
    assert payload(shelf, "projects") == ["p"]
    ours.close()
    theirs.close()


def test_a_list_of_the_same_moment_and_another_size_is_another(place: Place) -> None:
    store = store_at(place)
    store.save_list(*OWNER, "tags", [], NOON)
    shelf = Shelf(store, *OWNER)
    shelf.look()
    store.save_list(*OWNER, "tags", ["a much longer list than before"], NOON)
    shelf.look()
    assert payload(shelf, "tags") == ["a much longer list than before"]
    store.close()


def test_what_is_damaged_or_gone_is_not_there(place: Place) -> None:
    store = store_at(place)
    for kind in ("tags", "users"):
        store.save_list(*OWNER, kind, ["a"], NOON)
    shelf = Shelf(store, *OWNER)
    shelf.look()
    with store._database.writing() as connection:
        connection.execute(sa.update(tables.lists).where(tables.lists.c.kind == "tags").values(payload=b"spoilt"))
        connection.execute(sa.delete(tables.lists).where(tables.lists.c.kind == "users"))
    shelf.look()
    assert shelf.get("tags") is None
    assert shelf.get("users") is None
    store.close()


def test_what_is_forgotten_is_looked_for(place: Place) -> None:
    """Two lists of one moment and size can't be told apart, so whoever writes one says so."""
    store = store_at(place)
    store.save_list(*OWNER, "tags", ["a"], NOON)
    shelf = Shelf(store, *OWNER)
    shelf.look()
    store.save_list(*OWNER, "tags", ["b"], NOON)
    shelf.forget("tags")
    assert payload(shelf, "tags") == ["b"]
    store.close()


class Slippery(dict[str, Any]):
    """What a shelf keeps, with somebody else who forgets it whenever it has just been looked at."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf._kept)
        self._shelf = shelf

    def __contains__(self, kind: object) -> bool:
        found = super().__contains__(kind)
        self._shelf.forget(str(kind))
        return found

    def get(self, kind: str, default: Any = None) -> Any:
        found = super().get(kind, default)
        self._shelf.forget(kind)
        return found


def test_what_is_forgotten_while_somebody_takes_it_is_there_all_the_same(place: Place) -> None:
    store = store_at(place)
    store.save_list(*OWNER, "tags", ["a"], NOON)
    shelf = Shelf(store, *OWNER)
    shelf.look()
    shelf._kept = Slippery(shelf)
    assert payload(shelf, "tags") == ["a"]
    store.close()


class Hasty:
    """A lock for which somebody waits who forgets a list: it is his turn whenever it is let go."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._lock, self._is_his = shelf, Lock(), False

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        if not self._is_his:
            self._is_his = True
            self._shelf.forget("tags")
            self._is_his = False


def test_what_is_forgotten_right_after_it_was_looked_for_is_there_all_the_same(place: Place) -> None:
    store = store_at(place)
    store.save_list(*OWNER, "tags", ["a"], NOON)
    shelf = Shelf(store, *OWNER)
    shelf._lock = Hasty(shelf)  # type: ignore[assignment]
    assert payload(shelf, "tags") == ["a"]
    store.close()


def test_the_directory_is_made_once_and_follows_each_list(place: Place, served: Callable[..., RunningServer]) -> None:
    clock = Clock()
    with mirror_of(served(studio()), place, clock=clock) as copy:
        before = copy.mirror.directory()
        assert copy.mirror.directory() is before
        owner = (copy.mirror.scope.workspace_id, copy.mirror.scope.user_id)
        stored = copy.store.read_list(*owner, "projects")
        assert stored is not None
        items = [project | {"name": f"New {project['name']}"} for project in stored[0]["items"]]
        # Only the projects are newer: the oldest of the lists is as old as before.
        copy.store.save_list(*owner, "projects", {"items": items, "refused": False}, clock() + timedelta(seconds=1))
        copy.mirror.ensure_lists()
        after = copy.mirror.directory()
        assert sorted(after.names[Kind.PROJECT].values()) == sorted(f"New {name}" for name in before.names[Kind.PROJECT].values())
