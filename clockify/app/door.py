"""The door: who may come in.

With an `[auth]` section in the secrets people sign in (OIDC), and verified addresses on
the allow-list of `[access]` come in. Without one, real data is served to this machine
alone, or to everybody whom the network lets through if CLOCKIFY_OPEN=1 says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from clockify.app.access import Viewer
from clockify.app.config import secrets_section
from clockify.render.markdown import escape_markdown
from clockify.settings import Settings, is_loopback

# What a proxy adds: a request that carries one came from somewhere else, whatever its last hop.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


def admit(settings: Settings) -> Viewer | None:
    """Return who is looking, or draw why nobody may and return None."""
    if secrets_section("auth"):
        return _admit_signed_in()
    is_near = settings.open_to_all or is_local_visitor(st.context.ip_address, st.context.headers)
    if is_near or settings.is_demo:
        return Viewer(name="You" if is_near else "Guest", may_connect=is_near)
    _refuse_stranger()
    return None


def is_allowed(user: Mapping[str, Any], access: Mapping[str, Any]) -> bool:
    """Tell whether an identity's *verified* address is on the list of e-mails or domains."""
    email = str(user.get("email") or "").strip().casefold()
    name, _, domain = email.rpartition("@")
    if user.get("email_verified") is not True or not name or not domain:
        return False
    return email in _lowered(access.get("allowed_emails")) or domain in _lowered(access.get("allowed_domains"))


def is_local_visitor(ip_address: object, headers: Mapping[str, str]) -> bool:
    """Tell whether a visitor sits at this machine: his address, the name he typed, and no proxy between.

    All three are asked: a proxy on this machine has a local address, and a browser can be
    led to a local address under a foreign name.
    """
    host = str(headers.get("Host") or "").rsplit(":", 1)[0]
    near = ip_address is None or (isinstance(ip_address, str) and is_loopback(ip_address))
    return near and is_loopback(host) and not any(headers.get(name) for name in FORWARDED)


def _admit_signed_in() -> Viewer | None:
    if not st.user.is_logged_in:
        _invite()
        return None
    if not is_allowed(st.user, secrets_section("access")):
        _refuse_signed_in(str(st.user.get("email") or "This account"), verified=st.user.get("email_verified") is True)
        return None
    email = str(st.user["email"])
    return Viewer(name=str(st.user.get("name") or email), email=email)


def _invite() -> None:
    st.title("Clockify dashboard", anchor=False)
    st.write("Sign in to see your team's hours.")
    st.button("Sign in", type="primary", icon=":material/login:", key="sign-in", on_click=st.login)


def _refuse_signed_in(email: str, *, verified: bool) -> None:
    st.title("No access", anchor=False)
    if verified:
        st.error(f"**{escape_markdown(email)}** is not on this dashboard's list.", icon=":material/block:")
        st.write("Ask whoever runs it to add your address or domain under `[access]` in its secrets.")
    else:
        st.error(f"The address **{escape_markdown(email)}** is not verified by your sign-in service.", icon=":material/block:")
        st.write("Confirm the address there, then sign in again.")
    st.button("Sign in as somebody else", icon=":material/logout:", key="sign-out", on_click=st.logout)


def _refuse_stranger() -> None:
    st.title("Not open to the network", anchor=False)
    st.error("This dashboard shows real hours and money, and nobody has said who may see them.", icon=":material/lock:")
    st.write(
        "If you run it: add an `[auth]` and an `[access]` section to `.streamlit/secrets.toml` so that people sign in "
        "(`.streamlit/secrets.toml.example` shows how), or set `CLOCKIFY_OPEN=1` if something in front of it already "
        "decides who comes through. At the machine itself it opens under `http://localhost`."
    )


def _lowered(names: object) -> set[str]:
    return {str(name).strip().casefold().lstrip("@") for name in names} if isinstance(names, list | tuple) else set()
