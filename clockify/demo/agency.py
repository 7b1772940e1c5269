"""Studio Meridian: its people, clients, projects, tasks and tags, as tables."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clockify.demo import names
from clockify.demo.entities import Client, Project, Tag, Task, User
from clockify.demo.keys import Role
from clockify.demo.world import World

HOUR = 3600
_ROLES: tuple[Role, ...] = ("OWNER", "MANAGER", "MEMBER")


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody works: hours a day on weekdays 0 to 4, labour cost, and whether evenings happen."""

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    hours: float = 7.1
    cost_rate: int = 4200
    overtime: bool = False


HABITS = (
    Habit(hours=5.2, cost_rate=6500),  # the owner, half of her day in meetings nobody tracks
    Habit(hours=6.8, cost_rate=5200),
    Habit(hours=7.1),
    Habit(hours=7.6, cost_rate=4800, overtime=True),
    Habit(hours=7.3, cost_rate=4600, overtime=True),
    Habit(weekdays=(0, 1, 2, 3), hours=7.0, cost_rate=3900),
    Habit(weekdays=(1, 2, 3), hours=6.0, cost_rate=3800),
    Habit(hours=7.2, cost_rate=4400),
    Habit(hours=4.1, cost_rate=2600),  # mornings only
)

CLIENTS = (
    ("Helios Energy", "EUR"),
    ("Northwind Retail", "EUR"),
    ("Museum Quartier", "EUR"),
    ("Brightside Health", "USD"),
    ("Atlas Freight", "USD"),
    ("Kestrel Bank", "GBP"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One project: where it belongs, what it costs, when it was alive and how much of the work it gets.

    `alive` counts months back from the present one, first and last. `earlier_rate` is what it cost until New Year.
    """

    name: str
    client: str
    color: str
    rate: int | None
    weight: int
    tasks: tuple[str, ...]
    alive: tuple[int, int] = (12, 0)
    earlier_rate: int | None = None
    billable: bool = True
    archived: bool = False
    hours: int | None = None
    budget: int | None = None
    reset: str | None = None


BUILD = ("Design", "Development", "Testing")
DESIGN = ("Research", "Concept", "Artwork")
PLANS = (
    Plan("Website relaunch", "Helios Energy", "#03A9F4", 9800, 14, BUILD, earlier_rate=9200, hours=1280),
    Plan("Customer portal", "Helios Energy", "#8BC34A", 10500, 11, BUILD, hours=120, reset="MONTHLY"),
    Plan("Online shop", "Northwind Retail", "#FF9800", 9400, 15, (*BUILD, "Emergency support"), hours=2400),
    Plan("Spring campaign", "Northwind Retail", "#E91E63", 8800, 10, DESIGN, (12, 6), archived=True, hours=700),
    Plan("Exhibition guide", "Museum Quartier", "#9C27B0", 9000, 9, DESIGN, (9, 0), budget=4_500_000),
    Plan("Accessibility audit", "Museum Quartier", "#607D8B", None, 4, ("Review", "Report"), (4, 0), hours=220),
    Plan("Patient app", "Brightside Health", "#00BCD4", 12000, 16, BUILD, earlier_rate=11400, budget=26_000_000),
    Plan("Design system", "Brightside Health", "#3F51B5", 11500, 8, DESIGN, (7, 0), hours=900),
    Plan("Tracking dashboard", "Atlas Freight", "#FF5722", 12500, 11, BUILD, (10, 0), budget=1_500_000, reset="MONTHLY"),
    Plan("Driver onboarding", "Atlas Freight", "#795548", 11000, 9, BUILD, (12, 4), archived=True, hours=1000),
    Plan("Mobile banking", "Kestrel Bank", "#009688", 10500, 15, BUILD, (8, 0), budget=12_000_000),
    Plan("Brand guidelines", "Kestrel Bank", "#CDDC39", 9900, 5, DESIGN, (2, 0), hours=260),
    Plan("Internal", "", "#9E9E9E", None, 10, ("Team meeting", "Administration", "Training"), billable=False),
    Plan("New business", "", "#F44336", None, 4, ("Pitch", "Offer"), billable=False, hours=40, reset="MONTHLY"),
)

# Who manages what, and whose projects are open to a few alone.
MANAGERS = (
    ("Ben Osei", "PROJECT_MANAGER", ("Website relaunch", "Customer portal")),
    ("Carla Ruiz", "TEAM_MANAGER", ("David Lindqvist", "Elif Demir")),
)
PRIVATE = {"Kestrel Bank": ("Ana Kovač", "Ben Osei", "Hugo Martin", "Ivana Petrović")}

TASK_RATES = {"Emergency support": 14000}
MEMBER_RATES = {"Mobile banking": ("Hugo Martin", 13000)}
RETIRED_TASK = "Concept"
TAGS = ("Workshop", "Research", "Review", "On site", "Overtime", "Remote", "Urgent", "Legacy")

WORDS: dict[str, tuple[str, ...]] = {
    "Design": ("Screen designs", "Component states", "Mobile layouts", "Form flows", "Empty states", "Icon set"),
    "Development": ("Search page", "Sign-in flow", "API integration", "Import job", "Refactoring", "Data migration"),
    "Testing": ("Regression round", "Browser checks", "Bug triage", "Load test", "Release notes"),
    "Emergency support": ("Checkout outage", "Payment errors", "Broken import"),
    "Research": ("User interviews", "Competitor review", "Survey analysis", "Field visit"),
    "Concept": ("Moodboard", "Storyboard", "Structure draft", "Tone of voice"),
    "Artwork": ("Final artwork", "Illustrations", "Photo retouching", "Print files", "Motion test"),
    "Review": ("Keyboard navigation", "Screen reader pass", "Contrast check"),
    "Report": ("Findings write-up", "Recommendations"),
    "Team meeting": ("Weekly stand-up", "Retrospective", "Planning", "One to one"),
    "Administration": ("Invoices", "Mail", "Timesheets", "Tool setup"),
    "Training": ("Course", "Reading", "Conference talk"),
    "Pitch": ("Pitch deck", "Chemistry meeting", "Call with prospect"),
    "Offer": ("Estimate", "Proposal draft"),
    "": ("Client call", "Status mail", "Project planning", "Hand-over", ""),
}


@dataclass(frozen=True, slots=True)
class Agency:
    """The entities of the agency, ready to be logged on."""

    people: list[tuple[User, Habit]]
    former: User | None
    projects: list[tuple[Plan, Project, list[Task]]]
    tags: list[Tag]


def found(
    world: World, *, people: int, former: bool, clients: Sequence[tuple[str, str]] = CLIENTS, plans: Sequence[Plan] = PLANS
) -> Agency:
    """Fill an empty world with the agency's people, clients, projects, tasks and tags; `clients` are names and currencies."""
    staff = [(_hire(world, name, number), HABITS[number % len(HABITS)]) for number, name in enumerate(names.people(people))]
    leaver = None
    if former:
        leaver = world.add_user(names.FORMER, names.email(names.FORMER), role="MEMBER", status="DELETED", cost_rate=4000)
    by_client = {name: world.add_client(name, currency) for name, currency in clients}
    world.add_client("Old Harbour Hotel", "EUR", archived=True)
    by_name = {user.name: user for user, _ in staff}
    projects = [_open(world, plan, by_client, by_name) for plan in plans]
    _appoint(world, by_name)
    tags = [world.add_tag(name, archived=name == "Legacy") for name in TAGS]
    return Agency(staff, leaver, projects, tags)


def _appoint(world: World, people: dict[str | None, User]) -> None:
    """Let some be managers; nothing that was made before becomes another by it."""
    ids = {project.name: project.id for project in reversed(world.projects.values())}
    ids |= {str(name): user.id for name, user in people.items()}
    for name, role, managed in MANAGERS:
        user = people.get(name)
        if user:
            manages = tuple((role, ids[one]) for one in managed if one in ids)
            world.users[user.id] = replace(user, manages=manages)


def _hire(world: World, name: str, number: int) -> User:
    cost = HABITS[number % len(HABITS)].cost_rate
    role = _ROLES[min(number, len(_ROLES) - 1)]
    return world.add_user(name, names.email(name), role=role, cost_rate=cost)


def _open(world: World, plan: Plan, clients: dict[str, Client], people: dict[str | None, User]) -> tuple[Plan, Project, list[Task]]:
    member, rate = MEMBER_RATES.get(plan.name, ("", 0))
    project = world.add_project(
        plan.name,
        clients.get(plan.client),
        color=plan.color,
        rate=plan.rate,
        billable=plan.billable,
        archived=plan.archived,
        time_estimate=plan.hours * HOUR if plan.hours else None,
        budget=plan.budget,
        reset=plan.reset,
        member_rates={people[member].id: rate} if member in people else {},
        public=plan.client not in PRIVATE,
        members=frozenset(people[one].id for one in PRIVATE[plan.client] if one in people) if plan.client in PRIVATE else None,
    )
    tasks = [
        world.add_task(
            project,
            name,
            rate=TASK_RATES.get(name),
            billable=plan.billable,
            status="DONE" if name == RETIRED_TASK and plan.alive[1] == 0 else "ACTIVE",
        )
        for name in plan.tasks
    ]
    return plan, project, tasks
