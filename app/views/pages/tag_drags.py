"""Makes values of a page draggable onto trends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from app.views.room import Room
from app.views.widgets.tag_drag import TagDrag

__all__ = ["drag_from", "drag_one"]


def drag_from(room: Room, widget: QWidget, paths_at: Callable[[QPoint], tuple[str, ...]]) -> None:
    """Let hands drag tags (or equipment, for what it measures) out of a widget; `paths_at`: which stand at a point."""
    TagDrag(widget, paths_at, partial(_name, room))


def drag_one(room: Room, widget: QWidget, path: str) -> None:
    """Let hands drag the one tag or equipment that a widget shows."""
    drag_from(room, widget, partial(_always, (path,)))


def _always(paths: tuple[str, ...], _at: QPoint) -> tuple[str, ...]:
    return paths


def _name(room: Room, path: str) -> str:
    live = room.live
    if live is None:
        return path
    spec = live.spec(path)
    owner = next((e for e in live.site.equipment if e.path in (path, path.rpartition("/")[0])), None)
    labels = [x.label.get(room.language) for x in (owner, spec) if x is not None]
    return " · ".join(labels) or path
