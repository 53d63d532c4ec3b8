"""The tables of the performance page, one at a time. Enter, or a double click, leads to a row's alarm."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from app.views import theme
from app.views.models.figures import FigureModel
from app.views.state.performance_tables import SHOWN, FigureTable
from app.views.widgets.action_button import ActionButton
from app.views.widgets.table import Table

__all__ = ["FigureTables"]

_PX: dict[str, int] = {"text": 112, "number": 86, "time": 144}


class _Table(Table):
    """Tells where Enter was pressed."""

    entered = Signal(QModelIndex)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entered.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class FigureTables(QWidget):
    """Buttons name the tables and count their rows."""

    asked = Signal(str)
    """The path of an alarm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tables: Mapping[str, FigureTable] = {}
        self._language, self._zone = "zh", "UTC"
        self._laid = ""
        self.model = FigureModel()
        self.model.setParent(self)
        self.table = _Table(self.model, (), stretch=-1, parent=self)
        self.table.setObjectName("performance-table")
        self.buttons = {name: ActionButton(self, height=32) for name in SHOWN}
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP_S)
        row.setSpacing(theme.GAP_S)
        for name, button in self.buttons.items():
            button.setObjectName(f"figures-{name}")
            button.setCheckable(True)
            self._group.addButton(button)
            row.addWidget(button)
            button.clicked.connect(self._show)
        self.buttons[SHOWN[0]].setChecked(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row)
        whole.addWidget(self.table, 1)
        self.table.doubleClicked.connect(self._go)
        self.table.entered.connect(self._go)

    def show_tables(self, tables: Mapping[str, FigureTable], language: str, zone: str) -> None:
        """Show these."""
        self._tables, self._language, self._zone = tables, language, zone
        for name, button in self.buttons.items():
            if name in tables:
                button.setText(f"{tables[name].title.get(language)}  {len(tables[name].rows)}")
        self._show()

    @property
    def chosen(self) -> str:
        """Return which table is shown."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    @Slot()
    def _show(self) -> None:
        table = self._tables.get(self.chosen)
        if table is not None and self.model.show_table(table, self._language, self._zone) and self._laid != table.id:
            self._laid = table.id
            self._lay_columns(table)

    def _lay_columns(self, table: FigureTable) -> None:
        """Give each column its width; texts that are long share what is left."""
        header = self.table.horizontalHeader()
        long = [column.kind == "text" and column.width > 24 for column in table.columns]
        for i, column in enumerate(table.columns):
            wide = long[i] or not any(long)
            header.setSectionResizeMode(i, QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.Fixed)
            if not wide:
                header.resizeSection(i, _PX[column.kind])

    @Slot(QModelIndex)
    def _go(self, index: QModelIndex) -> None:
        if path := self.model.path(index.row()):
            self.asked.emit(path)
