"""The demo's agency: the same for the same seed, believable, and as large as asked for."""

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clockify.demo import workdays
from clockify.demo.clocks import first_instant, iso_duration, last_instant, parse_wall
from clockify.demo.generate import agency_world
from clockify.demo.summary import summary_report
from clockify.demo.world import World

BELGRADE = ZoneInfo("Europe/Belgrade")
NOW = datetime(2026, 3, 19, 14, 20, tzinfo=BELGRADE)  # a Thursday


@pytest.fixture(scope="module")
def world():
    return agency_world(NOW)


def local(entry):
    return datetime.fromtimestamp(entry.start, BELGRADE)


def local_end(entry):
    return datetime.fromtimestamp(entry.start + entry.seconds, BELGRADE)


def by_month(world):
    months = defaultdict(list)
    for entry in world.entries:
        months[local(entry).year, local(entry).month].append(entry)
    return months


def test_same_seed_same_world(world):
    again = agency_world(NOW)
    assert (again.entries, again.running, again.users, again.projects) == (world.entries, world.running, world.users, world.projects)


def test_another_process_builds_the_same_world(world):
    code = (
        "from datetime import datetime; from clockify.demo import agency_world;"
        "w = agency_world(datetime.fromisoformat('2026-03-19T14:20+01:00')); "
        "print(len(w.entries), w.entries[-1].id, w.entries[77].description)"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root, env={"PYTHONHASHSEED": "5"}
    ).stdout
    assert said.strip() == f"{len(world.entries)} {world.entries[-1].id} {world.entries[77].description}".strip()


def test_another_seed_another_world(world):
    assert agency_world(NOW, seed=2).entries != world.entries


def test_yesterday_looks_the_same_tomorrow(world):
    tomorrow = agency_world(NOW + timedelta(days=1))
    ended = [entry for entry in world.entries if local(entry).date() < NOW.date()]
    assert tomorrow.entries[: len(ended)] == ended


def test_ids_are_24_hexadecimal_digits_and_unique(world):
    ids = [entry.id for entry in (*world.entries, *world.upcoming)]
    for things in (world.users, world.clients, world.projects, world.tasks, world.tags):
        ids += things
    assert len(set(ids)) == len(ids)
    assert {len(key) for key in ids} == {24} and all(int(key, 16) for key in ids)


def test_thirteen_months_of_a_healthy_agency(world):
    months = by_month(world)
    assert list(months) == [(2025, month) for month in range(3, 13)] + [(2026, 1), (2026, 2), (2026, 3)]
    for month in list(months)[:-1]:
        entries = months[month]
        tracked = sum(entry.seconds for entry in entries)
        billable = sum(entry.seconds for entry in entries if entry.billable)
        assert 480 <= len(entries) <= 850, month
        assert Fraction(76, 100) <= Fraction(billable, tracked) <= Fraction(89, 100), month
    shares = [sum(e.seconds for e in world.entries if e.billable), sum(e.seconds for e in world.entries)]
    assert Fraction(80, 100) <= Fraction(*shares) <= Fraction(86, 100)


def test_who_works_there(world):
    active = [user for user in world.users.values() if user.status == "ACTIVE"]
    assert [user.name for user in active][:2] == ["Ana Kovač", "Ben Osei"] and len(active) == 9
    assert [user.name for user in world.users.values() if user.status == "DELETED"] == ["Jonas Weber"]
    assert all(user.email.endswith("@studio-meridian.example") and user.email.isascii() for user in world.users.values())
    former = next(user for user in world.users.values() if user.status == "DELETED")
    assert {month for month, entries in by_month(world).items() if any(entry.user_id == former.id for entry in entries)} == {
        (2025, month) for month in range(3, 8)
    }
    assert {client.currency for client in world.clients.values()} == {"EUR", "USD", "GBP"}
    assert len(world.projects) == 14 and any(project.archived for project in world.projects.values())
    assert [project.name for project in world.projects.values() if project.billable and project.rate is None] == ["Accessibility audit"]


def test_nobody_is_in_two_places_at_once(world):
    by_user = defaultdict(list)
    for entry in world.entries:
        by_user[entry.user_id].append(entry)
    for entries in by_user.values():
        for earlier, later in pairwise(entries):
            assert earlier.start + earlier.seconds <= later.start


