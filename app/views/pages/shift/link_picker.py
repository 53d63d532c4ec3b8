"""Chooses what a note speaks of, by typing a name or a path; each choice stands below, a button that takes it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.views import theme
from app.views.widgets.action_button import ActionButton

__all__ = ["LinkPicker"]

_MOST: Final = 20
"""Links of one note; the store takes no more."""
_BETWEEN: Final = "  —  "


class LinkPicker(QWidget):
    """`links` are the chosen paths, in the order in which they were chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._paths: dict[str, str] = {}
        """What is offered → path."""
        self._names: dict[str, str] = {}
        self._links: list[str] = []
        self.field = QLineEdit(self)
        self.field.setObjectName("note-link")
        self.field.setMinimumHeight(32)
        self.field.setTextMargins(theme.GAP_S, 0, theme.GAP_S, 0)
        self._offers = QStringListModel(self)
        completer = QCompleter(self._offers, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        self.field.setCompleter(completer)
        self._chips = QVBoxLayout()
        self._chips.setSpacing(theme.GAP_S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_S)
        column.addWidget(self.field)
        column.addLayout(self._chips)
        # Later: the completer writes the whole text into the field only after it told of it.
        completer.activated.connect(self._picked, Qt.ConnectionType.QueuedConnection)
        self.field.returnPressed.connect(self._entered)

    @property
    def links(self) -> tuple[str, ...]:
        """Return the chosen paths."""
        return tuple(self._links)

    def set_offers(self, offers: Sequence[tuple[str, str]]) -> None:
        """Offer these (name, path); what is chosen keeps its place and takes the new name."""
        self._paths = {f"{name}{_BETWEEN}{path}": path for name, path in offers}
        self._names = {path: name for name, path in offers}
        self._offers.setStringList(list(self._paths))
        self._show()

    def add(self, path: str) -> None:
        """Choose a path besides."""
        if path and path not in self._links and len(self._links) < _MOST:
            self._links.append(path)
            self._show()
            self.changed.emit()

    def clear(self) -> None:
        """Choose nothing."""
        self._links.clear()
        self.field.clear()
        self._show()

    def _show(self) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        for path in self._links:
            chip = ActionButton(self, height=28)
            chip.setText(f"✕  {self._names.get(path, path)}")
            chip.setToolTip(path)
            chip.setProperty("path", path)
            chip.clicked.connect(self._drop)
            self._chips.addWidget(chip)

    @Slot(str)
    def _picked(self, text: str) -> None:
        self.add(self._paths.get(text, ""))
        self.field.setText("")

    @Slot()
    def _entered(self) -> None:
        """Take what was typed if it is a path, or if only one thing is called so."""
        text = self.field.text().strip()
        if not text:
            return
        fits = [p for offer, p in self._paths.items() if text.casefold() in offer.casefold()]
        path = text if text in self._names else self._paths.get(text) or (fits[0] if len(fits) == 1 else "")
        if path:
            self.add(path)
            self.field.clear()

    @Slot()
    def _drop(self) -> None:
        path = str(self.sender().property("path"))
        self._links = [link for link in self._links if link != path]
        self._show()
        self.changed.emit()
