"""How somebody sees the page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Light or dark, a phone's width or more, and hours as 1.25 ("decimal") or 1:15 ("clock")."""

    theme: str = "light"
    narrow: bool = False
    hours: str = "decimal"


USUAL = Look()
