"""The tables of the mirror, and where its database is.

Everything here is a cache of what Clockify has: when the layout changes, `LAYOUT` is
raised and the tables are made anew. Tables with what people typed never live here.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from clockify import engines
from clockify.mirror.snapshots import Scope

LAYOUT = "6"

metadata = sa.MetaData()

meta = sa.Table(
    "mirror_meta",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

identities = sa.Table(
    "mirror_identities",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), nullable=False),
)

lists = sa.Table(
    "mirror_lists",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("read_at", sa.Double, nullable=False),
)

months = sa.Table(
    "mirror_months",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("zone", sa.String(64), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("amounts_hidden", sa.Boolean, nullable=False),
    sa.Column("entries_count", sa.Integer, nullable=False),
    sa.Column("unread", sa.Integer, nullable=False),
    # As of when its rows are, day by day where they differ (`RowTimes`), and when its sums were compared.
    sa.Column("rows", sa.Text, nullable=False),
    sa.Column("checked_at", sa.Double, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    # What is in the blobs: the same content keeps its version, and whatever was made of it.
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    sa.Column("cube", sa.LargeBinary, nullable=False),
    sa.Column("names", sa.LargeBinary, nullable=False),
    # Clockify's own: the totals of the last check, and its sums by person and project where they were asked for (`Theirs`).
    sa.Column("totals", sa.LargeBinary, nullable=False),
    sa.Column("pairs", sa.LargeBinary, nullable=True),
)

# Versions that were replaced a short while ago: a page that was drawn from one still makes its files of it.
replaced = sa.Table(
    "mirror_replaced",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("zone", sa.String(64), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("version", sa.String(32), primary_key=True),
    sa.Column("replaced_at", sa.Double, nullable=False),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    sa.Column("cube", sa.LargeBinary, nullable=False),
    sa.Column("names", sa.LargeBinary, nullable=False),
)

# Pages of months whose reading isn't finished, where each of them cost one of few requests.
parts = sa.Table(
    "mirror_parts",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("zone", sa.String(64), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("part", sa.String(80), primary_key=True),
    sa.Column("read_at", sa.Double, nullable=False),
    sa.Column("facts", sa.LargeBinary, nullable=False),
    sa.Column("entries", sa.LargeBinary, nullable=False),
)

# What was put into months or taken out by `apply`: a read that was under way then puts it in again.
changes = sa.Table(
    "mirror_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("workspace_id", sa.String(64), nullable=False),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("row", sa.LargeBinary, nullable=True),
    # Only where no other road has brought the entry; and days whose rows are doubtful, by the moments when entries began.
    sa.Column("only_new", sa.Boolean, nullable=False),
    sa.Column("doubted", sa.Text, nullable=False),
    # When it was told, where that may be long before `at`.
    sa.Column("told_at", sa.Double, nullable=True),
    sa.Index("mirror_changes_scope", "workspace_id", "user_id", "zone"),
    # Ids of deleted rows are never given again: a reader remembers the last one it knew.
    sqlite_autoincrement=True,
)

# What webhooks told, and what was written from here, in the order of arrival; kept for a week.
# `waits`: it isn't in every copy yet; `turn` counts how often it had to wait again.
deliveries = sa.Table(
    "mirror_deliveries",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("workspace_id", sa.String(64), nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("row", sa.LargeBinary, nullable=True),
    sa.Column("is_here", sa.Boolean, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Index("mirror_deliveries_entry", "workspace_id", "entry_id"),
    sa.Index("mirror_deliveries_at", "workspace_id", "at"),
    sa.Index("mirror_deliveries_waiting", "seq", sqlite_where=sa.text("waits"), postgresql_where=sa.text("waits")),
    sqlite_autoincrement=True,
)

# When each copy was last looked at: one that nobody uses is dropped some day.
scopes = sa.Table(
    "mirror_scopes",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("zone", sa.String(64), primary_key=True),
    sa.Column("used_at", sa.Double, nullable=False),
)

leases = sa.Table(
    "mirror_leases",
    metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("holder", sa.String(255), nullable=False),
    sa.Column("beat", sa.BigInteger, nullable=False),
)

requests = sa.Table(
    "mirror_requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scope", sa.String(128), nullable=False, index=True),
    sa.Column("at", sa.Double, nullable=False),
)


def open_engine(database_url: str | None, data_folder: Path) -> sa.Engine:
    """Open the database: PostgreSQL by its address, else SQLite in `data_folder`, readable by its owner only."""
    return engines.open_engine(engines.address_of(database_url, data_folder / "mirror.sqlite"))


def of_scope(table: sa.Table, scope: Scope) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that a row is of a scope."""
    return [table.c[name] == value for name, value in asdict(scope).items()]
