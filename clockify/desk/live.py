"""Whether webhooks tell what changes, and what they told last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from clockify.deliveries import Outcome as Outcome
from clockify.desk.hooks import Handled as Handled
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError
from clockify.mirror.inbox import HEARD_SECONDS
from clockify.settings import WEBHOOKS_PATH

# On FREE there are three: what was logged or has ended, and what was put right. Timers and deletions come with the next check.
FREE_EVENTS = ("NEW_TIME_ENTRY", "TIMER_STOPPED", "TIME_ENTRY_UPDATED")
EVENTS = (*FREE_EVENTS, "NEW_TIMER_STARTED", "TIME_ENTRY_DELETED")
HEARD_FOR = timedelta(seconds=HEARD_SECONDS)


@dataclass(frozen=True)
class Hearing:
    """What is heard of a workspace: whether anything could be, when something was last, and whether that is lately."""

    is_set_up: bool
    heard_at: datetime | None = None
    is_live: bool = False


def hearing(visit: Visit) -> Hearing:
    """Return what is heard of the workspace on screen; nothing where that can't be told, which the page says by itself."""
    settings = visit.settings
    is_set_up = settings.demo_life if visit.is_demo else bool(settings.webhook_tokens)
    if not is_set_up or visit.mirror is None:
        return Hearing(is_set_up)
    try:
        heard_at = visit.desk.hooks(demo=visit.is_demo).heard_at(visit.mirror.workspace.id)
    except ClockifyError:
        return Hearing(is_set_up)
    return Hearing(is_set_up, heard_at, heard_at is not None and abs(visit.desk.now() - heard_at) < HEARD_FOR)


def last_told(visit: Visit, limit: int) -> list[Handled]:
    """Return what webhooks told last, the newest first; nothing to whoever may not see all."""
    if visit.mirror is None or not visit.access.sees_everybody:
        return []
    return visit.desk.hooks(demo=visit.is_demo).recent(visit.mirror.workspace.id, limit, zone=visit.mirror.zone)


def events_for(visit: Visit) -> tuple[str, ...]:
    """Return the events that a workspace's webhooks are best spent on, the most useful first."""
    return FREE_EVENTS if visit.access.workspace.plan.is_free else EVENTS


def address_of(public_url: str | None, origin: str) -> str:
    """Return the address that Clockify is to be given."""
    return (public_url or origin.rstrip("/")) + WEBHOOKS_PATH
