"""The two commands beside the server: `python -m clockify backup FILE` and `restore FILE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clockify.desk.archive import Stock, back_up, restore
from clockify.errors import ClockifyError
from clockify.settings import Settings

_BACKUP = """Write all that people typed here (capacities, plans, rates, branding, weeks, links, what is being written to Clockify) into
one file that its owner alone can read. The copy of Clockify's own data is a cache and is not in it: it is read again."""
_RESTORE = """Put a backup back, made of SQLite or PostgreSQL, by this version or an older one. All or nothing: a damaged or foreign
file changes nothing. Links to reports that were revoked since the backup hold again: look through them afterwards."""


def add_commands(commands: Any) -> None:
    """Add both to what `ArgumentParser.add_subparsers()` returned; `run_command` runs what was chosen."""
    _add(commands, "backup", _BACKUP, "write the file even if there is one of that name", _backed_up)
    _add(commands, "restore", _RESTORE, "put it in place of what is written down there now", _restored)


def run_command(chosen: argparse.Namespace, settings: Callable[[], Settings], data_folder: Path) -> int:
    """Run what was chosen and say what became of it; return the exit code: 0, or 1 with a sentence on stderr."""
    try:
        print(chosen.run(settings(), data_folder, chosen))
    except ClockifyError as fault:
        print(f"{fault} {fault.advice if fault.advice.casefold() not in str(fault).casefold() else ''}".strip(), file=sys.stderr)
        return 1
    return 0


def _add(commands: Any, name: str, words: str, replace: str, run: Callable[[Settings, Path, argparse.Namespace], str]) -> None:
    command = commands.add_parser(name, help=words.partition(".")[0].partition("(")[0].replace("\n", " ").strip(), description=words)
    command.add_argument("file", type=Path)
    command.add_argument("--replace", action="store_true", help=replace)
    command.set_defaults(run=run)


def _backed_up(settings: Settings, data_folder: Path, chosen: argparse.Namespace) -> str:
    stock = back_up(settings, data_folder, chosen.file, datetime.now(UTC), replace=chosen.replace)
    return f"{chosen.file} holds {_words(stock)}. Clockify's own data is not in it: it is read again."


def _restored(settings: Settings, data_folder: Path, chosen: argparse.Namespace) -> str:
    stock = restore(settings, data_folder, chosen.file, datetime.now(UTC), replace=chosen.replace)
    return f"The backup of {stock.made_at} is back: {_words(stock)}. Look through the links that clients have: revoked ones may hold again."


def _words(stock: Stock) -> str:
    kinds = sum(bool(count) for count in stock.rows.values())
    return f"{stock.total:,} row{'' if stock.total == 1 else 's'} of {kinds} table{'' if kinds == 1 else 's'}"
