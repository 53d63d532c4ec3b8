"""Turns a document into its form: every pydantic error becomes a fault with file, line and column.

A wrong entry (one device, one type, one equipment) is left out and remembered as broken, and a wrong word at the top
of a file is replaced by a stand-in: so the rest of the site is still checked, and what refers to the broken part is
not reported a second time.
"""

from __future__ import annotations

import copy
import difflib
import json
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.site.document import Document

__all__ = ["BROKEN", "Read", "read_form", "suggestion"]

F = TypeVar("F", bound=BaseModel)

BROKEN: Final = "x-broken"
"""Stands for a name that could not be read; never reported as unknown."""

_COLLECTIONS: Final = ("areas", "places", "types", "layouts", "devices", "equipment")
_STAND_INS: Final[dict[str, Any]] = {
    "site": BROKEN,
    "station": BROKEN,
    "label": {"zh": "?", "en": "?"},
    "timezone": "UTC",
    "areas": {BROKEN: {"zh": "?", "en": "?"}},
    "kind": "sewage_station",
    "area": BROKEN,
    "place": [0, 0],
    "device": BROKEN,
    "types": {},
    "layouts": {},
    "devices": {},
}
_SECRETS: Final = ("password", "passwd", "passwort", "pwd", "secret", "token", "密码")


@dataclass(frozen=True, slots=True)
class Read(Generic[F]):
    """A form, the document it stands in, and the names of entries that were left out as broken; a key of the file
    itself that was left out is named with a dot before it (".command_block")."""

    document: Document
    form: F
    broken: frozenset[str] = frozenset()


def read_form(document: Document, form: type[F]) -> Read[F] | None:
    """Return the document as `form`, noting its faults; None if nothing of it can be used."""
    try:
        return Read(document, form.model_validate_json(_text(document.data)))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
    data = copy.deepcopy(document.data)
    broken: set[str] = set()
    for detail in errors:
        loc = _real(detail, document.data)
        if loc is not None:
            document.fault(loc, _message(detail, loc, form))
            _prune(data, detail["type"], loc, broken)
    try:
        return Read(document, form.model_validate_json(_text(data)), frozenset(broken))
    except ValidationError:
        return None


def suggestion(word: str, known: Any) -> str:
    """Return ", did you mean 'x'?" for the nearest of `known`, or nothing."""
    near = difflib.get_close_matches(word, [str(k) for k in known], n=1, cutoff=0.6)
    return f", did you mean {near[0]!r}?" if near else ""


def _text(data: Any) -> str:
    # By way of JSON, so that strict forms take lists for tuples and words for enums, and nothing else.
    return json.dumps(data)


def _real(detail: ErrorDetails, data: Any) -> list[int | str] | None:
    """Return the error's place without the steps that pydantic adds for branches of a union ("constrained-int").

    None for an error of a branch that the data does not try to be: of `int | dict`, an int is not told about dicts.
    """
    loc = [step for step in detail["loc"] if step != "[key]"]
    real: list[int | str] = []
    for number, step in enumerate(loc):
        if isinstance(step, str) and step.startswith(("dict[", "constrained-")):
            if step.startswith("dict[") != isinstance(data, dict):
                return None
            continue
        real.append(step)
        data = _child(data, step)
        if data is None:
            real += [s for s in loc[number + 1 :] if not str(s).startswith(("dict[", "constrained-"))]
            break
    return real


def _prune(data: Any, kind: str, loc: list[int | str], broken: set[str]) -> None:
    if not isinstance(data, dict) or not loc:
        return
    if kind == "extra_forbidden":
        _delete(data, loc)
    elif len(loc) >= 2 and loc[0] in _COLLECTIONS:
        broken.add(str(loc[1]))
        _delete(data, loc[:2])
    elif len(loc) >= 2 and loc[0] == "map":
        _delete(data, loc[:2])
    elif loc[0] in _STAND_INS:
        data[str(loc[0])] = _STAND_INS[str(loc[0])]
    else:
        broken.add(f".{loc[0]}")
        data.pop(str(loc[0]), None)


def _delete(data: Any, loc: list[int | str]) -> None:
    for step in loc[:-1]:
        data = _child(data, step)
    if isinstance(data, dict):
        data.pop(loc[-1], None)


def _child(data: Any, step: int | str) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _message(detail: ErrorDetails, loc: list[int | str], form: type[BaseModel]) -> str:
    name = ".".join(map(str, loc)) or "the file"
    if detail["type"] == "extra_forbidden":
        return _unknown_key(str(loc[-1]), name, _model_at(form, loc[:-1]))
    if detail["type"] == "missing":
        return f"{name} is missing"
    if detail["type"] == "string_pattern_mismatch":
        small = "" if "A-Z" in detail["ctx"]["pattern"] else "small "
        return f"{name}: a name is {small}letters, digits, - and _, and begins with a letter"
    text = detail["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{name}: {text}"


def _unknown_key(key: str, name: str, model: type[BaseModel] | None) -> str:
    if any(secret in key.lower() for secret in _SECRETS):
        return (
            f"{name}: passwords are never kept in site files; keep it in the key store or in the environment variable "
            "QIANLIYAN_PASSWORD_<DEVICE>"
        )
    known = list(model.model_fields) if model else []
    return f"unknown key {name}{suggestion(key, known) or _listed(known)}"


def _listed(known: list[str]) -> str:
    return f"; known here: {', '.join(known)}" if known else ""


def _model_at(form: Any, loc: list[int | str]) -> type[BaseModel] | None:
    """Follow `loc` through the annotations of `form` to the model that stands there."""
    here = form
    for step in loc:
        here = _models(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            info = here.model_fields.get(str(step))
            here = info.annotation if info else None
        else:
            arguments = get_args(here)
            here = arguments[-1] if len(arguments) > 1 and arguments[-1] is not Ellipsis else (arguments or (None,))[0]
    here = _models(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _models(annotation: Any) -> Any:
    """Return the model inside `X | None`, `Annotated[X, …]` or `dict[…] | int`; else the annotation itself."""
    if hasattr(annotation, "__metadata__"):
        return _models(annotation.__origin__)
    if type(None) in get_args(annotation):
        return _models(next(a for a in get_args(annotation) if a is not type(None)))
    return annotation
