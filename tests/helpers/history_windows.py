"""Windows as the historian's store takes them, with bytes that only say where they come from."""

from __future__ import annotations

from app.series.samples import Gap
from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup, StoredWindow

__all__ = ["FEB", "JAN", "TEN_MINUTES", "a_group", "a_window"]

TEN_MINUTES = 600_000
JAN = 1_767_225_600_000
"""The first instant of January 2026, UTC."""
FEB = JAN + 31 * 86_400_000


def a_group(
    start_ms: int,
    *,
    kind: GroupKind = GroupKind.SEEN,
    seqs: tuple[int, int] = (0, 0),
    tags: tuple[int, ...] = (1, 2),
    end_ms: int = 0,
    revision: int = 0,
    number: int = 0,
) -> StoredGroup:
    """Return a group of ten events whose payloads say tag, kind and start."""
    end_ms = end_ms or start_ms + TEN_MINUTES - 1
    blocks = tuple(
        StoredBlock(tag, 10, start_ms, end_ms, f"{tag} {kind.name} {start_ms} {revision}".encode()) for tag in tags
    )
    return StoredGroup(kind, *seqs, start_ms, end_ms, 10, b"times", blocks, revision, number)


def a_window(
    number: int, start_ms: int, *late: StoredGroup, frames: int = 100, gaps: tuple[Gap, ...] = ()
) -> StoredWindow:
    """Return window `number` (from 0) of `frames` frames; it lasts ten minutes."""
    first, last = number * frames + 1, (number + 1) * frames
    end_ms = start_ms + TEN_MINUTES - 1
    seen = a_group(start_ms, seqs=(first, last))
    state = f"state {last}".encode()
    return StoredWindow(
        first, last, start_ms, end_ms, f"times {last}".encode(), ((first, 1),), state, (seen, *late), gaps
    )
