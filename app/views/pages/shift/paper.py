"""A handover sheet on A4: the same document as on screen, with a head and a foot on every page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from app.errors import EnvironmentFault
from app.views import theme
from app.views.state.handover_html import Paper, sheet_html
from app.views.state.handover_words import of, word
from app.views.state.zone_time import date_text, time_text

__all__ = ["HEIGHT", "WIDTH", "SheetPages", "sheet_document", "write_pdf"]

_DPI: Final = 96.0
WIDTH, HEIGHT = 210 / 25.4 * _DPI, 297 / 25.4 * _DPI
"""A4 in px of 1/96 inch."""
_SIDE: Final = 15 / 25.4 * _DPI
_HEAD: Final = 44.0
_FOOT: Final = 44.0
_RESOLUTION: Final = 1200


def sheet_document(html: str) -> QTextDocument:
    """Return a document in the room's fonts, which have Chinese."""
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(theme.font(theme.CAPTION))
    document.setHtml(html)
    return document


class SheetPages:
    """A sheet laid out on pages; `paint` draws one, in px of 1/96 inch, onto whatever the painter paints on."""

    def __init__(self, sheet: Mapping[str, Any], paper: Paper) -> None:
        self._sheet, self._paper = sheet, paper
        self._body = QRectF(_SIDE, _SIDE + _HEAD, WIDTH - 2 * _SIDE, HEIGHT - 2 * _SIDE - _HEAD - _FOOT)
        self._document = sheet_document(sheet_html(sheet, paper))
        self._document.setUseDesignMetrics(True)
        self._document.setPageSize(QSizeF(self._body.width(), self._body.height()))
        self.count = self._document.pageCount()

    def paint(self, painter: QPainter, page: int) -> None:
        """Draw page `page`, counted from 0."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        self._paint_foot(painter, page)
        body, shift = self._body, page * self._body.height()
        painter.save()
        painter.translate(body.x(), body.y() - shift)
        painter.setClipRect(QRectF(0, shift, body.width(), body.height()))
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, theme.TEXT)
        context.palette = palette
        context.clip = QRectF(0, shift, body.width(), body.height())
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def _paint_head(self, painter: QPainter) -> None:
        sheet, language = self._sheet, self._paper.language
        shift = f"{sheet['shift']['day']} {of(sheet['shift']['label'], language)}".strip()
        left = f"{of(sheet['site']['label'], language)} · {word('title', language)}"
        period = f"{self._time(sheet['start_ms'])} – {self._time(sheet['at_ms'])} · {sheet['zone_text']}"
        self._line(painter, _SIDE, left, f"{shift} · {period}", weight=600)
        painter.fillRect(QRectF(_SIDE, _SIDE + 22, WIDTH - 2 * _SIDE, 1), theme.BORDER)

    def _paint_foot(self, painter: QPainter, page: int) -> None:
        language, kept = self._paper.language, self._paper.kept
        y = HEIGHT - _SIDE - 30
        painter.fillRect(QRectF(_SIDE, y - 5, WIDTH - 2 * _SIDE, 1), theme.BORDER)
        signed = f"{kept.outgoing.person} → {kept.incoming.person}" if kept is not None else word("draft", language)
        self._line(painter, y, signed, word("page", language, n=page + 1, all=self.count))
        self._line(painter, y + 15, f"SHA-256 {self._paper.sha256}", "", ink=theme.TEXT_DIM)

    def _line(
        self, painter: QPainter, y: float, left: str, right: str, *, weight: int = 400, ink: QColor = theme.TEXT
    ) -> None:
        box = QRectF(_SIDE, y, WIDTH - 2 * _SIDE, 16)
        painter.setPen(ink)
        painter.setFont(theme.font(11, weight=weight))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, left)
        painter.setFont(theme.font(11))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, right)

    def _time(self, at_ms: int) -> str:
        zone = self._sheet["zone"]
        return f"{date_text(at_ms, zone, 'en')[5:10]} {time_text(at_ms, zone, seconds=False)}"


def write_pdf(file: Path, sheet: Mapping[str, Any], paper: Paper) -> int:
    """Write a sheet as PDF and return its number of pages. Raises EnvironmentFault when the file cannot be written; a
    half-written one is never left. May run on a worker: it touches no widget."""
    new = file.with_name(file.name + ".new")
    pages = SheetPages(sheet, paper)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new.touch()
        try:
            _paint_all(new, pages, paper)
            if new.stat().st_size == 0:
                raise EnvironmentFault(f"{file}: nothing was written")
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"{file}: {error.strerror or error}") from error
    return pages.count


def _paint_all(file: Path, pages: SheetPages, paper: Paper) -> None:
    writer = QPdfWriter(str(file))
    writer.setResolution(_RESOLUTION)
    writer.setTitle(word("title", paper.language))
    writer.setCreator("Qianliyan")
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    )
    painter = QPainter(writer)
    try:
        for page in range(pages.count):
            if page:
                writer.newPage()
            painter.save()
            painter.scale(_RESOLUTION / _DPI, _RESOLUTION / _DPI)
            pages.paint(painter, page)
            painter.restore()
    finally:
        painter.end()
