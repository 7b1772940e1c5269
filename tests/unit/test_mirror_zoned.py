"""A copy in another zone: cut from what is kept, worked out beside it from raw replies (`truth`); and what that costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify.api.quota import Intent
from clockify.demo import RunningServer, World, agency_world, create_app, serve
from clockify.errors import ServerError
from clockify.frames import ENTRY_DTYPES, concat_frames, empty_entries
from clockify.mirror.mirror import Mirror
from clockify.mirror.snapshots import Difference, MonthState, RowTimes, Scope, Verdict
from clockify.mirror.zoned import SHARED, Zoned, base_of, made_of
from clockify.periods import Month, Period
from clockify.reports.filters import in_period
from tests.support import truth
from tests.support.databases import Place
from tests.support.faults import Front
from tests.support.mirrors import Copy, count_requests, mirror_of
from tests.support.nightly import at_night, by_turns
from tests.support.studio import Clock

Serve = Callable[..., RunningServer]

NOW = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
KEPT_IN = "Europe/Belgrade"
OCTOBER, NOVEMBER, DECEMBER = (Month(2026, number) for number in (10, 11, 12))
ZONES = (
    *("Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"),
    *("America/Los_Angeles", "Pacific/Auckland", "Europe/London", "Europe/Paris", "UTC"),
)


# Which months a month is made of


@pytest.mark.parametrize(
    ("zone", "kept_in", "month", "first", "last"),
    [
        # November in Belgrade, at UTC+1, is 31 October 23:00 to 30 November 23:00 UTC.
        ("Europe/Paris", KEPT_IN, NOVEMBER, 11, 11),
        ("Pacific/Kiritimati", KEPT_IN, NOVEMBER, 10, 11),
        ("Pacific/Niue", KEPT_IN, NOVEMBER, 11, 12),
        ("Asia/Kolkata", KEPT_IN, NOVEMBER, 10, 11),
        ("Europe/London", KEPT_IN, NOVEMBER, 11, 12),
        # Half an hour, and a quarter.
        ("Asia/Kathmandu", "Asia/Kolkata", NOVEMBER, 10, 11),
        ("Asia/Kolkata", "Asia/Kathmandu", NOVEMBER, 11, 12),
        # Denver is with Phoenix in winter, and an hour ahead until 1 November 2026, 2 o'clock.
        ("America/Denver", "America/Phoenix", NOVEMBER, 10, 11),
        ("America/Denver", "America/Phoenix", DECEMBER, 12, 12),
        ("America/Denver", "America/Phoenix", Month(2026, 7), 6, 7),
        ("America/Denver", "America/Phoenix", Month(2026, 3), 3, 3),
        ("America/Phoenix", "America/Denver", Month(2026, 3), 3, 4),
        ("America/Phoenix", "America/Denver", NOVEMBER, 11, 11),
        # Both set their clocks back two hours after the month began.
        ("America/Toronto", "America/New_York", NOVEMBER, 11, 11),
        # At 0:01 on 1 November 2009 it was 31 October once more, for 59 minutes.
        ("Atlantic/Reykjavik", "America/St_Johns", Month(2009, 11), 10, 11),
        # Twenty-five hours apart.
        ("Pacific/Kiritimati", "Pacific/Niue", NOVEMBER, 10, 11),
        ("Pacific/Niue", "Pacific/Kiritimati", NOVEMBER, 11, 12),
    ],
)
def test_a_month_is_made_of_those_it_shares_a_moment_with(zone: str, kept_in: str, month: Month, first: int, last: int) -> None:
    assert [one.number for one in made_of(month, zone, kept_in)] == list(range(first, last + 1))


@settings(max_examples=25, derandomize=True)
@given(st.sampled_from(ZONES), st.sampled_from(ZONES), st.integers(2015, 2030), st.integers(1, 12))
def test_every_quarter_of_an_hour_of_a_month_is_in_what_it_is_made_of(zone: str, kept_in: str, year: int, number: int) -> None:
    month = Month(year, number)
    moment, found = datetime(year, number, 1, tzinfo=UTC) - timedelta(days=2), set()
    for _ in range(35 * 24 * 4):
        local = moment.astimezone(ZoneInfo(zone))
        if (local.year, local.month) == (year, number):
            kept = moment.astimezone(ZoneInfo(kept_in))
            found.add(Month(kept.year, kept.month))
        moment += timedelta(minutes=15)
    assert made_of(month, zone, kept_in) == tuple(sorted(found))


# What is in a month


class Books:
    """The agency with an entry every hour around each end of a month, and raw beside it."""

    def __init__(self, copy: Copy, raw: list[truth.Entry]) -> None:
        self.copy, self.raw = copy, raw
        self.months = [Month(2025, 11).after(number) for number in range(15)]

    def mirror(self, zone: str) -> Zoned:
        return Zoned(self.copy.mirror, zone)

    def open(self, zone: str, months: list[Month]) -> tuple[Zoned, dict[Month, str]]:
        mirror = self.mirror(zone)
        opening = mirror.open_months(months)
        assert mirror.wait(opening, 60)
        opening = mirror.open_months(months)
        assert opening.wanted == tuple(months)
        assert not opening.missing
        return mirror, dict(opening.versions)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    world = agency_world(NOW)
    ana = next(iter(world.users.values()))
    paid = next(one for one in world.projects.values() if one.rate)
    for number in range(14):
        edge = datetime.combine(Month(2025, 12).after(number).period.start, datetime.min.time(), UTC)
        for hour in range(-30, 31):
            start = edge + timedelta(hours=hour, minutes=hour % 4 * 15)
            world.add_entry(ana, start, start + timedelta(minutes=17), project=paid, description=f"edge {hour}")
    place = Place(None, tmp_path_factory.mktemp("zoned"))
    with serve(create_app(world)) as server, mirror_of(server, place, clock=lambda: NOW) as copy:
        raw = [entry for year in (2025, 2026, 2027) for entry in truth.fetch_entries(server, date(year, 1, 1), date(year + 1, 1, 1))]
        yield Books(copy, raw)


# By day both ends of the world, half an hour, a clock change by half an hour, and the zone the rows are kept in but for its name.
BY_DAY = ("Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Paris")


@pytest.mark.parametrize("zone", [zone if zone in BY_DAY else at_night(zone, id=zone) for zone in ZONES])
def test_a_years_months_hold_what_starts_on_their_days(books: Books, zone: str) -> None:
    months = books.months[1:-1]
    mirror, versions = books.open(zone, months)
    dated = truth.by_day(books.raw, zone)
    states = mirror.states(months)
    for month in months:
        meant = [(day, entry) for day, entry in dated if (day.year, day.month) == (month.year, month.number)]
        entries, cube = mirror.entries(month, versions[month]), mirror.cube(month, versions[month])
        assert entries is not None and cube is not None
        assert list(entries) == list(ENTRY_DTYPES)
        assert Counter(zip(entries["id"], entries["day"].dt.date, strict=True)) == Counter((entry.id, day) for day, entry in meant)
        assert entries["start"].is_monotonic_increasing
        assert states[month].entries_count == len(meant)
        assert sums_of(cube) == sums_in(meant)


def sums_of(cube: pd.DataFrame) -> dict[tuple[date, str], tuple[int, Fraction, int]]:
    by = cube.groupby(["day", "user_id"], observed=True)[["seconds", "amount_ticks", "entries"]].sum().reset_index()
    return {(row.day.date(), row.user_id): (row.seconds, Fraction(row.amount_ticks, 3600), row.entries) for row in by.itertuples()}


def sums_in(dated: list[tuple[date, truth.Entry]]) -> dict[tuple[date, str], tuple[int, Fraction, int]]:
    found: dict[tuple[date, str], list[truth.Entry]] = defaultdict(list)
    for day, entry in dated:
        found[day, entry.ids["person"][0]].append(entry)
    return {
        key: (sum(one.seconds for one in several), sum((one.cents for one in several), Fraction()), len(several))
        for key, several in found.items()
    }


PERIODS = (
    *(Period(date(2026, 10, 28), date(2026, 11, 4)), Period(date(2026, 10, 31), date(2026, 11, 1))),
    *(Period(date(2026, 10, 25), date(2026, 10, 26)), Period(date(2026, 3, 29), date(2026, 4, 6))),
    *(Period(date(2026, 11, 1), date(2026, 11, 2)), Period(date(2025, 12, 31), date(2026, 1, 2))),
)


@pytest.mark.parametrize(("zone", "period"), by_turns(ZONES, PERIODS, 1))
def test_days_over_the_end_of_a_month_and_over_clock_changes(books: Books, zone: str, period: Period) -> None:
    mirror, versions = books.open(zone, period.months())
    frames = [mirror.entries(month, version, ("id", "day", "seconds")) for month, version in versions.items()]
    shown = in_period(concat_frames([frame for frame in frames if frame is not None], empty_entries()), period)
    meant = [(day, entry) for day, entry in truth.by_day(books.raw, zone) if period.start <= day < period.end]
    assert list(shown) == ["id", "day", "seconds"]
    assert sorted(shown["id"]) == sorted(entry.id for _, entry in meant)
    assert int(shown["seconds"].sum()) == sum(entry.seconds for _, entry in meant)


def test_all_that_is_kept_can_be_listed_without_the_names_of_months(books: Books) -> None:
    books.open("Asia/Kolkata", books.months[1:-1])
    kept = books.copy.mirror.states()
    ahead = set(books.mirror("Asia/Kolkata").states())
    assert ahead == {month for month in kept if month.after(-1) in kept}
    assert set(books.mirror("Europe/Paris").states()) == set(kept)


def test_names_are_those_of_what_it_is_made_of(books: Books) -> None:
    mirror, versions = books.open("Asia/Kolkata", [NOVEMBER])
    names = mirror.names(NOVEMBER, versions[NOVEMBER])
    assert names is not None
    entries = mirror.entries(NOVEMBER, versions[NOVEMBER], ("user_id",))
    assert entries is not None
    assert set(entries["user_id"].cat.categories) <= set(names["user"])


def test_a_mirrors_whole_face_is_there() -> None:
    public = {name for name in vars(Mirror) if not name.startswith("_")}
    assert public == (set(SHARED) | {name for name in vars(Zoned) if name in public})
    assert not set(SHARED) & set(vars(Zoned))


# What it costs


def night_shop() -> World:
    """An hour a day at 23:30 UTC from 1 September to 20 November, which is the next day in Belgrade."""
    world = World.empty(zone=KEPT_IN)
    ana = world.add_user("Ana", role="OWNER")
    project = world.add_project("Atlas", world.add_client("Acme", "EUR"), rate=6000)
    for number in range(81):
        start = datetime(2026, 9, 1, 23, 30, tzinfo=UTC) + timedelta(days=number)
        world.add_entry(ana, start, start + timedelta(hours=1), project=project, description="night")
    return world


def days_in(mirror: Mirror, month: Month) -> list[int]:
    state = mirror.states([month])[month]
    entries = mirror.entries(month, state.version, ("day",))
    assert entries is not None
    return entries["day"].dt.day.tolist()


def settle(mirror: Mirror, *months: Month, person: bool = False) -> Any:
    opening = mirror.open_months(months, person=person)
    while opening.is_busy:
        assert mirror.wait(opening, 60)
        opening = mirror.open_months(months)
    return opening


def test_what_is_stored_costs_nothing_and_what_is_missing_one_request(place: Place, served: Serve) -> None:
    server = served(night_shop())
    with mirror_of(server, place, clock=Clock(NOW)) as copy:
        copy.read(OCTOBER, NOVEMBER)
        asked = len(server.requests)
        ahead, behind = Zoned(copy.mirror, "Asia/Kolkata"), Zoned(copy.mirror, "Pacific/Niue")
        # 31 October 23:30 UTC is 1 November in Kolkata and in Belgrade, 12:30 on 31 October in Niue.
        opening = ahead.open_months([NOVEMBER])
        assert (opening.missing, opening.is_busy) == ((), False)
        assert days_in(ahead, NOVEMBER) == list(range(1, 22))
        assert len(server.requests) == asked
        settle(behind, NOVEMBER)
        # The last night of all is that of 20 November.
        assert days_in(behind, NOVEMBER) == list(range(1, 21))
        assert count_requests(server, asked) == {"detailed": 1}
        assert sorted(copy.mirror.states()) == [OCTOBER, NOVEMBER, DECEMBER]
        # An empty month that lies ahead is there now, and isn't asked for again.
        settle(behind, NOVEMBER)
        settle(Zoned(copy.mirror, "America/New_York"), OCTOBER, NOVEMBER)
        assert count_requests(server, asked) == {"detailed": 1}
        settle(ahead, OCTOBER)
        assert count_requests(server, asked) == {"detailed": 2}, "September"
        assert Month(2026, 9) in copy.mirror.states()


def test_two_zones_at_once_share_one_copy(place: Place, served: Serve) -> None:
    server = served(night_shop())
    with mirror_of(server, place, clock=Clock(NOW)) as copy:
        one, other = Zoned(copy.mirror, "Asia/Kolkata"), Zoned(copy.mirror, "Pacific/Niue")
        asked = len(server.requests)
        first, second = one.open_months([OCTOBER]), other.open_months([OCTOBER])
        assert one.wait(first, 60) and other.wait(second, 60)
        settle(one, OCTOBER)
        settle(other, OCTOBER)
        assert count_requests(server, asked) == {"detailed": 3}, "September, October, November"
        # 30 September 23:30 UTC is 1 October in Kolkata; 30 September in Niue.
        assert (days_in(one, OCTOBER), days_in(other, OCTOBER)) == ([*range(1, 32)], [*range(1, 32)])
        assert one.scope != other.scope != copy.mirror.scope
        assert {state.version for state in one.states([OCTOBER]).values()} != {state.version for state in other.states([OCTOBER]).values()}


def test_an_edit_over_the_end_of_the_month_is_seen_after_refresh(place: Place, served: Serve) -> None:
    world, clock = night_shop(), Clock(NOW)
    server = served(world)
    with mirror_of(server, place, clock=clock) as copy:
        mirror = Zoned(copy.mirror, "Asia/Kolkata")
        before = dict(settle(mirror, NOVEMBER).versions)[NOVEMBER]
        # From 31 October 23:30 UTC, in both zones 1 November, to 19:00: in Kolkata half past midnight, in Belgrade the day before.
        (entry,) = [one for one in world.entries if one.start == int(datetime(2026, 10, 31, 23, 30, tzinfo=UTC).timestamp())]
        world.edit_entry(entry.id, start=int(datetime(2026, 10, 31, 19, tzinfo=UTC).timestamp()), description="moved")
        clock.pass_by(seconds=30)
        opening = settle(mirror, NOVEMBER, person=True)
        after = dict(opening.versions)[NOVEMBER]
        assert not opening.faults
        assert after != before
        entries = mirror.entries(NOVEMBER, after)
        assert entries is not None
        assert entries["description"].tolist()[:2] == ["moved", "night"]
        assert entries["day"].iloc[0] == pd.Timestamp(2026, 11, 1)
        assert days_in(mirror, NOVEMBER) == list(range(1, 22))
        assert days_in(copy.mirror, NOVEMBER) == list(range(2, 22))
        clock.pass_by(hours=1)
        assert dict(settle(mirror, NOVEMBER).versions)[NOVEMBER] == after, "the same content keeps its version"
        # What is made of a version that is gone can't be opened, only looked up anew.
        copy.store.scopes.forget_key(copy.account.fingerprint, clock())
        assert (mirror.entries(NOVEMBER, before), mirror.cube(NOVEMBER, before), mirror.names(NOVEMBER, before)) == (None, None, None)


def test_until_the_neighbour_is_there_the_month_is_not_and_clockifys_totals_are_not_its_own(place: Place, served: Serve) -> None:
    with Front(served(night_shop())) as front, mirror_of(front, place, clock=Clock(NOW)) as copy:
        mirror = Zoned(copy.mirror, "Asia/Kolkata")
        copy.read(NOVEMBER)
        with front.hold("detailed") as gate:
            opening = mirror.open_months([NOVEMBER])
            assert opening.missing == (NOVEMBER,)
            assert set(opening.reading) == {NOVEMBER}
            copy.mirror.open_months([OCTOBER]).reading[OCTOBER].note(1, 4, {"totalTime": 3600})
            (progress,) = mirror.open_months([NOVEMBER]).reading.values()
            assert (progress.done, progress.of, progress.totals) == (1, 4, None)
            assert not mirror.wait(opening, 0)
            gate.set()
        assert mirror.wait(opening, 60)
        assert not settle(mirror, NOVEMBER).missing


def test_a_neighbour_that_cannot_be_read_is_the_months_fault(place: Place, served: Serve) -> None:
    with Front(served(night_shop())) as front, mirror_of(front, place, clock=Clock(NOW)) as copy:
        mirror = Zoned(copy.mirror, "Asia/Kolkata")
        copy.read(NOVEMBER)
        front.fail("detailed", "500")
        opening = settle(mirror, NOVEMBER)
        assert opening.missing == (NOVEMBER,)
        assert isinstance(opening.faults[NOVEMBER], ServerError)
        assert copy.mirror.open_months([NOVEMBER]).faults == {}
        front.heal()
        mirror.retry()
        assert settle(mirror, NOVEMBER).missing == ()


def test_without_a_request_left_the_month_waits_and_asks_nobody(place: Place, served: Serve) -> None:
    clock = Clock(NOW)
    server = served(night_shop(), plan="FREE", clock=clock)
    with mirror_of(server, place, clock=clock) as copy:
        copy.read(NOVEMBER)
        while copy.mirror.next_free_at(Intent.VIEWER) is None:
            copy.store.claim_request(copy.mirror.workspace.id, clock(), None)
        asked = len(server.requests)
        mirror = Zoned(copy.mirror, "Asia/Kolkata")
        for _ in range(3):
            opening = mirror.open_months([NOVEMBER])
            assert (opening.missing, opening.waiting, opening.is_busy) == ((NOVEMBER,), (NOVEMBER,), False)
        assert opening.free_at is not None
        assert len(server.requests) == asked
        clock.pass_by(minutes=61)
        settle(mirror, NOVEMBER)
        assert days_in(mirror, NOVEMBER) == list(range(1, 22))


def test_what_is_looked_at_comes_before_what_is_only_compared_with(place: Place, served: Serve) -> None:
    clock = Clock(NOW)
    with mirror_of(served(night_shop(), plan="FREE", clock=clock), place, clock=clock) as copy:
        mirror = Zoned(copy.mirror, "Pacific/Niue")
        while (copy.mirror.requests_left(Intent.VIEWER) or 0) > 2:
            copy.store.claim_request(copy.mirror.workspace.id, clock(), None)
        opening = mirror.open_months([NOVEMBER], beside=[OCTOBER])
        assert mirror.wait(opening, 60)
        assert set(mirror.states()) == {NOVEMBER}


# As bad as its worst part


def state_of(month: Month, version: str, **facts: Any) -> MonthState:
    usual = {"source": "report", "amounts_hidden": False, "entries_count": 3, "rows": RowTimes(100.0), "checked_at": 200.0}
    return MonthState(month=month, version=version, **(usual | {"verdict": Verdict(True, 200.0)} | facts))


def zoned_of(*states: MonthState, zone: str = "Asia/Kolkata", gone: bool = False) -> Zoned:
    opened: list[str] = []

    def entries(_: Month, version: str, __: Any = None) -> pd.DataFrame | None:
        opened.append(version)
        return None if gone else empty_entries()

    base: Any = SimpleNamespace(
        **dict.fromkeys(SHARED),
        workspace=None,
        profile=None,
        zone=KEPT_IN,
        scope=Scope("w", "u", KEPT_IN),
        opened=opened,
        entries=entries,
        states=lambda wanted=None: {state.month: state for state in states if wanted is None or state.month in wanted},
    )
    return Zoned(base, zone)


@pytest.mark.parametrize(
    ("october", "november", "agrees"),
    [(True, True, True), (False, True, False), (True, False, False), (None, True, None), (None, False, False), (True, None, None)],
)
def test_the_worst_verdict_counts(october: bool | None, november: bool | None, agrees: bool | None) -> None:
    mirror = zoned_of(
        state_of(OCTOBER, "a" * 16, verdict=Verdict(october, 150.0, days=("2026-10-31",))),
        state_of(NOVEMBER, "b" * 16, verdict=Verdict(november, 160.0, is_pending=True, days=("2026-11-02",))),
    )
    verdict = mirror.states([NOVEMBER])[NOVEMBER].verdict
    assert (verdict.agrees, verdict.at, verdict.is_pending, verdict.days) == (agrees, 150.0, True, ("2026-10-31", "2026-11-02"))


def test_the_oldest_times_the_poorest_source_and_its_own_differences() -> None:
    theirs, own = Difference("u1", "p1", 60), Difference("u2", "p2", -60)
    mirror = zoned_of(
        state_of(OCTOBER, "a" * 16, source="own", checked_at=90.0, unread=2, amounts_hidden=True, verdict=Verdict(False, 90.0, (theirs,))),
        state_of(NOVEMBER, "b" * 16, source="lists", checked_at=95.0, unread=1, verdict=Verdict(False, 95.0, (own,))),
    )
    state = mirror.states([NOVEMBER])[NOVEMBER]
    assert (state.source, state.checked_at, state.unread, state.amounts_hidden) == ("own", 90.0, 3, True)
    assert state.verdict.differences == (own,)
    assert state.version == f"{'a' * 16}+{'b' * 16}"
    assert mirror.states([OCTOBER]) == {}, "September is not there"


def test_of_a_neighbour_the_rows_of_the_days_near_count() -> None:
    old = RowTimes(10.0).with_days([date(2026, 10, day) for day in (30, 31)], 80.0)
    mirror = zoned_of(state_of(OCTOBER, "a", rows=old), state_of(NOVEMBER, "b", rows=RowTimes(70.0)))
    assert mirror.states([NOVEMBER])[NOVEMBER].rows_at() == 70.0
    older = zoned_of(state_of(OCTOBER, "a", rows=RowTimes(10.0)), state_of(NOVEMBER, "b", rows=RowTimes(70.0)))
    assert older.states([NOVEMBER])[NOVEMBER].rows_at() == 10.0


def test_the_longest_version_fits_and_a_version_is_counted_once() -> None:
    states = [state_of(month, letter * 16) for month, letter in ((OCTOBER, "a"), (NOVEMBER, "b"), (DECEMBER, "c"))]
    mirror: Any = zoned_of(*states)
    for _ in range(3):
        assert mirror.states([NOVEMBER])[NOVEMBER].entries_count == 0
    assert mirror.base.opened == ["a" * 16, "b" * 16]
    assert len("+".join(state.version for state in states)) <= 64
    lost: Any = zoned_of(*states, gone=True)
    assert lost.states([NOVEMBER])[NOVEMBER].entries_count == 6, "nobody opens this version any more"


def test_the_base_is_found_behind_either() -> None:
    mirror = zoned_of()
    assert base_of(mirror) is mirror.base
    assert base_of(mirror.base) is mirror.base
    assert mirror.scope == Scope("w", "u", "Asia/Kolkata")
