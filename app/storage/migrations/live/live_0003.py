"""The number of the newest frame in each line of the journals, so that the past can be asked for by frame number.

Expand only: lines written before have 0 and keep their hashes, since these cover the number only where it is set.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "live_0003"
down_revision = "live_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and an index of the lines of alarms by what they speak of."""
    # In plain SQL: alembic writes the schema into ALTER TABLE, and SQLite has none.
    postgres = op.get_bind().dialect.name == "postgresql"
    journal, whole = ("live.journal", "BIGINT") if postgres else ("journal", "INTEGER")
    op.execute(sa.text(f"ALTER TABLE {journal} ADD COLUMN frame {whole} DEFAULT 0 NOT NULL"))
    alarms = sa.text("journal = 'alarms'")
    columns = ["what", "frame", "seq"]
    op.create_index("journal_frame", "journal", columns, schema="live", sqlite_where=alarms, postgresql_where=alarms)
