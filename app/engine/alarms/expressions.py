"""Alarms of kind EXPRESSION: what their formulas say reaches them here."""

from __future__ import annotations

import math
from typing import Final

from app.clock import Clock
from app.engine.alarms.board import Watched
from app.engine.alarms.service import Alarms
from app.engine.formulas.service import Judged
from app.engine.pipeline import Pipeline
from app.model.quality import Quality

__all__ = ["Expressions"]

_FROM_BEFORE: Final = (Quality.NOT_YET, Quality.STALE)
"""What values are after a start, until they are read."""


class Expressions:
    """On the loop."""

    def __init__(self, *, alarms: Alarms, pipeline: Pipeline, clock: Clock) -> None:
        self._alarms = alarms
        self._pipeline = pipeline
        self._clock = clock

    def tell(self, judged: Judged) -> None:
        """Let an alarm know what its formula says, if that is new. One that stands does not clear on windows that are
        not full, and is not frozen because nothing was read yet."""
        one = self._alarms.board.by_path.get(judged.path)
        if one is None or one.told == (judged.holds,):
            return
        if judged.holds is None and one.told is None and judged.quality in _FROM_BEFORE:
            return
        if judged.holds is False and not judged.full and one.alarm.status.state.active:
            return
        one.told = (judged.holds,)
        changes = one.alarm.told(
            judged.holds,
            value=self._value(one),
            source_ms=judged.source_ms,
            now=self._clock.monotonic(),
            now_ms=self._clock.now_ms(),
            quality=judged.quality,
        )
        self._alarms.after(one, changes)

    def _value(self, one: Watched) -> float | None:
        """Return the value of the tag under which the alarm stands, None if it stands under an equipment."""
        shown = self._pipeline.look(one.alarm.spec.tag) if one.alarm.spec.tag else None
        return shown[0] if shown is not None and math.isfinite(shown[0]) else None
