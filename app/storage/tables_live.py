"""Tables of `live`, written by the engine alone. Times are UTC ms; JSON is canonical text."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.storage.columns import LIVE_OWNER, big, meta_columns

__all__ = [
    "METADATA",
    "alarm",
    "claim",
    "comm",
    "equipment",
    "frame",
    "journal",
    "lease",
    "meta",
    "raw_message",
    "result",
    "site",
    "substitute",
    "tag",
    "text",
]

METADATA: Final = sa.MetaData(schema=LIVE_OWNER)


def _number(name: str) -> sa.Column[int]:
    """Return a primary key that the engine numbers itself, in commit order."""
    return sa.Column(name, big, primary_key=True, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, big, nullable=False)


meta = sa.Table("meta", METADATA, *meta_columns())
lease = sa.Table("lease", METADATA, _number("id"), _text("holder"), _whole("epoch"), _whole("until_ms"))
site = sa.Table(
    "site", METADATA, _number("revision"), _text("hash"), _whole("at_ms"), _text("person"), _text("reason"),
    _text("body"),
)  # fmt: skip
tag = sa.Table(
    "tag", METADATA, _number("number"), sa.Column("path", sa.Text(), nullable=False, unique=True), _whole("since"),
)  # fmt: skip
frame = sa.Table(
    "frame", METADATA, _number("seq"), _whole("t"), _whole("kind"),
    sa.Column("payload", sa.LargeBinary(), nullable=False),
)  # fmt: skip
# The newest keyframe is asked for at each prune and by each room that opens; it must not scan a minute of deltas.
sa.Index("frame_key", frame.c.seq, sqlite_where=sa.text("kind = 1"), postgresql_where=sa.text("kind = 1"))
sa.Index("frame_t", frame.c.t)
claim = sa.Table("claim", METADATA, sa.Column("request_id", sa.Text(), primary_key=True), _whole("at_ms"))
result = sa.Table(
    "result", METADATA, _number("id"), _text("request_id"), _whole("at_ms"), _text("state"), _text("reasons"),
    _text("detail"),
)  # fmt: skip
sa.Index("result_request", result.c.request_id, result.c.id)
journal = sa.Table(
    "journal", METADATA, sa.Column("journal", sa.Text(), primary_key=True), _number("seq"), _text("kind"),
    _whole("at_ms"), _text("what"), _text("who"), _text("place"), _text("detail"), _text("hash"),
    sa.Column("area", sa.Text(), nullable=False, server_default=""),
    sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("frame", big, nullable=False, server_default="0"),
)  # fmt: skip
sa.Index("journal_time", journal.c.journal, journal.c.at_ms, journal.c.seq)
sa.Index("journal_what", journal.c.what, journal.c.at_ms, postgresql_ops={"what": "text_pattern_ops"})
# Most lines are the engine's own: an index of those that people made costs the others nothing.
sa.Index(
    "journal_who", journal.c.who, journal.c.at_ms, journal.c.journal, journal.c.seq,
    sqlite_where=sa.text("who <> ''"), postgresql_where=sa.text("who <> ''"),
)  # fmt: skip
# How every alarm stood at a frame number: the newest line of each, without sorting them.
sa.Index(
    "journal_frame", journal.c.what, journal.c.frame, journal.c.seq,
    sqlite_where=sa.text("journal = 'alarms'"), postgresql_where=sa.text("journal = 'alarms'"),
)  # fmt: skip
alarm = sa.Table(
    "alarm", METADATA, sa.Column("path", sa.Text(), primary_key=True), _whole("revision"), _text("body"),
)  # fmt: skip
sa.Index("alarm_revision", alarm.c.revision)
equipment = sa.Table(
    "equipment", METADATA, sa.Column("path", sa.Text(), primary_key=True), _whole("revision"), _text("body"),
)  # fmt: skip
sa.Index("equipment_revision", equipment.c.revision)
substitute = sa.Table(
    "substitute", METADATA, sa.Column("tag", sa.Text(), primary_key=True),
    sa.Column("value", sa.Double(), nullable=False), _text("person"), _text("reason"), _whole("since_ms"),
    _whole("until_ms"),
)  # fmt: skip
text = sa.Table("text", METADATA, _number("number"), _text("text"))
comm = sa.Table(
    "comm", METADATA, _number("id"), _text("device"), _whole("at_ms"), _text("kind"), _text("text"),
    sa.Column("raw", sa.LargeBinary(), nullable=False),
)  # fmt: skip
sa.Index("comm_device", comm.c.device, comm.c.id)
raw_message = sa.Table(
    "raw_message", METADATA, _number("id"), _text("device"), _whole("at_ms"), _text("reason"),
    sa.Column("raw", sa.LargeBinary(), nullable=False),
)  # fmt: skip
sa.Index("raw_message_device", raw_message.c.device, raw_message.c.id)
