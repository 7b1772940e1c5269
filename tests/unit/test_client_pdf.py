"""A client's report as PDF: what stands on which page."""

from __future__ import annotations

import io

from pypdf import PdfReader

from clockify.render.files.pdf import PdfColumn, PdfRow, PdfTable, Report, to_pdf


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
