"""A card is made once for all who may see the same: its plain value, and what Streamlit makes of its texts and tables.

Both are kept under `View.fingerprint`, the card's name and its own choices. While months are being read a view
has no fingerprint, and everything is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from clockify.app.shell import resources
from clockify.desk.view import View

T = TypeVar("T")

# A table of 280 rows is a message of about 100 kB.
DRAWN_KEPT = 300
DRAWN_SECONDS = 3600.0


def made(view: View, card: str, make: Callable[[], T], *ask: Hashable) -> T:
    """Return what `make` gives: made now, or by whoever looked at the same before. It is shared: never change it."""
    if view.fingerprint is None:
        return make()
    desk = resources.desk()

    def newly_made() -> T:
        desk.tidy_soon()
        return make()

    return desk.caches.cards.get((card, view.fingerprint, ask), newly_made)


def drawn(view: View, card: str, draw: Callable[[], object], *ask: Hashable) -> None:
    """Draw what has no widget in it and no place of its own outside: now, or as it was drawn before."""
    if view.fingerprint is None:
        draw()
    else:
        _drawn(repr((card, view.fingerprint, ask)), draw)


@st.cache_resource(show_spinner=False, max_entries=DRAWN_KEPT, ttl=DRAWN_SECONDS)
def _drawn(key: str, _draw: Callable[[], object]) -> None:  # noqa: ARG001  # Streamlit keeps by it, and replays what was drawn
    _draw()