def test_weekends_and_holidays_are_quiet(world):
    # Sundays have the two changes of the clocks, nothing else.
    assert Counter(local(entry).date() for entry in world.entries if local(entry).weekday() >= 5) == {
        date(2025, 3, 30): 1,
        date(2025, 10, 26): 1,
    }
    assert not [entry for entry in world.entries if (local(entry).month, local(entry).day) in ((1, 1), (5, 1), (12, 25))]
    worked = {entry.user_id for entry in world.entries if date(2025, 7, 14) <= local(entry).date() <= date(2025, 7, 18)}
    assert len(worked) < 9


def test_a_free_afternoon_each_month(world):
    assert workdays.is_short(date(2026, 2, 20))
    assert (
        max(local_end(entry).hour * 60 + local_end(entry).minute for entry in world.entries if local(entry).date() == date(2026, 2, 20))
        <= 780
    )


def test_entries_cross_midnight_and_both_changes_of_the_clocks(world):
    crossing = [entry for entry in world.entries if local(entry).date() != local_end(entry).date()]
    assert len(crossing) >= 10
    assert {local(entry).strftime("%H:%M") for entry in crossing} == {"22:15"}
    night = {local(entry).date(): entry for entry in world.entries if local(entry).weekday() == 6}
    # 01:00 to 04:00 on the wall is two hours in spring and four in autumn.
    assert (night[date(2025, 3, 30)].seconds, night[date(2025, 10, 26)].seconds) == (7200, 14400)


def test_odd_corners_are_there(world):
    assert 0.08 < sum(entry.seconds % 900 != 0 for entry in world.entries) / len(world.entries) < 0.25
    assert any((entry.rate or 0) * entry.seconds % 3600 for entry in world.entries if entry.billable)
    tags = Counter(len(entry.tag_ids) for entry in world.entries)
    assert tags[0] > tags[1] > tags[2] > 50
    assert any(entry.project_id is None for entry in world.entries) and any(not entry.description for entry in world.entries)
    assert any(entry.billable and entry.rate is None for entry in world.entries)


def test_old_entries_keep_the_old_rate(world):
    site = next(project for project in world.projects.values() if project.name == "Website relaunch")
    rates = {local(entry).year: entry.rate for entry in world.entries if entry.project_id == site.id}
    assert rates == {2025: 9200, 2026: 9800} and site.rate == 9800


def test_rates_have_exceptions(world):
    tasks = {task.name: task.id for task in world.tasks.values()}
    assert {entry.rate for entry in world.entries if entry.task_id == tasks["Emergency support"]} == {14000}
    bank = next(project for project in world.projects.values() if project.name == "Mobile banking")
    hugo = next(user for user in world.users.values() if user.name == "Hugo Martin")
    of_bank = {entry.user_id == hugo.id: entry.rate for entry in world.entries if entry.project_id == bank.id}
    assert of_bank == {True: 13000, False: 10500}


def test_budgets_are_blown_and_healthy(world):
    used, earned = Counter(), Counter()
    for entry in world.entries:
        used[entry.project_id] += entry.seconds
        earned[entry.project_id] += Fraction(entry.seconds * (entry.rate or 0), 3600) if entry.billable else 0
    burn = {p.name: used[p.id] / p.time_estimate for p in world.projects.values() if p.time_estimate and not p.reset}
    burn |= {p.name: float(earned[p.id] / p.budget) for p in world.projects.values() if p.budget and not p.reset}
    assert burn["Website relaunch"] > 1.15 and burn["Exhibition guide"] > 1.15
    assert 0.4 < burn["Design system"] < 0.75 and 0.6 < burn["Online shop"] < 0.95


def test_today_happens_up_to_now(world):
    assert all(local_end(entry) <= NOW for entry in world.entries)
    assert any(local(entry).date() == NOW.date() for entry in world.entries)
    assert world.upcoming and all(local_end(entry) > NOW for entry in world.upcoming)
    assert len(world.running) == 2 and all(timer.seconds == 0 and timer.start <= NOW.timestamp() for timer in world.running)
    assert len({timer.user_id for timer in world.running}) == 2


