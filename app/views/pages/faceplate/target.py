"""Asks for what a command carries besides its verb: a number within its range, or one of some choices."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from app.model.spec import CommandSpec, TargetKind
from app.views import theme
from app.views.state.values import number_text
from app.views.widgets.action_button import ActionButton

__all__ = ["TargetEditor"]


class TargetEditor(QWidget):
    """Hidden for a command that carries nothing."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command: CommandSpec | None = None
        self._buttons: list[ActionButton] = []
        self.number = QDoubleSpinBox(self)
        self.number.setObjectName("value")
        self.number.setMinimumHeight(34)
        self.number.setDecimals(2)
        self._range = QLabel(self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.GAP)
        self._layout.addWidget(self.number, 1)
        self._layout.addWidget(self._range)
        self.number.valueChanged.connect(self._changed)
        self._group.idClicked.connect(self._changed)

    def begin(self, command: CommandSpec, present: float | None, language: str) -> None:
        """Ask for the target of `command`, beginning with what is in force now (None: not known)."""
        self._command = command
        for button in self._buttons:
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        is_number = command.target is TargetKind.NUMBER
        self.number.setVisible(is_number)
        self._range.setVisible(is_number)
        self.setVisible(command.target is not TargetKind.NONE)
        if is_number:
            self._begin_number(command, present)
        elif command.target is TargetKind.CHOICE:
            self._begin_choice(command, present, language)

    def value(self) -> float | None:
        """Return what is asked for: None when nothing is, or nothing chosen yet."""
        if self._command is None or self._command.target is TargetKind.NONE:
            return None
        if self._command.target is TargetKind.NUMBER:
            return self.number.value()
        chosen = self._group.checkedId()
        return None if chosen < 0 else float(chosen)

    def focus(self) -> bool:
        """Take the keyboard; return False when there is nothing to enter."""
        if self._command is None or self._command.target is TargetKind.NONE:
            return False
        if self._command.target is TargetKind.NUMBER:
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)
            self.number.selectAll()
        elif self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _begin_number(self, command: CommandSpec, present: float | None) -> None:
        low = -1e9 if command.low is None else command.low
        high = 1e9 if command.high is None else command.high
        self.number.blockSignals(True)
        self.number.setRange(low, high)
        self.number.setSingleStep(max(command.tolerance, 0.05) if high - low <= 10 else 1.0)
        self.number.setSuffix(f" {command.unit}" if command.unit else "")
        self.number.setValue(low if present is None else present)
        self.number.blockSignals(False)
        self._range.setText(f"{number_text(low, 2)} – {number_text(high, 2)} {command.unit}")

    def _begin_choice(self, command: CommandSpec, present: float | None, language: str) -> None:
        """Nothing is chosen beforehand; what is in force already cannot be chosen."""
        for choice in command.choices:
            button = ActionButton(self, height=34)
            button.setCheckable(True)
            button.setObjectName(f"choice-{choice.value}")
            button.setText(choice.label.get(language))
            button.setEnabled(present is None or int(present) != choice.value)
            self._group.addButton(button, choice.value)
            self._layout.addWidget(button, 1)
            self._buttons.append(button)

    @Slot()
    def _changed(self) -> None:
        self.changed.emit()
