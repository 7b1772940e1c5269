"""Random views of the demo world: as the app makes them, and the entries they should stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pandas as pd
from hypothesis import strategies as st

from clockify.desk.choice import Choice, from_url, to_url
from clockify.frames import concat_frames, empty_cube, empty_entries
from clockify.mirror.mirror import Mirror
from clockify.periods import Month, Period, Preset, local_day, previous_period
from clockify.reports.filters import Filters, apply_filters, in_period
from clockify.reports.summary import Grouping
from tests.support import truth
from tests.support.mirrors import Copy

NOW = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
ZONES = ("Europe/Belgrade", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Australia/Lord_Howe")
PAIRS = [(first, then) for first in Grouping for then in (None, *Grouping) if then is not first]
SECONDS = 120.0
Frames = tuple[pd.DataFrame, pd.DataFrame]
Dated = list[tuple[date, truth.Entry]]


class Books:
    """The demo world, read by the app into a mirror for each zone, and raw beside it."""

    def __init__(self, copy: Copy, raw: list[truth.Entry]) -> None:
        self.raw, self.names = raw, truth.names_of(raw)
        self.mirror_in = cache(lambda zone: copy.beside(zone=zone))
        self.dated_in = cache(lambda zone: truth.by_day(raw, zone))
        self.ids = {kind: sorted({entry.ids[kind][0] for entry in raw}) for kind in ("person", "client", "project")}
        self._frames: dict[tuple[str, Month], Frames] = {}

    def frames(self, zone: str, months: Sequence[Month]) -> list[Frames]:
        """Return the cube and the entries of each month, read on the first demand."""
        mirror, new = self.mirror_in(zone), [month for month in months if (zone, month) not in self._frames]
        assert mirror.wait(mirror.open_months(new), SECONDS)
        states = mirror.states()
        for month in new:
            assert states[month].verdict.agrees
            cube, entries = (open_it(month, states[month].version) for open_it in (mirror.cube, mirror.entries))
            assert cube is not None and entries is not None
            self._frames[zone, month] = cube, entries
        return [self._frames[zone, month] for month in months]


@dataclass(frozen=True)
class Wanted:
    """A random view: what a person may choose."""

    zone: str
    preset: Preset
    first: date
    days: int
    people: frozenset[int]
    clients: frozenset[int]
    projects: frozenset[int]
    billable: bool | None
    pair: int


def few(largest: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(0, largest), max_size=3) | st.just(frozenset())


VIEWS = st.builds(
    Wanted,
    zone=st.sampled_from(ZONES),
    preset=st.sampled_from([*Preset, Preset.CUSTOM, Preset.CUSTOM]),
    first=st.dates(date(2025, 10, 20), date(2026, 12, 1)),
    days=st.integers(1, 10) | st.integers(11, 31) | st.integers(32, 100),
    people=few(9),
    clients=few(6),
    projects=few(14),
    billable=st.sampled_from([None, None, True, False]),
    pair=st.integers(0, len(PAIRS) - 1),
)


class Shown:
    """A view as the app makes it, and the entries it should stand for."""

    def __init__(self, books: Books, wanted: Wanted) -> None:
        self.zone, self.today = wanted.zone, local_day(NOW, wanted.zone)
        chosen = (("person", wanted.people), ("client", wanted.clients), ("project", wanted.projects))
        people, clients, projects = (tuple(books.ids[kind][one] for one in places if one < len(books.ids[kind])) for kind, places in chosen)
        custom = wanted.preset is Preset.CUSTOM
        days = Period(wanted.first, wanted.first + timedelta(days=wanted.days)) if custom else None
        choice = Choice(wanted.preset, days, Filters(people, clients, projects, wanted.billable))
        self.choice, dropped = from_url(to_url(choice))
        assert (self.choice, dropped) == (choice, []), "a link shows the same view"
        self.period = self.choice.period(self.today, "MONDAY")
        self.previous = previous_period(self.period, self.today)
        months = sorted({*self.period.months(), *self.previous.months()})
        cubes, entries = zip(*books.frames(wanted.zone, months), strict=True)
        mirror: Mirror = books.mirror_in(wanted.zone)
        named = [mirror.names(month, state.version) for month, state in sorted(mirror.states(months).items())]
        self.directory = mirror.directory().with_names([names for names in named if names])
        cube = concat_frames(cubes, empty_cube())
        self.cube, self.before = self._filtered(cube, self.period), self._filtered(cube, self.previous)
        self.entries = self._filtered(concat_frames(entries, empty_entries()), self.period)
        picked = [wanted.first + number * truth.DAY for number in range(wanted.days)]
        self.days = picked if custom else truth.preset_days(wanted.preset, self.today)
        self.days_before = truth.days_before(self.days, self.today)
        wish = truth.Wish(people, clients, projects, wanted.billable)
        self.dated, self.dated_before = (self._meant(books, wish, days) for days in (self.days, self.days_before))

    def _filtered(self, frame: pd.DataFrame, period: Period) -> pd.DataFrame:
        return apply_filters(in_period(frame, period), self.choice.filters, self.directory)

    def _meant(self, books: Books, wish: truth.Wish, days: list[date]) -> Dated:
        meant = set(days)
        return [(day, entry) for day, entry in books.dated_in(self.zone) if day in meant and wish.passes(entry)]
