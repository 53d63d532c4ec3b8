"""Puts pieces of one tag together: as rooms saw it, and as it is known now.

As known now, samples stand at their source time, equal ones by the number of their frame. A correction counts instead
of everything of a lesser revision from its first to its last sample; an import counts instead of a lesser revision at
the very same time, and beside it elsewhere. What frames brought has revision 0 and never displaces itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.series.samples import Samples
from app.storage.history_contract import GroupKind
from app.storage.history_reading.pieces import Piece

__all__ = ["NO_SAMPLES", "as_known", "as_seen"]

NO_SAMPLES = Samples(
    np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint16), np.empty(0, np.int64)
)  # fmt: skip


def as_seen(pieces: Sequence[Piece]) -> Samples:
    """Return what frames brought in time, by frame number."""
    found = _together([p for p in pieces if p.kind is GroupKind.SEEN])
    if (found.seq[1:] >= found.seq[:-1]).all():
        return found
    return _taken(found, np.argsort(found.seq, kind="stable"))


def as_known(pieces: Sequence[Piece]) -> Samples:
    """Return what is known now, by source time."""
    if any(p.revision for p in pieces):
        return _revised(pieces)
    found = _together(pieces)
    times = found.source_ms
    if (times[1:] > times[:-1]).all():
        return found
    return _taken(found, np.lexsort((found.seq, times)))


def _revised(pieces: Sequence[Piece]) -> Samples:
    covers = [p for p in pieces if p.kind is GroupKind.CORRECTED]
    left: list[Piece] = []
    for piece in pieces:
        keep = np.ones(len(piece.seq), dtype=np.bool_)
        for cover in covers:
            if cover.revision > piece.revision:
                keep &= (piece.source_ms < cover.lo_ms) | (piece.source_ms > cover.hi_ms)
        left.append(piece if keep.all() else _part(piece, keep))
    found = _together(left)
    revision = np.repeat([p.revision for p in left], [len(p.seq) for p in left])
    order = np.lexsort((found.seq, revision, found.source_ms))
    found, revision = _taken(found, order), revision[order]
    if not len(found):
        return found
    starts = _starts(found.source_ms)
    newest = np.maximum.reduceat(revision, starts)
    lengths = np.diff(np.append(starts, len(found)))
    return _taken(found, np.flatnonzero(revision == np.repeat(newest, lengths)))


def _starts(times: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return where each distinct time begins."""
    return np.flatnonzero(np.concatenate([[True], times[1:] != times[:-1]]))


def _part(piece: Piece, keep: NDArray[np.bool_]) -> Piece:
    return Piece(
        piece.kind, piece.revision, piece.lo_ms, piece.hi_ms, piece.seq[keep], piece.source_ms[keep],
        piece.values[keep], piece.quality[keep],
    )  # fmt: skip


def _together(pieces: Sequence[Piece]) -> Samples:
    if not pieces:
        return NO_SAMPLES
    if len(pieces) == 1:
        p = pieces[0]
        return Samples(p.source_ms, p.values, p.quality, p.seq)
    return Samples(
        np.concatenate([p.source_ms for p in pieces]),
        np.concatenate([p.values for p in pieces]),
        np.concatenate([p.quality for p in pieces]),
        np.concatenate([p.seq for p in pieces]),
    )


def _taken(samples: Samples, order: NDArray[np.intp]) -> Samples:
    return Samples(samples.source_ms[order], samples.values[order], samples.quality[order], samples.seq[order])
