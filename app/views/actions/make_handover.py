"""Make the sheet of a handover: notes and people from the desk, everything else from the store, at one instant."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from app.model.people import Duty
from app.model.records import Reason
from app.model.shifts import Shift
from app.views.gateway.door import DeskStore, Refused, RoomStore
from app.views.gateway.handover import Made, look_at_highest, make_handover
from app.views.gateway.log_book import Notes, read_notes
from app.views.room import Room
from app.views.state.handover_facts import Asked, TagNow

__all__ = ["highest_of", "make_sheet_of"]

_NO_CALENDAR_MS: Final = 12 * 3_600_000
"""A site without shifts hands over the last twelve hours."""
_AHEAD_MS: Final = 86_400_000
"""The store's clock may be ahead of this workstation's: what it wrote last belongs to the shift all the same."""
T = TypeVar("T")
_Work = Callable[[Asked], Callable[[RoomStore], T]]
_Said = tuple[Notes, tuple[Duty, ...]]


def make_sheet_of(room: Room, shift: Shift | None, done: Callable[[Made], None], refused: Refused) -> None:
    """Ask desk and store; one of the two is called. Needs a site in force."""
    _ask(room, shift, make_handover, done, refused)


def highest_of(room: Room, shift: Shift | None, done: Callable[[dict[str, Any]], None], refused: Refused) -> None:
    """Ask only for what is of the highest priority, to see whether a sheet still holds."""
    _ask(room, shift, look_at_highest, done, refused)


def _ask(room: Room, shift: Shift | None, work: _Work[T], done: Callable[[T], None], refused: Refused) -> None:
    now = room.now_ms()
    start = shift.start_ms if shift is not None else now - _NO_CALENDAR_MS
    room.desk(partial(_said, start, now, shift), partial(_go_on, room, start, shift, work, done, refused), refused)


def _said(start_ms: int, now_ms: int, shift: Shift | None, desk: DeskStore) -> _Said:
    notes = read_notes(start_ms, now_ms + _AHEAD_MS)(desk)
    if shift is None:
        return notes, ()
    day = shift.day.isoformat()
    return notes, tuple(d for d in desk.log_book.duties(day, day) if d.shift == shift.spec.id)


def _go_on(
    room: Room,
    start_ms: int,
    shift: Shift | None,
    work: _Work[T],
    done: Callable[[T], None],
    refused: Refused,
    said: _Said,
) -> None:
    asked = _asked(room, start_ms, shift, said)
    if asked is None:
        refused((Reason("store", {"why": "away", "error": "—"}),))
        return
    room.query(work(asked), done, partial(_failed, refused))


def _failed(refused: Refused, sentence: str) -> None:
    refused((Reason("store", {"why": "away", "error": sentence}),))


def _asked(room: Room, start_ms: int, shift: Shift | None, said: _Said) -> Asked | None:
    """Take the room's values of now."""
    live, applied = room.present.live, room.present.applied
    if live is None or applied is None:
        return None
    notes, duties = said
    values = {t.path: live.get(t.path) for t in applied.site.tags}
    states, good = {}, {}
    for device in applied.site.devices:
        state, last = live.get(f"dev/{device.id}/state"), live.get(f"dev/{device.id}/last_good")
        states[device.id] = state.value if not room.present.silent else -1.0
        good[device.id] = int(last.value) if last.value == last.value else 0
    return Asked(
        at_ms=room.now_ms(),
        start_ms=start_ms,
        shift=shift,
        applied=applied,
        tags={path: TagNow(int(v.quality), v.source_ms) for path, v in values.items()},
        devices=states,
        last_good=good,
        engine_silent=room.present.silent,
        notes=notes.notes,
        pinned=notes.pinned,
        duties=duties,
    )
