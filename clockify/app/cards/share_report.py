"""The report on its way to others: into the clipboard, rich and plain at once, and onto paper."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_BUTTONS = (
    '<div><button class="copy" type="button">Copy for e-mail</button>'
    '<button class="print" type="button">Print view</button><span role="status"></span></div>'
)
_share_report = st.components.v2.component(
    "share_report",
    html=_BUTTONS,
    css=(_HERE / "share_report.css").read_text(encoding="utf8"),
    js=(_HERE / "share_report.js").read_text(encoding="utf8"),
)


WIDTH = 224


def draw_share(html: str, text: str) -> None:
    """Draw both buttons for a report; `html` is a whole page with every name escaped."""
    _share_report(data={"html": html, "text": text}, key="share-report", width=WIDTH)
