"""Focus rings for the keyboard only: a widget that got the focus by a click shows no frame."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton

__all__ = ["KeyFocus", "RoomButton"]

_KEYS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
_PASSING: Final = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""The focus only comes back: the ring is as it was."""


class KeyFocus:
    """Mix in before the widget's own class. `ringed` is True while the keyboard brought the focus here."""

    _keyed = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in _PASSING:
            self._keyed = event.reason() in _KEYS
        super().focusInEvent(event)  # type: ignore[misc]  # the widget's class stands behind this one

    def use_keys(self) -> None:
        """Show the ring from now on: a key was used here after a click."""
        self._keyed = True

    @property
    def ringed(self) -> bool:
        """Return True when the keyboard's frame is to be drawn."""
        widget: Any = self
        return self._keyed and bool(widget.hasFocus())


class RoomButton(KeyFocus, QAbstractButton):
    """What every painted button of the room derives from. Enter presses it as Space does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
