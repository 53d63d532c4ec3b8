"""`qianliyan probe …`: look into a device before it is in a site file."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from app.model.points import Table, WordType

if TYPE_CHECKING:
    from app.devices.modbus.probing import Registers
    from app.devices.pinning import ServerCertificate
    from app.model.spec import DeviceSpec, Protocol

__all__ = ["group", "register"]

group = typer.Typer(no_args_is_help=True, help="Look into a device: raw registers, nodes, certificates.")

Timeout = Annotated[int, typer.Option(help="Milliseconds to wait for a reply.", min=50, max=60_000)]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(group, name="probe")


@group.command()
def modbus(
    address: Annotated[str, typer.Argument(help="HOST:PORT, or a serial port such as /dev/ttyS0?baudrate=9600.")],
    unit: Annotated[int, typer.Option(help="Unit (slave) number.", min=0, max=255)] = 1,
    table: Annotated[Table, typer.Option(help="Which of the four tables.")] = Table.HOLDING,
    start: Annotated[int, typer.Option(help="First address, counted from 0 as on the wire.", min=0, max=65535)] = 0,
    count: Annotated[int, typer.Option(help="How many registers or bits.", min=1, max=65536)] = 20,
    rtu: Annotated[bool, typer.Option(help="RTU frames over TCP, as serial gateways speak.")] = False,
    kind: Annotated[WordType | None, typer.Option("--type", help="Only this type.")] = None,
    timeout: Timeout = 1000,
) -> None:
    """Show raw registers in every type and word order, to find out how a device keeps its values."""
    from app.devices.modbus.probing import NUMBERS, read_raw
    from app.errors import ConfigurationFault, DeviceFault
    from app.logs import set_up_logging
    from app.model.spec import Protocol

    set_up_logging("probe", "ERROR")
    serial = address.startswith(("/dev/", "COM"))
    protocol = Protocol.MODBUS_RTU if serial else Protocol.MODBUS_RTU_TCP if rtu else Protocol.MODBUS_TCP
    console = Console()
    try:
        kinds = (kind,) if kind else NUMBERS
        spec = _spec(address, protocol, timeout)
        found = asyncio.run(read_raw(spec, unit=unit, table=table, start=start, count=count))
    except (DeviceFault, ConfigurationFault, ValueError) as fault:
        typer.echo(f"{address}: {str(fault).removeprefix(f'{address}: ')}", err=True)
        raise typer.Exit(2) from None
    console.print(_plain_table(found))
    if not found.bits:
        for one in kinds:
            if one in NUMBERS:
                console.print(_number_table(found, one))


@group.command()
def opcua(
    url: Annotated[str, typer.Argument(help="opc.tcp://HOST:PORT/…")],
    security: Annotated[str, typer.Option(help="none or Basic256Sha256.")] = "none",
    user: Annotated[str, typer.Option(help="Account; its password comes from the environment or the key store.")] = "",
    device: Annotated[str, typer.Option(help="Device id, for its password and its accepted certificate.")] = "probe",
    accept: Annotated[str, typer.Option(help="SHA-256 of the server's certificate, compared at the server.")] = "",
    private: Annotated[
        Path | None, typer.Option(help="This workstation's keys and certificates; by default QIANLIYAN_PRIVATE.")
    ] = None,
    most: Annotated[int, typer.Option(help="How many variables to show.", min=1)] = 200,
    timeout: Timeout = 4000,
) -> None:
    """Show the nodes of a server with their values and addresses; show or accept its certificate."""
    from dataclasses import replace

    from app.config import load_config
    from app.devices import pinning
    from app.devices.opcua.browsing import browse
    from app.devices.opcua.session import CertificateOffered
    from app.errors import ConfigurationFault, DeviceFault
    from app.logs import set_up_logging
    from app.model.spec import Protocol

    set_up_logging("probe", "ERROR")
    folder = private or load_config().private
    console = Console()
    spec = replace(_spec(url, Protocol.OPCUA, timeout), id=device, security=security, user=user)
    try:
        if accept and pinning.offered(device, private=folder) is not None:
            pinning.accept(device, accept, private=folder)
        found = asyncio.run(browse(spec, private=folder, most=most))
    except CertificateOffered:
        offered = pinning.offered(device, private=folder)
        assert offered is not None
        console.print(_certificate_table(offered))
        console.print("Compare it at the server, then run this again with")
        console.print(f"  --accept {offered.fingerprint}", highlight=False, soft_wrap=True)
        raise typer.Exit(3) from None
    except (DeviceFault, ConfigurationFault, ValueError) as fault:
        typer.echo(f"{url}: {fault}", err=True)
        raise typer.Exit(2) from None
    grid = Grid("path", "node", "type", "value", "status", title=escape(f"{url}: {len(found)} variables"))
    for one in found:
        # What a server says is shown as it stands, and not as marks of a style.
        grid.add_row(*(escape(text) for text in (one.path, one.node, one.type, one.value, one.status)))
    console.print(grid)


def _spec(address: str, protocol: Protocol, timeout_ms: int) -> DeviceSpec:
    from app.model.spec import DeviceSpec, Label

    return DeviceSpec("probe", Label("探测", "probe"), protocol, address, timeout_ms=timeout_ms)


def _plain_table(found: Registers) -> Grid:
    """Show bits, or registers one by one."""
    if found.bits:
        grid = Grid("address", "value", title=f"{found.table.value} bits")
        for index in range(found.count):
            grid.add_row(str(found.start + index), str(found.bit(index)))
        return grid
    grid = Grid("address", "hex", "u16", "i16", "bits 15…0", "text", title=f"{found.table.value} registers")
    for index in range(found.count):
        word = found.word(index)
        signed = word - 65536 if word >= 32768 else word
        text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in word.to_bytes(2))
        grid.add_row(str(found.start + index), f"{word:04X}", str(word), str(signed), f"{word:016b}", text)
    return grid


def _number_table(found: Registers, kind: WordType) -> Grid:
    """Show what each register would begin, in the four word orders."""
    from app.devices.modbus.probing import meanings
    from app.model.points import WordOrder

    grid = Grid("address", *(order.value for order in WordOrder), title=kind.value)
    for address, values in meanings(found, kind):
        grid.add_row(str(address), *(_shown(values[order], kind.value.startswith("f")) for order in WordOrder))
    return grid


def _shown(value: float, fraction: bool) -> str:
    if math.isnan(value):
        return "–"
    return f"{value:.6g}" if fraction else f"{value:.0f}"


def _certificate_table(certificate: ServerCertificate) -> Grid:
    grid = Grid("the server's certificate", "", show_header=True)
    grid.add_row("subject", escape(certificate.subject))
    grid.add_row("valid", f"{certificate.valid_from:%F} to {certificate.valid_until:%F}")
    grid.add_row("SHA-256", certificate.fingerprint)
    return grid
