"""What is to be written to Clockify, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "records_writes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("by_user", sa.String(64), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("entry_id", sa.String(64), nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("thing", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("known", sa.Text, nullable=False),
        sa.Column("made_id", sa.String(64)),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("sent_at", sa.Double),
        sa.Column("settled_at", sa.Double),
        sa.Column("retry_at", sa.Double),
        sa.Column("dismissed", sa.Boolean, nullable=False),
        sa.UniqueConstraint("workspace_id", "made_id", name="records_writes_made"),
    )
    op.create_index("records_writes_thing", "records_writes", ["workspace_id", "thing"])
    op.create_index("records_writes_by", "records_writes", ["workspace_id", "by_user", "at"])
