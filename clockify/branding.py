"""How a team looks on what it shows its clients: name, address, logo, colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import category

from clockify.limits import LONGEST_NAME
from clockify.logos import logo_problems

MOST_LINES = 8
# What WCAG asks of text: https://www.w3.org/TR/WCAG22/#contrast-minimum
LEAST_CONTRAST = 4.5
WHITE = "#ffffff"


@dataclass(frozen=True)
class Branding:
    """A team's name, its address (several lines), its logo and the colour of headings; what isn't there is empty.

    `logo` is as `clean_logo` gives it, `logo_type` "png" or "svg", "" without a logo; `accent` is "#rrggbb", dark enough to be
    read on white and to bear white.
    """

    name: str = ""
    address: str = ""
    logo: bytes | None = None
    logo_type: str = ""
    accent: str = ""


def branding_problems(branding: Branding) -> list[str]:
    """Say what can't be right about it."""
    found = []
    if len(branding.name) > LONGEST_NAME:
        found.append(f"A name is one line of at most {LONGEST_NAME} letters.")
    lines = branding.address.split("\n")
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_NAME for line in lines):
        found.append(f"An address has at most {MOST_LINES} lines of {LONGEST_NAME} letters.")
    if any(category(letter) in ("Cc", "Cs") for letter in branding.name + branding.address.replace("\n", "")):
        found.append("The name or the address has a letter that can't be kept.")
    return [*found, *logo_problems(branding.logo, branding.logo_type), *accent_problems(branding.accent)]


def accent_problems(accent: str) -> list[str]:
    """Say what can't be right about a colour of headings; "" is none, and the app's own is used."""
    if not accent:
        return []
    if not re.fullmatch("#[0-9a-f]{6}", accent):
        return ["A colour is # and six of 0-9 and a-f, like #1b4d89."]
    ratio = contrast(accent, WHITE)
    if ratio >= LEAST_CONTRAST:
        return []
    return [f"{accent} and white have a contrast of {_floored(ratio)}, and it takes {LEAST_CONTRAST} to be read: {darker(accent)} has it."]


def contrast(one: str, other: str) -> float:
    """Return WCAG's contrast of two colours "#rrggbb", from 1 to 21; which is the text's is the same.

    Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def darker(accent: str) -> str:
    """Return the nearest darker colour of the same hue that white can be read on; a colour that is dark enough stays."""
    parts = _parts(accent)
    shades = ("#" + "".join(f"{round(part * share / 255):02x}" for part in parts) for share in range(255, -1, -1))
    return next(one for one in shades if contrast(one, WHITE) >= LEAST_CONTRAST)


def _floored(ratio: float) -> str:
    """Say a ratio with two decimals, never more than it is: 4.499 isn't enough."""
    return f"{int(ratio * 100) / 100:.2f}"


def _luminance(color: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)


def _parts(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
