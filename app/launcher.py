"""Starts `python -m app ROLE …` and watches it; imports no role.

A `Child` lives in a process group of its own, so that Ctrl-C in a terminal reaches the parent alone, which then ends
its children in order. It dies with its parent, however that ends: it watches the parent through a pipe of which the
parent holds the other end (`die_with_parent`, called by `app.__main__`).
`start_detached` starts one that outlives us.
"""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from app.errors import EnvironmentFault

__all__ = ["END_S", "Child", "command_line", "die_with_parent", "start_detached"]

END_S: Final = 10.0
"""How long a child may take over its orderly end before it is killed."""

_PIPE: Final = "QIANLIYAN_PARENT_PIPE"
_WINDOWS: Final = sys.platform == "win32"


def command_line(role: str, arguments: Sequence[str] = ()) -> list[str]:
    """Return the command that runs a role in our own interpreter, or in our own frozen executable."""
    if getattr(sys, "frozen", False):
        return [sys.executable, role, *arguments]
    return [sys.executable, "-m", "app", role, *arguments]


class Child:
    """One role as a child process. Its output goes to `log` (None: to where ours goes); with `piped`, what it prints
    is read from `output` by the caller and only its log records go to `log`."""

    def __init__(
        self,
        role: str,
        arguments: Sequence[str] = (),
        *,
        log: Path | None = None,
        env: Mapping[str, str] | None = None,
        dies_with_us: bool = True,
        piped: bool = False,
    ) -> None:
        """Start it. Raises EnvironmentFault when the process or its log cannot be made."""
        self.role: Final = role
        self.log: Final = log
        self._keep: IO[bytes] | None = None
        stdin: int | IO[bytes] = subprocess.PIPE if dies_with_us else subprocess.DEVNULL
        variables = dict(os.environ if env is None else env)
        if dies_with_us:
            variables[_PIPE] = "stdin"
        stdout = subprocess.PIPE if piped else None
        self._process = _start(role, arguments, log=log, env=variables, stdin=stdin, stdout=stdout, detached=False)
        self._keep = self._process.stdin
        self.output: Final = self._process.stdout

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs; -N when signal N ended it."""
        return self._process.poll()

    def wait(self, timeout_s: float) -> int | None:
        """Return the exit code, None when it still runs after `timeout_s`."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def watch(self, on_end: Callable[[int], None]) -> threading.Thread:
        """Call `on_end` with the exit code from a thread when it ends; returns the thread."""

        def wait() -> None:
            on_end(self._process.wait())

        thread = threading.Thread(target=wait, name=f"watch-{self.role}", daemon=True)
        thread.start()
        return thread

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        self._close()

    def stop(self, timeout_s: float = END_S) -> int:
        """Ask it to end (SIGTERM; on Windows the pipe's end), wait, kill it if it does not. Returns the exit code."""
        if self.code is None:
            if _WINDOWS:
                self._close()  # Windows has no SIGTERM to catch; the child sees the pipe end and stops in order
            else:
                self._process.terminate()
            if self.wait(timeout_s) is None:
                self._process.kill()
        code = self._process.wait()
        self._close()
        return code

    def _close(self) -> None:
        if self._keep is not None:
            self._keep.close()
            self._keep = None


def start_detached(role: str, *arguments: str, log: Path, env: Mapping[str, str] | None = None) -> int:
    """Start a role that outlives us, with its output appended to `log`; return its process id.

    Raises EnvironmentFault when the process or its log cannot be made.
    """
    process = _start(role, arguments, log=log, env=env, stdin=subprocess.DEVNULL, detached=True)
    # We are not going to wait for it: without this, Popen complains that it still runs when we end.
    process.returncode = 0
    return process.pid


def die_with_parent() -> bool:
    """In a child that is to die with its parent: from now on end in order, as by SIGTERM, when the parent is gone.
    Returns False when nobody asked for that."""
    if os.environ.pop(_PIPE, "") != "stdin":
        return False
    threading.Thread(target=_wait_for_parent, name="parent-watch", daemon=True).start()
    return True


def _wait_for_parent() -> None:
    # The descriptor, not sys.stdin: a thread inside its buffer would bring down an interpreter that ends.
    while os.read(0, 64):
        pass
    if _WINDOWS:
        _thread.interrupt_main(signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGTERM)


def _start(
    role: str,
    arguments: Sequence[str],
    *,
    log: Path | None,
    env: Mapping[str, str] | None,
    stdin: int | IO[bytes],
    detached: bool,
    stdout: int | None = None,
) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    if _WINDOWS:
        flags = subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined,unused-ignore]
        if detached:
            flags |= subprocess.DETACHED_PROCESS  # type: ignore[attr-defined,unused-ignore]
        options["creationflags"] = flags
    else:
        # A session of its own when it is to outlive a terminal, else only a group of its own.
        options.update({"start_new_session": True} if detached else {"process_group": 0})
    try:
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("ab") as output:
                return _popen(role, arguments, stdin=stdin, stdout=stdout or output, stderr=output, env=env, **options)
        return _popen(role, arguments, stdin=stdin, stdout=stdout, stderr=None, env=env, **options)
    except OSError as error:
        raise EnvironmentFault(f"{role} cannot be started: {error.strerror or error}") from error


def _popen(role: str, arguments: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command_line(role, arguments), **options)
