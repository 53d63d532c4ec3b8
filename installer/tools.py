"""Runs other programs: their output goes to the log, their failure becomes one clear sentence."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence

from installer.telling import SetupFault, Teller

__all__ = ["ToolFailed", "run_tool"]


class ToolFailed(SetupFault):
    """A program ended with an error; `output` is all that it printed."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output


def run_tool(
    command: Sequence[str],
    *,
    teller: Teller,
    env: dict[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
) -> str:
    """Run `command` to its end and return its output. Raises ToolFailed when it fails or cannot be started."""
    teller.keep("$ " + " ".join(command))
    lines: list[str] = []
    try:
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(env or {})},
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                teller.keep(line)
                if on_line is not None:
                    on_line(line)
    except OSError as fault:
        raise ToolFailed(f"{command[0]} cannot be started: {fault}", "") from fault
    output = "".join(lines)
    if process.returncode != 0:
        raise ToolFailed(f"{command[0]} ended with code {process.returncode}", output)
    return output
