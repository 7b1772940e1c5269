"""The door: who may come in.

With an `[auth]` section in the secrets people sign in (OIDC), and verified addresses on
the allow-list of `[access]` come in. Without one, real data is served to this machine
alone, or to everybody whom the network lets through if CLOCKIFY_OPEN=1 says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from importlib.util import find_spec
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from clockify.app.shell import resources
from clockify.app.shell.config import secrets_section
from clockify.app.shell.files import make_for, session_taker
from clockify.app.shell.navigation import PAGES
from clockify.app.shell.rerun import draw_again
from clockify.app.shell.session import session
from clockify.desk.access import Access
from clockify.desk.caches import Lost
from clockify.desk.roles import AccessRules, RightsChanged, before_lists, parse_access
from clockify.desk.signin import (
    Caller,
    NotAdmitted,
    SignIn,
    Standing,
    admits,
    caller_of,
    parse_sign_in,
    sign_in_id,
    standing,
)
from clockify.desk.view import View
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.errors import ConfigurationError
from clockify.render.formats import format_count
from clockify.render.markdown import escape_markdown
from clockify.settings import Settings, is_loopback

P = ParamSpec("P")
T = TypeVar("T")

CARD_WIDTH = 460
# What a proxy adds: a request that carries one came from somewhere else, whatever its last hop.
FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"})
# Host and port of a Host header, or of an Origin.
_AUTHORITY = re.compile(r"(?:https?://)?(\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?", re.IGNORECASE)


def admit(settings: Settings) -> Viewer | None:
    """Return who is looking, or draw why nobody may and return None; raise ConfigurationError rather than guess."""
    sign_in = _sign_in()
    if sign_in:
        return _admit_signed_in(sign_in)
    is_near = _is_near(settings)
    if is_near or settings.is_demo:
        return Viewer(name="You" if is_near else "Guest", may_connect=is_near, is_here=_is_at_this_machine())
    _refuse_stranger()
    return None


def caller() -> Caller:
    """Return who looks on in this session, as a value that a thread without a session can hold on to."""
    settings = resources.settings()
    # Each claim asked of `st.user` itself looks the secrets up again.
    return caller_of(st.user.to_dict(), needs_no_sign_in=settings.is_demo or _is_near(settings), holds=session().holds)


def still_admits(who: Caller) -> bool:
    """Tell, in any thread, whether the door would let somebody in now, by the rules as they stand now, to no less than he was shown."""
    try:
        return admits(_sign_in(), who, resources.desk().endings, resources.now()) and who.holds()
    except ConfigurationError:
        return False


def if_admitted(command: Callable[P, None]) -> Callable[P, None]:
    """Let a callback do nothing for somebody who is in no longer: callbacks run before the script, and so before the door.

    Nor what was offered with other rights than those of the page that stands there now: Streamlit keeps the callbacks of all
    that a tab ever showed, and runs one whenever the tab says so.
    """

    @wraps(command)
    def asked_first(*args: P.args, **terms: P.kwargs) -> None:
        if still_admits(caller()) and {one for one in map(_rights_in, args) if one} <= {session().rights}:
            command(*args, **terms)
        else:
            # Who is out is told so by the door.
            session().fault = RightsChanged("What you may see or do here has changed, so nothing was done.")

    return asked_first


def _rights_in(offered: object) -> str:
    """Return the rights with which something that a command works on was opened; "" if it has none."""
    found = getattr(offered, "visit", offered)
    if isinstance(found, Visit):
        return found.access.rights if found.mirror else ""
    found = found.access if isinstance(found, View) else found
    return found.rights if isinstance(found, Access) else ""


def behind_the_door(make: Callable[P, T]) -> Callable[P, T]:
    """Return `make` for a thread without a session: it raises NotAdmitted if who looks on now is in no longer by then.

    Of what is raised there Streamlit shows a sentence of its own, for five seconds: only the door itself can say why.
    """
    who, context = caller(), get_script_run_ctx()
    taker = session_taker(lambda: still_admits(who))

    def asked_first(*args: P.args, **terms: P.kwargs) -> T:
        make_for(taker)
        if not still_admits(who):
            if context:
                draw_again(context.session_id)
            raise NotAdmitted("This sign-in has ended, so nothing was made.")
        try:
            return make(*args, **terms)
        except Lost:
            # What the page showed was replaced long ago: it is drawn anew, and offers what is there now.
            if context:
                draw_again(context.session_id)
            raise

    return asked_first


def guard_rows() -> None:
    """At the end of a run: put what its long tables fetch later behind the door; Streamlit brings rows without a script, like files."""
    context = get_script_run_ctx()
    if context and runtime.exists():
        for table in list(runtime.get_instance().dataframe_source_mgr._sources.values()):
            if table.session_id == context.session_id:
                table.source.load_rows = behind_the_door(table.source.load_rows)  # type: ignore[method-assign]


def draw_misconfigured(fault: ConfigurationError) -> None:
    """Say which setting can't be used; until it can, nobody comes in."""
    with _card("Clockify dashboard"):
        st.error(f"**A setting can't be used.** {escape_markdown(str(fault))}", icon=":material/settings_alert:")
        st.write(f"If you run it: {fault.advice[0].lower()}{fault.advice[1:]}")


