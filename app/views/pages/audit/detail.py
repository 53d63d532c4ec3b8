"""One line of the audit journal in full: who, where, when, what, from, to, why, and its hash."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.model.records import JournalEntry
from app.views import theme
from app.views.models.audit import AuditRow
from app.views.state.sentences import JOURNAL_NAMES
from app.views.state.sentences_people import change_rows

__all__ = ["AuditDetail"]

_FIELDS = ("when", "who", "second", "workstation", "place", "what", "change", "why", "line", "hash")


class AuditDetail(QWidget):
    """Empty until a line is chosen. Everything can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: AuditRow | None = None
        self._call: Callable[[str], str] = str
        self._language = "zh"
        self.values: dict[str, QLabel] = {}
        self._captions: dict[str, QLabel] = {}
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.raw = QPlainTextEdit(self)
        self.raw.setObjectName("audit-raw")
        self.raw.setReadOnly(True)
        self.raw.setFrameShape(QFrame.Shape.NoFrame)
        self.raw.setFont(theme.fixed_font(theme.CAPTION))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP_M)
        grid.setVerticalSpacing(theme.GAP)
        grid.setColumnStretch(1, 1)
        for i, name in enumerate(_FIELDS):
            caption, value = QLabel(self), QLabel(self)
            caption.setFont(theme.font(theme.CAPTION))
            caption.setAlignment(Qt.AlignmentFlag.AlignTop)
            value.setObjectName(f"audit-{name}")
            value.setWordWrap(True)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            if name in ("what", "change"):
                value.setFont(theme.font(theme.BODY, weight=600))
            if name == "hash":
                value.setFont(theme.fixed_font(theme.CAPTION))
            grid.addWidget(caption, i, 0)
            grid.addWidget(value, i, 1)
            self._captions[name], self.values[name] = caption, value
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP_L, theme.GAP, theme.GAP_L, theme.GAP_M)
        column.setSpacing(theme.GAP_M)
        column.addWidget(self.hint)
        column.addLayout(grid)
        column.addWidget(self.raw, 1)
        self._fill()

    def set_row(self, row: AuditRow | None, name: Callable[[str], str] = str) -> None:
        """Show a line; `name` calls places and areas by their names."""
        self._call = name
        if row != self._row:
            self._row = row
            self._fill()

    def retranslate(self, language: str) -> None:
        """Take the room's language."""
        self._language = language
        captions = {
            "when": self.tr("When"), "who": self.tr("Who"), "second": self.tr("Second"),
            "workstation": self.tr("Workstation"), "place": self.tr("Place"), "what": self.tr("What"),
            "change": self.tr("From → to"), "why": self.tr("Why"), "line": self.tr("Line"), "hash": "SHA-256",
        }  # fmt: skip
        for name, text in captions.items():
            self._captions[name].setText(text)
        self.hint.setText(self.tr("Choose a line to see everything that was recorded."))
        self._fill()

    def _fill(self) -> None:
        row = self._row
        self.hint.setVisible(row is None)
        self.raw.setVisible(row is not None)
        texts = self._texts(row) if row is not None else {}
        for name in _FIELDS:
            text = texts.get(name, "")
            self.values[name].setText(text)
            for label in (self.values[name], self._captions[name]):
                label.setVisible(bool(text))
        if row is not None:
            self.raw.setPlainText(json.dumps(dict(row.entry.detail), ensure_ascii=False, indent=2))

    def _texts(self, row: AuditRow) -> dict[str, str]:
        entry = row.entry
        when, who, where, place, what = row.cells
        changes = [
            f"{name}  {a} → {b}".strip() for name, a, b in change_rows(entry.detail, self._language, name=self._call)
        ]
        journal = JOURNAL_NAMES[entry.journal].get(self._language)
        return {
            "when": when, "who": who, "second": str(entry.detail.get("second") or ""), "workstation": where,
            "place": f"{place}  ({entry.what})" if place != entry.what else place, "what": what,
            "change": "\n".join(changes), "why": _why(entry), "line": f"{journal} {entry.seq} · {entry.kind}",
            "hash": _in_groups(entry.hash),
        }  # fmt: skip


def _why(entry: JournalEntry) -> str:
    return str(entry.detail.get("reason") or "")


def _in_groups(text: str) -> str:
    """Break a hash where it may be wrapped."""
    return " ".join(text[i : i + 16] for i in range(0, len(text), 16))
