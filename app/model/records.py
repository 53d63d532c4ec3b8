"""Records that travel between processes through the store. Frozen; times are UTC milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.model.spec import Site

__all__ = [
    "AppliedSite",
    "CommLine",
    "CommandState",
    "EquipmentStatus",
    "Hold",
    "InternedText",
    "Journal",
    "JournalEntry",
    "JournalHead",
    "Lease",
    "Person",
    "RawMessage",
    "Reason",
    "Request",
    "RequestKind",
    "Result",
    "Substitute",
]


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. All is re-read by the engine; what a room says about itself is never trusted.

    `role` holds in the whole site; `grants` are (area, role) that hold besides, now. `locked` says that the session is
    locked: its person must give the password again before asking anything.
    """

    name: str
    role: str
    session: str
    workstation: str
    grants: tuple[tuple[str, str], ...] = ()
    locked: bool = False


class RequestKind(StrEnum):
    """What a room or a terminal may ask of the engine. The payload's keys stand beside each kind."""

    SELECT = "select"
    """equipment"""
    CANCEL = "cancel"
    """equipment: give a selection back"""
    OPERATE = "operate"
    """equipment, verb, value (or None), expect (state or ""), reason; needs the selection"""
    HOLD = "hold"
    """equipment, reason"""
    UNHOLD = "unhold"
    """equipment, hold (the `Hold.request_id` of the tag that the person saw), reason: only that tag"""
    SUBSTITUTE = "substitute"
    """tag, value, until_ms, reason"""
    UNSUBSTITUTE = "unsubstitute"
    """tag, since_ms (the `Substitute.since_ms` of the value that the person saw), reason: only that value"""
    APPLY_SITE = "apply_site"
    """site (canonical JSON), reason"""
    ROLL_BACK_SITE = "roll_back_site"
    """revision, reason"""
    PROVE = "prove"
    """equipment, revision (of the site that was compared with the PLC), reason: a person saw the changed address work;
    only while that revision is in force"""
    ACCEPT_LATE = "accept_late"
    """device, request (the `EquipmentStatus.late_request` that the person saw), reason: a person looked after that
    command timed out on a PLC that may execute late; only after that one"""
    PIN_CERTIFICATE = "pin_certificate"
    """device, fingerprint, reason"""
    ACKNOWLEDGE = "acknowledge"
    """alarms ([[path, occurrence], …]), reason (a note, may be ""): only these occurrences"""
    RESET_ALARM = "reset_alarm"
    """alarm, occurrence, reason (may be ""): let go a latched, acknowledged alarm"""
    SHELVE = "shelve"
    """alarm, duration_s, one_shot, reason; the highest priority needs a second signer"""
    UNSHELVE = "unshelve"
    """alarm, reason (may be "")"""
    OUT_OF_SERVICE = "out_of_service"
    """alarm, work_order, reason"""
    IN_SERVICE = "in_service"
    """alarm, reason: the sign-off"""
    CHANGE_ALARM = "change_alarm"
    """alarm, reason and those that change of limit, deadband, on_delay_s, off_delay_s, priority (null: as the site
    says)"""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `at_ms` is the store's clock at commit; `id` is made by the asker (uuid4 hex).

    `second` is the session of a second signer, "" without one. Signatures by the sessions' keys are checked by
    `DeskStore.vouch`, never by reading these fields.
    """

    id: str
    kind: RequestKind
    at_ms: int
    person: Person
    payload: Mapping[str, Any]
    second: str = ""


class CommandState(StrEnum):
    """Where a request stands. SELECT ends at SELECTED; others pass through as they go."""

    REFUSED = "refused"
    ACCEPTED = "accepted"
    SELECTED = "selected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    INTENT = "intent"
    """Durable; not yet on the wire."""
    SENT = "sent"
    EXECUTING = "executing"
    """The PLC accepted; waiting for feedback."""
    DONE = "done"
    FAILED = "failed"
    """Rejected by the PLC, or never acknowledged and proven not executed."""
    MISMATCH = "mismatch"
    """Accepted, but the feedback did not come in time."""
    UNKNOWN = "unknown"
    """The link went while it was on its way: never sent again; look at the feedback."""

    @property
    def final(self) -> bool:
        """True when nothing more will come."""
        return self not in (CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is refused or warned about. `check` is a `commands.verbs.Check` value (or another code that
    `model.reasons` knows); `params` fill its sentence; `blocking` is False for a warning."""

    check: str
    params: Mapping[str, Any] = field(default_factory=dict)
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """One step of a request, appended by the engine; `id` grows in commit order (one writer)."""

    id: int
    request_id: str
    at_ms: int
    state: CommandState
    reasons: tuple[Reason, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold tag (挂牌) on an equipment. `request_id` is the request that placed it, and tells one tag from the next;
    "" on a tag of an earlier program."""

    person: str
    reason: str
    since_ms: int
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class EquipmentStatus:
    """What the engine alone knows of an equipment: who selected it, its hold tag, its command, why it is disabled.

    `revision` grows with every change of any equipment: followers ask for everything after the last one they saw.
    """

    path: str
    revision: int = 0
    selected_by: str = ""
    selected_session: str = ""
    selected_until_ms: int = 0
    hold: Hold | None = None
    request_id: str = ""
    verb: str = ""
    state: CommandState | None = None
    state_since_ms: int = 0
    unproven: tuple[str, ...] = ()
    """Verbs whose address changed with an applied site and that nobody has proven since."""
    late_execution: bool = False
    late_request: str = ""
    """The command of its PLC that timed out last and set `late_execution`; "" when an earlier program did."""


@dataclass(frozen=True, slots=True)
class Substitute:
    """A manual value in place of a failed sensor; ends at `until_ms` or when taken back. `since_ms` tells one value of
    a tag from the next."""

    tag: str
    value: float
    person: str
    reason: str
    since_ms: int
    until_ms: int


class Journal(StrEnum):
    """The chained journals."""

    COMMANDS = "commands"
    AUDIT = "audit"
    EVENTS = "events"
    """Engine and device events: started, lease taken, link lost, link back, site applied, disk full…"""
    ALARMS = "alarms"
    """Every transition of every alarm: `kind` is an `AlarmChange`, `what` the alarm's path. The detail has occurrence,
    state, value, limit, quality, source_ms, receipt_ms, flags, site revision, and the reason or note."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of a journal. `seq`, `hash` are given by the store when it appends; `what` is a path or an id.
    `area` and `priority` (0: none) are for queries. `frame`, also given by the store, is the number of the newest frame
    that was committed with it or before; 0 for lines from before it was kept."""

    journal: Journal
    kind: str
    at_ms: int
    what: str = ""
    who: str = ""
    where: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    area: str = ""
    priority: int = 0
    seq: int = 0
    hash: str = ""
    frame: int = 0


@dataclass(frozen=True, slots=True)
class JournalHead:
    """Newest entry of a journal: what a signed handover records so that a cut tail shows."""

    journal: Journal
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class CommLine:
    """One line of the communication log: what went over a line, in words, and the bytes."""

    at_ms: int
    device: str
    kind: str
    text: str
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """Bytes that could not be read, kept as received."""

    at_ms: int
    device: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class InternedText:
    """A text that tags of kind TEXT carry by its number. Numbers count from 1 and are never reused; 0 is no text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to act. `until_ms` is by the store's clock."""

    holder: str
    epoch: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class AppliedSite:
    """The site in force: its tags carry their numbers."""

    revision: int
    hash: str
    at_ms: int
    person: str
    reason: str
    site: Site
