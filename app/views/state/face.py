"""The face of an equipment: everything about it that a symbol and its texts show. Two equal faces look the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.model.commands.checks import state_word
from app.model.records import CommandState, EquipmentStatus
from app.model.spec import Equipment
from app.views.state.faults import priority_of
from app.views.state.live import LiveValues
from app.views.state.readings import ageless
from app.views.state.values import Mark, Shown, mark_of, show

__all__ = ["Face", "face_of"]

_DECIDING: Final = ("run", "opened", "closed", "position", "level", "flow", "pressure", "mains", "heartbeat")
_MODES: Final = {0: "O", 1: "H", 2: "A"}
_FILLED: Final = ("running", "opened", "between", "moving")


@dataclass(frozen=True, slots=True)
class Face:
    """What is shown of one equipment.

    `word` is a state word of `checks.state_word`; `mark` the quality of the value that decides about it; `mode` A, H or
    O, "?" when it cannot be trusted, "" when the type has none. `priority` 1–4 puts the fault indicator beside it,
    0 leaves it away. `selected` is "mine", "other" or "". `command` is the state of a command on its way.
    """

    word: str = "any"
    mark: Mark = Mark.PLAIN
    mode: str = ""
    local: bool = False
    priority: int = 0
    held: bool = False
    selected: str = ""
    command: CommandState | None = None
    values: tuple[tuple[str, Shown], ...] = ()

    @property
    def filled(self) -> bool:
        """True when the symbol is drawn with a light fill: it runs, or the gate is not closed."""
        return self.word in _FILLED

    @property
    def age(self) -> str:
        """Age of a stale value, for where it is said once for all of them; "" when none is stale."""
        return next((shown.note for _, shown in self.values if shown.mark is Mark.STALE), "")

    def value(self, role: str) -> Shown | None:
        """Return the value that plays `role`."""
        return next((shown for name, shown in self.values if name == role), None)


def face_of(
    equipment: Equipment,
    live: LiveValues,
    status: EquipmentStatus | None,
    *,
    roles: Sequence[str],
    session: str,
    now_ms: int,
    language: str,
) -> Face:
    """Return the face of `equipment` with the values of `roles` (those that it has)."""
    pairs = [(role, equipment.tag(role)) for role in roles]
    values = tuple(
        (role, show(live.get(path), live.spec(path), now_ms=now_ms, language=language))
        for role, path in pairs
        if path is not None
    )
    flying = status is not None and status.state is not None and not status.state.final
    return Face(
        word=state_word(equipment, ageless(live)),
        mark=_mark(equipment, live),
        mode=_mode(equipment, live),
        local=_local(equipment, live),
        priority=priority_of(equipment, live),
        held=status is not None and status.hold is not None,
        selected=_selected(status, session, now_ms),
        command=status.state if status is not None and flying else None,
        values=values,
    )


def _mark(equipment: Equipment, live: LiveValues) -> Mark:
    tags = dict(equipment.tags)
    path = next((tags[role] for role in _DECIDING if role in tags), None)
    path = path if path is not None else next(iter(tags.values()), None)
    return Mark.PLAIN if path is None else mark_of(live.get(path).quality)


def _mode(equipment: Equipment, live: LiveValues) -> str:
    path = equipment.tag("mode")
    if path is None:
        return ""
    value = live.get(path)
    if not mark_of(value.quality).usable or value.value != value.value:
        return "?"
    return _MODES.get(int(value.value), "?")


def _local(equipment: Equipment, live: LiveValues) -> bool:
    path = equipment.tag("remote")
    if path is None:
        return False
    value = live.get(path)
    return mark_of(value.quality).usable and value.value < 0.5


def _selected(status: EquipmentStatus | None, session: str, now_ms: int) -> str:
    if status is None or not status.selected_session or status.selected_until_ms < now_ms:
        return ""
    return "mine" if status.selected_session == session else "other"
