"""devices.yaml: endpoints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.model.points import WordOrder
from app.model.spec import Protocol
from app.site.forms.alarms import AlarmForm, AlarmOverride, DeviceAlarm
from app.site.forms.base import Form, Id, LabelForm, Text

__all__ = ["DeviceForm", "DevicesFile"]

Period = Annotated[int, Field(ge=50, le=3_600_000)]


class DeviceForm(Form):
    """One endpoint: a PLC, or a gateway with several units behind it. Its password is never written here."""

    label: LabelForm
    protocol: Protocol
    address: Text
    layout: Id | None = Field(default=None, description="where its program places the roles (layouts.yaml)")
    word_order: WordOrder = WordOrder.ABCD
    periods_ms: dict[Id, Period] = Field(min_length=1, description="scan groups and their periods")
    timeout_ms: Annotated[int, Field(ge=50, le=60_000)] = 800
    max_gap: Annotated[int, Field(ge=0, le=120)] = 8
    max_block: Annotated[int, Field(ge=1, le=125)] = 120
    security: Literal["none", "Basic256Sha256"] = "none"
    user: str = ""
    clock: Text | None = Field(default=None, description="tag that carries the device's own UTC in seconds")
    commissioning: bool = Field(default=False, description="show values, raise nothing, refuse commands")
    alarms: dict[DeviceAlarm, AlarmOverride] = Field(default={}, description="what differs from those of all devices")
    echo: Literal["block", "none"] = Field(default="block", description="none: the PLC cannot reject old commands")


class DevicesFile(Form):
    """devices.yaml"""

    devices: dict[Id, DeviceForm]
    alarms: dict[DeviceAlarm, AlarmForm] = Field(default={}, description="of every device that is in service")
