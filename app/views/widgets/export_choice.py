"""Asks for the file of an export without standing in the way: the room goes on behind it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.views.preferences import Preferences

__all__ = ["export_dialog", "keep_folder"]

_FOLDER = "export_folder"


def export_dialog(parent: QWidget, preferences: Preferences, name: str, title: str) -> QFileDialog:
    """Return the dialog, on screen and not modal; it goes away when it closes. Connect to `fileSelected`."""
    suffix = Path(name).suffix
    dialog = QFileDialog(parent, title, _folder(preferences), f"*{suffix}")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.selectFile(name)
    dialog.setModal(False)
    dialog.show()
    return dialog


def keep_folder(preferences: Preferences, file: Path) -> None:
    """Begin there next time."""
    preferences.set(_FOLDER, str(file.parent))


def _folder(preferences: Preferences) -> str:
    kept = preferences.get(_FOLDER)
    if isinstance(kept, str) and Path(kept).is_dir():
        return kept
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
