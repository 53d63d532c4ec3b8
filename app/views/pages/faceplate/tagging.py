"""Hold tag and manual values of an equipment: asked for in the faceplate, answered by the engine."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.model.records import CommandState, Hold, RequestKind, Result, Substitute
from app.model.spec import Equipment, TagKind, TagSpec
from app.views import theme
from app.views.actions.hold import hold
from app.views.actions.substitute import substitute
from app.views.actions.unhold import unhold
from app.views.actions.unsubstitute import unsubstitute
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.state.zone_time import time_text
from app.views.widgets.action_button import ActionButton

__all__ = ["AskSection", "HoldSection", "SubstituteSection"]

_HOUR_MS = 3_600_000


class AskSection(QWidget):
    """A button that opens a short form; the form's answer is asked of the engine and its refusal is said."""

    opened = Signal(bool)

    def __init__(self, room: Room, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._room = room
        self._request = ""
        self.open_button = ActionButton(self, height=30)
        self.form = QWidget(self)
        self.reason = QLineEdit(self.form)
        self.reason.setMinimumHeight(32)
        self.go, self.back = ActionButton(self.form, primary=True), ActionButton(self.form)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.hide()
        self.rows = QVBoxLayout(self.form)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(theme.GAP)
        buttons = QHBoxLayout()
        buttons.addWidget(self.go, 3)
        buttons.addWidget(self.back, 2)
        self.rows.addWidget(self.reason)
        self.rows.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for part in (self.said, self.open_button, self.form):
            layout.addWidget(part)
        self.form.hide()
        self.open_button.clicked.connect(self._open)
        self.back.clicked.connect(self._close)
        self.go.clicked.connect(self._go)
        self.reason.textChanged.connect(self._judge)
        room.result_arrived.connect(self._result)

    def ask(self, reason: str) -> str:
        """Ask the engine; return the request's id."""
        raise NotImplementedError

    def complete(self) -> bool:
        """Return True when the form may be sent."""
        return bool(self.reason.text().strip())

    def offer(self, kind: RequestKind, path: str) -> None:
        """Let it be asked for by who may; a grey button says why."""
        against = self._room.refusals(kind, path)
        self.open_button.setEnabled(not against and not self._room.engine_silent)
        self.open_button.setToolTip("\n".join(reason_words(r, self._room.language) for r in against))
        if self.go.isVisible():
            self.go.setEnabled(not against and self.complete())

    def prepare(self) -> None:
        """Fill the form before it is shown."""

    @Slot()
    def _open(self) -> None:
        self.reason.clear()
        self.said.hide()
        self.prepare()
        self.form.show()
        self.open_button.hide()
        self.reason.setFocus()
        self._judge()
        self.opened.emit(True)

    @Slot()
    def _close(self) -> None:
        self.form.hide()
        self.open_button.show()
        self.opened.emit(False)

    @Slot()
    def _go(self) -> None:
        self._request = self.ask(self.reason.text().strip())
        self._close()

    @Slot()
    def _judge(self) -> None:
        self.go.setEnabled(self.complete())

    @Slot(object)
    def _result(self, result: Result) -> None:
        if self._request and result.request_id == self._request and result.state.final:
            self._request = ""
            refused = result.state is not CommandState.DONE and bool(result.reasons)
            self.said.setText("\n".join(reason_words(r, self._room.language) for r in result.reasons))
            self.said.setVisible(refused)


class HoldSection(AskSection):
    """Place a hold tag, or take it off."""

    def __init__(self, room: Room, equipment: Equipment, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._equipment = equipment
        self._seen: Hold | None = None
        """The tag that the form is about; None while it places one."""
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self.text)
        self.open_button.setObjectName("hold")
        self.go.setObjectName("hold-confirm")
        self.reason.setObjectName("hold-reason")
        self.retranslate()

    def tick(self) -> None:
        """Say who holds it."""
        status = self._room.equipment.get(self._equipment.path)
        held = status.hold if status is not None else None
        text = "" if self._room.past is None else self.tr("Whether a hold tag hung here then is not known")
        if held is not None and not self._equipment.commands:  # otherwise the commands say why they are grey
            since = time_text(held.since_ms, self._timezone())
            text = self.tr("Hold tag by {} since {}: {}").format(held.person, since, held.reason)
        if text != self.text.text():
            self.text.setText(text)
        self.text.setVisible(bool(text))
        if self.form.isHidden():  # what a form was opened for it does, or is refused: the tag of another is not in it
            self._seen = held
        self.open_button.setText(self.tr("Take hold tag off") if self._seen is not None else self.tr("Place hold tag"))
        self.go.setText(self.open_button.text())
        self.offer(RequestKind.HOLD, self._equipment.path)

    def ask(self, reason: str) -> str:
        if self._seen is not None:
            return unhold(self._room, self._equipment.path, self._seen, reason)
        return hold(self._room, self._equipment.path, reason)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.reason.setPlaceholderText(self.tr("Reason (needed)"))
        self.back.setText(self.tr("Cancel"))
        self.tick()

    def _timezone(self) -> str:
        return self._room.live.site.timezone if self._room.live is not None else "UTC"


class SubstituteSection(AskSection):
    """Enter a manual value for one of the equipment's measurements, or take it back."""

    def __init__(self, room: Room, equipment: Equipment, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._equipment = equipment
        self._specs = self._measurements(equipment)
        self._seen: Substitute | None = None
        """The value that the form is about; None while it enters one."""
        self.tag = QComboBox(self.form)
        self.value = QDoubleSpinBox(self.form)
        self.hours = QComboBox(self.form)
        self.tag.setObjectName("substitute-tag")
        self.value.setObjectName("substitute-value")
        self.open_button.setObjectName("substitute")
        self.go.setObjectName("substitute-confirm")
        self.reason.setObjectName("substitute-reason")
        row = QHBoxLayout()
        row.addWidget(self.value, 2)
        row.addWidget(self.hours, 2)
        self.rows.insertWidget(0, self.tag)
        self.rows.insertLayout(1, row)
        for widget in (self.tag, self.value, self.hours):
            widget.setMinimumHeight(32)
        self.tag.currentIndexChanged.connect(self._tag_changed)
        self.setVisible(bool(self._specs))
        self.retranslate()

    def tick(self) -> None:
        """Bring the button up to date."""
        self.offer(RequestKind.SUBSTITUTE, self._equipment.path)

    def prepare(self) -> None:
        self._tag_changed()

    def ask(self, reason: str) -> str:
        spec = self._specs[self.tag.currentIndex()]
        if self._seen is not None:
            return unsubstitute(self._room, self._seen, reason)
        until = self._room.now_ms() + int(self.hours.currentData()) * _HOUR_MS
        return substitute(self._room, spec.path, self.value.value(), until_ms=until, reason=reason)

    def complete(self) -> bool:
        return super().complete() and self.tag.currentIndex() >= 0

    def retranslate(self) -> None:
        """Take the room's language."""
        language = self._room.language
        kept, kept_hours = max(0, self.tag.currentIndex()), max(0, self.hours.currentIndex())
        self.tag.blockSignals(True)
        self.tag.clear()
        self.tag.addItems([s.label.get(language) for s in self._specs])
        self.tag.setCurrentIndex(kept)
        self.tag.blockSignals(False)
        self.hours.clear()
        for hours in (1, 4, 8, 24):
            self.hours.addItem(self.tr("for {} h").format(hours), hours)
        self.hours.setCurrentIndex(kept_hours)
        self.open_button.setText(self.tr("Manual value"))
        self.reason.setPlaceholderText(self.tr("Reason (needed)"))
        self.back.setText(self.tr("Cancel"))
        if self.form.isHidden():
            self._tag_changed()
        else:  # what a form was opened for it goes on meaning
            self._name_go()

    @Slot()
    def _tag_changed(self) -> None:
        """Begin with what is in force; a value that is substituted already can only be taken back."""
        if not 0 <= self.tag.currentIndex() < len(self._specs):
            return
        spec = self._specs[self.tag.currentIndex()]
        self.value.setDecimals(spec.decimals)
        self.value.setRange(-1e9 if spec.low is None else spec.low, 1e9 if spec.high is None else spec.high)
        self.value.setSuffix(f" {spec.unit}" if spec.unit else "")
        live = self._room.live
        present = live.get(spec.path).value if live is not None else math.nan
        self.value.setValue(0.0 if math.isnan(present) else present)
        self._seen = self._room.substitutes.get(spec.path)
        self.value.setEnabled(self._seen is None)
        self.hours.setEnabled(self._seen is None)
        self._name_go()
        self._judge()

    def _name_go(self) -> None:
        back, enter = self.tr("Take manual value back"), self.tr("Enter manual value")
        self.go.setText(enter if self._seen is None else back)

    def _measurements(self, equipment: Equipment) -> list[TagSpec]:
        live = self._room.live
        found = [live.spec(path) for _, path in equipment.tags] if live is not None else []
        return [s for s in found if s is not None and s.kind is TagKind.ANALOG and s.point is not None]
