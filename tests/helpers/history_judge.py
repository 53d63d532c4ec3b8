"""Compares what history answers with what an independent witness saw: nothing lost, nothing double, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from app.series.samples import Samples
from app.storage.history_contract import HistoryReader
from tests.helpers.history_witness import Frame, Held, Seen, bits, held_by

__all__ = ["history_faults"]

EVER = (-(1 << 60), 1 << 60)
MOMENTS = 5
"""Instants at which the whole plant is compared."""

MayBeGone = Callable[[int, int], bool]
"""Told a tag and a time: whether its samples of then are so old that they may have been dropped."""


def never_gone(tag: int, ms: int) -> bool:
    """Return False: everything is kept."""
    return False


def history_faults(reader: HistoryReader, frames: Sequence[Frame], may_be_gone: MayBeGone = never_gone) -> list[str]:
    """Return one sentence for each thing that is wrong. The reader joins what is not in history yet."""
    held = held_by(frames)
    tags = sorted(set(held.seen) | set(held.late))
    faults = [fault for tag in tags for fault in _of_tag(reader, held, tag, may_be_gone)]
    faults += _of_moments(reader, frames, may_be_gone)
    extent = reader.extent()
    if extent is None or extent.last_seq != frames[-1][0]:
        faults.append(f"history ends at {extent} and not at frame {frames[-1][0]}")
    if reader.damaged:
        faults.append(f"{reader.damaged} blocks are damaged")
    return faults


def _of_tag(reader: HistoryReader, held: Held, tag: int, may_be_gone: MayBeGone) -> Iterator[str]:
    seen, late = held.seen.get(tag, []), held.late.get(tag, [])
    saw = list(_rows(reader.raw(tag, *EVER, as_seen=True)))
    if [row[0] for row in saw] != sorted(row[0] for row in saw):
        yield f"tag {tag}: what rooms saw is not in the order of the frames"
    yield from _differences(f"tag {tag} as seen", seen, saw, lambda row: may_be_gone(tag, held.t_of[row[0]]))
    knows = list(_rows(reader.raw(tag, *EVER)))
    if [row[1] for row in knows] != sorted(row[1] for row in knows):
        yield f"tag {tag}: what is known is not in the order of the source's times"

    def gone(row: Seen) -> bool:
        return may_be_gone(tag, row[1]) or may_be_gone(tag, held.t_of[row[0]])

    yield from _differences(f"tag {tag} as known", seen + late, knows, gone)


def _rows(samples: Samples) -> Iterator[Seen]:
    columns = (samples.seq, samples.source_ms, samples.values, samples.quality)
    for seq, source, value, quality in zip(*(np.asarray(c).tolist() for c in columns), strict=True):
        yield seq, source, bits(value), quality


def _differences(
    what: str, expected: Sequence[Seen], found: Sequence[Seen], may_be_gone: Callable[[Seen], bool]
) -> Iterator[str]:
    wanted, there = Counter(expected), Counter(found)
    lost = [row for row in wanted - there if not may_be_gone(row)]
    if lost:
        yield f"{what}: {len(lost)} of {len(expected)} samples are lost, the first of frame {min(lost)[0]}"
    if more := there - wanted:
        doubled = sum(row in wanted for row in more)
        yield f"{what}: {more.total()} samples too many, {doubled} of them double, the first of frame {min(more)[0]}"


def _of_moments(reader: HistoryReader, frames: Sequence[Frame], may_be_gone: MayBeGone) -> Iterator[str]:
    """Compare how everything stood after some frames, the last among them."""
    for i in np.linspace(0, len(frames) - 1, MOMENTS).astype(int).tolist():
        seq, t = frames[i][:2]
        state = held_by(frames, until=seq).state
        if any(may_be_gone(tag, t) for tag in state):
            continue
        moment = reader.moment(seq)
        if moment is None:
            yield f"nothing is known of frame {seq}"
            continue
        columns = (moment.state.tags, moment.state.values, moment.state.quality)
        found = {n: (bits(v), q) for n, v, q in zip(*(c.tolist() for c in columns), strict=True)}
        wrong = [tag for tag in state if found.get(tag) != state[tag]]
        if moment.t_ms != t or wrong:
            yield f"after frame {seq} tags {wrong[:5]} stood otherwise"
