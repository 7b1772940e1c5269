"""One cast for every test of rights: who is who, what each may see, and how what he may not see could look in bytes.

Names are words that stand nowhere else, lengths and rates are odd numbers, so that a sum that tells somebody something
is not by chance one that he may see.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import combinations
from random import Random

import numpy as np

from clockify.demo import World
from clockify.demo.entities import Project, Task, User
from clockify.periods import Month

PEOPLE = ("Adaxa", "Mimozel", "Benvolik", "Cresidra", "Dromiox", "Fenwicka")
CLIENTS = ("Ostravex", "Kestrelon")
PROJECTS = ("Zeppelar", "Quaggor", "Narwhilo", "Pangolix")
TASKS = ("Riveting", "Stripery", "Tuskwork", "Scalery")
WORDS = 5
ROUNDED_TO = 15 * 60


@dataclass(frozen=True)
class Row:
    """An entry, in plain Python."""

    day: date
    person: str
    project: str
    client: str
    task: str
    seconds: int
    rate: int
    currency: str
    billable: bool
    description: str

    @property
    def cents(self) -> Fraction:
        return Fraction(self.seconds * self.rate, 3600) if self.billable else Fraction()


@dataclass(frozen=True)
class Cast:
    """The world, and its entries once more."""

    world: World
    rows: tuple[Row, ...]
    months: tuple[Month, ...]

    def address(self, name: str) -> str:
        return f"{name.lower()}@{DOMAIN}"

    def user(self, name: str) -> User:
        return next(one for one in self.world.users.values() if one.name == name)

    def project(self, name: str) -> Project:
        return next(one for one in self.world.projects.values() if one.name == name)


DOMAIN = "studio.example"


def cast(today: date) -> Cast:
    """Make a studio: Adaxa owns it, Mimozel manages Benvolik and the project Zeppelar, Dromiox was deleted, Fenwicka logged nothing."""
    world, dice = World.empty(name="Studio"), Random(18)
    people = {name: _hired(world, name) for name in PEOPLE}
    clients = [world.add_client(name, "EUR" if name == "Ostravex" else "CHF") for name in CLIENTS]
    owners = (clients[0], clients[0], clients[1], None)
    projects = [
        world.add_project(name, client, rate=rate, public=False, time_estimate=estimate)
        for name, client, rate, estimate in zip(
            PROJECTS, owners, (11_731, 9_347, 13_171, 8_951), (907_211, 811_157, 733_099, 0), strict=True
        )
    ]
    tasks = [world.add_task(project, name) for project, name in zip(projects, TASKS, strict=True)]
    works = {"Adaxa": (1, 2, 3), "Mimozel": (0, 3), "Benvolik": (0, 1), "Cresidra": (0, 1, 2), "Dromiox": (0, 2)}
    for place, project in enumerate(projects):
        world.edit(project, members=frozenset(people[name].id for name, own in works.items() if place in own))
    rows, months = [], (Month.of(today).after(-1), Month.of(today))
    for day in _days(months, today):
        for name, own in works.items():
            for place in own:
                rows.append(_logged(world, people[name], projects[place], tasks[place], day, dice))
    return Cast(world, tuple(rows), months)


def _hired(world: World, name: str) -> User:
    role = {"Adaxa": "OWNER", "Mimozel": "MANAGER"}.get(name, "MEMBER")
    return world.add_user(name, f"{name.lower()}@{DOMAIN}", role=role, status="DELETED" if name == "Dromiox" else "ACTIVE", cost_rate=4_391)  # type: ignore[arg-type]


def _days(months: Sequence[Month], today: date) -> Iterator[date]:
    first = months[0].period.start
    while first < today:
        if first.weekday() < WORDS:
            yield first
        first += timedelta(days=1)


def _logged(world: World, user: User, project: Project, task: Task, day: date, dice: Random) -> Row:
    seconds, billable = dice.randrange(2_003, 9_973, 2), dice.random() < 0.8
    words = f"{user.name} {task.name} {dice.randrange(10**6):06d}x"
    start = datetime.combine(day, time(8), world.zone) + timedelta(minutes=dice.randrange(60, 400))
    world.add_entry(user, start, start + timedelta(seconds=seconds), project=project, task=task, billable=billable, description=words)
    client = world.client_of(project.id)
    currency = client.currency if client else world.currency
    return Row(
        day, str(user.name), project.name, client.name if client else "", task.name, seconds, project.rate or 0, currency, billable, words
    )


# What is hidden, and how it would look


class Hidden:
    """What may be in no byte: words, and sums as they are written or stored."""

    def __init__(self, cast: Cast, seen: Sequence[Row], *, money: bool, mine: Iterable[str] = (), people: bool = True) -> None:
        """`seen` are the rows that may be seen, `mine` names that are in none of them and may be seen all the same; without `people`
        nobody's name, words or sum is told even of those.

        Hidden is each sum of a group with others' time in it, and what is left of it when his own is taken away: who knows
        the one knows the other. Without `money` every amount is hidden, his own, too.
        """
        known = {*mine, *(text for row in seen for text in (row.project, row.client, row.task))}
        known |= {text for row in seen for text in (row.person, row.description) if people}
        words = {*PEOPLE, *CLIENTS, *PROJECTS, *TASKS, *(row.description for row in cast.rows)} - known
        words |= {cast.address(name) for name in PEOPLE if name not in known}
        ids = {cast.user(name).id for name in PEOPLE if name not in known} | {
            cast.project(name).id for name in PROJECTS if name not in known
        }
        self.words = sorted(words | ids)
        # Of his own rows more is told than two at a time: what somebody did on a project in a week.
        own = [name for name in _KEYS if people or name != "person"]
        # An address may ask for them rounded, too.
        rounded = [replace(row, seconds=-(-row.seconds // ROUNDED_TO) * ROUNDED_TO) for row in seen]
        allowed = {*_sums(seen, own, most=4), *_sums(rounded, own, most=4)}
        others = [row for row in cast.rows if row not in {*seen}]
        told = {*_sums(cast.rows), *_sums(others)} - allowed
        self._texts: dict[bytes, str] = {}
        self._numbers: dict[int, str] = {}
        # A length may be written as an amount of his own is: 210.99. On paper a cent goes over to the next row.
        open_lengths = {form for seconds, _ in allowed for form in _length_texts(seconds)}
        open_lengths |= {f"{(float(cents) + over) / 100:,.2f}" for _, cents in allowed for over in (-1, 0, 1) if money}
        for seconds in {one[0] for one in told} - {one[0] for one in allowed}:
            self._hide(f"{seconds} s", {*_length_texts(seconds)} - open_lengths, _length_numbers(seconds))
        open_money = {form for _, cents in allowed for form in _money_texts(cents)} if money else set()
        for cents in {one[1] for one in told} - {one[1] for one in allowed} if money else {one[1] for one in (*told, *allowed)}:
            self._hide(f"{float(cents) / 100:,.2f} of money", {*_money_texts(cents)} - open_money, _money_numbers(cents))
        self._sorted = np.array(sorted(self._numbers), dtype="uint64")

    def found_in(self, data: bytes) -> list[str]:
        """Return what of it is in some bytes."""
        found = [word for word in self.words if word.encode() in data or word.upper().encode() in data]
        found += sorted({self._texts[token] for token in _FIGURE.findall(_NO_FIGURES.sub(b" ", data)) if token in self._texts})
        for offset in range(8):
            windows = np.frombuffer(data, dtype="<u8", offset=offset, count=(len(data) - offset) // 8) if len(data) >= offset + 8 else []
            found += sorted({self._numbers[int(one)] for one in np.intersect1d(windows, self._sorted)})
        return found

    def _hide(self, what: str, texts: Iterable[str], numbers: Iterable[bytes]) -> None:
        self._texts |= {text.encode(): what for text in texts}
        self._numbers |= {int.from_bytes(number, "little"): what for number in numbers}


# An id that is made up anew each time has a run of six digits so often that one of them is a hidden sum every few hundred pages.
_NO_FIGURES = re.compile(rb"#[0-9a-f]{6}(?![0-9a-f])|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=\d*[a-f])[0-9a-f]{16,}")
_FIGURE = re.compile(rb"(?<![\d.,:])\d[\d,]*(?:[.:]\d+)?(?!\d)")

# The groups that any page adds up by, one or two of them together.
_KEYS: dict[str, Callable[[Row], object]] = {
    "person": lambda row: row.person,
    "project": lambda row: row.project,
    "client": lambda row: row.client,
    "task": lambda row: row.task,
    "day": lambda row: row.day,
    "week": lambda row: row.day.isocalendar()[:2],
    "month": lambda row: (row.day.year, row.day.month),
    "billable": lambda row: row.billable,
    "currency": lambda row: row.currency,
}


def _sums(rows: Sequence[Row], keys: Iterable[str] = _KEYS, most: int = 2) -> Iterator[tuple[int, Fraction]]:
    for size in range(most + 1):
        for names in combinations(keys, size):
            groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
            for row in rows:
                groups[tuple(_KEYS[name](row) for name in names)].append(row)
            for group in groups.values():
                yield sum(row.seconds for row in group), sum((row.cents for row in group), Fraction())


def _length_texts(seconds: int) -> list[str]:
    """Return how a length may be written, where that is long enough to be no other figure."""
    hours = Fraction(seconds, 3600)
    texts = [str(seconds)] if seconds > 99_999 else []
    if hours >= 100:
        texts += [f"{float(hours):,.2f}", f"{round(hours * 60) // 60}:{round(hours * 60) % 60:02d}"]
    return texts


def _length_numbers(seconds: int) -> list[bytes]:
    """Return how a length is stored; one of few decimals in hours could be any number."""
    whole = [struct.pack("<q", seconds), struct.pack("<d", float(seconds))] if seconds > 65_535 else []
    return [*whole, struct.pack("<d", seconds / 3600)] if seconds % 36 else whole


def _money_texts(cents: Fraction) -> list[str]:
    amount = float(cents) / 100
    return [f"{amount:,.2f}", f"{amount:.2f}"] if amount >= 1000 else []


def _money_numbers(cents: Fraction) -> list[bytes]:
    ticks = int(cents * 3600)
    return [struct.pack("<q", ticks), struct.pack("<d", float(cents) / 100)] if ticks > 10**7 else []
