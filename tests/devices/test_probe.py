"""`qianliyan probe` against living servers, by the command line a person types."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli.main import app
from app.devices.modbus.probing import meanings, read_raw
from app.model.points import Table, WordOrder, WordType
from tests.helpers.opcua_partner import NAMESPACE, PASSWORD, USER, opcua_partner
from tests.helpers.points import device_spec
from tests.helpers.scripted_modbus import scripted_server


async def typed(*words: str) -> Result:
    """Run a command line beside the test's loop, on a wide terminal."""
    return await asyncio.to_thread(CliRunner(env={"COLUMNS": "240"}).invoke, app, ["probe", *words])


async def test_registers_are_shown_in_every_word_order() -> None:
    """1.0 is found at the right address and in the right order only."""
    async with scripted_server() as server:
        server.registers.update({0: 0x3F80, 1: 0, 2: 0, 3: 0x3F80})
        spec = device_spec(f"127.0.0.1:{server.port}")
        found = await read_raw(spec, unit=1, table=Table.HOLDING, start=0, count=4)
        ones = {(address, order.value) for address, values in meanings(found, WordType.F32)
                for order, value in values.items() if value == 1.0}  # fmt: skip
        assert ones == {(0, WordOrder.ABCD), (2, WordOrder.CDAB)}


async def test_more_than_one_read_is_joined() -> None:
    """200 registers need two requests."""
    async with scripted_server(rtu=False) as server:
        found = await read_raw(device_spec(f"127.0.0.1:{server.port}"), unit=1, table=Table.INPUT, start=0, count=200)
        assert [found.word(n) for n in range(200)] == list(range(200)) and len(server.requests) == 2


@pytest.mark.parametrize("rtu", [False, True])
async def test_modbus_from_the_command_line(rtu: bool) -> None:
    """The table shows hex, signed and unsigned; RTU over TCP is one option away."""
    async with scripted_server(rtu=rtu) as server:
        server.registers[5] = 0xFFFE
        result = await typed("modbus", f"127.0.0.1:{server.port}", "--start", "5", "--count", "2",
                             *(["--rtu"] if rtu else []))  # fmt: skip
        assert result.exit_code == 0 and "FFFE" in result.output and "-2" in result.output and "dcba" in result.output


async def test_coils_from_the_command_line() -> None:
    """Bits have no word order."""
    async with scripted_server() as server:
        result = await typed("modbus", f"127.0.0.1:{server.port}", "--table", "coil", "--count", "3")
        assert result.exit_code == 0 and "coil bits" in result.output and "dcba" not in result.output


async def test_a_device_that_refuses_or_is_not_there_is_one_sentence() -> None:
    """Exit code 2 and no traceback."""
    async with scripted_server() as server:
        server.fault = "refuse"
        refused = await typed("modbus", f"127.0.0.1:{server.port}")
        assert refused.exit_code == 2 and "illegal data address" in refused.output
        port = server.port
    absent = await typed("modbus", f"127.0.0.1:{port}")
    wrong = await typed("modbus", f"127.0.0.1:{port}", "--table", "coils")
    assert absent.exit_code == 2 and absent.output == f"127.0.0.1:{port}: Connection refused\n"
    assert wrong.exit_code == 2 and "'coils' is not one of" in wrong.output and "Traceback" not in wrong.output


async def test_opcua_names_what_the_server_lacks(tmp_path: Path) -> None:
    """Nobody there, and no endpoint without security: a sentence, not the words of a library."""
    async with opcua_partner(tmp_path / "server", secure=True) as partner:
        words = ["opcua", f"opc.tcp://127.0.0.1:{partner.port}/", "--private", str(tmp_path / "private")]
        open_one = await typed(*words)
    assert open_one.output == f"{words[1]}: the server offers no endpoint of the stated security\n"
    absent = await typed(*words)
    assert absent.exit_code == 2 and absent.output == f"{words[1]}: Connection refused\n"


@pytest.mark.parametrize("words", [("modbus", "[/x]:1"), ("opcua", "opc.tcp://[/x]:1/")])
async def test_an_address_that_is_none_is_one_sentence(words: tuple[str, str]) -> None:
    """Also one with brackets, which rich takes for marks of a style."""
    result = await typed(*words)
    assert result.exit_code == 2 and result.output.startswith(f"{words[1]}: ")


async def test_opcua_shows_nodes_as_site_files_name_them(tmp_path: Path) -> None:
    """Path, address with the namespace's name, type, value."""
    async with opcua_partner(tmp_path) as partner:
        result = await typed("opcua", f"opc.tcp://127.0.0.1:{partner.port}/", "--private", str(tmp_path / "p"))
        assert result.exit_code == 0, result.output
        (line,) = [line for line in result.output.splitlines() if "s=t3" in line]
        assert f"nsu={NAMESPACE};s=t3" in line and "Double" in line and "3.0" in line and "Good" in line


async def test_opcua_certificate_is_shown_then_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look shows the certificate and how to accept it; a wrong fingerprint changes nothing."""
    monkeypatch.setenv("QIANLIYAN_PASSWORD_PLC_5", PASSWORD)
    async with opcua_partner(tmp_path / "server", secure=True) as partner:
        words = ["opcua", f"opc.tcp://127.0.0.1:{partner.port}/", "--security", "Basic256Sha256", "--user", USER,
                 "--device", "plc-5", "--private", str(tmp_path / "private")]  # fmt: skip
        first = await typed(*words)
        assert first.exit_code == 3 and "--accept" in first.output
        (fingerprint,) = set(re.findall(r"[0-9a-f]{64}", first.output))
        wrong = await typed(*words, "--accept", "ab" * 32)
        assert wrong.exit_code == 2 and "not offered" in wrong.output
        second = await typed(*words, "--accept", fingerprint)
        assert second.exit_code == 0 and "s=t3" in second.output, second.output
