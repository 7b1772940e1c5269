"""Where settings are looked for: the environment, then `.env`, then Streamlit's secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from dotenv import dotenv_values

from clockify.settings import SETTINGS, Settings, parse_settings

PROJECT = Path(__file__).resolve().parents[2]
DATA_FOLDER = PROJECT / ".data"


def read_settings() -> Settings:
    """Gather and check the settings; raise ConfigurationError naming the first that can't be used."""
    found: dict[str, str] = {}
    for source in (_secrets(), dotenv_values(PROJECT / ".env"), os.environ):
        found |= {name: str(source[name]) for name in SETTINGS if source.get(name) not in (None, "")}
    return parse_settings(found)


def secrets_section(name: str) -> Mapping[str, Any]:
    """Return a section of Streamlit's secrets, empty if there is none."""
    section = _secrets().get(name)
    return section if isinstance(section, Mapping) else {}


def _secrets() -> Mapping[str, Any]:
    """Return Streamlit's secrets without its complaint when there is no file."""
    return st.secrets if st.secrets.load_if_toml_exists() else {}
