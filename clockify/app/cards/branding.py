"""The card of Settings where a team says how it looks on what its clients are shown: name, address, logo, colour."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

import streamlit as st

from clockify.app.shell.door import if_admitted
from clockify.app.shell.session import session
from clockify.branding import LEAST_CONTRAST, WHITE, Branding, contrast, darker
from clockify.desk.noting import write_down
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError
from clockify.logos import Logo, clean_logo
from clockify.plans import problems_of
from clockify.render.markdown import escape_markdown

FIELDS = ("name", "address", "own", "accent", "logo", "without")
USUAL_ACCENT = "#1b4d89"
MEDIA = {"png": "image/png", "svg": "image/svg+xml"}


def draw_branding(visit: Visit) -> None:
    """Draw the card; nothing where what is written down can't be read or changed: the card of that says so."""
    if visit.access.notes_fault or not visit.access.may_note:
        return
    branding = visit.access.notes.branding
    # Named by what holds: where somebody else changes it, the fields show that.
    stamp = sha256(repr(branding).encode("utf8", "replace")).hexdigest()[:12]
    keys = {field: f"branding-{field}-{stamp}" for field in FIELDS}
    with st.container(border=True, key="branding"):
        st.markdown("**Branding** :gray[:small[· how you look on what your clients are shown]]")
        left, right = st.columns(2, gap="medium")
        with left:
            st.text_input("Name", branding.name, max_chars=200, key=keys["name"])
            st.text_area("Address", branding.address, height=120, max_chars=1_600, key=keys["address"])
        with right:
            _draw_accent(branding, keys)
            _draw_logo(branding, keys)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Save", type="primary", key="branding-save", on_click=_save, args=(visit, branding, keys))
            st.caption("History, above, says who changed it when, and takes the last change back.")
        _draw_outcome()


def _draw_accent(branding: Branding, keys: Mapping[str, str]) -> None:
    """Let a colour be chosen, and say at once whether white can be read on it, and it on white."""
    if not st.checkbox("A colour of our own for headings", bool(branding.accent), key=keys["own"]):
        return
    accent = st.color_picker("Colour", branding.accent or USUAL_ACCENT, key=keys["accent"]).lower()
    ratio = contrast(accent, WHITE)
    # Never more than it is: 4.499 isn't enough.
    said = f"Its contrast with white is {int(ratio * 100) / 100:.2f} : 1; to be read it takes {LEAST_CONTRAST} : 1."
    if ratio >= LEAST_CONTRAST:
        st.caption(f":green[:material/check:] {said}")
        return
    st.markdown(f":red[:material/error: {said}]")
    nearest = darker(accent)
    st.button(f"Use {nearest}", key="branding-darker", on_click=_choose, args=(keys["accent"], nearest))


def _draw_logo(branding: Branding, keys: Mapping[str, str]) -> None:
    """Take a logo and show it on white, as paper is; say why not, or what of it was left out."""
    given = st.file_uploader("Logo, at most 200 KB", type=["png", "svg"], key=keys["logo"], max_upload_size=1)
    logo = Logo(branding.logo, branding.logo_type) if branding.logo else None
    if given is not None:
        logo, reason = clean_logo(given.getvalue())
        if logo is None:
            st.markdown(f":red[:material/error: {escape_markdown(reason)}]")
    elif logo:
        st.checkbox("Without this logo", key=keys["without"])
    if logo:
        source = f"data:{MEDIA[logo.type]};base64,{b64encode(logo.content).decode('ascii')}"
        style = "background: #fff; padding: 8px; border-radius: 4px; max-width: 100%; width: 240px; height: 80px; object-fit: contain"
        st.html(f'<img src="{source}" alt="The logo" style="{style}">')
    if logo and logo.left_out:
        st.caption(f"Left out, for it doesn't draw or isn't safe: {escape_markdown(', '.join(logo.left_out))}.")


def _choose(key: str, accent: str) -> None:
    st.session_state[key] = accent


def _draw_outcome() -> None:
    mine = session()
    for sentence in mine.branding_problems:
        st.error(escape_markdown(sentence), icon=":material/error:")
    if mine.branded:
        st.success(mine.branded, icon=":material/check:")
    mine.branding_problems, mine.branded = (), ""


@if_admitted
def _save(visit: Visit, before: Branding, keys: Mapping[str, str]) -> None:
    """Write down what the fields hold; what can't be right is said, and the fields stay as they are."""
    mine = session()
    wanted, reason = _typed(before, keys)
    mine.branding_problems = (reason,) if reason else tuple(problems_of(wanted))
    if mine.branding_problems or wanted == before:
        return
    try:
        write_down(visit, "branding", [before], [wanted])
        mine.branded = "Saved."
    except ClockifyError as fault:
        mine.branding_problems = (f"{fault} {fault.advice}",)


def _typed(before: Branding, keys: Mapping[str, str]) -> tuple[Branding, str]:
    """Return what the fields hold, and why their logo can't be taken, if it can't."""
    typed = {field: st.session_state.get(key) for field, key in keys.items()}
    given, logo, reason = typed["logo"], None, ""
    if given is not None:
        logo, reason = clean_logo(given.getvalue())
    elif before.logo and not typed["without"]:
        logo = Logo(before.logo, before.logo_type)
    address = "\n".join(line.strip() for line in str(typed["address"] or "").strip().splitlines())
    accent = str(typed["accent"] or "").lower() if typed["own"] else ""
    name = str(typed["name"] or "").strip()
    return Branding(name, address, logo.content if logo else None, logo.type if logo else "", accent), reason
