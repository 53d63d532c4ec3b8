"""Trends: groups of pens that people save.

Expand only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "desk_0003"
down_revision = "desk_0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "trend_group",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("span_ms", _BIG, nullable=False),
        sa.Column("changed_ms", _BIG, nullable=False),
        sa.Column("pens", sa.Text(), nullable=False),
        schema="desk",
    )
