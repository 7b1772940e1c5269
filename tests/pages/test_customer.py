"""Entries as PDF for a customer: what is typed for it, what is in it, and how files are called for one client or project."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from clockify.app.cards import customer
from tests.support import studio
from tests.support.house import House
from tests.support.looks import go_to, is_sound, settle, texts
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
NOVEMBER = "01_11_2026-30_11_2026"


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the files are called that were offered last, by the key of their button."""
    found: dict[str, str] = {}
    draw = st.download_button

    def noted(*args: Any, **terms: Any) -> Any:
        found[terms["key"].removeprefix("download-")] = terms["file_name"]
        return draw(*args, **terms)

    monkeypatch.setattr(st, "download_button", noted)
    return found


@pytest.fixture
def taken(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Taken:
    return Taken(monkeypatch)


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return settle(app_of(house.front, studio.KEY).run())


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(leaf.extract_text().split()) for leaf in PdfReader(io.BytesIO(pdf)).pages)


def test_billable_has_billable_entries_alone_and_detailed_all(page: AppTest, taken: Taken) -> None:
    go_to(page, "detailed")
    detailed = text_of(taken.files()["entries-pdf"])
    for words in ("Time report Tiny studio", "Internal Thu 12 Nov Ana Kovač work · non-billable 0.50", "Total 7.00 €350.00 $240.00"):
        assert words in detailed
    go_to(page, "billable")
    billable = text_of(taken.files()["billable-pdf"])
    assert "Atlas · Acme Mon 2 Nov Ana Kovač work 2.00 €100.00 €200.00 Tue 3 Nov Ben Okafor work 1.50 €100.00 €150.00" in billable
    assert "all projects · billable time" in billable
    assert "Total 6.50 €350.00 $240.00" in billable
    assert "Internal" not in billable


def test_what_is_typed_is_in_the_file_and_lasts_and_stands_in_no_address(page: AppTest, taken: Taken) -> None:
    detailed = go_to(page, "detailed")
    before = dict(detailed.query_params)
    detailed.text_input(key="pdf-title").set_value("Annex 17")
    detailed.text_area(key="pdf-addressee").set_value("Blue Ltd.\n12 Quay Street\nDublin")
    detailed.text_area(key="pdf-notes").set_value("Thank you")
    settle(detailed.run())
    assert dict(detailed.query_params) == before
    settle(go_to(page, "overview"))
    taken.files()
    billable = go_to(page, "billable")
    assert billable.text_input(key="pdf-title").value == "Annex 17"
    assert billable.text_area(key="pdf-addressee").value == "Blue Ltd.\n12 Quay Street\nDublin"
    assert billable.text_area(key="pdf-notes").value == "Thank you"
    file = taken.files()["billable-pdf"]
    lines = [line.strip() for line in PdfReader(io.BytesIO(file)).pages[0].extract_text().splitlines()]
    place = lines.index("Blue Ltd.")
    assert lines[place : place + 3] == ["Blue Ltd.", "12 Quay Street", "Dublin"]
    text = text_of(file)
    assert text.startswith("Annex 17 Tiny studio")
    assert "Europe/Belgrade Blue Ltd. 12 Quay Street Dublin Hours" in text
    assert "Thank you Day" in text


def test_too_many_entries_are_told_before_a_file_is_asked_for(
    page: AppTest, names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer, "MOST_ENTRIES", 3)
    detailed = go_to(page, "detailed")
    assert is_sound(detailed)
    assert "A PDF holds 3 entries at most, and these are 4." in texts(detailed)
    assert "entries-pdf" not in names


def test_files_bear_the_one_client_or_project_and_clockifys_own_dont(page: AppTest, house: House, names: dict[str, str]) -> None:
    (acme, blue), atlas = house.world.clients.values(), next(iter(house.world.projects.values()))
    for clients, projects, whose in (
        ([], [], ""),
        ([acme.id], [], "_Acme"),
        ([acme.id, blue.id], [], ""),
        ([acme.id, blue.id], [atlas.id], "_Atlas"),
    ):
        page.query_params["clients"], page.query_params["projects"] = clients, projects
        settle(go_to(page, "detailed"))
        assert names["entries-pdf"] == f"Clockify_Time_Report_Detailed{whose}_{NOVEMBER}.pdf"
        assert names["entries-csv"] == f"Clockify_Time_Report_Detailed{whose}_{NOVEMBER}.csv"
        assert names["entries-clockify-csv"] == f"Clockify_Time_Report_Detailed_{NOVEMBER}.csv"
