"""What is known of a tag, from frames, late deliveries, imports and corrections: against the plain way."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.storage.history_contract import GroupKind
from app.storage.history_reading.known import as_known, as_seen
from app.storage.history_reading.pieces import Piece

Row = tuple[int, int, float]
"""Source time, number of the frame, value."""


def piece(kind: GroupKind, revision: int, rows: list[Row]) -> Piece:
    """Make a piece in the order of its frames."""
    rows = sorted(rows, key=lambda row: (row[1], row[0]))
    times = [t for t, _, _ in rows]
    return Piece(
        kind, revision, min(times), max(times), np.array([s for _, s, _ in rows], np.int64),
        np.array(times, np.int64), np.array([v for _, _, v in rows]), np.zeros(len(rows), np.uint16),
    )  # fmt: skip


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Draw pieces of all kinds over few times, so that they cover and meet each other. Each revision is one piece."""
    found = []
    seq = 0
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from([GroupKind.SEEN, GroupKind.LATE]))
        times = draw(st.lists(st.integers(0, 9), min_size=1, max_size=5))
        found.append(piece(kind, 0, [(t, seq + i, float(seq + i)) for i, t in enumerate(times)]))
        seq += 10
    for revision in range(1, draw(st.integers(0, 3)) + 1):
        kind = draw(st.sampled_from([GroupKind.IMPORTED, GroupKind.CORRECTED]))
        times = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4, unique=True))
        found.append(piece(kind, revision, [(t, 0, 100.0 * revision + t) for t in times]))
    return draw(st.permutations(found))


def plainly(found: list[Piece]) -> list[tuple[int, int, int, float]]:
    """Return (source time, revision, frame, value) of all samples that count, one by one."""
    rows = [
        (int(t), p.revision, int(s), float(v))
        for p in found
        for t, s, v in zip(p.source_ms, p.seq, p.values, strict=True)
    ]
    left = []
    for t, revision, seq, value in rows:
        covered = any(
            p.kind is GroupKind.CORRECTED and p.revision > revision and p.lo_ms <= t <= p.hi_ms for p in found
        )
        if not covered:
            left.append((t, revision, seq, value))
    newest = {t: max(r for at, r, _, _ in left if at == t) for t, _, _, _ in left}
    return sorted(row for row in left if row[1] == newest[row[0]])


@given(pieces())
def test_what_is_known_is_what_counts(found: list[Piece]) -> None:
    """Corrections instead of what they cover, imports instead of the same time, the rest by source time and frame."""
    got = as_known(found)
    rows = list(zip(got.source_ms.tolist(), got.seq.tolist(), got.values.tolist(), strict=True))
    assert rows == [(t, seq, value) for t, _, seq, value in plainly(found)]


@given(pieces())
def test_what_was_seen_is_what_frames_brought_in_time(found: list[Piece]) -> None:
    """By frame number, whatever was corrected since."""
    got = as_seen(found)
    want = [(int(s), float(v)) for p in found if p.kind is GroupKind.SEEN for s, v in zip(p.seq, p.values, strict=True)]
    assert list(zip(got.seq.tolist(), got.values.tolist(), strict=True)) == sorted(want)
