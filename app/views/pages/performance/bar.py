"""Which period the figures are of."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDateTime, QTimeZone, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QDateTimeEdit, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.model.terms import Label
from app.views import theme
from app.views.room import Room
from app.views.state.zone_time import zone_text
from app.views.widgets.action_button import ActionButton

__all__ = ["CUSTOM", "PERIODS", "PeriodBar"]

_HOUR_MS: Final = 3_600_000
PERIODS: Final[dict[str, tuple[int, Label]]] = {
    "8h": (8 * _HOUR_MS, Label("8 小时", "8 h")),
    "24h": (24 * _HOUR_MS, Label("24 小时", "24 h")),
    "7d": (7 * 24 * _HOUR_MS, Label("7 天", "7 days")),
    "30d": (30 * 24 * _HOUR_MS, Label("30 天", "30 days")),
}
CUSTOM: Final = "custom"
_CUSTOM: Final = Label("自定义", "From … to …")
_KEPT: Final = "performance_period"
_HIGH: Final = 34


class PeriodBar(QWidget):
    """The choice is kept at this workstation."""

    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.buttons = {name: ActionButton(self, height=_HIGH) for name in (*PERIODS, CUSTOM)}
        self._group = QButtonGroup(self)
        self.start, self.end = QDateTimeEdit(self), QDateTimeEdit(self)
        self.go = ActionButton(self, height=_HIGH)
        self.zone = QLabel(self)
        self.side = QHBoxLayout()
        self._lay_out()
        kept = room.preferences.get(_KEPT, "24h")
        self.buttons[kept if kept in PERIODS else "24h"].setChecked(True)
        for button in self.buttons.values():
            button.clicked.connect(self._chosen)
        self.go.clicked.connect(self._ask)
        self.site_changed()
        now = room.now_ms()
        self.start.setDateTime(QDateTime.fromMSecsSinceEpoch(now - 24 * _HOUR_MS, self.start.timeZone()))
        self.end.setDateTime(QDateTime.fromMSecsSinceEpoch(now, self.end.timeZone()))
        self._show_times()

    @property
    def chosen(self) -> str:
        """Return the period's name."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    @property
    def live(self) -> bool:
        """Return whether the period ends now."""
        return self.chosen != CUSTOM

    def span(self) -> tuple[int, int]:
        """Return start and end, UTC ms."""
        if self.live:
            now = self._room.now_ms()
            return now - PERIODS[self.chosen][0], now
        start, end = self.start.dateTime().toMSecsSinceEpoch(), self.end.dateTime().toMSecsSinceEpoch()
        return min(start, end), max(start, end, start + 60_000)

    def choose(self, name: str) -> None:
        """Take another period."""
        self.buttons[name].click()

    def site_changed(self) -> None:
        """Take the zone of the site in force."""
        zone = self._room.present.applied.site.timezone if self._room.present.applied is not None else "UTC"
        for edit in (self.start, self.end):
            edit.setTimeZone(QTimeZone(zone.encode()))
        self.zone.setText(zone_text(self._room.now_ms(), zone))

    def retranslate(self) -> None:
        """Take the room's language."""
        language = self._room.language
        for name, (_, label) in PERIODS.items():
            self.buttons[name].setText(label.get(language))
        self.buttons[CUSTOM].setText(_CUSTOM.get(language))
        self.go.setText(self.tr("Show"))
        self.start.setAccessibleName(self.tr("From"))
        self.end.setAccessibleName(self.tr("To"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        self.side.setSpacing(theme.GAP)
        for name, button in self.buttons.items():
            button.setObjectName(f"period-{name}")
            button.setCheckable(True)
            button.setMinimumWidth(96)
            self._group.addButton(button)
            row.addWidget(button)
        for edit in (self.start, self.end):
            edit.setDisplayFormat("yyyy-MM-dd HH:mm")
            edit.setCalendarPopup(True)
            edit.setFixedSize(168, _HIGH)
            row.addWidget(edit)
        self.zone.setFont(theme.font(theme.CAPTION))
        for widget in (self.go, self.zone):
            row.addWidget(widget)
        self.go.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addLayout(self.side, 1)

    def _show_times(self) -> None:
        for widget in (self.start, self.end, self.go):
            widget.setVisible(not self.live)

    @Slot()
    def _chosen(self) -> None:
        self._show_times()
        if self.live:
            self._room.preferences.set(_KEPT, self.chosen)
            self.changed.emit()

    @Slot()
    def _ask(self) -> None:
        self.changed.emit()
