"""An exclusive lock on a file, freed by the operating system when its process ends, however it ends."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import IO

from app.errors import LeaseHeld, StoreUnavailable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["LockFile"]


class LockFile:
    """The lock at `path`. The file says who holds it; it stays behind when the lock is free."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self, holder: str) -> None:
        """Lock, or raise LeaseHeld with the holder's name, process number and machine."""
        if self._file is not None:
            return
        try:
            file = self.path.open("a+", encoding="utf-8")
        except OSError as error:
            raise StoreUnavailable(f"the lock of the store cannot be opened: {error}") from error
        if not _lock(file):
            file.close()
            raise LeaseHeld(self._named())
        file.seek(0)
        file.truncate()
        json.dump({"holder": holder, "pid": os.getpid(), "host": socket.gethostname()}, file)
        file.flush()
        self._file = file

    def release(self) -> None:
        """Unlock. Idempotent."""
        if self._file is not None:
            self._file.close()  # closing unlocks
            self._file = None

    def _named(self) -> str:
        """Return what the holder wrote about itself; it may not have come to that yet."""
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            return f"{said['holder']} (process {said['pid']} on {said['host']})"
        except (OSError, ValueError, KeyError):
            return f"a process that holds {self.path}"


def _lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(1 << 30)  # far behind the text: locked bytes cannot be read there
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
