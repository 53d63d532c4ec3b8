"""What is abnormal now: the judge behind the banner, the overview's list and the marks on the map. Pure of Qt.

Rules: one row per condition; one row per device for everything that its line or its instruments do not tell; a bad
value freezes the rows that rest on it; a silent engine freezes all of them and stands on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from app.model.quality import BAD, UNCERTAIN, Quality
from app.model.records import CommandState, EquipmentStatus
from app.model.spec import DeviceSpec, Equipment, Facility, Label, Site, TagKind
from app.views.state.abnormal_plan import Rule, make_plan
from app.views.state.abnormal_rows import NO_VALUE, AbnormalRow, Kind, order
from app.views.state.guidance import todo_for
from app.views.state.live import LiveValues
from app.views.state.overflow import Outlook
from app.views.state.values import clock_text, show

__all__ = ["CLOCK_OFF_S", "Judge"]

CLOCK_OFF_S: Final = 2.0
_UP: Final = 1.0

_NUMBERS: Final = (TagKind.ANALOG, TagKind.COUNTER)
_SPILLS: Final = Label("按现升速将溢流", "Will spill at the present rise")
_REACHED: Final = Label("水位已达溢流水位", "The overflow level is reached")

_COMMANDS: Final[dict[CommandState, Label]] = {
    CommandState.MISMATCH: Label("已接受但反馈未到", "Accepted, but no feedback came"),
    CommandState.UNKNOWN: Label("结果不明（通讯在途中断）", "Outcome unknown (the link went on the way)"),
}


class Judge:
    """Judges one site. Keeps what it needs between two judgements: what stood, and since when."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._plan = make_plan(site)
        self._active = np.zeros(len(self._plan.rules), dtype=bool)
        self._since: dict[str, tuple[int, bool]] = {}
        self._saw_values = False
        self._equipment = {e.path: e for e in site.equipment}
        self._facilities = {f.id: f for f in site.facilities}
        self._devices = tuple((d, _numbers(site, d)) for d in site.devices if not d.commissioning)

    def judge(
        self,
        live: LiveValues,
        equipment: Mapping[str, EquipmentStatus],
        *,
        now_ms: int,
        outlooks: Mapping[str, Outlook],
    ) -> tuple[AbnormalRow, ...]:
        """Return the rows that stand at `now_ms`, worst first. `outlooks` are the wells that rise, by facility."""
        rows = [*self._rules(live, now_ms), *self._overflow(live, outlooks), *self._commands(equipment)]
        if live.engine_silent:
            rows.append(_engine_row(self._site))
        else:
            rows += self._device_rows(live)
        dated = self._dated(rows, now_ms)
        # What stands when the first values come began at a time that this room cannot know.
        self._saw_values = self._saw_values or (not live.engine_silent and bool((live.quality < BAD).any()))
        return dated

    def _dated(self, rows: list[AbnormalRow], now_ms: int) -> tuple[AbnormalRow, ...]:
        """Give each row the time at which it began, and forget rows that went."""
        since = {r.key: self._since.get(r.key, (r.since_ms or now_ms, self._saw_values)) for r in rows}
        self._since = since
        dated = (replace(r, since_ms=since[r.key][0], since_known=since[r.key][1]) for r in rows)
        return tuple(sorted(dated, key=order))

    def _rules(self, live: LiveValues, now_ms: int) -> Iterator[AbnormalRow]:
        self._active, frozen = self._plan.judge(live, self._active)
        hidden_by = self._plan.hidden_by
        for i in np.flatnonzero(self._active):
            if hidden_by[i] < 0 or not self._active[hidden_by[i]]:
                yield self._rule_row(self._plan.rules[i], live, now_ms, frozen=bool(frozen[i]))

    def _rule_row(self, rule: Rule, live: LiveValues, now_ms: int, *, frozen: bool) -> AbnormalRow:
        return AbnormalRow(
            rule.key,
            rule.priority,
            rule.kind,
            "station",
            rule.tag.path,
            rule.facility,
            rule.what,
            rule.where,
            rule.todo,
            value=self._value(rule, live, now_ms),
            since_ms=live.get(rule.tag.path).source_ms,
            frozen=frozen,
        )

    def _value(self, rule: Rule, live: LiveValues, now_ms: int) -> Label:
        """The figure beside the row: the measurement, or the code that explains a trip."""
        tag = rule.tag
        if rule.kind is Kind.STATE:
            code = live.spec(f"{tag.path}_code")
            if code is None:
                return NO_VALUE
            tag = code
        if tag.kind in _NUMBERS:  # reads the same in both languages
            zh = en = live.showing.of(tag.path, now_ms=now_ms, language="en").whole
        else:
            value = live.get(tag.path)
            zh, en = (show(value, tag, now_ms=now_ms, language=lang).whole for lang in ("zh", "en"))
        return Label(f"{zh}（{rule.bound}）", f"{en} ({rule.bound})") if rule.bound else Label(zh, en)

    def _overflow(self, live: LiveValues, outlooks: Mapping[str, Outlook]) -> Iterator[AbnormalRow]:
        if live.engine_silent:
            return
        for facility_id, ahead in outlooks.items():
            facility = self._facilities.get(facility_id)
            if facility is None or not ahead.priority:
                continue
            left = clock_text(ahead.seconds)
            yield AbnormalRow(
                f"{facility_id}!overflow",
                ahead.priority,
                Kind.OVERFLOW,
                "station",
                facility.level or facility_id,
                facility_id,
                _REACHED if ahead.seconds <= 0 else _SPILLS,
                facility.label,
                todo_for(Kind.OVERFLOW),
                value=NO_VALUE if ahead.seconds <= 0 else Label(f"{left} 后", f"in {left}"),
            )

    def _commands(self, equipment: Mapping[str, EquipmentStatus]) -> Iterator[AbnormalRow]:
        for path, status in equipment.items():
            unit = self._equipment.get(path)
            what = _COMMANDS.get(status.state) if status.state is not None else None
            if unit is None or what is None:
                continue
            verb = unit.command(status.verb)
            name = verb.label if verb is not None else Label(status.verb, status.verb)
            yield AbnormalRow(
                f"{path}!{status.request_id}",
                2,
                Kind.COMMAND,
                "station",
                path,
                unit.facility,
                Label(f"命令“{name.zh}”：{what.zh}", f"Command {name.en}: {what.en[0].lower()}{what.en[1:]}"),
                _place(unit, self._facilities.get(unit.facility)),
                todo_for(Kind.COMMAND),
                since_ms=status.state_since_ms,
            )

    def _device_rows(self, live: LiveValues) -> Iterator[AbnormalRow]:
        for device, numbers in self._devices:
            row = _device_row(device, numbers, live, self._home(device))
            if row is not None:
                yield row
            off = live.get(f"dev/{device.id}/clock_offset")
            if off.quality < BAD and abs(off.value) > CLOCK_OFF_S:
                yield AbnormalRow(
                    f"{device.id}!clock",
                    3,
                    Kind.CLOCK,
                    "system",
                    device.id,
                    self._home(device),
                    Label("时钟偏差", "Clock is off"),
                    device.label,
                    todo_for(Kind.CLOCK),
                    value=Label(f"{off.value:+.1f} s", f"{off.value:+.1f} s"),
                )

    def _home(self, device: DeviceSpec) -> str:
        """The facility of a device, "" for one that serves several."""
        homes = [f.id for f in self._site.facilities if device.id in f.devices]
        return homes[0] if len(homes) == 1 else ""


