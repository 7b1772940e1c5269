"""The client's HTML file: alone, without a script, whatever things are called; and what both files are made of."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from PIL import Image
from pypdf import PdfReader

from clockify.branding import Branding
from clockify.periods import ONE_DAY, Month, Period
from clockify.render.client import Paper, file_name
from clockify.render.files.client_html import client_html
from clockify.render.files.client_pdf import client_pdf
from clockify.render.files.pdf import PdfRow, PdfTable
from clockify.render.tables.client import paper_table
from tests.support.clients import ALL, NOVEMBER, paper_shown
from tests.support.outlines import outline

HARM = "</bdi></th><script>x</script><img src=//evil onerror=x> #set page(fill: red) $\"'&"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4" fill="#882b59"/></svg>'
DRAWN = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def png() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 20), "#882b59").save(kept, "PNG")
    return kept.getvalue()


def harmful() -> Paper:
    """Return the paper with every text of it replaced."""
    paper = paper_shown(ALL)
    tables = [
        replace(one, title=HARM, note=HARM, rows=[replace(row, cells=[HARM for _ in row.cells]) for row in one.rows])
        for one in paper.tables
    ]
    return replace(
        paper,
        title=HARM,
        about=HARM,
        notes=HARM,
        said=(HARM,),
        tables=tuple(tables),
        shares=tuple(replace(one, cells=[HARM] * 3) for one in paper.shares),
        share=paper.share.assign(label=HARM),
        cards=tuple(replace(one, about=HARM, said=HARM, value=HARM, used=HARM) for one in paper.cards),
        branding=Branding(HARM, f"{HARM}\n{HARM}", SVG, "svg", "#882b59"),
    )


@pytest.mark.parametrize("paper", [paper_shown(ALL), harmful(), replace(paper_shown(ALL), shares=(), tables=())])
def test_a_file_stands_alone_and_runs_nothing(paper: Paper) -> None:
    found = outline(client_html(paper).decode())
    assert found.tags.isdisjoint({"script", "iframe", "object", "embed", "form", "link", "base", "a", "image", "foreignobject"})
    assert found.handlers == [] and found.addresses <= DRAWN
    style = re.search("<style>(.*?)</style>", client_html(paper).decode(), re.DOTALL)
    assert style and "style=" not in client_html(paper).decode()
    allowed = b64encode(sha256(style[1].encode()).digest()).decode()
    assert found.policies == [f"default-src 'none'; style-src 'sha256-{allowed}'; img-src data:"]
    assert all(value.startswith("data:image/") for tag, name, value in found.attributes if (tag, name) == ("img", "src"))


def test_what_means_harm_is_there_as_text_in_both_files() -> None:
    paper = harmful()
    assert outline(client_html(paper).decode()).text.count(HARM) > 20
    pages = PdfReader(io.BytesIO(client_pdf(paper))).pages
    # A word as long as that is set so that it may be broken anywhere.
    assert "#set page(fill: red)" in " ".join(" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def test_it_can_be_read_aloud() -> None:
    html = client_html(paper_shown(ALL)).decode()
    found = outline(html)
    assert ("html", "lang", "en") in found.attributes and "<title>Acme: time report, 1–30 Nov 2026" in html
    assert found.headings[0] == "h1" and set(found.headings[1:]) == {"h2"}
    scopes = [value for tag, name, value in found.attributes if (tag, name) == ("th", "scope")]
    assert scopes.count("col") > 10 and scopes.count("row") > 10 and html.count("<caption>") == 5
    labels = [value for _, name, value in found.attributes if name == "aria-label"]
    assert any("2–8 Nov 2026: 4.75 h" in one for one in labels) and any("Portal 4.00 h, 53%" in one for one in labels)


def test_a_logo_is_in_the_file_and_an_unknown_kind_of_it_is_not() -> None:
    paper = paper_shown(ALL)
    for content, kind, mime in ((png(), "png", "image/png"), (SVG, "svg", "image/svg+xml")):
        branded = replace(paper, branding=Branding("Firm", "", content, kind))
        assert f'src="data:{mime};base64,{b64encode(content).decode()}"' in client_html(branded).decode()
        assert len(client_pdf(branded)) > len(client_pdf(replace(paper, branding=Branding("Firm"))))
    assert "<img" not in client_html(replace(paper, branding=Branding("Firm", "", b"x", "gif"))).decode()


@pytest.mark.parametrize("accent", ["", "red;}</style><script>", "#12345"])
def test_a_colour_that_is_none_never_gets_into_a_style(accent: str) -> None:
    assert outline(client_html(replace(paper_shown(ALL), branding=Branding(accent=accent))).decode()).handlers == []
    assert accent == "" or accent not in client_html(replace(paper_shown(ALL), branding=Branding(accent=accent))).decode()


@pytest.mark.parametrize(
    ("client", "period", "name"),
    [
        ("Acme", Month(2026, 10).period, "time-report-acme-2026-10.pdf"),
        ("Čačak & Sons/../GmbH", NOVEMBER, "time-report-čačak-sons-gmbh-2026-11.pdf"),
        ("", NOVEMBER, "time-report-2026-11.pdf"),
        ("../..", Period(NOVEMBER.start, NOVEMBER.last_day), "time-report-2026-11-01-2026-11-29.pdf"),
        ("Acme", Period(NOVEMBER.start, NOVEMBER.start + ONE_DAY), "time-report-acme-2026-11-01.pdf"),
        ("A" * 90, NOVEMBER, f"time-report-{'a' * 40}-2026-11.pdf"),
    ],
)
def test_a_file_is_called_after_client_and_days_alone(client: str, period: Period, name: str) -> None:
    assert file_name(client, period, "pdf") == name


def test_equal_columns_and_cells_of_a_table_stay_apart_on_the_page() -> None:
    table = paper_shown(ALL).tables[0]
    shown = paper_table(table).to_html().replace("\\", "")
    assert shown.count("€91.13") == sum(row.cells[3] == "€91.13" for row in table.rows) == 3
    assert "<td" in paper_table(PdfTable("", table.columns, [PdfRow(["x", "1", "2", "3", "4"])])).to_html()
