"""What the store promises to the engine, the rooms and the terminal. All calls block: never call them on a loop or
in the GUI thread.

Addresses: a folder (SQLite, one file per owner) or `postgresql://…` (schemas). `app.storage.opening` makes these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.model.alarms.status import AlarmStatus
from app.model.records import (
    AppliedSite,
    CommLine,
    EquipmentStatus,
    InternedText,
    Journal,
    JournalEntry,
    JournalHead,
    Lease,
    RawMessage,
    Result,
    Substitute,
)
from app.model.spec import Site
from app.series.frames import DELTA, KEY, LATE
from app.storage.desk_contract import DeskStore

__all__ = [
    "COMM_KEPT",
    "DELTA",
    "KEY",
    "LATE",
    "RAW_BYTES",
    "RAW_KEPT",
    "TEXT_COUNT",
    "TEXT_LENGTH",
    "DeskStore",
    "EngineStore",
    "FrameRow",
    "JournalQuery",
    "Receipt",
    "RoomStore",
    "StoreFacts",
    "Tick",
]

TEXT_LENGTH = 200
"""Characters of one interned text at most; who interns cuts longer ones."""
TEXT_COUNT = 20_000
"""Interned texts at most: a device that sends ever new texts must not fill the store."""
COMM_KEPT, RAW_KEPT = 2_000, 500
"""Lines of the communication log and unreadable messages kept per device; the oldest go first."""
RAW_BYTES = 4_096
"""Bytes kept of one communication line or unreadable message."""


@dataclass(frozen=True, slots=True)
class FrameRow:
    """One frame as stored. `kind` is KEY (all tags), DELTA or LATE; `payload` is for `series.frames` alone.

    `seq` is 0 before the commit.
    """

    t: int
    kind: int
    payload: bytes
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    """All that one commit of the engine carries: one transaction, all or nothing.

    `claims` are request ids taken for the first time (a second claim of an id, ever, fails the transaction with
    InternalFault: that is what makes double execution impossible). `results` and `journal` entries are numbered and
    chained by the store in the order given; `equipment` rows replace older ones and get new revisions.
    """

    frames: tuple[FrameRow, ...] = ()
    claims: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    equipment: tuple[EquipmentStatus, ...] = ()
    alarms: tuple[AlarmStatus, ...] = ()
    """Rows that replace older ones and get new revisions, as `equipment` does; of several for one alarm the last
    counts. A row in NORM is kept: by it followers learn that the alarm ended. An alarm without a row is in NORM."""
    substitutes: tuple[Substitute, ...] | None = None
    """The whole new list, or None when unchanged."""
    comm: tuple[CommLine, ...] = ()
    raw: tuple[RawMessage, ...] = ()
    texts: tuple[InternedText, ...] = ()
    """Texts that appear for the first time, numbered by the engine from `EngineStore.texts` on: they travel in the
    same commit as the frame that first speaks of them. Beyond TEXT_LENGTH or TEXT_COUNT: InternalFault."""
    prune_before_ms: int | None = None
    """Drop up to 20 frames older than this, never the newest keyframe nor what follows it."""


@dataclass(frozen=True, slots=True)
class JournalQuery:
    """Which journal lines: all conditions must hold, an empty one asks nothing. Times UTC ms, end excluded.

    `places` are paths: a line belongs to one if its `what` is it or begins with it and `/` or `:`. `who` is the whole
    name. `text` is looked for in kind, what, who and the detail's JSON, without regard to case (ASCII), letter by
    letter: nothing in it is a pattern. Newest first, by (at_ms, journal, seq); `before` goes on after the last one of
    the page before: its (at_ms, journal, seq). A page with fewer than `limit` lines is the last.
    """

    journals: tuple[Journal, ...] = tuple(Journal)
    start_ms: int = 0
    end_ms: int = 1 << 62
    areas: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    who: str = ""
    text: str = ""
    before: tuple[int, str, int] | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a commit answers. `renewed_boot` is the boot clock read before the renewal was sent: the lease's local
    deadline counts from it. `last_seq` is the number of the newest frame."""

    lease: Lease
    renewed_boot: float
    last_seq: int
    duration_s: float


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """Figures for the System page and the disk rule. `used_fraction` is of the disk that holds the store,
    `history_bytes` the part of `bytes` that history takes."""

    backend: str
    address: str
    bytes: int
    used_fraction: float
    frames: int
    oldest_frame_ms: int
    demo: bool
    history_bytes: int = 0


