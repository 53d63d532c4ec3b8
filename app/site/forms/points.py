"""Where a value stands in a device, as written in layouts and overrides."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.model.points import Table, WordOrder, WordType
from app.site.forms.base import Form, Number, Text

__all__ = ["BlockForm", "DirectForm", "PointForm"]

Register = Annotated[int, Field(ge=0, le=65535)]


class PointForm(Form):
    """Either a Modbus register (`at`, with `table`, `type`…) or an OPC UA `node`. value = raw × scale + offset.

    `at` counts from the equipment's base, from 0 as on the wire. `node` may contain {facility}, {equipment}, {role},
    {index} and {base}.
    """

    table: Table = Table.HOLDING
    at: Register | None = None
    type: WordType | None = Field(default=None, description="u16 if absent; bit for coils, discrete inputs and `bit`")
    order: WordOrder | None = Field(default=None, description="the device's word order if absent")
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    length: Annotated[int, Field(ge=1, le=120)] | None = Field(default=None, description="registers of a text")
    scale: Number = 1.0
    offset: Number = 0.0
    node: Text | None = None


class DirectForm(PointForm):
    """A register that a command writes itself, for PLCs without a command block; `code` replaces the type's code."""

    code: Annotated[int, Field(ge=0, le=65535)] | None = None


class BlockForm(Form):
    """A station's command block: first register out, first register of the echo, the tag of the PLC's heartbeat."""

    base: PointForm
    echo: PointForm
    heartbeat: Text
