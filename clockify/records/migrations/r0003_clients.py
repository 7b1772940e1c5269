"""What is agreed with clients, what they paid ahead, and how the team looks on what they are shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "records_client_rules",
        *_beginning(),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
    )
    op.create_table(
        "records_packs",
        *_beginning(),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("project_id", sa.String(64), nullable=False),
        sa.Column("seconds", sa.BigInteger),
        sa.Column("cents", sa.BigInteger),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.Column("note", sa.Text, nullable=False),
    )
    for name in ("client_rules", "packs"):
        op.create_index(f"records_{name}_workspace", f"records_{name}", ["workspace_id"])
    _make_branding()


def _make_branding() -> None:
    op.create_table(
        "records_branding",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("logo", sa.String(64)),
        sa.Column("logo_type", sa.String(8), nullable=False),
        sa.Column("accent", sa.String(7), nullable=False),
    )
    op.create_table(
        "records_logos",
        sa.Column("workspace_id", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _beginning() -> list[sa.Column[object]]:
    return [sa.Column("id", sa.Integer, primary_key=True), sa.Column("workspace_id", sa.String(64), nullable=False)]
