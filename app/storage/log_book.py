"""The log book: notes, who is on which shift, and handovers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.access import Permission
from app.model.people import Duty, Handover, Note
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.account_rules import lock_accounts
from app.storage.canonical import clean
from app.storage.desk_acts import person_act
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import asker, need_anywhere
from app.storage.handing_over import keep_handover, read_handovers
from app.storage.journal_query import under

__all__ = ["SqlLogBook"]

_LONGEST_NOTE: Final = 2_000
_MOST_LINKS: Final = 20
_LONGEST_NAME: Final = 200


class SqlLogBook:
    """LogBook over either backend."""

    def __init__(self, link: DeskLink) -> None:
        self._link: Final = link

    def add_note(self, by: Person, text: str, links: Sequence[str] = (), *, pinned: bool = False) -> Note:
        text = clean(text.strip())
        places = tuple(dict.fromkeys(clean(place) for place in links))
        if not 0 < len(text) <= _LONGEST_NOTE:
            raise AccessRefused(("note", {"why": "length", "limit": _LONGEST_NOTE}))
        if len(places) > _MOST_LINKS or any(not 0 < len(place) <= _LONGEST_NAME for place in places):
            raise AccessRefused(("note", {"why": "links", "limit": _MOST_LINKS}))
        with self._link.writing() as connection:
            writer = asker(self._link, connection, by)
            need_anywhere(writer, Permission.ACKNOWLEDGE)
            now = self._link.now(connection)
            note = Note(uuid4().hex, now, writer.name, clean(writer.workstation), text, places, pinned)
            row = {"id": note.id, "at_ms": now, "person": note.person, "workstation": note.workstation, "text": text}
            connection.execute(sa.insert(desk.note), {**row, "pinned": pinned, "unpinned_by": "", "unpinned_ms": 0})
            if places:
                rows = [{"note": note.id, "link": link, "place": n} for n, link in enumerate(places)]
                connection.execute(sa.insert(desk.note_link), rows)
            told = {"text": text, "links": places, "pinned": pinned}
            person_act(self._link, connection, writer, "note_written", note.id, told)
        return note

    def unpin(self, by: Person, note_id: str) -> None:
        with self._link.writing() as connection:
            asking = asker(self._link, connection, by)
            note = desk.note
            mine = note.c.id == clean(note_id)
            row = connection.execute(sa.select(note).where(mine, note.c.pinned, note.c.unpinned_ms == 0)).one_or_none()
            if row is None:
                return
            if row.person != asking.name:
                need_anywhere(asking, Permission.ASSIGN)
            values = {"unpinned_by": asking.name, "unpinned_ms": self._link.backend.now_ms}
            connection.execute(sa.update(note).where(mine).values(**values))
            person_act(self._link, connection, asking, "note_unpinned", row.id)

    def notes(self, start_ms: int, end_ms: int, *, link: str = "", limit: int = 500) -> tuple[Note, ...]:
        note = desk.note.c
        query = sa.select(desk.note).where(note.at_ms >= start_ms, note.at_ms < end_ms)
        if link:
            linked = under(self._link.backend.name, desk.note_link.c.link, link)
            query = query.where(note.id.in_(sa.select(desk.note_link.c.note).where(linked)))
        return self._notes(query.order_by(note.at_ms.desc(), note.id.desc()).limit(max(0, limit)))

    def pinned(self) -> tuple[Note, ...]:
        note = desk.note.c
        query = sa.select(desk.note).where(note.pinned, note.unpinned_ms == 0)
        return self._notes(query.order_by(note.at_ms, note.id))

    def duties(self, first_day: str, last_day: str) -> tuple[Duty, ...]:
        duty = desk.duty.c
        query = sa.select(desk.duty).where(duty.day >= first_day, duty.day <= last_day)
        with self._link.reading() as connection:
            rows = connection.execute(query.order_by(duty.day, duty.shift, duty.person))
            return tuple(Duty(row.day, row.shift, row.person, row.given_by) for row in rows)

    def set_duty(self, by: Person, day: str, shift: str, persons: Sequence[str]) -> None:
        names = tuple(dict.fromkeys(clean(person.strip()) for person in persons))
        if not _is_day(day) or not all(0 < len(text) <= _LONGEST_NAME for text in (shift, *names)):
            raise AccessRefused(("duty", {}))
        mine = (desk.duty.c.day == day) & (desk.duty.c.shift == clean(shift))
        with self._link.writing() as connection:
            lock_accounts(connection)  # two supervisors at once must not leave both lists mixed
            asking = asker(self._link, connection, by)
            need_anywhere(asking, Permission.ASSIGN)
            before = list(connection.execute(sa.select(desk.duty.c.person).where(mine)).scalars())
            connection.execute(sa.delete(desk.duty).where(mine))
            rows = [{"day": day, "shift": clean(shift), "person": n, "given_by": asking.name} for n in names]
            if rows:
                connection.execute(sa.insert(desk.duty), rows)
            told = {"from": sorted(before), "to": sorted(names)}
            person_act(self._link, connection, asking, "duty_set", f"{day} {shift}", told)

    def sign_handover(self, outgoing: Person, incoming: Person, handover: Handover) -> Handover:
        with self._link.writing() as connection:
            return keep_handover(self._link, connection, outgoing, incoming, handover)

    def handovers(self, limit: int = 50) -> tuple[Handover, ...]:
        with self._link.reading() as connection:
            return read_handovers(connection, limit)

    def _notes(self, query: sa.Select[Any]) -> tuple[Note, ...]:
        with self._link.reading() as connection:
            rows = connection.execute(query).all()
            link = desk.note_link.c
            linked = sa.select(desk.note_link).where(link.note.in_([row.id for row in rows]))
            links: dict[str, list[str]] = {row.id: [] for row in rows}
            for row in connection.execute(linked.order_by(link.note, link.place)):
                links[row.note].append(row.link)
        return tuple(
            Note(
                r.id, r.at_ms, r.person, r.workstation, r.text, tuple(links[r.id]), bool(r.pinned), r.unpinned_by,
                r.unpinned_ms,
            )
            for r in rows
        )  # fmt: skip


def _is_day(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
