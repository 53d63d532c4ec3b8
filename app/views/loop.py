"""The only module that knows qasync: one asyncio loop on Qt's own, run until an event is set.

Nothing of the room needs the loop but what is easier to say with `await`: the tour, and futures around dialogs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

__all__ = ["Stopper", "run_until_stopped"]


class Stopper:
    """The event that ends the room. Windows set it; nothing else stops the loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.code = 0

    def stop(self, code: int = 0) -> None:
        """Ask the room to end with an exit code. From the GUI thread; the first code counts."""
        if not self._event.is_set():
            self.code = code
            self._event.set()

    async def wait(self) -> None:
        """Wait until somebody asks."""
        await self._event.wait()


def run_until_stopped(
    app: QApplication, stopper: Stopper, *, beside: Callable[[], Coroutine[Any, Any, int]] | None = None
) -> int:
    """Run Qt and asyncio until `stopper` is set and return its code.

    `beside` is a coroutine (the tour) that runs beside the room; its return value stops the room with that code, an
    error in it is raised here after the loop has ended.
    """
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(_until(stopper, beside))
    finally:
        loop.close()
        asyncio.set_event_loop(None)
    return stopper.code


async def _until(stopper: Stopper, beside: Callable[[], Coroutine[Any, Any, int]] | None) -> None:
    if beside is None:
        await stopper.wait()
        return
    waiting = asyncio.ensure_future(stopper.wait())
    task = asyncio.ensure_future(beside())
    done, rest = await asyncio.wait((waiting, task), return_when=asyncio.FIRST_COMPLETED)
    for unfinished in rest:
        unfinished.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    if task in done:
        stopper.stop(task.result())
