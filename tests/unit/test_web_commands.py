"""Backup and restore as they are typed: what they say, how they end, and that no address is said."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from clockify.errors import ConfigurationError
from clockify.settings import Settings
from clockify.web.commands import add_commands, run_command
from tests.support.databases import Place
from tests.support.noted import FULL, content_of, fill, records_at

PASSWORD = "pAssw0rd"
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def typed(*words: str, place: str = "data", url: str | None = None) -> int:
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers())
        return run_command(parser.parse_args(words), lambda: Settings(database_url=url), tmp_path / place)

    return typed


@pytest.fixture
def file(tmp_path: Path) -> str:
    with closing(records_at(Place(None, tmp_path / "data"))) as records:
        fill(records)
    return str(tmp_path / "notes.backup")


def test_two_commands_bring_everything_to_another_place(
    run: Run, file: str, tmp_path: Path, cluster: object, capsys: pytest.CaptureFixture[str]
) -> None:
    url = cluster.new_database()  # type: ignore[attr-defined]
    assert run("backup", file) == 0
    assert "read again" in capsys.readouterr().out
    assert run("restore", file, url=url) == 0
    assert "links" in capsys.readouterr().out
    with closing(records_at(Place(url, tmp_path))) as records:
        assert content_of(records) == FULL


def test_what_is_there_is_kept_unless_it_is_said(run: Run, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("backup", file) == 0
    for command in ("backup", "restore"):
        assert run(command, file) == 1
        told = capsys.readouterr()
        assert (told.err.count("--replace"), told.err.count("\n")) == (1, 1)
        assert run(command, file, "--replace") == 0


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_that_isnt_there_is_said_in_a_sentence_without_its_address(
    run: Run, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run("backup", file) == 0
    capsys.readouterr()
    target = file if command == "restore" else f"{file}2"
    assert run(command, target, url=f"postgresql://me:{PASSWORD}@127.0.0.1:1/db") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert PASSWORD not in told.err and "127.0.0.1" not in told.err
    assert "DATABASE_URL" in told.err
    assert not Path(f"{file}2").exists()


def test_settings_that_cant_be_used_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Settings:
        raise ConfigurationError("CLOCKIFY_OPEN must be 1 or 0.")

    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    assert run_command(parser.parse_args(["backup", "x"]), broken, tmp_path) == 1
    assert capsys.readouterr().err.startswith("CLOCKIFY_OPEN must be 1 or 0.")


def test_help_says_what_is_in_it_and_what_isnt(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    for command, word in [("backup", "cache"), ("restore", "revoked")]:
        with pytest.raises(SystemExit):
            parser.parse_args([command, "--help"])
        assert word in capsys.readouterr().out


def test_that_nothing_was_changed_is_said_once(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "junk").write_text("no backup", encoding="utf8")
    assert run("restore", str(tmp_path / "junk")) == 1
    assert capsys.readouterr().err.casefold().count("nothing was changed") == 1
