"""What set-up says while it works, and how it stops."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TextIO

__all__ = ["SetupFault", "Teller"]


class SetupFault(Exception):
    """Set-up cannot go on; the message says what is missing and what to do about it."""


class Teller:
    """Prints numbered steps with their duration and keeps the tools' own output in a file."""

    def __init__(self, *, steps: int, log: Path, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._steps = steps
        self._step = 0
        self._started = time.monotonic()
        self.log = log
        self._line_open = False

    def begin(self, title: str) -> None:
        """Begin the next step."""
        self._step += 1
        self._started = time.monotonic()
        self._print(f"[{self._step}/{self._steps}] {title}")

    def progress(self, text: str) -> None:
        """Say how far a step is: on a terminal in one line that changes, elsewhere not at all."""
        if self._out.isatty():
            self._out.write(f"\r      {text:<70.70}")
            self._out.flush()
            self._line_open = True

    def note(self, text: str) -> None:
        """Say one thing within a step."""
        self._print(f"      {text}")

    def done(self, text: str) -> None:
        """End the step with its result and how long it took."""
        self._print(f"      {text} ({time.monotonic() - self._started:.1f} s)")

    def keep(self, line: str) -> None:
        """Append a line of a tool's output to the log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line.rstrip("\n") + "\n")

    def _print(self, text: str) -> None:
        if self._line_open:
            self._out.write("\r" + " " * 76 + "\r")
            self._line_open = False
        print(text, file=self._out, flush=True)
