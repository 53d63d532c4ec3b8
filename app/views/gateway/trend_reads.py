"""Reads for the trends page: curves, the samples under a cursor, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.model.records import Journal, JournalEntry
from app.storage.contract import JournalQuery, RoomStore
from app.storage.history_contract import Curves, HistoryReader, Stop
from app.views.gateway.history import HistoryWork

__all__ = ["MOST_MARKS", "Curves", "ExactSample", "Happened", "read_curves", "read_exact", "read_happened"]

MOST_MARKS = 600
"""Lines of one journal that one picture's marks are made of; of more, the newest."""
LIMIT_S = 10.0


def read_curves(tags: Sequence[int], start_ms: int, end_ms: int, points: int) -> HistoryWork[Curves]:
    """Read the curves of some tags."""

    def work(reader: HistoryReader, stop: Stop) -> Curves:
        return reader.curves(tags, start_ms, end_ms, points, limit_s=LIMIT_S, stop=stop)

    return work


@dataclass(frozen=True, slots=True)
class ExactSample:
    """The sample that held at an instant."""

    source_ms: int
    value: float
    quality: int


def read_exact(asked: Sequence[tuple[int, int]]) -> HistoryWork[tuple[ExactSample | None, ...]]:
    """Read the sample that held at an instant, for each (tag, UTC ms); None where nothing was known."""

    def work(reader: HistoryReader, stop: Stop) -> tuple[ExactSample | None, ...]:
        return tuple(_exact(reader, tag, at_ms, stop) for tag, at_ms in asked)

    return work


def _exact(reader: HistoryReader, tag: int, at_ms: int, stop: Stop) -> ExactSample | None:
    found = reader.raw(tag, at_ms, at_ms + 1, stop=stop)
    if not len(found):
        return None
    source = int(found.source_ms[-1])
    if any(gap.start_ms < at_ms for gap in reader.gaps(source, at_ms)):
        return None
    return ExactSample(source, float(found.values[-1]), int(found.quality[-1]))


@dataclass(frozen=True, slots=True)
class Happened:
    """Journal lines of a time. Before `from_ms` there were more than was read (0: everything was)."""

    entries: tuple[JournalEntry, ...]
    from_ms: int = 0


def read_happened(
    start_ms: int, end_ms: int, places: Sequence[str], alarm_kinds: Sequence[str], command_kinds: Sequence[str]
) -> Callable[[RoomStore], Happened]:
    """Read the alarms and commands of some places."""

    def work(store: RoomStore) -> Happened:
        found: list[JournalEntry] = []
        from_ms = 0
        for journal, kinds in ((Journal.ALARMS, alarm_kinds), (Journal.COMMANDS, command_kinds)):
            lines = store.journal_query(
                JournalQuery(
                    journals=(journal,), start_ms=start_ms, end_ms=end_ms, places=tuple(places), kinds=tuple(kinds),
                    limit=MOST_MARKS,
                )
            )  # fmt: skip
            found += lines
            if len(lines) >= MOST_MARKS:
                from_ms = max(from_ms, lines[-1].at_ms)
        return Happened(tuple(found), from_ms)

    return work
