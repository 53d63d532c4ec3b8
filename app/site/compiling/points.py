"""Where a tag is read: a layout's place, moved by the equipment's base, with the device's word order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.model.points import ModbusPoint, OpcUaPoint, Point, Table, WordOrder, WordType, words_of
from app.model.spec import Protocol
from app.site.compiling.layers import Layer
from app.site.forms.points import PointForm

__all__ = ["Setting", "point_of"]

_BITS: Final = (Table.COIL, Table.DISCRETE)
_NODE: Final = re.compile(r"(ns=\d{1,5};|nsu=[^;]+;)?[isgb]=.+")


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a point: the device's way of speaking, the unit, the base and the words of node patterns."""

    protocol: Protocol
    order: WordOrder
    unit: int
    base: int | Mapping[Table, int]
    names: Mapping[str, str | int]

    def base_of(self, table: Table) -> int:
        """Return the base that is added to addresses of `table`."""
        return self.base if isinstance(self.base, int) else self.base.get(table, 0)


def point_of(place: Layer, setting: Setting) -> Point | None:
    """Return the point that the PointForm at `place` says, or None with a fault noted there."""
    form = place.form
    assert isinstance(form, PointForm)
    if form.scale == 0:
        place.source.fault((*place.loc, "scale"), "a scale of 0 makes every value the same")
        return None
    if setting.protocol is Protocol.OPCUA:
        return _node(form, place, setting)
    return _register(form, place, setting)


def _node(form: PointForm, place: Layer, setting: Setting) -> OpcUaPoint | None:
    if form.node is None:
        place.source.fault(
            place.loc, "an OPC UA device needs a node here, such as ns=2;s={facility}.{equipment}.{role}"
        )
        return None
    try:
        node = form.node.format_map(dict(setting.names))
    except (KeyError, ValueError, IndexError, AttributeError):
        known = ", ".join(f"{{{name}}}" for name in setting.names)
        place.source.fault((*place.loc, "node"), f"the node may contain {known} and no other braces")
        return None
    if not _NODE.fullmatch(node):
        place.source.fault((*place.loc, "node"), f"{node!r} is not a node id, such as ns=2;s=Name or nsu=URI;i=7")
        return None
    return OpcUaPoint(node=node, scale=form.scale, offset=form.offset)


def _register(form: PointForm, place: Layer, setting: Setting) -> ModbusPoint | None:
    if form.at is None:
        place.source.fault(place.loc, "a Modbus device needs a register here: `at`, with `table` and `type`")
        return None
    kind = form.type or (WordType.BIT if form.table in _BITS or form.bit is not None else WordType.U16)
    if message := _misfit(form, kind):
        place.source.fault(place.loc, message)
        return None
    point = ModbusPoint(
        unit=setting.unit,
        table=form.table,
        address=setting.base_of(form.table) + form.at,
        type=kind,
        order=form.order or setting.order,
        bit=form.bit or 0,
        length=form.length or 1,
        scale=form.scale,
        offset=form.offset,
    )
    if point.address + words_of(point) > 65536:
        place.source.fault((*place.loc, "at"), f"the address {point.address} runs past register 65535")
        return None
    return point


def _misfit(form: PointForm, kind: WordType) -> str:
    if form.table in _BITS and kind is not WordType.BIT:
        return f"a {form.table.value} is one bit and cannot be {kind.value}"
    if form.table in _BITS and form.bit is not None:
        return f"a {form.table.value} has no bits to choose from"
    if form.table not in _BITS and kind is WordType.BIT and form.bit is None:
        return "say which bit of the register (0-15)"
    if form.bit is not None and kind is not WordType.BIT:
        return f"`bit` does not go with the type {kind.value}"
    if form.length is not None and kind is not WordType.TEXT:
        return f"`length` does not go with the type {kind.value}"
    return ""
