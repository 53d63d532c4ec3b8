"""A small station in plain model records: two pumps, a well and a gate behind one PLC, with a command block."""

from __future__ import annotations

from dataclasses import replace

from app.model.points import ModbusPoint, Table, WordType
from app.model.spec import (
    Area,
    CommandBlock,
    CommandSpec,
    Condition,
    DeviceSpec,
    Equipment,
    Facility,
    FacilityKind,
    Label,
    Op,
    Place,
    Protocol,
    ScanGroup,
    Site,
    State,
    TagKind,
    TagSpec,
    TargetKind,
)

__all__ = ["GOOD_START", "make_site"]

_PUMP_ROLES = ("run", "trip", "trip_code", "remote", "mode", "start_wait", "starts_hour", "speed_sp")
_GATE_ROLES = ("opened", "closed", "moving", "remote", "trip")

GOOD_START: dict[str, float] = {
    **{f"ps01/pump{n}/{role}": 0.0 for n in (1, 2) for role in _PUMP_ROLES},
    **{f"ps01/pump{n}/remote": 1.0 for n in (1, 2)},
    **{f"ps01/gate1/{role}": 0.0 for role in _GATE_ROLES},
    "ps01/gate1/closed": 1.0,
    "ps01/gate1/remote": 1.0,
    "ps01/well/level": 2.0,
    "ps01/well/start_level": 1.8,
    "ps01/plc/heartbeat": 7.0,
    "ps01/plc/clock": 1_760_000_000.0,
}
"""Values with which every command of the station may be sent, except the reset of a trip."""


def _label(text: str) -> Label:
    return Label(text, text)


def _tag(path: str, address: int) -> TagSpec:
    kind = TagKind.ANALOG if path.endswith(("level", "clock", "speed_sp")) else TagKind.DISCRETE
    point = ModbusPoint(1, Table.HOLDING, address, WordType.U16)
    return TagSpec(path, _label(path), kind, device="plc-ps01", group="fast", point=point, max_age_s=10.0)


def _is(tag: str, value: float) -> tuple[Condition, ...]:
    return (Condition(_label(tag), tag, Op.EQ, value),)


def _command(verb: str, code: int, feedback: tuple[Condition, ...], timeout_s: float = 5.0) -> CommandSpec:
    return CommandSpec(verb, code, _label(verb), feedback, timeout_s)


def _pump(n: int) -> Equipment:
    base = f"ps01/pump{n}"
    choices = tuple(State(v, _label(w)) for v, w in enumerate(("off", "hand", "auto")))
    commands = (
        _command("start", 1, _is(f"{base}/run", 1.0), 10.0),
        _command("stop", 2, _is(f"{base}/run", 0.0), 10.0),
        _command("auto", 3, _is(f"{base}/mode", 2.0)),
        CommandSpec("mode", 4, _label("mode"), _is(f"{base}/mode", 0.0), 5.0, TargetKind.CHOICE, choices=choices),
        _command("reset", 5, _is(f"{base}/trip", 0.0)),
        CommandSpec(
            "speed", 6, _label("speed"), _is(f"{base}/speed_sp", 0.0), 5.0, TargetKind.NUMBER, 20.0, 50.0, "Hz", 0.2
        ),
    )
    low_level = Condition(Label("水位高于停泵水位", "Level above stop level"), "ps01/well/level", Op.GT, 0.8)
    return Equipment(
        path=base,
        facility="ps01",
        type="vfd_pump",
        symbol="pump",
        label=_label(base),
        index=n,
        tags=tuple((role, f"{base}/{role}") for role in _PUMP_ROLES),
        commands=commands,
        permissives=(low_level,),
        interlocks=(Condition(Label("未溢流", "No dry run"), "ps01/well/level", Op.GT, 0.3),),
        safe_action="auto",
        max_starts_per_hour=10,
    )


def _gate() -> Equipment:
    base = "ps01/gate1"
    opening = CommandSpec("open", 8, _label("open"), _is(f"{base}/opened", 1.0), 36.0)
    return Equipment(
        path=base,
        facility="ps01",
        type="gate",
        symbol="gate",
        label=_label(base),
        index=9,
        tags=tuple((role, f"{base}/{role}") for role in _GATE_ROLES),
        commands=(
            opening,
            _command("close", 9, _is(f"{base}/closed", 1.0), 36.0),
            _command("stop", 2, _is(f"{base}/moving", 0.0)),
        ),
        safe_action="stop",
    )


def _well() -> Equipment:
    level = CommandSpec(
        "level",
        7,
        _label("level"),
        _is("ps01/well/start_level", 0.0),
        5.0,
        TargetKind.NUMBER,
        1.0,
        3.0,
        "m",
        0.01,
    )
    return Equipment(
        path="ps01/well",
        facility="ps01",
        type="wet_well",
        symbol="well",
        label=_label("well"),
        index=20,
        tags=(("level", "ps01/well/level"), ("start_level", "ps01/well/start_level")),
        commands=(level,),
    )


def make_site(*, late_execution: bool = False, address: str = "127.0.0.1:15021", numbered: bool = True) -> Site:
    """Return the station's site; `late_execution` makes its PLC one that has no command block."""
    block = CommandBlock(
        "plc-ps01",
        ModbusPoint(1, Table.HOLDING, 900, WordType.U16),
        ModbusPoint(1, Table.HOLDING, 920, WordType.U16),
        "ps01/plc/heartbeat",
    )
    device = DeviceSpec(
        "plc-ps01",
        _label("PLC"),
        Protocol.MODBUS_TCP,
        address,
        groups=(ScanGroup("fast", 1000),),
        clock="ps01/plc/clock",
        late_execution=late_execution,
    )
    facility = Facility(
        "ps01",
        FacilityKind.SEWAGE_STATION,
        _label("Station 1"),
        "east",
        Place(100, 100),
        devices=("plc-ps01",),
        level="ps01/well/level",
        overflow_level=4.0,
        block=None if late_execution else block,
    )
    tags = [_tag(path, index) for index, path in enumerate(GOOD_START)]
    tags += [TagSpec(f"dev/plc-ps01/{name}", _label(name), TagKind.ANALOG) for name in _DEVICE_DIAGNOSTICS]
    tags += [TagSpec(f"engine/{name}", _label(name), TagKind.ANALOG) for name in _ENGINE_DIAGNOSTICS]
    numbers = range(1, len(tags) + 1) if numbered else (0,) * len(tags)
    return Site(
        id="test",
        label=_label("Test"),
        timezone="Asia/Shanghai",
        demo=True,
        areas=(Area("east", _label("East")),),
        facilities=(facility,),
        equipment=(_pump(1), _pump(2), _gate(), _well()),
        devices=(device,),
        tags=tuple(_numbered(tag, number) for tag, number in zip(tags, numbers, strict=True)),
    )


def _numbered(tag: TagSpec, number: int) -> TagSpec:
    return replace(tag, number=number)


_DEVICE_DIAGNOSTICS = (
    "state",
    "last_good",
    "rate",
    "scan_ms",
    "overruns",
    "reconnects",
    "failures",
    "bad_replies",
    "clock_offset",
)
_ENGINE_DIAGNOSTICS = (
    "cpu",
    "memory",
    "loop_lag",
    "commit_ms",
    "writer_queue",
    "store_size",
    "disk",
    "spooled",
    "history",
    "history_lag",
    "history_samples",
    "log_left_out",
)
