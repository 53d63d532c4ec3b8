"""What every test of the room needs: the theme, no Qt warning, and widgets that really die."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.views.theme import apply_theme

EXPECTED = (
    "This plugin does not support propagateSizeHints",  # the offscreen platform says so of every fixed size
    "This plugin does not support raise()",  # … and of every menu
    "This plugin does not support grabbing the keyboard",
)


@pytest.fixture(autouse=True)
def room_widgets(qapp: QApplication, qtlog: Any) -> Iterator[None]:
    """Give the application its look; afterwards delete what waits for deletion and fail on Qt's warnings."""
    if qapp.styleSheet() == "":
        apply_theme(qapp)
    yield
    for window in QApplication.topLevelWidgets():
        # Only ours: Qt's own (tool tips, the lists of combo boxes) belong to others and die with them.
        if type(window).__module__.startswith("app.") and window.parent() is None:
            window.hide()
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    said = [r.message for r in qtlog.records if not any(e in r.message for e in EXPECTED)]
    assert not said, said
