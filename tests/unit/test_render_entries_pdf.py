"""Entries on paper for a customer, read back by another program and added up by hand."""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pypdf
import pytest

from clockify.directory import Directory, Kind, Project
from clockify.render.figures import in_steps
from clockify.render.files import pdf
from clockify.render.files.entries_pdf import MOST_ENTRIES, Letter, entries_pdf
from clockify.render.formats import HourStyle
from tests.support.files import Span, facts_of, frame_of
from tests.support.hostile import LABELS, hostile_name

ZONE = "Europe/Belgrade"
NAMES: dict[Kind, dict[str, str]] = {
    Kind.USER: {"u1": "Ana Kovač", "u2": "Ben"},
    Kind.CLIENT: {"c1": "Zeta", "c2": "Acme"},
    Kind.PROJECT: {"p1": "Portal", "p2": "Audit"},
    Kind.TASK: {"k1": "Design"},
    Kind.TAG: {},
}
DIRECTORY = Directory(NAMES, {"p1": Project("p1", "Portal", "c1"), "p2": Project("p2", "Audit", "c2")})
SPANS = [
    Span("2026-11-03T09:00:00Z", 5400, project="p1", task="k1", description="Menu", rate=10_000),
    Span("2026-11-02T23:30:00Z", 3600, user="u2", project="p1", description="Night", rate=10_000),  # 3 November in Belgrade
    Span("2026-11-04T09:00:00Z", 1800, project="p2", description="Look", rate=9_000, currency="USD"),
    Span("2026-11-05T09:00:00Z", 900, user="u2", description="Tea"),
]

NOTHING_TYPED = Letter()


def made(spans: list[Span] = SPANS, letter: Letter = NOTHING_TYPED, directory: Directory = DIRECTORY, **terms: object) -> bytes:
    frame = frame_of(spans, ZONE)
    return entries_pdf(frame, directory, facts_of(frame, ZONE), letter, **terms)  # type: ignore[arg-type]


def pages_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def unspaced(text: str) -> str:
    """Long words are broken between any two letters."""
    return re.sub(r"[\s\u200b]", "", text)


def test_head_groups_sums_and_total() -> None:
    (text,) = pages_of(made())
    for words in (
        "Time report Studio · Everyone · 1 Oct – 30 Nov 2026 · Europe/Belgrade",
        "Hours 3.25 h 4 entries Billable 3.00 h 92% of all",  # 10,800 of 11,700 s
        "Amount EUR €250.00",
        "Amount USD $45.00",
        "Day Person Task · description Hours Rate Amount",
        # By client, then the day in the zone of the report; no project at the end.
        "Audit · Acme Wed 4 Nov Ana Kovač Look 0.50 $90.00 $45.00 Subtotal 0.50 $45.00 "
        "Portal · Zeta Tue 3 Nov Ben Night 1.00 €100.00 €100.00 Tue 3 Nov Ana Kovač Design · Menu 1.50 €100.00 €150.00 "
        "Subtotal 2.50 €250.00 No project Thu 5 Nov Ben Tea · non-billable 0.25 – Subtotal 0.25 – "
        "Total 3.25 €250.00 $45.00",
        "1 of 1",
    ):
        assert words in text


