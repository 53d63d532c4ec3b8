"""Select before operate, as the room sees it: one flow per equipment, fed with results, status and time. No Qt.

    IDLE -select-> SELECTING -granted-> CONFIRMING -confirm-> OPERATING -final result-> OVER
    SELECTING: refused (names the holder) | no answer -> OVER
    CONFIRMING: cancel -> IDLE · expiry, or the selection was lost -> OVER

The flow sends nothing itself: its owner asks the room and tells it the request's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.records import CommandState, EquipmentStatus, Reason, Result

__all__ = ["CommandFlow", "Phase", "Step"]

ANSWER_LIMIT_MS: Final = 5_000
"""An engine that has not answered a selection by then is not going to."""
SELECTION_MS: Final = 30_000
"""How long the engine grants a selection, used until its status says the exact end."""
SKEW_MS: Final = ANSWER_LIMIT_MS
"""An answer that is told for a time further than this from its question comes by another clock: the engine may run on
another machine, and what it says of ends is then reckoned from the answer."""


class Phase(StrEnum):
    """Where the person stands."""

    IDLE = "idle"
    SELECTING = "selecting"
    CONFIRMING = "confirming"
    OPERATING = "operating"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the command as the engine told it."""

    state: CommandState
    at_ms: int
    reasons: tuple[Reason, ...] = ()


class CommandFlow:
    """One command from the pressed verb to its end. `outcome` is set in OVER: a `CommandState` value, or `taken`
    (somebody else holds the selection), `no_answer` (the engine is silent)."""

    def __init__(self, equipment: str, session: str) -> None:
        self.equipment = equipment
        self.phase = Phase.IDLE
        self.verb = ""
        self.expect = ""
        self.value: float | None = None
        self.outcome = ""
        self.reasons: tuple[Reason, ...] = ()
        self.steps: tuple[Step, ...] = ()
        self.until_ms = 0
        self._session = session
        self._ahead_ms = 0
        """This workstation's clock minus the engine's, as far as it matters."""
        self._request = ""
        self._asked_ms = 0
        self._seen_mine = False

    def select(self, verb: str, expect: str, *, request_id: str, now_ms: int) -> None:
        """Note that a selection for `verb` was asked, with the equipment in state `expect`."""
        self.phase, self.verb, self.expect, self.value = Phase.SELECTING, verb, expect, None
        self.outcome, self.reasons, self.steps = "", (), ()
        self.until_ms, self._request, self._asked_ms, self._seen_mine = 0, request_id, now_ms, False
        self._ahead_ms = 0

    def operate(self, value: float | None, *, request_id: str, now_ms: int) -> None:
        """Note that the command was confirmed and asked."""
        self.phase, self.value = Phase.OPERATING, value
        self._request, self._asked_ms = request_id, now_ms

    def belong_to(self, session: str) -> bool:
        """Another session sits here now. A selection of the one before ends with it; return True when one did."""
        if session == self._session:
            return False
        self._session = session
        if self.phase in (Phase.SELECTING, Phase.CONFIRMING):
            self.stop()
            return True
        return False

    def stop(self) -> None:
        """Go back to the start: cancelled by the person, or the end was read."""
        self.phase, self.outcome, self.reasons, self.steps = Phase.IDLE, "", (), ()
        self._request, self.until_ms = "", 0

    def take(self, result: Result) -> bool:
        """Take a result of any request; return True when something changed."""
        if not self._request or result.request_id != self._request or self.phase is Phase.IDLE:
            return False
        if self.phase is Phase.OPERATING or (self.phase is Phase.OVER and self.steps):
            return self._progress(result)
        if self.phase is Phase.SELECTING and result.state is CommandState.SELECTED:
            self.phase, self.reasons = Phase.CONFIRMING, result.reasons
            ahead = self._asked_ms - result.at_ms
            self._ahead_ms = ahead if abs(ahead) > SKEW_MS else 0
            self.until_ms = max(self.until_ms, result.at_ms + SELECTION_MS) + self._ahead_ms
            return True
        if result.state.final and result.state is not CommandState.SELECTED:
            self._end(str(result.state), result.reasons)
            return True
        return False

    def take_status(self, status: EquipmentStatus) -> bool:
        """Take the equipment's row: the exact end of the selection, or its loss."""
        if status.path != self.equipment or self.phase not in (Phase.SELECTING, Phase.CONFIRMING):
            return False
        if status.selected_session == self._session:
            until_ms = status.selected_until_ms + self._ahead_ms
            changed = self.until_ms != until_ms
            self._seen_mine, self.until_ms = True, until_ms
            return changed
        if self.phase is Phase.CONFIRMING and self._seen_mine:
            holder = status.selected_by
            reason = Reason("selection", {"holder": holder, "until_ms": status.selected_until_ms})
            self._end("taken" if holder else str(CommandState.EXPIRED), (reason,) if holder else ())
            return True
        return False

    def tick(self, now_ms: int) -> bool:
        """Let time act; return True when something changed. The countdown itself is `left_s`."""
        if self.phase is Phase.CONFIRMING and self.until_ms and now_ms >= self.until_ms:
            self._end(str(CommandState.EXPIRED), ())
            return True
        if self.phase is Phase.SELECTING and now_ms - self._asked_ms > ANSWER_LIMIT_MS:
            self._end("no_answer", ())
            return True
        if self.phase is Phase.OPERATING and not self.steps and now_ms - self._asked_ms > ANSWER_LIMIT_MS + 1_000:
            # The request expired unseen; should the engine answer yet, `take` still shows it.
            self.outcome = "no_answer"
            self.phase = Phase.OVER
            self.steps = ()
            return True
        return False

    def left_s(self, now_ms: int) -> float:
        """Return the seconds that the selection lasts."""
        return max(0.0, (self.until_ms - now_ms) / 1000.0)

    def _progress(self, result: Result) -> bool:
        self.steps = (*self.steps, Step(result.state, result.at_ms, result.reasons))
        if result.state.final and result.state not in (CommandState.ACCEPTED, CommandState.SELECTED):
            self._end(str(result.state), result.reasons)
        return True

    def _end(self, outcome: str, reasons: tuple[Reason, ...]) -> None:
        self.phase, self.outcome, self.reasons = Phase.OVER, outcome, reasons
