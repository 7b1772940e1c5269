"""Clients' reports that are shared by a link."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "records_links",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("projects", sa.Text, nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("preset", sa.String(32), nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("hours", sa.String(16), nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("expires_at", sa.Double, nullable=False),
        sa.Column("revoked_at", sa.Double),
        sa.Column("revoked_by", sa.Text, nullable=False),
        sa.Column("opens", sa.Integer, nullable=False),
        sa.Column("first_opened_at", sa.Double),
        sa.Column("last_opened_at", sa.Double),
        sa.UniqueConstraint("token_hash", name="records_links_token"),
    )
    op.create_index("records_links_workspace", "records_links", ["workspace_id", "made_at"])
