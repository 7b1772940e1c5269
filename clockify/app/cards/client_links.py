"""A client's report shared by a link: the card that makes one, and the lists of those there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import streamlit as st

from clockify.app.cards.client import chosen_shown, client_of, notes_key
from clockify.app.shell import resources
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.session import session
from clockify.app.shell.visit import looking
from clockify.desk.links import Links, may_share
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Directory, Kind
from clockify.errors import ClockifyError
from clockify.links import MOST_DAYS, USUAL_DAYS, Link, LinkState, Terms
from clockify.periods import Preset, local_day, short_day
from clockify.render.client import switch_words
from clockify.render.formats import format_count
from clockify.render.markdown import escape_markdown, one_line
from clockify.reports.client import Shown

LASTING = {"a week": 7, "30 days": USUAL_DAYS, "90 days": 90, "a year": MOST_DAYS}
OTHER_DAY = "until a day …"
SHOWN = 50
LASTING_WIDTH, DAYS_WIDTH = 180, 300
ONCE = "Copy it now: nothing here keeps it, so it can't be shown again."
NOT_SERVED = (
    "Links are served by `python -m clockify`, which is how the dashboard is hosted; started by `streamlit run` it has no address for them."
)
MEANT = "whoever has it sees the report without an account, and nothing else of the dashboard"
COPY_WIDTH = 92  # px: Streamlit measures a component of its own late
_HERE = Path(__file__).parent
_copy_link = st.components.v2.component(
    "copy_link",
    html='<div><button class="copy" type="button">Copy link</button><span role="status"></span></div>',
    css=(_HERE / "share_report.css").read_text(encoding="utf8") + ".copy { min-width: 0; font-size: 0.875rem; }",
    js=(_HERE / "copy_link.js").read_text(encoding="utf8"),
)


def draw_sharing(view: View) -> None:
    """Draw the card: for how long, which days, what it shows, and the links of this client; nothing for whoever may not share."""
    visit, client = looking(), client_of(view)
    if not may_share(visit):
        return
    with st.container(border=True, key="client-links"):
        st.markdown(f"**Share by a link** :gray[:small[· {MEANT}]]")
        if resources.desk().serves_links:
            _draw_form(visit, view)
        else:
            st.caption(f":material/link_off: {NOT_SERVED}")
        _draw_made(client)
        _draw_faults()
        _draw_list(visit, client, view.directory, key="client")


def draw_links(visit: Visit) -> None:
    """Draw the card of Settings with every link of the workspace, for those who may share; nothing where there is none."""
    if visit.access.notes_fault or not may_share(visit):
        return
    with st.container(border=True, key="links"):
        st.markdown("**Links of clients' reports** :gray[:small[· made on Client report, each shows one client's time]]")
        _draw_faults()
        if not _draw_list(visit, None, visit.access.known(), key="all"):
            st.caption("None yet: open a client's report.")


def _draw_form(visit: Visit, view: View) -> None:
    client, choice = client_of(view), view.choice
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="client-link-form"):
        lasting = st.selectbox("Opens for", [*LASTING, OTHER_DAY], 1, key="link-lasting", width=LASTING_WIDTH)
        last_day = visit.today + timedelta(days=LASTING.get(str(lasting), USUAL_DAYS))
        if lasting == OTHER_DAY:
            latest = visit.today + timedelta(days=MOST_DAYS)
            last_day = st.date_input("Last day", last_day, visit.today, latest, key="link-last-day", format="DD/MM/YYYY", width=150)
        is_relative = False
        if choice.preset is not Preset.CUSTOM:
            days = {True: f"{choice.preset.label()}, whenever it is opened", False: f"{view.period.label()}, as now"}
            is_relative = st.selectbox("Days", list(days), format_func=days.__getitem__, key="link-days", width=DAYS_WIDTH)
        shown = chosen_shown(client, money=view.sees_amounts)
        terms = _terms(view, shown, is_relative=bool(is_relative))
        # At night Streamlit writes white on a light blue, which nobody can read.
        kind: Literal["primary", "secondary"] = "secondary" if view.look.theme == "dark" else "primary"
        st.button("Make a link", icon=":material/add_link:", key="link-make", type=kind, on_click=_make, args=(visit, terms, last_day))
    notes = " and the notes above" if terms.notes.strip() else ""
    st.caption(f"It will show {escape_markdown(_what_words(view, shown))}{notes}, until {_day(last_day)}.")


def _terms(view: View, shown: Shown, *, is_relative: bool) -> Terms:
    access, on = view.access, tuple(one.name for one in fields(Shown) if getattr(shown, one.name))
    return Terms(
        client_of(view),
        on,
        view.choice.preset if is_relative else Preset.CUSTOM,
        None if is_relative else view.period,
        view.choice.filters.projects,
        # The report zone is the installation's, unless somebody looks in another one.
        "" if access.zone == access.kept_in else access.zone,
        view.look.hours,
        str(st.session_state.get(notes_key(view)) or ""),
    )


def _what_words(view: View, shown: Shown) -> str:
    """Say what a link shows: "hours of all projects, with amounts, tasks and retainers"."""
    projects = [one_line(view.directory.label(Kind.PROJECT, one)) for one in view.choice.filters.projects]
    more = switch_words([one.name for one in fields(Shown) if getattr(shown, one.name)])
    return f"hours of {', '.join(projects) or 'all projects'}{f', with {more}' if more else ' and nothing else'}"


def _draw_made(client: str) -> None:
    """Show the link that was just made: while its maker stays with this client, for nobody can ask for it again."""
    made = session().made_link
    if made is None or made[0].terms.client_id != client:
        session().made_link = None
        return
    with st.container(key="link-made", gap="xsmall"):
        st.success(f"The link is made. {ONCE}", icon=":material/link:")
        st.code(made[1], language=None, wrap_lines=True)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _copy_link(data={"text": made[1]}, key="link-copy", width=COPY_WIDTH)
            st.button("Done", key="link-done", on_click=_forget)


def _draw_faults() -> None:
    for sentence in session().link_faults:
        st.error(escape_markdown(sentence), icon=":material/error:")
    session().link_faults = ()


def _draw_list(visit: Visit, client: str | None, names: Directory, key: str) -> int:
    """Draw the links that open, and those that ended behind a fold; return how many there are."""
    try:
        links = _links(visit).listed(visit, client)
    except ClockifyError as fault:
        st.error(escape_markdown(f"{fault} {fault.advice}"), icon=":material/database_off:")
        return 1
    now = visit.desk.now()
    opening = [one for one in links if one.state_at(now) is LinkState.OPEN]
    ended = [one for one in links if one.state_at(now) is not LinkState.OPEN]
    for one in opening[:SHOWN]:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small", key=f"link-{key}-{one.id}"):
            st.markdown(_row_words(visit, one, names, with_client=client is None), width="stretch")
            st.button("Revoke", key=f"link-revoke-{key}-{one.id}", on_click=_revoke, args=(visit, one.id), help="It ends at once.")
    if ended:
        with st.expander(format_count(len(ended), "link that has ended", "links that have ended"), key=f"links-ended-{key}"):
            for one in ended[:SHOWN]:
                st.markdown(_row_words(visit, one, names, with_client=client is None))
    _draw_rest([opening, ended])
    return len(links)


def _draw_rest(parts: Sequence[Sequence[Link]]) -> None:
    more = sum(max(len(part) - SHOWN, 0) for part in parts)
    if more:
        st.caption(f"{format_count(more, 'older link')} more.")


def _row_words(visit: Visit, link: Link, names: Directory, *, with_client: bool) -> str:
    """Say of a link, in Markdown, what days it is of, until when, who made it, and who opened it how often."""
    terms, zone = link.terms, visit.access.zone
    client = f"{escape_markdown(one_line(names.label(Kind.CLIENT, terms.client_id)))} · " if with_client else ""
    days = terms.days.label() if terms.days else f"{terms.preset.label()}, whenever it is opened"
    last = local_day(link.expires_at - timedelta(seconds=1), zone)
    until = {
        LinkState.OPEN: f"until {_day(last)}",
        LinkState.EXPIRED: f"expired after {_day(last)}",
        LinkState.REVOKED: f"revoked {moment_words(link.revoked_at or link.made_at, zone)} by {escape_markdown(one_line(link.revoked_by))}",
    }[link.state_at(visit.desk.now())]
    made = f"made by {escape_markdown(one_line(link.made_by))}, {moment_words(link.made_at, zone)}"
    opened = "never opened"
    if link.last_opened_at:
        often = "once," if link.opens == 1 else f"{format_count(link.opens, 'time')}, last"
        opened = f"opened {often} {moment_words(link.last_opened_at, zone)}"
    return f"**{client}{days}** · {until}  \n:gray[:small[{made} · {opened}]]"


def _address(token: str) -> str:
    """Return a link's whole address: under the installation's own name, else under the one that the browser knows."""
    here = urlsplit(str(st.context.url or ""))
    return f"{resources.settings().public_url or f'{here.scheme}://{here.netloc}'}/c/{token}"


@if_admitted
def _make(visit: Visit, terms: Terms, last_day: date) -> None:
    mine = session()
    try:
        link, token = _links(visit).make(visit, terms, last_day)
    except ClockifyError as fault:
        mine.link_faults = (f"{fault} {fault.advice}",)
        return
    mine.made_link = (link, _address(token))


@if_admitted
def _revoke(visit: Visit, link_id: str) -> None:
    mine = session()
    try:
        _links(visit).revoke(visit, link_id)
    except ClockifyError as fault:
        mine.link_faults = (f"{fault} {fault.advice}",)
    if mine.made_link and mine.made_link[0].id == link_id:
        mine.made_link = None


def _forget() -> None:
    session().made_link = None


def _links(visit: Visit) -> Links:
    return visit.desk.links(demo=visit.is_demo)


def _day(day: date) -> str:
    return f"{short_day(day)} {day.year}"
