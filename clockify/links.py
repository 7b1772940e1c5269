"""A client's report shared by a link: what it shows, until when, who made it, and how often it was opened. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clockify.limits import can_be_kept
from clockify.periods import ONE_DAY, Period, Preset

USUAL_DAYS, MOST_DAYS = 30, 365
LONGEST_NOTES = 4_000


class LinkState(StrEnum):
    """What has become of a link."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Terms:
    """What a link shows: a client, of whom some `projects` (none: all), the switches that are on by name, and days.

    A `preset` stays relative in the report zone; CUSTOM are `days`. `zone`: the zone of days if it isn't the report zone, "" if it
    is. `hours`: how they are written, as in a `Look`.
    """

    client_id: str
    shown: tuple[str, ...]
    preset: Preset = Preset.THIS_MONTH
    days: Period | None = None
    projects: tuple[str, ...] = ()
    zone: str = ""
    hours: str = "decimal"
    notes: str = ""


@dataclass(frozen=True)
class Link:
    """A link as it is kept; its token is not, only what tells whether a token is the one."""

    id: str
    workspace_id: str
    terms: Terms
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str = ""
    opens: int = 0
    first_opened_at: datetime | None = None
    last_opened_at: datetime | None = None

    def state_at(self, now: datetime) -> LinkState:
        """Tell whether it opens."""
        if self.revoked_at:
            return LinkState.REVOKED
        return LinkState.OPEN if now < self.expires_at else LinkState.EXPIRED


def expiry(last_day: date, zone: str) -> datetime:
    """Return the moment at which a link ends whose last day it is, in a zone."""
    return datetime.combine(last_day + ONE_DAY, time(), ZoneInfo(zone))


def expiry_problems(last_day: date, today: date) -> list[str]:
    """Say what can't be right about the last day of a link."""
    if today <= last_day <= today + timedelta(days=MOST_DAYS):
        return []
    return ["A link lasts from today on for a year at most."]


def terms_problems(terms: Terms) -> list[str]:
    """Say what can't be right about what a link shows."""
    found = [] if terms.client_id else ["A link is of one client."]
    if terms.preset is Preset.CUSTOM and terms.days is None:
        found.append("Days that have no name need a first and a last one.")
    if len(terms.notes) > LONGEST_NOTES:
        found.append(f"Notes have at most {LONGEST_NOTES:,} letters.")
    if not can_be_kept(terms.notes):
        found.append("The notes have a letter that can't be kept.")
    return found
