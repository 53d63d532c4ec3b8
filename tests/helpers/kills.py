"""Kills an engine in a chosen phase of a command, brings it back, and judges by room, store and PLC."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.model.records import CommandState, RequestKind
from tests.helpers.house import House, Operator, until
from tests.helpers.witness import Witness

__all__ = ["IDLE", "PHASES", "Kill", "Killer"]

IDLE = "idle"
PHASES = (
    IDLE,
    *(s.value for s in (CommandState.SELECTED, CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING)),
)
IN_FLIGHT = (CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING)
PUMP, PLC = "ps01/pump1", "plc-ps01"
SLOW_S = 0.35
"""The PLC answers so late that every phase of a command can be hit, and early enough that its values stay good."""
WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Kill:
    """What one kill showed. `phase` is the newest durable step at the kill; times in seconds after it."""

    phase: str
    grey_s: float
    sound_s: float
    fresh_s: dict[str, float]
    writes: int
    sent_before: int
    sent_after: int
    after: tuple[str, ...]


class Killer:
    """Runs one engine after the other in one house, with a room that watches."""

    def __init__(self, house: House, witness: Witness) -> None:
        self._house = house
        self._witness = witness
        self.engine, self.observer = house.live_engine()
        self._operator: Operator = house.operator("killer")
        house.control.fault("slow", PLC, delay_s=SLOW_S)
        assert until(lambda: witness.newest(values=True, silent=False) is not None, timeout_s=WAIT_S), witness.log()

    def kill(self, wanted: str) -> Kill:
        """Kill the engine when a command has reached `wanted`; return what happened."""
        before = sum(self._house.writes().values())
        request = self._bring_to(wanted)
        killed_ms = time.time_ns() // 1_000_000
        self.engine.kill()
        states = self._states(request)
        phase = states[-1] if states else IDLE
        self._house.remove(self.engine)
        # Not at once: an engine that is back within a second was never silent.
        assert until(lambda: self._witness.heard_after(killed_ms) is not None, timeout_s=WAIT_S), self._witness.log()
        assert until(lambda: self._witness.newest(silent=True, grey=True) is not None, timeout_s=WAIT_S)
        self.engine = self._house.start_engine()
        fresh = self._fresh(killed_ms)
        assert until(lambda: self._witness.newest(values=True, silent=False) is not None, timeout_s=WAIT_S)
        after = self._states(request)
        return Kill(
            phase=phase,
            grey_s=self._since(killed_ms, self._witness.first_after(killed_ms, lambda t: bool(t.get("grey")))),
            sound_s=self._since(killed_ms, self._witness.heard_after(killed_ms)),
            fresh_s=fresh,
            writes=sum(self._house.writes().values()) - before,
            sent_before=states.count(CommandState.SENT),
            sent_after=after.count(CommandState.SENT),
            after=after[len(states) :],
        )

    def _bring_to(self, wanted: str) -> str:
        """Ask for a command and wait for the phase; return the id of the request that is in it, "" when idle."""
        if wanted == IDLE:
            return ""
        if wanted == CommandState.SELECTED:
            return self._select()
        request = ""

        def taken() -> bool:
            nonlocal request
            request = self._operate(wanted)
            results = self._operator.results(request)
            refused = {r.check for r in results[-1].reasons} if results[-1].state is CommandState.REFUSED else set()
            assert not refused or "heartbeat" in refused, results
            return not refused

        # A new engine that has not read the PLC's counter yet refuses by that name: ask again.
        assert until(taken, timeout_s=WAIT_S, pause_s=0.5), self._operator.results(request)
        return request

    def _operate(self, wanted: str) -> str:
        """Ask for the command with a selection of now; return its id when it is in the phase wanted, or over."""
        self._select()
        payload = {"equipment": PUMP, "verb": "auto", "value": None, "expect": "any", "reason": "kill"}
        request = self._operator.ask(RequestKind.OPERATE, **payload)
        reached = self._operator.wait(
            request, CommandState(wanted), CommandState.REFUSED, CommandState.FAILED, CommandState.DONE
        )
        assert reached is not CommandState.FAILED, self._operator.results(request)
        return request

    def _select(self) -> str:
        """Select the pump, as soon as the engine has found out what became of the command before. A stop may go past
        it earlier, but here each command is to be judged by itself."""
        asked = ""
        assert until(lambda: not self._under_way(), timeout_s=WAIT_S), self._house.last_words()

        def selected() -> bool:
            nonlocal asked
            asked = self._operator.ask(RequestKind.SELECT, equipment=PUMP)
            return self._operator.wait(asked) is CommandState.SELECTED

        assert until(selected, timeout_s=WAIT_S, pause_s=0.5), (self._operator.results(asked), self._house.last_words())
        return asked

    def _under_way(self) -> bool:
        rows = {row.path: row for row in self._operator.equipment()}
        return PUMP in rows and rows[PUMP].state in (*IN_FLIGHT, CommandState.UNKNOWN)

    def _states(self, request: str) -> tuple[str, ...]:
        return tuple(r.state.value for r in self._operator.results(request)) if request else ()

    def _fresh(self, killed_ms: int) -> dict[str, float]:
        """Return for each device how long after the kill its first value received by the new engine reached us."""
        devices = [d.id for d in self._house.stage.site.devices]
        found: dict[str, float] = {}

        def all_fresh() -> bool:
            for device in devices:
                last_good = self.observer.value(f"dev/{device}/last_good")
                if device not in found and last_good > killed_ms:
                    found[device] = time.time() - killed_ms / 1000
            return len(found) == len(devices)

        assert self.observer.until(all_fresh, timeout_s=WAIT_S), (found, self._house.last_words())
        return found

    @staticmethod
    def _since(killed_ms: int, at_ms: int | None) -> float:
        return float("inf") if at_ms is None else (at_ms - killed_ms) / 1000


def faults_of(kills: Sequence[Kill]) -> list[str]:
    """Return one sentence for each rule that a kill broke; how long things took is judged by `make prove` alone."""
    faults = []
    for kill in kills:
        commanded = kill.phase not in (IDLE, CommandState.SELECTED)
        if kill.writes > (1 if commanded else 0):
            faults.append(f"{kill.phase}: the PLC saw {kill.writes} writes")
        if kill.sent_after != kill.sent_before:
            faults.append(f"{kill.phase}: sent again after the restart")
        if kill.phase in IN_FLIGHT and CommandState.UNKNOWN not in kill.after:
            faults.append(f"{kill.phase}: not unknown after the restart but {kill.after}")
        if kill.grey_s == float("inf") or kill.sound_s == float("inf"):
            faults.append(f"{kill.phase}: the room did not grey or sound")
    return faults
