"""Tags that no device sends: what the engine says of its devices and of itself. They exist on every site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from app.model.retention import SHORT
from app.model.spec import Label, State, TagKind, TagSpec

__all__ = ["RESERVED", "diagnostic_tags"]

RESERVED: Final = ("dev", "engine")
"""First words of paths that no facility may have."""

_STATES: Final = (
    State(0, Label("连接中", "connecting")),
    State(1, Label("在线", "up")),
    State(2, Label("通讯失败", "failed")),
)

_HISTORY: Final = (
    State(0, Label("正常", "works")),
    State(1, Label("等待存储", "waits for the store")),
    State(2, Label("故障", "failed")),
    State(3, Label("维护故障", "upkeep failed")),
)


def diagnostic_tags(devices: Iterable[str]) -> tuple[TagSpec, ...]:
    """Return `dev/<device>/…` for each device, by its id, then `engine/…`."""
    of_devices = (tag for device in devices for tag in _device_tags(device))
    return tuple(replace(tag, keep=SHORT) for tag in (*of_devices, *_engine_tags()))


def _device_tags(device: str) -> tuple[TagSpec, ...]:
    at = f"dev/{device}"
    return (
        TagSpec(f"{at}/state", Label("通讯状态", "Link"), TagKind.ENUM, states=_STATES, abnormal=(2,), decimals=0),
        TagSpec(f"{at}/last_good", Label("最后成功时间", "Last good reply"), TagKind.COUNTER, unit="ms", decimals=0),
        _analog(
            f"{at}/rate", Label("扫描达成率", "Achieved scan rate"), "%", normal_low=90.0, deadband=0.5, decimals=1
        ),
        _analog(f"{at}/scan_ms", Label("扫描耗时", "Scan time"), "ms", deadband=0.5, decimals=1),
        TagSpec(f"{at}/overruns", Label("扫描超时数", "Overruns"), TagKind.COUNTER, decimals=0),
        TagSpec(f"{at}/reconnects", Label("重连次数", "Reconnects"), TagKind.COUNTER, decimals=0),
        TagSpec(f"{at}/failures", Label("失败次数", "Failures"), TagKind.COUNTER, decimals=0),
        TagSpec(f"{at}/bad_replies", Label("错误应答数", "Bad replies"), TagKind.COUNTER, decimals=0),
        # More than 2 s is worth a person's attention.
        _analog(f"{at}/clock_offset", Label("时钟偏差", "Clock offset"), "s", normal_low=-2.0, normal_high=2.0),
    )


def _engine_tags() -> tuple[TagSpec, ...]:
    return (
        _analog("engine/cpu", Label("引擎 CPU", "Engine CPU"), "%", deadband=0.2, decimals=1),
        _analog("engine/memory", Label("引擎内存", "Engine memory"), "MB", deadband=0.5, decimals=0),
        _analog("engine/loop_lag", Label("循环滞后", "Loop lag"), "ms", deadband=0.5, decimals=1),
        _analog("engine/commit_ms", Label("提交耗时", "Commit time"), "ms", deadband=0.5, decimals=1),
        _analog("engine/writer_queue", Label("写入队列", "Writer queue"), "", deadband=0.0, decimals=0),
        _analog("engine/store_size", Label("存储大小", "Store size"), "MB", deadband=0.5, decimals=0),
        # At 80 % a warning, at 95 % commands are refused.
        _analog("engine/disk", Label("磁盘占用", "Disk used"), "%", deadband=0.1, decimals=1, normal_high=80.0),
        _analog("engine/spooled", Label("暂存帧数", "Spooled frames"), "", deadband=0.0, decimals=0, normal_high=0.0),
        TagSpec("engine/log_left_out", Label("通讯日志遗漏", "Log lines left out"), TagKind.COUNTER, decimals=0),
        TagSpec(
            "engine/history", Label("历史归档", "History"), TagKind.ENUM, states=_HISTORY, abnormal=(2, 3), decimals=0
        ),
        # It goes up to the length of a window and back; half an hour is worth a person's attention.
        _analog(
            "engine/history_lag", Label("归档滞后", "History lag"), "s", deadband=60, decimals=0, normal_high=1800.0
        ),
        _analog("engine/history_samples", Label("归档样本数", "Samples of a window"), "", deadband=0.0, decimals=0),
        _analog("engine/history_bytes", Label("归档字节数", "Bytes of a window"), "B", deadband=0.0, decimals=0),
        _analog("engine/history_ms", Label("归档耗时", "Time for a window"), "ms", deadband=0.5, decimals=0),
    )


def _analog(
    path: str,
    label: Label,
    unit: str,
    *,
    deadband: float = 0.05,
    decimals: int = 2,
    normal_low: float | None = None,
    normal_high: float | None = None,
) -> TagSpec:
    return TagSpec(
        path=path,
        label=label,
        kind=TagKind.ANALOG,
        unit=unit,
        deadband=deadband,
        decimals=decimals,
        normal_low=normal_low,
        normal_high=normal_high,
    )
