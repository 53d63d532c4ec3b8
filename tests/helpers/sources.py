"""The files that the laws are applied to."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

__all__ = ["ROOT", "python_files", "tracked_texts", "tree_of"]

ROOT = Path(__file__).resolve().parents[2]


def python_files(*folders: str) -> list[Path]:
    """Return all Python files below `folders` of the project."""
    return sorted(p for folder in folders for p in (ROOT / folder).rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def tracked_texts() -> list[tuple[str, str]]:
    """Return (path in the project, text) of every tracked file that is text and still there."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True)
    names = [n for n in listed.stdout.decode().split("\0") if n and (ROOT / n).is_file()]
    raw = [(name, (ROOT / name).read_bytes()) for name in names]
    return [(name, data.decode("utf-8")) for name, data in raw if b"\0" not in data]
