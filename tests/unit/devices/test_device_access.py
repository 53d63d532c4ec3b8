"""Addresses, passwords, pins, our own certificate, and what OPC UA status codes mean."""

from __future__ import annotations

import math
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import keyring
import pytest
from asyncua import ua
from asyncua.ua.status_codes import StatusCodes
from cryptography import x509
from keyring.backends.fail import Keyring as NoKeyring

from app.devices import pinning
from app.devices.addresses import host_and_port
from app.devices.encoding import block_bytes, echo_of
from app.devices.modbus.serial import SerialPort, serial_port
from app.devices.opcua.identity import Identity, own_identity
from app.devices.opcua.lots import Lots
from app.devices.opcua.status import number_of, quality_of, utc_ms
from app.devices.opcua.subscription import Subscription
from app.devices.secrets import password_of
from app.errors import BadReply, ConfigurationFault, Refused
from app.model.commands.block import BlockOut, Echo
from app.model.points import OpcUaPoint, WordOrder
from app.model.quality import Quality
from app.model.spec import Label, ScanGroup, TagKind, TagSpec
from tests.helpers.clock import FakeClock


def test_reads_addresses() -> None:
    """Host and port, the standard port by default, IPv6 in brackets."""
    assert host_and_port("10.0.0.5:1502") == ("10.0.0.5", 1502)
    assert host_and_port("plc-7") == ("plc-7", 502)
    assert host_and_port("[::1]:15021") == ("::1", 15021)
    for wrong in (":502", "plc:0", "plc:99999", "plc:modbus"):
        with pytest.raises(ConfigurationFault):
            host_and_port(wrong)


def test_reads_serial_addresses() -> None:
    """Options follow a question mark; an unknown one is a fault, not ignored."""
    assert serial_port("/dev/ttyS0?baudrate=19200&parity=e") == SerialPort("/dev/ttyS0", 19200, parity="E")
    for wrong in ("?baudrate=1", "/dev/ttyS0?baud=9600", "/dev/ttyS0?parity=X", "/dev/ttyS0?baudrate=fast"):
        with pytest.raises(ConfigurationFault):
            serial_port(wrong)


def test_a_password_comes_from_the_environment_first() -> None:
    """The variable's name is the device's id in capitals."""
    assert password_of("plc-ps05", environment={"QIANLIYAN_PASSWORD_PLC_PS05": "x y"}) == "x y"


def test_a_missing_password_names_its_variable() -> None:
    """Without variable and key store the message says what to set."""
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    try:
        with pytest.raises(ConfigurationFault, match="QIANLIYAN_PASSWORD_PLC_PS05"):
            password_of("plc-ps05", environment={})
    finally:
        keyring.set_keyring(before)


def test_a_certificate_is_offered_before_it_is_accepted(tmp_path: Path) -> None:
    """offered → wrong fingerprint refused → accepted (colons and capitals do not count) → nothing offered any more."""
    der = own_identity(tmp_path / "server").certificate.read_bytes()
    assert pinning.offered("plc", private=tmp_path) is None and pinning.accepted("plc", private=tmp_path) is None
    shown = pinning.offer("plc", der + b"\x30\x03abc", private=tmp_path)  # of a chain the first one counts
    assert pinning.offered("plc", private=tmp_path) == shown and pinning.accepted("plc", private=tmp_path) is None
    with pytest.raises(ConfigurationFault, match="not offered"):
        pinning.accept("plc", "00" * 32, private=tmp_path)
    assert pinning.accepted("plc", private=tmp_path) is None
    pretty = ":".join(shown.fingerprint[i : i + 2] for i in range(0, 64, 2)).upper()
    pinning.accept("plc", pretty, private=tmp_path)
    assert pinning.accepted("plc", private=tmp_path) == shown and pinning.offered("plc", private=tmp_path) is None
    pinning.accept("plc", shown.fingerprint, private=tmp_path)


def test_pins_refuse_what_is_no_certificate_and_no_device(tmp_path: Path) -> None:
    """Garbage is told as such, and a device's id cannot leave the folder."""
    with pytest.raises(BadReply):
        pinning.offer("plc", b"garbage", private=tmp_path)
    with pytest.raises(ConfigurationFault):
        pinning.offered("../plc", private=tmp_path)


