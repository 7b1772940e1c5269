"""What a client doesn't see is nowhere: in no combination of switches, in no form of the report."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from clockify.render.client import Paper
from clockify.render.files import client_html as html
from clockify.render.files.client_html import client_html
from clockify.render.files.client_pdf import client_pdf, pictures_of
from clockify.reports.client import COLUMNS, Shown, cut
from tests.support.clients import ALL, HIDING, RIVALS, every_shown, forbidden, frame, paper_shown, stands_in
from tests.support.nightly import at_night

EVERY = list(every_shown())
# By day each switch off alone, and all of them.
FEW = list(dict.fromkeys([*(replace(ALL, **{name: False}).in_force() for name in HIDING), Shown(amounts=False, tasks=False)]))
PAPERS = [*FEW, *(at_night(shown, id=f"night-{place}") for place, shown in enumerate(EVERY) if shown not in FEW)]


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw equal pictures once: they take ten times as long as all the rest."""
    known: dict[Any, Any] = {}

    def pictures(paper: Paper) -> tuple[str, str]:
        key = (repr(paper.bars), repr(paper.share), repr(paper.shares))
        if key not in known:
            known[key] = pictures_of(paper)
        drawn: tuple[str, str] = known[key]
        return drawn

    monkeypatch.setattr(html, "pictures_of", pictures)


def found_in(text: str, shown: Shown) -> set[str]:
    return {one for one in forbidden(shown) if stands_in(one, text)}


@pytest.mark.usefixtures("drawn_once")
def test_no_html_has_a_word_or_figure_that_is_hidden() -> None:
    for shown in EVERY:
        assert found_in(client_html(paper_shown(shown)).decode(), shown) == set(), shown


def test_whatever_is_made_of_a_report_has_nothing_to_tell() -> None:
    """Not what a page or a file may write of it one day: the value itself."""
    for shown in EVERY:
        assert found_in(repr(paper_shown(shown)), shown) == set(), shown


@pytest.mark.parametrize("shown", EVERY)
def test_no_frame_has_a_column_of_what_is_hidden(shown: Shown) -> None:
    left = cut(frame(), frame(), shown)
    own = {"project_id", "billable", "seconds", "tracked"}
    words = {column for switch, column in COLUMNS.items() if getattr(shown, switch)}
    money = {"currency", "amount_ticks", "exact_ticks"} if shown.amounts else set()
    close = {*money, "rate"} if shown.rates else set()
    assert set(left.work) == own | (words & {"task_id"}) | money | close
    assert set(left.days) == own - {"project_id"} | {"day"} | close
    assert (left.people is not None, left.entries is not None) == (shown.people, shown.entries)
    assert left.people is None or set(left.people) == own - {"project_id"} | {"user_id"} | close
    assert left.entries is None or set(left.entries) == own | {"day"} | words | close


@pytest.mark.parametrize("shown", PAPERS)
def test_no_pdf_has_a_word_or_figure_that_is_hidden(shown: Shown) -> None:
    file = client_pdf(paper_shown(shown))
    reader = PdfReader(io.BytesIO(file))
    text = "\n".join(page.extract_text() for page in reader.pages)
    # Alternative texts, names of fonts, whatever: each object of the file.
    objects = [str(reader.get_object(number)) for number in range(1, reader.trailer["/Size"])]
    assert any("Hours by week" in one for one in objects)
    assert found_in("\n".join([text, " ".join(text.split()), str(reader.metadata), *objects]), shown) == set()


def test_all_of_it_is_there_where_it_is_shown() -> None:
    """Else the search would find nothing in anything."""
    for name in HIDING:
        hidden = forbidden(replace(ALL, **{name: False}).in_force()) - forbidden(ALL)
        text = client_html(paper_shown(ALL)).decode()
        seen = {one for one in hidden if stands_in(one, text)}
        if name != "entries":
            assert seen, name
    assert forbidden(ALL) == {*RIVALS}


def test_there_is_every_combination() -> None:
    """Of amounts and rates three, for a rate is an amount; of entries, their words and tags five; of people and tasks two each."""
    assert len(EVERY) == 3 * 5 * 2 * 2


def test_a_rate_needs_amounts_and_words_need_entries() -> None:
    assert not Shown(amounts=False, rates=True).in_force().rates
    assert not Shown(entries=False, descriptions=True, tags=True).in_force().descriptions
    assert not Shown(amounts=True, rates=True).in_force(money=False).rates
