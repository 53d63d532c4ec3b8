"""One equipment in full: head, indicators, commands, conditions, timers, hold tag, links. Always in this order."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.model.reasons import quality_text, state_text
from app.model.spec import Equipment, Facility
from app.views import theme
from app.views.pages.equipment_menu import EquipmentMenu
from app.views.pages.faceplate.alarms import EquipmentAlarms
from app.views.pages.faceplate.commands import CommandSection
from app.views.pages.faceplate.facts import Facts
from app.views.pages.faceplate.gauges import Gauges
from app.views.pages.faceplate.head import FaceplateHead, HeadContent
from app.views.pages.faceplate.late import LateSection
from app.views.pages.faceplate.tagging import HoldSection, SubstituteSection
from app.views.pages.mini_trend import MiniTrend
from app.views.pages.tag_drags import drag_one
from app.views.room import Room
from app.views.state.command_flow import Phase
from app.views.state.face import Face, face_of
from app.views.state.values import age_text
from app.views.widgets.action_button import ActionButton
from app.views.widgets.ink import pen

__all__ = ["WIDTH", "Faceplate"]

WIDTH = 384


class Faceplate(QWidget):
    """A non-modal panel. Esc gives a selection back first, then closes the faceplate."""

    closed = Signal(str)
    pinned = Signal(str, bool)

    def __init__(self, room: Room, equipment: Equipment, facility: Facility, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.equipment = equipment
        self._facility = facility
        self.setObjectName(f"faceplate-{equipment.path}")
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.head = FaceplateHead(self)
        self.gauges = Gauges(room, equipment, self)
        self.commands = CommandSection(room, equipment, facility, self)
        self.late = LateSection(room, equipment, self)
        self.facts = Facts(room, equipment, self.gauges.shown_paths(), self)
        self.alarms = EquipmentAlarms(room, equipment.path, self)
        self.small_trend = MiniTrend(room, self)
        self.small_trend.set_tag(next(iter(self.gauges.paths), ""))
        self.hold = HoldSection(room, equipment, self)
        self.substitute = SubstituteSection(room, equipment, self)
        self.events_link, self.device_link = ActionButton(self, height=30), ActionButton(self, height=30)
        self.log_link, self.trend_link = ActionButton(self, height=30), ActionButton(self, height=30)
        self._lay_out()
        self.head.close_button.clicked.connect(self._close)
        self.head.pin.toggled.connect(self._pin)
        self.commands.busy_changed.connect(self._make_room)
        self.hold.opened.connect(self._holding)
        self.substitute.opened.connect(self._substituting)
        self.alarms.chosen.connect(self._to_alarm)
        self.events_link.clicked.connect(self._to_events)
        self.device_link.clicked.connect(self._to_device)
        self.log_link.clicked.connect(self._to_log)
        self.trend_link.clicked.connect(self._to_trend)
        drag_one(room, self.head, equipment.path)
        self.retranslate()

    @property
    def is_pinned(self) -> bool:
        """True while another equipment opens beside it instead of in its place."""
        return self.head.pin.isChecked()

    def tick(self) -> None:
        """Bring everything up to date."""
        if self._room.live is None:
            return
        now = self._room.shown_ms()
        self.head.set_content(self._head_content(now))
        self.gauges.tick(now_ms=now)
        self.commands.tick()
        self.late.tick()
        if self.facts.isVisibleTo(self):
            self.facts.tick(now_ms=now)
        self.alarms.tick()
        self.small_trend.tick()
        self.hold.tick()
        self.substitute.tick()

    def retranslate(self) -> None:
        """Take the room's language."""
        for part in (
            self.gauges, self.commands, self.late, self.alarms, self.small_trend, self.facts, self.hold,
            self.substitute,
        ):  # fmt: skip
            part.retranslate()
        self.trend_link.setText(self.tr("Trend"))
        self.events_link.setText(self.tr("Events"))
        self.device_link.setText(self.tr("Communication"))
        self.log_link.setText(self.tr("Log entry…"))
        self.head.pin.setToolTip(self.tr("Keep this faceplate open beside the next one"))
        self.head.close_button.setToolTip(self.tr("Close (Esc)"))
        self.tick()

    def end(self) -> None:
        """Give back what is selected; call before the faceplate goes away."""
        if self.commands.flow.phase in (Phase.SELECTING, Phase.CONFIRMING):
            self.commands.give_up()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        EquipmentMenu(self._room, self.equipment.path, self).open_at(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.PIPE_IDLE, 1.0))
        painter.setBrush(theme.PANEL)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        painter.end()

    def _lay_out(self) -> None:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.GAP_M, 0, theme.GAP_M, theme.GAP)
        column.setSpacing(theme.GAP_M)
        foot = self._foot()
        for part in (self.gauges, self.commands, self.late, self.alarms, self.small_trend, self.facts):
            column.addWidget(part)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, theme.GAP, 1, 1)
        whole.setSpacing(theme.GAP)
        top = QHBoxLayout()
        top.setContentsMargins(theme.GAP_M, 0, theme.GAP, 0)
        top.addWidget(self.head)
        whole.addLayout(top)
        whole.addWidget(area, 1)
        whole.addLayout(foot)

    def _foot(self) -> QVBoxLayout:
        """Hold tag, manual value and links: always in view, whatever is scrolled above."""
        links = QHBoxLayout()
        links.setSpacing(theme.GAP)
        links.addWidget(self.trend_link)
        links.addWidget(self.events_link)
        links.addWidget(self.device_link)
        links.addWidget(self.log_link)
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.GAP_M, 0, theme.GAP_M, theme.GAP_M)
        foot.setSpacing(theme.GAP)
        asks = QHBoxLayout()
        asks.setSpacing(theme.GAP)
        # Their buttons stand on one line, whatever one of them says above its own.
        asks.addWidget(self.hold, 1, Qt.AlignmentFlag.AlignBottom)
        asks.addWidget(self.substitute, 1, Qt.AlignmentFlag.AlignBottom)
        foot.addLayout(asks)
        foot.addLayout(links)
        return foot

    def _head_content(self, now_ms: int) -> HeadContent:
        live, room, e = self._room.live, self._room, self.equipment
        assert live is not None
        roles = [role for role, _ in e.tags]
        face = face_of(
            e, live, room.equipment.get(e.path), roles=roles, session=room.person.session, now_ms=now_ms,
            language=room.language,
        )  # fmt: skip
        code, age = self._worst(now_ms)
        word = "" if face.word == "any" else state_text(face.word, room.language)
        quality = quality_text(code, room.language)
        return HeadContent(
            name=e.label.get(room.language),
            where=f"{e.path} · {self._facility.label.get(room.language)}",
            symbol=_symbol(e, face),
            filled=face.filled or face.word == "any",
            word=word,
            tripped=face.word == "tripped",
            chips=self._chips(face),
            strong=self.tr("Local") if face.local else "",
            quality=f"{quality} · {age}" if age else quality,
            doubtful=code >= 128,
            priority=face.priority,
            held=face.held,
            hold_letter=self.tr("T", "one letter inside the hold tag"),
        )

    def _chips(self, face: Face) -> tuple[str, ...]:
        mode = face.value("mode")
        chips = (mode.text,) if mode is not None and mode.mark.usable else ()
        remote = face.value("remote")
        if remote is not None and remote.mark.usable and not face.local:
            chips = (*chips, self.tr("Remote"))
        return chips

    def _worst(self, now_ms: int) -> tuple[int, str]:
        """Return the worst quality among what devices send of the equipment, and how old the oldest bad one is. What
        is calculated shows its own quality: a window that is not full yet says nothing about the equipment."""
        live = self._room.live
        assert live is not None
        specs = [live.spec(path) for _, path in self.equipment.tags]
        values = [live.get(spec.path) for spec in specs if spec is not None and spec.formula is None]
        if not values:
            return 0, ""
        worst = max(values, key=_severity_of)
        old = worst.quality >= 64 and worst.source_ms > 0
        return worst.quality, age_text(now_ms - worst.source_ms) if old else ""

    @Slot(bool)
    def _make_room(self, busy: bool) -> None:
        self.facts.setVisible(not busy)
        self.small_trend.setVisible(not busy and self.small_trend.line is not None)
        self.gauges.setVisible(not (busy and self.commands.needs_two))
        self.hold.setVisible(not busy)
        self.substitute.setVisible(not busy and self.substitute.tag.count() > 0)

    @Slot(bool)
    def _holding(self, asking: bool) -> None:
        """One form at a time has the width."""
        self.substitute.setVisible(not asking and self.substitute.tag.count() > 0)

    @Slot(bool)
    def _substituting(self, asking: bool) -> None:
        self.hold.setVisible(not asking)

    @Slot()
    def _close(self) -> None:
        self.closed.emit(self.equipment.path)

    @Slot(bool)
    def _pin(self, pinned: bool) -> None:
        self.pinned.emit(self.equipment.path, pinned)

    @Slot(str)
    def _to_alarm(self, path: str) -> None:
        self._room.navigate.emit("alarms", path)

    @Slot()
    def _to_events(self) -> None:
        self._room.navigate.emit("events", self.equipment.path)

    @Slot()
    def _to_trend(self) -> None:
        self._room.navigate.emit("trends", self.equipment.path)

    @Slot()
    def _to_log(self) -> None:
        self._room.navigate.emit("shift", f"note:{self.equipment.path}")

    @Slot()
    def _to_device(self) -> None:
        self._room.navigate.emit("system", self._facility.devices[0] if self._facility.devices else "")


def _severity_of(value: object) -> int:
    return int(getattr(value, "quality", 0))


def _symbol(equipment: Equipment, face: Face) -> str:
    symbol = equipment.symbol or equipment.type
    return f"gate:{face.word}" if symbol == "gate" else symbol
