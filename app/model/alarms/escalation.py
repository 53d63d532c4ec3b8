"""Escalation on screen: an alarm that nobody acknowledges becomes the business of the next role too."""

from __future__ import annotations

from app.model.alarms.spec import EscalationStep
from app.model.alarms.timing import NEVER

__all__ = ["level_at", "next_at", "steps_of"]


def steps_of(steps: tuple[EscalationStep, ...], priority: int) -> tuple[EscalationStep, ...]:
    """Return the steps of one priority, earliest first."""
    return tuple(sorted((s for s in steps if s.priority == priority), key=lambda s: s.after_s))


def level_at(steps: tuple[EscalationStep, ...], since: float, now: float) -> int:
    """Return how many of the steps (earliest first) are due for an alarm unacknowledged since `since`."""
    return sum(1 for s in steps if now >= since + s.after_s)


def next_at(steps: tuple[EscalationStep, ...], level: int, since: float) -> float:
    """Return when the step beyond `level` is due; never when there is none."""
    return since + steps[level].after_s if level < len(steps) else NEVER
