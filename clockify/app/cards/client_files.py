"""The client report's toolbar: whose it is, what of it is shown, and the report to take away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from clockify.app.cards.client import LABELS, NEEDS, USUAL, choose_client, chosen_shown, client_of, notes_key, paper_for, switch_key
from clockify.app.cards.downloads import ICONS, MIMES
from clockify.app.shell.door import behind_the_door
from clockify.desk.view import View
from clockify.directory import Kind, told_apart
from clockify.render.client import Paper, file_name
from clockify.render.files.client_html import client_html
from clockify.render.files.client_pdf import client_pdf
from clockify.render.markdown import one_line

_HERE = Path(__file__).parent
PRINT_CSS = "button { font-size: 0.875rem; }"  # as Streamlit's own beside it
_print_page = st.components.v2.component(
    "print_page",
    html='<div><button type="button">Print</button></div>',
    css=(_HERE / "share_report.css").read_text(encoding="utf8") + PRINT_CSS,
    js=(_HERE / "print_page.js").read_text(encoding="utf8"),
)
PRINT_WIDTH, SELECT_WIDTH = 56, 220
SEEN = "What is shown"
NO_MONEY = "Amounts are hidden from this key, or from you."


def draw_toolbar(view: View) -> None:
    """Draw the choice of the client, the switches, and the files; nothing for whoever doesn't see everybody's time."""
    if not view.access.sees_everybody:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="client-toolbar"):
        _draw_clients(view)
        if client_of(view):
            with st.popover(SEEN, icon=":material/visibility:", key="client-shown"):
                _draw_switches(view)
            _print_page(key="client-print", width=PRINT_WIDTH)
            _draw_files(view)


def _draw_clients(view: View) -> None:
    directory, chosen = view.directory, client_of(view)
    labels = {one: one_line(directory.label(Kind.CLIENT, one)) for one in directory.names[Kind.CLIENT]}
    archived = {one: f"{label} (archived)" if one in directory.archived else label for one, label in labels.items()}
    order = sorted(archived, key=lambda one: (one in directory.archived, archived[one].casefold(), one))
    options = told_apart({one: archived[one] for one in ([chosen] if chosen and chosen not in order else []) + order if one in archived})
    st.session_state["client-of"] = chosen if chosen in options else None
    place = list(options).index(chosen) if chosen in options else None
    st.selectbox(
        "Client",
        list(options),
        place,
        format_func=options.__getitem__,
        key="client-of",
        placeholder="Choose a client",
        on_change=_choose,
        width=SELECT_WIDTH,
    )


def _choose() -> None:
    if picked := st.session_state["client-of"]:
        choose_client(picked)


def _draw_switches(view: View) -> None:
    """Draw a switch for each thing; one that needs another is off with it."""
    client, money = client_of(view), view.sees_amounts
    shown = chosen_shown(client, money=money)
    for name, (label, words) in LABELS.items():
        without_money = name in ("amounts", "rates") and not money
        held_back = without_money or (name in NEEDS and not getattr(shown, NEEDS[name]))
        why = NO_MONEY if without_money else f"{words} Needs {LABELS[NEEDS[name]][0].lower()}." if held_back else words
        st.toggle(label, getattr(USUAL, name), key=switch_key(name, client), persist_state="session", disabled=held_back, help=why)


def _draw_files(view: View) -> None:
    """Draw both files; what is in them is taken now, for they are made later and without a session."""
    shown, notes = chosen_shown(client_of(view), money=view.sees_amounts), str(st.session_state.get(notes_key(view)) or "")
    client = view.directory.label(Kind.CLIENT, client_of(view))

    def make(write: Callable[[Paper], bytes]) -> Callable[[], bytes]:
        return behind_the_door(lambda: write(paper_for(view, shown, notes)))

    for label, kind, write in (("HTML", "html", client_html), ("PDF", "pdf", client_pdf)):
        st.download_button(
            label,
            data=make(write),
            file_name=file_name(client, view.period, kind),
            mime=MIMES[kind],
            icon=ICONS[kind],
            key=f"client-{kind}",
            # At night Streamlit writes white on a light blue, which nobody can read.
            type="primary" if kind == "pdf" and view.look.theme != "dark" else "secondary",
            on_click="ignore",
            disabled=not view.is_whole,
            help=None if view.is_whole else "A file is made when every month of the period is there.",
        )
