"""Permissives and interlocks with their live values, as a person reads them. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.model.commands.checks import Reading, holds, usable
from app.model.spec import Condition, Op, TagKind
from app.views.state.live import LiveValues
from app.views.state.values import Shown, number_text, show

__all__ = ["Judged", "judge"]

_SIGNS = {Op.EQ: "=", Op.NE: "≠", Op.LT: "<", Op.LE: "≤", Op.GT: ">", Op.GE: "≥"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition now. `met` is None when its value cannot be trusted."""

    label: str
    shown: Shown
    limit: str
    met: bool | None


def judge(
    conditions: tuple[Condition, ...],
    live: LiveValues,
    read: Callable[[str], Reading | None],
    *,
    now_ms: int,
    language: str,
) -> tuple[Judged, ...]:
    """Return the conditions with live value, limit and whether they hold."""
    return tuple(_judge(c, live, read, now_ms, language) for c in conditions)


def _judge(
    condition: Condition, live: LiveValues, read: Callable[[str], Reading | None], now_ms: int, language: str
) -> Judged:
    spec, reading = live.spec(condition.tag), read(condition.tag)
    shown = show(live.get(condition.tag), spec, now_ms=now_ms, language=language)
    met = holds(condition, reading.value) if reading is not None and usable(reading) else None
    limit = ""
    if spec is not None and spec.kind in (TagKind.ANALOG, TagKind.COUNTER):
        limit = f"{_SIGNS[condition.op]} {number_text(condition.value, spec.decimals)}"
    return Judged(condition.label.get(language), shown, limit, met)