class EngineStore(Protocol):
    """The owner of `live`. Used by one thread only: the engine's writer."""

    def take_lease(self, holder: str) -> Lease:
        """Take the lease or raise LeaseHeld naming the holder. The epoch is max(last + 1, Unix seconds), so that it
        also grows over a restored backup and over a fresh store: PLCs compare it.

        On PostgreSQL the lease of a killed engine stands for up to 2.5 s: ask again until then.
        """

    def retake_lease(self) -> Lease:
        """After LeaseLost take our own lease anew, with a new epoch. Raises LeaseLost when anybody took it since ours
        ran out, also if he gave it back: the row then carries another epoch. So whatever was written until now is ours.
        """

    def release_lease(self) -> None:
        """Give the lease back at an orderly end, so that the next engine need not wait."""

    def commit(self, tick: Tick, *, after: int | None = None) -> Receipt:
        """Renew the lease and write the tick in one transaction.

        `after` is the number of the newest frame that the caller knows of. If the store has a newer one, or anything
        else that the call before, which failed, would have numbered, an earlier try of the same tick was written and
        its answer lost: nothing is written again, and the receipt is as if it had been. That is judged behind the
        lease's row, where a try that is still under way is waited for.

        Raises LeaseLost (rolled back; another epoch rules or ours ran out) or StoreUnavailable (nothing is known to
        be written: give the same tick again with `after`, claims and frames included).
        """

    def last_seq(self) -> int:
        """Return the number of the newest committed frame, 0 if there is none."""

    def claimed(self, request_ids: Sequence[str]) -> frozenset[str]:
        """Return those of the ids that were ever claimed: asked once after a start, for requests still in the desk."""

    def texts(self) -> tuple[InternedText, ...]:
        """Return all interned texts, to go on from after a restart."""

    def applied_site(self) -> AppliedSite | None:
        """Return the site in force."""

    def site_revision(self, revision: int) -> AppliedSite | None:
        """Return an earlier applied site, for rolling back."""

    def apply_site(self, site: Site, person: str, reason: str) -> AppliedSite:
        """Make a site the one in force: give new tag paths new numbers (never reused; a path that returns gets its
        old number back), keep the canonical JSON and its SHA-256, journal the change in `audit`."""

    def equipment(self) -> tuple[EquipmentStatus, ...]:
        """Return all equipment rows: restored before drivers start."""

    def alarms(self) -> tuple[AlarmStatus, ...]:
        """Return all alarm rows: restored before drivers start."""

    def last_frame_ms(self) -> int:
        """Return the time of the newest frame, 0 without one: since then nobody judged alarms."""

    def substitutes(self) -> tuple[Substitute, ...]:
        """Return the manual values in force."""

    def open_commands(self) -> tuple[Result, ...]:
        """Return the newest result of every claimed request whose newest state is not final, or unknown: after a
        restart they become unknown, are never sent again, and the PLC is asked what became of them."""

    def newest_keyframe(self) -> FrameRow | None:
        """Return the newest keyframe: last values survive a restart (as stale)."""

    def frames_after(self, seq: int, limit: int = 500) -> tuple[FrameRow, ...]:
        """Return key and delta frames after `seq` in order: sums go on from the very last."""

    def facts(self) -> StoreFacts:
        """Measure the store."""

    def close(self) -> None:
        """Close connections. Idempotent."""


class RoomStore(Protocol):
    """Reading `live`. One instance per thread; short autocommit reads only. Everything comes in the order in which it
    was written, oldest first, also the `…_newest` ones: their last item is where `…_after` goes on."""

    def wait_bell(self, timeout_s: float) -> bool:
        """Wait until the engine committed something since the last call, or the time is over. True if it rang.

        The first call, and the first after a lost connection came back, return True at once: read everything.
        Raises StoreUnavailable while the store is away, after a pause of at most 0.2 s.
        """

    def applied_site(self) -> AppliedSite | None: ...

    def site_revision_in_force(self) -> int:
        """Return the revision of the site in force, 0 if none: cheap, asked on every bell."""

    def site_revision(self, revision: int) -> AppliedSite | None:
        """Return an earlier applied site: what the past is shown by."""

    def newest_keyframe(self) -> FrameRow | None: ...

    def frames_after(self, seq: int, limit: int = 500) -> tuple[FrameRow, ...]:
        """Return key and delta frames after `seq` in order."""

    def every_frame_after(self, seq: int, limit: int = 500) -> tuple[FrameRow, ...]:
        """Return frames of every kind after `seq` in order, late ones too: what history is made of."""

    def frames_between(self, start_ms: int, end_ms: int) -> tuple[FrameRow, ...]:
        """Return key and delta frames by time (both ends included), for small trends and the tour."""

    def texts_after(self, number: int) -> tuple[InternedText, ...]:
        """Return interned texts after `number` in order: asked when a TEXT tag carries a number not seen yet."""

    def last_result_id(self) -> int:
        """Return the id of the newest result, 0 if there is none: where a room starts to follow."""

    def results_after(self, result_id: int, limit: int = 500) -> tuple[Result, ...]: ...

    def results_of(self, request_id: str) -> tuple[Result, ...]: ...

    def equipment_after(self, revision: int) -> tuple[EquipmentStatus, ...]: ...

    def alarms_after(self, revision: int) -> tuple[AlarmStatus, ...]:
        """Return alarm rows that changed after a revision, in its order; -1: all."""

    def substitutes(self) -> tuple[Substitute, ...]: ...

    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]:
        """Return lines of the journals, newest first, at most `query.limit`."""

    def journal_after(self, journal: Journal, seq: int, limit: int = 500) -> tuple[JournalEntry, ...]: ...

    def journal_newest(self, journal: Journal, limit: int = 200) -> tuple[JournalEntry, ...]: ...

    def journal_heads(self) -> tuple[JournalHead, ...]: ...

    def comm_newest(self, device: str = "", limit: int = 200) -> tuple[CommLine, ...]: ...

    def raw_newest(self, device: str = "", limit: int = 50) -> tuple[RawMessage, ...]: ...

    def lease(self) -> Lease | None: ...

    def facts(self) -> StoreFacts: ...

    def close(self) -> None: ...
