"""The demo's children: our own executable with a role, their lines as they come, and an orderly end."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.errors import EnvironmentFault

__all__ = ["Actor"]

END_S = 10.0
"""How long a child may take over its orderly end before it is killed."""


class Actor:
    """One child process. Standard output is read as lines (JSON objects are parsed), standard error goes to a file."""

    def __init__(self, role: str, arguments: Sequence[str], *, env: Mapping[str, str], logs: Path) -> None:
        """Start `python -m app ROLE …` in a session of its own: Ctrl-C reaches the demo alone, which ends in order."""
        self.role = role
        self.log = logs / f"{role}.log"
        self.lines: queue.Queue[dict[str, Any]] = queue.Queue(1000)
        self._file = self.log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", role, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._file,
            env=dict(env),
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read, name=f"demo-{role}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._process.poll()

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
        self._process.kill()
        self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit code, None when it still runs after `timeout_s`."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> int:
        """End it: ask, wait, kill if it does not listen. Idempotent. Returns the exit code."""
        if self.code is None:
            self._process.terminate()
            if self.wait(END_S) is None:
                self.kill()
        code = self._process.wait()
        self._reader.join(END_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._file.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            while True:
                try:
                    self.lines.put(_parsed(text), timeout=0.1)
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
