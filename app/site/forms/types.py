"""types.yaml: equipment types as templates; and the overrides that an instance may give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.model.commands.verbs import Verb
from app.model.retention import STANDARD
from app.model.spec import TagKind, TargetKind
from app.site.forms.alarms import AlarmForm, AlarmName, AlarmOverride, EquipmentAlarmForm
from app.site.forms.base import Form, FormulaText, Id, LabelForm, Number, Pair, Text
from app.site.forms.conditions import ConditionForm
from app.site.forms.points import PointForm

__all__ = ["CommandForm", "CommandOverride", "TagForm", "TagOverride", "TypeForm", "TypesFile"]

Seconds = Annotated[float, Field(gt=0, le=86_400)]
Code = Annotated[int, Field(ge=1, le=65535)]
Width = Annotated[float, Field(ge=0, le=1e15)]
Decimals = Annotated[int, Field(ge=0, le=6)]
States = dict[Annotated[int, Field(ge=-(2**31), le=2**32)], LabelForm]
Marks = dict[Text, Number]


class TagForm(Form):
    """One role of a type. `range`, `normal`, `marks` and `deadband` are in `unit`."""

    label: LabelForm
    kind: TagKind = TagKind.ANALOG
    unit: str = ""
    range: Pair | None = None
    deadband: Width = 0.0
    max_age_s: Seconds = 10.0
    decimals: Decimals = 2
    group: Id = "fast"
    normal: Pair | None = None
    marks: Marks = Field(default={})
    states: States = Field(default={})
    abnormal: tuple[int, ...] = ()
    keep: Id = Field(default=STANDARD, description="how long samples are kept: a class of `retention`")
    alarms: dict[AlarmName, AlarmForm] = Field(default={})
    formula: FormulaText | None = Field(default=None, description="what it is worked out of, where no device sends it")


class TagOverride(Form):
    """What an instance says differently about one role; what is absent stays as in the type."""

    label: LabelForm | None = None
    unit: str | None = None
    range: Pair | None = None
    deadband: Width | None = None
    max_age_s: Seconds | None = None
    decimals: Decimals | None = None
    group: Id | None = None
    normal: Pair | None = None
    marks: Marks | None = None
    states: States | None = None
    abnormal: tuple[int, ...] | None = None
    keep: Id | None = None
    alarms: dict[AlarmName, AlarmOverride] | None = None
    point: PointForm | None = Field(default=None, description="counts from 0, not from the equipment's base")
    formula: FormulaText | None = Field(default=None, description="instead of what a device sends")


class CommandForm(Form):
    """One verb: its code in the command block, its feedback (`run == 1`) and the time that may take."""

    label: LabelForm
    code: Code
    feedback: tuple[Text, ...] = ()
    timeout_s: Seconds = 10.0
    target: TargetKind = TargetKind.NONE
    range: Pair | None = None
    unit: str = ""
    tolerance: Width = 0.0
    choices: States = Field(default={})
    two_person: bool = False


class CommandOverride(Form):
    """What an instance says differently about one verb."""

    label: LabelForm | None = None
    code: Code | None = None
    feedback: tuple[Text, ...] | None = None
    timeout_s: Seconds | None = None
    range: Pair | None = None
    tolerance: Width | None = None
    choices: States | None = None
    two_person: bool | None = None


class TypeForm(Form):
    """A template. With `extends` it has everything of another type, and what it says itself wins."""

    label: LabelForm
    extends: Id | None = None
    symbol: Id | None = Field(default=None, description="how it is drawn; the type's own name if absent")
    tags: dict[Id, TagForm] = Field(default={})
    commands: dict[Verb, CommandForm] = Field(default={})
    permissives: dict[Id, ConditionForm] = Field(default={})
    interlocks: dict[Id, ConditionForm] = Field(default={})
    alarms: dict[AlarmName, EquipmentAlarmForm] = Field(
        default={},
        description="of the whole equipment: mismatch, uncommanded_run, uncommanded_stop, or with `tag`",
    )
    parameters: dict[Id, Number] = Field(default={})
    safe_action: str | None = None
    max_starts_per_hour: Annotated[float, Field(gt=0, le=3600)] | None = None


class TypesFile(Form):
    """types.yaml"""

    types: dict[Id, TypeForm]
