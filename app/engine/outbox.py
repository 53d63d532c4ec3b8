"""What the next commit carries besides frames: answers, journal lines, rows of equipment and alarms, texts, lines of
the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.clock import Clock
from app.model.alarms.status import AlarmStatus
from app.model.records import (
    CommandState,
    CommLine,
    EquipmentStatus,
    InternedText,
    Journal,
    JournalEntry,
    Person,
    RawMessage,
    Reason,
    Request,
    Result,
    Substitute,
)
from app.storage.contract import FrameRow, Tick

__all__ = ["Asked", "Outbox", "reasons_to_json"]

LINES_PER_TICK: Final = 200
"""Communication lines and unreadable messages taken per tick; a device that floods us loses the rest, not the store."""

LONGEST_NAME: Final = 200

NO_ONE: Final = Person("", "", "", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the engine found it. `person` is who holds the session now, with the rights of now (None: nobody, or
    the signature does not fit: `forged`); `second` is a second signer whose signature counts; `age_s` is the request's
    age by the store's clock at the monotonic time `at`."""

    request: Request
    person: Person | None
    age_s: float
    at: float
    second: Person | None = None
    forged: bool = False

    @property
    def by(self) -> Person:
        """Who surely asks; nobody, at the place that the request names, when no open session vouches for it."""
        return self.person or Person("", "", "", self.request.person.workstation[:LONGEST_NAME])

    @property
    def says(self) -> dict[str, str]:
        """What a request says of its asker that nothing vouches for; empty for one that was vouched for."""
        if self.person is not None:
            return {}
        person = self.request.person
        return {"says": person.name[:LONGEST_NAME], "session": person.session[:LONGEST_NAME]}

    def age(self, now: float) -> float:
        """Return the age at the monotonic time `now`, in seconds; one from the future counts as new, never as younger:
        how long a command may wait must not grow when a clock is set back."""
        return max(0.0, self.age_s) + (now - self.at)


class Outbox:
    """Collects on the loop; `take` empties it into a tick. Order of answers and journal lines is kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._claims: dict[str, None] = {}
        self._results: list[Result] = []
        self._journal: list[JournalEntry] = []
        self._equipment: dict[str, EquipmentStatus] = {}
        self._alarms: dict[str, AlarmStatus] = {}
        self._substitutes: tuple[Substitute, ...] | None = None
        self._comm: list[CommLine] = []
        self._raw: list[RawMessage] = []
        self._texts: list[InternedText] = []
        self.left_out = 0
        """Communication lines and unreadable messages left out since the start: `engine/log_left_out`."""
        self.where: Callable[[str], tuple[str, ...]] | None = None
        """The areas of a path by the site in force: a line without an area of its own belongs to the first."""

    @property
    def empty(self) -> bool:
        """True when nothing was collected that somebody waits for."""
        return not (self._claims or self._results or self._journal or self._equipment or self._alarms)

    def claim(self, request_id: str) -> None:
        """Take a request for the first and only time."""
        self._claims[request_id] = None

    def answer(
        self,
        request_id: str,
        state: CommandState,
        reasons: Sequence[Reason] = (),
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Append one step of a request."""
        self._results.append(
            Result(0, request_id, self._clock.now_ms(), state, tuple(reasons), dict(detail) if detail else {})
        )

    def journal(
        self,
        journal: Journal,
        kind: str,
        what: str,
        detail: Mapping[str, Any],
        *,
        by: Person | None = None,
        area: str = "",
        priority: int = 0,
        at_ms: int | None = None,
    ) -> None:
        """Append a line to a chained journal; `at_ms` None: it happened now."""
        person = by or NO_ONE
        when = self._clock.now_ms() if at_ms is None else at_ms
        if not area and what and self.where is not None:
            area = next(iter(self.where(what)), "")
        self._journal.append(
            JournalEntry(journal, kind, when, what, person.name, person.workstation, dict(detail), area, priority)
        )

    def event(self, kind: str, what: str, **detail: Any) -> None:
        """Append a line to the journal of events."""
        self.journal(Journal.EVENTS, kind, what, detail)

    def equipment(self, status: EquipmentStatus) -> None:
        """Replace the row of an equipment."""
        self._equipment[status.path] = status

    def alarm(self, status: AlarmStatus) -> None:
        """Replace the row of an alarm: one row for a tick, however often it changed."""
        self._alarms[status.path] = status

    def substitutes(self, substitutes: Sequence[Substitute]) -> None:
        """Replace the list of manual values."""
        self._substitutes = tuple(substitutes)

    def text(self, text: InternedText) -> None:
        """Make a new text known, in the same commit as the frame that first speaks of it."""
        self._texts.append(text)

    def comm(self, device: str, kind: str, text: str, raw: bytes = b"") -> None:
        """Append a line to the communication log."""
        if len(self._comm) < LINES_PER_TICK:
            self._comm.append(CommLine(self._clock.now_ms(), device, kind, text, raw))
        else:
            self.left_out += 1

    def raw(self, device: str, reason: str, data: bytes) -> None:
        """Keep bytes that could not be read."""
        if len(self._raw) < LINES_PER_TICK:
            self._raw.append(RawMessage(self._clock.now_ms(), device, reason, data))
        else:
            self.left_out += 1

    def take(self, frames: tuple[FrameRow, ...], *, prune_before_ms: int | None = None) -> Tick:
        """Return a tick with everything collected and these frames, and start afresh."""
        tick = Tick(
            frames=frames,
            claims=tuple(self._claims),
            results=tuple(self._results),
            journal=tuple(self._journal),
            equipment=tuple(self._equipment.values()),
            alarms=tuple(self._alarms.values()),
            substitutes=self._substitutes,
            comm=tuple(self._comm),
            raw=tuple(self._raw),
            texts=tuple(self._texts),
            prune_before_ms=prune_before_ms,
        )
        self._claims, self._results, self._journal, self._equipment = {}, [], [], {}
        self._alarms, self._substitutes, self._comm, self._raw, self._texts = {}, None, [], [], []
        return tick


def reasons_to_json(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Return reasons as plain values, for a journal."""
    return [{"check": str(r.check), "params": dict(r.params), "blocking": r.blocking} for r in reasons]
