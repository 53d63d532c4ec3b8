"""A small site made by hand: one station with any number of pumps, and another one beside it."""

# ruff: noqa: E501 (one tag a line reads as a table)

from __future__ import annotations

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
    Link,
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

__all__ = ["make_site", "normal_values"]

POINT = ModbusPoint(1, Table.HOLDING, 0, WordType.U16)
MODES = (State(0, Label("停用", "Off")), State(1, Label("手动", "Hand")), State(2, Label("自动", "Auto")))
NO_YES = (State(0, Label("否", "no")), State(1, Label("是", "yes")))


class _Tags:
    """Gathers tags with numbers that count up."""

    def __init__(self) -> None:
        self.made: list[TagSpec] = []

    def add(self, path: str, zh: str, en: str, kind: TagKind = TagKind.ANALOG, **more: object) -> str:
        group = "fast" if kind is not TagKind.COUNTER else "slow"
        device = "plc-one" if path.startswith("one/") else "plc-two" if path.startswith("two/") else ""
        number = len(self.made) + 1
        point = POINT if device else None
        self.made.append(TagSpec(path, Label(zh, en), kind, number, device=device, group=group, point=point, **more))  # type: ignore[arg-type]
        return path


def make_site(pumps: int = 3, *, vfd: bool = False, rain: bool = False, demo: bool = True) -> Site:
    """Return a site whose station `one` has `pumps` pumps; with `rain` it has an outlet gate and instruments there."""
    tags = _Tags()
    equipment = [_well(tags, "one"), _rack(tags, "one")]
    equipment += [_pump(tags, "one", k + 1, vfd=vfd) for k in range(pumps)]
    equipment += [_flow(tags, "one"), _pressure(tags, "one"), *_sides(tags, "one")]
    if rain:
        equipment += [_gate(tags, "one"), *_outlet(tags, "one")]
    equipment += [_well(tags, "two"), _pump(tags, "two", 1, vfd=False), *_sides(tags, "two")]
    for device in ("plc-one", "plc-two"):
        tags.add(f"dev/{device}/state", "状态", "state", TagKind.ENUM, decimals=0)
        tags.add(f"dev/{device}/last_good", "最近", "last good", TagKind.COUNTER)
    tags.add("engine/disk", "磁盘", "disk", unit="%")
    kind = FacilityKind.RAIN_STATION if rain else FacilityKind.SEWAGE_STATION
    return Site(
        id="test", label=Label("试验区", "Test zone"), timezone="Asia/Shanghai", demo=demo,
        areas=(Area("a", Label("甲", "A")),),
        facilities=(
            _facility("one", kind, "东港", "East Harbour"),
            _facility("two", FacilityKind.SEWAGE_STATION, "西湖", "West Lake"),
            Facility("wwtp", FacilityKind.TREATMENT_PLANT, Label("污水处理厂", "Treatment plant"), "a", Place(900, 500)),
        ),
        equipment=tuple(equipment),
        devices=tuple(_device(d) for d in ("plc-one", "plc-two")),
        tags=tuple(tags.made),
        links=(Link("one", "wwtp", "sewer"),),
    )  # fmt: skip


def normal_values(site: Site, *, now_ms: int) -> dict[str, float]:
    """Return values of a quiet moment for every tag: the first pump runs in Auto, everything else stands ready."""
    by_role = {
        "run": 0, "trip": 0, "trip_code": 0, "remote": 1, "mode": 2, "ready": 1, "current": 0, "power": 0, "hours": 4213.6,
        "starts": 1871, "starts_hour": 4, "start_wait": 0, "winding_temp": 42, "seal_leak": 0, "speed": 0, "speed_sp": 45,
        "level": 2.31, "high_float": 0, "overflow_float": 0, "inflow": 428, "start_level": 2.6, "level_difference": 0.08,
        "flow": 436, "total": 182_334, "pressure": 186, "h2s": 0.4, "ch4": 1.2, "mains": 1, "voltage": 398, "energy": 88_123,
        "heartbeat": 17, "clock": now_ms / 1000, "program": 1, "door": 0, "position": 100, "opened": 1, "closed": 0,
        "moving": 0, "torque": 0, "cod": 18.2, "nh3": 0.62, "ph": 7.21, "intensity": 2.4, "rain_1h": 3.1, "rain_24h": 18.6,
    }  # fmt: skip
    values = {
        t.path: float(by_role[t.path.rsplit("/", 1)[1]]) for t in site.tags if not t.path.startswith(("dev", "eng"))
    }
    values |= {
        p: v for p, v in (("one/pump1/run", 1.0), ("one/pump1/current", 86.2), ("one/pump1/power", 41.3)) if p in values
    }
    if "one/pump1/speed" in values:
        values["one/pump1/speed"] = 48.2
    for device in ("plc-one", "plc-two"):
        values |= {f"dev/{device}/state": 1.0, f"dev/{device}/last_good": float(now_ms)}
    return values | {"engine/disk": 31.0}


