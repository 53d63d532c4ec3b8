"""One journal line in full: its sentence, every field with its name, and its hash. All of it can be copied."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from app.model.records import JournalEntry
from app.views import theme
from app.views.state.journal_fields import Field, fields_of, place_and_text
from app.views.state.sentences import Names

__all__ = ["EntryPane"]


class EntryPane(QTextBrowser):
    """Keyboard: arrows scroll, Ctrl+A and Ctrl+C copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("journal-entry")
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.font(theme.BODY, tabular=True))
        self.document().setDocumentMargin(theme.GAP_M)
        self.document().setDefaultStyleSheet(_style(theme.TEXT_DIM))

    def show_entry(self, entry: JournalEntry | None, names: Names, zone: str) -> None:
        """Show a line; None: nothing is chosen."""
        if entry is None:
            self.clear()
            return
        rows = "".join(_row(field) for field in fields_of(entry, names, zone))
        self.setHtml(
            f"<h3>{escape(place_and_text(entry, names)[1])}</h3><table width='100%' cellspacing='0'>{rows}</table>"
        )


def _style(dim: QColor) -> str:
    mono = "'DejaVu Sans Mono', Menlo, Consolas"
    return (
        f"h3 {{ font-size: {theme.HEADING}px; font-weight: 600; }}"
        f"td {{ padding: 4px 8px 4px 0; font-size: {theme.BODY}px; }}"
        f"td.name {{ color: {dim.name()}; font-size: {theme.CAPTION}px; white-space: nowrap; padding-right: 12px; }}"
        f"td.mono {{ font-family: {mono}; font-size: {theme.CAPTION}px; white-space: pre-wrap; }}"
    )


def _row(field: Field) -> str:
    text = escape(field.text).replace("\n", "<br/>")
    kind = " class='mono'" if field.mono else ""
    return f"<tr><td class='name'>{escape(field.name)}</td><td{kind}>{text}</td></tr>"
