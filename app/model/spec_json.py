"""A `Site` as canonical JSON, the form in which the store keeps it and its hash is taken, and back.

Generic over the frozen dataclasses of `spec` and `points`: an object per record with every field written, keys sorted,
no spaces, no NaN. Equal sites give equal text, and text that was written gives an equal site. Where a field admits
several records (`Point`), the key `$` names the record. Reading is strict: unknown or repeated keys, missing fields
without a default and values of another type raise ConfigurationFault with the place (`$.tags[3].low`). A field that is
absent takes its default, so that sites written before the field existed stay readable.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

from app.errors import ConfigurationFault
from app.model.spec import Site

__all__ = ["site_from_json", "site_to_json", "to_json_text"]

_RECORD: Final = "$"
_UNIONS: Final = (Union, UnionType)


def site_to_json(site: Site) -> str:
    """Return the canonical JSON of `site`. Raises ConfigurationFault if a field holds a value of another type."""
    return to_json_text(_encode(site, Site, "$"))


def site_from_json(text: str) -> Site:
    """Return the site that `text` says. Raises ConfigurationFault naming the first place that is wrong."""
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_repeats)
    except (ValueError, RecursionError) as error:
        raise ConfigurationFault(f"not the JSON of a site: {error}") from error
    try:
        return cast(Site, _decode(data, Site, "$"))
    except RecursionError as error:
        raise ConfigurationFault("not the JSON of a site: a formula is nested too deeply") from error


def to_json_text(data: Any) -> str:
    """Return plain data as canonical JSON text: keys sorted, no spaces, characters as they are."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number of a site")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError(f"a key is repeated among {', '.join(sorted(data))}")
    return data


@cache
def _hints(record: type) -> Mapping[str, Any]:
    return get_type_hints(record)


@cache
def _required(record: type) -> frozenset[str]:
    missing = dataclasses.MISSING
    fields = dataclasses.fields(record)
    return frozenset(f.name for f in fields if f.default is missing and f.default_factory is missing)


def _wrong(where: str, expected: str, got: Any) -> ConfigurationFault:
    return ConfigurationFault(f"{where}: expected {expected}, got {type(got).__name__} {str(got)[:60]!r}")


def _encode(value: Any, kind: Any, where: str) -> Any:
    if get_origin(kind) in _UNIONS:
        return _encode_union(value, kind, where)
    if get_origin(kind) is tuple:
        kinds = _tuple_kinds(value, kind, where)
        return [_encode(v, k, f"{where}[{i}]") for i, (v, k) in enumerate(zip(value, kinds, strict=True))]
    if dataclasses.is_dataclass(kind):
        if type(value) is not kind:
            raise _wrong(where, _name(kind), value)
        hints = _hints(cast(type, kind))
        return {name: _encode(getattr(value, name), hint, f"{where}.{name}") for name, hint in hints.items()}
    scalar = _scalar(value, kind, where)
    return scalar.value if isinstance(scalar, Enum) else scalar


def _encode_union(value: Any, kind: Any, where: str) -> Any:
    options = [k for k in get_args(kind) if k is not NoneType]
    if value is None and NoneType in get_args(kind):
        return None
    if len(options) == 1:
        return _encode(value, options[0], where)
    if type(value) not in options:
        raise _wrong(where, " or ".join(map(_name, options)), value)
    return {_RECORD: type(value).__name__, **_encode(value, type(value), where)}


def _decode(data: Any, kind: Any, where: str) -> Any:
    if get_origin(kind) in _UNIONS:
        return _decode_union(data, kind, where)
    if get_origin(kind) is tuple:
        if not isinstance(data, list):
            raise _wrong(where, "a list", data)
        kinds = _tuple_kinds(data, kind, where)
        return tuple(_decode(d, k, f"{where}[{i}]") for i, (d, k) in enumerate(zip(data, kinds, strict=True)))
    if dataclasses.is_dataclass(kind):
        return _decode_record(data, cast(type, kind), where)
    return _scalar(data, kind, where)


def _decode_union(data: Any, kind: Any, where: str) -> Any:
    options = [k for k in get_args(kind) if k is not NoneType]
    if data is None and NoneType in get_args(kind):
        return None
    if len(options) == 1:
        return _decode(data, options[0], where)
    named = {k.__name__: k for k in options}
    chosen = named.get(data.get(_RECORD)) if isinstance(data, dict) else None
    if chosen is None:
        raise _wrong(where, f"an object whose {_RECORD} is {' or '.join(named)}", data)
    return _decode_record({k: v for k, v in data.items() if k != _RECORD}, chosen, where)


def _decode_record(data: Any, record: type, where: str) -> Any:
    if not isinstance(data, dict):
        raise _wrong(where, f"an object ({record.__name__})", data)
    hints = _hints(record)
    if unknown := sorted(data.keys() - hints.keys()):
        raise ConfigurationFault(f"{where}: unknown key {', '.join(unknown)} in {record.__name__}")
    if absent := sorted(_required(record) - data.keys()):
        raise ConfigurationFault(f"{where}: {record.__name__} lacks {', '.join(absent)}")
    return record(**{name: _decode(value, hints[name], f"{where}.{name}") for name, value in data.items()})


def _tuple_kinds(value: Any, kind: Any, where: str) -> tuple[Any, ...]:
    kinds = get_args(kind)
    if not isinstance(value, tuple | list):
        raise _wrong(where, "a list", value)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return (kinds[0],) * len(value)
    if len(value) != len(kinds):
        raise ConfigurationFault(f"{where}: expected {len(kinds)} items, got {len(value)}")
    return kinds


def _scalar(value: Any, kind: Any, where: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError as error:
            raise _wrong(where, " or ".join(str(m.value) for m in kind), value) from error
    if kind is float:
        return _finite(value, where)
    # bool is an int to Python but not to JSON, so types are compared exactly.
    if type(value) is not kind:
        raise _wrong(where, _name(kind), value)
    if kind is str and any("\ud800" <= character <= "\udfff" for character in value):
        raise ConfigurationFault(f"{where}: half of a surrogate pair is not a character")
    return value


def _finite(value: Any, where: str) -> float:
    if type(value) not in (int, float):
        raise _wrong(where, "a number", value)
    try:
        number = float(value)
    except OverflowError as error:
        raise _wrong(where, "a finite number", value) from error
    if not math.isfinite(number):
        raise _wrong(where, "a finite number", value)
    return number


def _name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)
