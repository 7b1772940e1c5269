"""A client's small world, every name, rate and amount of which can be searched for, and each of its switches."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache, partial
from itertools import product

import pandas as pd

from clockify.clients import ClientRule, Direction, Pack
from clockify.directory import Directory, Kind, Project
from clockify.frames import daily_cube
from clockify.periods import Period
from clockify.plans import Cycle, Notes, Plan
from clockify.render.client import Paper, Terms, paper_of
from clockify.reports.budgets import forecasts
from clockify.reports.client import Shown, client_report
from clockify.reports.client_left import client_left
from clockify.reports.client_rounding import client_rounded
from clockify.reports.intervals import Interval
from tests.support.files import TICKS, Span, frame_of

ZONE, TODAY = "Europe/Belgrade", date(2026, 11, 30)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
PEOPLE = {"u1": "Quibbly Person", "u2": "Zorblat Person"}
TASKS = {"t1": "Xanthic Task", "t2": "Vexing Task"}
TAGS = {"g1": "Jonquil Tag", "g2": "Umbral Tag"}
PROJECTS = {
    "p1": Project("p1", "Portal", client_id="c1", currency="EUR"),
    "p2": Project("p2", "Shop", client_id="c1", currency="EUR"),
    "p3": Project("p3", "Care", client_id="c1", currency="EUR"),
    "other": Project("other", "Portal", client_id="c2", currency="EUR"),
}
DIRECTORY = Directory(
    {
        Kind.USER: PEOPLE,
        Kind.CLIENT: {"c1": "Acme", "c2": "Rival Firm"},
        Kind.PROJECT: {one: project.name for one, project in PROJECTS.items()},
        Kind.TASK: TASKS,
        Kind.TAG: TAGS,
    },
    PROJECTS,
)
SPANS = (
    Span("2026-11-02T08:00:00Z", 4_260, "u1", "p1", "t1", ("g1",), "Fandango wording", 73_31),
    Span("2026-11-02T10:00:00Z", 3_960, "u2", "p1", "t2", ("g1", "g2"), "Marzipan wording", 88_17),
    Span("2026-11-03T08:00:00Z", 7_440, "u1", "p2", None, (), "Gazpacho wording", 91_13),
    Span("2026-11-09T08:00:00Z", 1_380, "u2", "p2", "t1", ("g2",), "Halcyon wording", 91_13),
    Span("2026-11-09T12:00:00Z", 2_220, "u1", "p3", "t2", (), "Isotope wording", None),
    Span("2026-11-30T12:00:00Z", 5_160, "u2", "p1", "t1", (), "Fandango wording", 64_07),
)
# A budget, a retainer in money and a pack of money give away what the client paid.
NOTES = Notes(
    plans=(
        Plan("p1", cents=7_777_77),
        Plan("p2", cents=5_555_55, cycle=Cycle.MONTH, first=date(2026, 10, 1)),
    ),
    packs=(Pack(date(2026, 11, 1), project_id="p3", cents=4_444_44, currency="EUR"),),
)
MONEY_OF_PLANS = ("7,777.77", "5,555.55", "4,444.44")
RULE = ClientRule("c1", Direction.UP, 15)
# Another client has a project of the same name.
RIVALS = ("Rival", "Portal ·")
HIDING = ("people", "rates", "amounts", "descriptions", "tags", "tasks", "entries")
ALL = Shown(**{one.name: True for one in fields(Shown)})


@dataclass(frozen=True)
class Charged:
    """An entry as it is charged: up to the next quarter of an hour."""

    span: Span

    @property
    def seconds(self) -> int:
        return -(-self.span.seconds // 900) * 900

    @property
    def ticks(self) -> int:
        return (self.span.rate or 0) * self.seconds


CHARGED = tuple(map(Charged, SPANS))


@cache
def frame() -> pd.DataFrame:
    return frame_of(SPANS, ZONE)


def every_shown() -> Iterator[Shown]:
    """Yield each combination of the switches that hide something, as it is in force; the rest is shown."""
    found = (replace(ALL, **dict(zip(HIDING, flags, strict=True))).in_force() for flags in product((False, True), repeat=len(HIDING)))
    yield from dict.fromkeys(found)


@cache
def paper_shown(shown: Shown, notes: Notes = NOTES, rule: ClientRule = RULE) -> Paper:
    """Return the paper of November, made as the page makes it."""
    entries = frame()
    charged = client_rounded(entries, rule)
    report = client_report(charged, entries, DIRECTORY, shown, period=NOVEMBER, interval=Interval.WEEK, week_start="MONDAY")
    days = {"known_from": date(2026, 10, 1), "today": TODAY, "week_start": "MONDAY"}
    foresee = partial(forecasts, weekdays=("MONDAY",), **days)  # type: ignore[arg-type]
    left, retainers = client_left(
        "c1",
        (),
        daily_cube(entries),
        charged,
        DIRECTORY,
        notes,
        foresee,
        money=shown.amounts,
        **days,  # type: ignore[arg-type]
    )
    return paper_of(report, left, retainers, DIRECTORY, Terms("Acme", ZONE, TODAY, rule))


def money(ticks: int) -> str:
    """Write ticks as digits with two places, rounded half up: no sign of a currency."""
    cents = (2 * ticks + TICKS // 100) // (2 * TICKS // 100)
    return f"{cents // 100:,}.{cents % 100:02}"


def forbidden(shown: Shown) -> set[str]:
    """Return every word and figure that a client mustn't find anywhere, whatever else he sees."""
    found = {*RIVALS}
    found |= set() if shown.people else set(PEOPLE.values()) | set(PEOPLE)
    found |= set() if shown.tasks else set(TASKS.values())
    found |= set() if shown.descriptions else {one.description for one in SPANS}
    found |= set() if shown.tags else set(TAGS.values())
    sums = _sums(project=lambda one: one.project, whole=lambda _: "")
    sums |= _sums(task=lambda one: (one.project, one.task)) if shown.tasks else set()
    close = _sums(entry=lambda one: one.start, day=lambda one: one.start[:10], person=lambda one: one.user)
    if not shown.amounts:
        found |= {"€", "EUR", "Amount", "amount", "Budget", "Rate", *MONEY_OF_PLANS, *sums, *close}
        found |= _sums(task=lambda one: (one.project, one.task))
    if not shown.rates:
        found |= {money(one.rate * 3600) for one in SPANS if one.rate} | (close - sums)
    return found


def stands_in(word: str, text: str) -> bool:
    """Is a word or a figure in a text? A figure within a longer one, as a picture's points have them, is none."""
    if not word[0].isdigit():
        return word in text
    return word in text and bool(re.search(rf"(?<![\d.,]){re.escape(word)}(?!\d)", text))


def _sums(**keys: object) -> set[str]:
    """Return the amounts, as they are charged and as they were, of every group."""
    found: set[str] = set()
    for key in keys.values():
        charged: Counter[object] = Counter()
        exact: Counter[object] = Counter()
        for one in CHARGED:
            charged[key(one.span)] += one.ticks  # type: ignore[operator]
            exact[key(one.span)] += one.span.ticks  # type: ignore[operator]
        found |= {money(ticks) for ticks in (*charged.values(), *exact.values()) if ticks}
    return found
