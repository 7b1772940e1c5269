"""Who gets a file at its address: rooms of Streamlit's that hold it, with whom they are asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import pytest
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from clockify.app.shell import files
from clockify.app.shell.files import FETCH_SECONDS, LIFE_SECONDS, OwnedFiles, Taker, make_for
from clockify.desk.owners import BROWSER_COOKIES, asking

ADA, GRACE = ({BROWSER_COOKIES[1]: name} for name in ("ada", "grace"))


class Runtime:
    """Streamlit's, as far as files ask it."""

    def __init__(self) -> None:
        self.active = {"tab"}

    def is_active_session(self, session_id: str) -> bool:
        return session_id in self.active


class House:
    """A store of files, a clock that is moved by hand, and the sessions that are open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.runtime, self.is_in = 1000.0, Runtime(), True
        monkeypatch.setattr(files.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(files.runtime, "get_instance", lambda: self.runtime)
        monkeypatch.setattr(files, "secrets_section", lambda name: None)
        self.store: Any = MemoryMediaFileStorage("/media")
        self.store.__class__ = OwnedFiles
        self.store.is_asked, self.store._made, self.store._shown = True, {}, {}
        # Another test may have made a file in this very thread.
        taker: ContextVar[Taker | None] = ContextVar("taker", default=None)
        monkeypatch.setattr(files, "_taker", taker)

    def make(self, content: bytes = b"people's hours", cookies: Mapping[str, str] = ADA) -> str:
        """Make a file as a click on a download does, in a thread of its own; return its name."""
        found: list[str] = []

        def made() -> None:
            make_for(Taker(cookies, "tab", lambda: self.is_in))
            found.append(self.store.load_and_get_id(content, "text/csv", MediaFileKind.DOWNLOADABLE, "hours.csv"))

        in_a_thread(made)
        return found[0]

    def fetch(self, name: str, cookies: Mapping[str, str] | None) -> bytes | None:
        token = asking.set(cookies)
        try:
            return bytes(self.store.get_file(name).content)
        except MediaFileStorageError:
            return None
        finally:
            asking.reset(token)


def in_a_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    yield House(monkeypatch)


def test_a_file_is_its_takers_as_often_as_he_asks_and_nobody_elses(house: House) -> None:
    name = house.make()
    for _ in range(2):
        assert house.fetch(f"{name}.csv", ADA) == b"people's hours"
    for other in (GRACE, {}, {BROWSER_COOKIES[1]: ""}, None):
        assert house.fetch(f"{name}.csv", other) is None


def test_who_has_no_name_gets_no_file_and_takes_none_from_another_without(house: House) -> None:
    assert house.fetch(house.make(cookies={}), {}) is None


def test_the_same_file_made_twice_has_two_addresses_that_cant_be_worked_out(house: House) -> None:
    names = {house.make() for _ in range(3)} | {house.make(cookies=GRACE)}
    assert len(names) == 4
    assert all(len(name) == 64 for name in names)


@pytest.mark.parametrize("end", ["tab", "sign-in", "time"])
def test_it_ends_with_the_tab_the_sign_in_or_a_minute(house: House, end: str) -> None:
    name = house.make()
    if end == "tab":
        house.runtime.active.clear()
    elif end == "sign-in":
        house.is_in = False
    else:
        house.now += LIFE_SECONDS + 1
    assert house.fetch(name, ADA) is None


def test_what_is_old_is_let_go_of_when_the_next_is_made(house: House) -> None:
    first = house.make()
    house.now += LIFE_SECONDS + 1
    second = house.make()
    assert list(house.store._files_by_id) == [second] != [first]
    assert list(house.store._made) == [second]


def test_anothers_click_doesnt_take_a_file_away_before_it_was_fetched(house: House) -> None:
    name = house.make()
    house.store.delete_file(name)
    for _ in range(2):  # the page looks whether it is there, then the browser takes it
        assert house.fetch(name, ADA) == b"people's hours"
        house.store.delete_file(name)
    assert house.fetch(name, ADA) is None
    late = house.make()
    house.now += FETCH_SECONDS + 1
    house.store.delete_file(late)
    assert house.fetch(late, ADA) is None


def test_where_nobody_says_who_asks_the_first_gets_it_and_no_second(house: House) -> None:
    house.store.is_asked = False
    name = house.make()
    assert house.store.get_url(name) == f"/media/{name}.csv"
    for _ in range(2):
        assert house.fetch(name, None) == b"people's hours"
    assert house.fetch(name, None) is None


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_page_that_shows_a_picture_gets_it_as_long_as_it_is_shown(house: House, monkeypatch: pytest.MonkeyPatch, is_asked: bool) -> None:
    class Context:
        cookies = ADA

    monkeypatch.setattr(files.st, "context", Context)
    house.store.is_asked = is_asked
    one = house.store.load_and_get_id(b"a logo", "image/png", MediaFileKind.MEDIA)
    assert house.store.load_and_get_id(b"a logo", "image/png", MediaFileKind.MEDIA) == one
    house.now += LIFE_SECONDS + 1
    for _ in range(2):
        assert house.fetch(one, ADA) == b"a logo"
    assert (house.fetch(one, GRACE) is None) is is_asked
    Context.cookies = GRACE
    theirs = house.store.load_and_get_id(b"a logo", "image/png", MediaFileKind.MEDIA)
    assert (theirs == one) is not is_asked
    house.store.delete_file(one)
    assert house.fetch(one, ADA) is None