def test_the_day_goes_on():
    world = agency_world(NOW)
    before, planned = len(world.entries), len(world.upcoming)
    world.advance(NOW.replace(hour=23, minute=59))
    assert len(world.entries) + len(world.upcoming) == before + planned and len(world.upcoming) < planned
    assert world.entries == sorted(world.entries) and len(world.running) == 2


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31)])
def test_any_day_will_do(today):
    world = agency_world(datetime(today.year, today.month, today.day, 0, 30, tzinfo=BELGRADE))
    assert len({(local(entry).year, local(entry).month) for entry in world.entries}) >= 12
    assert len(world.running) == 2


def test_summary_agrees_with_plain_sums(world):
    february = [entry for entry in world.entries if (local(entry).year, local(entry).month) == (2026, 2)]
    expected = defaultdict(Fraction)
    for entry in february:
        client = world.clients.get(world.projects[entry.project_id].client_id or "") if entry.project_id else None
        currency = client.currency if client else "EUR"
        expected[currency] += Fraction(entry.seconds * (entry.rate or 0), 3600) if entry.billable else 0
    body = {"dateRangeStart": "2026-02-01T00:00:00", "dateRangeEnd": "2026-02-28T23:59:59.999", "timeZone": "Europe/Belgrade"}
    report = summary_report(body | {"summaryFilter": {"groups": ["USER", "PROJECT"]}}, world, sees_money=True)
    totals = report["totals"][0]
    assert totals["totalTime"] == sum(entry.seconds for entry in february)
    assert totals["entriesCount"] == len(february)
    assert {row["currency"]: row["amount"] for row in totals["totalAmountByCurrency"]} == {
        key: float(value) for key, value in expected.items()
    }
    assert sum(child["duration"] for row in report["groupOne"] for child in row["children"]) == totals["totalTime"]


@pytest.mark.parametrize(("people", "entries"), [(1, 500), (4, 7), (60, 20_000)])
def test_size_is_what_was_asked_for(people, entries):
    world = agency_world(NOW, people=people, entries=entries)
    assert sum(local(entry).date() < NOW.date() for entry in world.entries) == entries
    active = [user.name for user in world.users.values() if user.status == "ACTIVE"]
    assert len(set(active)) == people
    assert world.entries == agency_world(NOW, people=people, entries=entries).entries


def test_builder_gives_the_first_of_each_role_a_key():
    world = World.empty(zone="America/New_York", currency="USD")
    uma, vik, wes = world.add_user("Uma"), world.add_user("Vik", role="MANAGER"), world.add_user(None)
    world.add_key("another-key", wes)
    assert world.keys == {"demo-owner-key": uma.id, "demo-manager-key": vik.id, "demo-member-key": wes.id, "another-key": wes.id}
    assert world.currency_of(None) == "USD" and world.zone.key == "America/New_York"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "PT0S"), (20, "PT20S"), (10440, "PT2H54M"), (3600, "PT1H"), (90061, "PT25H1M1S"), (60, "PT1M")]
)
def test_durations_are_spelt_like_clockifys(seconds, text):
    assert iso_duration(seconds) == text


def test_wall_clocks_around_a_change_of_the_clocks():
    # 25 October 2026: 02:30 comes twice, at 00:30 and 01:30 UTC.
    twice = parse_wall("2026-10-25T02:30:00")
    assert last_instant(twice, BELGRADE) - first_instant(twice, BELGRADE) == 3600
    # One day has 23 hours in March.
    spring = [first_instant(parse_wall(f"2026-03-{day}T00:00:00Z"), BELGRADE) for day in (29, 30)]
    assert spring[1] - spring[0] == 23 * 3600
    assert (
        first_instant(parse_wall("2026-03-01T00:00:00.001"), BELGRADE) == last_instant(parse_wall("2026-03-01T00:00:00.999"), BELGRADE) + 1
    )


def test_a_large_agency_has_projects_whose_names_repeat() -> None:
    world = agency_world(NOW, people=26, projects=284)
    names = Counter(project.name for project in world.projects.values())
    clients = {(project.name, project.client_id) for project in world.projects.values()}
    assert (len(world.projects), len(clients)) == (284, 284), "with its client each is one of its kind"
    assert len([name for name, times in names.items() if times >= 20]) >= 5
    assert 20_000 < len(world.entries) < 40_000
    used = Counter(entry.project_id for entry in world.entries)
    assert len(used) > 270


def test_few_projects_are_the_first_of_the_usual_ones() -> None:
    world = agency_world(NOW, projects=3)
    assert [project.name for project in world.projects.values()] == ["Website relaunch", "Customer portal", "Online shop"]
