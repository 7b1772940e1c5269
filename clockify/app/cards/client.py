"""The client's report: whose it is, what of it he sees, and what it is made of."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial

import streamlit as st

from clockify.app.shell.kept import made
from clockify.app.shell.session import session
from clockify.app.shell.states import month_words
from clockify.desk.choice import Choice
from clockify.desk.client import Made, make_report, one_of
from clockify.desk.client import planned_months as months_planned
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.periods import Month, Period
from clockify.render.client import MOST_ENTRIES, Paper, Terms, hidden_words, paper_of
from clockify.render.formats import HourStyle, format_tracked
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import LIGHT, Palette
from clockify.reports.client import Shown, largest_clients
from clockify.reports.filters import Filters
from clockify.reports.rounding import EXACT

NOT_YOURS = "A client's report is of everybody's time for him, and you see only some people's: so there is none here."
CHOOSE = "Choose a client above. These have the most time in these days:"
OFFERED = 5
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


def one_client(_visit: Visit, choice: Choice) -> Choice:
    """Return what the page shows of a choice: all time of one client, exact, for his own rule rounds it."""
    filters = Filters(clients=choice.filters.clients, projects=choice.filters.projects)
    return replace(choice, filters=filters, rounding=EXACT, compare=None)


def planned_months(visit: Visit, period: Period) -> list[Month]:
    """Return the months that what is left is made of; none where nothing is planned, or it isn't shown."""
    client = one_of(session().choice)
    if not visit.access.sees_everybody:
        return []
    return months_planned(visit.access, client, chosen_shown(client, money=True), visit.today, period)


def client_of(view: View) -> str:
    """Return the id of the client whose report it is, "" while none, or several, are chosen."""
    return one_of(view.choice)


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


def _without(view: View) -> str:
    """Say what is missing of the period; "" where nothing is."""
    if view.is_whole:
        return ""
    return f"without {month_words(view.missing)}" if view.missing else "without some entries"