def test_our_certificate_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """The second call finds the first one's; the key is readable by its owner alone; the URI is the certificate's."""
    first = own_identity(tmp_path)
    assert own_identity(tmp_path) == first
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    certificate = x509.load_der_x509_certificate(first.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == [first.uri]
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3000)
    assert [p.name for p in (tmp_path / "pki").iterdir()] == ["own"]


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (StatusCodes.Good, Quality.GOOD),
        (StatusCodes.GoodLocalOverride, Quality.MANUAL),
        (StatusCodes.GoodClamped, Quality.GOOD),
        (StatusCodes.Uncertain, Quality.UNCERTAIN),
        (StatusCodes.UncertainEngineeringUnitsExceeded, Quality.OUT_OF_RANGE),
        (StatusCodes.UncertainLastUsableValue, Quality.UNCERTAIN),
        (StatusCodes.Bad, Quality.BAD),
        (StatusCodes.BadSensorFailure, Quality.SENSOR_FAULT),
        (StatusCodes.BadNoCommunication, Quality.COMM_LOST),
        (StatusCodes.BadNodeIdUnknown, Quality.REFUSED),
        (StatusCodes.BadWaitingForInitialData, Quality.NOT_YET),
        (StatusCodes.BadOutOfService, Quality.BAD),
        (0xC0000000, Quality.BAD),
        (StatusCodes.BadSensorFailure | 0x0480, Quality.SENSOR_FAULT),
    ],
)
def test_status_codes_keep_their_severity_and_meaning(status: int, quality: Quality) -> None:
    """Special codes by meaning, all others by severity; flag bits do not matter."""
    assert quality_of(status) == quality


def test_variants_become_numbers() -> None:
    """Booleans, whole numbers, times and texts have numbers; arrays and nothing have none."""
    assert number_of(True, None) == 1.0 and number_of(7, None) == 7.0
    assert number_of(datetime(1970, 1, 1, 0, 1), None) == 60.0  # noqa: DTZ001 - asyncua gives such times
    assert number_of(ua.LocalizedText("x"), lambda text: 5.0 if text == "x" else 0.0) == 5.0
    assert all(math.isnan(number_of(v, None)) for v in (None, [1, 2], "text"))
    assert utc_ms(datetime(1970, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))) == 0


@pytest.mark.parametrize("raw", ["x", ua.LocalizedText("x")])
def test_the_number_of_a_text_is_not_scaled(raw: object) -> None:
    """It names the text: times two it would name another."""
    nobody: Any = None
    tag = TagSpec("a/b", Label("", ""), TagKind.TEXT, point=OpcUaPoint("ns=2;s=a", scale=2.0, offset=1.0))
    made = Subscription(
        nobody, Lots(), ScanGroup("g", 1_000), [tag], clock=FakeClock(), taken=nobody, intern={"x": 5.0}.__getitem__
    )
    held = made._sample(0, ua.DataValue(ua.Variant(raw)), 1)
    assert (held.value, held.quality) == (5.0, Quality.GOOD)


def test_a_command_block_in_both_word_orders() -> None:
    """Nine registers: epoch, heartbeat, equipment, verb, value, sequence; words of 32-bit fields as the order says."""
    out = BlockOut(epoch=0x00010002, heartbeat=3, equipment=4, verb=5, value=1.0, sequence=0x00060007)
    assert block_bytes(out, WordOrder.ABCD).hex(" ", 2) == "0001 0002 0003 0004 0005 3f80 0000 0006 0007"
    assert block_bytes(out, WordOrder.CDAB).hex(" ", 2) == "0002 0001 0003 0004 0005 0000 3f80 0007 0006"
    with pytest.raises(Refused):
        block_bytes(BlockOut(1, 70_000, 1, 1, 0.0, 1), WordOrder.ABCD)


def test_an_echo_in_both_word_orders() -> None:
    """Six registers: sequence, result, reason, writes."""
    echo = Echo(sequence=0x00060007, result=2, reason=5, writes=0x00010000)
    assert echo_of(bytes.fromhex("0006 0007 0002 0005 0001 0000"), WordOrder.ABCD) == echo
    assert echo_of(bytes.fromhex("0007 0006 0002 0005 0000 0001"), WordOrder.CDAB) == echo


def test_keys_that_cannot_be_used_are_the_folders_fault(tmp_path: Path) -> None:
    """A file where the folder should be, and certificates that are damaged, are sentences: a driver waits and tries
    again instead of ending by a defect."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationFault, match="file"), pinning.keys_in(tmp_path / "file"):
        own_identity(tmp_path / "file")
    folder = own_identity(tmp_path).certificate.parent
    (folder / "certificate.der").write_bytes(b"\x30\x00")
    with pytest.raises(ConfigurationFault, match="cannot be used"), pinning.keys_in(tmp_path):
        own_identity(tmp_path)
    (tmp_path / "pki" / "plc").mkdir()
    (tmp_path / "pki" / "plc" / "accepted.der").write_bytes(b"not a certificate")
    with pytest.raises(ConfigurationFault, match="is damaged"):
        pinning.accepted("plc", private=tmp_path)
    (tmp_path / "pki" / "taken").write_text("")
    with pytest.raises(ConfigurationFault, match="cannot be used"):
        pinning.offer("taken", _certificate_of(own_identity(tmp_path / "other")), private=tmp_path)


def _certificate_of(identity: Identity) -> bytes:
    return identity.certificate.read_bytes()
