"""Plain data as canonical JSON text: what journals are hashed over and what JSON columns hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from app.errors import InternalFault
from app.model.spec_json import to_json_text

__all__ = ["clean", "from_text", "to_text"]


def to_text(data: Any) -> str:
    """Return `data` as canonical JSON (keys sorted, no spaces). JSON knows no NaN and no infinity: those become null,
    since a bad value in a snapshot must not keep a record from being written. Raises InternalFault for other types."""
    return to_json_text(_plain(data))


def from_text(text: str) -> Any:
    """Return what canonical text says."""
    return json.loads(text)


def clean(text: str) -> str:
    """Return text that every backend can keep: PostgreSQL refuses the zero character, UTF-8 lone surrogates."""
    if type(text) is str and text.isascii() and "\0" not in text:
        return text  # nearly all there are: thousands a second in a flood of alarms
    return text.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode("utf-8")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    raise InternalFault(f"{type(value).__name__} cannot stand in a record: {value!r:.60}")