def _facility(name: str, kind: FacilityKind, zh: str, en: str) -> Facility:
    return Facility(
        name, kind, Label(f"{zh}泵站", f"{en} station"), "a", Place(500, 500), devices=(f"plc-{name}",),
        headline=(f"{name}/well/level", f"{name}/outflow/flow") if name == "one" else (f"{name}/well/level",),
        level=f"{name}/well/level", overflow_level=4.6,
        block=CommandBlock(f"plc-{name}", POINT, POINT, f"{name}/plc/heartbeat"),
    )  # fmt: skip


def _device(name: str) -> DeviceSpec:
    groups = (ScanGroup("fast", 1000), ScanGroup("slow", 5000))
    return DeviceSpec(name, Label(name, name), Protocol.MODBUS_TCP, "127.0.0.1:15021", groups)


def _pump(tags: _Tags, facility: str, index: int, *, vfd: bool) -> Equipment:
    p = f"{facility}/pump{index}"
    of = {
        "run": tags.add(f"{p}/run", "运行", "running", TagKind.DISCRETE),
        "trip": tags.add(f"{p}/trip", "故障跳闸", "tripped", TagKind.DISCRETE, states=NO_YES, abnormal=(1,)),
        "trip_code": tags.add(f"{p}/trip_code", "故障代码", "trip code", TagKind.ENUM, states=(State(1, Label("过载", "overload")),)),
        "remote": tags.add(f"{p}/remote", "远程", "remote", TagKind.DISCRETE),
        "mode": tags.add(f"{p}/mode", "模式", "mode", TagKind.ENUM, states=MODES),
        "ready": tags.add(f"{p}/ready", "就绪", "ready", TagKind.DISCRETE, states=NO_YES),
        "current": tags.add(
            f"{p}/current", "电流", "current", unit="A", low=0, high=120, decimals=1, normal_low=60, normal_high=95,
            marks=(("H", 100.0), ("HH", 110.0)),
        ),
        "power": tags.add(f"{p}/power", "功率", "power", unit="kW", low=0, high=60, decimals=1),
        "hours": tags.add(f"{p}/hours", "运行时间", "run hours", TagKind.COUNTER, unit="h", decimals=1),
        "starts": tags.add(f"{p}/starts", "启动次数", "starts", TagKind.COUNTER, decimals=0),
        "starts_hour": tags.add(f"{p}/starts_hour", "小时启动", "starts this hour", decimals=0),
        "start_wait": tags.add(f"{p}/start_wait", "启动等待", "start wait", unit="s", decimals=0),
        "winding_temp": tags.add(
            f"{p}/winding_temp", "绕组温度", "winding temperature", unit="°C", low=0, high=160, decimals=1,
            normal_low=20, normal_high=110, marks=(("H", 130.0), ("HH", 145.0)),
        ),
        "seal_leak": tags.add(f"{p}/seal_leak", "密封泄漏", "seal leak", TagKind.DISCRETE, states=NO_YES, abnormal=(1,)),
    }  # fmt: skip
    if vfd:
        of["speed"] = tags.add(
            f"{p}/speed", "频率", "speed", unit="Hz", low=0, high=50, decimals=1, normal_low=30, normal_high=50
        )
        of["speed_sp"] = tags.add(f"{p}/speed_sp", "频率设定", "speed set-point", unit="Hz", low=0, high=50, decimals=1)
    return Equipment(
        p, facility, "vfd_pump" if vfd else "pump", "pump", Label(f"{index}号泵", f"Pump {index}"), index, tuple(of.items()),
        commands=_pump_commands(of, vfd=vfd),
        permissives=(
            Condition(Label("液位高于干转保护", "Level above dry-run limit"), f"{facility}/well/level", Op.GT, 0.6),
            Condition(Label("设备就绪", "Pump ready"), of["ready"], Op.EQ, 1),
        ),
        interlocks=(Condition(Label("无密封泄漏", "No seal leak"), of["seal_leak"], Op.EQ, 0),),
        safe_action="auto",
        max_starts_per_hour=10,
    )  # fmt: skip


