"""The rows of links: made, found by what their token gives, counted, revoked. Each step is one transaction."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from clockify.limits import kept_name
from clockify.links import Link, Terms
from clockify.periods import ONE_DAY, Period, Preset
from clockify.records import tables
from clockify.records.database import Database

# Links that ended longer ago are dropped when another one is made.
KEPT_FOR = timedelta(days=365)
_LINKS = tables.links
_C = _LINKS.c


class KeptLinks:
    """The links of all workspaces; safe to share between threads and processes. Every method raises StoreError as `Records` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, link: Link, token_hash: str) -> None:
        """Keep a new link, and drop those of its workspace that ended long ago."""
        old = sa.and_(_C.workspace_id == link.workspace_id, _C.expires_at < (link.made_at - KEPT_FOR).timestamp())
        with self._database.writing() as connection:
            connection.execute(sa.delete(_LINKS).where(old))
            connection.execute(sa.insert(_LINKS).values(token_hash=token_hash, **_columns_of(link)))

    def find(self, token_hash: str) -> Link | None:
        """Return the link that a token gave this hash, ended or not: one question, whatever is there."""
        with self._database.reading(at_once=True) as connection:
            row = connection.execute(sa.select(_LINKS).where(_C.token_hash == token_hash)).mappings().first()
        return _link_of(row) if row is not None and hmac.compare_digest(row["token_hash"], token_hash) else None

    def of_workspace(self, workspace_id: str, client_id: str | None = None) -> list[Link]:
        """Return a workspace's links, or those of one client, the newest first."""
        question = sa.select(_LINKS).where(_C.workspace_id == workspace_id).order_by(_C.made_at.desc(), _C.id)
        if client_id is not None:
            question = question.where(_C.client_id == client_id)
        with self._database.reading(at_once=True) as connection:
            return [_link_of(row) for row in connection.execute(question).mappings()]

    def revoke(self, workspace_id: str, link_id: str, *, by: str, now: datetime) -> None:
        """End a link; who did so first, and when, stays."""
        one = sa.and_(_C.workspace_id == workspace_id, _C.id == link_id, _C.revoked_at.is_(None))
        with self._database.writing() as connection:
            connection.execute(sa.update(_LINKS).where(one).values(revoked_at=now.timestamp(), revoked_by=kept_name(by)))

    def count(self, link_id: str, now: datetime) -> None:
        """Note that a link was opened."""
        moment = now.timestamp()
        values = {"opens": _C.opens + 1, "last_opened_at": moment, "first_opened_at": sa.func.coalesce(_C.first_opened_at, moment)}
        with self._database.writing() as connection:
            connection.execute(sa.update(_LINKS).where(_C.id == link_id).values(values))


def _columns_of(link: Link) -> dict[str, Any]:
    terms = link.terms
    return {
        "id": link.id,
        "workspace_id": link.workspace_id,
        "client_id": terms.client_id,
        "projects": json.dumps(terms.projects),
        "shown": json.dumps(terms.shown),
        "preset": terms.preset.value,
        "first_day": terms.days.start if terms.days else None,
        "last_day": terms.days.last_day if terms.days else None,
        "zone": terms.zone,
        "hours": terms.hours,
        "notes": terms.notes,
        "made_by": kept_name(link.made_by),
        "made_at": link.made_at.timestamp(),
        "expires_at": link.expires_at.timestamp(),
        "revoked_at": link.revoked_at.timestamp() if link.revoked_at else None,
        "revoked_by": link.revoked_by,
        "opens": link.opens,
    }


def _link_of(row: Mapping[Any, Any]) -> Link:
    days = Period(row["first_day"], row["last_day"] + ONE_DAY) if row["first_day"] and row["last_day"] else None
    terms = Terms(
        row["client_id"],
        tuple(json.loads(row["shown"])),
        Preset(row["preset"]),
        days,
        tuple(json.loads(row["projects"])),
        row["zone"],
        row["hours"],
        row["notes"],
    )
    return Link(
        row["id"],
        row["workspace_id"],
        terms,
        row["made_by"],
        _moment(row["made_at"]),
        _moment(row["expires_at"]),
        _moment(row["revoked_at"]) if row["revoked_at"] is not None else None,
        row["revoked_by"],
        row["opens"],
        _moment(row["first_opened_at"]) if row["first_opened_at"] is not None else None,
        _moment(row["last_opened_at"]) if row["last_opened_at"] is not None else None,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
