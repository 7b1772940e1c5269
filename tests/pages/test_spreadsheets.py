"""Every file of every page, opened by LibreOffice: by either separator, in English and in German."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from clockify.demo import RunningServer
from tests.conftest import unavailable
from tests.pages.test_hostile_files import ADDRESS, PAGES
from tests.support import studio
from tests.support.hostile import hostile_world
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle
from tests.support.sheets import LANGUAGES, Cell, csv_filter, find_soffice, opened
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
SEPARATORS = {"en-GB": ",", "de-DE": ";"}
CLOCKIFYS = ("clockify-csv", "solidtime-csv")


@pytest.fixture
def soffice() -> str:
    """LibreOffice, or the reason why there is none."""
    found = find_soffice()
    if found is None:
        unavailable("libreoffice", "no soffice found (Debian: apt-get install --no-install-recommends libreoffice-calc)")
    return str(found)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


def offered(page: AppTest, taken: Taken, pages: Any = PAGES) -> dict[str, bytes]:
    """Return the CSV and Excel files of pages for people with each form of CSVs: "de-DE billable-csv.csv"."""
    found = {}
    for locale in SEPARATORS:
        page.context["locale"] = locale
        for name in pages:
            taken.files()
            assert is_sound(settle(go_to(page, name)))
            for key, file in taken.files().items():
                kind = key.rpartition("-")[2]
                if kind in ("csv", "xlsx"):
                    found[f"{locale} {name} {key}.{kind}"] = file
    return found


def of_kind(files: dict[str, bytes], kind: str) -> dict[str, bytes]:
    return {name: file for name, file in files.items() if name.endswith(kind)}


def harmful(sheets: dict[str, list[list[Cell]]]) -> list[tuple[str, Cell]]:
    return [(name, cell) for name, rows in sheets.items() for row in rows for cell in row if cell.formula or cell.is_error]


def test_no_cell_is_a_formula_or_an_error(
    soffice: str, app_of: AppOf, served: Callable[..., RunningServer], taken: Taken, tmp_path: Path
) -> None:
    hostile = hostile_world(datetime.now(ZoneInfo("Europe/Belgrade")).date(), ADDRESS)
    page = app_of(served(hostile.world))
    entries = hostile.entries()
    page.query_params |= {
        "period": "last-month",
        "week": datetime.fromtimestamp(entries[20].start, ZoneInfo("Europe/Belgrade")).date().isoformat(),
        "of": "everyone",
    }
    files = offered(page.run(), taken)
    assert len(of_kind(files, "csv")) == 2 * (2 + 4 + 3 + 2)
    seen = {}
    for place, (separator, language) in enumerate((one, two) for one in ",;" for two in LANGUAGES):
        sheets = opened(soffice, of_kind(files, "csv"), tmp_path / f"{place}", reads=csv_filter(separator, language))
        assert harmful(sheets) == [], (separator, language)
        seen |= {(separator, name): rows for name, rows in sheets.items()}
    assert harmful(opened(soffice, of_kind(files, "xlsx"), tmp_path / "excel")) == []
    for locale, separator in SEPARATORS.items():
        rows = seen[separator, f"{locale} detailed entries-csv.csv"]
        # Line breaks stay within their cells, and so does every sign that separates cells.
        assert {len(row) for row in rows} == {len(rows[0])}
        assert sum(numbers(rows, "Seconds")) == sum(entry.seconds for entry in entries)
        # What Clockify's importers read is separated by commas for everybody.
        assert titles(seen[",", f"{locale} detailed entries-clockify-csv.csv"])[:3] == ["Project", "Client", "Description"]


def test_what_is_opened_by_its_own_separator_adds_up_to_the_page(
    soffice: str, housed: Callable[..., House], app_of: AppOf, taken: Taken, tmp_path: Path
) -> None:
    page = app_of(housed().front, studio.KEY)
    page.query_params |= {"week": "2026-11-10", "of": "everyone"}
    files = of_kind(offered(settle(page.run()), taken), "csv")
    assert figures(go_to(page, "overview"))["Tracked"] == "7.0 h"
    for language, (locale, separator) in zip(LANGUAGES, SEPARATORS.items(), strict=True):
        own = {name: file for name, file in files.items() if name.startswith(locale) and not name.removesuffix(".csv").endswith(CLOCKIFYS)}
        sheets = opened(soffice, own, tmp_path / language, reads=csv_filter(separator, language))
        summary, billable, entries, week = (sheets[f"{locale} {name}.csv"] for name in OWN)
        # 7 hours of which 6½ are billable; 350 EUR and 240 USD. The last rows are totals.
        assert numbers(summary, "Hours") == [3.5, 3.0, 0.5, 7.0]
        assert numbers(summary, "Billable hours") == [3.5, 3.0, 0.0, 6.5]
        assert numbers(summary, "Share") == [0.5, 0.4286, 0.0714, 1.0]
        assert numbers(summary, "Duration") == [12_600, 10_800, 1_800, 25_200]
        assert numbers(summary, "Amount (EUR)") == [350.0, 0.0, 0.0, 350.0]
        assert sorted(numbers(billable, "Amount (USD)")) == [240.0, 240.0]
        assert sorted(numbers(billable, "Rate (EUR)")) == [100.0]
        assert sorted(numbers(entries, "Hours")) == [0.5, 1.5, 2.0, 3.0]
        assert sum(numbers(entries, "Amount")) == 590.0
        # Ben's 3 hours on Tuesday, Ana's half on Thursday.
        assert numbers(week, "Total") == [10_800, 1_800, 12_600]
        assert (numbers(week, "2026-11-10")[-1], numbers(week, "2026-11-12")[-1]) == (10_800, 1_800)


OWN = ("overview summary-csv", "billable billable-csv", "detailed entries-csv", "weekly weekly-csv")


def titles(rows: list[list[Cell]]) -> list[str]:
    return [cell.text for cell in rows[0]]


def numbers(rows: list[list[Cell]], title: str) -> list[float]:
    """Return a column's cells, each of which is a number or empty."""
    place = titles(rows).index(title)
    cells = [row[place] for row in rows[1:]]
    assert not [cell for cell in cells if cell.number is None and cell.text]
    return [cell.number for cell in cells if cell.number is not None]
