"""Tables of `history`, written by the historian alone. Times are UTC ms.

What lives for ever stands in `METADATA`: on SQLite in `history.sqlite`. What belongs to a month has the same columns on
both backends, but for `month_ms`, by which PostgreSQL chooses the partition; a SQLite file is one month by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from app.storage.columns import HISTORY_OWNER, big, meta_columns

__all__ = [
    "BLOCKS_EACH_BITS",
    "FILE_MONTH",
    "METADATA",
    "SERVER_MONTH",
    "MonthTables",
    "dirty",
    "fence",
    "gap",
    "group_of",
    "imported",
    "meta",
    "month",
    "progress",
    "rollup",
]

BLOCKS_EACH_BITS: Final = 16
"""A block's id is its group's, shifted by this, and its place in it: the blocks of a group lie side by side."""


def group_of(block: sa.Table) -> sa.ColumnElement[int]:
    """Return the number of the group that a block belongs to."""
    return block.c.id.op(">>", return_type=sa.BigInteger())(sa.literal_column(str(BLOCKS_EACH_BITS)))


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, big, primary_key=True, autoincrement=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, big, nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


METADATA: Final = sa.MetaData(schema=HISTORY_OWNER)

meta = sa.Table("meta", METADATA, *meta_columns())
fence = sa.Table("fence", METADATA, _key("id"), _whole("epoch"))
progress = sa.Table("progress", METADATA, sa.Column("name", sa.Text(), primary_key=True), _whole("value"))
dirty = sa.Table("dirty", METADATA, _key("day_ms"), _key("tag"))
gap = sa.Table("gap", METADATA, _key("start_ms"), _whole("end_ms"))
sa.Index("gap_end", gap.c.end_ms)
# What each file of an import told of each of its tags: see `ImportedSpan`.
imported = sa.Table(
    "imported", METADATA, _key("tag"), _key("revision"), _key("part"), _whole("start_ms"), _whole("end_ms"),
    _whole("pause_ms"),
)  # fmt: skip
sa.Index("imported_revision", imported.c.revision)
# What readers choose months by. It is written before the month itself, so it may say too much, never too little: source
# times are within `lo_ms` to `hi_ms`, frames of windows begin with `first_seq` (0: no window yet).
month = sa.Table("month", METADATA, _key("month_ms"), _whole("lo_ms"), _whole("hi_ms"), _whole("first_seq"))
rollup = sa.Table("rollup", METADATA, _key("tag"), _key("level_ms"), _key("start_ms"), _bytes("payload"))


@dataclass(frozen=True, slots=True)
class MonthTables:
    """The tables of months. `month_count` has one row for each month: `longest`: most frames that a group spans, less
    one · `last_group`: the last number given to a group · `changes` counts commits: what a copy of it is compared by.
    `frame_times` has a row for each window, `state` those that were not thinned out."""

    month_count: sa.Table
    frame_times: sa.Table
    state: sa.Table
    sample_group: sa.Table
    block: sa.Table
    minute_rollup: sa.Table

    def partitioned(self) -> tuple[sa.Table, ...]:
        """Return those that have partitions on PostgreSQL."""
        return (self.frame_times, self.state, self.sample_group, self.block, self.minute_rollup)


def _month_tables(metadata: sa.MetaData, *, partitioned: bool) -> MonthTables:
    count = sa.Table(
        "month_count", metadata, _key("month_ms"), sa.Column("store_id", sa.Text(), nullable=False), _whole("longest"),
        _whole("last_group"), _whole("changes"),
    )  # fmt: skip

    def table(name: str, *columns: sa.Column[int] | sa.Column[bytes] | sa.Column[str]) -> sa.Table:
        if partitioned:
            # Last in the key: within a partition it tells nothing, and would tempt the planner to begin with it.
            return sa.Table(name, metadata, *columns, _key("month_ms"), postgresql_partition_by="RANGE (month_ms)")
        return sa.Table(name, metadata, *columns)

    # Large columns come last: whoever asks for the others does not read through them.
    frame_times = table(
        "frame_times", _key("last_seq"), _whole("first_seq"), _whole("start_ms"), _whole("end_ms"),
        sa.Column("revisions", sa.Text(), nullable=False), _bytes("times"),
    )  # fmt: skip
    sa.Index("frame_times_end", frame_times.c.end_ms)
    state = table("state", _key("seq"), _whole("t_ms"), _bytes("payload"))
    sa.Index("state_t", state.c.t_ms)
    group = table(
        "sample_group", _key("id"), _whole("kind"), _whole("revision"), _whole("first_seq"), _whole("last_seq"),
        _whole("start_ms"), _whole("end_ms"), _whole("events"), _bytes("times"),
    )  # fmt: skip
    sa.Index("sample_group_start", group.c.kind, group.c.start_ms)
    sa.Index("sample_group_frames", group.c.kind, group.c.last_seq, group.c.first_seq)
    block = table(
        "block", _key("id"), _whole("tag"), _whole("count"), _whole("lo_ms"), _whole("hi_ms"), _bytes("payload")
    )
    sa.Index("block_tag", block.c.tag, block.c.hi_ms, block.c.lo_ms)
    minutes = table("minute_rollup", _key("tag"), _key("start_ms"), _bytes("payload"))
    return MonthTables(count, frame_times, state, group, block, minutes)


FILE_MONTH: Final = _month_tables(sa.MetaData(schema=HISTORY_OWNER), partitioned=False)
SERVER_MONTH: Final = _month_tables(sa.MetaData(schema=HISTORY_OWNER), partitioned=True)
