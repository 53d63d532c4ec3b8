"""What a person should do about an abnormality: one line, consequence first where it matters.

Generic by kind and role until each alarm carries its own procedure.
"""

from __future__ import annotations

from typing import Final

from app.model.spec import Label
from app.views.state.abnormal_rows import Kind

__all__ = ["todo_for"]

_BY_ROLE: Final[dict[str, Label]] = {
    "trip": Label(
        "查明跳闸原因，现场确认后复位；水位上升时先启备用泵",
        "Find the cause on site, then reset; if the level rises start a standby pump",
    ),
    "overflow_float": Label(
        "正在溢流：启动所有可用泵，通知抢险", "Spilling now: start every available pump, call the field crew"
    ),
    "high_float": Label(
        "核对液位计；启动备用泵，检查格栅与出口闸",
        "Check the level sensor; start a standby pump; check rack and outlet gate",
    ),
    "mains": Label("失电：联系供电，准备移动泵车", "No mains: call the power company, prepare a mobile pump"),
    "seal_leak": Label("安排检修；不宜连续运行", "Plan a repair; do not run it for long"),
    "door": Label("核实是否有人作业", "Find out whether someone works there"),
    "torque": Label("停止闸门动作，检查卡阻", "Stop the gate; look for an obstacle"),
    "h2s": Label("禁止下井，强制通风，撤离人员", "Nobody enters the well: ventilate, call people out"),
    "ch4": Label("禁止动火与下井，强制通风", "No flame, nobody enters: ventilate"),
    "intensity": Label(
        "暴雨：预降水位，检查闸门与格栅，抢险待命",
        "Heavy rain: draw the wells down, check gates and racks, crews ready",
    ),
    "level_difference": Label("清理格栅", "Clean the rack"),
    "program": Label(
        "控制器程序未运行：就地操作，联系工程师", "The PLC program stands still: work locally, call the engineer"
    ),
}
_BY_KIND: Final[dict[Kind, Label]] = {
    Kind.ENGINE: Label(
        "画面数据不可信：电话核对现场，检查引擎进程",
        "Believe no value here: phone the stations, check the engine process",
    ),
    Kind.LINK: Label("电话核对现场；检查网络与控制器电源", "Phone the station; check the network and the PLC's power"),
    Kind.VALUES: Label("核对仪表；必要时置人工值", "Check the instruments; enter a manual value if needed"),
    Kind.LIMIT: Label("核对现场，查找原因", "Check on site and find the cause"),
    Kind.STATE: Label("核对现场，查找原因", "Check on site and find the cause"),
    Kind.OVERFLOW: Label(
        "启动备用泵，检查格栅与出口闸，通知抢险", "Start standby pumps; check rack and outlet gate; call the field crew"
    ),
    Kind.COMMAND: Label("看反馈与现场状态，不要盲目重发", "Look at the feedback and the site before asking again"),
    Kind.CLOCK: Label("校准控制器时钟；其时间戳暂不可信", "Set the PLC's clock; do not trust its time stamps"),
}
_LEVEL: Final = {
    "HH": Label(
        "启动所有可用泵，检查出口闸，通知抢险", "Start every available pump; check the outlet gate; call the field crew"
    ),
    "H": Label("核对泵是否按级启动，检查格栅", "See that the pumps stage in; check the rack"),
    "L": Label("核对停泵是否动作", "See that the pumps stop"),
    "LL": Label("停泵防止干运行，核对液位计", "Stop the pumps against dry running; check the level sensor"),
}


def todo_for(kind: Kind, role: str = "", zone: str = "") -> Label:
    """Return what to do: by role first, then by level zone, then by kind."""
    if role == "level" and zone:
        return _LEVEL[zone]
    return _BY_ROLE.get(role) or _BY_KIND[kind]
