"""Conditions as written (`run == 1`, `well/level >= {dry_run}`) into the model's records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.model.spec import Condition, Label, Op, TagSpec

__all__ = ["Comparison", "feedback_label", "full_path", "parse", "spoken"]

_WHEN: Final = re.compile(
    r"\s*(?P<ref>[a-z][a-z0-9_/-]*)\s*(?P<op>==|!=|<=|>=|<|>)\s*"
    r"(?:(?P<number>[-+]?\d{1,15}(?:\.\d{1,15})?)|\{(?P<name>[a-z][a-z0-9_-]*)\})\s*"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A condition in its parts. `ref` is as written."""

    ref: str
    op: Op
    value: float


def parse(text: str, parameters: Mapping[str, float]) -> Comparison | str:
    """Return the comparison that `text` says, or a sentence about what is wrong with it."""
    match = _WHEN.fullmatch(text)
    if match is None or len(match["ref"].split("/")) > 3:
        return f"{text!r} is not a condition such as `run == 1`, `well/level >= 1.2` or `river/level < {{limit}}`"
    if match["name"] is not None and match["name"] not in parameters:
        return f"the parameter {match['name']!r} of {text!r} is not given"
    value = parameters[match["name"]] if match["name"] else float(match["number"])
    return Comparison(match["ref"], Op(match["op"]), value)


def full_path(ref: str, facility: str, equipment: str) -> str:
    """Return the tag path that `ref` means when `facility/equipment` says it."""
    parts = ref.split("/")
    return "/".join((facility, equipment)[: 3 - len(parts)] + tuple(parts))


def spoken(label: Label, comparison: Comparison, path: str) -> Condition:
    """Return the model's condition."""
    return Condition(label=label, tag=path, op=comparison.op, value=comparison.value)


def feedback_label(tag: TagSpec, comparison: Comparison) -> Label:
    """Return words for a feedback, such as "运行 = 是": the tag's name, and the state's name where it has one."""
    state = next((s.label for s in tag.states if s.value == comparison.value), None)
    sign = "=" if comparison.op is Op.EQ else comparison.op.value
    zh, en = (state.zh, state.en) if state else (f"{comparison.value:g}", f"{comparison.value:g}")
    return Label(zh=f"{tag.label.zh} {sign} {zh}", en=f"{tag.label.en} {sign} {en}")
