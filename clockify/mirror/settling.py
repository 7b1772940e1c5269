"""Puts what webhooks told into every copy, at no request.

Any number of processes do so at once, without a lock between them, and it comes to the same. Deliveries are noted first,
and only then worked on. Whoever works on an entry folds all that is noted of it, and changes each copy by that; in the very
transaction that changes the copy, it looks whether more is noted of the entry by now than was folded (`Inbox.hold`). If
not, whoever notes more works after this transaction. If so, what it has put there may be older than what another put there
before: it undoes that and folds again; and where others are always quicker, it leaves it there, and in that same transaction
makes the entry's last delivery wait again. A delivery counts as done only if nobody has made it wait again since it was
looked at. So nothing is done before every copy is what all that is noted comes to, whoever was killed on the way: what waits
is taken up by whoever works next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from clockify.deliveries import Outcome, Settled, Standing, fold
from clockify.mirror.changes import Change
from clockify.mirror.changing import Applied
from clockify.mirror.copies import Copies, KeptCopy
from clockify.mirror.inbox import Noted, Outdated
from clockify.mirror.store import Store

AT_ONCE = 400
STRICT_TRIES = 3


@dataclass(frozen=True)
class News:
    """What an entry comes to, for copies that don't know it yet; `at`: when the last of it was told."""

    entry_id: str
    settled: Settled
    user_id: str
    at: float


class Settler:
    """Works on the deliveries of one database; safe to share between threads."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._inbox, self._copies = store.inbox, Copies(store, clock)

    def settle(self, ends: Callable[[], bool] = lambda: False) -> Counter[Outcome]:
        """Put all that waits into the copies, until nothing waits or it is to end; count what became of deliveries."""
        done: Counter[Outcome] = Counter()
        while not ends() and (waiting := self._inbox.waiting(AT_ONCE)):
            for workspace_id, entries in waiting.items():
                done.update(self._settle(workspace_id, entries))
        return done

    def _settle(self, workspace_id: str, entries: Sequence[str]) -> list[Outcome]:
        for _ in range(STRICT_TRIES):
            try:
                return self._settled(workspace_id, entries, strictly=True)
            except Outdated:
                continue
        return self._settled(workspace_id, entries, strictly=False)

    def _settled(self, workspace_id: str, entries: Sequence[str], *, strictly: bool) -> list[Outcome]:
        noted = self._inbox.of(workspace_id, entries)
        folded = {entry: fold(one.arrived for one in found) for entry, found in noted.items()}
        news = [
            News(entry, folded[entry], _whose(found), max(one.at for one in found))
            for entry, found in noted.items()
            if _is_news(found, folded[entry])
        ]
        known = {entry: len(found) for entry, found in noted.items()}
        also = partial(self._inbox.hold, workspace_id=workspace_id, known=known, strictly=strictly)
        applied = Applied()
        for copy in self._copies.of(workspace_id) if news else ():
            applied |= _taken_in(copy, news, also)
        outcomes = [pair for entry, found in noted.items() for pair in _outcomes(found, folded[entry], applied)]
        self._inbox.done(workspace_id, outcomes)
        # One that has waited again is counted once, with what it was at first.
        return [outcome for one, outcome in outcomes if not one.turn]


def _is_news(noted: Sequence[Noted], settled: Settled) -> bool:
    """Does what waits change what is known of an entry, or has somebody put an older state over that?"""
    told = zip(noted, settled.standings, strict=True)
    return not settled.is_nothing and any(one.waits and (one.turn or standing in (Standing.NEWS, Standing.DOUBT)) for one, standing in told)


def _whose(noted: Sequence[Noted]) -> str:
    return next((one.delivery.user_id for one in reversed(noted) if one.delivery.user_id), "")


def _taken_in(copy: KeptCopy, news: Sequence[News], also: Callable[[sa.Connection], None]) -> Applied:
    changes = [change for one in news if (change := _change_for(copy, one))]
    if not changes:
        return Applied()
    entries = {change.entry_id: change.row for change in changes if change.entry_id}
    torn = any(one.settled.is_doubtful and one.settled.has_run and one.entry_id in entries for one in news)
    return copy.take_in(changes, entries, is_doubtful=torn, also=also)


def _change_for(copy: KeptCopy, news: News) -> Change | None:
    """Return what a copy has to do with it: nothing, if its key doesn't see that person's time.

    Of somebody whom its list of people doesn't know yet nobody can say that: the day is doubted, and Clockify will say it.
    """
    settled = news.settled
    if settled.row is None:
        return Change(news.entry_id, None)
    sees = copy.lists.sees(str(settled.row["userId"]))
    if sees is None:
        return Change("", None, doubted=(str(settled.row["timeInterval"]["start"]),))
    if not sees:
        return None
    return Change(news.entry_id, settled.row, only_new=settled.is_beginning, doubted=settled.starts, told_at=news.at)


def _outcomes(noted: Sequence[Noted], settled: Settled, applied: Applied) -> list[tuple[Noted, Outcome]]:
    """Say what became of the deliveries of an entry that wait."""
    return [(one, _outcome(one, standing, settled, applied)) for one, standing in zip(noted, settled.standings, strict=True) if one.waits]


def _outcome(one: Noted, standing: Standing, settled: Settled, applied: Applied) -> Outcome:
    entry_id = one.delivery.entry_id
    if standing is Standing.LATE:
        return Outcome.LATE
    if standing is Standing.SAME:
        return Outcome.NOTHING_NEW
    if entry_id not in applied.held:
        return Outcome.IGNORED
    if standing is Standing.DOUBT and settled.is_doubtful:
        return Outcome.DOUBTFUL
    return Outcome.APPLIED if entry_id in applied.changed else Outcome.NOTHING_NEW
