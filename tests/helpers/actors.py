"""Starts `store_actor` processes and hears what they say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Self

__all__ = ["Actor"]


class Actor:
    """One actor process; a context that ends it."""

    def __init__(self, verb: str, address: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.helpers.store_actor", verb, address, *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        self.said: list[dict[str, Any]] = []
        self._lines: Queue[dict[str, Any]] = Queue()
        self._listener = threading.Thread(target=self._listen, name="actor listener")
        self._listener.start()

    def hear(self, timeout_s: float = 30.0) -> dict[str, Any]:
        """Return the next thing it says. Fails the test if it stays silent."""
        try:
            said = self._lines.get(timeout=timeout_s)
        except Empty:
            raise AssertionError(f"the actor said nothing for {timeout_s} s") from None
        self.said.append(said)
        return said

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.process.pid, number)

    def kill(self) -> list[dict[str, Any]]:
        """Kill it without warning and return everything that it had said."""
        self.process.kill()
        self._end()
        while not self._lines.empty():
            self.said.append(self._lines.get())
        return self.said

    def wait(self, timeout_s: float = 30.0) -> list[dict[str, Any]]:
        """Wait for its own end and return everything that it said."""
        self.process.wait(timeout_s)
        self._end()
        while not self._lines.empty():
            self.said.append(self._lines.get())
        return self.said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self._end()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            # A killed actor may leave half a line: it said nothing then.
            if line.endswith("\n"):
                self._lines.put(json.loads(line))

    def _end(self) -> None:
        self.process.wait(30)
        self._listener.join(30)
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass  # what was still to be told has nobody to hear it
