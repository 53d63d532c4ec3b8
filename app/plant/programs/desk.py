"""The command block of a PLC: judge each block once, count every one that arrives (docs/command-block.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.model.commands.block import BlockOut, Echo, EchoReason, EchoResult

__all__ = ["CommandDesk", "heartbeat_age_s"]

MAX_HEARTBEAT_AGE_S: Final = 5


def heartbeat_age_s(now: int, then: int) -> int:
    """Return how many counts `then` lies behind `now` on the 16-bit counter; one that lies ahead is very old."""
    return (now - then) & 0xFFFF


@dataclass(slots=True)
class CommandDesk:
    """What the PLC remembers of commands: the newest (epoch, sequence) it saw, its last answer and its counter."""

    epoch: int = 0
    sequence: int = 0
    echo: Echo = field(default_factory=lambda: Echo(0, EchoResult.NONE, EchoReason.NONE, 0))
    accepted: int = 0

    def receive(self, out: BlockOut, heartbeat: int, act: Callable[[BlockOut], EchoReason]) -> Echo:
        """Judge one block and act on it at most once. `act` carries it out and returns NONE, or says why not."""
        reason = self._judge(out, heartbeat, act)
        if reason:
            return self.reject(out.sequence, reason)
        self.accepted += 1
        return self._answer(out.sequence, EchoResult.ACCEPTED, reason)

    def reject(self, sequence: int, reason: EchoReason) -> Echo:
        """Count a block that is not carried out, and say why."""
        return self._answer(sequence, EchoResult.REJECTED, reason)

    def _answer(self, sequence: int, result: EchoResult, reason: EchoReason) -> Echo:
        self.echo = Echo(sequence, result, reason, (self.echo.writes + 1) & 0xFFFFFFFF)
        return self.echo

    def _judge(self, out: BlockOut, heartbeat: int, act: Callable[[BlockOut], EchoReason]) -> EchoReason:
        if (out.epoch, out.sequence) <= (self.epoch, self.sequence):
            return EchoReason.OLD_SEQUENCE
        # Remembered even when the block is then rejected: a repeat of a rejected block must not act either.
        self.epoch, self.sequence = out.epoch, out.sequence
        if heartbeat_age_s(heartbeat, out.heartbeat) > MAX_HEARTBEAT_AGE_S:
            return EchoReason.OLD_HEARTBEAT
        return act(out)
