"""Ctrl-C as a wish: long work ends at its next safe place, and says what it leaves. A second one ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["interruptible"]


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Give what says whether somebody wants the work to end (Ctrl-C, or SIGTERM)."""
    asked = False

    def note(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}

    def ended() -> bool:
        return asked

    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
