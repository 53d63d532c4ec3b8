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
        if not self._zh.load(str(FOLDER / "qianliyan_zh.qm")):
            _log.error("the Chinese translation cannot be loaded from %s", FOLDER)

    def use(self, language: str) -> None:
        """Install or remove the translator."""
        self._app.removeTranslator(self._zh)
        if language == "zh":
            self._app.installTranslator(self._zh)
        QLocale.setDefault(QLocale("zh_CN" if language == "zh" else "en_GB"))
