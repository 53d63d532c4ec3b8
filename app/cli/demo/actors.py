"""The demo's children: our own executable with a role, their lines as they come, and an orderly end."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.errors import EnvironmentFault
from app.launcher import END_S, Child

__all__ = ["Actor"]


class Actor:
    """One child process. Standard output is read as lines (JSON objects are parsed), log records go to a file."""

    def __init__(self, role: str, arguments: Sequence[str], *, env: Mapping[str, str], logs: Path) -> None:
        """Start `python -m app ROLE …`. Ctrl-C reaches the demo alone, and the child dies with the demo."""
        self.role = role
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue(1000)
        # Numbered: a role that is started again must not write on in the log of the one before.
        self.log = logs / f"{role}-{len(list(logs.glob(f'{role}-*.log'))) + 1}.log"
        self._child = Child(role, arguments, log=self.log, env=env, piped=True)
        self._reader = threading.Thread(target=self._read, name=f"demo-{role}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._child.pid

    @property
    def code(self) -> int | None:
        """Return the exit code, None while it runs; -N when signal N ended it."""
        return self._child.code

    def line(self, timeout_s: float) -> dict[str, Any] | None:
        """Return the next line, None when none comes in time. Plain text comes as {"text": …}."""
        try:
            return self.lines.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def check(self) -> None:
        """Raise EnvironmentFault with the last lines of its log when the child has ended."""
        if self.code is not None:
            raise EnvironmentFault(f"{self.role} ended with code {self.code}; its last words:\n{self.last_words()}")

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def kill(self) -> None:
        """Kill it at once, as a power cut would."""
        self._child.kill()

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit code, None when it still runs after `timeout_s`."""
        return self._child.wait(timeout_s)

    def close(self, timeout_s: float = END_S) -> int:
        """End it: ask, wait, kill if it does not listen. Idempotent. Returns the exit code."""
        code = self._child.stop(timeout_s)
        self._reader.join(END_S)
        if self._child.output is not None:
            self._child.output.close()
        return code

    def _read(self) -> None:
        assert self._child.output is not None
        for raw in self._child.output:
            found = _parsed(raw.decode("utf-8", errors="replace"))
            while True:
                try:
                    self.lines.put(found, timeout=0.1)
                    break
                except queue.Full:
                    # Nobody asks for lines: the oldest is the least wanted, and the child must never block on us.
                    self._drop_one()

    def _drop_one(self) -> None:
        try:
            self.lines.get_nowait()
        except queue.Empty:
            time.sleep(0)


def _parsed(text: str) -> dict[str, Any]:
    """Return the line as an object."""
    stripped = text.strip()
    if stripped.startswith("{"):
        try:
            found = json.loads(stripped)
        except ValueError:
            return {"text": stripped}
        return dict(found)
    return {"text": stripped}
