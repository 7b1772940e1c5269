"""Hours as 1:15 instead of 1.25, chosen in Settings: on every page and in every file that people read.

Files are made in a thread without a session, after somebody else may have looked: here in a plain thread, too.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import figures, go_to, is_sound, settle, texts
from tests.support.shown import displayed
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]

# Of the studio's November: tracked, billable, by project.
AS_CLOCK = {"Tracked": "7:00 h", "Billable": "6:30 h"}
AS_DECIMAL = {"Tracked": "7.0 h", "Billable": "6.5 h"}


@pytest.fixture
def page(housed: Housed, app_of: AppOf) -> AppTest:
    return settle(app_of(housed().front, studio.KEY).run())


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


def choose(page: AppTest, style: str) -> AppTest:
    go_to(page, "settings").segmented_control(key="hour-style").set_value(style).run()
    return settle(go_to(page, "overview"))


def top(page: AppTest) -> dict[str, str]:
    return {label: figure for label, figure in figures(page).items() if label in AS_CLOCK}


def texts_of(files: dict[str, bytes], name: str) -> str:
    return "\n".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(files[name])).pages)


def made_in_a_thread(taken: Taken) -> dict[str, bytes]:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(taken.files).result()


def test_pages_follow_at_once_and_so_do_their_files(page: AppTest, taken: Taken) -> None:
    assert top(page.run()) == AS_DECIMAL
    decimal = texts_of(made_in_a_thread(taken), "summary-pdf")
    assert top(choose(page, "1:15")) == AS_CLOCK
    clock = texts_of(made_in_a_thread(taken), "summary-pdf")
    assert "7:00" in clock and "3:30" in clock
    assert "7:00" not in decimal and "7.0" in decimal
    assert "7.0 h" not in clock
    assert top(choose(page, "1.25")) == AS_DECIMAL
    assert texts_of(made_in_a_thread(taken), "summary-pdf") == decimal


def test_detailed_billable_and_weekly_follow_too(page: AppTest, taken: Taken) -> None:
    choose(page, "1:15")
    detailed = go_to(page, "detailed")
    assert is_sound(detailed)
    assert "7:00" in texts(detailed)
    assert sorted(displayed(detailed.table[0], "Hours")) == ["0:30:00", "1:30:00", "2:00:00", "3:00:00"]
    billable = go_to(page, "billable")
    assert figures(billable)["Billable hours"] == "6:30 h"
    # The week of 9 November: Ben 3:00 on the 10th, Ana 0:30 on the 12th.
    page.query_params["week"] = "2026-11-10"
    weekly = go_to(page, "weekly")
    weekly.query_params["week"] = "2026-11-10"
    settle(weekly.run())
    weekly.segmented_control(key="show").set_value("Projects × days").run()
    taken.files()
    settle(weekly)
    text = texts_of(made_in_a_thread(taken), "weekly-pdf")
    assert "3:00" in text and "0:30" in text


def test_another_session_keeps_its_own(page: AppTest) -> None:
    choose(page, "1:15")
    other = AppTest.from_file(page._script_path, default_timeout=60)
    assert top(settle(other.run())) == AS_DECIMAL
    assert top(settle(page.run())) == AS_CLOCK
