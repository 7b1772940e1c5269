"""Where settings are looked for: Streamlit's secrets, then the environment, then `.env`.

The secrets come first whether we want it or not: Streamlit copies their top-level values
into the environment, over what stands there. A blank value hides those of later places.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from dotenv import dotenv_values

from clockify.errors import ConfigurationError
from clockify.settings import SETTINGS, Settings, parse_settings

PROJECT = Path(__file__).resolve().parents[3]
DATA_FOLDER = PROJECT / ".data"

# The secrets in memory, and the state of their files when they were last looked at.
_read_from: tuple[object, list[tuple[int, int] | None]] | None = None


def read_settings() -> Settings:
    """Gather and check the settings; raise ConfigurationError naming the first that can't be used."""
    found: dict[str, str] = {}
    for source in (_dotenv(), os.environ, _secrets()):
        found |= {name: str(source[name]) for name in SETTINGS if source.get(name) is not None}
    return parse_settings(found)


def secrets_section(name: str) -> Mapping[str, Any] | None:
    """Return a section of Streamlit's secrets, None if there is none; raise ConfigurationError if it isn't a section."""
    section = _secrets().get(name)
    if section is not None and not isinstance(section, Mapping):
        raise ConfigurationError(f"{name} in the secrets must be a section that begins with [{name}].")
    return section


def _secrets() -> Mapping[str, Any]:
    """Return Streamlit's secrets, empty if there is no file; raise ConfigurationError if there is one that can't be read.

    Streamlit itself takes an unreadable file for a missing one, and a missing `[auth]` would open the door.
    """
    _reread_if_changed()
    try:
        if st.secrets.load_if_toml_exists():
            return st.secrets
        unreadable = any(Path(path).exists() for path in st.get_option("secrets.files"))
    except (OSError, UnicodeDecodeError):
        unreadable = True
    if unreadable:
        raise ConfigurationError("Streamlit's secrets can't be read: secrets.toml is not valid TOML, not UTF-8, or closed to this user.")
    return {}


def _reread_if_changed() -> None:
    """Let go of secrets that were read from another state of their files.

    Streamlit watches them too, but never again after it met an unreadable one: somebody who is
    taken off a list after that would stay in until the next start.
    """
    global _read_from
    states = [_state(Path(path)) for path in st.get_option("secrets.files")]
    if _read_from and _read_from[0] is st.secrets and _read_from[1] != states:
        st.secrets._reset()
    _read_from = (st.secrets, states)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _dotenv() -> Mapping[str, str | None]:
    try:
        return dotenv_values(PROJECT / ".env")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("The file .env can't be read: it is not UTF-8 text, or closed to this user.") from None
