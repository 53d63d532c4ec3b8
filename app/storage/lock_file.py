"""An exclusive lock on a file, freed by the operating system when its process ends, however it ends.

The file names its holder so exactly that another process can kill just that one. Its time stamp is a sign of life for
a holder that has no other.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from app.errors import LeaseHeld, StoreUnavailable
from app.launcher import ProcessMark, mark_of

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["ENGINE_LOCK", "Holder", "LockFile"]

ENGINE_LOCK: Final = "engine.lock"
"""The engine's lock file in the folder of a store."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, as it wrote itself."""

    name: str
    host: str
    process: ProcessMark

    @property
    def here(self) -> bool:
        """True when it is of this machine."""
        return self.host == socket.gethostname()

    def __str__(self) -> str:
        # An engine's name says its machine and process already.
        told = self.host in self.name and f"process {self.process.pid}" in self.name
        return self.name if told else f"{self.name} (process {self.process.pid} on {self.host})"


class LockFile:
    """The lock at `path`. The file says who holds it; it stays behind when the lock is free."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self, holder: str) -> None:
        """Lock, or raise LeaseHeld with the holder's name, process number and machine; StoreUnavailable where the name
        of ours cannot be written."""
        if self._file is not None:
            return
        try:
            file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StoreUnavailable(f"the lock of the store cannot be opened: {error}") from error
        if not _lock(file):
            file.close()
            raise LeaseHeld(self._named())
        try:
            _sign(file, holder)
        except OSError as error:  # a full disk
            file.close()
            raise StoreUnavailable(f"the lock of the store cannot be written: {error}") from error
        self._file = file

    def release(self) -> None:
        """Unlock. Idempotent."""
        if self._file is not None:
            self._file.close()  # closing unlocks
            self._file = None

    def held(self) -> bool:
        """Return whether anybody holds it now."""
        try:
            file = self.path.open("r+", encoding="utf-8")
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreUnavailable(f"the lock of the store cannot be opened: {error}") from error
        with file:
            return not _lock(file, shared=True)

    def holder(self) -> Holder | None:
        """Return what the last holder wrote about itself, whether or not it holds the lock still. None: it has not come
        to that yet, or the file is of an older program."""
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            return Holder(str(said["holder"]), str(said["host"]), ProcessMark(int(said["pid"]), str(said["started"])))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def touch(self) -> None:
        """Give a sign of life. Raises OSError where not even that can be written."""
        os.utime(self.path)

    def touched_ns(self) -> int:
        """Return the time stamp of the last sign of life, by the clock of then; 0 without a file."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0

    def _named(self) -> str:
        holder = self.holder()
        return f"a process that holds {self.path}" if holder is None else str(holder)


def _sign(file: IO[str], holder: str) -> None:
    file.seek(0)
    file.truncate()
    mark = mark_of(os.getpid())
    started = "" if mark is None else mark.started
    json.dump({"holder": holder, "pid": os.getpid(), "started": started, "host": socket.gethostname()}, file)
    file.flush()


def _lock(file: IO[str], *, shared: bool = False) -> bool:
    """Lock, or return False. `shared` is for a look: two that look are not in each other's way."""
    try:
        if sys.platform == "win32":
            file.seek(1 << 30)  # far behind the text: locked bytes cannot be read there
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
