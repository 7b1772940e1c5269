"""What the README must name: every setting, every page, every room."""

from __future__ import annotations

from pathlib import Path

import pytest

from clockify.app.shell.navigation import PAGES
from clockify.settings import SETTINGS
from tests.contract.test_layers import ALLOWED, PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf8")
# The app is two rooms to a reader, and its door and entry are told of with the pages.
PARTS = sorted(f"app/{path.name}" for path in (PROJECT / "clockify" / "app").iterdir() if (path / "__init__.py").exists())
ROOMS = sorted(ALLOWED.keys() - {"app", "door", "entry"} | set(PARTS))


def section(title: str) -> str:
    """Return what stands under a heading."""
    _, found, rest = README.partition(f"\n## {title}\n")
    assert found, title
    return rest.partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of a section's tables, without their heads."""
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return [cells for cells in table[2:] if cells]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_its_meaning_and_what_holds_without_it(name: str) -> None:
    (row,) = [cells for cells in rows(section("Settings")) if f"`{name}`" in cells[0]]
    assert len(row) == 3
    assert all(row)


@pytest.mark.parametrize("title", [title for title, _ in PAGES.values()])
def test_every_page_has_its_answer(title: str) -> None:
    (row,) = [cells for cells in rows(section("Pages").partition("\n### ")[0]) if cells[0] == f"**{title}**"]
    assert "?" in row[1]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_it_is_for_how_it_is_tested_and_whether_streamlit_may_be_there(room: str) -> None:
    (row,) = [cells for cells in rows(section("Develop")) if cells[0].strip("`") == room]
    assert len(row) == 4
    assert row[1].endswith(".")
    assert "tests/" in row[2]
    assert row[3] == ("yes" if "streamlit" in ALLOWED[room.partition("/")[0]][1] else "no")


@pytest.mark.parametrize("room", ROOMS)
def test_where_a_room_is_tested_there_are_tests(room: str) -> None:
    (row,) = [cells for cells in rows(section("Develop")) if cells[0].strip("`") == room]
    named = [part for part in row[2].split("`") if part.startswith("tests/")]
    assert named
    assert all(list((PROJECT / folder).glob("test_*.py")) for folder in named)


def test_nothing_is_told_of_that_is_not_there() -> None:
    told = {name for cells in rows(section("Settings")) for name in cells[0].replace("`", "").split(", ")}
    assert told == set(SETTINGS)
    assert {cells[0].strip("`") for cells in rows(section("Develop"))} == set(ROOMS)
    assert {cells[0].strip("*") for cells in rows(section("Pages").partition("\n### ")[0])} == {title for title, _ in PAGES.values()}


def test_every_folder_of_the_package_is_a_room() -> None:
    folders = {path.name for path in (PROJECT / "clockify").iterdir() if (path / "__init__.py").exists()}
    assert folders == {room.partition("/")[0] for room in ROOMS} - {"words", "pages"}
    assert Path(PROJECT / "pages").is_dir()
