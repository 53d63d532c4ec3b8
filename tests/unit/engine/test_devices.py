"""Devices at work: one task each, defects contained, links made when needed and dropped when not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.devices.addresses import is_loopback
from app.devices.base import Sink
from app.engine import devices as module
from app.engine.devices import IDLE_LINK_S, Devices
from app.engine.diagnostics import CLOCK_LOOKS, Diagnostics, Figures
from app.engine.disk import DiskWatch
from app.engine.historian.work import HistorianStatus
from app.engine.outbox import LINES_PER_TICK, Outbox
from app.engine.pipeline import Pipeline
from app.engine.texts import Texts
from app.engine.writer import Writer
from app.model.quality import Quality
from app.model.records import AppliedSite, InternedText
from app.model.spec import DeviceSpec, Protocol, TagSpec
from app.storage.contract import TEXT_LENGTH
from tests.helpers.clock import FakeClock
from tests.helpers.station import GOOD_START, make_site
from tests.helpers.wire import FakeDevice, FakeLink

SITE = make_site()
SPEC = SITE.devices[0]
LEVEL = "ps01/well/level"


class Rig:
    """Devices with a pipeline, on a fake clock."""

    def __init__(self, make: type[FakeDevice] = FakeDevice) -> None:
        self.clock = FakeClock()
        self.outbox = Outbox(self.clock)
        self.pipeline = Pipeline(AppliedSite(1, "h", 0, "p", "r", SITE), clock=self.clock)
        self.made: list[FakeDevice] = []
        self.links: list[FakeLink] = []
        self._make = make
        self.devices = Devices(
            make_device=self._device,
            make_link=self._link,
            pipeline=self.pipeline,
            outbox=self.outbox,
            clock=self.clock,
            loopback_only=True,
        )

    def _device(self, spec: DeviceSpec, tags: Sequence[TagSpec]) -> FakeDevice:
        self.made.append(self._make(spec, tags, self.clock))
        return self.made[-1]

    def _link(self, spec: DeviceSpec, device: object) -> FakeLink:
        self.links.append(FakeLink([]))
        return self.links[-1]

    def events(self) -> list[str]:
        return [e.kind for e in self.outbox.take(()).journal]


class Breaking(FakeDevice):
    """A driver with a defect."""

    async def run(self, sink: Sink) -> None:
        self._sink = sink
        await asyncio.sleep(0)
        raise ZeroDivisionError


@pytest.mark.logs("ended by a defect")
async def test_a_driver_with_a_defect_is_started_again_and_its_tags_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defect takes nothing else with it; the tags are bad, the journal says it."""
    monkeypatch.setattr(module, "RESTART_S", 0.001)
    rig = Rig(Breaking)
    await rig.devices.use(SITE)
    for _ in range(200):
        await asyncio.sleep(0.001)
        if rig.pipeline.columns.quality[rig.pipeline.columns.number(LEVEL)] == Quality.COMM_LOST:
            break
    await asyncio.sleep(0.01)
    await rig.devices.stop()
    kinds = rig.events()
    assert kinds.count("device-defect") >= 2
    assert rig.pipeline.look(LEVEL)[1] == Quality.COMM_LOST  # type: ignore[index]


async def test_failure_and_recovery_reach_the_journal_and_the_log_of_the_line() -> None:
    """Each event of a driver is one line in the journal of events and one in the communication log."""
    rig = Rig()
    await rig.devices.use(SITE)
    rig.devices.event("plc-ps01", "failed", "no reply")
    rig.devices.event("plc-ps01", "recovered", "answers again")
    rig.devices.raw("plc-ps01", "odd", b"\x00")
    tick = rig.outbox.take(())
    assert [e.kind for e in tick.journal] == ["device-failed", "device-recovered"]
    assert [c.text for c in tick.comm] == ["no reply", "answers again"] and tick.raw[0].raw == b"\x00"
    await rig.devices.stop()


async def test_a_device_that_is_being_commissioned_raises_nothing() -> None:
    """Its failure is a line in the communication log, no event."""
    rig = Rig()
    await rig.devices.use(replace(SITE, devices=(replace(SPEC, commissioning=True),)))
    rig.devices.event("plc-ps01", "failed", "no reply")
    tick = rig.outbox.take(())
    assert tick.journal == () and [c.text for c in tick.comm] == ["no reply"]
    await rig.devices.stop()


