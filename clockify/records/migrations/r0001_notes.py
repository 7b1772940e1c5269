"""What is written down of people and projects, and who changed it when."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_people()
    _make_projects()
    for name in ("capacities", "days_off", "targets", "cost_rates", "plans", "rates"):
        op.create_index(f"records_{name}_workspace", f"records_{name}", ["workspace_id"])
    op.create_table(
        "records_usual",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False, unique=True),
        sa.Column("person_week", sa.Integer, nullable=False),
        sa.Column("project_week", sa.Integer, nullable=False),
        sa.Column("threshold", sa.Integer, nullable=False),
        *_targets(),
    )
    _make_ledger()


def _make_people() -> None:
    op.create_table(
        "records_capacities",
        *_beginning("user_id"),
        *[sa.Column(day, sa.Integer, nullable=False) for day in _WEEKDAYS],
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
    )
    op.create_table(
        "records_days_off",
        *_beginning("user_id"),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table("records_targets", *_beginning("user_id"), *_targets())
    op.create_table(
        "records_cost_rates",
        *_beginning("user_id"),
        sa.Column("cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("first_day", sa.Date),
    )


def _make_projects() -> None:
    op.create_table(
        "records_plans",
        *_beginning("project_id"),
        sa.Column("seconds", sa.BigInteger),
        sa.Column("cents", sa.BigInteger),
        sa.Column("cycle", sa.String(32), nullable=False),
        sa.Column("carries", sa.Boolean, nullable=False),
        sa.Column("threshold", sa.Integer),
        sa.Column("first_day", sa.Date),
    )
    op.create_table("records_rates", *_beginning("project_id"), sa.Column("cents", sa.BigInteger, nullable=False))


def _make_ledger() -> None:
    op.create_table(
        "records_versions",
        sa.Column("workspace_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "records_changes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("by_whom", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("removed", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("undoes", sa.Integer),
        sa.Column("undone_by", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_index("records_changes_workspace", "records_changes", ["workspace_id", "id"])


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _beginning(subject: str) -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("workspace_id", sa.String(64), nullable=False),
        sa.Column(subject, sa.String(64), nullable=False),
    ]


def _targets() -> list[sa.Column[int]]:
    return [sa.Column("utilization", sa.Integer), sa.Column("billability", sa.Integer)]
