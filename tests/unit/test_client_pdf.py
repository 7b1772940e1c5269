"""A client's report as PDF: what stands on which page, and where on it; the HTML beside it."""

from __future__ import annotations

import io
from dataclasses import replace

from pypdf import PdfReader

from clockify.render.files.client_html import client_html
from clockify.render.files.client_pdf import client_pdf
from clockify.render.files.pdf import PdfColumn, PdfRow, PdfTable, Report, to_pdf
from tests.support.clients import ALL, paper_shown


def pages_with(tables: list[PdfTable], word: str) -> list[int]:
    pages = PdfReader(io.BytesIO(to_pdf(Report("Acme", "November", "", tables=tables)))).pages
    return [number for number, page in enumerate(pages) if word in page.extract_text()]


def table(title: str, word: str, rows: int) -> PdfTable:
    return PdfTable(title, [PdfColumn("Cycle", share=1)], [PdfRow([f"{word} {number}"]) for number in range(rows)])


def test_a_short_table_is_on_one_page_with_its_title_wherever_it_begins() -> None:
    for rows in (36, 40, 44, 46):
        tables = [table("Work done", "work", rows), table("Retainer", "cycle", 8)]
        assert len(pages_with(tables, "cycle")) == 1 and pages_with(tables, "cycle") == pages_with(tables, "Retainer")


def test_a_long_table_goes_on_over_the_page() -> None:
    assert pages_with([table("Work done", "work", 80)], "work") == [0, 1]


def test_one_bar_alone_is_no_picture_and_several_are() -> None:
    """It would say what the sum above it does, as large as the page."""
    paper = paper_shown(ALL)
    alone = replace(paper, bars=paper.bars.iloc[:1])
    for one, has in ((paper, True), (alone, False)):
        told = PdfReader(io.BytesIO(client_pdf(one))).pages[0].extract_text()
        assert ("Hours by week" in told, "Hours by week" in client_html(one).decode()) == (has, has)
        assert "Share by project" in told and "Share by project" in client_html(one).decode()


def test_that_there_is_no_time_is_said_before_what_is_left() -> None:
    paper = paper_shown(ALL)
    told = PdfReader(io.BytesIO(client_pdf(replace(paper, shares=())))).pages[0].extract_text()
    assert 0 < told.index("No time in these days.") < told.index(paper.cards[0].title)
