"""Files opened as LibreOffice opens them: every cell with what it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = {"English": 1033, "German": 1031}
_OFFICE, _TABLE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text"))
_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_SECONDS = 120


@dataclass(frozen=True)
class Cell:
    """A cell: its text, its number (a duration in seconds) if it is one, its formula if it has one."""

    text: str
    number: float | None
    formula: str | None
    is_error: bool


def find_soffice() -> str | None:
    """Return where LibreOffice is, if it can be started."""
    return shutil.which("soffice")


def opened(soffice: str, files: Mapping[str, bytes], folder: Path, *, reads: str = "") -> dict[str, list[list[Cell]]]:
    """Return the rows of each file, of all sheets below each other; `reads` is the filter of CSVs (`csv_filter`)."""
    source, target = folder / "in", folder / "out"
    source.mkdir(parents=True)
    for name, content in files.items():
        (source / name).write_bytes(content)
    command = [soffice, f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}", "--headless"]
    command += [f"--infilter={reads}"] if reads else []
    command += ["--convert-to", "fods", "--outdir", str(target), *map(str, sorted(source.iterdir()))]
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
    return {name: list(_rows(target / name)) for name in files}


def csv_filter(separator: str, language: str) -> str:
    """Return the filter that takes a file apart at a separator, as UTF-8 with quotes; numbers, dates and times as in a language.

    https://help.libreoffice.org/latest/en-US/text/shared/guide/csv_params.html
    """
    return f"CSV:{ord(separator)},34,76,1,,{LANGUAGES[language]},false,true"


def _rows(path: Path) -> Iterator[list[Cell]]:
    for row in ET.parse(path.with_suffix(".fods")).getroot().iter(f"{_TABLE}table-row"):
        yield [_cell(one) for one in row.iter(f"{_TABLE}table-cell") for _ in range(_repeated(one))]


def _repeated(cell: ET.Element) -> int:
    """Equal cells stand there once; the empty ones behind the last would be thousands."""
    count = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
    return count if count < 100 else 0


def _cell(cell: ET.Element) -> Cell:
    text = "\n".join("".join(line.itertext()) for line in cell.iter(f"{_TEXT}p"))
    number, clock = cell.get(f"{_OFFICE}value"), re.fullmatch(r"PT(\d+)H(\d+)M(\d+)S", cell.get(f"{_OFFICE}time-value", ""))
    seconds = sum(int(part) * each for part, each in zip(clock.groups(), (3600, 60, 1), strict=True)) if clock else None
    return Cell(text, seconds if number is None else float(number), cell.get(f"{_TABLE}formula"), cell.get(_KIND) == "error")
