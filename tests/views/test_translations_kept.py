"""The room keeps speaking when its files are replaced under it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.views import i18n


def test_a_translation_file_that_is_replaced_while_the_room_runs(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """loaded → the file is emptied by an upgrade → the words stay (a mapped file would end the program here)."""
    file = tmp_path / "qianliyan_zh.qm"
    shutil.copy(i18n.FOLDER / file.name, file)
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    app = QCoreApplication.instance()
    assert app is not None
    translations = i18n.Translations(app)
    try:
        translations.use("zh")
        file.write_bytes(b"")
        assert QCoreApplication.translate("Rail", "Overview") == "总览"
    finally:
        translations.use("en")


@pytest.mark.logs("cannot be read", "cannot be loaded")
def test_without_its_file_the_room_speaks_english(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """no file → said in the log → the source's own words."""
    monkeypatch.setattr(i18n, "FOLDER", tmp_path)
    app = QCoreApplication.instance()
    assert app is not None
    i18n.Translations(app).use("en")
    assert QCoreApplication.translate("Rail", "Overview") == "Overview"