def _numbers(site: Site, device: DeviceSpec) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array([t.number for t in site.tags if t.device == device.id and t.point is not None], np.int32)


def _count(values: int) -> Label:
    return Label(f"{values} 点", f"{values} value{'' if values == 1 else 's'}")


def _place(unit: Equipment, facility: Facility | None) -> Label:
    if facility is None:
        return unit.label
    return Label(f"{facility.label.zh} · {unit.label.zh}", f"{facility.label.en} · {unit.label.en}")


def _engine_row(site: Site) -> AbnormalRow:
    what = Label("采集引擎无响应：全部数值不可信", "The engine is silent: no value is to be believed")
    return AbnormalRow("engine", 1, Kind.ENGINE, "system", "engine", "", what, site.label, todo_for(Kind.ENGINE))


def _device_row(
    device: DeviceSpec, numbers: np.ndarray[tuple[int], np.dtype[np.int32]], live: LiveValues, home: str
) -> AbnormalRow | None:
    """One row for a device: no fresh value at all, or some values that cannot be trusted."""
    quality = live.quality[numbers]
    bad, uncertain = int((quality >= BAD).sum()), int(((quality >= UNCERTAIN) & (quality < BAD)).sum())
    state = live.get(f"dev/{device.id}/state")
    down = state.quality < BAD and state.value != _UP
    if not bad and not uncertain:
        return None
    if down or bad == len(numbers):
        waiting = bool((quality == Quality.NOT_YET).all()) and state.value == 0
        what = (
            Label("正在连接", "Connecting")
            if waiting
            else Label("无通讯，数值未知", "No communication: values unknown")
        )
        return AbnormalRow(
            f"{device.id}!link",
            3 if waiting else 2,
            Kind.LINK,
            "system",
            device.id,
            home,
            what,
            device.label,
            todo_for(Kind.LINK),
            value=_count(bad),
        )
    worst = numbers[int(np.argmax(quality))]
    name = next(t.label for t in live.site.tags if t.number == worst)
    count = bad + uncertain
    more = (f" 等 {count} 点", f" and {count - 1} more") if count > 1 else ("", "")
    kind = Label("坏值", "Bad value") if bad else Label("可疑值", "Uncertain value")
    what = Label(f"{kind.zh}：{name.zh}{more[0]}", f"{kind.en}: {name.en}{more[1]}")
    return AbnormalRow(
        f"{device.id}!values",
        3,
        Kind.VALUES,
        "system",
        device.id,
        home,
        what,
        device.label,
        todo_for(Kind.VALUES),
        value=_count(count),
    )