async def test_links_are_made_once_and_dropped_when_idle_or_when_the_lease_is_gone() -> None:
    """first use → made; used again → the same; a minute idle → aborted; lease gone → aborted at once."""
    rig = Rig()
    await rig.devices.use(SITE)
    assert rig.devices.link("plc-ps01") is rig.devices.link("plc-ps01") and rig.devices.link("none") is None
    rig.clock.advance(IDLE_LINK_S + 1)
    rig.devices.tick()
    assert rig.links[0].aborts == 1
    rig.devices.link("plc-ps01")
    rig.devices.drop_links()
    assert rig.links[1].aborts == 1
    await rig.devices.stop()


async def test_a_subscription_is_confirmed_while_its_server_is_heard() -> None:
    """OPC UA: values that do not change stay fresh as long as the server gives signs of life, and no longer."""
    rig = Rig()
    opcua = replace(SPEC, protocol=Protocol.OPCUA, address="opc.tcp://127.0.0.1:4840/")
    await rig.devices.use(replace(SITE, devices=(opcua,)))
    await asyncio.sleep(0)
    device = rig.made[0]
    device.hear(GOOD_START)
    for _ in range(30):
        rig.clock.advance(1.0)
        device.status.last_good_ms = rig.clock.now_ms()
        rig.devices.tick()
        rig.pipeline.age_out()
    assert rig.pipeline.look(LEVEL) == (2.0, 0, 0.0)
    rig.clock.advance(11.0)
    rig.devices.tick()
    rig.pipeline.age_out()
    assert rig.pipeline.look(LEVEL)[1] == Quality.STALE  # type: ignore[index]
    await rig.devices.stop()


@pytest.mark.logs("not started")
async def test_a_demo_store_starts_no_device_of_another_machine() -> None:
    """The last door before a socket: whatever let the site in, nothing beyond this machine is spoken to."""
    rig = Rig()
    await rig.devices.use(replace(SITE, devices=(replace(SPEC, address="192.0.2.1:502"),)))
    assert rig.made == [] and rig.devices.link(SPEC.id) is None
    assert rig.devices.refused() == [SPEC.id] and rig.events() == ["device-refused"]
    await rig.devices.stop()


@pytest.mark.parametrize(
    ("protocol", "address", "inside"),
    [
        (Protocol.MODBUS_TCP, "127.0.0.1:502", True),
        (Protocol.MODBUS_TCP, "127.9.9.9:502", True),
        (Protocol.MODBUS_TCP, "localhost:502", True),
        (Protocol.MODBUS_TCP, "[::1]:502", True),
        (Protocol.MODBUS_TCP, "10.0.0.5:502", False),
        (Protocol.MODBUS_TCP, "plc.example:502", False),
        (Protocol.MODBUS_TCP, "localhost.evil.example:502", False),
        (Protocol.OPCUA, "opc.tcp://127.0.0.1:4840/", True),
        (Protocol.OPCUA, "opc.tcp://192.0.2.1:4840/", False),
        (Protocol.MODBUS_RTU, "/dev/ttyS0?baudrate=9600", False),
        (Protocol.MODBUS_TCP, "127.0.0.1#@198.51.100.7:502", False),
        (Protocol.MODBUS_TCP, "127.0.0.1@198.51.100.7:502", False),
        (Protocol.MODBUS_TCP, "198.51.100.7:502#[::1]", False),
        (Protocol.MODBUS_RTU_TCP, "127.0.0.1/198.51.100.7:502", False),
        (Protocol.OPCUA, "opc.tcp://127.0.0.1@198.51.100.7:4840/", False),
        (Protocol.OPCUA, "opc.tcp://198.51.100.7:4840/127.0.0.1", False),
        (Protocol.OPCUA, "127.0.0.1:4840", False),
    ],
)
def test_loopback(protocol: Protocol, address: str, inside: bool) -> None:
    """Only addresses that surely stay on this machine count."""
    assert is_loopback(replace(SPEC, protocol=protocol, address=address)) is inside


