"""The client's report: whose it is, what of it he sees, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial

import streamlit as st

from clockify.app.cards.budgets import LOOK_BACK, days_off
from clockify.app.shell.kept import made
from clockify.app.shell.session import session
from clockify.app.shell.states import month_words
from clockify.clients import ClientRule
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.periods import ONE_DAY, Month, Period
from clockify.render.client import MOST_ENTRIES, Paper, Terms, hidden_words, paper_of
from clockify.render.formats import HourStyle, format_tracked
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import LIGHT, Palette
from clockify.reports.budgets import forecasts
from clockify.reports.client import NEEDED, ClientReport, Shown, client_report, largest_clients, step_for
from clockify.reports.client_left import Left, Retainer, client_left, has_caps, projects_of
from clockify.reports.client_rounding import client_rounded
from clockify.reports.filters import Filters, apply_filters
from clockify.reports.rounding import EXACT

NOT_YOURS = "A client's report is of everybody's time for him, and you see only some people's: so there is none here."
CHOOSE = "Choose a client above. These have the most time in these days:"
OFFERED, MOST_MONTHS = 5, 35
LABELS = {
    "amounts": ("Amounts", "Money stands at projects and tasks, and at people and entries too where rates are shown."),
    "rates": ("Rates", "Whoever sees amounts beside hours can divide them: hide amounts, too, where no rate may be known."),
    "tasks": ("Tasks", "Below each project, and in entries."),
    "people": ("People", "Hours by person, and who did each entry."),
    "days": ("Days", "A table of hours by day, and a bar for each day of up to a month; without it, bars are weeks or months."),
    "entries": ("Entries", f"A table with each entry, of days with at most {MOST_ENTRIES:,} of them."),
    "descriptions": ("Descriptions", "In the table of entries."),
    "tags": ("Tags", "In the table of entries."),
    "left": ("Hours left", "What is left of packs, estimates and budgets, and when it is used up."),
    "cycles": ("Retainers", "Each cycle of a plan that begins anew."),
}
NEEDS = {"rates": "amounts", "descriptions": "entries", "tags": "entries"}
USUAL = Shown()


@dataclass(frozen=True)
class Made:
    """A client's report with what he has left; the same for page and files."""

    client: str
    projects: tuple[str, ...]
    rule: ClientRule
    report: ClientReport
    left: tuple[Left, ...]
    retainers: tuple[Retainer, ...]


def one_client(_visit: Visit, choice: Choice) -> Choice:
    """Return what the page shows of a choice: all time of one client, exact, for his own rule rounds it."""
    filters = Filters(clients=choice.filters.clients, projects=choice.filters.projects)
    return replace(choice, filters=filters, rounding=EXACT, compare=None)


def planned_months(visit: Visit, period: Period) -> list[Month]:
    """Return the months that what is left is made of; none where nothing is planned, or it isn't shown."""
    client = _chosen(session().choice)
    shown = chosen_shown(client, money=True)
    notes, directory = visit.access.notes, visit.access.known()
    if not client or not visit.access.sees_everybody or not (shown.left or shown.cycles) or not has_caps(client, directory, notes):
        return []
    now, own = Month.of(visit.today), projects_of(client, directory)
    paid = [Month.of(one.first) for one in notes.packs if one.client_id == client or one.project_id in own]
    first = max(min([now.after(-LOOK_BACK["half a year"]), *paid]), now.after(-MOST_MONTHS))
    return [one for one in Period(first.period.start, now.period.end).months() if one not in period.months()]


def client_of(view: View) -> str:
    """Return the id of the client whose report it is, "" while none, or several, are chosen."""
    return _chosen(view.choice)


def switch_key(name: str, client: str) -> str:
    """Return the key of a switch: what is shown to one client is never shown to another for that."""
    return f"show-{name}-{client}"


def chosen_shown(client: str, *, money: bool) -> Shown:
    """Return what a client sees, as his switches stand."""
    switches = {one.name: bool(st.session_state.get(switch_key(one.name, client), getattr(USUAL, one.name))) for one in fields(Shown)}
    return Shown(**switches).in_force(money=money)