def is_local_visitor(address: str | None, headers: Mapping[str, str]) -> bool:
    """Tell whether a visitor sits at this machine: his address (None for loopback), the names he goes by, no proxy between.

    All are asked: a proxy on this machine has a local address and may bring a local Host
    along, and a browser can be led to a local address under a foreign name. Who forges both names
    behind something that leaves no trace can't be told apart, nor can another account of this machine.
    """
    given = {name.lower(): value for name, value in headers.items()}
    # On a socket for both kinds of addresses, IPv4 ones look like this.
    near = address is None or is_loopback(address.removeprefix("::ffff:"))
    named = _is_here(given.get("host", "")) and _is_here(given.get("origin", "localhost"))
    return near and named and not any(name in FORWARDED or name.startswith("x-forwarded") for name in given)


def draw_viewer(viewer: Viewer) -> None:
    """Say who is signed in, and let him sign out; nothing where nobody signs in."""
    if viewer.email is None or viewer.looks_as:
        return
    with st.container(border=True, key="viewer", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        named = viewer.name != viewer.email
        address = f" :gray[{escape_markdown(viewer.email)}]" if named else ""
        st.markdown(f":gray[Signed in to this dashboard as]  \n{escape_markdown(viewer.name)}{address}", width="content")
        st.button("Sign out", icon=":material/logout:", key="sign-out", on_click=sign_out)


def sign_out() -> None:
    """End this sign-in: here, in every other tab and process, and for whoever might have copied its cookie."""
    resources.desk().endings.end(sign_in_id(st.user))
    st.logout()


def access_rules() -> AccessRules | None:
    """Return what the secrets say of roles, as they stand now; None where nobody signs in."""
    return parse_access(secrets_section("access") or {}) if secrets_section("auth") is not None else None


def _sign_in() -> SignIn | None:
    """Return by what people sign in, as the secrets say now; None where nobody does."""
    auth, access = secrets_section("auth"), secrets_section("access")
    if auth is None:
        if access is not None:
            raise ConfigurationError("[access] in the secrets says who may come in, but there is no [auth] section to sign in by.")
        return None
    sign_in = parse_sign_in(auth, access or {})
    parse_access(access or {})
    if find_spec("authlib") is None:
        raise ConfigurationError("Signing in needs the package Authlib: install streamlit[auth].")
    return sign_in


def _is_near(settings: Settings) -> bool:
    return settings.open_to_all or _is_at_this_machine()


def _is_at_this_machine() -> bool:
    return is_local_visitor(st.context.ip_address, st.context.headers)


def _admit_signed_in(sign_in: SignIn) -> Viewer | None:
    found = standing(st.user, sign_in, resources.desk().endings, resources.now())
    if found is Standing.IN:
        email = str(st.user["email"])
        viewer = Viewer(name=str(st.user.get("name") or email), email=email, is_here=False)
        return before_lists(viewer, access_rules() or AccessRules())
    if found is Standing.NOT_LISTED:
        _refuse_signed_in(st.user)
    else:
        _invite(sign_in, again=found is Standing.TOO_OLD)
    return None


def _is_here(authority: str) -> bool:
    match = _AUTHORITY.fullmatch(authority)
    return match is not None and is_loopback(match[1])


@contextmanager
def _card(title: str) -> Iterator[None]:
    """Draw a narrow card in the middle, for one who isn't in; what the session held until now is let go of."""
    st.session_state.clear()
    with (
        st.container(horizontal_alignment="center", key="door"),
        st.container(border=True, width=CARD_WIDTH),
    ):
        st.title(title, anchor=False)
        yield


def _invite(sign_in: SignIn, *, again: bool = False) -> None:
    with _card("Clockify dashboard"):
        if again:
            hours = sign_in.longest.total_seconds() / 3600
            st.write(f"Your last sign-in is more than {format_count(round(hours), 'hour')} old. Please sign in again.")
        else:
            st.write("Sign in to see your team's hours.")
        _draw_sign_in(sign_in)
        if _came_by_link():
            st.caption("You will arrive at the overview: open your link once more then.")


def _draw_sign_in(sign_in: SignIn) -> None:
    for name in sign_in.providers:
        label = f"Sign in with {escape_markdown(name.capitalize())}" if name else "Sign in"
        key = f"sign-in-{name}" if name else "sign-in"
        st.button(label, icon=":material/login:", key=key, on_click=st.login, args=(name,), width="stretch")


def _came_by_link() -> bool:
    """Tell whether the address leads further than to the first page; the way over the provider forgets it."""
    page = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    return bool(st.query_params) or page in PAGES


def _refuse_signed_in(user: Mapping[str, Any]) -> None:
    email = str(user.get("email") or "")
    with _card("No access"):
        if not email:
            st.error("Your sign-in service gave no e-mail address.", icon=":material/block:")
            st.write("Whoever runs this dashboard can ask it for one: `scope` under `[auth]` needs `email`.")
        elif user.get("email_verified") is True:
            st.error(f"**{escape_markdown(email)}** is not on this dashboard's list.", icon=":material/block:")
            st.write("Ask whoever runs it to add your address or domain under `[access]` in its secrets.")
        else:
            st.error(f"Your sign-in service doesn't say that **{escape_markdown(email)}** is verified.", icon=":material/block:")
            st.write("Confirm the address there, then sign in again.")
        st.button("Sign in as somebody else", icon=":material/logout:", key="sign-out", on_click=sign_out, width="stretch")


def _refuse_stranger() -> None:
    with _card("Not open to the network"):
        st.error("This dashboard shows real hours and money, and nobody has said who may see them.", icon=":material/lock:")
        st.write("At the machine itself it opens under `http://localhost`. If you run it, choose one:")
        st.markdown(
            "- **People sign in:** add an `[auth]` and an `[access]` section to `.streamlit/secrets.toml`; "
            "`.streamlit/secrets.toml.example` shows how.\n"
            "- **Something in front decides:** set `CLOCKIFY_OPEN=1` if a VPN or proxy already lets only the right people through."
        )
