"""What goes over the lines: a table with a choice of sorts, and below it the chosen line in full with its bytes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.models.lines import LineModel, LineRow, Sort
from app.views.widgets.action_button import ActionButton
from app.views.widgets.table import Table

__all__ = ["LineView"]

_WIDTHS: Final = (120, 170, 112, 560, 72)
_PANE: Final = 148


class LineView(QWidget):
    """Lines come by `show_rows`; what is chosen stays chosen while new ones come in above it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LineModel()
        self.model.setParent(self)
        self.table = Table(self.model, _WIDTHS, stretch=3, parent=self)
        self.table.setObjectName("system-lines")
        self.pane = QPlainTextEdit(self)
        self.pane.setObjectName("system-bytes")
        self.pane.setReadOnly(True)
        self.pane.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.pane.setFont(theme.fixed_font(theme.BODY))
        self.pane.document().setDocumentMargin(theme.GAP_M)
        self.pane.setFixedHeight(_PANE)
        self.pane.setTabChangesFocus(True)
        palette = self.pane.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.PANEL)
        self.pane.setPalette(palette)
        self._group = QButtonGroup(self)
        self.buttons = {sort: ActionButton(self, height=28) for sort in Sort}
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.retranslate("zh")

    def show_rows(self, rows: list[LineRow], *, timezone: str) -> None:
        """List what was read."""
        self.model.timezone = timezone
        self.model.take(rows)

    def retranslate(self, language: str) -> None:
        """Take the room's language; the rows themselves come anew by `show_rows`."""
        names = (self.tr("All"), self.tr("Links"), self.tr("Commands"), self.tr("Raw messages"))
        for button, name in zip(self.buttons.values(), names, strict=True):
            button.setText(name)
        self.pane.setPlaceholderText(self.tr("Choose a line to read it in full, with its bytes in hex and ASCII."))
        self.model.language = language
        self.model.refresh()
        self._show_chosen(self.table.currentIndex())

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.GAP_M, 0, theme.GAP_M, theme.GAP)
        bar.setSpacing(theme.GAP)
        for sort, button in self.buttons.items():
            button.setCheckable(True)
            button.setProperty("sort", sort.value)
            button.setObjectName(f"lines-{sort.value}")
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self._sort_clicked)
            self._group.addButton(button)
            bar.addWidget(button)
        self.buttons[Sort.ALL].setChecked(True)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(_Rule(self))
        column.addWidget(self.pane)

    @Slot()
    def _sort_clicked(self) -> None:
        self.model.choose(Sort(self.sender().property("sort")))

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen(current)

    def _show_chosen(self, index: QModelIndex) -> None:
        whole = self.model.rows[index.row()].whole if index.isValid() else ""
        if whole != self.pane.toPlainText():
            self.pane.setPlainText(whole)


class _Rule(QWidget):
    """A line of one pixel between the table and the pane."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.BORDER)
        painter.end()
