"""Where settings and secrets come from: which place wins, and what can't be read is not taken for missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config as streamlit_config
from streamlit.runtime.secrets import Secrets

from clockify.app.shell import config
from clockify.errors import ConfigurationError
from clockify.settings import SETTINGS


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder whose `.env` and `secrets.toml` are the only ones there are; no setting of the developer's."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(config, "PROJECT", tmp_path)
    secrets, before = Secrets(), streamlit_config.get_option("secrets.files")
    secrets._file_watchers_installed = True  # nobody edits the file in the meantime
    monkeypatch.setattr(st, "secrets", secrets)
    streamlit_config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
    yield tmp_path
    secrets._reset()
    streamlit_config.set_option("secrets.files", before)


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf8")


def test_nothing_anywhere_is_the_demo_behind_a_closed_door(folder: Path) -> None:
    settings = config.read_settings()
    assert settings.is_demo
    assert not settings.open_to_all
    assert config.secrets_section("auth") is None


def test_the_environment_beats_dotenv_even_with_a_blank(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, ".env", "CLOCKIFY_WORKSPACE_ID=from-dotenv\nCLOCKIFY_TIME_ZONE=Europe/Berlin\nCLOCKIFY_OPEN=1\n")
    monkeypatch.setenv("CLOCKIFY_WORKSPACE_ID", "from-environment")
    monkeypatch.setenv("CLOCKIFY_OPEN", "")
    settings = config.read_settings()
    assert settings.workspace_id == "from-environment"
    assert settings.time_zone == "Europe/Berlin"
    assert not settings.open_to_all


def test_the_secrets_beat_both_whatever_their_type(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, ".env", "CLOCKIFY_WORKSPACE_ID=from-dotenv\nCLOCKIFY_OPEN=1\nCLOCKIFY_DEMO=1\n")
    monkeypatch.setenv("CLOCKIFY_WORKSPACE_ID", "from-environment")
    monkeypatch.setenv("CLOCKIFY_OPEN", "1")
    write(folder, "secrets.toml", 'CLOCKIFY_WORKSPACE_ID = "from-secrets"\nCLOCKIFY_OPEN = false\nCLOCKIFY_DEMO = 0\n')
    settings = config.read_settings()
    assert settings.workspace_id == "from-secrets"
    assert not settings.open_to_all
    assert not settings.demo
    assert os.environ["CLOCKIFY_WORKSPACE_ID"] == "from-secrets"  # Streamlit's doing, and why they come first


def test_a_section_is_handed_out_as_it_stands(folder: Path) -> None:
    write(folder, "secrets.toml", '[access]\nallowed_emails = ["ada@example.com"]\n[auth]\n')
    access, auth = config.secrets_section("access"), config.secrets_section("auth")
    assert access is not None
    assert access["allowed_emails"] == ["ada@example.com"]
    assert auth is not None  # there, and empty: not the same as missing
    assert len(auth) == 0


@pytest.mark.parametrize("text", ['auth = "google"', "auth = true", "auth = []", "auth = 0", 'auth = ""'])
def test_a_value_where_a_section_belongs_is_an_error(folder: Path, text: str) -> None:
    write(folder, "secrets.toml", text)
    with pytest.raises(ConfigurationError, match=r"\[auth\]"):
        config.secrets_section("auth")


def test_a_change_counts_at_once_even_after_the_file_was_broken(folder: Path) -> None:
    def access() -> dict[str, object] | None:
        section = config.secrets_section("access")
        return None if section is None else dict(section)

    assert access() is None
    write(folder, "secrets.toml", '[access]\nallowed_emails = ["ada@example.com"]\n')
    assert access() == {"allowed_emails": ["ada@example.com"]}
    write(folder, "secrets.toml", '[access]\nallowed_emails = ["ada@example.com"\n')
    with pytest.raises(ConfigurationError):
        access()
    write(folder, "secrets.toml", '[access]\nallowed_emails = ["ada@example.com"]\n')
    assert access() == {"allowed_emails": ["ada@example.com"]}
    write(folder, "secrets.toml", "[access]\nallowed_emails = []\n")
    assert access() == {"allowed_emails": []}
    (folder / "secrets.toml").unlink()
    assert access() is None


BROKEN = {
    "not TOML": b'CLOCKIFY_OPEN = 1\n[auth\ncookie_secret = "hush-hush"\n',
    "cut off": b'[auth]\ncookie_secret = "hush-hush',
    "twice": b'[auth]\ncookie_secret = "hush-hush"\n[auth]\n',
    "not UTF-8": '[auth]\ncookie_secret = "hush-hush"\nname = "Müller"\n'.encode("latin1"),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_secrets_that_can_t_be_read_are_not_taken_for_missing(
    folder: Path, content: bytes, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "secrets.toml").write_bytes(content)
    for read in (config.read_settings, lambda: config.secrets_section("auth")):
        with pytest.raises(ConfigurationError, match="secrets") as caught:
            read()
        assert "hush" not in str(caught.value)
    captured = capsys.readouterr()
    assert "hush" not in captured.out + captured.err + caplog.text


def test_a_secrets_folder_that_can_t_be_read_is_not_taken_for_missing(folder: Path) -> None:
    (folder / "secrets.toml").mkdir()
    with pytest.raises(ConfigurationError, match="secrets"):
        config.read_settings()


def test_a_dotenv_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / ".env").write_bytes("CLOCKIFY_API_KEY=hush-hush\n# Müller".encode("latin1"))
    with pytest.raises(ConfigurationError, match=r"\.env") as caught:
        config.read_settings()
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None
