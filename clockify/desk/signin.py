"""Signing in: what `[auth]` and `[access]` in the secrets say, and whom that lets in.

Reading the secrets is `config`'s work; here mappings become a `SignIn`, or an error that
names the setting and never its text. What can't be understood lets nobody in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from string import ascii_lowercase, ascii_uppercase
from typing import Any, ClassVar
from urllib.parse import urlsplit

from clockify.errors import ClockifyError, ConfigurationError
from clockify.settings import is_loopback

# A working day: who comes back the next morning signs in again, so an account that was
# closed at the provider is out by then. Streamlit alone would keep it in for 30 days.
USUAL_HOURS = 12
MOST_HOURS = 24 * 30
# Whoever knows the secret that signs the cookies can be anybody: it must not be a word.
SHORTEST_SECRET = 32

_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_ACCESS = ("allowed_emails", "allowed_domains", "max_hours")
# What `roles` reads beside it.
_ROLES = ("admin_emails", "lead_emails", "managers", "managers_see_money", "members_see_money")
# What tells one sign-in from every other, and what else decides about it.
_ID = ("iss", "sub", "iat")
_CLAIMS = (*_ID, "is_logged_in", "email", "email_verified")

# One mailbox in its plain form; what else RFC 5322 allows (quotes, comments, lists) has a second reading.
_PART = r"[^\s\x00-\x1f\x7f@<>()\[\],;:\\\"*]+"
EMAIL = re.compile(rf"{_PART}@({_PART})")
_DOMAIN = re.compile(_PART)
# Only A–Z have a small form here: Unicode would make a "k" of the Kelvin sign, and so another mailbox.
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


SignInId = tuple[str, ...]


class NotAdmitted(ClockifyError):
    """Who was let in is so no longer: signed out, signed in too long ago, or taken off the list."""

    advice: ClassVar[str] = "Load the page again, and sign in."
    can_retry: ClassVar[bool] = False


class Standing(Enum):
    """How somebody stands with the rules of a sign-in."""

    IN = auto()
    NOT_SIGNED_IN = auto()
    TOO_OLD = auto()
    NOT_LISTED = auto()


@dataclass(frozen=True)
class Caller:
    """Who was at the door, for later: what his sign-in says, and whether he comes in where nobody signs in.

    `holds` tells, in any thread, whether he still may see what his page shows.
    """

    claims: Mapping[str, Any]
    needs_no_sign_in: bool
    holds: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class SignIn:
    """Where people sign in (None is the provider without a name), who comes in, and for how long."""

    providers: tuple[str | None, ...]
    emails: frozenset[str]
    domains: frozenset[str]
    longest: timedelta


def parse_sign_in(auth: Mapping[str, Any], access: Mapping[str, Any]) -> SignIn:
    """Check both sections; raise ConfigurationError naming the first setting that can't be used."""
    _check_auth(auth)
    unknown = set(access) - {*_ACCESS, *_ROLES}
    if unknown:
        raise ConfigurationError(f"[access] knows {', '.join((*_ACCESS, *_ROLES))}; something else stands there too.")
    emails = emails_of(access, "allowed_emails")
    domains = _entries(access, "allowed_domains", _DOMAIN, "example.com")
    if not emails and not domains:
        raise ConfigurationError("[access] lists nobody, so nobody may come in: fill allowed_emails or allowed_domains.")
    return SignIn(_providers(auth), emails, domains, timedelta(hours=_hours(access)))


