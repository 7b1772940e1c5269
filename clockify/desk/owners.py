"""Whose a file is that somebody takes away: his who signed in, else his browser's; and whether that one still comes in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from clockify.desk.signin import SignInId, sign_in_id

# Where nobody signs in this tells one browser from another. The first is for https: no other name of the domain can set it.
BROWSER_COOKIES = ("__Host-clockify-browser", "clockify-browser")

# The cookies of the request that is being answered; None where nobody asks over HTTP.
asking: ContextVar[Mapping[str, str] | None] = ContextVar("asking", default=None)


@dataclass(frozen=True)
class Owner:
    """A sign-in, or a browser of somebody who needs none; `repr` shows neither."""

    sign_in: SignInId | None
    browser: str | None

    def is_same(self, other: Owner | None) -> bool:
        """Tell whether another is this one, in a time that doesn't depend on how much of it is right."""
        return other is not None and hmac.compare_digest(self.text.encode(), other.text.encode())

    @property
    def text(self) -> str:
        """Return what tells it from every other."""
        return "\0".join(("sign-in", *self.sign_in)) if self.sign_in else f"browser\0{self.browser}"

    def __repr__(self) -> str:
        return "Owner(…)"


def owner_of(claims: Mapping[str, Any] | None, cookies: Mapping[str, str]) -> Owner | None:
    """Return who it is, by what his sign-in says (None without one), else by his browser; None if it can't be told."""
    if claims and claims.get("is_logged_in") is True:
        return Owner(sign_in_id(claims), None)
    browser = next((cookies[name] for name in BROWSER_COOKIES if cookies.get(name)), None)
    return Owner(None, browser) if browser else None
