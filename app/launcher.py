"""Starts `python -m app ROLE …` and watches it; imports no role.

A `Child` lives in a process group of its own, so that Ctrl-C in a terminal reaches the parent alone, which then ends
its children in order. It dies with its parent, however that ends: it watches the parent through a pipe of which the
parent holds the other end (`die_with_parent`, called by `app.__main__`).
`start_detached` starts one that outlives us. What outlives us may be ended later, by us or by another process of ours:
`doubt_of` says whether a process surely is what we take it for, `kill_process` kills that one and no other.
"""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from app.errors import EnvironmentFault

if TYPE_CHECKING:
    import psutil  # at run time on first use: most roles look at no other process

__all__ = [
    "END_S",
    "YOUNG_S",
    "Child",
    "ProcessMark",
    "command_line",
    "die_with_parent",
    "doubt_of",
    "has_ended",
    "kill_process",
    "mark_of",
    "start_detached",
]

END_S: Final = 10.0
"""How long a child may take over its orderly end before it is killed."""

YOUNG_S: Final = 30.0
"""A process younger than this may still be starting, on a busy machine."""
_DEATH_S: Final = 3.0
"""How long a killed process may take until it is gone; one that waits for a disk takes as long as the disk."""

_PIPE: Final = "QIANLIYAN_PARENT_PIPE"
_WINDOWS: Final = sys.platform == "win32"
_LINUX: Final = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """One process of this machine, for ever: its number may be given out again, but never with the same start."""

    pid: int
    started: str


def mark_of(pid: int) -> ProcessMark | None:
    """Return the mark of a process of this machine, None when there is none or it has ended."""
    import psutil

    if _LINUX:
        try:
            # Not psutil's time of the start: it moves when the machine's clock is set.
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            return None if fields[0] in "ZXx" else ProcessMark(pid, f"{_boot_id()} {fields[19]}")
        except OSError:
            return None  # it has ended, or this machine hides it
    try:
        process = psutil.Process(pid)
        ended = process.status() == psutil.STATUS_ZOMBIE
        return None if ended else ProcessMark(pid, repr(process.create_time()))
    except psutil.Error:
        return None


def _boot_id() -> str:
    """Ticks since the boot say nothing without the boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def has_ended(mark: ProcessMark) -> bool:
    """Return whether a process has ended. A child of ours that we started detached is let go of then."""
    if mark_of(mark.pid) == mark:
        return False
    if sys.platform != "win32":
        try:
            os.waitpid(mark.pid, os.WNOHANG)
        except ChildProcessError:
            pass  # another's child, or let go of before
    return True


def doubt_of(mark: ProcessMark, role: str, *, holding: Path) -> str:
    """Return why the process may not be killed as one of ours that stands still: it does not run `role`, does not have
    the file `holding` open, has just been started, or has a reason to stand still. "" when there is no doubt."""
    import psutil

    if mark_of(mark.pid) != mark:
        return f"process {mark.pid} has ended, or is another one"
    try:
        doubt = _doubt(psutil.Process(mark.pid), role, holding)
    except (psutil.Error, OSError) as error:
        return f"process {mark.pid} cannot be looked at: {error}"
    return doubt and f"process {mark.pid} {doubt}"


def _doubt(process: psutil.Process, role: str, holding: Path) -> str:
    import psutil

    if process.pid == os.getpid() or _role_in(process.cmdline()) != role:
        return f"is no {role}"
    if not any(Path(file.path).samefile(holding) for file in process.open_files() if Path(file.path).exists()):
        return f"does not have {holding} open"
    if not time.time() - process.create_time() >= YOUNG_S:
        return "has just been started"
    reasons = {psutil.STATUS_DISK_SLEEP: "waits for a disk", psutil.STATUS_TRACING_STOP: "is being debugged"}
    return reasons.get(process.status(), "")


def _role_in(command: Sequence[str]) -> str:
    """Return the role that a command line starts, "" when it is none of ours; see `command_line`."""
    words = iter(command)
    for word in words:
        if (word == "-m" and next(words, "") == "app") or Path(word).stem.lower() == "qianliyan":
            return next(words, "")
    return ""


def kill_process(mark: ProcessMark) -> str:
    """Kill exactly this process and wait until it is gone; return why it is not, "" when it is."""
    import psutil

    try:
        process = psutil.Process(mark.pid)
        if mark_of(mark.pid) == mark:
            process.kill()  # which looks once more whether the number was given out again
    except psutil.NoSuchProcess:
        return ""
    except psutil.AccessDenied:
        return f"process {mark.pid} belongs to another account"
    deadline = time.monotonic() + _DEATH_S
    while not has_ended(mark):
        if time.monotonic() > deadline:
            return f"process {mark.pid} was killed and is not gone yet"
        time.sleep(0.02)
    return ""


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
