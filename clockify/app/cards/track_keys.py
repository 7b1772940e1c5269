"""The keyboard on Track: what buttons don't say themselves."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from clockify.app.cards.track import Track, tracking
from clockify.app.cards.track_filling import KEYS, recents
from clockify.app.cards.track_timer import TEXT

_SHELL = Path(__file__).parents[1] / "shell"
# Streamlit sends it along with each run: what only people read stays here.
_LINES = (_SHELL / "typing_keys.js").read_text(encoding="utf8").splitlines()
_typing_keys = st.components.v2.component("typing_keys", js="\n".join(line for line in _LINES if not line.lstrip().startswith("//")))
SAID = "Keys: N new entry · S start or stop · K continue the latest · Esc leaves a field, and what was typed stays."


def draw_keys(track: Track) -> None:
    """Listen to the keyboard, and say what it does, for a phone has none; offer what was logged before where words are typed."""
    if track.pen is None:
        return
    if not track.view.look.narrow:
        st.caption(SAID)
    project = str(tracking().fields.get("project") or "")
    words = {KEYS["description"]: list(recents(track, project)), TEXT: list(recents(track))}
    _typing_keys(data={"form": "track-form", "first": KEYS["project"], "words": words}, key="typing-keys")
