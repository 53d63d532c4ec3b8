"""A Modbus endpoint of the site: its tags, command blocks and direct registers on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from app.errors import ConfigurationFault, EnvironmentFault
from app.model.points import ModbusPoint, Table, WordType, words_of
from app.model.spec import CommandSpec, DeviceSpec, Equipment, Protocol, TagKind, TagSpec, TargetKind
from app.plant.faces.framing import Mbap, Rtu
from app.plant.faces.linkfaults import Mismatch
from app.plant.faces.modbus import ModbusServer, Traffic
from app.plant.faces.tables import BlockPort, Tables, WritePort
from app.plant.programs.station import StationProgram

__all__ = ["ModbusFace"]


class ModbusFace:
    """Serves the tags of one Modbus device. Stations are those whose equipment it commands."""

    def __init__(self, spec: DeviceSpec, tags: Sequence[TagSpec], stations: Sequence[StationProgram]) -> None:
        self.device = spec.id
        self.fingerprint: str | None = None
        rtu = spec.protocol is Protocol.MODBUS_RTU_TCP
        self.mismatches = tuple(m for m in Mismatch if not rtu or m is not Mismatch.TRANSACTION)
        self._points = {t.path: t.point for t in tags if isinstance(t.point, ModbusPoint)}
        self._tables = Tables(
            self._points.values(), blocks=_blocks(spec, stations), ports=_ports(tags, stations), patient=rtu
        )
        for tag in tags:
            if isinstance(tag.point, ModbusPoint) and tag.kind is TagKind.TEXT:
                self._tables.units[tag.point.unit].set_text(tag.point, f"{tag.path.split('/')[0].upper()} PLC 1.0")
        self._numbers = {t.path for t in tags if t.kind is not TagKind.TEXT} & self._points.keys()
        host, port = _host_and_port(spec)
        self._server = ModbusServer(host, port, framing=Rtu if rtu else Mbap, answer=self._tables.answer)
        self.faults = self._server.faults
        self._shown: dict[str, float] = {}

    @property
    def traffic(self) -> Traffic:
        """Return the counters of requests."""
        return self._server.traffic

    @property
    def address(self) -> str:
        """Return `host:port`."""
        host, port = self._server.listener.address
        return f"{host}:{port}"

    async def open(self) -> None:
        """Listen."""
        try:
            await self._server.listener.open()
        except OSError as e:
            raise EnvironmentFault(f"{self.device}: cannot listen on {self.address}: {e.strerror or e}") from e

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        await self._server.listener.shut()

    async def publish(self, values: Mapping[str, float]) -> None:
        """Write the values that changed into their registers."""
        for path in self._numbers:
            value = values.get(path)
            if value is not None and value != self._shown.get(path):
                self._shown[path] = value
                point = self._points[path]
                self._tables.units[point.unit].set(point, value)

    async def apply_faults(self) -> None:
        """Bring port and connections in line with the faults."""
        await self._server.apply_faults()

    def cut(self) -> None:
        """Reset every connection."""
        self._server.listener.cut()

    def refuse(self, path: str, refused: bool) -> None:
        """Answer reads that touch the tag's registers with exception 2, or no longer."""
        point = self._points[path]
        places = {(point.table, point.address + i) for i in range(words_of(point))}
        held = self._tables.units[point.unit].refused
        held.update(places) if refused else held.difference_update(places)

    def describe(self) -> dict[str, Any]:
        """Return address, traffic and whether the line is disturbed."""
        return {"address": self.address, **asdict(self.traffic), "disturbed": self.faults.active}


def _blocks(spec: DeviceSpec, stations: Sequence[StationProgram]) -> list[BlockPort]:
    found: list[BlockPort] = []
    for station in stations:
        block = station.plan.block
        if block is not None and block.device == spec.id:
            if not isinstance(block.base, ModbusPoint) or not isinstance(block.echo, ModbusPoint):
                raise ConfigurationFault(f"{station.plan.id}: the command block of a Modbus device needs registers")
            found.append(BlockPort(block.base, block.echo, station.command))
    return found


def _ports(tags: Sequence[TagSpec], stations: Sequence[StationProgram]) -> list[WritePort]:
    """Return one port for each register that commands without a block are written to."""
    mine = {t.path for t in tags}
    found: dict[tuple[int, Table, int], WritePort] = {}
    for station in stations:
        for equipment in station.plan.equipment:
            if not any(path in mine for _, path in equipment.tags):
                continue
            for spec in equipment.commands:
                point = spec.point
                if isinstance(point, ModbusPoint):
                    same = tuple(c for c in equipment.commands if c.point == point)
                    write = partial(_direct, station, equipment, same)
                    found[point.unit, point.table, point.address] = WritePort(point, words_of(point), write)
    return list(found.values())


def _direct(station: StationProgram, equipment: Equipment, commands: Sequence[CommandSpec], raw: float) -> None:
    """Carry out what one register says: a verb's code, or the value of a set-point."""
    for spec in commands:
        point = spec.point
        if spec.target is not TargetKind.NONE and isinstance(point, ModbusPoint):
            scaled = raw if point.type is WordType.BIT else raw * point.scale + point.offset
            station.command_direct(equipment, spec, scaled)
        elif spec.code == raw:
            station.command_direct(equipment, spec, 0.0)


def _host_and_port(spec: DeviceSpec) -> tuple[str, int]:
    host, _, port = spec.address.rpartition(":")
    if not host or not port.isdecimal():
        raise ConfigurationFault(f"{spec.id}: address {spec.address!r}: the plant expects host:port")
    return host, int(port)
