"""How an alarm stands: the record that engine, store and rooms share. States and edges: `machine`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["AlarmChange", "AlarmState", "AlarmStatus", "OutOfService", "Override", "Shelf"]


class AlarmState(StrEnum):
    """Core states, named as in ISA-18.2 (letters differ between sources, so none are used)."""

    NORM = "norm"
    UNACK = "unack"
    ACKED = "acked"
    RTN_UNACK = "rtn_unack"
    """Returned to normal, nobody acknowledged."""
    LATCH_UNACK = "latch_unack"
    LATCH_ACK = "latch_ack"
    """Returned and acknowledged; held until a person resets it."""

    @property
    def active(self) -> bool:
        """True while the condition is true."""
        return self in (AlarmState.UNACK, AlarmState.ACKED)

    @property
    def unacknowledged(self) -> bool:
        """True while somebody must acknowledge."""
        return self in (AlarmState.UNACK, AlarmState.RTN_UNACK, AlarmState.LATCH_UNACK)


class AlarmChange(StrEnum):
    """What a line of the alarm journal tells; its `kind`."""

    RAISED = "raised"
    """A new occurrence: NORM to UNACK. Annunciated."""
    REALARMED = "realarmed"
    """True again, the re-alarm time ran out, or the priority rose: back to UNACK, same occurrence. Annunciated."""
    AFTER_GAP = "after-gap"
    """Still true after an engine's absence that was too long to rely on the acknowledgement: back to UNACK."""
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    """The condition is false: UNACK to RTN_UNACK or LATCH_UNACK, ACKED to NORM or LATCH_ACK."""
    RESET = "reset"
    ESCALATED = "escalated"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    SHELF_ENDED = "shelf-ended"
    """Its time ran out, or a one-shot shelf saw the alarm return."""
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    OUT_OF_SERVICE = "out-of-service"
    IN_SERVICE = "in-service"
    FROZEN = "frozen"
    """Its value went bad: it stays as it is, marked."""
    THAWED = "thawed"
    CHANGED = "changed"
    """A limit, delay or priority was changed at run time."""
    NOTED = "noted"
    """Nothing happened to it, but its record says something else: another is the first of its group, a shelf's end was
    written by another clock, the site gave it another limit."""
    GONE = "gone"
    """The site in force no longer has it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Put aside by a person. It ends at `until_ms`; one-shot shelves also when the alarm returns.

    `until_boot` with `boot_id` is the same end by the machine's boot clock: exact over a restart of the engine, and
    not lengthened by a wall clock that is set back.
    """

    person: str
    reason: str
    since_ms: int
    until_ms: int
    one_shot: bool = False
    second: str = ""
    """Who signed second, "" if nobody had to."""
    until_boot: float = 0.0
    boot_id: str = ""


@dataclass(frozen=True, slots=True)
class OutOfService:
    """Taken out of service for maintenance; has no end of its own."""

    person: str
    reason: str
    work_order: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Override:
    """What was changed at run time; None: as the site says."""

    limit: float | None = None
    deadband: float | None = None
    on_delay_s: float | None = None
    off_delay_s: float | None = None
    priority: int | None = None
    person: str = ""
    reason: str = ""
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class AlarmStatus:
    """One alarm now. `revision` grows with every change of any alarm: followers ask for what came after.

    `occurrence` is the id of the running episode ("" in NORM without flags): it is made when the alarm is raised and
    stays through re-alarms. `count` is how often it was annunciated in this episode. Times are UTC ms; `raised_ms` is
    when the occurrence began, `since_ms` when the state was entered, `annunciated_ms` when it last sounded,
    `unacked_ms` since when somebody must acknowledge (0: nobody need), through returns and re-alarms.
    `value`, `source_ms` and `quality` are those of the sample behind the last change that a sample caused (value None:
    not known); a frozen alarm keeps value and source time and has the quality that froze it.
    `priority` and `limit` are those in force. In NORM all that belongs to an episode is empty.
    `frozen` says that the value went bad since: the state is the last one known. `suppressed` is the label of the
    suppressing rule as "zh|en" ("" when not suppressed). `first_out` marks the first of its group.
    `escalated` is how many escalation steps were taken and `escalated_to` the role of the last.
    """

    path: str
    state: AlarmState = AlarmState.NORM
    revision: int = 0
    priority: int = 4
    occurrence: str = ""
    count: int = 0
    raised_ms: int = 0
    since_ms: int = 0
    annunciated_ms: int = 0
    unacked_ms: int = 0
    source_ms: int = 0
    value: float | None = None
    limit: float | None = None
    quality: int = 0
    frozen: bool = False
    ack_by: str = ""
    ack_ms: int = 0
    ack_note: str = ""
    shelf: Shelf | None = None
    suppressed: str = ""
    suppressed_ms: int = 0
    out_of_service: OutOfService | None = None
    override: Override | None = None
    first_out: bool = False
    escalated: int = 0
    escalated_to: str = ""

    @property
    def aside(self) -> bool:
        """True while any flag keeps it out of the main list: shelved, suppressed by design or out of service."""
        return self.shelf is not None or bool(self.suppressed) or self.out_of_service is not None

    @property
    def listed(self) -> bool:
        """True when it stands in the main list."""
        return self.state is not AlarmState.NORM and not self.aside
