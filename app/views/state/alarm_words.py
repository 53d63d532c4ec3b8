"""An alarm in words: where, what, how much, in which state, since when, and what a journal line about it says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.spec import Label, Site, TagKind, TagSpec
from app.views.state.values import age_text, clock_text, number_text
from app.views.state.zone_time import date_text, time_text

__all__ = [
    "CHANGES",
    "KINDS",
    "ROLES",
    "STATES",
    "AlarmNames",
    "bound_text",
    "chips",
    "lasting_text",
    "moment_text",
    "state_label",
]

STATES: Final[dict[AlarmState, Label]] = {
    AlarmState.NORM: Label("正常", "Normal"),
    AlarmState.UNACK: Label("未确认", "Unacknowledged"),
    AlarmState.ACKED: Label("已确认", "Acknowledged"),
    AlarmState.RTN_UNACK: Label("已恢复，未确认", "Returned, not acked"),
    AlarmState.LATCH_UNACK: Label("已恢复，自锁，未确认", "Latched, not acked"),
    AlarmState.LATCH_ACK: Label("自锁，待复位", "Latched: reset it"),
}
KINDS: Final[dict[AlarmKind, Label]] = {
    AlarmKind.LIMIT: Label("越限", "Limit"),
    AlarmKind.DEVIATION: Label("偏离设定", "Deviation from the set-point"),
    AlarmKind.RATE: Label("变化率", "Rate of change"),
    AlarmKind.STATE: Label("状态", "State"),
    AlarmKind.STUCK: Label("数值不变", "Stuck value"),
    AlarmKind.COMM: Label("通讯", "Communication"),
    AlarmKind.CLOCK: Label("时钟", "Clock"),
    AlarmKind.MISMATCH: Label("命令无反馈", "Command mismatch"),
    AlarmKind.UNCOMMANDED: Label("未经命令动作", "Uncommanded"),
    AlarmKind.EXPRESSION: Label("表达式", "Expression"),
}
ROLES: Final[dict[str, Label]] = {
    "operator": Label("值班员", "operator"),
    "supervisor": Label("值班长", "supervisor"),
    "engineer": Label("工程师", "engineer"),
    "administrator": Label("管理员", "administrator"),
}
CHANGES: Final[dict[str, Label]] = {
    AlarmChange.RAISED: Label("报警", "Raised"),
    AlarmChange.REALARMED: Label("再次报警", "Raised again"),
    AlarmChange.AFTER_GAP: Label("引擎中断后再次报警", "Raised again after the engine's absence"),
    AlarmChange.ACKNOWLEDGED: Label("确认", "Acknowledged"),
    AlarmChange.RETURNED: Label("恢复", "Returned to normal"),
    AlarmChange.RESET: Label("复位", "Reset"),
    AlarmChange.ESCALATED: Label("升级", "Escalated"),
    AlarmChange.SHELVED: Label("搁置", "Shelved"),
    AlarmChange.UNSHELVED: Label("取消搁置", "Unshelved"),
    AlarmChange.SHELF_ENDED: Label("搁置结束", "Shelf ended"),
    AlarmChange.SUPPRESSED: Label("设计抑制", "Suppressed by design"),
    AlarmChange.UNSUPPRESSED: Label("抑制解除", "No longer suppressed"),
    AlarmChange.OUT_OF_SERVICE: Label("停用", "Out of service"),
    AlarmChange.IN_SERVICE: Label("恢复使用", "Back in service"),
    AlarmChange.FROZEN: Label("数值失效，冻结", "Value went bad: frozen"),
    AlarmChange.THAWED: Label("数值恢复，解冻", "Value is back: judged again"),
    AlarmChange.CHANGED: Label("参数修改", "Changed"),
    AlarmChange.NOTED: Label("状态补记", "Noted anew"),
    AlarmChange.GONE: Label("站点配置中已无此报警", "No longer in the site"),
}
_NOTHING: Final = Label("", "")
_DAY_MS: Final = 86_400_000


def state_label(status: AlarmStatus) -> Label:
    """Return the state in words."""
    return STATES[status.state]


def chips(status: AlarmStatus, language: str) -> tuple[str, ...]:
    """Return the short marks behind a state: frozen, latched, first-out, count, escalated."""
    found = []
    if status.frozen:
        found.append("?")
    if status.state in (AlarmState.LATCH_UNACK, AlarmState.LATCH_ACK):
        found.append("L")
    if status.first_out:
        found.append("①")
    if status.count > 1:
        found.append(f"×{status.count}")
    if status.escalated_to:
        role = ROLES.get(status.escalated_to)
        found.append(f"→ {role.get(language) if role is not None else status.escalated_to}")
    return tuple(found)


def moment_text(at_ms: int, now_ms: int, zone: str) -> str:
    """Return a time of day, with the date before it when that is not today; "—" for 0."""
    if at_ms <= 0:
        return "—"
    day = date_text(at_ms, zone, "en")[:10]
    time = time_text(at_ms, zone)
    return time if day == date_text(now_ms, zone, "en")[:10] else f"{day[5:]} {time}"


def lasting_text(since_ms: int, now_ms: int) -> str:
    """Return how long something has lasted: as a clock for a day, then in days."""
    lasted = max(0, now_ms - since_ms)
    return clock_text(lasted // 1000) if lasted < 2 * _DAY_MS else age_text(lasted)


def bound_text(spec: AlarmSpec, limit: float | None, tag: TagSpec | None) -> str:
    """Return the limit as a person reads it: `≥ 3.40 m`, `±0.20 m`, `> 0.5 m / 60 s`; "" where there is none."""
    if limit is None:
        return ""
    unit = "s" if spec.kind is AlarmKind.CLOCK else tag.unit if tag is not None else ""
    figure = f"{number_text(limit, tag.decimals if tag is not None else 2)} {unit}".rstrip()
    if spec.kind is AlarmKind.LIMIT:
        return f"{'≤' if spec.side < 0 else '≥'} {figure}"
    if spec.kind is AlarmKind.DEVIATION:
        return f"±{figure}"
    if spec.kind is AlarmKind.RATE:
        return f"{'−' if spec.side < 0 else '+' if spec.side > 0 else '±'}{figure} / {spec.window_s:g} s"
    if spec.kind is AlarmKind.STUCK:
        return f"±{figure} / {spec.window_s:g} s"
    return f"> {figure}"


@dataclass(frozen=True, slots=True)
class _Places:
    facilities: dict[str, Label]
    equipment: dict[str, Label]
    devices: dict[str, Label]
    tags: dict[str, TagSpec]
    areas: dict[str, Label]


class AlarmNames:
    """Names of places and values of one site. What it does not know is called by its path."""

    def __init__(self, site: Site | None) -> None:
        self.zone = site.timezone if site is not None else "UTC"
        self._p = _Places({}, {}, {}, {}, {})
        self._texts: dict[str, str] = {}
        if site is not None:
            self._p = _Places(
                {f.id: f.label for f in site.facilities},
                {e.path: e.label for e in site.equipment},
                {d.id: d.label for d in site.devices},
                {t.path: t for t in site.tags},
                {a.id: a.label for a in site.areas},
            )

    def tag(self, path: str) -> TagSpec | None:
        """Return a tag of the site."""
        return self._p.tags.get(path)

    def area(self, area: str, language: str) -> str:
        """Return an area's name."""
        label = self._p.areas.get(area)
        return label.get(language) if label is not None else area

    def place(self, spec: AlarmSpec | None, path: str, language: str) -> str:
        """Return where an alarm is: facility and equipment, or the device, or the engine itself."""
        if spec is None:
            return path.partition(":")[0]
        facility, equipment = self._p.facilities.get(spec.facility), self._p.equipment.get(spec.equipment)
        device = self._p.devices.get(spec.device) if equipment is None else None
        named = [label.get(language) for label in (facility, equipment, device) if label is not None]
        if not named and spec.path.startswith("engine/"):
            return "采集引擎" if language == "zh" else "Engine"
        return " · ".join(named) or spec.path.partition(":")[0]

    def value(self, status: AlarmStatus, spec: AlarmSpec | None, language: str) -> str:
        """Return the value behind the last change, with its unit or as a state's name; "" if it is not known."""
        if status.value is None:
            return ""
        tag = self._p.tags.get(spec.tag) if spec is not None else None
        if tag is None:
            unit = " s" if spec is not None and spec.kind is AlarmKind.CLOCK else ""
            return f"{number_text(status.value, 2)}{unit}" if spec is None or spec.limit is not None else ""
        if tag.kind in (TagKind.DISCRETE, TagKind.ENUM):
            state = next((s for s in tag.states if s.value == int(status.value)), None)
            return state.label.get(language) if state is not None else number_text(status.value, 0)
        return f"{number_text(status.value, tag.decimals)} {tag.unit}".rstrip()

    def bound(self, status: AlarmStatus, spec: AlarmSpec | None) -> str:
        """Return the limit in force."""
        if spec is None:
            return ""
        return bound_text(spec, status.limit if status.limit is not None else spec.limit, self._p.tags.get(spec.tag))

    def haystack(self, path: str, spec: AlarmSpec | None) -> str:
        """Return everything a search looks at, in both languages, folded; kept."""
        text = self._texts.get(path)
        if text is None:
            label = spec.label if spec is not None else _NOTHING
            places = [self.place(spec, path, language) for language in ("zh", "en")]
            text = self._texts[path] = " ".join((path, label.zh, label.en, *places)).casefold()
        return text
