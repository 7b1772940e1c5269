"""The card of Settings on webhooks: how to have Clockify tell what changes, and what it told last."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from clockify.app.shell import resources
from clockify.app.shell.following import follow_alone
from clockify.app.shell.header import moment_words
from clockify.app.shell.look import is_narrow
from clockify.desk.live import FREE_EVENTS, Handled, Hearing, Outcome, address_of, events_for, hearing, last_told
from clockify.desk.visit import Visit
from clockify.directory import Directory, Kind
from clockify.render.formats import format_age, format_day
from clockify.render.markdown import escape_markdown, one_line

SHOWN = 10
NONE = "–"
EVENT_WORDS = {
    "NEW_TIME_ENTRY": "time logged",
    "NEW_TIMER_STARTED": "timer started",
    "TIMER_STOPPED": "timer stopped",
    "TIME_ENTRY_UPDATED": "entry changed",
    "TIME_ENTRY_DELETED": "entry deleted",
}
OUTCOME_WORDS = {
    Outcome.WAITING: "waits",
    Outcome.APPLIED: "shown at once",
    Outcome.NOTHING_NEW: "was known already",
    Outcome.DOUBTFUL: "shown; what came first isn't sure, so it is checked soon",
    Outcome.LATE: "came late: something newer was known",
    Outcome.IGNORED: "nothing to do: its month isn't kept here",
}


def draw_live(visit: Visit) -> None:
    """Say what is heard of Clockify's webhooks, and how to set them up; nothing to whoever doesn't run the place."""
    if visit.viewer.may_note:
        follow_alone(visit, partial(_draw, visit), lambda: (hearing(visit),))


def _draw(visit: Visit) -> None:
    heard = hearing(visit)
    with st.container(border=True, key="live"):
        st.markdown("**Live** :gray[:small[· Clockify tells what changes, at no request]]")
        st.markdown(state_words(visit, heard))
        if heard.heard_at:
            _draw_told(visit)
        if visit.is_demo:
            return
        if heard.is_set_up:
            with st.expander("How it is set up"):
                _draw_way(visit)
        else:
            _draw_way(visit)


def state_words(visit: Visit, heard: Hearing) -> str:
    """Say in Markdown whether something is heard, and what that means for checks."""
    rarer = "While they are heard, checks by requests are rarer."
    age = format_age(heard.heard_at, resources.now()) if heard.heard_at else ""
    if heard.is_live:
        whose = " The demo's own webhooks lead here: somebody changes something every minute or two." if visit.is_demo else ""
        return f":green[●] **Heard {age}.** While webhooks are heard, checks by requests are rarer.{whose}"
    if heard.heard_at:
        return f":orange[:material/hearing_disabled:] **Last heard {age}**, so pages are checked by requests as often as without. {_WHY}"
    if visit.is_demo:
        return "Nothing was heard yet: the first change comes within two minutes." if heard.is_set_up else "The demo stands still."
    if heard.is_set_up:
        return f":orange[:material/hearing_disabled:] **Nothing was heard yet.** {_WHY}"
    return f"Not set up: pages find changes when they are checked. With webhooks they follow within two seconds. {rarer}"


_WHY = "If people did work, look in Clockify whether the webhooks are switched on and their address is the one below."


def _draw_way(visit: Visit) -> None:
    """Say what to paste where."""
    settings, origin = resources.settings(), urlsplit(st.context.url or "")
    address = address_of(settings.public_url, f"{origin.scheme}://{origin.netloc}")
    st.markdown("1. In Clockify, under Webhooks, add one for each of these events:")
    st.markdown("\n".join(f"    - `{event}` :gray[{EVENT_WORDS[event]}]" for event in events_for(visit)))
    if events_for(visit) == FREE_EVENTS:
        st.caption("The FREE plan has three webhooks. Timers that start, and deletions, come with the next check then.")
    st.markdown("2. Give each of them this address:")
    st.code(address, language=None)
    if not address.startswith("https://"):
        st.caption(
            "Clockify must reach it from the internet, over https. Set `CLOCKIFY_PUBLIC_URL` to the address under which people come, "
            "and start with `python -m clockify`: `streamlit run` has no such address."
        )
    st.markdown(
        "3. Clockify shows a token beside each webhook. Put them all, separated by commas, into `CLOCKIFY_WEBHOOK_TOKENS=…` "
        "where the other settings are, and start the app again."
    )


def _draw_told(visit: Visit) -> None:
    told = last_told(visit, SHOWN)
    rows = told_rows(told, visit.access.known(), visit.access.zone)
    if is_narrow():
        # A table's toolbar lies over the words above it there.
        for row in rows.itertuples(index=False):
            st.caption(" · ".join(escape_markdown(one_line(text)) for text in row if text != NONE))
    elif told:
        st.dataframe(rows, hide_index=True, width="stretch", key="deliveries", alt="The last deliveries: when, what, who, and what it did")


def told_rows(told: list[Handled], names: Directory, zone: str) -> pd.DataFrame:
    """Return a row for each delivery, in words."""
    return pd.DataFrame(
        {
            "Heard": moment_words(one.at, zone),
            "What": EVENT_WORDS.get(one.event, one.event),
            "Who": names.label(Kind.USER, one.user_id) if one.user_id else NONE,
            "Project": names.full_label(Kind.PROJECT, one.project_id) if one.project_id or one.day else NONE,
            "Day": format_day(one.day) if one.day else NONE,
            "What it did": OUTCOME_WORDS[one.outcome],
        }
        for one in told
    )
