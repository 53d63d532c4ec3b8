"""Asks for the name of a group that is saved."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.views.room import Room

__all__ = ["GroupForm"]


class GroupForm(QWidget):
    """Placeholder until the store keeps groups."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
