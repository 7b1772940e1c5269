"""The tables of what people typed, as the newest migration leaves them. They are never dropped, only migrated forward."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

LAYOUT = "0006"
LAYOUT_TABLE = "records_alembic_version"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

metadata = sa.MetaData()


def _noted(name: str, subject: str, *columns: sa.Column[Any]) -> sa.Table:
    """Describe a table of one kind of rows: about a person, a project or a client of a workspace."""
    return sa.Table(
        f"records_{name}",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column(subject, sa.String(64), nullable=False),
        *columns,
        sa.Index(f"records_{name}_workspace", "workspace_id"),
    )


capacities = _noted(
    "capacities",
    "user_id",
    *[sa.Column(day, sa.Integer, nullable=False) for day in WEEKDAYS],
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
)

days_off = _noted(
    "days_off",
    "user_id",
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)

targets = _noted("targets", "user_id", sa.Column("utilization", sa.Integer), sa.Column("billability", sa.Integer))

cost_rates = _noted(
    "cost_rates",
    "user_id",
    sa.Column("cents", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("first_day", sa.Date),
)

plans = _noted(
    "plans",
    "project_id",
    sa.Column("seconds", sa.BigInteger),
    sa.Column("cents", sa.BigInteger),
    sa.Column("cycle", sa.String(32), nullable=False),
    sa.Column("carries", sa.Boolean, nullable=False),
    sa.Column("threshold", sa.Integer),
    sa.Column("first_day", sa.Date),
)

rates = _noted("rates", "project_id", sa.Column("cents", sa.BigInteger, nullable=False))

client_rules = _noted(
    "client_rules",
    "client_id",
    sa.Column("direction", sa.String(16), nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("scope", sa.String(16), nullable=False),
)

# One of client and project is "".
packs = _noted(
    "packs",
    "client_id",
    sa.Column("project_id", sa.String(64), nullable=False),
    sa.Column("seconds", sa.BigInteger),
    sa.Column("cents", sa.BigInteger),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date),
    sa.Column("note", sa.Text, nullable=False),
)

usual = sa.Table(
    "records_usual",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.String(64), nullable=False, unique=True),
    sa.Column("person_week", sa.Integer, nullable=False),
    sa.Column("project_week", sa.Integer, nullable=False),
    sa.Column("threshold", sa.Integer, nullable=False),
    sa.Column("utilization", sa.Integer),
    sa.Column("billability", sa.Integer),
)

branding = sa.Table(
    "records_branding",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    # The digest of one in `logos`.
    sa.Column("logo", sa.String(64)),
    sa.Column("logo_type", sa.String(8), nullable=False),
    sa.Column("accent", sa.String(7), nullable=False),
)

# Every logo there is or was, once.
logos = sa.Table(
    "records_logos",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

weeks_done = sa.Table(
    "records_weeks_done",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.String(64), nullable=False),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    # Seconds of UTC: the same moments whatever becomes of the zone.
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("entries", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("workspace_id", "user_id", "first_day", name="records_weeks_done_one"),
)

# What is to be written to Clockify, and what became of it (the journal's); `id` is made where somebody presses the button.
writes = sa.Table(
    "records_writes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("workspace_id", sa.String(64), nullable=False),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("by_user", sa.String(64), nullable=False),
    sa.Column("act", sa.String(16), nullable=False),
    sa.Column("entry_id", sa.String(64), nullable=False),
    # JSON, as `writes` writes it; "" for none.
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    # Two writes of the same thing have the same.
    sa.Column("thing", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    # Ids of entries that were like it before it was sent, JSON.
    sa.Column("known", sa.Text, nullable=False),
    # What it made in Clockify: an entry is made by one write.
    sa.Column("made_id", sa.String(64)),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("sent_at", sa.Double),
    sa.Column("settled_at", sa.Double),
    sa.Column("retry_at", sa.Double),
    sa.Column("dismissed", sa.Boolean, nullable=False),
    sa.UniqueConstraint("workspace_id", "made_id", name="records_writes_made"),
    sa.Index("records_writes_thing", "workspace_id", "thing"),
    sa.Index("records_writes_by", "workspace_id", "by_user", "at"),
)

# Sign-ins that were ended before their time, as digests.
ended = sa.Table(
    "records_ended",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
)

# Another after every change of a workspace, and never one that was before: milliseconds, or the next number.
versions = sa.Table(
    "records_versions",
    metadata,
    sa.Column("workspace_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

changes = sa.Table(
    "records_changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("workspace_id", sa.String(64), nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("by_whom", sa.Text, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    # JSON: rows by kind, as `codec` writes them.
    sa.Column("removed", sa.Text, nullable=False),
    sa.Column("added", sa.Text, nullable=False),
    sa.Column("undoes", sa.Integer),
    sa.Column("undone_by", sa.Integer),
    sa.Index("records_changes_workspace", "workspace_id", "id"),
    sqlite_autoincrement=True,
)
