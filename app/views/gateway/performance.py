"""Reads the alarm journal of a period and works out how the alarm system performed, on the thread for long reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from app.model.alarms.facts import Fact, fact_of
from app.model.alarms.status import AlarmChange, AlarmStatus
from app.model.records import Journal
from app.storage.contract import JournalQuery, RoomStore
from app.storage.journal_walk import pages_of
from app.views.gateway.exporting import Progress
from app.views.state.performance_report import Report, report_of

__all__ = ["LEAD_MS", "MOST_LINES", "read_performance"]

LEAD_MS: Final = 7 * 24 * 3_600_000
"""How far before the period lines are read, so that what ran at its start is known. What has stood for longer is known
for periods that end now alone, from the alarms' rows."""
MOST_LINES: Final = 300_000
"""Lines read at most; older ones are left out, and the report says so."""


def read_performance(
    start_ms: int, end_ms: int, *, live: bool, zone: str, progress: Progress
) -> Callable[[RoomStore, Callable[[], bool]], Report | None]:
    """Return the work. `live` says that the period ends now, so that what stands is known. None: it was ended."""
    query = JournalQuery(journals=(Journal.ALARMS,), start_ms=start_ms - LEAD_MS, end_ms=end_ms)

    def work(store: RoomStore, ended: Callable[[], bool]) -> Report | None:
        numbered: list[tuple[int, Fact]] = []
        whole = True
        for page in pages_of(store, query):
            numbered += [(entry.seq, fact) for entry in page if (fact := fact_of(entry)) is not None]
            progress.rows += len(page)
            if progress.cancelled or ended():
                return None
            if progress.rows >= MOST_LINES:
                whole = False
                break
        numbered.sort(key=_seq)
        standing = store.alarms_after(-1) if live else ()
        facts = [*_older(standing, start_ms - LEAD_MS), *(fact for _, fact in numbered)]
        return report_of(facts, start_ms, end_ms, standing=standing, zone=zone, lines=progress.rows, whole=whole)

    return work


def _seq(numbered: tuple[int, Fact]) -> int:
    return numbered[0]


def _older(standing: Iterable[AlarmStatus], before_ms: int) -> list[Fact]:
    """Return what was taken out of service before the first line that is read: it may have been months ago."""
    found = [
        Fact(
            s.out_of_service.since_ms, AlarmChange.OUT_OF_SERVICE, s.path, priority=s.priority, aside=True,
            person=s.out_of_service.person, note=f"{s.out_of_service.work_order}  {s.out_of_service.reason}".strip(),
        )
        for s in standing
        if s.out_of_service is not None and s.out_of_service.since_ms < before_ms
    ]  # fmt: skip
    return sorted(found, key=_at)


def _at(fact: Fact) -> int:
    return fact.at_ms
