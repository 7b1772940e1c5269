"""How a team looks on what it shows its clients: name, address, logo, colour."""

from __future__ import annotations

from dataclasses import dataclass

from clockify.limits import LONGEST_NAME, can_be_kept

MOST_LINES = 8


@dataclass(frozen=True)
class Branding:
    """A team's name, its address (several lines), its logo and the colour of headings; what isn't there is empty.

    `logo_type` is "png" or "svg", "" without a logo; `accent` is "#rrggbb", dark enough to be read on white and to bear white.
    """

    name: str = ""
    address: str = ""
    logo: bytes | None = None
    logo_type: str = ""
    accent: str = ""


def branding_problems(branding: Branding) -> list[str]:
    """Say what can't be right about it."""
    found = []
    if len(branding.name) > LONGEST_NAME or "\n" in branding.name:
        found.append(f"A name is one line of at most {LONGEST_NAME} letters.")
    lines = branding.address.split("\n")
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_NAME for line in lines):
        found.append(f"An address has at most {MOST_LINES} lines of {LONGEST_NAME} letters.")
    if not can_be_kept(branding.name + branding.address):
        found.append("The name or the address has a letter that can't be kept.")
    return found
