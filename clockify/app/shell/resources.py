"""The one desk of this process, and what Streamlit needs of it warm."""

from __future__ import annotations

import gc
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import streamlit as st

from clockify.app.shell.config import DATA_FOLDER, read_settings
from clockify.app.shell.files import keep_files
from clockify.desk.desk import Desk, settle_memory
from clockify.desk.runs import RUNS
from clockify.settings import Settings
from clockify.web.receiving import receiver


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
    keep_files()
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Return the desk, with the settings as they stood when the app started."""
    return Desk(read_settings(), DATA_FOLDER, lambda: now(), receiver)


def measured() -> AbstractContextManager[None]:
    """Count how long what is inside takes, for whoever measures this process."""
    return RUNS.measured()


def settings() -> Settings:
    """Return the installation's settings."""
    return desk().settings
