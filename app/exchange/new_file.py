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
        self._target = Path(os.path.realpath(path))  # what a link leads to is replaced, not the link
        self._part = self._target.with_name(f"{self._target.name}.{os.getpid()}.part")

    @property
    def part(self) -> Path:
        """Return where to write. Raises OSError if a device, a pipe or a folder stands there: root could put a file in
        the place of /dev/null."""
        if self._target.exists() and not self._target.is_file():
            code = errno.EISDIR if self._target.is_dir() else errno.EINVAL
            raise OSError(code, "what stands there is no file", str(self.path))
        return self._part

    def put(self) -> None:
        """Give it its name. Raises OSError; then nothing of it is left."""
        try:
            self._part.replace(self._target)
        except OSError:
            self.drop()
            raise

    def drop(self) -> None:
        """Leave nothing behind. Never fails."""
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


def trouble_of(error: OSError) -> tuple[str, str]:
    """Return a code for what went wrong with a file (folder, permission, full, other), and the system's words."""
    number, words = error.errno, error.strerror or str(error)
    if number in (errno.ENOENT, errno.ENOTDIR):
        return "folder", words
    if number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.EBUSY):
        return "permission", words
    return ("full" if number in (errno.ENOSPC, errno.EDQUOT) else "other"), words
