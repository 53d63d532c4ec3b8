"""Files that are not in memory: dropping them from the page cache, and reading plainly what a question read. Linux."""

from __future__ import annotations

import ctypes
import mmap
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

__all__ = ["Span", "drop", "read_plainly", "resident"]

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
_LIBC.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
_LIBC.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
_FAILED: Final = ctypes.c_void_p(-1).value


@dataclass(frozen=True, slots=True)
class Span:
    """Some bytes of a file."""

    file: Path
    offset: int
    length: int


def drop(files: Iterable[Path]) -> None:
    """Write files out and take them from the page cache. Raises RuntimeError if more than a tenth stays there:
    somebody has them mapped."""
    files = list(files)
    for file in files:
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
    stays, size = sum(s.length for s in resident(files)), sum(f.stat().st_size for f in files)
    if stays > size / 10 + mmap.PAGESIZE:
        raise RuntimeError(f"{stays} of {size} bytes stay in the page cache")


def resident(files: Iterable[Path]) -> list[Span]:
    """Return what of some files is in the page cache, as runs of pages."""
    return [span for file in files for span in _resident(file)]


def _resident(file: Path) -> list[Span]:
    size = file.stat().st_size
    if not size:
        return []
    handle = os.open(file, os.O_RDONLY)
    try:
        at = _LIBC.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, handle, 0)
    finally:
        os.close(handle)
    if at == _FAILED:
        raise OSError(ctypes.get_errno(), f"mmap of {file.name}")
    pages = np.zeros(-(-size // mmap.PAGESIZE), dtype=np.uint8)
    try:
        if _LIBC.mincore(at, size, pages.ctypes.data):
            raise OSError(ctypes.get_errno(), f"mincore of {file.name}")
    finally:
        _LIBC.munmap(at, size)
    inside = np.flatnonzero(np.diff(np.concatenate([[0], pages & 1, [0]]).astype(np.int8)))
    bounds = inside.reshape(-1, 2) * mmap.PAGESIZE
    return [Span(file, int(first), int(end - first)) for first, end in bounds]


def read_plainly(spans: Iterable[Span]) -> float:
    """Return how long it takes to read spans, in order, with nothing else done; seconds."""
    spans = list(spans)
    handles = {file: os.open(file, os.O_RDONLY) for file in {span.file for span in spans}}
    try:
        started = time.perf_counter()
        for span in spans:
            os.pread(handles[span.file], span.length, span.offset)
        return time.perf_counter() - started
    finally:
        for handle in handles.values():
            os.close(handle)
