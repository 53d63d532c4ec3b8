"""History: what lives for ever, and on PostgreSQL the tables whose partitions are months.

A partition may only be made and dropped by who owns the table. The engine is not that, so it calls two functions which
run with their owner's rights.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "history_0001"
down_revision = None
branch_labels = ("history",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_PARTITIONED = ("frame_times", "state", "sample_group", "block", "minute_rollup")

_ADD_MONTH = """
CREATE FUNCTION history.add_month(first_ms bigint, end_ms bigint, name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    base text;
BEGIN
    FOREACH base IN ARRAY ARRAY['frame_times', 'state', 'sample_group', 'block', 'minute_rollup'] LOOP
        -- Made beside its table and then attached: that lets readers go on.
        EXECUTE format('CREATE TABLE history.%I (LIKE history.%I INCLUDING ALL)', base || '_' || name, base);
        EXECUTE format('ALTER TABLE history.%I ATTACH PARTITION history.%I FOR VALUES FROM (%s) TO (%s)',
                       base, base || '_' || name, first_ms, end_ms);
    END LOOP;
END $$
"""
_DROP_PART = """
CREATE FUNCTION history.drop_part(base text, name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF base NOT IN ('frame_times', 'state', 'sample_group', 'block', 'minute_rollup')
       OR name !~ '^[0-9]{4}_[0-9]{2}$' THEN
        RAISE EXCEPTION 'history has no partitions %_%', base, name;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS history.%I', base || '_' || name);
END $$
"""


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=True, autoincrement=False)


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, _BIG, nullable=False) for name in names]


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Create all tables of `history`."""
    _lasting_tables()
    if op.get_bind().dialect.name == "postgresql":
        _partitioned_tables()
        _external(*_PARTITIONED, "rollup")
        for function in (_ADD_MONTH, _DROP_PART):
            op.execute(function)
        for signature in ("add_month(bigint, bigint, text)", "drop_part(text, text)"):
            op.execute(f"REVOKE ALL ON FUNCTION history.{signature} FROM PUBLIC")


def _lasting_tables() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        *_whole("created_ms"),
        sa.Column("admits", sa.Integer(), nullable=False),
        schema="history",
    )
    fence = op.create_table("fence", _key("id"), *_whole("epoch"), schema="history")
    op.get_bind().execute(sa.insert(fence).values(id=1, epoch=0))
    op.create_table("progress", sa.Column("name", sa.Text(), primary_key=True), *_whole("value"), schema="history")
    op.create_table("dirty", _key("day_ms"), _key("tag"), schema="history")
    op.create_table("gap", _key("start_ms"), *_whole("end_ms"), schema="history")
    op.create_index("gap_end", "gap", ["end_ms"], schema="history")
    op.create_table("rollup", _key("tag"), _key("level_ms"), _key("start_ms"), _bytes("payload"), schema="history")
    op.create_table("month", _key("month_ms"), *_whole("lo_ms", "hi_ms", "first_seq"), schema="history")


def _partitioned_tables() -> None:
    store_id = sa.Column("store_id", sa.Text(), nullable=False)
    counts = _whole("longest", "last_group", "changes")
    op.create_table("month_count", _key("month_ms"), store_id, *counts, schema="history")
    revisions = sa.Column("revisions", sa.Text(), nullable=False)
    ends = _whole("first_seq", "start_ms", "end_ms")
    _monthly("frame_times", _key("last_seq"), *ends, revisions, _bytes("times"))
    op.create_index("frame_times_end", "frame_times", ["end_ms"], schema="history")
    _monthly("state", _key("seq"), *_whole("t_ms"), _bytes("payload"))
    op.create_index("state_t", "state", ["t_ms"], schema="history")
    numbers = _whole("kind", "revision", "first_seq", "last_seq", "start_ms", "end_ms", "events")
    _monthly("sample_group", _key("id"), *numbers, _bytes("times"))
    op.create_index("sample_group_start", "sample_group", ["kind", "start_ms"], schema="history")
    op.create_index("sample_group_frames", "sample_group", ["kind", "last_seq", "first_seq"], schema="history")
    _monthly("block", _key("id"), *_whole("tag", "count", "lo_ms", "hi_ms"), _bytes("payload"))
    op.create_index("block_tag", "block", ["tag", "hi_ms", "lo_ms"], schema="history")
    _monthly("minute_rollup", _key("tag"), _key("start_ms"), _bytes("payload"))


def _monthly(name: str, *columns: sa.Column[int] | sa.Column[bytes] | sa.Column[str]) -> None:
    by = "RANGE (month_ms)"
    op.create_table(name, *columns, _key("month_ms"), schema="history", postgresql_partition_by=by)


def _external(*tables: str) -> None:
    """Keep packed bytes as they are: trying to pack them again costs the server more than it saves."""
    for table in tables:
        column = "times" if table in ("frame_times", "sample_group") else "payload"
        op.execute(f"ALTER TABLE history.{table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
