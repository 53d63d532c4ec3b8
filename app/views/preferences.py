"""What people set at this workstation for its screens: motion, saved views of the alarm list, its columns.

A few hundred bytes of JSON in the configuration folder, written only when a person changed something.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

__all__ = ["Preferences"]

_log = logging.getLogger(__name__)


class Preferences:
    """Keys and JSON values. Without a file they last as long as the room."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._values: dict[str, Any] = _read(file) if file is not None else {}

    def get(self, key: str, default: Any = None) -> Any:
        """Return what was set."""
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Set something and write the file. One that cannot be written is said in the log: the room goes on."""
        if self._values.get(key) == value:
            return
        self._values[key] = value
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_suffix(".new")
            new.write_text(json.dumps(self._values, ensure_ascii=False, indent=1), encoding="utf-8")
            new.replace(self._file)
        except OSError as error:
            _log.warning("the preferences of this workstation cannot be kept: %s", error)


def _read(file: Path) -> dict[str, Any]:
    """Read a file; one that is missing or damaged counts as empty, and damage is said."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("the preferences of this workstation cannot be read: %s", error)
        return {}
    return read if isinstance(read, dict) else {}
