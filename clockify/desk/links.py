"""Clients' reports that are shared by a link: made, listed and revoked by admins, opened by whoever has the token."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

from clockify.errors import NotAccepted, PermissionDenied, StoreError
from clockify.links import Link, LinkState, Terms, expiry, expiry_problems, terms_problems
from clockify.records.links import KeptLinks
from clockify.roles import Role

if TYPE_CHECKING:
    from clockify.desk.visit import Visit

log = logging.getLogger(__name__)

TOKEN_BYTES = 32
# Whoever opens a link again within this time has opened it once.
SAME_OPENING = timedelta(minutes=1)
READERS_KNOWN = 10_000
_NOT_HIS = "Only who sees everybody's time and money, through the installation's own key, shares reports by links."


class Links:
    """The links of one installation, or of the demo; safe to share between threads."""

    def __init__(self, kept: Callable[[], KeptLinks], clock: Callable[[], datetime]) -> None:
        self._kept, self._clock = kept, clock
        self._lock = Lock()
        self._readers: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def make(self, visit: Visit, terms: Terms, last_day: date) -> tuple[Link, str]:
        """Make a link that opens up to the end of a day, and return it with its token, which nothing here knows afterwards.

        Raises NotAccepted if it can't be right, PermissionDenied for whoever may not share.
        """
        _check_rights(visit)
        zone = terms.zone or visit.zone or "UTC"
        problems = [*terms_problems(terms), *expiry_problems(last_day, visit.today)]
        if problems:
            raise NotAccepted(problems)
        token, by = secrets.token_urlsafe(TOKEN_BYTES), visit.viewer.email or visit.viewer.name
        link = Link(uuid4().hex, visit.access.workspace.id, terms, by, self._clock(), expiry(last_day, zone))
        self._kept().add(link, hash_of(token))
        return link, token

    def listed(self, visit: Visit, client_id: str | None = None) -> list[Link]:
        """Return the workspace's links, or those of one client, the newest first; PermissionDenied for whoever may not share."""
        _check_rights(visit)
        return self._kept().of_workspace(visit.access.workspace.id, client_id)

    def revoke(self, visit: Visit, link_id: str) -> None:
        """End a link at once; PermissionDenied for whoever may not share."""
        _check_rights(visit)
        by = visit.viewer.email or visit.viewer.name
        self._kept().revoke(visit.access.workspace.id, link_id, by=by, now=self._clock())

    def open(self, token: str) -> Link | None:
        """Return what a token opens; None whyever it opens nothing, for nobody is to learn whether it ever did."""
        link = self._kept().find(hash_of(token))
        return link if link and link.state_at(self._clock()) is LinkState.OPEN else None

    def count(self, link: Link, reader: str) -> None:
        """Note that somebody has opened a link: once, however often he loads it again within a minute."""
        now, key = self._clock(), (link.id, reader)
        with self._lock:
            before = self._readers.pop(key, None)
            self._readers[key] = now
            while len(self._readers) > READERS_KNOWN:
                self._readers.popitem(last=False)
        if before and now - before < SAME_OPENING:
            return
        try:
            self._kept().count(link.id, now)
        except StoreError as fault:
            # He is shown his report all the same; the list counts one opening less.
            log.warning("links: an opening could not be counted (%s)", type(fault).__name__)


def may_share(visit: Visit) -> bool:
    """Tell whether somebody may share reports: an admin, himself, through the key that links are opened with."""
    own_key = visit.is_demo or visit.settings.key == visit.desk.settings.key
    return visit.viewer.may_note and visit.viewer.role is Role.ADMIN and own_key


def hash_of(token: str) -> str:
    """Return what is kept of a token.

    A plain SHA-256 is enough: nobody goes through 256 random bits, so there is nothing that a slow hash or a salt would make
    harder. Looked for by it, a token isn't compared with anything: how long that takes tells of the hash, of which none leads back.
    """
    return hashlib.sha256(token.encode("utf8", "replace")).hexdigest()


def _check_rights(visit: Visit) -> None:
    if not may_share(visit):
        raise PermissionDenied(_NOT_HIS, status=403)
