"""How far imported samples reach: the spans of time that files told of, and what ends with them.

A file tells of its tags from its first row to its last: in between a value holds until the next one, as everywhere.
Beyond it nobody knows. Two spans are one where the time between them is no longer than the longest time between two
rows of either: there the file itself would have been as silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from app.series.samples import NOTHING, SAID_AGAIN, Samples

__all__ = ["Span", "between_changes", "ended", "joined"]

_NO_FRAME: Final = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A time of which a file told, UTC ms, both ends included. `pause_ms`: its longest time between two rows."""

    start_ms: int
    end_ms: int
    pause_ms: int


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans of one tag as few that leave a time of which nothing is told between each other, ascending."""
    found: list[Span] = []
    for span in sorted(spans, key=_start):
        last = found[-1] if found else None
        if last is None or span.start_ms - last.end_ms > max(span.pause_ms, last.pause_ms):
            found.append(span)
        elif span.end_ms > last.end_ms:
            found[-1] = Span(last.start_ms, span.end_ms, span.pause_ms)
    return found


def between_changes(before: Iterable[Span], after: Iterable[Span]) -> list[tuple[int, int]]:
    """Return the times that are told of before and not after, or the other way round, each with both ends."""
    old, new = joined(before), joined(after)
    edges = {edge for span in (*old, *new) for edge in (span.start_ms, span.end_ms)}
    # Each edge twice: one file's only row is a time too.
    return [pair for pair in pairwise(sorted([*edges, *edges])) if _told(old, *pair) != _told(new, *pair)]


def ended(samples: Samples, spans: Iterable[Span], frames: Callable[[int], Samples], end_ms: int) -> Samples:
    """Let imported samples (ascending by source time) hold no longer than their spans, which are all that there are of
    the tag. Where one would go on holding, a row says what holds from there: the last sample that frames brought and
    that still holds (`frames`, at most one, for an instant), which is then said again, or nothing. `end_ms`: later
    instants are of no interest."""
    places: list[int] = []
    rows: list[tuple[int, float, int]] = []
    times = samples.source_ms
    for span in joined(spans):
        at = int(np.searchsorted(times, span.end_ms, side="right"))
        if at and span.end_ms < end_ms and samples.seq[at - 1] == _NO_FRAME:
            known = frames(span.end_ms)
            places.append(at)
            rows.append(
                (span.end_ms, float(known.values[0]), int(known.quality[0]))
                if len(known)
                else (span.end_ms, np.nan, NOTHING)
            )
    if not places:
        return samples
    return Samples(
        np.insert(times, places, [row[0] for row in rows]),
        np.insert(samples.values, places, [row[1] for row in rows]),
        np.insert(samples.quality, places, np.array([row[2] for row in rows], np.uint16)),
        np.insert(samples.seq, places, SAID_AGAIN),
    )


def _told(spans: Sequence[Span], start_ms: int, end_ms: int) -> bool:
    return any(span.start_ms <= start_ms and end_ms <= span.end_ms for span in spans)


def _start(span: Span) -> int:
    return span.start_ms
