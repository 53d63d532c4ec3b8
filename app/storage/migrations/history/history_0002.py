"""Imports: the time of which each file told, for each of its tags, so that nothing imported holds beyond it.

Expand only. Of imports that were made before nothing is noted: what they brought holds until the tag's next sample.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "history_0002"
down_revision = "history_0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    keys = [sa.Column(name, _BIG, primary_key=True, autoincrement=False) for name in ("tag", "revision", "part")]
    values = [sa.Column(name, _BIG, nullable=False) for name in ("start_ms", "end_ms", "pause_ms")]
    op.create_table("imported", *keys, *values, schema="history")
    op.create_index("imported_revision", "imported", ["revision"], schema="history")
