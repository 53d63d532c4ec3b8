"""Alarms, as types, stations, devices and alarms.csv say them. docs/alarms.md explains every word."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, PlainValidator, StringConstraints

from app.model.alarms.spec import AlarmKind
from app.site.forms.base import Form, FormulaText, Id, LabelForm, Number, Text
from app.site.forms.conditions import ConditionForm

__all__ = [
    "AlarmForm", "AlarmName", "AlarmOverride", "Delay", "DeviceAlarm", "EquipmentAlarmForm", "Limit",
    "Priority", "Respond", "Sentence", "SentenceForm", "Side", "Width", "Window",
]  # fmt: skip

AlarmName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,31}$")]
"""Last word of an alarm's path: HH, trip, stuck…"""
Sentence: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Priority: TypeAlias = Annotated[int, Field(ge=1, le=4)]
Respond: TypeAlias = Annotated[int, Field(ge=10, le=604_800)]
Delay: TypeAlias = Annotated[float, Field(ge=0, le=86_400)]
Window: TypeAlias = Annotated[float, Field(gt=0, le=86_400)]
Width: TypeAlias = Annotated[float, Field(ge=0, le=1e15)]
Group: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(station/)?[a-z][a-z0-9_-]{0,31}$")]
Side: TypeAlias = Literal["above", "below", "both"]
DeviceAlarm: TypeAlias = Literal["comm", "clock"]

_PARAMETER: Final = re.compile(r"\{[a-z][a-z0-9_-]*\}")
_LARGEST: Final = 1e15


def _limit(value: Any) -> float | str:
    """A number, or the name of a parameter in braces. One validator, so that a wrong limit is one fault."""
    if isinstance(value, str) and _PARAMETER.fullmatch(value):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _LARGEST:
        return float(value)
    raise ValueError("should be a number or a parameter such as '{dry_run}'")


Limit: TypeAlias = Annotated[
    float | str, PlainValidator(_limit, json_schema_input_type=Number | Annotated[str, Field(pattern=r"^\{.*\}$")])
]


class SentenceForm(Form):
    """What a person reads when the alarm comes, in Chinese and in English."""

    zh: Sentence
    en: Sentence


class _Tuning(Form):
    """The words that a type may leave out."""

    label: LabelForm | None = Field(default=None, description="the condition in words, without the place")
    kind: AlarmKind | None = Field(default=None, description="absent: state for states, else limit")
    limit: Limit | None = Field(default=None, description="absent: the tag's mark of the alarm's name")
    side: Side | None = Field(default=None, description="absent: above for H and HH, below for L and LL")
    deadband: Width | None = Field(default=None, description="absent: a hundredth of the tag's range")
    values: tuple[int, ...] | None = Field(default=None, description="states that alarm; absent: the tag's abnormal")
    setpoint: Text | None = Field(default=None, description="tag that a deviation is measured from")
    window_s: Window | None = Field(default=None, description="of rate and stuck")
    when: FormulaText | None = Field(default=None, description="a formula: the kind is expression then")
    group: Group | None = Field(default=None, description="first-out group of the equipment; station/… of the station")
    target: Text | None = Field(default=None, description="tag or equipment to open; absent: its own")


class AlarmForm(_Tuning):
    """An alarm, whole: without consequence and action it is none."""

    priority: Priority
    consequence: SentenceForm = Field(description="what happens if nobody acts")
    action: SentenceForm = Field(description="what the operator does")
    respond_s: Respond = Field(description="seconds within which the action still helps")
    on_delay_s: Delay = 0.0
    off_delay_s: Delay = 0.0
    latching: bool = False
    ack_required: bool = True
    re_alarm_s: Delay = 0.0
    suppress: dict[Id, ConditionForm] = Field(default={}, description="any of these suppresses by design")
    page: Id = "station"


class EquipmentAlarmForm(AlarmForm):
    """An alarm of an equipment as a whole. With `tag` it watches a tag of a neighbour (`outflow/flow`)."""

    tag: Text | None = None


class AlarmOverride(_Tuning):
    """What an instance says differently; what is absent stays as in the type. A new name must be whole."""

    omit: bool = Field(default=False, description="this instance does not have the alarm")
    priority: Priority | None = None
    consequence: SentenceForm | None = None
    action: SentenceForm | None = None
    respond_s: Respond | None = None
    on_delay_s: Delay | None = None
    off_delay_s: Delay | None = None
    latching: bool | None = None
    ack_required: bool | None = None
    re_alarm_s: Delay | None = None
    suppress: dict[Id, ConditionForm] | None = None
    page: Id | None = None
    tag: Text | None = None
