"""A Clockify workspace as plain data: people, projects and entries, and how to change them."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from threading import RLock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from clockify.demo.book import Book
from clockify.demo.changing import changing
from clockify.demo.entities import Client, Entry, Project, Tag, Task, User
from clockify.demo.happenings import DELETED, Happening, Listener, moved_on, written
from clockify.demo.keys import KEY_OF_ROLE, Role

T = TypeVar("T")
Named = TypeVar("Named", User, Client, Project, Task, Tag)
_KEPT_ANSWERS = 12


class World:
    """One workspace. `entries` is ordered by start; every change empties the kept answers. `settings` go before the usual ones.

    Any thread may change it; who reads several things that must fit together holds `lock` meanwhile. `listeners` are told what is
    written and deleted, and what happens as time moves on, under the lock; what is added or edited otherwise they never hear of.
    """

    def __init__(self, *, name: str = "Studio Meridian", zone: str = "Europe/Belgrade", currency: str = "EUR", seed: int = 1) -> None:
        self.name, self.zone, self.currency, self.seed = name, ZoneInfo(zone), currency, seed
        self.id = self.new_id("workspace")
        self.week_start = "MONDAY"
        self.users: dict[str, User] = {}
        self.clients: dict[str, Client] = {}
        self.projects: dict[str, Project] = {}
        self.tasks: dict[str, Task] = {}
        self.tags: dict[str, Tag] = {}
        self.running: list[Entry] = []
        self.keys: dict[str, str] = {}
        self.upcoming: list[Entry] = []
        self.timers: Callable[[datetime], list[Entry]] | None = None
        self.timed_by_hand: set[str] = set()
        self.settings: dict[str, Any] = {}
        self.listeners: list[Listener] = []
        self.now: datetime | None = None
        self.version = 0
        self.lock = RLock()
        self.kept_answers: OrderedDict[object, Any] = OrderedDict()
        self._book = Book()

    @classmethod
    def empty(cls, **settings: Any) -> "World":
        """Make a workspace with nobody in it; the first user added becomes its owner."""
        return cls(**settings)

    def new_id(self, kind: str, *parts: object) -> str:
        """Return 24 hexadecimal digits that depend on the seed and the parts alone."""
        text = "/".join(map(str, (self.seed, kind, *parts)))
        return blake2b(text.encode(), digest_size=12).hexdigest()

    # Who and what

    @changing
    def add_user(
        self,
        name: str | None,
        email: str | None = None,
        *,
        role: Role | None = None,
        status: str = "ACTIVE",
        rate: int | None = None,
        cost_rate: int | None = None,
    ) -> User:
        """Add a person. The first of each role gets that role's demo key."""
        count = len(self.users)
        user = User(
            self.new_id("user", count),
            name,
            email or f"person{count}@example.test",
            role or ("MEMBER" if self.users else "OWNER"),
            status,
            rate,
            cost_rate,
        )
        self.users[user.id] = user
        if status != "DELETED":
            self.keys.setdefault(KEY_OF_ROLE[user.role], user.id)
        return user

    def add_key(self, key: str, user: User) -> None:
        """Let one more key act for a person, with that person's role."""
        self.keys[key] = user.id

    @changing
    def add_client(self, name: str, currency: str | None = None, *, archived: bool = False) -> Client:
        """Add a client; its currency is the workspace's unless given."""
        client = Client(self.new_id("client", len(self.clients)), name, currency or self.currency, archived)
        self.clients[client.id] = client
        return client

    @changing
    def add_project(self, name: str, client: Client | None = None, *, color: str = "#03A9F4", **settings: Any) -> Project:
        """Add a project; `settings` are the other fields of `Project`."""
        project_id = self.new_id("project", len(self.projects))
        project = Project(project_id, name, client.id if client else None, color, **settings)
        self.projects[project.id] = project
        return project

    @changing
    def add_task(self, project: Project, name: str, **settings: Any) -> Task:
        """Add a task to a project; `settings` are the other fields of `Task`."""
        task = Task(self.new_id("task", len(self.tasks)), name, project.id, **settings)
        self.tasks[task.id] = task
        return task

    @changing
    def add_tag(self, name: str, *, archived: bool = False) -> Tag:
        """Add a tag."""
        tag = Tag(self.new_id("tag", len(self.tags)), name, archived)
        self.tags[tag.id] = tag
        return tag

    @changing
    def edit(self, thing: Named, **changes: Any) -> Named:
        """Change fields of a person, client, project, task or tag, and return it as it is now."""
        stores: list[dict[str, Any]] = [self.users, self.clients, self.projects, self.tasks, self.tags]
        changed = replace(thing, **changes)
        next(store for store in stores if store.get(thing.id) is not None)[thing.id] = changed
        return changed

    # Entries

    @property
    def entries(self) -> list[Entry]:
        """Return the finished entries, oldest first."""
        return self._book.rows

    @changing
    def add_entry(self, user: User, start: datetime, end: datetime, **settings: Any) -> Entry:
        """Add a finished entry between two aware instants; `settings` as in `make_entry`."""
        entry = self.make_entry(user, start, int(end.timestamp()) - int(start.timestamp()), **settings)
        return self._put(entry)

    @changing
    def add_running(self, user: User, start: datetime, **settings: Any) -> Entry:
        """Start a timer; `settings` as in `make_entry`."""
        return self._put(self.make_entry(user, start, 0, **settings), running=True)

    def make_entry(
        self,
        user: User,
        start: datetime,
        seconds: int,
        *,
        project: Project | None = None,
        task: Task | None = None,
        tags: Iterable[Tag] = (),
        billable: bool | None = None,
        description: str = "",
        rate: int | None = None,
        cost_rate: int | None = None,
        type: str = "REGULAR",
        is_locked: bool = False,
    ) -> Entry:
        """Make an entry without adding it; what is not given follows from its project, task and person."""
        if billable is None:
            billable = project.billable if project else False
        return Entry(
            int(start.timestamp()),
            self.new_id("entry", self.version, len(self.entries), user.id, start.isoformat()),
            seconds,
            user.id,
            project.id if project else None,
            task.id if task else None,
            tuple(tag.id for tag in tags),
            billable,
            description,
            self.rate_for(user, project, task) if rate is None else rate,
            user.cost_rate if cost_rate is None else cost_rate,
            type,
            is_locked,
        )

    def rate_for(self, user: User, project: Project | None, task: Task | None) -> int | None:
        """Return the rate that counts: the task's, the member's, the project's, the person's, or none."""
        candidates = [
            task.rate if task else None,
            project.member_rates.get(user.id) if project else None,
            project.rate if project else None,
            user.rate,
        ]
        return next((rate for rate in candidates if rate is not None), None)

    @changing
    def extend(self, entries: Iterable[Entry]) -> None:
        """Add many entries at once."""
        self._book.extend(entries)

    @changing
    def edit_entry(self, entry_id: str, **changes: Any) -> Entry:
        """Change fields of an entry by their names in `Entry`. Raises KeyError for an unknown id."""
        changed = self.entry(entry_id)._replace(**changes)
        self._book.take(entry_id)
        return self._book.put(changed)

    @changing
    def write_entry(self, entry: Entry, *, running: bool = False) -> Entry:
        """Put an entry, or a running timer, in the place of whatever had its id; without that, add it."""
        was_running, was_there = self.timer(entry.id) is not None, entry.id in self._book
        if was_running or was_there:
            self._take(entry.id)
        put = self._put(entry, running=running)
        self._tell(written(put, running=running, was_running=was_running, was_there=was_there))
        return put

    @changing
    def delete_entry(self, entry_id: str) -> None:
        """Delete an entry or a running timer. Raises KeyError for an unknown id."""
        timer = self.timer(entry_id)
        entry = timer or self._book.get(entry_id)
        self._take(entry_id)
        self._tell(Happening(DELETED, entry, timer is not None))

    def entry(self, entry_id: str) -> Entry:
        """Return one finished entry. Raises KeyError for an unknown id."""
        with self.lock:
            return self._book.get(entry_id)

    def timer(self, entry_id: str) -> Entry | None:
        """Return one running timer, or None."""
        return next((timer for timer in self.running if timer.id == entry_id), None)

    def between(self, first: int, last: int) -> list[Entry]:
        """Return the entries that start at or after `first` and not after `last`, oldest first."""
        with self.lock:
            return self._book.between(first, last)

    def advance(self, now: datetime) -> None:
        """Let today happen up to `now`: planned entries that have ended appear, running timers move on."""
        self.now, instant = now, now.timestamp()
        with self.lock:
            before = self.running
            ended = [entry for entry in self.upcoming if entry.start + entry.seconds <= instant]
            if ended:
                self.upcoming = [entry for entry in self.upcoming if entry.start + entry.seconds > instant]
                self.extend(ended)
            if self.timers:
                by_hand = [timer for timer in self.running if timer.user_id in self.timed_by_hand]
                self.running = by_hand + [timer for timer in self.timers(now) if timer.user_id not in self.timed_by_hand]
            if self.listeners:
                self._tell(*moved_on(ended, before, self.running))

    # What follows from the data

    def client_of(self, project_id: str | None) -> Client | None:
        """Return a project's client, or None."""
        project = self.projects.get(project_id or "")
        return self.clients.get(project.client_id or "") if project else None

    def currency_of(self, project_id: str | None) -> str:
        """Return the currency of a project's client, else the workspace's."""
        client = self.client_of(project_id)
        return client.currency if client else self.currency

    def kept(self, question: object, answer: Callable[[], T]) -> T:
        """Return `answer()`, remembered for this question until the world changes."""
        key = (self.version, question)
        with self.lock:
            if key not in self.kept_answers:
                self.kept_answers[key] = answer()
                if len(self.kept_answers) > _KEPT_ANSWERS:
                    self.kept_answers.popitem(last=False)
            result: T = self.kept_answers[key]
        return result

    def _tell(self, *happenings: Happening) -> None:
        for listener in self.listeners:
            for happening in happenings:
                listener(happening)

    def _put(self, entry: Entry, *, running: bool = False) -> Entry:
        if not running:
            return self._book.put(entry)
        self.running = [*self.running, entry]
        self.timed_by_hand.add(entry.user_id)
        return entry

    def _take(self, entry_id: str) -> None:
        timer = self.timer(entry_id)
        if timer is None:
            self._book.take(entry_id)
            return
        self.running = [other for other in self.running if other is not timer]
        self.timed_by_hand.add(timer.user_id)
        # An invented timer is an entry that was planned to end later today.
        self.upcoming = [planned for planned in self.upcoming if planned.id != entry_id]
