"""An independent Modbus server: pymodbus, over TCP, RTU over TCP, or a serial line made of a pseudo-terminal pair."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pymodbus import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

__all__ = ["WORDS", "serial_pair", "serial_partner", "tcp_partner"]

WORDS = [0x1234, 0x0000, 0x3F80, 0x0000, 0x0000, 0x3F80, 7, 0xFFFE] + [0] * 40
"""Registers 0-47 of every unit: a u16, f32 1.0 in abcd at 2, f32 1.0 in cdab at 4, 7 at 6, -2 at 7."""


def _device() -> SimDevice:
    return SimDevice(1, simdata=[SimData(0, values=list(WORDS), datatype=DataType.REGISTERS)])


@asynccontextmanager
async def tcp_partner(*, rtu: bool = False) -> AsyncIterator[int]:
    """Serve unit 1 on a free port; yield the port."""
    framer = FramerType.RTU if rtu else FramerType.SOCKET
    server = ModbusTcpServer(_device(), address=("127.0.0.1", 0), framer=framer)
    await server.serve_forever(background=True)
    assert isinstance(server.transport, asyncio.Server)
    try:
        yield server.transport.sockets[0].getsockname()[1]
    finally:
        await server.shutdown()


@asynccontextmanager
async def serial_pair() -> AsyncIterator[tuple[str, str]]:
    """Join two pseudo-terminals; yield the paths of their ends, which act as two serial ports with a cable."""
    loop = asyncio.get_running_loop()
    ends = [os.openpty() for _ in range(2)]
    for master, slave in ends:
        tty.setraw(slave)
        os.set_blocking(master, False)

    def pump(source: int, target: int) -> None:
        os.write(target, os.read(source, 4096))

    (left, _), (right, _) = ends
    loop.add_reader(left, pump, left, right)
    loop.add_reader(right, pump, right, left)
    try:
        yield os.ttyname(ends[0][1]), os.ttyname(ends[1][1])
    finally:
        for master, slave in ends:
            loop.remove_reader(master)
            os.close(master)
            os.close(slave)


@asynccontextmanager
async def serial_partner(port: str) -> AsyncIterator[None]:
    """Serve unit 1 on a serial port."""
    server = ModbusSerialServer(_device(), framer=FramerType.RTU, port=port, baudrate=115200)
    await server.serve_forever(background=True)
    try:
        yield
    finally:
        await server.shutdown()
