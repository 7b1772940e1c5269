"""What is typed at most, and what any database takes."""

from __future__ import annotations

LONGEST_NAME, LONGEST_ID = 200, 64
MOST_SECONDS, MOST_CENTS, MOST_PERCENT = 10**7 * 3600, 10**13, 1000


def is_code(text: str) -> bool:
    """Tell whether it is a currency's three letters."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()


def can_be_kept(text: str) -> bool:
    """Tell whether any database takes it: no NUL, no half of a pair."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)


def note_problems(note: str) -> list[str]:
    """Say what can't be right about a note."""
    too_long = [] if len(note) <= LONGEST_NAME else [f"A note has at most {LONGEST_NAME} letters."]
    return [*too_long, *([] if can_be_kept(note) else ["A note has a letter that can't be kept."])]


def kept_name(name: str) -> str:
    """Return who did something as any database takes it."""
    return name.replace("\0", "").encode("utf8", "replace").decode("utf8")[:LONGEST_NAME]
