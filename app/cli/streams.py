"""The standard streams as they really are: of another encoding, closed early, or on a full disk."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Final

__all__ = ["no_room", "show_anything", "with_all_written"]

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def show_anything() -> None:
    """Let what the encoding of a stream lacks be written as `\\u5343`, which JSON understands too, instead of ending
    a command half way: one that follows a pump must not fall over its name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a windowed program on Windows has none
            stream.reconfigure(errors="backslashreplace")


def with_all_written(work: Callable[[], None]) -> None:
    """Do the work and write out what it printed, so that an error of the output is one of the command. Raises
    OSError; a pipe whose reader has gone ends the command with 1, as such a pipe does while it prints."""
    try:
        try:
            work()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        _give_up_output()
        if error.errno == errno.EPIPE:
            sys.exit(1)
        raise


def no_room(error: OSError) -> bool:
    """Return whether the machine could not take what was written: nothing of ours is at fault."""
    return error.errno in _NO_ROOM


def _give_up_output() -> None:
    """Let what still waits to be written go nowhere, or the interpreter would complain of it once more as it ends."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
