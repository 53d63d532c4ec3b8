"""Tables of `desk`, written by rooms and terminals, read by the engine. Times are UTC ms by the store's clock."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.storage.columns import DESK_OWNER, big, meta_columns

__all__ = [
    "METADATA",
    "act",
    "area_role",
    "duty",
    "handover",
    "meta",
    "note",
    "note_link",
    "person",
    "request",
    "session",
    "trend_group",
]

METADATA: Final = sa.MetaData(schema=DESK_OWNER)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _later_text(name: str) -> sa.Column[str]:
    """Return a column that revision 2 added: rows from before have nothing there."""
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, big, nullable=False)


def _later_whole(name: str) -> sa.Column[int]:
    return sa.Column(name, big, nullable=False, server_default="0")


def _later_flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


meta = sa.Table("meta", METADATA, *meta_columns())
person = sa.Table(
    "person", METADATA, _key("name"), _text("role"), _later_text("full_name"), _later_text("password"),
    _later_whole("wrong"), _later_whole("locked_until_ms"), _later_flag("disabled"), _later_flag("must_change"),
    _later_whole("created_ms"), _later_whole("last_seen_ms"),
)  # fmt: skip
area_role = sa.Table(
    "area_role", METADATA, _key("person"), _key("area"), _key("role"), sa.Column("until_ms", big, nullable=True),
    _text("given_by"),
)  # fmt: skip
# `key` is the public half of the session's key, in hexadecimal. `second_to` names the session that this one may co-sign
# for; such a one can do nothing else.
session = sa.Table(
    "session", METADATA, _key("id"), _text("person"), _text("workstation"), _whole("opened_ms"),
    sa.Column("ended_ms", big, nullable=True), _later_text("key"), _later_whole("ends_ms"), _later_whole("seen_ms"),
    _later_flag("locked"), _later_text("second_to"),
)  # fmt: skip
sa.Index("session_person", session.c.person)
request = sa.Table(
    "request", METADATA, _key("id"), _text("kind"), _whole("at_ms"), _text("person"), _text("role"), _text("session"),
    _text("workstation"), _text("payload"), _later_text("second"), _later_text("signature"),
    _later_text("second_signature"),
)  # fmt: skip
sa.Index("request_at", request.c.at_ms)
act = sa.Table(
    "act", METADATA, _key("id"), _whole("at_ms"), _text("kind"), _text("who"), _text("place"), _text("what"),
    _text("detail"),
)  # fmt: skip
sa.Index("act_at", act.c.at_ms)
note = sa.Table(
    "note", METADATA, _key("id"), _whole("at_ms"), _text("person"), _text("workstation"), _text("text"),
    sa.Column("pinned", sa.Boolean(), nullable=False), _text("unpinned_by"), _whole("unpinned_ms"),
)  # fmt: skip
sa.Index("note_at", note.c.at_ms)
note_link = sa.Table("note_link", METADATA, _key("note"), _key("link"), _whole("place"))
duty = sa.Table("duty", METADATA, _key("day"), _key("shift"), _key("person"), _text("given_by"))
handover = sa.Table("handover", METADATA, _key("id"), _whole("at_ms"), _text("body"))
sa.Index("handover_at", handover.c.at_ms)
# `pens` is JSON: a list of objects with the fields of a pen.
trend_group = sa.Table(
    "trend_group", METADATA, _key("id"), _text("name"), _text("owner"),
    sa.Column("shared", sa.Boolean(), nullable=False), _whole("span_ms"), _whole("changed_ms"), _text("pens"),
)  # fmt: skip
