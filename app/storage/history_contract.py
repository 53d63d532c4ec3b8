"""What the store promises about the past. All calls block: never call them on a loop or in the GUI thread.

`history` has one writer, the engine's historian, and holds packed bytes that `app.series` alone understands. Its mark
is the last frame whose samples are in it; newer ones are in `live`. Reading joins the two.

On SQLite there is one file per month (UTC, by frame time; imported and late samples by source time) and one for what
lives for ever; on PostgreSQL, partitions. A transaction writes one month; whatever follows from it in another file is
ordered and idempotent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.model.alarms.status import AlarmStatus
from app.model.records import AppliedSite
from app.series.batch import SampleBatch
from app.series.samples import Curve, Gap, Samples
from app.series.spans import Span
from app.series.windows import State

__all__ = [
    "Curves", "Extent", "GroupKind", "HistoryReader", "HistoryStore", "ImportedSpan", "Mark", "Moment", "SeenFrame",
    "Stop", "StoredBlock", "StoredGroup", "StoredRollup", "StoredWindow", "never",
]  # fmt: skip

Stop = Callable[[], bool]
"""Asked now and then by a long read; True: end soon and raise Cancelled."""


def never() -> bool:
    """Return False: a read that nobody cancels."""
    return False


class GroupKind(IntEnum):
    """Where samples came from. Numbers are for ever."""

    SEEN = 0
    """Frames brought them in time: rooms saw them."""
    LATE = 1
    """Frames brought them late: no room showed them as the value of that moment."""
    IMPORTED = 2
    """A file brought them: they stand beside all others and hide none. Import takes no sample that is there already."""
    CORRECTED = 3
    """A revision: counts instead of what it covers (same tag, from its `lo_ms` to its `hi_ms`); originals stay."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The last frame that history has, and its time t."""

    seq: int
    t_ms: int


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """One tag's column of a group. `lo_ms`, `hi_ms`: its least and greatest source time."""

    tag: int
    count: int
    lo_ms: int
    hi_ms: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A packed group. `id` is 0 until it is stored. `revision` orders corrections and imports (0 for frames): of two
    that cover the same time the greater counts. `start_ms`, `end_ms`: time t of its first and last frame, or source
    times where no frame brought it; they tell its month."""

    kind: GroupKind
    first_seq: int
    last_seq: int
    start_ms: int
    end_ms: int
    events: int
    times: bytes
    blocks: tuple[StoredBlock, ...]
    revision: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class StoredRollup:
    """Buckets of one tag: `level_ms` is the width of each, `start_ms` the start of the row's span (a day for minutes,
    a month for hours, a year for days; UTC)."""

    tag: int
    level_ms: int
    start_ms: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class ImportedSpan:
    """The time of which one file of an import told, for one of its tags. `part` numbers the import's files."""

    tag: int
    revision: int
    part: int
    span: Span


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """One step of the historian. `frames` packs the times t of its frames, `state` the state after the last. `dirty`:
    (tag, day start in ms) that its samples touch although they were rolled up before, besides those of late ones."""

    first_seq: int
    last_seq: int
    start_ms: int
    end_ms: int
    frames: bytes
    revisions: tuple[tuple[int, int], ...]
    state: bytes
    groups: tuple[StoredGroup, ...]
    gaps: tuple[Gap, ...] = ()
    dirty: tuple[tuple[int, int], ...] = ()


