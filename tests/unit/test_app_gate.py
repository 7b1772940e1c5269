"""The gate before files and commands: what was captured when the page was drawn, against the rules as they stand now."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit import config as streamlit_config
from streamlit.runtime.secrets import Secrets

from clockify.app.cards.entry import keep_clicked
from clockify.app.shell import door, resources
from clockify.desk.endings import Endings
from clockify.desk.signin import Caller, NotAdmitted, SignIn, Standing, admits, caller_of, sign_in_id, standing
from clockify.errors import ClockifyError
from clockify.records.database import Database
from clockify.records.ended import Ended

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
ADA: dict[str, Any] = {
    "is_logged_in": True,
    "iss": "https://id.example.com",
    "sub": "1",
    "iat": int((NOW - timedelta(hours=1)).timestamp()),
    "email": "ada@example.com",
    "email_verified": True,
    "name": "Ada",
}
RULES = SignIn((None,), frozenset({"ada@example.com"}), frozenset(), timedelta(hours=12))
SIGNED_IN = caller_of(ADA, needs_no_sign_in=False)
NEAR, STRANGER = (caller_of({}, needs_no_sign_in=near) for near in (True, False))

AUTH = """
[auth]
redirect_uri = "https://dash.example.com/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "dashboard"
client_secret = "shh"
server_metadata_url = "https://id.example.com/openid"
"""
LISTED = AUTH + '[access]\nallowed_emails = ["ada@example.com"]\n'


@pytest.mark.parametrize(
    ("user", "found"),
    [
        (ADA, Standing.IN),
        (ADA | {"is_logged_in": False}, Standing.NOT_SIGNED_IN),
        ({}, Standing.NOT_SIGNED_IN),
        (ADA | {"sub": "ended"}, Standing.NOT_SIGNED_IN),
        (ADA | {"iat": ADA["iat"] - 11 * 3600}, Standing.TOO_OLD),
        (ADA | {"iat": ADA["iat"] - 11 * 3600 + 1}, Standing.IN),
        (ADA | {"iat": None}, Standing.TOO_OLD),
        (ADA | {"email": "eve@example.com"}, Standing.NOT_LISTED),
        (ADA | {"email_verified": "true"}, Standing.NOT_LISTED),
    ],
)
def test_an_identity_stands_in_the_captured_form_as_in_its_own(user: dict[str, Any], found: Standing) -> None:
    ended = {sign_in_id(ADA | {"sub": "ended"}): NOW}
    assert standing(user, RULES, ended, NOW) is found
    caller = caller_of(user, needs_no_sign_in=True)  # which is worth nothing where people sign in
    assert admits(RULES, caller, ended, NOW) is (found is Standing.IN)


def test_where_nobody_signs_in_it_counts_what_let_somebody_in() -> None:
    assert admits(None, NEAR, {}, NOW)
    assert not admits(None, STRANGER, {}, NOW)
    assert not admits(None, SIGNED_IN, {}, NOW)
    assert not admits(RULES, NEAR, {}, NOW)


def test_what_is_captured_is_no_more_than_decides() -> None:
    kept = dict(SIGNED_IN.claims)
    assert kept == {name: value for name, value in ADA.items() if name != "name"}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Write the secrets that are read from the disk; it is noon."""
    monkeypatch.setattr(resources, "now", lambda: NOW)
    fresh, before = Secrets(), streamlit_config.get_option("secrets.files")
    fresh._file_watchers_installed = True  # who looks at the file is the gate itself
    monkeypatch.setattr(st, "secrets", fresh)
    streamlit_config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
    stamps = iter(range(1, 1000))

    def write(text: str) -> None:
        path = tmp_path / "secrets.toml"
        path.write_text(text, encoding="utf8")
        os.utime(path, (0, next(stamps)))

    here = SimpleNamespace(endings=Endings(lambda: Ended(Database(None, tmp_path)), lambda: NOW))
    monkeypatch.setattr(resources, "desk", lambda: here)
    yield write
    fresh._reset()
    streamlit_config.set_option("secrets.files", before)


def taken(who: Caller, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bytes | None]:
    """Draw a file's button for somebody; return what a click on it gets him, made in a plain thread: None for nothing at all."""
    monkeypatch.setattr(door, "caller", lambda: who)
    made: list[str] = []

    def make() -> bytes:
        made.append("made")
        return b"the file"

    offered = door.behind_the_door(make)

    def click() -> bytes | None:
        made.clear()
        got: list[bytes | None] = []

        def work() -> None:
            try:
                got.append(offered())
            except NotAdmitted:
                got.append(None)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert bool(made) is (got[0] is not None)  # who gets nothing had nothing made
        return got[0]

    return click


CHANGES = {
    "taken off the list": LISTED.replace("ada@", "grace@"),
    "an empty list": AUTH + "[access]\nallowed_emails = []\n",
    "no list at all": AUTH,
    "a shorter sign-in": LISTED + "max_hours = 0.9\n",
    "unreadable": LISTED + "[[[",
    "no sign-in, where another rule let in": "",
    "a list without a sign-in": '[access]\nallowed_emails = ["ada@example.com"]\n',
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_rule_that_changes_on_the_disk_ends_the_files_of_an_open_page(
    secrets: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    secrets(LISTED)
    click = taken(SIGNED_IN, monkeypatch)
    assert click() == b"the file"
    secrets(CHANGES[change])
    assert click() is None
    secrets(LISTED)
    assert click() == b"the file"


def test_time_and_signing_out_elsewhere_end_them_too(secrets: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    secrets(LISTED)
    click = taken(SIGNED_IN, monkeypatch)
    monkeypatch.setattr(resources, "now", lambda: NOW + timedelta(hours=10, minutes=59, seconds=59))
    assert click() == b"the file"
    monkeypatch.setattr(resources, "now", lambda: NOW + timedelta(hours=11))
    assert click() is None
    monkeypatch.setattr(resources, "now", lambda: NOW)
    resources.desk().endings.end(sign_in_id(ADA | {"iat": ADA["iat"] - 60}))  # another sign-in of hers
    assert click() == b"the file"
    resources.desk().endings.end(sign_in_id(ADA))
    assert click() is None


def test_where_a_sign_in_is_set_up_later_who_came_in_without_one_is_out(
    secrets: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    click = taken(NEAR, monkeypatch)
    assert click() == b"the file"
    secrets(LISTED)
    assert click() is None


def test_a_command_does_nothing_for_one_who_is_out(secrets: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[int, str]] = []

    @door.if_admitted
    def command(number: int, *, word: str) -> None:
        done.append((number, word))

    monkeypatch.setattr(door, "caller", lambda: SIGNED_IN)
    secrets(LISTED)
    command(1, word="in")
    secrets(CHANGES["taken off the list"])
    command(2, word="out")
    assert done == [(1, "in")]


def test_an_entry_is_looked_up_for_one_who_is_in_alone(secrets: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []
    monkeypatch.setattr(door, "caller", lambda: SIGNED_IN)
    monkeypatch.setattr(st, "session_state", {})
    secrets(LISTED)
    keep_clicked(lambda: found.append(3))
    secrets(CHANGES["taken off the list"])
    keep_clicked(lambda: found.append(4))
    assert found == [3]


def test_the_refusal_is_of_our_kind_and_not_tried_again() -> None:
    assert issubclass(NotAdmitted, ClockifyError)
    assert not NotAdmitted.can_retry
