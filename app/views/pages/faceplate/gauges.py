"""The faceplate's indicators: one vertical bar for each measurement of the equipment that has a scale."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.model.spec import Equipment, TagKind, TagSpec
from app.views.pages.tag_drags import drag_one
from app.views.room import Room
from app.views.state.faults import priority_at
from app.views.state.values import show
from app.views.widgets.indicator import AnalogIndicator

__all__ = ["GAUGE_ROLES", "Gauges"]

GAUGE_ROLES: Final = (
    "level", "speed", "current", "power", "winding_temp", "inflow", "position", "level_difference", "flow", "pressure",
    "h2s", "ch4", "voltage", "intensity", "cod", "nh3", "ph",
)  # fmt: skip
_SETPOINTS: Final = {"speed": "speed_sp", "level": "start_level"}
_MOST: Final = 4
_WIDTH: Final = 88.0


class Gauges(QWidget):
    """At most four indicators side by side, with their set-points."""

    def __init__(self, room: Room, equipment: Equipment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._equipment = equipment
        self._gauges: list[tuple[TagSpec, AnalogIndicator, str | None]] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for role, spec in self._scaled():
            gauge = AnalogIndicator(spec, "", self)
            gauge.setMaximumWidth(130)
            layout.addWidget(gauge)
            drag_one(room, gauge, spec.path)
            setpoint = equipment.tag(_SETPOINTS[role]) if role in _SETPOINTS else None
            self._gauges.append((spec, gauge, setpoint))
        if len(self._gauges) < _MOST:
            layout.addStretch(1)
        self.setVisible(bool(self._gauges))
        self.retranslate()

    def shown_paths(self) -> frozenset[str]:
        """Return the tags that are shown here."""
        return frozenset(spec.path for spec, _, _ in self._gauges)

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the tags that are shown here, the most telling first."""
        return tuple(spec.path for spec, _, _ in self._gauges)

    def tick(self, *, now_ms: int) -> None:
        """Bring the indicators up to date."""
        live = self._room.live
        if live is None:
            return
        for spec, gauge, setpoint in self._gauges:
            shown = show(live.get(spec.path), spec, now_ms=now_ms, language=self._room.language)
            target = math.nan
            if setpoint is not None:
                target_shown = show(
                    live.get(setpoint), live.spec(setpoint), now_ms=now_ms, language=self._room.language
                )
                target = target_shown.value if target_shown.mark.usable else math.nan
            gauge.set_shown(shown, setpoint=target, priority=priority_at(spec.path, live))

    def retranslate(self) -> None:
        """Take the room's language."""
        for spec, gauge, _ in self._gauges:
            gauge.set_caption(spec.label.get(self._room.language), self._room.language)
        lines = max((gauge.needs_lines(_WIDTH) for _, gauge, _ in self._gauges), default=1)
        for _, gauge, _ in self._gauges:
            gauge.set_lines(lines)

    def _scaled(self) -> list[tuple[str, TagSpec]]:
        live = self._room.live
        if live is None:
            return []
        found = []
        for role in GAUGE_ROLES:
            spec = live.spec(self._equipment.tag(role) or "")
            if spec is not None and spec.kind is TagKind.ANALOG and spec.high is not None:
                found.append((role, spec))
        return found[:_MOST]