def _pump_commands(of: dict[str, str], *, vfd: bool) -> tuple[CommandSpec, ...]:
    run, mode, trip = of["run"], of["mode"], of["trip"]

    def proof(tag: str, value: float) -> tuple[Condition, ...]:
        return (Condition(Label("反馈", "feedback"), tag, Op.EQ, value),)

    made = [
        CommandSpec("start", 1, Label("启动", "Start"), proof(run, 1)),
        CommandSpec("stop", 2, Label("停泵", "Stop"), proof(run, 0)),
        CommandSpec("auto", 3, Label("自动", "Auto"), proof(mode, 2), 5),
        CommandSpec("mode", 4, Label("模式", "Mode"), proof(mode, 0), 5, TargetKind.CHOICE, choices=MODES),
        CommandSpec("reset", 5, Label("复位", "Reset"), proof(trip, 0), 5),
    ]
    if vfd:
        made.append(
            CommandSpec(
                "speed", 6, Label("频率", "Speed"), proof(of["speed_sp"], 0), 5, TargetKind.NUMBER, 25, 50, "Hz", 0.2
            )
        )
    return tuple(made)


def _well(tags: _Tags, facility: str) -> Equipment:
    p = f"{facility}/well"
    of = {
        "level": tags.add(
            f"{p}/level", "湿井液位", "Wet well level", unit="m", low=0, high=5, normal_low=1.2, normal_high=3.0,
            marks=(("LL", 0.6), ("L", 0.9), ("H", 3.4), ("HH", 3.9), ("S1", 2.6), ("S2", 2.9)), deadband=0.01,
        ),
        "high_float": tags.add(f"{p}/high_float", "高液位浮球", "High float", TagKind.DISCRETE, abnormal=(1,)),
        "overflow_float": tags.add(f"{p}/overflow_float", "溢流浮球", "Overflow float", TagKind.DISCRETE, abnormal=(1,)),
        "inflow": tags.add(f"{p}/inflow", "进水流量", "Inflow", unit="m³/h", low=0, high=900, decimals=0),
        "start_level": tags.add(f"{p}/start_level", "启泵液位", "Start level", unit="m", low=0, high=5),
    }  # fmt: skip
    level = CommandSpec("level", 7, Label("启泵液位", "Start level"), (), 5, TargetKind.NUMBER, 1.5, 3.5, "m", 0.01)
    return Equipment(p, facility, "wet_well", "wet_well", Label("湿井", "Wet well"), 20, tuple(of.items()), (level,))


def _rack(tags: _Tags, facility: str) -> Equipment:
    p = f"{facility}/rack"
    of = {
        "run": tags.add(f"{p}/run", "运行", "running", TagKind.DISCRETE),
        "trip": tags.add(f"{p}/trip", "故障", "tripped", TagKind.DISCRETE, abnormal=(1,)),
        "level_difference": tags.add(f"{p}/level_difference", "液位差", "Level difference", unit="m", low=0, high=1),
    }
    return Equipment(p, facility, "rack", "rack", Label("格栅", "Rack"), 30, tuple(of.items()))


def _gate(tags: _Tags, facility: str) -> Equipment:
    p = f"{facility}/gate1"
    of = {
        "position": tags.add(f"{p}/position", "开度", "Position", unit="%", low=0, high=100, decimals=0),
        "opened": tags.add(f"{p}/opened", "全开", "open", TagKind.DISCRETE),
        "closed": tags.add(f"{p}/closed", "全关", "closed", TagKind.DISCRETE),
        "moving": tags.add(f"{p}/moving", "动作中", "moving", TagKind.DISCRETE),
        "remote": tags.add(f"{p}/remote", "远程", "remote", TagKind.DISCRETE),
        "trip": tags.add(f"{p}/trip", "故障", "tripped", TagKind.DISCRETE, abnormal=(1,)),
        "torque": tags.add(f"{p}/torque", "过力矩", "over-torque", TagKind.DISCRETE, abnormal=(1,)),
    }
    commands = (
        CommandSpec("open", 8, Label("开", "Open"), timeout_s=72, two_person=True),
        CommandSpec("close", 9, Label("关", "Close"), timeout_s=72),
        CommandSpec("stop", 2, Label("停", "Stop"), timeout_s=5),
        CommandSpec("reset", 5, Label("复位", "Reset"), timeout_s=5),
    )
    label = Label("1号闸门", "Gate 1")
    return Equipment(p, facility, "gate", "gate", label, 40, tuple(of.items()), commands, safe_action="stop")


