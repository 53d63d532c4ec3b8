"""stations/<id>.yaml: one facility and its equipment, giving only what differs from the types."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from app.model.commands.verbs import Verb
from app.model.points import Table
from app.model.spec import FacilityKind
from app.site.forms.alarms import AlarmForm, AlarmName, AlarmOverride
from app.site.forms.base import Form, FormulaText, Id, LabelForm, Location, Number, Text
from app.site.forms.conditions import ConditionForm
from app.site.forms.points import BlockForm
from app.site.forms.types import CommandOverride, TagForm, TagOverride

__all__ = ["CalculatedForm", "EquipmentForm", "StationFile"]

Register = Annotated[int, Field(ge=0, le=65535)]
Unit = Annotated[int, Field(ge=0, le=255)]
TagRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*$")]


class EquipmentForm(Form):
    """One instance of a type. `base` is added to the layout's addresses; per table where tables differ."""

    type: Id
    label: LabelForm | None = Field(default=None, description="absent: the type's label with the number of the id")
    index: Register = Field(default=0, description="its number in the station's command block")
    base: Register | dict[Table, Register] = 0
    device: Id | None = None
    modbus_unit: Unit | None = None
    layout: Id | None = None
    place: Location | None = Field(default=None, description="position on the mimic, which else lays itself out")
    parameters: dict[Id, Number] = Field(default={})
    omit: tuple[Id, ...] = Field(default=(), description="roles of the type that this one does not have")
    tags: dict[Id, TagOverride] = Field(default={})
    commands: dict[Verb, CommandOverride] = Field(default={})
    permissives: dict[Id, ConditionForm] = Field(default={})
    interlocks: dict[Id, ConditionForm] = Field(default={})
    alarms: dict[AlarmName, AlarmOverride] = Field(default={})
    safe_action: str | None = None
    max_starts_per_hour: Annotated[float, Field(gt=0, le=3600)] | None = None


class CalculatedForm(TagForm):
    """A tag that no type knows and no device sends. Words of its formula are those of the equipment in its name."""

    formula: FormulaText = Field(description="what it is worked out of")


class StationFile(Form):
    """stations/<id>.yaml"""

    station: Id
    kind: FacilityKind
    label: LabelForm
    area: Id
    place: Location
    device: Id
    modbus_unit: Unit = 1
    layout: Id | None = None
    headline: tuple[Text, ...] = ()
    level: Text | None = None
    overflow_level: Number | None = None
    command_block: BlockForm | None = None
    monitoring_only: bool = Field(default=False, description="no commands, whatever the types know")
    parameters: dict[Id, Number] = Field(default={})
    equipment: dict[Id, EquipmentForm] = Field(default={})
    calculated: dict[TagRef, CalculatedForm] = Field(default={}, description="further tags, by `equipment/role`")
    alarms: dict[TagRef, dict[AlarmName, AlarmForm]] = Field(
        default={}, description="of tags that no type knows, by `equipment/role`"
    )
