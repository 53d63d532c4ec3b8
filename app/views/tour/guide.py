"""What every step of the tour uses: waiting, telling, clicking, and taking pictures."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.views.parts import Parts
from app.views.shell.window import Window

__all__ = ["Guide"]

_LOOK_S = 0.05
W = TypeVar("W", bound=QWidget)


class Guide:
    """One tour. `say` tells a finding at once and keeps it for the report."""

    def __init__(self, parts: Parts, folder: Path) -> None:
        self.parts = parts
        self.room = parts.room
        self.began_s = time.monotonic()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._findings: list[dict[str, Any]] = []
        self._pictures: list[str] = []

    @property
    def window(self) -> Window:
        """Return the window that is toured."""
        return self.parts.windows[0]

    def say(self, step: str, *, ok: bool | None = None, seen: str = "") -> None:
        """Tell a finding: an expectation (`ok`) or a figure."""
        finding: dict[str, Any] = {"step": step}
        if ok is not None:
            finding["ok"] = ok
        if seen:
            finding["seen"] = seen
        self._findings.append(finding)
        sys.stdout.write(json.dumps(finding, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    async def until(self, condition: Callable[[], bool], *, timeout_s: float) -> bool:
        """Wait until `condition` holds; return False when it does not in time."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_LOOK_S)
        return True

    async def settle(self, seconds: float = 1.2) -> None:
        """Let the pages come up to date: the slowest looks once a second."""
        await asyncio.sleep(seconds)

    async def go(self, keys: str) -> None:
        """Press a key of the window, such as "Alt+1"."""
        *modifiers, key = keys.split("+")
        flags = {"Alt": Qt.KeyboardModifier.AltModifier, "Ctrl": Qt.KeyboardModifier.ControlModifier}
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= flags[modifier]
        QTest.keyClick(self.window, getattr(Qt.Key, f"Key_{key}"), held)
        await self.settle(0.2)

    async def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget, in its middle or at a point of it."""
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center()
        )
        await self.settle(0.2)

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        """Press a key of a widget."""
        QTest.keyClick(widget, key)

    def find(self, kind: type[W], name: str) -> W | None:
        """Return the visible widget with this object name."""
        found = self.window.findChildren(kind, name)
        return next((w for w in found if w.isVisible()), None)

    async def set_language(self, language: str) -> None:
        """Switch by the button in the header."""
        if self.room.language != language:
            await self.click(self.window.header.language)

    async def picture(self, name: str) -> None:
        """Save the window as `name`.png; the file is written on a thread, so that the tour freezes no screen."""
        path = self._folder / f"{name}.png"
        image = self.window.grab().toImage()
        if await asyncio.to_thread(image.save, str(path)):
            self._pictures.append(path.name)
        else:
            self.say(f"picture {name}", ok=False, seen=f"cannot write {path}")

    def end(self) -> int:
        """Write the report; return the exit code."""
        expected = 2 * 2 * len(self.window.pages)
        pages = f"{len(self._pictures)} pictures in {self._folder}"
        self.say("a picture of every page in both languages", ok=len(self._pictures) >= expected, seen=pages)
        missed = [f for f in self._findings if f.get("ok") is False]
        report = {"ok": not missed, "findings": self._findings, "pictures": self._pictures}
        text = json.dumps(report, ensure_ascii=False, indent=1)
        (self._folder / "report.json").write_text(text, encoding="utf-8")
        return 1 if missed else 0