def test_what_is_typed_stands_there_and_what_is_not_leaves_nothing() -> None:
    letter = Letter("Annex to 2026-17", "Acme Ltd.\n1 High Street", "#set page(fill: red) $x$ *b*\nThank you\x00.")
    (text,) = pages_of(made(letter=letter))
    assert text.startswith("Annex to 2026-17 Studio")
    assert "Belgrade Acme Ltd. 1 High Street Hours" in text
    assert "#set page(fill: red) $x$ *b* Thank you . Day" in text or "#set page(fill: red) $x$ *b* Thank you. Day" in text
    reader = pypdf.PdfReader(io.BytesIO(made(letter=letter)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Annex to 2026-17"
    blank = Letter(" \n", "\n\n", " \t ")
    assert pages_of(made(letter=blank)) == pages_of(made())


def test_without_money_there_is_none() -> None:
    (text,) = pages_of(made(money=False))
    assert not re.search(r"[€$]|Rate|Amount|EUR", text)
    assert "Subtotal 2.50 No project" in text
    assert "Total 3.25" in text


def test_hours_follow_the_chosen_style() -> None:
    (text,) = pages_of(made(style=HourStyle.CLOCK))
    assert "Design · Menu 1:30 €100.00" in text
    assert "Total 3:15" in text
    assert "Hours 3:15 4 entries" in text


def test_columns_add_up_where_each_row_alone_would_not() -> None:
    """20:20 are 0.3389 hours and at 97.77 an hour 33.1331: 60 of them 20.33 hours and 1,987.99, not 20.40 and 1,987.80."""
    begin = datetime(2026, 11, 2, 6, tzinfo=UTC)
    spans = [
        Span((begin + timedelta(hours=place)).isoformat(), 1220, project=f"p{1 + place % 2}", description="x", rate=9777)
        for place in range(60)
    ]
    text = " ".join(pages_of(made(spans)))
    rows = re.findall(r" x ([\d.]+) €97\.77 €([\d.]+)", text)
    assert len(rows) == 60
    hours, money = (sum(map(Decimal, column)) for column in zip(*rows, strict=True))
    assert (hours, money) == (Decimal("20.33"), Decimal("1987.99"))
    subtotals = re.findall(r"Subtotal ([\d.]+) €([\d,.]+)", text)
    assert [sum(Decimal(one) for one in column) for column in zip(*subtotals, strict=True)] == [hours, money]
    assert "Total 20.33 €1,987.99" in text
    assert {Decimal(one) for _, one in rows} == {Decimal("33.13"), Decimal("33.14")}


@pytest.mark.parametrize(
    ("values", "step", "meant"),
    [([], 60, []), ([30], 60, [60]), ([20, 20, 20], 60, [0, 60, 0]), ([-30, -30], 60, [-60, 0]), ([10**20, 1], 2, [10**20, 2])],
)
def test_steps_add_up(values: list[int], step: int, meant: list[int]) -> None:
    assert in_steps(values, step) == meant


@pytest.mark.parametrize("label", LABELS)
def test_no_name_is_obeyed_or_breaks_a_page(label: str) -> None:
    name = {kind: hostile_name(label, "person" if kind is Kind.USER else kind.value, "http://127.0.0.1:9") for kind in Kind}
    directory = Directory(
        {Kind.USER: {"u1": name[Kind.USER]}, Kind.CLIENT: {"c1": name[Kind.CLIENT]}, Kind.PROJECT: {"p1": name[Kind.PROJECT]},
         Kind.TASK: {"k1": name[Kind.TASK]}, Kind.TAG: {}},
        {"p1": Project("p1", name[Kind.PROJECT], "c1")},
    )  # fmt: skip
    typed = hostile_name(label, "description", "http://127.0.0.1:9") + "\ud800"
    spans = [Span("2026-11-03T09:00:00Z", 3600, project="p1", task="k1", description=typed[:-1], rate=10_000)]
    pdf = made(spans, Letter(typed, typed, typed), directory)
    text = unspaced("".join(pages_of(pdf)))
    assert "Total1.00€100.00" in text
    assert not [page for page in pypdf.PdfReader(io.BytesIO(pdf)).pages if "/Annots" in page]
    if label in ("latex", "html"):
        assert text.count(unspaced(typed[:-1])) == 8  # title, addressee, notes; client, project, person, task, description


def test_a_project_goes_on_over_pages_under_its_name_with_the_titles() -> None:
    begin = datetime(2026, 11, 2, 6, tzinfo=UTC)
    spans = [Span((begin + timedelta(minutes=place)).isoformat(), 60, project="p1", description=f"Thing {place}.") for place in range(90)]
    pages = pages_of(made(spans))
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"{number} of {len(pages)}" in text
        assert "Day Person Task · description Hours" in text
        assert ("Portal · Zeta, continued" in text) == (number > 1)
    assert all(sum(f"Thing {place}." in text for text in pages) == 1 for place in range(90))


@pytest.mark.parametrize("rows", range(34, 42))
def test_no_name_ends_a_page_and_no_sum_begins_one(rows: int) -> None:
    begin = datetime(2026, 11, 2, 6, tzinfo=UTC)
    spans = [Span((begin + timedelta(minutes=place)).isoformat(), 60, project="p2", description="x") for place in range(rows)]
    pages = pages_of(made([*spans, Span("2026-11-20T09:00:00Z", 60, project="p1", description="Last thing")]))
    for text in pages:
        assert ("Subtotal 0.6" in text) <= (" x " in text)
        assert ("Last thing" in text) == bool(re.search("Portal · Zeta(?!, continued)", text))


def test_a_description_longer_than_a_page_is_not_lost() -> None:
    text = " ".join(f"word{place}" for place in range(2000))
    pages = pages_of(made([Span("2026-11-03T09:00:00Z", 60, project="p1", description=text)]))
    found = re.findall(r"word\d+", " ".join(pages))
    assert len(pages) > 2
    assert found == text.split()
    assert "word0" in pages[0]


def test_no_entries_say_so_and_too_many_are_refused() -> None:
    (text,) = pages_of(made([]))
    assert "No time entries in this period." in text
    assert "Total" not in text
    frame = frame_of(SPANS, ZONE)
    many = pd.concat([frame] * (MOST_ENTRIES // 4 + 1), ignore_index=True)
    with pytest.raises(ValueError, match="10,000 at most"):
        entries_pdf(many, DIRECTORY, facts_of(frame, ZONE), Letter())


def test_two_are_set_at_once_and_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, most = Counter[str](), Counter[str]()

    def set_slowly(*_: object, **__: object) -> SimpleNamespace:
        busy["now"] += 1
        most["now"] = max(most["now"], busy["now"])
        time.sleep(0.05)
        busy["now"] -= 1
        return SimpleNamespace(stdout=b"%PDF")

    monkeypatch.setattr(pdf.subprocess, "run", set_slowly)
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: made(), range(6))) == {b"%PDF"}
    assert most["now"] == 2
