"""How bad an equipment is: the highest of its alarms. Values that cannot be trusted raise nothing here: their own mark
shows them."""

from __future__ import annotations

from app.model.spec import Equipment
from app.views.state.live import LiveValues

__all__ = ["priority_at", "priority_of"]


def priority_of(equipment: Equipment, live: LiveValues) -> int:
    """Return the highest priority among the alarms that stand at an equipment, 0 for none."""
    return priority_at(equipment.path, live)


def priority_at(path: str, live: LiveValues) -> int:
    """Return the highest priority among the alarms that stand at an equipment or a tag, 0 for none."""
    return live.book.tally(path).worst if live.book is not None else 0