def _flow(tags: _Tags, facility: str) -> Equipment:
    p = f"{facility}/outflow"
    of = {
        "flow": tags.add(
            f"{p}/flow",
            "出水流量",
            "Outflow",
            unit="m³/h",
            low=0,
            high=900,
            decimals=0,
            normal_low=200,
            normal_high=700,
        ),
        "total": tags.add(f"{p}/total", "累计流量", "Total", TagKind.COUNTER, unit="m³", decimals=0),
    }
    return Equipment(p, facility, "flow_meter", "flow_meter", Label("出水流量", "Outflow"), 0, tuple(of.items()))


def _pressure(tags: _Tags, facility: str) -> Equipment:
    p = f"{facility}/pressure"
    path = tags.add(
        f"{p}/pressure", "出水压力", "Pressure", unit="kPa", low=0, high=400, decimals=0, normal_low=120, normal_high=260,
        marks=(("L", 80.0), ("H", 320.0)),
    )  # fmt: skip
    return Equipment(p, facility, "pressure", "pressure", Label("出水压力", "Pressure"), 0, (("pressure", path),))


def _sides(tags: _Tags, facility: str) -> list[Equipment]:
    p = facility
    gas = {
        "h2s": tags.add(
            f"{p}/gas/h2s", "硫化氢", "H2S", unit="ppm", low=0, high=50, decimals=1, marks=(("H", 7.0), ("HH", 10.0))
        ),
        "ch4": tags.add(
            f"{p}/gas/ch4", "甲烷", "CH4", unit="%LEL", low=0, high=100, decimals=1, marks=(("H", 10.0), ("HH", 20.0))
        ),
    }
    supply = {
        "mains": tags.add(f"{p}/supply/mains", "市电", "Mains", TagKind.DISCRETE, states=NO_YES, abnormal=(0,)),
        "voltage": tags.add(f"{p}/supply/voltage", "电压", "Voltage", unit="V", low=0, high=480, decimals=0),
        "energy": tags.add(f"{p}/supply/energy", "电量", "Energy", TagKind.COUNTER, unit="kWh", decimals=0),
    }
    plc = {
        "heartbeat": tags.add(f"{p}/plc/heartbeat", "心跳", "Heartbeat", TagKind.COUNTER, decimals=0),
        "clock": tags.add(f"{p}/plc/clock", "时钟", "Clock", TagKind.COUNTER, unit="s", decimals=0),
        "program": tags.add(f"{p}/plc/program", "程序", "Program", TagKind.DISCRETE, states=NO_YES, abnormal=(0,)),
        "door": tags.add(f"{p}/plc/door", "门", "Door", TagKind.DISCRETE, abnormal=(1,)),
    }
    return [
        Equipment(f"{p}/gas", p, "gas", "gas", Label("有害气体", "Gas"), 0, tuple(gas.items())),
        Equipment(f"{p}/supply", p, "supply", "supply", Label("供电", "Supply"), 0, tuple(supply.items())),
        Equipment(f"{p}/plc", p, "controller", "controller", Label("控制器", "Controller"), 0, tuple(plc.items())),
    ]


def _outlet(tags: _Tags, facility: str) -> list[Equipment]:
    p = facility
    river = tags.add(
        f"{p}/river/level", "河道水位", "River level", unit="m", low=0, high=6, normal_low=1, normal_high=3
    )
    water = {
        "cod": tags.add(
            f"{p}/analyser/cod", "COD", "COD", unit="mg/L", low=0, high=200, decimals=1, marks=(("H", 40.0),)
        ),
        "nh3": tags.add(
            f"{p}/analyser/nh3", "氨氮", "NH3-N", unit="mg/L", low=0, high=20, decimals=2, marks=(("H", 2.0),)
        ),
        "ph": tags.add(f"{p}/analyser/ph", "pH", "pH", low=0, high=14, normal_low=6, normal_high=9),
    }
    rain = {
        "intensity": tags.add(f"{p}/rain/intensity", "雨强", "Intensity", unit="mm/h", low=0, high=120, decimals=1),
        "rain_1h": tags.add(f"{p}/rain/rain_1h", "1小时雨量", "Rain 1 h", unit="mm", decimals=1),
        "rain_24h": tags.add(f"{p}/rain/rain_24h", "24小时雨量", "Rain 24 h", unit="mm", decimals=1),
    }
    return [
        Equipment(f"{p}/river", p, "river_level", "river_level", Label("河道", "River"), 0, (("level", river),)),
        Equipment(f"{p}/analyser", p, "analyser", "analyser", Label("水质", "Analyser"), 0, tuple(water.items())),
        Equipment(f"{p}/rain", p, "rain_gauge", "rain_gauge", Label("雨量计", "Rain gauge"), 0, tuple(rain.items())),
    ]
