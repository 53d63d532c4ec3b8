"""Files that come whole or not at all: written beside the wanted one, which they replace when they are on the disk."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

__all__ = ["NewFile", "trouble_of"]


class NewFile:
    """The new file beside the wanted one: write `part`, then `put` or `drop`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(f"{path.name}.{os.getpid()}.part")

    def put(self) -> None:
        """Give it its name. Raises OSError; then nothing of it is left."""
        try:
            self.part.replace(self.path)
        except OSError:
            self.drop()
            raise

    def drop(self) -> None:
        """Leave nothing behind. Never fails."""
        with suppress(OSError):
            self.part.unlink(missing_ok=True)


def trouble_of(error: OSError) -> tuple[str, str]:
    """Return a code for what went wrong with a file (folder, permission, full, other), and the system's words."""
    number, words = error.errno, error.strerror or str(error)
    if number in (errno.ENOENT, errno.ENOTDIR):
        return "folder", words
    if number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.EBUSY):
        return "permission", words
    return ("full" if number in (errno.ENOSPC, errno.EDQUOT) else "other"), words
