"""The face of an equipment: everything about it that a symbol and its texts show. Two equal faces look the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.model.records import CommandState, EquipmentStatus
from app.model.spec import Equipment
from app.views.state.faults import priority_at, priority_of
from app.views.state.live import LiveValues
from app.views.state.values import Mark, Shown, mark_of

__all__ = ["Face", "FaceReader", "face_of"]

_DECIDING: Final = ("run", "opened", "closed", "position", "level", "flow", "pressure", "mains", "heartbeat")
_MODES: Final = {0: "O", 1: "H", 2: "A"}
_FILLED: Final = ("running", "opened", "between", "moving")


class Face(NamedTuple):
    """What is shown of one equipment.

    `word` is a state word of `checks.state_word`; `mark` the quality of the value that decides about it; `mode` A, H or
    O, "?" when it cannot be trusted, "" when the type has none. `priority` 1–4 puts the fault indicator beside it,
    0 leaves it away. `selected` is "mine", "other" or "". `command` is the state of a command on its way.
    `alarmed` has the roles whose values have an alarm that stands, with the highest priority of each.
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
    alarmed: tuple[tuple[str, int], ...] = ()

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
        for name, shown in self.values:
            if name == role:
                return shown
        return None

    def alarm(self, role: str) -> int:
        """Return the highest priority among the alarms of the value that plays `role`, 0 for none."""
        return next((priority for name, priority in self.alarmed if name == role), 0)


class FaceReader:
    """Reads the face of one equipment with the values of `roles` (those that it has), again and again.

    What the states alone decide is kept while none of them moves.
    """

    def __init__(self, equipment: Equipment, live: LiveValues, roles: Sequence[str]) -> None:
        tags = dict(equipment.tags)
        self._equipment, self._live = equipment, live
        self._pairs = tuple((role, tags[role]) for role in roles if role in tags)
        self._deciding = next((tags[r] for r in _DECIDING if r in tags), next(iter(tags.values()), None))
        self._mode, self._remote = tags.get("mode"), tags.get("remote")
        specs = (live.spec(path) for path in (self._deciding, self._mode, self._remote) if path is not None)
        self._rests_on = tuple(spec.number for spec in specs if spec is not None)
        self._stands: tuple[int, Mark, str, bool] = (-1, Mark.PLAIN, "", False)

    def read(self, status: EquipmentStatus | None, *, session: str, now_ms: int, language: str) -> Face:
        """Return the face now."""
        of, equipment = self._live.showing.of, self._equipment
        _, mark, mode, local = self._standing()
        flying = status is not None and status.state is not None and not status.state.final
        priority = priority_of(equipment, self._live)
        return Face(
            word=self._live.showing.word(equipment),
            mark=mark,
            mode=mode,
            local=local,
            priority=priority,
            held=status is not None and status.hold is not None,
            selected=_selected(status, session, now_ms),
            command=status.state if status is not None and flying else None,
            values=tuple([(role, of(path, now_ms=now_ms, language=language)) for role, path in self._pairs]),
            alarmed=self._alarmed() if priority else (),
        )

    def _alarmed(self) -> tuple[tuple[str, int], ...]:
        found = ((role, priority_at(path, self._live)) for role, path in self._pairs)
        return tuple((role, priority) for role, priority in found if priority)

    def _standing(self) -> tuple[int, Mark, str, bool]:
        live = self._live
        moved = live.showing.moved(self._rests_on)
        if self._stands[0] != moved:
            mark = Mark.PLAIN if self._deciding is None else mark_of(live.get(self._deciding).quality)
            self._stands = (moved, mark, _mode(live, self._mode), _local(live, self._remote))
        return self._stands


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
    return FaceReader(equipment, live, roles).read(status, session=session, now_ms=now_ms, language=language)


def _mode(live: LiveValues, path: str | None) -> str:
    if path is None:
        return ""
    value = live.get(path)
    if not mark_of(value.quality).usable or value.value != value.value:
        return "?"
    return _MODES.get(int(value.value), "?")


def _local(live: LiveValues, path: str | None) -> bool:
    if path is None:
        return False
    value = live.get(path)
    return mark_of(value.quality).usable and value.value < 0.5


def _selected(status: EquipmentStatus | None, session: str, now_ms: int) -> str:
    if status is None or not status.selected_session or status.selected_until_ms < now_ms:
        return ""
    return "mine" if status.selected_session == session else "other"