class HistoryStore(Protocol):
    """The owner of `history`, for the historian's thread alone. Every write raises LeaseLost once a newer epoch is
    known here, and StoreUnavailable when nothing is known to be written: then do the same again."""

    def lead(self, epoch: int) -> None:
        """Raise the fence to our epoch. Raises LeaseLost if a newer one stands there."""

    def mark(self) -> Mark | None:
        """Return the mark; None for a history that has none yet."""

    def newest_state(self) -> tuple[Mark, bytes] | None:
        """Return the state after the mark, to go on from after a restart."""

    def write(self, window: StoredWindow) -> None:
        """Write a window, move the mark to its end, and note the days of late samples as dirty, in one transaction.
        Raises InternalFault unless `first_seq` follows the mark. Late groups of another month are written before."""

    def add(self, groups: Sequence[StoredGroup]) -> None:
        """Add imported or corrected groups, month by month, and note their days as dirty. Adding the same again (kind,
        revision, tag and start) changes nothing."""

    def note_imported(self, spans: Sequence[ImportedSpan]) -> None:
        """Note how far imported samples may hold, before they are added, in place of what was noted of the same (tag,
        revision, part); and as dirty the days for which that changes anything."""

    def next_revision(self) -> int:
        """Return a number for an import or a correction, never given before."""

    def take_back(self, revision: int) -> int:
        """Remove all groups of an import or a correction, month by month, and then its spans, and note their days as
        dirty. Returns how many samples they held; doing it again returns 0."""

    def months(self) -> tuple[int, ...]:
        """Return the months there are, as UTC ms of their first instant, ascending."""

    def windows(self, start_ms: int, end_ms: int) -> tuple[Mark, ...]:
        """Return the ends of the windows that ended in a time, ascending."""

    def groups(
        self, month_ms: int, start_ms: int, end_ms: int, kind: GroupKind = GroupKind.SEEN
    ) -> Iterator[StoredGroup]:
        """Yield groups of a month by start, without their blocks' payloads loaded all at once."""

    def replace(self, old: Sequence[StoredGroup], new: Sequence[StoredGroup]) -> None:
        """Put merged groups in place of those they were made of, in one transaction."""

    def thin(self, start_ms: int, end_ms: int, keep: Sequence[int]) -> None:
        """Drop states and window ends of a time except those whose last frame is in `keep`; frame times stay."""

    def write_rollups(self, rollups: Sequence[StoredRollup], *, clean: Sequence[tuple[int, int]] = ()) -> None:
        """Replace rows (tag, level, start) and forget dirty days (tag, day start) that they settle, but for those that
        became dirty again since `dirty` was asked: whoever worked them out may have read before that."""

    def rollups(self, tag: int, level_ms: int, start_ms: int, end_ms: int) -> tuple[StoredRollup, ...]:
        """Return rows whose span touches a time."""

    def rollups_of(self, tags: Sequence[int], level_ms: int, start_ms: int, end_ms: int) -> tuple[StoredRollup, ...]:
        """As `rollups`, of many tags at once, by tag and start."""

    def dirty(self, limit: int = 1_000) -> tuple[tuple[int, int], ...]:
        """Return (tag, start of the UTC day in ms) whose rollups no longer say what the samples say."""

    def progress(self, name: str) -> int:
        """Return a number that the historian left for itself (merged until, rolled until…), 0 if none."""

    def note_progress(self, name: str, value: int) -> None: ...

    def expire(self, month_ms: int, tags: Sequence[int] | None = None) -> None:
        """Drop a month's samples and minute rollups: all, or those of some tags. Hours and days live for ever."""

    def tidy(self, pages: int) -> bool:
        """Give some free space back to the disk, a little at a time; False when there is nothing to do."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is to read: times t and numbers of the first and the newest frame."""

    first_ms: int
    last_ms: int
    first_seq: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class Curves:
    """Answer to one question, one curve per tag in the order asked. `late`: the time limit was reached, and curves
    that were not read are missing from the end."""

    curves: tuple[Curve, ...]
    gaps: tuple[Gap, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """The whole plant as rooms saw it once frame `seq` had come. `revision` is that of the site then in force."""

    seq: int
    t_ms: int
    revision: int
    state: State


@dataclass(frozen=True, slots=True)
class SeenFrame:
    """A frame of the past as rooms saw it."""

    seq: int
    t_ms: int
    revision: int
    batches: tuple[SampleBatch, ...]


class HistoryReader(Protocol):
    """Reading the past, one instance per thread. Tags are numbers. Raises Cancelled once `stop` says so, and
    StoreUnavailable; a damaged block is left out, counted in `damaged` and named in the log."""

    @property
    def damaged(self) -> int:
        """Return how many things could not be read so far, each once."""

    def extent(self) -> Extent | None:
        """Return what there is, None before the first frame."""

    def raw(
        self, tag: int, start_ms: int, end_ms: int, *, as_seen: bool = False, limit: int = 5_000_000, stop: Stop = never
    ) -> Samples:
        """Return every sample with `start_ms` ≤ source time < `end_ms` as known now (late, imported and corrected ones
        in their places), and before them the last one earlier than `start_ms`, which holds there. `as_seen`: what
        frames brought in time, by frame number. At most `limit`, from the start."""

    def between(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, limit: int = 1_000_000, stop: Stop = never
    ) -> Mapping[int, Samples] | None:
        """Return all samples with `start_ms` ≤ source time < `end_ms` as known now of each tag that has any, and
        nothing before: many tags at once. None if more than about `limit` would have to be read: ask for less."""

    def raw_each(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, limit: int = 1_000_000, stop: Stop = never
    ) -> Mapping[int, Samples] | None:
        """Return for each of many tags what `raw` returns of it as known now, in one look; and where an import ends
        among it, a row that is no sample and says what holds from there (`series.spans`). None as `between`."""

    def curves(
        self, tags: Sequence[int], start_ms: int, end_ms: int, points: int, *, limit_s: float = 10.0, stop: Stop = never
    ) -> Curves:
        """Return each tag's curve with about `points` entries (at most twice that): exact samples if there are no more
        than that, else buckets from the coarsest level that is fine enough, joined with the newest frames."""

    def gaps(self, start_ms: int, end_ms: int) -> tuple[Gap, ...]:
        """Return the times without frames."""

    def import_ends(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, stop: Stop = never
    ) -> Mapping[int, NDArray[np.int64]]:
        """Return the instants with `start_ms` ≤ instant < `end_ms` from which on nothing is known of a tag, because an
        import ends there, for those that have any."""

    def seq_at(self, t_ms: int) -> int:
        """Return the number of the newest frame with t ≤ `t_ms`, 0 if there is none."""

    def time_of(self, seq: int) -> int | None:
        """Return the time t of a frame, None for one that history does not have."""

    def moment(self, seq: int, *, stop: Stop = never) -> Moment | None:
        """Return how everything stood once a frame had come; None before the first."""

    def frames(self, after: int, until: int, *, stop: Stop = never) -> Iterator[SeenFrame]:
        """Yield the frames after one number up to another, as rooms saw them, to play them."""

    def alarms_at(self, seq: int) -> tuple[AlarmStatus, ...]:
        """Return every alarm that was not in NORM, stood aside or was changed at run time once a frame had come, from
        the journal."""

    def alarms_between(self, after: int, until: int) -> tuple[tuple[int, AlarmStatus], ...]:
        """Return what alarms became after one frame and up to another, with the frame of each, in order."""

    def next_alarm(self, seq: int, *, back: bool = False) -> tuple[int, str] | None:
        """Return frame and path of the first alarm annunciated after a frame, or (`back`) of the last before it."""

    def site_of(self, revision: int) -> AppliedSite | None:
        """Return the site that was in force under a revision."""

    def alarm_density(self, start_ms: int, end_ms: int, points: int) -> tuple[tuple[int, ...], ...]:
        """Return for each of `points` equal parts of a time how many alarms were annunciated, by priority 1 to 4."""

    def close(self) -> None: ...
