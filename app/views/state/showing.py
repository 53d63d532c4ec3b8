"""Keeps how values are shown, and the word for each equipment, for as long as nothing that they rest on moves.

Every window shows some of the same tags, and most tags stand still: they are put into words once. One entry per tag
and per equipment of the site, no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.model.commands.checks import Reading, state_word
from app.model.spec import Equipment, TagKind
from app.views.state.values import Mark, Shown, show

if TYPE_CHECKING:
    from app.views.state.live import LiveValues

__all__ = ["Showing"]

_STALE: Final = Mark.STALE
_NUMBERS: Final = (TagKind.ANALOG, TagKind.COUNTER)


class Showing:
    """Belongs to the live values that it reads."""

    def __init__(self, live: LiveValues) -> None:
        self._live = live
        self._shown: dict[str, tuple[int, str | None, Shown]] = {}
        """None for a language: a number reads the same in all of them."""
        self._words: dict[str, tuple[int, str]] = {}
        self._deciding: dict[str, tuple[int, ...]] = {}

    def of(self, path: str, *, now_ms: int, language: str) -> Shown:
        """Return how the tag at `path` is shown now, as `values.show` says."""
        live = self._live
        spec = live.spec(path)
        if spec is None:
            return show(live.get(path), None, now_ms=now_ms, language=language)
        moved = live.moved.item(spec.number)
        kept = self._shown.get(path)
        if kept is not None and kept[0] == moved and (kept[1] is None or kept[1] == language):
            return kept[2]
        shown = show(live.get(path), spec, now_ms=now_ms, language=language)
        if shown.mark is not _STALE:  # a stale value says its age, which moves by itself
            self._shown[path] = (moved, None if spec.kind in _NUMBERS else language, shown)
        return shown

    def word(self, equipment: Equipment) -> str:
        """Return the state of an equipment in one word, as `checks.state_word` says."""
        numbers = self._deciding.get(equipment.path)
        kept = self._words.get(equipment.path)
        if numbers is not None and kept is not None and kept[0] == self.moved(numbers):
            return kept[1]
        read: list[int] = []
        word = state_word(equipment, lambda path: self._reading(path, read))
        numbers = self._deciding[equipment.path] = tuple(read)
        self._words[equipment.path] = (self.moved(numbers), word)
        return word

    def moved(self, numbers: tuple[int, ...]) -> int:
        """Return when the last of some tags moved, by the clock of the live values."""
        return max(map(self._live.moved.item, numbers), default=0)

    def _reading(self, path: str, read: list[int]) -> Reading | None:
        spec = self._live.spec(path)
        if spec is None:
            return None
        read.append(spec.number)
        value = self._live.get(path)
        return Reading(value.value, value.quality, 0.0)
