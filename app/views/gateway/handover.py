"""Handovers: reads all that a sheet is made from at one instant, and looks whether the journals still have the chain
heads that signed ones recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.model.alarms.status import AlarmChange
from app.model.people import Handover
from app.model.records import Journal, JournalEntry
from app.storage.contract import JournalQuery, RoomStore
from app.storage.handing_over import sheet_hash
from app.views.state.handover_facts import AlarmCounts, Asked, ShiftFacts
from app.views.state.handover_sheet import HIGHEST, make_sheet

__all__ = ["Checked", "Made", "check_handovers", "look_at_highest", "make_handover"]

_PAGE: Final = 2_000
_MOST_COMMANDS: Final = 5_000
"""Lines of the command journal in a shift at most; the sheet says when there were more."""
_MOST_LINES: Final = 100_000
_TRIES: Final = 5
_MOST_NAMED: Final = 5
_ANNUNCIATED: Final = (AlarmChange.RAISED, AlarmChange.REALARMED, AlarmChange.AFTER_GAP)


@dataclass(frozen=True, slots=True)
class Made:
    """A sheet with the SHA-256 over its canonical JSON."""

    sheet: dict[str, Any]
    sha256: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a handover since it was signed. `missing` are journals that no longer have the recorded head:
    their tail was cut, or the line is another one. `changed`: the sheet is not the one that was signed."""

    missing: tuple[str, ...] = ()
    changed: bool = False

    @property
    def sound(self) -> bool:
        """Return whether everything is as it was signed."""
        return not self.missing and not self.changed


def make_handover(asked: Asked) -> Callable[[RoomStore], Made]:
    """Make the sheet of now."""

    def work(store: RoomStore) -> Made:
        sheet = make_sheet(asked, _read(store, asked))
        return Made(sheet, sheet_hash(sheet))

    return work


def look_at_highest(asked: Asked) -> Callable[[RoomStore], dict[str, Any]]:
    """Make a sheet of what is of the highest priority alone, to compare another one with: asked every few seconds."""

    def work(store: RoomStore) -> dict[str, Any]:
        alarms = tuple(a for a in store.alarms_after(-1) if a.priority <= HIGHEST)
        commands = tuple(reversed(list(_lines(store, asked, Journal.COMMANDS, (), _MOST_COMMANDS))))
        return make_sheet(asked, ShiftFacts(alarms=alarms, equipment=store.equipment_after(-1), commands=commands))

    return work


def check_handovers(handovers: Sequence[Handover]) -> Callable[[RoomStore], dict[str, Checked]]:
    """Look at each handover: its id → what is wrong with it."""

    def work(store: RoomStore) -> dict[str, Checked]:
        return {h.id: _checked(store, h) for h in handovers}

    return work


def _read(store: RoomStore, asked: Asked) -> ShiftFacts:
    """Read everything between two equal looks at the heads, so that all of it is of one instant. While journals grow
    faster than that the last look counts."""
    for _ in range(_TRIES):
        before = store.journal_heads()
        facts = _facts(store, asked)
        if facts.heads == before:
            break
    return facts


def _facts(store: RoomStore, asked: Asked) -> ShiftFacts:
    commands = list(_lines(store, asked, Journal.COMMANDS, (), _MOST_COMMANDS))
    return ShiftFacts(
        alarms=store.alarms_after(-1),
        equipment=store.equipment_after(-1),
        substitutes=store.substitutes(),
        commands=tuple(reversed(commands)),
        commands_whole=len(commands) < _MOST_COMMANDS,
        counts=_counts(store, asked),
        lease=store.lease(),
        heads=store.journal_heads(),
    )


def _counts(store: RoomStore, asked: Asked) -> AlarmCounts:
    raised, most, acknowledged, lines = Counter[int](), Counter[str](), 0, 0
    kinds = (*_ANNUNCIATED, AlarmChange.ACKNOWLEDGED)
    for entry in _lines(store, asked, Journal.ALARMS, kinds, _MOST_LINES):
        lines += 1
        if entry.kind == AlarmChange.ACKNOWLEDGED:
            acknowledged += 1
        else:
            raised[min(max(entry.priority, 1), 4)] += 1
            most[entry.what] += 1
    named = sorted(most.items(), key=_often)[:_MOST_NAMED]
    by_priority = (raised[1], raised[2], raised[3], raised[4])
    return AlarmCounts(by_priority, acknowledged, tuple(named), lines < _MOST_LINES)


def _lines(
    store: RoomStore, asked: Asked, journal: Journal, kinds: tuple[str, ...], most: int
) -> Iterator[JournalEntry]:
    """Yield lines of the shift, newest first, at most `most`."""
    before: tuple[int, str, int] | None = None
    left = most
    while left > 0:
        query = JournalQuery((journal,), asked.start_ms, kinds=kinds, before=before, limit=min(_PAGE, left))
        page = store.journal_query(query)
        yield from page
        left -= len(page)
        if len(page) < query.limit:
            return
        before = (page[-1].at_ms, str(page[-1].journal), page[-1].seq)


def _checked(store: RoomStore, handover: Handover) -> Checked:
    missing = tuple(name for name, head in sorted(handover.heads.items()) if not _stands(store, name, head))
    heads = {str(k): list(v) for k, v in handover.heads.items()}
    same = {str(k): list(v) for k, v in dict(handover.sheet.get("heads", {})).items()} == heads
    return Checked(missing, not same or sheet_hash(handover.sheet) != handover.sha256)


def _stands(store: RoomStore, name: str, head: Any) -> bool:
    """Return whether a journal has the line of a recorded head, with its hash. An empty journal had none."""
    if name not in tuple(Journal) or not isinstance(head, list | tuple) or len(head) != 2:
        return False
    seq, digest = int(head[0]), str(head[1])
    if seq == 0:
        return True
    found = store.journal_after(Journal(name), seq - 1, 1)
    return bool(found) and found[0].seq == seq and found[0].hash == digest


def _often(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
