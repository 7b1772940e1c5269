"""A link's report is the admin's own, to the second and the cent, and has no word of anybody else; on the demo's agency with its notes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from clockify.clients import ClientRule, Direction, Scope
from clockify.desk.choice import Choice
from clockify.desk.client import make_report, planned_months
from clockify.desk.client_access import ClientAccess
from clockify.desk.desk import Desk
from clockify.desk.links import Links
from clockify.desk.looking import open_view
from clockify.desk.sharing import Shared, shared_by, shown_by
from clockify.desk.view import View
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.errors import PermissionDenied
from clockify.links import Terms
from clockify.periods import Preset
from clockify.render import client as paper
from clockify.render.files.client_html import client_html
from clockify.reports.client import Shown
from clockify.reports.filters import Filters
from clockify.settings import Settings
from clockify.web import clients
from tests.support.nightly import at_night
from tests.support.reckoning import entries_in, month_before, seconds, ticks

SWITCHES = tuple(one.name for one in fields(Shown))
USUAL = ("amounts", "tasks", "left", "cycles")
SETS = {
    "usual": USUAL,
    "all": SWITCHES,
    "hours": (),
    "no money": tuple(one for one in SWITCHES if one not in ("amounts", "rates")),
    "entries": ("entries", "tags", "descriptions", "days"),
}


@dataclass
class Agency:
    """The demo's agency, an admin who looks at it, and its world."""

    visit: Visit
    world: Any

    @property
    def links(self) -> Links:
        return self.visit.desk.links(demo=True)

    def client(self, name: str) -> str:
        return next(one.id for one in self.world.clients.values() if one.name == name)

    def own(self, client: str) -> View:
        """Return the admin's own view of a client's last month, with all that is foreseen for it."""
        choice, visit = Choice(Preset.LAST_MONTH, None, Filters(clients=(client,))), self.visit
        history = planned_months(visit.access, client, Shown(), visit.today, choice.period(visit.today, visit.week_start))
        view = open_view(visit, choice, compares=False, history=history)
        while view.opening.is_busy:
            jobs = visit.desk.jobs
            assert jobs.wait(list(jobs._jobs.values()), 60)
            view = open_view(visit, choice, compares=False, history=history)
        return view

    def shared(self, client: str, shown: tuple[str, ...], **terms: Any) -> Shared:
        link, token = self.links.make(
            self.visit, Terms(client, shown, **({"preset": Preset.LAST_MONTH} | terms)), self.visit.today + timedelta(days=30)
        )
        assert self.links.open(token) == link
        found = shared_by(self.visit.desk, link)
        assert found
        return found


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    desk = Desk(Settings(demo=True), tmp_path_factory.mktemp("agency"))
    settings = desk.demo_settings()
    account = desk.account(settings)
    account.open()
    mirror = desk.mirror(account, None, None)
    job = mirror.ensure_lists()
    assert job and mirror.wait_for(job, 60)
    found = Agency(Visit(desk, Viewer("You"), settings, account, mirror), desk._demo.world)
    for one in found.world.clients:
        found.own(one)
    yield found
    desk.close()


def admins_page(agency: Agency, client: str, names: tuple[str, ...]) -> bytes:
    """Return the HTML file as the admin's page makes it."""
    view = agency.own(client)
    made = make_report(view, shown_by(names).in_force(money=view.sees_amounts))
    access = view.access
    terms = paper.Terms(made.client, access.zone, view.today, made.rule, access.notes.branding, is_demo=True)
    return numbered_alike(client_html(paper.paper_of(made.report, made.left, made.retainers, view.directory, terms)))


def numbered_alike(html: bytes) -> bytes:
    """Leave out what Vega numbers through all pictures of a process."""
    return re.sub(rb"\bclip\d+", b"clip", html)


def links_page(found: Shared) -> bytes:
    """Return a link's page without what it has beside the file: the PDF's address, and as of when the figures are."""
    html = bytes(clients._page(found, "token").body)
    html, pdfs = re.subn(rb'<p><a class="take" href="token/report.pdf">PDF</a></p>', b"", html)
    html, moments = re.subn(rb'\n<p class="muted small">As of [^<]*</p>', b"", html)
    assert (pdfs, moments) == (1, 1)
    return numbered_alike(html)


@pytest.mark.parametrize(("names", "many"), [("all", 1), *(at_night(one, 99) for one in SETS)])
def test_a_links_report_is_the_admins_byte_by_byte(agency: Agency, names: str, many: int) -> None:
    for client in list(agency.world.clients)[:many]:
        assert links_page(agency.shared(client, SETS[names])) == admins_page(agency, client, SETS[names])


@pytest.mark.parametrize("scope", [Scope.LINE, *(at_night(one) for one in (Scope.ENTRY, Scope.DAY))])
@pytest.mark.parametrize("names", ["hours", "usual"])
def test_so_it_is_rounded_by_every_rule_whatever_is_hidden(agency: Agency, scope: Scope, names: str) -> None:
    """A line of the invoice is a project at a rate: who sees no money is charged by the same lines."""
    client = agency.client("Northwind Retail")
    records, before = agency.visit.desk.notebook(demo=True).records, agency.visit.access.notes.client_rules
    old = [one for one in before if one.client_id == client]
    records.save(agency.world.id, "client_rules", old, [ClientRule(client, Direction.UP, 30, scope)], by="Ana")
    agency.visit = replace(agency.visit)  # what it knows of notes is kept for one look
    try:
        assert links_page(agency.shared(client, SETS[names])) == admins_page(agency, client, SETS[names])
    finally:
        records.save(agency.world.id, "client_rules", [ClientRule(client, Direction.UP, 30, scope)], old, by="Ana")
        agency.visit = replace(agency.visit)


