"""Devices as a table: link, protocol and how well reading it goes; and one device in full, in lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush

from app.model.quality import BAD
from app.model.records import JournalEntry
from app.model.spec import DeviceSpec, Protocol, Site
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.causes import cause_text
from app.views.state.live import LiveValues
from app.views.state.sentences import Names
from app.views.state.values import age_text, show
from app.views.state.zone_time import time_text

__all__ = ["DeviceModel", "DeviceRow", "device_lines", "device_rows"]

_FIGURES = ("rate", "overruns", "last_good", "reconnects", "failures", "bad_replies", "clock_offset")
_RATE, _CLOCK = 3, 9
"""Columns of the achieved rate and of the clock's offset."""
PROTOCOL_NAMES: Final = {
    Protocol.MODBUS_TCP: "Modbus TCP",
    Protocol.MODBUS_RTU_TCP: "Modbus RTU/TCP",
    Protocol.MODBUS_RTU: "Modbus RTU",
    Protocol.OPCUA: "OPC UA",
}


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device; `cells` are the texts of the columns, `strong` those that deserve a look."""

    id: str
    cells: tuple[str, ...]
    strong: tuple[int, ...]
    down: bool


def device_rows(
    site: Site, live: LiveValues, errors: Mapping[str, JournalEntry], names: Names, *, now_ms: int
) -> list[DeviceRow]:
    """Return a row per device in the site's order, in the language of `names`."""
    return [_row(d, live, errors.get(d.id), names, now_ms) for d in site.devices]


def device_lines(site: Site, device_id: str, error: JournalEntry | None, names: Names) -> tuple[str, str]:
    """Return how a device is reached and read, and its last error with its time ("" when there was none)."""
    device = next((d for d in site.devices if d.id == device_id), None)
    if device is None:
        return "", ""
    zh = names.language == "zh"
    points = sum(t.device == device.id and t.point is not None for t in site.tags)
    groups = ", ".join(f"{g.name} {g.period_ms / 1000:g} s" for g in device.groups)
    parts = [device.label.get(names.language), PROTOCOL_NAMES[device.protocol], device.address]
    if device.security != "none":
        parts.append(device.security)
    parts += [groups, f"超时 {device.timeout_ms} ms" if zh else f"time-out {device.timeout_ms} ms"]
    parts.append(f"{points} 点" if zh else f"{points} points")
    if device.commissioning:
        parts.append("调试中" if zh else "being commissioned")
    if error is None:
        return "  ·  ".join(parts), ""
    return "  ·  ".join(parts), f"{time_text(error.at_ms, site.timezone)}  {_error(error, names)}"


def _row(device: DeviceSpec, live: LiveValues, error: JournalEntry | None, names: Names, now_ms: int) -> DeviceRow:
    language, base = names.language, f"dev/{device.id}/"
    state = live.get(base + "state")
    down = state.quality >= BAD or state.value != 1
    texts = {name: _figure(live, base + name, now_ms, language) for name in ("state", *_FIGURES)}
    good = live.get(base + "last_good")
    texts["last_good"] = age_text(now_ms - int(good.value)) if good.quality < BAD and good.value > 0 else "—"
    cells = (
        device.label.get(language),
        texts["state"],
        PROTOCOL_NAMES[device.protocol],
        *(texts[name] for name in _FIGURES),
        _error(error, names),
    )
    return DeviceRow(device.id, cells, _strong(live, base, down), down)


def _error(error: JournalEntry | None, names: Names) -> str:
    if error is None:
        return ""
    return cause_text(str(error.detail.get("text", "")), names.language, name=names.short)


def _figure(live: LiveValues, path: str, now_ms: int, language: str) -> str:
    spec = live.spec(path)
    return show(live.get(path), spec, now_ms=now_ms, language=language).whole if spec is not None else "—"


def _strong(live: LiveValues, base: str, down: bool) -> tuple[int, ...]:
    rate, offset = live.get(base + "rate"), live.get(base + "clock_offset")
    found = [0, 1] if down else []
    if rate.quality < BAD and rate.value < 90:
        found.append(_RATE)
    if offset.quality < BAD and abs(offset.value) > 2:
        found.append(_CLOCK)
    return tuple(found)


def _key(row: DeviceRow) -> str:
    return row.id


class DeviceModel(KeyedModel[DeviceRow]):
    """Rows come from `device_rows`."""

    def __init__(self) -> None:
        super().__init__(_key, columns=11)
        self._strong = theme.font(theme.BODY, weight=700)
        self._plain = theme.font(theme.BODY, tabular=True)
        self._bad = QBrush(theme.TEXT_BAD)

    def heading(self, column: int) -> str:
        return (
            self.tr("Device"),
            self.tr("Link"),
            self.tr("Protocol"),
            self.tr("Scan rate"),
            self.tr("Overruns"),
            self.tr("Last good"),
            self.tr("Reconnects"),
            self.tr("Failures"),
            self.tr("Bad replies"),
            self.tr("Clock offset"),
            self.tr("Last error"),
        )[column]

    def show(self, row: DeviceRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"✕ {row.cells[1]}" if column == 1 and row.down else row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if column in row.strong else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._bad if row.down and column == 1 else None
        return None