async def test_diagnostics_of_devices_and_of_the_engine() -> None:
    """Each second: state, rate, clock offset and the rest as tags; a clock that is off is told once, and once back."""
    rig = Rig()
    await rig.devices.use(SITE)
    await asyncio.sleep(0)
    writer = Writer(lambda: None, holder="x", clock=rig.clock, on_fatal=print, on_gap=print)  # type: ignore[arg-type,return-value]
    history = HistorianStatus()
    figures = Figures(loop_lag_ms=7.0, store_bytes=5_000_000, disk_fraction=0.5)
    diagnostics = Diagnostics(
        pipeline=rig.pipeline,
        outbox=rig.outbox,
        writer=writer,
        devices=rig.devices.each,
        refused=rig.devices.refused,
        figures=figures,
        history=history,
        now_ms=rig.clock.now_ms,
    )
    device = rig.made[0]
    for _ in range(LINES_PER_TICK + 7):
        rig.outbox.raw("plc-ps01", "rubbish", b"")
    clock = GOOD_START["ps01/plc/clock"]
    for offset in (0.0, *[-60.0] * CLOCK_LOOKS, -60.0, 0.0):
        rig.clock.advance(1.0)
        clock += 1.0
        device.hear(GOOD_START | {"ps01/plc/clock": clock + offset})
        diagnostics.tick()
    assert rig.pipeline.look("dev/plc-ps01/state") == (1.0, 0, 0.0)
    assert rig.pipeline.look("engine/store_size") == (5.0, 0, 0.0)
    assert rig.pipeline.look("engine/disk") == (50.0, 0, 0.0)
    assert rig.pipeline.look("engine/log_left_out") == (7.0, 0, 0.0)
    assert figures.loop_lag_ms == 0.0 and rig.events() == ["clock-off", "clock-back"]
    device.hear(GOOD_START | {"ps01/plc/clock": 0.0})
    diagnostics.tick()
    assert rig.pipeline.look("dev/plc-ps01/clock_offset")[1] == Quality.NOT_YET  # type: ignore[index]
    assert rig.pipeline.look("engine/history") == (0.0, 0, 0.0)
    began_s = len((0.0, *[-60.0] * CLOCK_LOOKS, -60.0, 0.0))
    assert rig.pipeline.look("engine/history_lag") == (float(began_s), 0, 0.0)
    assert rig.pipeline.look("engine/history_samples")[1] == Quality.NOT_YET  # type: ignore[index]
    history.mark_ms, history.windows, history.samples = rig.clock.now_ms() - 2_000_000, 1, 77
    history.upkeep_failed = True
    diagnostics.tick()
    assert rig.pipeline.look("engine/history")[0] == 3.0  # type: ignore[index]
    history.failed = "ZeroDivisionError()"
    diagnostics.tick()
    assert [rig.pipeline.look(f"engine/history{name}")[0] for name in ("", "_lag", "_samples")] == [  # type: ignore[index]
        2.0,
        2_000.0,
        77.0,
    ]
    await rig.devices.stop()


def test_the_disk_is_told_once_at_each_mark() -> None:
    """fills → 80 %: warned once → 95 %: full → a little below: still full → 93 %: not full → 70 %: all well."""
    outbox = Outbox(FakeClock())
    disk = DiskWatch(outbox)
    seen = []
    for used in (0.5, 0.8, 0.85, 0.95, 0.945, 0.93, 0.7):
        disk.measured(used)
        seen.append(disk.full)
    assert seen == [False, False, False, True, True, False, False]
    assert [e.kind for e in outbox.take(()).journal] == ["disk-filling", "disk-full", "disk-not-full", "disk-ok"]


def test_texts_are_numbered_once_and_bounded() -> None:
    """The same text has the same number, also after a restart; long ones are cut; the empty one is 0."""
    outbox = Outbox(FakeClock())
    texts = Texts(outbox, [InternedText(4, "old")])
    assert [texts.number(t) for t in ("", "old", "new", "new", "x" * 999)] == [0.0, 4.0, 5.0, 5.0, 6.0]
    assert [(t.number, len(t.text)) for t in outbox.take(()).texts] == [(5, 3), (6, TEXT_LENGTH)]


def test_a_device_that_floods_us_does_not_flood_the_store() -> None:
    """Lines beyond the bound of a tick are counted and left out."""
    outbox = Outbox(FakeClock())
    for _ in range(LINES_PER_TICK + 7):
        outbox.comm("d", "k", "t")
    assert outbox.left_out == 7 and len(outbox.take(()).comm) == LINES_PER_TICK