def emails_of(access: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return a setting's addresses in small letters; raise ConfigurationError for an entry that could never be one."""
    return _entries(access, name, EMAIL, "ada@example.com")


def small(address: str) -> str:
    """Return an address as it is compared: only A–Z have a small form."""
    return address.translate(_SMALL)


def caller_of(user: Mapping[str, Any], *, needs_no_sign_in: bool, holds: Callable[[], bool] = lambda: True) -> Caller:
    """Take down of an identity what decides whether it comes in."""
    return Caller({claim: user.get(claim) for claim in _CLAIMS}, needs_no_sign_in, holds)


def admits(sign_in: SignIn | None, caller: Caller, ended: Container[SignInId], now: datetime) -> bool:
    """Tell whether somebody would come in now; without a `sign_in` nobody has to."""
    return caller.needs_no_sign_in if sign_in is None else standing(caller.claims, sign_in, ended, now) is Standing.IN


def standing(user: Mapping[str, Any], sign_in: SignIn, ended: Container[SignInId], now: datetime) -> Standing:
    """Hold an identity against the rules; `ended` are the sign-ins that were ended before their time."""
    if user.get("is_logged_in") is not True or sign_in_id(user) in ended:
        return Standing.NOT_SIGNED_IN
    if not is_recent(user, sign_in, now):
        return Standing.TOO_OLD
    return Standing.IN if is_allowed(user, sign_in) else Standing.NOT_LISTED


def sign_in_id(user: Mapping[str, Any]) -> SignInId:
    """Return what tells an identity's sign-in from every other."""
    return tuple(str(user.get(claim)) for claim in _ID)


def is_allowed(user: Mapping[str, Any], sign_in: SignIn) -> bool:
    """Tell whether an identity's *verified* address, or the domain it is in, is on the list."""
    email = user.get("email")
    if user.get("email_verified") is not True or not isinstance(email, str):
        return False
    match = EMAIL.fullmatch(email)
    return match is not None and (small(email) in sign_in.emails or small(match[1]) in sign_in.domains)


def is_recent(user: Mapping[str, Any], sign_in: SignIn, now: datetime) -> bool:
    """Tell whether somebody signed in short enough ago; the token's own end is an hour or less, too soon to ask again."""
    issued = user.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return False
    return now.timestamp() - issued < sign_in.longest.total_seconds()


def _check_auth(auth: Mapping[str, Any]) -> None:
    missing = [name for name in ("redirect_uri", "cookie_secret") if not _text(auth, name)]
    if missing:
        raise ConfigurationError(f"[auth] in the secrets lacks {' and '.join(missing)}.")
    if len(_text(auth, "cookie_secret")) < SHORTEST_SECRET:
        raise ConfigurationError(f"cookie_secret under [auth] is too short: make up at least {SHORTEST_SECRET} random characters.")
    redirect = _text(auth, "redirect_uri")
    if not _is_private_way(redirect) or not urlsplit(redirect).path.endswith("/oauth2callback"):
        raise ConfigurationError("redirect_uri under [auth] must be the app's https:// address followed by /oauth2callback.")


def _providers(auth: Mapping[str, Any]) -> tuple[str | None, ...]:
    """Return the providers that are set up: the one in [auth] itself, and those in sections of it."""
    found: dict[str | None, Mapping[str, Any]] = {}
    if any(name in auth for name in _PROVIDER):
        found[None] = auth
    found |= {name: section for name, section in auth.items() if name != "client_kwargs" and isinstance(section, Mapping)}
    if not found:
        raise ConfigurationError(f"[auth] in the secrets lacks {', '.join(_PROVIDER)}.")
    for name, section in found.items():
        _check_provider(f"[auth.{name}]" if name else "[auth]", section)
    return tuple(found)


def _check_provider(place: str, section: Mapping[str, Any]) -> None:
    missing = [name for name in _PROVIDER if not _text(section, name)]
    if missing:
        raise ConfigurationError(f"{place} in the secrets lacks {', '.join(missing)}.")
    if "_" in place:
        raise ConfigurationError(f"{place} in the secrets must have a name without _, or Streamlit can't find it again.")
    if not _is_private_way(_text(section, "server_metadata_url")):
        raise ConfigurationError(f"server_metadata_url under {place} must begin with https://.")


def _entries(access: Mapping[str, Any], name: str, shape: re.Pattern[str], example: str) -> frozenset[str]:
    """Return a list's entries in small letters; an entry that could never match is an error, not a silent gap."""
    entries = access.get(name, [])
    if not isinstance(entries, list | tuple):
        raise ConfigurationError(f'{name} under [access] must be a list, like ["{example}"].')
    found = set()
    for number, entry in enumerate(entries, 1):
        text = entry.strip() if isinstance(entry, str) else ""
        text = text.removeprefix("@") if shape is _DOMAIN else text
        if not shape.fullmatch(text):
            raise ConfigurationError(f"Entry {number} of {name} under [access] is not of the form {example}.")
        found.add(small(text))
    return frozenset(found)


def _hours(access: Mapping[str, Any]) -> float:
    hours = access.get("max_hours", USUAL_HOURS)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= MOST_HOURS:
        raise ConfigurationError(f"max_hours under [access] must be a number up to {MOST_HOURS}.")
    return float(hours)


def _is_private_way(address: str) -> bool:
    """Tell whether what goes there can't be read or changed on the way: https, or this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def _text(section: Mapping[str, Any], name: str) -> str:
    value = section.get(name)
    return value.strip() if isinstance(value, str) else ""
