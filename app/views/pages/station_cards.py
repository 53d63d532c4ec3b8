"""The row of headline cards: level, time to overflow, the site's other headline values, pumps."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.model.spec import Equipment, Facility, TagSpec
from app.views import theme
from app.views.pages.station_words import caption_of
from app.views.pages.tag_drags import drag_one
from app.views.room import Room
from app.views.state.overflow import Outlook, ahead_text
from app.views.state.scale import Scale, scale_of, zone_of
from app.views.state.station import Pumps, equipment_of
from app.views.state.traces import Traces
from app.views.state.values import Mark, Shown, mark_of, number_text
from app.views.widgets.headline import CardContent, HeadlineCard
from app.views.widgets.sparkline import spark_of

__all__ = ["HeadlineRow"]

_SPARK_STEP_MS: Final = 5_000
_MOST: Final = 4


class HeadlineRow(QWidget):
    """Cards of one station. `traces` is kept by the page."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._facility: Facility | None = None
        self._tags: list[tuple[Equipment, str, TagSpec, HeadlineCard]] = []
        self._sparks: dict[str, tuple[int, tuple[tuple[tuple[float, float], ...], ...]]] = {}
        self._scales: dict[str, Scale] = {}
        self._overflow: HeadlineCard | None = None
        self._pumps: HeadlineCard | None = None
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.GAP)

    def cards(self) -> dict[str, HeadlineCard]:
        """Return the cards by tag path, and `overflow` and `pumps`."""
        found = {spec.path: card for _, _, spec, card in self._tags}
        extra = (("overflow", self._overflow), ("pumps", self._pumps))
        return found | {name: card for name, card in extra if card is not None}

    def set_station(self, facility: Facility | None) -> None:
        """Make cards for a station."""
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._facility, self._tags, self._overflow, self._pumps = facility, [], None, None
        self._sparks.clear()
        self._scales.clear()
        live = self._room.live
        if facility is None or live is None:
            return
        owners = {path: (e, role) for e in equipment_of(live.site, facility) for role, path in e.tags}
        for path in facility.headline[:_MOST]:
            spec = live.spec(path)
            if spec is not None and path in owners:
                card = self._add()
                drag_one(self._room, card, path)
                self._tags.append((*owners[path], spec, card))
                self._scales[path] = scale_of(spec)
                if path == facility.level and facility.overflow_level is not None:
                    self._overflow = self._add()
        self._pumps = self._add()

    def tick(self, traces: Traces, ahead: Outlook | None, moves: str, pumps: Pumps, *, now_ms: int) -> None:
        """Bring every card up to date. `ahead` is what is to be expected of the well, `moves` how its level moves."""
        for equipment, role, spec, card in self._tags:
            card.set_content(self._value(equipment, role, spec, traces, now_ms))
        if self._overflow is not None:
            self._overflow.set_content(self._time_to_overflow(ahead, moves, pumps))
        if self._pumps is not None:
            self._pumps.set_content(self._pump_counts(pumps))

    def _add(self) -> HeadlineCard:
        card = HeadlineCard(self)
        self._layout.addWidget(card)
        return card

    def _value(self, equipment: Equipment, role: str, spec: TagSpec, traces: Traces, now_ms: int) -> CardContent:
        live, language = self._room.live, self._room.language
        assert live is not None
        shown = live.showing.of(spec.path, now_ms=now_ms, language=language)
        zone = zone_of(shown.value, spec) if shown.mark.usable else ""
        return CardContent(
            caption=caption_of(equipment, role, spec, language),
            shown=shown,
            scale=self._scales[spec.path],
            zone=zone,
            spark=self._spark(spec, traces, now_ms),
            span=f"{traces.shown_s(now_ms) / 60:.0f} min",
            priority=self._room.book.tally(spec.path).worst,
        )

    def _spark(self, spec: TagSpec, traces: Traces, now_ms: int) -> tuple[tuple[tuple[float, float], ...], ...]:
        """A sparkline moves every five seconds: it has sixty points over a quarter of an hour."""
        slot = (now_ms // _SPARK_STEP_MS) * 100 + traces.seeds % 100
        kept = self._sparks.get(spec.path)
        if kept is not None and kept[0] == slot:
            return kept[1]
        span = 1.0 if spec.low is None or spec.high is None else spec.high - spec.low
        times, values = traces.series(spec.path)
        spark = spark_of(times, values, now_ms=now_ms, seconds=traces.shown_s(now_ms), least=span * 0.02)
        self._sparks[spec.path] = (slot, spark)
        return spark

    def _time_to_overflow(self, ahead: Outlook | None, moves: str, pumps: Pumps) -> CardContent:
        """The clock stands while the overview lists it; with pumps in reserve the time is plain grey and says so."""
        live, facility = self._room.live, self._facility
        assert live is not None and facility is not None and facility.level is not None
        caption = self.tr("Time to overflow")
        mark = mark_of(live.get(facility.level).quality)
        if not mark.usable or math.isnan(live.get(facility.level).value):
            lost = Mark.LOST if live.engine_silent else Mark.PLAIN
            return CardContent(caption, Shown("—", mark=lost), note=self.tr("Level not known"))
        if ahead is None:
            return CardContent(caption, Shown("—"), note=moves or self.tr("Level does not rise"), quiet=True)
        if ahead.seconds <= 0:
            return CardContent(caption, Shown("0", "min"), note=self.tr("Overflow level reached"), outlook=True)
        reserve = self.tr("{} in reserve", "pumps").format(pumps.spare) if ahead.reserve else ""
        note = " · ".join(part for part in (moves, reserve) if part)
        shown = Shown(*ahead_text(ahead.seconds))
        return CardContent(caption, shown, note=note, outlook=ahead.priority > 0, quiet=ahead.reserve)

    def _power(self) -> str:
        """Return what all pumps draw together; "" when the power of one of them is not known."""
        live, facility = self._room.live, self._facility
        if live is None or facility is None:
            return ""
        pumps = [e for e in equipment_of(live.site, facility) if e.symbol == "pump"]
        found = [live.get(path) for e in pumps if (path := e.tag("power")) is not None]
        if not found or len(found) < len(pumps) or not all(mark_of(v.quality).usable for v in found):
            return ""
        return f"{number_text(math.fsum(v.value for v in found), 1)} kW"

    def _pump_counts(self, pumps: Pumps) -> CardContent:
        live = self._room.live
        silent = live is None or live.engine_silent
        parts = [self.tr("{} available").format(pumps.available)]
        power = self._power()
        if power:
            parts.append(power)
        if pumps.tripped:
            parts.append(self.tr("{} tripped").format(pumps.tripped))
        if pumps.unknown:
            parts.append(self.tr("{} unknown").format(pumps.unknown))
        shown = Shown(str(pumps.running), f"/ {pumps.total}", Mark.LOST if silent else Mark.PLAIN)
        if pumps.unknown == pumps.total and pumps.total:
            shown = Shown("????", mark=Mark.LOST if silent else Mark.BAD)
        return CardContent(self.tr("Pumps running"), shown, note=" · ".join(parts), priority=self._worst_pump())

    def _worst_pump(self) -> int:
        """Return the highest priority among the alarms of the pumps, 0 for none."""
        live, book = self._room.live, self._room.book
        if live is None or self._facility is None:
            return 0
        pumps = (e for e in equipment_of(live.site, self._facility) if e.symbol == "pump")
        return min((p for e in pumps if (p := book.tally(e.path).worst)), default=0)
