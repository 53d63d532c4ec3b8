"""Makes Qt speak a language: English is the source, Chinese comes from resources/translations."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

__all__ = ["FOLDER", "Translations"]

_log = logging.getLogger(__name__)
FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "translations"


class Translations:
    """One per application; `use` is what `Room` calls before it tells its pages."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._zh = QTranslator(app)
        # Qt would map the file: a program that is replaced while it runs would then crash at its next word. The bytes
        # are not copied by Qt either, so they live as long as the translator.
        self._bytes = _read(FOLDER / "qianliyan_zh.qm")
        if not self._zh.load(self._bytes):
            _log.error("the Chinese translation cannot be loaded from %s", FOLDER)

    def use(self, language: str) -> None:
        """Install or remove the translator."""
        self._app.removeTranslator(self._zh)
        if language == "zh":
            self._app.installTranslator(self._zh)
        QLocale.setDefault(QLocale("zh_CN" if language == "zh" else "en_GB"))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _log.error("%s cannot be read: %s", file, error)
        return b""