def notes_key(view: View) -> str:
    """Return the key of the notes: those for one client, and for one month, are never another's."""
    return f"client-notes-{client_of(view)}-{view.period.start}-{view.period.end}"


def choose_client(client_id: str) -> None:
    """In a callback: show another client's report, of all his projects."""
    st.session_state["clients"], st.session_state["projects"] = [client_id], []


def draw_choosing(view: View) -> None:
    """Offer the clients with the most time."""
    found = largest_clients(view.cube, view.directory, OFFERED)
    with st.container(border=True, key="client-offered"):
        st.markdown(f":material/person_search: **{CHOOSE if found else 'Choose a client above.'}**")
        with st.container(horizontal=True, gap="small"):
            for one, seconds in found:
                name = escape_markdown(one_line(view.directory.label(Kind.CLIENT, one)))
                hours = format_tracked(seconds, HourStyle(view.look.hours))
                st.button(f"{name} · {hours} h", key=f"client-offer-{one}", on_click=choose_client, args=(one,))


def draw_hidden(found: Made) -> None:
    """Say what the client doesn't see, outside of what he does."""
    words = hidden_words(found.report)
    said = f":material/visibility_off: The client does not see {words}." if words else ":material/visibility: The client sees all of it."
    with st.container(key="client-hidden"):
        st.caption(said)


def made_for(view: View, shown: Shown) -> Made:
    """Return the report of a view: made now, or by whoever looked at the same before."""
    return made(view, "client report", partial(make_report, view, shown), shown)


def make_report(view: View, shown: Shown) -> Made:
    """Make the report of the one client of a view."""
    client, directory, filters = client_of(view), view.directory, view.choice.filters
    rule = next((one for one in view.access.notes.client_rules if one.client_id == client), ClientRule(client))
    entries = view.entries(NEEDED)
    days = {"period": view.period, "interval": step_for(view.period, shown), "week_start": view.week_start}
    report = client_report(client_rounded(entries, rule), entries, directory, shown, **days)  # type: ignore[arg-type]
    left, retainers = _left(view, client, rule, shown) if shown.left or shown.cycles else ((), ())
    names = tuple(directory.label(Kind.PROJECT, one) for one in filters.projects)
    return Made(directory.label(Kind.CLIENT, client), names, rule, report, left, retainers)


def paper_for(view: View, shown: Shown, notes: str, palette: Palette = LIGHT) -> Paper:
    """Write the report, with what was typed for it."""
    found = made_for(view, shown)
    terms = Terms(
        found.client,
        view.access.zone,
        view.today,
        found.rule,
        view.access.notes.branding,
        found.projects,
        _without(view),
        notes,
        view.is_demo,
        HourStyle(view.look.hours),
    )
    return paper_of(found.report, found.left, found.retainers, view.directory, terms, palette)


def _left(view: View, client: str, rule: ClientRule, shown: Shown) -> tuple[tuple[Left, ...], tuple[Retainer, ...]]:
    """Hold the client's time against what was paid ahead or is planned; packs go by what he is charged."""
    access, directory = view.access, view.directory
    # However few days the report is of, what is foreseen is made of all that is known.
    off, scale = days_off(view, Period(min(view.known_from, view.today), view.today + ONE_DAY))
    days = {"known_from": view.known_from, "today": view.today, "week_start": view.week_start}
    foresee = partial(forecasts, weekdays=access.workspace.working_days, off=off, scale=scale, **days)  # type: ignore[arg-type]
    entries = apply_filters(access.entries(view.opening, ("day", *NEEDED)), Filters(clients=(client,)), directory)
    return client_left(
        client,
        view.choice.filters.projects,
        access.cube(view.opening),
        client_rounded(entries, rule, monthly=True),
        directory,
        access.notes,
        foresee,
        money=shown.amounts,
        **days,  # type: ignore[arg-type]
    )


def _without(view: View) -> str:
    """Say what is missing of the period; "" where nothing is."""
    if view.is_whole:
        return ""
    return f"without {month_words(view.missing)}" if view.missing else "without some entries"


def _chosen(choice: Choice) -> str:
    clients = choice.filters.clients
    return clients[0] if len(clients) == 1 else ""
