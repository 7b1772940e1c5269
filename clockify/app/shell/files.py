"""Files at `/media/…`, for those alone for whom they were made.

Streamlit hands them to whoever knows the address: an address that follows from what is in the file, and that outlives
the page. Here a file that is made on a click has a random address, and lives a minute. Served by `python -m clockify`, it
is given to the sign-in (or, where nobody signs in, the browser) for which it was made, as long as that one's tab is open.
`streamlit run` doesn't tell a file's keeper who asks: there whoever asks first gets it, and nobody after him.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit import runtime
from streamlit.runtime.media_file_storage import MediaFileKind, MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryFile, MemoryMediaFileStorage, get_extension_for_mimetype
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from clockify.app.shell.config import secrets_section
from clockify.desk.owners import Owner, asking, owner_of
from clockify.errors import ConfigurationError

# What was made on a click is fetched at once. Streamlit's own tidying, set off by anybody's click, waits until it was.
LIFE_SECONDS, FETCH_SECONDS = 60.0, 10.0
# The page asks whether the file is there; then the browser takes it.
ASKED_FOR_ONE = 2

_KEY = secrets.token_bytes(32)


@dataclass(frozen=True)
class Taker:
    """For whom a file is made: by the cookies of his tab, in which session, and whether he still comes in."""

    cookies: Mapping[str, str]
    session_id: str
    is_in: Callable[[], bool]


@dataclass
class Made:
    """A file that was made on a click: for whom, when, and how often it was asked for."""

    taker: Taker
    owner: Owner | None
    at: float
    asked: int = 0

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self.at

    @property
    def is_fetched(self) -> bool:
        """Has it been taken?"""
        return self.asked >= ASKED_FOR_ONE


# Set in the thread in which the callable of a download makes its file.
_taker: ContextVar[Taker | None] = ContextVar("taker", default=None)


class OwnedFiles(MemoryMediaFileStorage):
    """Streamlit's own store of files, which knows whose each is. `is_asked`: requests say who asks (`owners.asking`)."""

    is_asked: bool
    _made: dict[str, Made]
    _shown: dict[str, Owner | None]

    def load_and_get_id(self, path_or_data: str | bytes, mimetype: str, kind: MediaFileKind, filename: str | None = None) -> str:
        """Keep a file, under an address that can't be worked out."""
        self._forget_old()
        taker = _taker.get() if get_script_run_ctx(suppress_warning=True) is None else None
        if taker:
            made = Made(taker, owner_by(taker.cookies), time.monotonic())
            return self._keep_made(MemoryFile(_content(path_or_data), mimetype, kind, filename), made)
        if not self.is_asked:
            return super().load_and_get_id(path_or_data, mimetype, kind, filename)
        return self._keep_shown(MemoryFile(_content(path_or_data), mimetype, kind, filename), owner_by(st.context.cookies))

    def get_file(self, filename: str) -> MemoryFile:
        """Return a file to who asks, if it is his; to anybody else there is none."""
        file_id = Path(filename).stem
        made = self._made.get(file_id)
        if made and made.age > LIFE_SECONDS:
            self._forget(file_id)
        if self.is_asked and not self._is_his(file_id, made):
            raise MediaFileStorageError("There is no such file.")
        file = super().get_file(filename)
        if made:
            made.asked += 1
            if made.is_fetched and not self.is_asked:
                self._forget(file_id)
        return file

    def get_url(self, file_id: str) -> str:
        """Return a file's address; nobody has asked for the file itself yet."""
        return f"{self._media_endpoint}/{file_id}{get_extension_for_mimetype(self._files_by_id[file_id].mimetype)}"

    def delete_file(self, file_id: str) -> None:
        """Drop a file, but one that was made a moment ago and not fetched yet."""
        made = self._made.get(file_id)
        if made and not made.is_fetched and made.age < FETCH_SECONDS:
            return
        self._forget(file_id)

    def _keep_made(self, file: MemoryFile, made: Made) -> str:
        file_id = secrets.token_hex(32)
        self._files_by_id[file_id], self._made[file_id] = file, made
        return file_id

    def _keep_shown(self, file: MemoryFile, owner: Owner | None) -> str:
        """Keep what a page shows or offers: at one address for all pages of one owner, at another for everybody else."""
        what = "\0".join((owner.text if owner else "", file.mimetype, str(file.filename), "")).encode() + file.content
        file_id = hmac.new(_KEY, what, sha256).hexdigest()
        self._files_by_id[file_id], self._shown[file_id] = file, owner
        return file_id

    def _is_his(self, file_id: str, made: Made | None) -> bool:
        owner, cookies = made.owner if made else self._shown.get(file_id), asking.get()
        if owner is None or cookies is None or not owner.is_same(owner_by(cookies)):
            return False
        return made is None or (runtime.get_instance().is_active_session(made.taker.session_id) and made.taker.is_in())

    def _forget(self, file_id: str) -> None:
        for kept in (self._files_by_id, self._made, self._shown):
            kept.pop(file_id, None)

    def _forget_old(self) -> None:
        for file_id, made in list(self._made.items()):
            if made.age > LIFE_SECONDS:
                self._forget(file_id)


def keep_files(*, is_asked: bool = False) -> None:
    """Have the process's files kept so from now on; once, as the server's routes hold on to the store that is there."""
    if not runtime.exists():
        return
    store = runtime.get_instance().media_file_mgr._storage
    if type(store) is MemoryMediaFileStorage:
        store.__class__ = OwnedFiles
        owned = cast(OwnedFiles, store)
        owned.is_asked, owned._made, owned._shown = is_asked, {}, {}


def session_taker(is_in: Callable[[], bool]) -> Taker | None:
    """Return for whom this session makes files; `is_in` is asked again when one is fetched."""
    context = get_script_run_ctx(suppress_warning=True)
    return Taker(st.context.cookies.to_dict(), context.session_id, is_in) if context else None


def make_for(taker: Taker | None) -> None:
    """Say in the thread that makes a file for whom it is."""
    _taker.set(taker)


def owner_by(cookies: Mapping[str, str]) -> Owner | None:
    """Return who a browser's cookies say it is; what is signed counts where people sign in."""
    try:
        signs_in = secrets_section("auth") is not None
    except ConfigurationError:
        return None
    signed = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME) if signs_in else None
    return owner_of(json.loads(signed) if signed else None, cookies)


def is_of_session(session_id: str, cookies: Mapping[str, str]) -> bool:
    """Tell whether a browser is the one whose tab a session is."""
    client = runtime.get_instance().get_client(session_id)
    owner = owner_by(client.client_context.cookies) if client and client.client_context else None
    return owner is not None and owner.is_same(owner_by(cookies))


def _content(path_or_data: str | bytes) -> bytes:
    return Path(path_or_data).read_bytes() if isinstance(path_or_data, str) else path_or_data
