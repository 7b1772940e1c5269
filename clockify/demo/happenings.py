"""What happens to entries, in the words of Clockify's webhooks.

Which events some changes send was never captured. Guesses: starting a timer stops the running one with an event of its own,
first; a finished entry that is made a timer again was updated; a timer that is thrown away was deleted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from clockify.demo.entities import Entry

STARTED, STOPPED = "NEW_TIMER_STARTED", "TIMER_STOPPED"
ADDED, UPDATED, DELETED = "NEW_TIME_ENTRY", "TIME_ENTRY_UPDATED", "TIME_ENTRY_DELETED"
EVENTS = (STARTED, STOPPED, ADDED, UPDATED, DELETED)
FREE_EVENTS = (ADDED, STOPPED, UPDATED)
"""The three of these that a FREE workspace's webhooks are best spent on."""


class Happening(NamedTuple):
    """One event and the entry as it is after it; a deleted one as it was."""

    event: str
    entry: Entry
    running: bool


Listener = Callable[[Happening], None]


def written(entry: Entry, *, running: bool, was_running: bool, was_there: bool) -> Happening:
    """Return what writing an entry is."""
    if was_running and not running:
        return Happening(STOPPED, entry, running)
    if was_there or was_running:
        return Happening(UPDATED, entry, running)
    return Happening(STARTED if running else ADDED, entry, running)


def moved_on(ended: Iterable[Entry], before: Sequence[Entry], after: Sequence[Entry]) -> Iterator[Happening]:
    """Return what a stretch of time is: entries that have ended, timers that ran `before` and those that run `after`."""
    ran, runs, over = {timer.id for timer in before}, {timer.id for timer in after}, set()
    for entry in ended:
        over.add(entry.id)
        yield Happening(STOPPED if entry.id in ran else ADDED, entry, False)
    for timer in before:
        if timer.id not in runs | over:
            yield Happening(DELETED, timer, True)
    for timer in after:
        if timer.id not in ran:
            yield Happening(STARTED, timer, True)
