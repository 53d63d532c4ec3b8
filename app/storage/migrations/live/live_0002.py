"""Alarms: their rows, their area and priority in the journals, and indexes for questions to the journals.

Expand only: entries written before keep their hashes, since these cover area and priority only where they are set.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "live_0002"
down_revision = "live_0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table of alarms, two columns and three indexes of the journals."""
    op.create_table(
        "alarm",
        sa.Column("path", sa.Text(), primary_key=True),
        sa.Column("revision", _BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        schema="live",
    )
    op.create_index("alarm_revision", "alarm", ["revision"], schema="live")
    # In plain SQL: alembic writes the schema into ALTER TABLE, and SQLite has none.
    journal = "live.journal" if op.get_bind().dialect.name == "postgresql" else "journal"
    op.execute(sa.text(f"ALTER TABLE {journal} ADD COLUMN area TEXT DEFAULT '' NOT NULL"))
    op.execute(sa.text(f"ALTER TABLE {journal} ADD COLUMN priority INTEGER DEFAULT 0 NOT NULL"))
    op.create_index("journal_time", "journal", ["journal", "at_ms", "seq"], schema="live")
    op.create_index(
        "journal_what", "journal", ["what", "at_ms"], schema="live", postgresql_ops={"what": "text_pattern_ops"}
    )
    somebody = sa.text("who <> ''")
    in_order = ["who", "at_ms", "journal", "seq"]
    op.create_index("journal_who", "journal", in_order, schema="live", sqlite_where=somebody, postgresql_where=somebody)
