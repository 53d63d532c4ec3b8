"""Modbus RTU on a serial line: our strict line on pymodbus's serial transport (which also serves Windows)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from pymodbus.transport.serialtransport import SerialTransport

from app.devices.modbus.framing import Question, Rtu
from app.devices.modbus.line import Note, StreamLine
from app.devices.modbus.pdu import data_of
from app.errors import ConfigurationFault, LinkDown

__all__ = ["SerialLine", "SerialPort", "open_serial", "serial_port"]

BITS_PER_CHARACTER: Final = 11


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port and its settings."""

    path: str
    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1


def serial_port(address: str) -> SerialPort:
    """Read `/dev/ttyS0?baudrate=9600&parity=E&stopbits=1`. Raises ConfigurationFault."""
    path, _, query = address.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    try:
        port = SerialPort(
            path,
            baudrate=int(options.pop("baudrate", 9600)),
            bytesize=int(options.pop("bytesize", 8)),
            parity=options.pop("parity", "N").upper(),
            stopbits=int(options.pop("stopbits", 1)),
        )
    except ValueError as fault:
        raise ConfigurationFault(f"address {address!r}: {fault}") from None
    if not path or options or port.parity not in "NEO" or port.baudrate <= 0:
        raise ConfigurationFault(f"address {address!r}: expected PORT?baudrate=9600&bytesize=8&parity=N|E|O&stopbits=1")
    return port


class SerialLine(StreamLine):
    """One RTU line. Questions of the poller and of commands take turns: the wires carry one at a time."""

    def __init__(self, note: Note, silence_s: float) -> None:
        super().__init__(Rtu(), note)
        self._turn = asyncio.Lock()
        self._silence_s = silence_s
        self._quiet_since = 0.0

    async def ask(self, unit: int, pdu: bytes, timeout_s: float, fence: Callable[[], None] | None = None) -> bytes:
        """See `Line.ask`; waits for its turn and for the silence between two frames first."""
        async with self._turn:
            wait_s = self._quiet_since + self._silence_s - self._loop.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            try:
                return await super().ask(unit, pdu, timeout_s, fence)
            finally:
                self._quiet_since = self._loop.time()

    async def read_each(
        self, questions: Sequence[Question], timeout_s: float, data: list[bytes], join_s: float
    ) -> None:
        """See `Line.read_each`: one question at a time, so that a command waits for no more than one."""
        question = questions[0]
        pdu = await self.ask(question.unit, question.pdu, timeout_s)
        data.append(data_of(pdu, question.function, question.size))

    def close(self) -> None:
        """Close the port."""
        self.abort()

    def abort(self) -> None:
        """Close the port and forget what it has not sent."""
        transport = self._transport
        if transport is not None:
            transport.abort()
            self.connection_lost(None)  # this transport tells its protocol only of faults

    def _send(self, frame: bytes) -> None:
        transport = self._transport
        assert isinstance(transport, SerialTransport)
        transport.write(frame)
        # The transport would write on the loop's next turn: too late for a fence that has just been passed.
        transport.intern_write_ready()


async def open_serial(port: SerialPort, *, note: Note) -> SerialLine:
    """Open the port or raise LinkDown."""
    # 3.5 characters of silence end a frame (Modbus over serial line V1.02, 2.5.1.1); above 19,200 baud 1.75 ms.
    silence_s = max(0.00175, 3.5 * BITS_PER_CHARACTER / port.baudrate)
    line = SerialLine(note, silence_s)
    loop = asyncio.get_running_loop()
    try:
        transport = SerialTransport(loop, line, port.path, port.baudrate, port.bytesize, port.parity, port.stopbits, 0)
    except (OSError, ValueError) as fault:  # pyserial's own error is an OSError
        raise LinkDown(f"{port.path}: {fault}") from None
    transport.setup()
    await asyncio.sleep(0)  # setup tells the line of its transport on the next turn
    return line
