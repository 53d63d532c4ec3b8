"""Numbers for texts: a tag of kind TEXT carries the number of an interned, bounded string."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.outbox import Outbox
from app.model.records import InternedText
from app.storage.contract import TEXT_COUNT, TEXT_LENGTH

__all__ = ["Texts"]


class Texts:
    """Interns texts; goes on from the store's dictionary. Beyond its bound a new text has no number (NaN)."""

    def __init__(self, outbox: Outbox, known: Iterable[InternedText] = ()) -> None:
        self._outbox = outbox
        self._numbers = {t.text: t.number for t in known}
        self._next = max(self._numbers.values(), default=0) + 1

    def number(self, text: str) -> float:
        """Return the number of a text, 0 for the empty one."""
        text = text[:TEXT_LENGTH]
        if not text:
            return 0.0
        known = self._numbers.get(text)
        if known is not None:
            return float(known)
        if len(self._numbers) >= TEXT_COUNT:
            return float("nan")
        number, self._next = self._next, self._next + 1
        self._numbers[text] = number
        self._outbox.text(InternedText(number, text))
        return float(number)
