"""Reads for pages: each returns a function that a worker runs with its own store. Answers are frozen or fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.model.records import Journal, JournalEntry
from app.series.frames import decode
from app.storage.contract import JournalQuery, RoomStore
from app.storage.intents import intent_of

__all__ = ["alarm_history", "intent", "journal_end", "newest_happenings", "recent_series"]

_PASSING = ("select", "selected", "cancel", "cancelled", "intent", "accepted", "sent", "executing")
"""Steps of a command that are not news once it is over."""

Series = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]


def recent_series(tags: Mapping[int, str], *, start_ms: int, end_ms: int) -> Callable[[RoomStore], Series]:
    """Read some tags between two times: path → (source times UTC ms, values, NaN where bad)."""

    def work(store: RoomStore) -> Series:
        times: dict[int, list[int]] = {n: [] for n in tags}
        values: dict[int, list[float]] = {n: [] for n in tags}
        for row in store.frames_between(start_ms, end_ms):
            for batch in decode(row.payload, t=row.t).batches:
                for i in np.flatnonzero(np.isin(batch.tags, list(tags))):
                    number = int(batch.tags[i])
                    times[number].append(int(batch.source_ms[i]))
                    values[number].append(float(batch.values[i]) if batch.quality[i] < BAD else float("nan"))
        return {p: (np.array(times[n], np.int64), np.array(values[n], np.float64)) for n, p in tags.items()}

    return work


def _by_time(entry: JournalEntry) -> tuple[int, str, int]:
    return entry.at_ms, entry.journal, entry.seq


def newest_happenings(count: int, until_ms: int | None = None) -> Callable[[RoomStore], tuple[JournalEntry, ...]]:
    """Read the newest events and final steps of commands, newest first: of all, or of those up to an instant."""

    def work(store: RoomStore) -> tuple[JournalEntry, ...]:
        events = list(journal_end(store, Journal.EVENTS, count, until_ms))
        steps = [e for e in journal_end(store, Journal.COMMANDS, 10 * count, until_ms) if e.kind not in _PASSING]
        return tuple(sorted([*events, *steps], key=_by_time, reverse=True)[:count])

    return work


def journal_end(
    store: RoomStore, journal: Journal, count: int, until_ms: int | None = None
) -> tuple[JournalEntry, ...]:
    """Return the newest lines of a journal, of all or of those up to an instant (UTC ms)."""
    if until_ms is None:
        return store.journal_newest(journal, count)
    return store.journal_query(JournalQuery(journals=(journal,), end_ms=until_ms + 1, limit=count))


def alarm_history(
    path: str, count: int, until_ms: int | None = None
) -> Callable[[RoomStore], tuple[JournalEntry, ...]]:
    """Read the newest lines of the alarm journal about one alarm, newest first: of all, or of those up to an
    instant."""
    query = JournalQuery(journals=(Journal.ALARMS,), places=(path,), limit=count)
    if until_ms is not None:
        query = replace(query, end_ms=until_ms + 1)

    def work(store: RoomStore) -> tuple[JournalEntry, ...]:
        return store.journal_query(query)

    return work


def intent(request: str) -> Callable[[RoomStore], JournalEntry | None]:
    """Read which command a request was."""

    def work(store: RoomStore) -> JournalEntry | None:
        return intent_of(store, request)

    return work
