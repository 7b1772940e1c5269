"""Entries as a PDF for a customer: title, addressee and notes are typed on the spot, and the file is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from clockify.app.cards.downloads import ICONS, File, draw_files
from clockify.desk.view import View
from clockify.render.facts import Facts
from clockify.render.files.entries_pdf import MOST_ENTRIES, TITLE, Letter, entries_pdf
from clockify.render.formats import HourStyle

LINES = 118  # px: three of them, and the label
LETTER = "pdf-letter"
_send_typed = st.components.v2.component("send_typed", js=(Path(__file__).parent / "typed.js").read_text(encoding="utf8"))


@st.fragment
def draw_customer_pdf(
    view: View, entries: Callable[[], pd.DataFrame], facts: Callable[[], Facts], report: str, key: str, count: int
) -> None:
    """Draw the button that opens three inputs and the file's own; `count` entries are in it, or it is said why there is none."""
    directory, money, style = view.directory, view.sees_amounts, HourStyle(view.look.hours)
    with st.popover("PDF …", icon=ICONS["pdf"], key=f"{key}-form"):
        if count > MOST_ENTRIES:
            st.caption(f"A PDF holds {MOST_ENTRIES:,} entries at most, and these are {count:,}. Choose fewer, or take Excel or CSV.")
            return
        letter = _draw_letter()

        def make() -> bytes:
            return entries_pdf(entries(), directory, facts(), letter, style=style, money=money)

        draw_files(view, [File("Take the PDF", key, report, "pdf", make)])


def _draw_letter() -> Letter:
    """Draw the inputs; what is typed is the session's, on each page, and stands in no address.

    They are sent while somebody types, and only this part runs then: what is sent when an input is left for the button
    comes after its click, and the file would be made of what stood there before.
    """
    with st.container(key=LETTER):
        title = st.text_input("Title", key="pdf-title", placeholder=TITLE, max_chars=500, persist_state="session", live="100ms")
        addressee, notes = (
            st.text_area(label, key=f"pdf-{name}", placeholder=hint, max_chars=500, persist_state="session", height=LINES)
            for label, name, hint in (("For", "addressee", "Name and address"), ("Notes", "notes", ""))
        )
        _send_typed(data={"inside": LETTER}, key="send-typed", height="content")
    return Letter(title or "", addressee or "", notes or "")
