"""What the process holds once for everybody: the store, the jobs, the demo, accounts and mirrors."""

from __future__ import annotations

import atexit
import gc
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import streamlit as st

from clockify.api.client import Clockify
from clockify.api.pacing import Pacer
from clockify.app.config import DATA_FOLDER, read_settings
from clockify.demo import OWNER_KEY, RunningServer, agency_world, create_app, serve
from clockify.errors import ConfigurationError
from clockify.mirror.account import Account, Profile, Workspace, fingerprint_of
from clockify.mirror.database import Database
from clockify.mirror.jobs import Jobs
from clockify.mirror.mirror import Mirror
from clockify.mirror.quiet import Quiet, settle_memory
from clockify.mirror.store import Store
from clockify.mirror.zoned import Zoned
from clockify.settings import ApiKey, Settings


def now() -> datetime:
    """Return the present moment; the one clock of the app."""
    return datetime.now(UTC)


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Import what the first page needs, then take it out of the garbage collector's rounds.

    Streamlit collects after every run; with pandas and Altair loaded that cost 80 ms a click.
    Altair would also hold each part of each chart against its schema while it is made: tests do that.
    """
    import pandas  # noqa: F401
    from altair.utils import schemapi

    schemapi.DEBUG_MODE = False
    settle_memory()
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Return the installation's settings, as they stood when the app started."""
    return read_settings()


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """Return the process's jobs."""
    return Jobs(now, when_idle=Quiet().soon)


@st.cache_resource(show_spinner=False)
def store(database_url: str | None) -> Store:
    """Open the local copy of real data."""
    return Store(Database(database_url, DATA_FOLDER))


@st.cache_resource(show_spinner=False)
def demo_store() -> Store:
    """Open a copy for the demo in a folder of its own, gone with the process: it never mixes with real data."""
    folder = Path(tempfile.mkdtemp(prefix="clockify-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Store(Database(None, folder))


@st.cache_resource(show_spinner="Starting the demo workspace …")
def demo_server() -> RunningServer:
    """Start the embedded Clockify."""
    return serve(create_app(agency_world))


def demo_settings(configured: Settings) -> Settings:
    """Return settings that lead to the demo workspace, started on first use."""
    server = demo_server()
    return replace(configured, key=ApiKey(OWNER_KEY), api_url=server.api_url, reports_url=server.reports_url, workspace_id=None, demo=True)


def find_account(chosen: Settings) -> Account:
    """Return the account of the settings' key, not opened yet."""
    if chosen.key is None:
        raise ConfigurationError("There is no API key.")
    kept = demo_store() if chosen.demo else store(chosen.database_url)
    return _account(_fingerprint(chosen.key, kept), chosen.api_url, chosen, kept)


def open_mirror(account: Account, workspace_id: str | None, zone: str | None, *, chosen: str | None = None) -> Mirror:
    """Return the mirror of a workspace; the profile's active one, kept in the profile's zone, unless others are given.

    `chosen`: show it in another zone than it is kept in.
    """
    profile = account.profile
    workspace = account.workspace(workspace_id)
    kept = _mirror(account.fingerprint, workspace, profile, zone or profile.zone, account)
    return kept if chosen in (None, kept.zone) else _zoned(account.fingerprint, workspace, profile, kept.zone, str(chosen), kept)


def forget_key(key: ApiKey) -> None:
    """Drop what this key alone has read from real data's copy; nothing if it is the installation's own."""
    configured = settings()
    if key == configured.key:
        return
    kept = store(configured.database_url)
    kept.scopes.forget_key(_fingerprint(key, kept), now())


def _fingerprint(key: ApiKey, kept: Store) -> str:
    """Return a key's fingerprint, worked out once a session: it is slow on purpose."""
    held = st.session_state.get("_fingerprint")
    if not held or held[0] != key:
        held = (key, fingerprint_of(key, kept.salt()))
        st.session_state["_fingerprint"] = held
    return str(held[1])


@st.cache_resource(show_spinner=False, max_entries=64, on_release=lambda account: account.close())
def _account(fingerprint: str, api_url: str, _settings: Settings, _store: Store) -> Account:
    """Keep an account for as long as the process lives."""
    if _settings.key is None:
        raise ConfigurationError("There is no API key.")
    connect = partial(Clockify, _settings.key, api_url=_settings.api_url, reports_url=_settings.reports_url, pacer=Pacer(), clock=now)
    return Account(_store, connect, jobs(), fingerprint, now)


@st.cache_resource(show_spinner=False, max_entries=64)
def _mirror(fingerprint: str, workspace: Workspace, profile: Profile, zone: str, _account: Account) -> Mirror:
    """Keep a mirror for as long as nothing about its workspace changes."""
    return Mirror(_account, workspace, profile, zone)


@st.cache_resource(show_spinner=False, max_entries=64)
def _zoned(fingerprint: str, workspace: Workspace, profile: Profile, kept_in: str, zone: str, _kept: Mirror) -> Mirror:
    """Keep a mirror in another zone as long as the one that it is made of."""
    return Zoned(_kept, zone)
