"""Keeps the lines of a trend fed: asks history when the picture needs it, cancels what nobody wants any more.

While a hand moves the picture, the old curves stay, scaled. 150 ms after it left what was read the past is read anew;
a hand that meanwhile leaves what would be read too is waited for until it rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.model.quality import Quality
from app.series.samples import Curve, Gap
from app.views.gateway.door import Ticket
from app.views.gateway.trend_reads import Curves, read_curves
from app.views.room import Room
from app.views.state.trend_asks import Part, Wanted, parts_of, still_does, wanted_for
from app.views.state.trend_line import TrendLine

__all__ = ["TrendReads"]

REST_MS: Final = 150
RETRY_S: Final = 15.0
"""After what could not be read, it is tried again by itself."""


class TrendReads(QObject):
    """`trouble` is why the past cannot be read, "" while it can; `late` counts pens that were not read in time."""

    changed = Signal()
    """Lines have new data."""
    began = Signal(object)
    """Wanted: a time is read anew. Whoever reads beside (marks) reads the same."""

    def __init__(self, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._room = room
        self._lines: tuple[TrendLine, ...] = ()
        self._asked: Wanted | None = None
        self._pending: Wanted | None = None
        self._tickets: list[Ticket] = []
        self._asked_lines: set[int] = set()
        self._awaited: set[int] = set()
        self._todo = self._done = 0
        self.gaps: tuple[Gap, ...] = ()
        self.trouble = ""
        self._failed_s = 0.0
        self.late = 0
        room.engine_silent_changed.connect(self._silence)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._fire)

    @property
    def progress(self) -> float:
        """Return which part of what was asked is there."""
        return self._done / self._todo if self._todo else 1.0

    @property
    def idle(self) -> bool:
        """Return True when nothing is asked and nothing is about to be."""
        return self._pending is None and self._done == self._todo

    def awaits(self, line: TrendLine) -> bool:
        """Return True while history has not answered for a line about the time that is wanted."""
        return self._pending is not None or (self._done < self._todo and id(line) in self._awaited)

    def look(
        self, lines: Sequence[TrendLine], start_ms: int, end_ms: int, width_px: int, *, following: bool, rests: bool
    ) -> None:
        """Ask for what the picture needs. `rests`: at once, no hand moves it."""
        self._lines = tuple(lines)
        tail = max((line.tail_length for line in lines), default=0)
        if not lines:
            self.cancel()
            return
        if self.trouble and self.idle and self._room.monotonic() - self._failed_s >= RETRY_S:
            self.again()
            return
        asked = self._pending or self._asked
        if still_does(asked, start_ms, end_ms, width_px, tail=tail if self.idle else 0):
            if self._pending is None:
                self._ask_new()
            return
        self._pending = wanted_for(start_ms, end_ms, width_px, following=following)
        if rests or self._asked is None:
            self._fire()
        else:
            self._rest.start()

    def again(self) -> None:
        """Read anew whatever was read: it is not right any more, or was not read whole."""
        self._pending, self._asked = self._asked, None
        if self._pending is not None:
            self._fire()

    def forget(self) -> None:
        """Another instant is shown: nothing that was asked is wanted."""
        self.cancel()
        self._asked = None
        self.gaps = ()
        for line in self._lines:
            line.forget()

    def cancel(self) -> None:
        """Want nothing that is under way."""
        self._rest.stop()
        self._pending = None
        for ticket in self._tickets:
            ticket.cancel()
        self._tickets.clear()
        self._awaited.clear()
        if self._done < self._todo:
            self._asked = None
        self._todo = self._done = 0

    @Slot()
    def _fire(self) -> None:
        wanted = self._pending
        if wanted is None:
            return
        self.cancel()
        self._asked, self.late = wanted, 0
        self._asked_lines = {id(line) for line in self._lines}
        self._ask(parts_of([line.shift_ms for line in self._lines]))
        self.began.emit(wanted)

    def _ask_new(self) -> None:
        """Ask for pens that came since, for the time that the others have."""
        known = [i for i, line in enumerate(self._lines) if id(line) in self._asked_lines]
        if len(known) < len(self._lines):
            self._asked_lines |= {id(line) for line in self._lines}
            self._ask(parts_of([line.shift_ms for line in self._lines], skip=known))

    def _ask(self, parts: Sequence[Part]) -> None:
        wanted = self._asked
        assert wanted is not None
        if self._done == self._todo:
            self._todo = self._done = 0
        self._todo += len(parts)
        for part in parts:
            lines = tuple(self._lines[i] for i in part.places)
            self._awaited |= {id(line) for line in lines}
            end = min(wanted.end_ms, self._room.shown_ms() + 1) if self._room.past is not None else wanted.end_ms
            work = read_curves(
                [line.number for line in lines], wanted.start_ms - part.shift_ms, end - part.shift_ms, wanted.points
            )
            done = partial(self._came, lines, part.shift_ms)
            self._tickets.append(self._room.history(work, done, self._failed))
        self.changed.emit()

    def _came(self, lines: tuple[TrendLine, ...], shift_ms: int, curves: Curves) -> None:
        self._done += 1
        self.trouble = ""
        self.late += len(lines) - len(curves.curves)
        self._awaited -= {id(line) for line in lines}
        for line, curve in zip(lines, curves.curves, strict=False):
            line.take(curve, live=self._live(line, curve, curves.gaps), now_ms=self._room.shown_ms())
        if shift_ms == 0:
            self.gaps = curves.gaps
        self._settle()

    def _live(self, line: TrendLine, curve: Curve, gaps: tuple[Gap, ...]) -> tuple[float, float, int] | None:
        """Return the newest value of a line's tag, if it holds now; behind a gap it holds from the gap's end."""
        live = self._room.live
        if live is None or self._room.engine_silent or line.shift_ms:
            return None
        value = live.get(line.tag)
        later = self._room.past is not None and value.source_ms > self._room.shown_ms()
        if later or value.quality == Quality.NOT_YET:
            return None
        end = int(curve.end_ms[-1]) if len(curve) else 0
        back = max((gap.end_ms for gap in gaps if gap.end_ms > end), default=0)
        return float(max(value.source_ms, back)), value.value, value.quality

    @Slot(bool)
    def _silence(self, silent: bool) -> None:
        """An engine that is back was away: what came live before it does not hold until what comes now."""
        if not silent:
            for line in self._lines:
                line.forget_tail()
            self.again()

    def _failed(self, sentence: str) -> None:
        self._done += 1
        self.trouble, self._failed_s = sentence, self._room.monotonic()
        self._settle()

    def _settle(self) -> None:
        if self._done >= self._todo:
            self._tickets.clear()
        self.changed.emit()