def test_the_hours_and_cents_are_the_worlds_own(agency: Agency) -> None:
    """Counted in plain Python over the demo's entries: billable ones at their own rates, rounded half up once."""
    client = agency.client("Museum Quartier")
    found = agency.shared(client, ("amounts",)).report().report
    entries = entries_in(agency.world, month_before(agency.visit.today), clients=[client])
    assert found.exact.seconds == seconds(entries) > 0
    assert dict(found.exact.amounts) == ticks(entries, agency.world)


@pytest.mark.parametrize("many", [1, at_night(99)])
def test_no_other_name_is_in_any_byte(agency: Agency, many: int) -> None:
    world = agency.world
    for client in list(world.clients)[:many]:
        found = agency.shared(client, tuple(one for one in SWITCHES if one != "people"))
        html = bytes(clients._page(found, "token").body).decode()
        pdf = " ".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(bytes(clients._pdf(found, "token").body))).pages)
        own = {one.name for one in world.projects.values() if one.client_id == client}
        others = {one.name for one in world.projects.values()} | {one.name for one in world.clients.values()}
        others -= own | {world.clients[client].name}
        for name in (*others, *(user.name for user in world.users.values()), *(user.email for user in world.users.values())):
            assert name not in html and name not in pdf, name


def test_a_readers_access_hands_out_nothing_of_others(agency: Agency) -> None:
    """Not by what is drawn: the frames, names and notes that it is drawn of have nothing else in them."""
    client = agency.client("Helios Energy")
    view = agency.shared(client, SWITCHES).view
    access, own = view.access, {one.id for one in agency.world.projects.values() if one.client_id == client}
    assert isinstance(access, ClientAccess) and not access.sees_everybody and not access.may_note and not access.sees_cost
    for frame in (access.cube(view.opening), access.entries(view.opening, ("project_id", "description"))):
        assert set(frame["project_id"].unique()) <= own and len(frame)
        assert set(frame["project_id"].cat.categories) <= own
    for directory in (view.directory, access.known()):
        assert set(directory.names[Kind.PROJECT]) <= own and set(directory.projects) <= own
        assert set(directory.names[Kind.CLIENT]) == {client}
        assert {task.project_id for task in directory.tasks.values()} <= own
    assert access.known().names[Kind.USER] == {} and access.emails() == {} and access.active_people() == []
    in_rows = set(access.cube(view.opening)["user_id"].unique())
    assert set(view.directory.names[Kind.USER]) == in_rows
    notes = access.notes
    assert {one.project_id for one in (*notes.plans, *notes.rates)} <= own
    assert not notes.cost_rates and not notes.capacities and not notes.targets
    assert {one.client_id for one in notes.client_rules} <= {client}
    assert access.profile.name == access.profile.email == ""
    assert access.sees_client(client)
    others = [one for one in agency.world.clients if one != client]
    assert not any(access.sees_client(one) for one in others)


def test_money_is_gone_before_it_leaves_where_amounts_are_hidden(agency: Agency) -> None:
    client = agency.client("Brightside Health")
    view = agency.shared(client, ("people", "entries", "rates", "left")).view
    assert not view.sees_amounts
    cube, entries = view.access.cube(view.opening), view.access.entries(view.opening, ("project_id", "rate"))
    assert len(cube) and not cube["amount_ticks"].any() and not entries["rate"].any()
    assert all(one.cents is None for one in (*view.access.notes.plans, *view.access.notes.packs)) and not view.access.notes.rates


def test_another_clients_report_cant_be_made_with_a_readers_view(agency: Agency) -> None:
    helios, other = agency.client("Helios Energy"), agency.client("Northwind Retail")
    found = agency.shared(helios, SWITCHES)
    stretched = replace(found.view, choice=replace(found.view.choice, filters=Filters(clients=(other,))))
    with pytest.raises(PermissionDenied):
        make_report(stretched, found.shown)
    empty = replace(stretched, choice=replace(stretched.choice, filters=Filters()))
    assert set(empty.cube["project_id"].unique()) <= set(found.view.directory.projects)


def test_what_is_kept_of_one_link_is_never_anothers(agency: Agency) -> None:
    """Each ingredient alone makes another page: client, switches, notes, projects, hours."""
    helios, other = agency.client("Helios Energy"), agency.client("Northwind Retail")
    project = next(one.id for one in agency.world.projects.values() if one.client_id == helios)
    pages = [
        bytes(clients._page(found, "token").body)
        for found in (
            agency.shared(helios, USUAL),
            agency.shared(other, USUAL),
            agency.shared(helios, (*USUAL, "people")),
            agency.shared(helios, USUAL, notes="Thank you"),
            agency.shared(helios, USUAL, projects=(project,)),
            agency.shared(helios, USUAL, hours="clock"),
            agency.shared(helios, USUAL, preset=Preset.THIS_MONTH),
            agency.shared(helios, USUAL, zone="Pacific/Auckland"),
        )
    ]
    assert len(set(pages)) == len(pages)
    again = [bytes(clients._page(agency.shared(helios, USUAL), token).body) for token in ("token", "other-token")]
    assert again[0] == pages[0] and again[1] == pages[0].replace(b"token/report.pdf", b"other-token/report.pdf")
