"""What a workspace demands of entries: fields that are forced, and a lock on the past.

Nobody captured how Clockify words most of these refusals: the status is a 400 as for a forced project (which was), the
words of the others are made after it. That a forced field is asked for when a timer stops and not when it starts is
what Clockify's own clients do; that the API does so, too, is a guess.
"""

from datetime import UTC, datetime

from clockify.demo.drafts import Draft
from clockify.demo.entities import Entry
from clockify.demo.keys import Role
from clockify.demo.refusals import access_denied, invalid
from clockify.demo.world import World
from clockify.locks import rulebook_of
from clockify.writes import Rules


def rules_of(world: World) -> Rules:
    """Return what a world's settings demand now."""
    return rulebook_of(world.settings).at(world.now or datetime.now(UTC), world.zone.key)


def refuse_locked(world: World, role: Role, entry: Entry) -> None:
    """Refuse to change what is locked, by itself or by its day; no lock binds the owner."""
    if role != "OWNER" and (entry.is_locked or _is_old(world, entry.start)):
        raise access_denied()


def refuse_start(world: World, role: Role, start: int) -> None:
    """Refuse a new start in locked time."""
    if role != "OWNER" and _is_old(world, start):
        raise invalid("Time entry couldn't be created or updated. The period is locked.")


def refuse_missing(world: World, draft: Draft, what: str) -> None:
    """Refuse a finished entry that lacks what is forced; `what` happens to it: created, updated, stopped."""
    if draft.seconds is None:
        return
    rules = rules_of(world)
    missing = (
        ("Project is either required field or given project is archived", rules.needs_project and not draft.project),
        ("Task is required field", rules.needs_task and not draft.task),
        ("Description is required field", rules.needs_description and not draft.description.strip()),
        ("Tag is required field", rules.needs_tags and not draft.tags),
    )
    for message, is_missing in missing:
        if is_missing:
            raise invalid(f"Time entry couldn't be {what}. {message}.")


def _is_old(world: World, start: int) -> bool:
    before = rules_of(world).locked_before if world.settings else None
    return before is not None and start < before.timestamp()
