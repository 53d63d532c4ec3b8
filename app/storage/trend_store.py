"""Saved groups of pens: each person's own, and those that are shared with everybody."""

from __future__ import annotations

import dataclasses
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.access import Permission, may_anywhere
from app.model.records import Person
from app.model.trends import PENS, Pen, TrendGroup
from app.storage import tables_desk as desk
from app.storage.account_rules import lock_accounts
from app.storage.canonical import clean, from_text, to_text
from app.storage.desk_acts import person_act
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import asker, open_person
from app.storage.inserting import replacing

__all__ = ["SqlTrendStore"]

_LONGEST_NAME: Final = 100
_LONGEST_TAG: Final = 200


class SqlTrendStore:
    """TrendStore over either backend."""

    def __init__(self, link: DeskLink) -> None:
        self._link: Final = link

    def groups(self, person: Person) -> tuple[TrendGroup, ...]:
        group = desk.trend_group
        with self._link.reading() as connection:
            asking = open_person(self._link, connection, person.session)
            seen: sa.ColumnElement[bool] = group.c.shared
            if asking is not None and asking.name == person.name:
                seen = seen | (group.c.owner == asking.name)
            rows = connection.execute(sa.select(group).where(seen).order_by(group.c.name, group.c.owner)).all()
        return tuple(_group_of(row) for row in rows)

    def save(self, by: Person, group: TrendGroup) -> TrendGroup:
        name, pens = _checked(group)
        with self._link.writing() as connection:
            lock_accounts(connection)  # two people at once must not give one name twice
            asking = asker(self._link, connection, by)
            before = self._before(connection, asking, group.id) if group.id else None
            owner = asking.name if before is None else before.owner
            saved = TrendGroup(
                name, pens, group.span_ms, owner, group.shared, group.id or uuid4().hex, self._link.now(connection)
            )
            self._refuse_twin(connection, saved)
            row = {**dataclasses.asdict(saved), "pens": to_text([dataclasses.asdict(pen) for pen in pens])}
            connection.execute(replacing(connection, desk.trend_group), row)
            told = {"name": name, "pens": [pen.tag for pen in pens], "shared": saved.shared, "new": before is None}
            person_act(self._link, connection, asking, "trend_saved", saved.id, told)
        return saved

    def remove(self, by: Person, group_id: str) -> None:
        with self._link.writing() as connection:
            asking = asker(self._link, connection, by)
            before = self._before(connection, asking, group_id)
            connection.execute(sa.delete(desk.trend_group).where(desk.trend_group.c.id == before.id))
            told = {"name": before.name, "shared": before.shared}
            person_act(self._link, connection, asking, "trend_removed", before.id, told)

    def _before(self, connection: sa.Connection, asking: Person, group_id: str) -> TrendGroup:
        """Return a group as it stands, if who asks may change it. One of another that is not shared is not told of."""
        query = sa.select(desk.trend_group).where(desk.trend_group.c.id == clean(group_id))
        row = connection.execute(query).one_or_none()
        if row is None or (row.owner != asking.name and not row.shared):
            raise AccessRefused(("trend_group", {"why": "gone"}))
        if row.owner != asking.name and not may_anywhere(asking, Permission.ASSIGN):
            raise AccessRefused(("trend_group", {"why": "owner", "name": row.owner}))
        return _group_of(row)

    def _refuse_twin(self, connection: sa.Connection, saved: TrendGroup) -> None:
        """Refuse a name that stands in the same list already: the owner's own, or that of everybody."""
        group = desk.trend_group.c
        among = group.shared if saved.shared else (group.owner == saved.owner) & ~group.shared
        twin = sa.select(group.id).where(among, group.name == saved.name, group.id != saved.id)
        if connection.execute(twin.limit(1)).one_or_none() is not None:
            raise AccessRefused(("trend_group", {"why": "exists", "name": saved.name}))


def _checked(group: TrendGroup) -> tuple[str, tuple[Pen, ...]]:
    """Return name and pens as they can be kept. Raises AccessRefused for what is no group."""
    name = clean(group.name.strip())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise AccessRefused(("trend_group", {"why": "name", "limit": _LONGEST_NAME}))
    pens = tuple(dataclasses.replace(pen, tag=clean(pen.tag)) for pen in group.pens)
    sound = all(0 < len(pen.tag) <= _LONGEST_TAG for pen in pens) and group.span_ms > 0
    if not 0 < len(pens) <= PENS or not sound:
        raise AccessRefused(("trend_group", {"why": "pens", "limit": PENS}))
    return name, pens


def _group_of(row: sa.Row[Any]) -> TrendGroup:
    """Return a row as a record. What a newer program wrote of a pen besides is left out."""
    known = {field.name for field in dataclasses.fields(Pen)}
    pens = tuple(Pen(**{k: v for k, v in pen.items() if k in known}) for pen in from_text(row.pens))
    return TrendGroup(row.name, pens, row.span_ms, row.owner, bool(row.shared), row.id, row.changed_ms)
