"""Reads of the past for pages and for the time machine: each returns a function that a worker runs with its own reader.
Answers are frozen or fresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.model.alarms.status import AlarmStatus
from app.model.quality import BAD
from app.model.records import AppliedSite
from app.series.samples import Gap
from app.storage.history_contract import HistoryReader, Moment, SeenFrame, Stop
from app.views.gateway.history import HistoryWork

__all__ = [
    "Arrival", "SeenFrame", "Stretch", "TimeMap", "arrive_at", "arrive_at_alarm", "arrive_by", "past_series",
    "stretch_after", "time_map",
]  # fmt: skip

Series = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]


def past_series(tags: Mapping[int, str], *, start_ms: int, end_ms: int) -> HistoryWork[Series]:
    """Read what rooms saw of some tags between two times: path → (source times UTC ms, values, NaN where bad)."""

    def work(reader: HistoryReader, stop: Stop) -> Series:
        found = {}
        for number, path in tags.items():
            s = reader.raw(number, start_ms, end_ms + 1, as_seen=True, stop=stop)
            found[path] = (s.source_ms, np.where(s.quality < BAD, s.values, np.nan))
        return found

    return work


@dataclass(frozen=True, slots=True)
class Arrival:
    """How everything stood at an instant. `applied` is None if the site is the one that the asker knows."""

    at_ms: int
    moment: Moment
    alarms: tuple[AlarmStatus, ...]
    applied: AppliedSite | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What happened after a frame, to be played: frames, what alarms became with the frame of each, and the sites that
    began to rule in it, by revision. Empty at the end of what there is."""

    frames: tuple[SeenFrame, ...]
    alarms: tuple[tuple[int, AlarmStatus], ...]
    sites: Mapping[int, AppliedSite]


@dataclass(frozen=True, slots=True)
class TimeMap:
    """What a time line shows of a span: alarms annunciated in equal parts of it by priority, times without frames, and
    how far back the past reaches (UTC ms)."""

    start_ms: int
    end_ms: int
    density: tuple[tuple[int, ...], ...]
    gaps: tuple[Gap, ...]
    first_ms: int


def arrive_at(at_ms: int, *, revision: int) -> HistoryWork[Arrival | None]:
    """Read how everything stood at an instant, or at the first one that there is. `revision` is that of the site which
    the asker knows. None: there is no past yet."""

    def work(reader: HistoryReader, stop: Stop) -> Arrival | None:
        extent = reader.extent()
        if extent is None:
            return None
        at = max(at_ms, extent.first_ms)
        return _arrival(reader, reader.seq_at(at) or extent.first_seq, at, revision, stop)

    return work


def arrive_by(seq: int, *, revision: int) -> HistoryWork[Arrival | None]:
    """Read how everything stood once a frame had come; one before the first or behind the last counts as these."""

    def work(reader: HistoryReader, stop: Stop) -> Arrival | None:
        extent = reader.extent()
        if extent is None:
            return None
        return _arrival(reader, min(max(seq, extent.first_seq), extent.last_seq), None, revision, stop)

    return work


def arrive_at_alarm(seq: int, *, back: bool, revision: int) -> HistoryWork[Arrival | None]:
    """Read how everything stood when the next alarm after a frame was annunciated, or the last before it. None: there
    is no such alarm."""

    def work(reader: HistoryReader, stop: Stop) -> Arrival | None:
        found = reader.next_alarm(seq, back=back)
        extent = reader.extent()
        if found is None or extent is None or found[0] < extent.first_seq:
            return None
        return _arrival(reader, found[0], None, revision, stop)

    return work


def stretch_after(seq: int, at_ms: int, length_ms: int, *, revision: int) -> HistoryWork[Stretch]:
    """Read what follows a frame for some time from an instant on; over a time without frames, from the next one on."""

    def work(reader: HistoryReader, stop: Stop) -> Stretch:
        until = reader.seq_at(at_ms + length_ms)
        if until <= seq and (then := reader.time_of(seq + 1)) is not None:
            until = reader.seq_at(then + length_ms)
        frames = tuple(reader.frames(seq, until, stop=stop))
        found = ((r, reader.site_of(r)) for r in {f.revision for f in frames} - {revision})
        return Stretch(frames, reader.alarms_between(seq, until), {r: a for r, a in found if a is not None})

    return work


def time_map(start_ms: int, end_ms: int, points: int) -> HistoryWork[TimeMap]:
    """Read what a time line shows."""

    def work(reader: HistoryReader, stop: Stop) -> TimeMap:
        extent = reader.extent()
        density = reader.alarm_density(start_ms, end_ms, points)
        gaps = reader.gaps(start_ms, end_ms)
        return TimeMap(start_ms, end_ms, density, gaps, extent.first_ms if extent is not None else end_ms)

    return work


def _arrival(reader: HistoryReader, seq: int, at_ms: int | None, revision: int, stop: Stop) -> Arrival | None:
    moment = reader.moment(seq, stop=stop)
    if moment is None:
        return None
    applied = reader.site_of(moment.revision) if moment.revision != revision else None
    return Arrival(moment.t_ms if at_ms is None else at_ms, moment, reader.alarms_at(seq), applied)
