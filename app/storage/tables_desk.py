"""Tables of `desk`, written by rooms and terminals, read by the engine. Times are UTC ms by the store's clock."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.storage.columns import DESK_OWNER, big, meta_columns

__all__ = ["METADATA", "meta", "person", "request", "session"]

METADATA: Final = sa.MetaData(schema=DESK_OWNER)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True)


meta = sa.Table("meta", METADATA, *meta_columns())
person = sa.Table("person", METADATA, _key("name"), _text("role"))
session = sa.Table(
    "session", METADATA, _key("id"), _text("person"), _text("workstation"),
    sa.Column("opened_ms", big, nullable=False), sa.Column("ended_ms", big, nullable=True),
)  # fmt: skip
request = sa.Table(
    "request", METADATA, _key("id"), _text("kind"), sa.Column("at_ms", big, nullable=False), _text("person"),
    _text("role"), _text("session"), _text("workstation"), _text("payload"),
)  # fmt: skip
sa.Index("request_at", request.c.at_ms)
