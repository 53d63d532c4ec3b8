"""Devices as a table: link, address and how well reading it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush

from app.model.quality import BAD
from app.model.records import JournalEntry
from app.model.spec import Site
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.live import LiveValues
from app.views.state.values import age_text, show

__all__ = ["DeviceModel", "DeviceRow", "device_rows"]

_FIGURES = ("rate", "overruns", "last_good", "reconnects", "failures", "bad_replies", "clock_offset")


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device; `cells` are the texts of the columns, `strong` those that deserve a look."""

    id: str
    cells: tuple[str, ...]
    strong: tuple[int, ...]
    down: bool


def device_rows(
    site: Site, live: LiveValues, errors: Mapping[str, JournalEntry], *, now_ms: int, language: str
) -> list[DeviceRow]:
    """Return a row per device in the site's order."""
    return [_row(site, i, live, errors, now_ms, language) for i in range(len(site.devices))]


def _row(
    site: Site, index: int, live: LiveValues, errors: Mapping[str, JournalEntry], now_ms: int, language: str
) -> DeviceRow:
    device = site.devices[index]
    base = f"dev/{device.id}/"
    state = live.get(base + "state")
    down = state.quality >= BAD or state.value != 1
    texts = {name: _figure(live, base + name, now_ms, language) for name in ("state", *_FIGURES)}
    good = live.get(base + "last_good")
    texts["last_good"] = age_text(now_ms - int(good.value)) if good.quality < BAD and good.value > 0 else "—"
    error = errors.get(device.id)
    cells = (
        device.label.get(language),
        texts["state"],
        str(device.protocol),
        device.address,
        *(texts[name] for name in _FIGURES),
        str(error.detail.get("text", "")) if error is not None else "",
    )
    return DeviceRow(device.id, cells, _strong(live, base, down), down)


def _figure(live: LiveValues, path: str, now_ms: int, language: str) -> str:
    spec = live.spec(path)
    return show(live.get(path), spec, now_ms=now_ms, language=language).whole if spec is not None else "—"


def _strong(live: LiveValues, base: str, down: bool) -> tuple[int, ...]:
    rate, offset = live.get(base + "rate"), live.get(base + "clock_offset")
    found = [0, 1] if down else []
    if rate.quality < BAD and rate.value < 90:
        found.append(4)
    if offset.quality < BAD and abs(offset.value) > 2:
        found.append(10)
    return tuple(found)


def _key(row: DeviceRow) -> str:
    return row.id


class DeviceModel(KeyedModel[DeviceRow]):
    """Rows come from `device_rows`."""

    def __init__(self) -> None:
        super().__init__(_key, columns=12)
        self._strong = theme.font(theme.BODY, weight=700)
        self._plain = theme.font(theme.BODY, tabular=True)
        self._bad = QBrush(theme.TEXT_BAD)

    def heading(self, column: int) -> str:
        return (
            self.tr("Device"),
            self.tr("Link"),
            self.tr("Protocol"),
            self.tr("Address"),
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
