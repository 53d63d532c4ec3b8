"""A station as a facility: its headline, its level, its command block."""

from __future__ import annotations

from app.model.points import ModbusPoint, Point, Table
from app.model.spec import CommandBlock, Facility, Place, Protocol
from app.site.compiling.bench import Bench
from app.site.compiling.conditions import full_path
from app.site.compiling.instance import Instance
from app.site.compiling.layers import Layer
from app.site.compiling.points import Setting, point_of
from app.site.forms.station import StationFile
from app.site.validating import Read

__all__ = ["check_indices", "check_parameters", "facility_of"]


def facility_of(station: Read[StationFile], instances: list[Instance], bench: Bench) -> Facility:
    """Return the facility, noting references that lead nowhere."""
    form = station.form
    headline = [_ref(station, ref, ("headline", i), bench) for i, ref in enumerate(form.headline)]
    return Facility(
        id=form.station,
        kind=form.kind,
        label=form.label.label(),
        area=form.area,
        place=Place(*form.place),
        devices=tuple(sorted({i.device for i in instances} or {form.device})),
        headline=tuple(path for path in headline if path),
        level=_ref(station, form.level, ("level",), bench) if form.level else None,
        overflow_level=form.overflow_level,
        block=_block(station, bench),
    )


def check_indices(station: Read[StationFile]) -> None:
    """Note an index that two equipments of the station share: a command would reach the wrong one."""
    owner: dict[int, str] = {}
    for name, form in station.form.equipment.items():
        if form.index == 0:
            continue
        if form.index in owner:
            message = f"the index {form.index} is that of {owner[form.index]} already"
            station.document.fault(("equipment", name, "index"), message)
        owner.setdefault(form.index, name)


def check_parameters(station: Read[StationFile], instances: list[Instance]) -> None:
    """Note parameters of the station that no type used here knows."""
    known = {name for instance in instances for name in instance.template.parameters}
    for name in station.form.parameters:
        if name not in known and len(instances) == len(station.form.equipment) and not station.broken:
            station.document.fault(("parameters", name), f"no type used here has a parameter {name!r}")


def _ref(station: Read[StationFile], ref: str, loc: tuple[str | int, ...], bench: Bench) -> str | None:
    path = full_path(ref, station.form.station, "") if ref.count("/") else ref
    if message := bench.tag_missing(path):
        station.document.fault(loc, message)
        return None
    return path


def _block(station: Read[StationFile], bench: Bench) -> CommandBlock | None:
    form = station.form.command_block
    device = bench.devices.get(station.form.device)
    if form is None or device is None:
        return None
    names: dict[str, str | int] = {"facility": station.form.station}
    setting = Setting(device.protocol, device.word_order, station.form.modbus_unit, 0, names)
    base = point_of(Layer(station.document, ("command_block", "base"), form.base), setting)
    echo = point_of(Layer(station.document, ("command_block", "echo"), form.echo), setting)
    heartbeat = _ref(station, form.heartbeat, ("command_block", "heartbeat"), bench)
    if device.protocol is not Protocol.OPCUA:
        _check_tables(station, base, echo)
    if base is None or echo is None or heartbeat is None:
        return None
    return CommandBlock(device=station.form.device, base=base, echo=echo, heartbeat=heartbeat)


def _check_tables(station: Read[StationFile], base: Point | None, echo: Point | None) -> None:
    if isinstance(base, ModbusPoint) and base.table is not Table.HOLDING:
        station.document.fault(("command_block", "base"), "commands are written to holding registers")
    if isinstance(echo, ModbusPoint) and echo.table not in (Table.HOLDING, Table.INPUT):
        station.document.fault(("command_block", "echo"), "the echo is read from holding or input registers")
