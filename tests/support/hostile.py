"""Names that do harm where text is taken for markup, and a workspace in which everything is called so."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from clockify.demo import World
from clockify.demo.entities import Client, Entry, Project, Tag, Task, User
from clockify.periods import Month

KINDS = ("person", "client", "project", "task", "tag", "description")
TWIN = "Twin & Sons | No. 2"
TWINS = ("twin one", "twin two")
CURRENCY = "![c]({address}/c.png)$"
RATES = (10_000, 7_333, 12_345)

# A spreadsheet starts a formula at several signs: each kind of thing begins with another one.
FORMULAS = {
    "person": "-2+3+cmd|' /C calc'!A0",
    "client": "+1+1",
    "project": "=cmd|' /C calc'!A0",
    "task": "@SUM(1,1)",
    "tag": "\t=1+1",
    "description": '=HYPERLINK("{address}/f";"invoice")',
}
# What the dashboard itself calls things.
IMPOSTORS = {
    "person": "Everyone",
    "client": "Total",
    "project": "Other (3)",
    "task": "No task",
    "tag": "Untagged",
    "description": "No project",
}

# Nothing to be read; a person without a name has none at all (see `hostile_world`).
BLANKS = {"person": "", "client": " ", "project": "", "task": "\N{RIGHT-TO-LEFT OVERRIDE}", "tag": "", "description": ""}


def hostile_name(label: str, kind: str, address: str) -> str:
    """Return one of the names; `address` is where a picture or link in it leads."""
    names: dict[str, str] = {
        "markdown": f"# **bold** _it_ `code` ~~gone~~ [link]({address}/a) <{address}/b> {address}/c www.example.test me@example.test",
        "latex": r"$x^2$ for $5 or $6, $$\frac{1}{2}$$ and a lone $",
        "html": '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"><b>b</b>&lt;&amp;&#65;',
        "image": f"![i]({address}/t.png)",
        "directive": ":red[r] :blue-badge[b] :material/home: :streamlit: :smile: :small[s] a -> b <- c -- d >= e",
        "formula": FORMULAS[kind],
        "turned": "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe \N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}\N{RIGHT-TO-LEFT ISOLATE}",
        "emoji": "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} Z\N{ZERO WIDTH SPACE}W e\N{COMBINING ACUTE ACCENT}",
        "long": "Long" + "W" * 296,
        "control": "line\r\n=1+1 break\t=1+1 tab\x00nul\x1b[31mred\x07\N{LINE SEPARATOR}end\x85",
        "quotes": '"double" \'single\' \\back\\ |pipe| `tick` <!-- --> ]]> ; -- ,;=1+1;",=2+2,";"=3+3;"',
        "fields": "a.b[0]:c['d'] datum.x ${y} {{z}} %s %(n)s {0} __proto__",
        "impostor": IMPOSTORS[kind],
        "blank": BLANKS[kind],
    }
    return TWIN if label in TWINS else names[label].replace("{address}", address)


def readable(name: str) -> str:
    """Return what is to be read of a name: one line, no control characters, no signs that turn the writing around."""
    turns = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    kept = (sign for sign in name if unicodedata.bidirectional(sign) not in turns)
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in kept).split())


FOURTEEN = (
    *("markdown", "latex", "html", "image", "directive", "formula", "turned"),
    *("emoji", "long", "control", "quotes", "fields", "impostor", "blank"),
)
LABELS = (*FOURTEEN, *TWINS)


@dataclass
class Hostile:
    """The workspace; its things by kind and label, so that a test can speak of the client "image"."""

    world: World
    month: Month
    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)

    def things(self, kind: str) -> Mapping[str, User | Client | Project | Task | Tag]:
        """Return the things of a kind by label."""
        kinds = (self.people, self.clients, self.projects, self.tasks, self.tags)
        return dict(zip(KINDS, kinds, strict=False))[kind]

    def shown(self, kind: str, label: str) -> str:
        """Return what a person should read for a thing: its name, or in want of one the address or the end of the id."""
        thing = self.things(kind)[label]
        instead = thing.email if isinstance(thing, User) else f"Unknown {kind} {thing.id[-6:]}"
        return readable(thing.name or "") or instead

    def told(self, kind: str, label: str) -> str:
        """Return the same where nothing beside it says whose a project is: two of one name bear their clients."""
        name = self.shown(kind, label)
        return f"{name} · {self.shown('client', label)}" if kind == "project" and label in TWINS else name

    def entries(self, wanted: Callable[[Entry], bool] = lambda _: True, months_before: int = 0) -> list[Entry]:
        """Return the entries of the month on screen, or of one before it."""
        days = self.month.after(-months_before).period
        begun = {entry.id: datetime.fromtimestamp(entry.start, self.world.zone).date() for entry in self.world.entries}
        return [entry for entry in self.world.entries if days.start <= begun[entry.id] < days.end and wanted(entry)]


def hostile_world(today: date, address: str, *, tame: bool = False) -> Hostile:
    """Build the workspace; `tame` gives harmless names to the same things, ids and hours.

    Last month each person works on the project, task and tag of his own label, billable; then a short
    while without a rate; then on the next label's project, not billable and with two tags. The month
    before, once. Every sum differs.
    """

    def name(label: str, kind: str) -> str:
        return f"{kind} {LABELS.index(label) + 1:02}" if tame else hostile_name(label, kind, address)

    odd = "CHF" if tame else CURRENCY.format(address=address)
    built = Hostile(World.empty(name="Workspace" if tame else f"![w]({address}/w.png) **W** $x$ :red[w]"), Month.of(today).after(-1))
    for place, label in enumerate(LABELS):
        currency = odd if label == "image" else ("EUR", "USD", "GBP")[place % 3]
        built.people[label] = built.world.add_user(name(label, "person") or None)
        built.clients[label] = built.world.add_client(name(label, "client"), currency, archived=label == "quotes")
        built.projects[label] = built.world.add_project(name(label, "project"), built.clients[label], rate=RATES[place % len(RATES)])
        built.tasks[label] = built.world.add_task(built.projects[label], name(label, "task"))
        built.tags[label] = built.world.add_tag(name(label, "tag"))
    for place, label in enumerate(LABELS):
        _work(built, place, label, name(label, "description"))
    for label in ("image", "html"):
        start_timer(built, label)
    return built


def start_timer(built: Hostile, label: str) -> None:
    """Let a timer of a person run on his project since the last full hour: begun today at any time of day, never ahead."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    built.world.add_running(built.people[label], hour, project=built.projects[label])


def _work(built: Hostile, place: int, label: str, description: str) -> None:
    after = LABELS[(place + 1) % len(LABELS)]
    person, own, other, task = built.people[label], built.projects[label], built.projects[after], built.tasks[label]
    tag, both = built.tags[label], [built.tags[label], built.tags[after]]
    first = _noon(built.month.period.start) + timedelta(days=place)
    before = _noon(built.month.after(-1).period.start) + timedelta(days=place)
    long, short, free = (timedelta(seconds=some) for some in (7200 + 601 * place, 900 + 37 * place, 120 + 3 * place))
    add = built.world.add_entry
    add(person, first, first + long, project=own, task=task, tags=[tag], description=description)
    add(person, first + long, first + long + free, project=own, task=task, rate=0, description=description)
    add(person, first + 2 * long, first + 2 * long + short, project=other, tags=both, billable=False, description=description)
    add(person, before, before + short, project=own, description=description)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
