"""A journal entry as one sentence, in Chinese or English. Pure. An entry of a newer program is shown as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.model.access import EVERYWHERE
from app.model.reasons import REASON_CODES
from app.model.records import Journal, JournalEntry, Reason, RequestKind
from app.model.spec import Label, Site
from app.views.state.alarm_words import CHANGES
from app.views.state.causes import cause_text, reason_words
from app.views.state.sentences_alarms import alarm_sentence
from app.views.state.sentences_people import PEOPLE_TEXT, people_fields
from app.views.state.zone_time import date_text, time_text

__all__ = ["JOURNAL_NAMES", "Names", "is_grave", "kind_text", "sentence"]

JOURNAL_NAMES: Final = {
    Journal.EVENTS: Label("事件", "Event"),
    Journal.COMMANDS: Label("命令", "Command"),
    Journal.AUDIT: Label("审计", "Audit"),
    Journal.ALARMS: Label("报警", "Alarm"),
}

# Kind → sentence. {…} come from the entry's detail; {verb}, {value}, {reasons}, {reason}, {who} are made readable.
_TEXT: Final[dict[str, Label]] = {
    "engine-started": Label("采集引擎启动（任期 {epoch}）", "Engine started (epoch {epoch})"),
    "engine-stopped": Label("采集引擎停止", "Engine stopped"),
    "engine-replaced": Label(
        "采集引擎 {holder} 静止 {silent_s} 秒，被 {by} 终止并由新引擎接替",
        "The engine {holder} stood still for {silent_s} s; {by} ended it and a new one took its place",
    ),
    "alarms-gap": Label("引擎中断 {gap_s} 秒，期间未判断报警", "For {gap_s} s nobody judged alarms"),
    "lease-taken": Label("{holder} 接管租约（任期 {epoch}）", "{holder} took the lease (epoch {epoch})"),
    "store-away": Label("数据库无法写入，引擎暂存：{text}", "The store cannot be written, the engine spools: {text}"),
    "store-back": Label(
        "数据库恢复，丢失 {dropped_frames} 帧", "The store is back; {dropped_frames} frames were dropped"
    ),
    "device-failed": Label("通讯中断：{text}", "Communication lost: {text}"),
    "device-recovered": Label("通讯恢复", "Communication is back"),
    "device-restarted": Label("设备重新启动：{text}", "The device restarted: {text}"),
    "device-certificate": Label("证书：{text}", "Certificate: {text}"),
    "device-refused-point": Label("设备拒绝测点：{text}", "The device refuses a point: {text}"),
    "device-refused": Label("设备未启用：{text}", "The device is not used: {text}"),
    "device-defect": Label("驱动程序缺陷：{text}", "Defect in the driver: {text}"),
    "clock-off": Label("时钟偏差 {offset_s} 秒", "Clock is off by {offset_s} s"),
    "clock-back": Label("时钟恢复，偏差 {offset_s} 秒", "Clock is right again, off by {offset_s} s"),
    "substitute-ended": Label("人工值 {value} 到期", "Manual value {value} ended"),
    "disk-filling": Label("数据库磁盘已用 {percent} %", "The store's disk is {percent} % full"),
    "disk-ok": Label("数据库磁盘恢复，已用 {percent} %", "The store's disk is well again, {percent} % full"),
    "disk-full": Label("磁盘将满（{percent} %）：命令被拒绝", "Disk nearly full ({percent} %): commands are refused"),
    "disk-not-full": Label("磁盘不再将满（{percent} %）", "The disk is no longer full ({percent} %)"),
    "history-failed": Label("历史归档故障，数据暂存：{text}", "History failed, its frames are kept meanwhile: {text}"),
    "history-goes-on": Label("历史归档恢复", "History works again"),
    "history-upkeep-failed": Label(
        "历史数据的合并、汇总或清理失败：{text}", "Merging, rolling up or clearing away of history failed: {text}"
    ),
    "history-frames-missed": Label(
        "第 {first} 至 {last} 帧未入历史库已丢失",
        "Frames {first} to {last} are lost: they were gone before history had them",
    ),
    "history-frame-damaged": Label("第 {frame} 帧损坏，已略过", "Frame {frame} is damaged and was left out"),
    "frames-dropped-unkept": Label(
        "历史归档停滞超过一天：最早的帧未归档即丢弃（已归档至第 {mark} 帧）",
        "History stands still for more than a day: the oldest frames go without it (it has frame {mark})",
    ),
    "frames-kept-again": Label(
        "历史归档跟上，不再丢弃未归档的帧", "History goes on: no frame goes without it any more"
    ),
    "site-change-failed": Label(
        "站点配置版本 {revision} 已存入数据库，但采集引擎未能切换",
        "Site revision {revision} is in the store, but the engine could not change to it",
    ),
    "site-applied": Label("站点配置版本 {revision} 生效：{reason}", "Site revision {revision} in force: {reason}"),
    "site_applied": Label("站点配置版本 {revision} 生效：{reason}", "Site revision {revision} in force: {reason}"),
    "command": Label("命令“{verb}”{value}已发出意图", "Command “{verb}”{value} was asked"),
    "operate": Label("命令“{verb}”{value}", "Command “{verb}”{value}"),
    "intent": Label("命令“{verb}”{value}：意图已记录，{reason}", "Command “{verb}”{value}: intent recorded, {reason}"),
    "selected": Label("已选中", "Selected"),
    "select": Label("选中", "Selected"),
    "cancelled": Label("选中已取消", "Selection given back"),
    "cancel": Label("取消选中", "Selection given back"),
    "expired": Label("请求过期", "The request expired"),
    "accepted": Label("命令“{verb}”{value}已接受", "Command “{verb}”{value} was accepted"),
    "sent": Label("命令“{verb}”{value}已发送", "Command “{verb}”{value} was sent"),
    "executing": Label("命令“{verb}”{value}：控制器执行中", "Command “{verb}”{value}: the PLC executes it"),
    "done": Label("命令“{verb}”{value}完成，反馈已确认", "Command “{verb}”{value} done, feedback verified"),
    "failed": Label("命令“{verb}”{value}失败：{reasons}", "Command “{verb}”{value} failed: {reasons}"),
    "mismatch": Label("命令“{verb}”{value}无反馈：{reasons}", "Command “{verb}”{value} without feedback: {reasons}"),
    "unknown": Label("命令“{verb}”{value}结果不明：{reasons}", "Command “{verb}”{value}, outcome unknown: {reasons}"),
    "refused": Label("命令“{verb}”{value}被拒绝：{reasons}", "Command “{verb}”{value} refused: {reasons}"),
    "hold": Label("挂牌：{reason}", "Hold tag: {reason}"),
    "unhold": Label("摘牌：{reason}", "Hold tag taken off: {reason}"),
    "substitute": Label("置人工值 {value}：{reason}", "Manual value{value}: {reason}"),
    "unsubstitute": Label("取消人工值：{reason}", "Manual value taken back: {reason}"),
    "prove": Label("现场验证命令地址：{reason}", "Command address proven on site: {reason}"),
    "accept_late": Label("已现场查看延迟执行：{reason}", "Late execution looked at: {reason}"),
    "pin_certificate": Label("接受设备证书 {fingerprint}：{reason}", "Certificate {fingerprint} accepted: {reason}"),
    "apply_site": Label("申请站点配置", "Site applied"),
    "import_begun": Label(
        "导入历史数据（修订 {revision}）：{reason}", "Import of histories, revision {revision}: {reason}"
    ),
    "import_ended": Label(
        "导入历史数据结束（修订 {revision}）：{added} 个样本", "Import of revision {revision} ended: {added} samples"
    ),
    "import_taken_back": Label(
        "撤回导入的历史数据（修订 {revision}），{removed} 个样本：{reason}",
        "Import of revision {revision} taken back, {removed} samples: {reason}",
    ),
    "roll_back_site": Label("站点配置回退", "Site rolled back"),
    **PEOPLE_TEXT,
}
_REFUSED: Final = Label("{asked}被拒绝：{reasons}", "Refused ({asked}): {reasons}")
_COMMANDING: Final = ("command", str(RequestKind.OPERATE))
"""What the audit journal puts before the state of a command: `command-done`, `operate-refused`."""

_GRAVE: Final = (
    "failed", "unknown", "mismatch", "refused", "device-failed", "disk-full", "defect", "disk-filling", "store-away",
    "engine-replaced", "history-failed", "history-frames-missed", "frames-dropped-unkept",
)  # fmt: skip


def is_grave(kind: str) -> bool:
    """Return True for a kind of entry that tells of something gone wrong: it is written strong."""
    return kind.endswith(_GRAVE)


class Names:
    """Names of places of one site by path or id; what the site does not have is called by its path."""

    def __init__(self, site: Site | None, language: str) -> None:
        self.language = language
        self._names: dict[str, str] = {}
        self._verbs: dict[str, str] = {}
        self._zone = site.timezone if site is not None else "UTC"
        self.alarms = {a.path: a for a in (site.alarms if site is not None else ())}
        self.tags = {t.path: t for t in (site.tags if site is not None else ())}
        if site is not None:
            self._read(site)

    def _read(self, site: Site) -> None:
        language = self.language
        places = {f.id: f.label.get(language) for f in site.facilities}
        self._names = {
            site.id: site.label.get(language),
            **{d.id: d.label.get(language) for d in site.devices},
            **places,
        }
        for equipment in site.equipment:
            name = f"{places.get(equipment.facility, '')} · {equipment.label.get(language)}"
            self._names[equipment.path] = name
            self._verbs.update({c.verb: c.label.get(language) for c in equipment.commands})
        for tag in site.tags:
            home = self._names.get(tag.path.rpartition("/")[0])
            self._names[tag.path] = f"{home} · {tag.label.get(language)}" if home else tag.label.get(language)
        for alarm in site.alarms:
            home = self._names.get(alarm.tag or alarm.equipment or alarm.device) or places.get(alarm.facility)
            label = alarm.label.get(language)
            self._names[alarm.path] = f"{home} · {label}" if home else label
        self._names.update({a.id: a.label.get(language) for a in site.areas if a.id not in self._names})
        self._names[EVERYWHERE] = "全部区域" if language == "zh" else "all areas"
        self._names["engine"] = "采集引擎" if language == "zh" else "Engine"
        self._names["history"] = "历史数据" if language == "zh" else "History"
        self._names["store"] = "数据库" if language == "zh" else "Store"

    def of(self, path: str) -> str:
        """Return the name of a place."""
        return self._names.get(path, path)

    def moment(self, at_ms: int) -> str:
        """Return an instant in the site's zone."""
        return f"{date_text(at_ms, self._zone, self.language)} {time_text(at_ms, self._zone, seconds=False)}"

    def short(self, path: str) -> str:
        """Return the name of a verb, or of a place without its station: where that stands beside it."""
        return self._verbs.get(path) or self.of(path).partition(" · ")[2] or self.of(path)

    def verb(self, verb: str) -> str:
        """Return the name of a command."""
        return self._verbs.get(verb, verb)


def sentence(entry: JournalEntry, names: Names) -> str:
    """Return what happened, without place, person and time."""
    if entry.journal is Journal.ALARMS:
        spec = names.alarms.get(entry.what)
        tag = names.tags.get(spec.tag if spec is not None else str(entry.detail.get("tag", "")))
        return alarm_sentence(
            entry.kind, entry.detail, spec=spec, tag=tag, who=entry.who, language=names.language, moment=names.moment
        )
    template, asked = _template(entry.kind)
    if template is None:
        return entry.kind + "".join(f"  {k}={v}" for k, v in list(entry.detail.items())[:4])
    fields = _fields(entry, names)
    if template is _REFUSED:
        fields["asked"] = kind_text(asked, names.language)
    return template.get(names.language).format_map(fields).strip().rstrip("：:，, ").strip()


def _template(kind: str) -> tuple[Label | None, str]:
    """Return the sentence of a kind, and what was asked where it is a request's refusal."""
    asked, _, tail = kind.rpartition("-")
    if kind in _TEXT:
        return _TEXT[kind], ""
    if asked in _COMMANDING and tail in _TEXT:
        return _TEXT[tail], asked
    return (_REFUSED, asked) if tail == "refused" and asked in _TEXT else (None, "")


def kind_text(kind: str, language: str) -> str:
    """Return a short name of a kind: its sentence up to the first detail, or without its details."""
    template, asked = (CHANGES[kind], "") if kind in CHANGES else _template(kind)
    if template is None:
        return kind
    text = template.get(language)
    if template is _REFUSED:
        return text.format(asked=kind_text(asked, language), reasons="").strip("：: ")
    head, brace, _ = text.partition("{")
    if brace and head:
        head = head.replace("：", ":").partition(":")[0]
    return (head or text.rpartition("}")[2]).strip("：:“”（( ").strip() or kind


class _Fields(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _fields(entry: JournalEntry, names: Names) -> _Fields:
    detail = entry.detail
    fields = _Fields({k: _plain(v) for k, v in detail.items()})
    if isinstance(detail.get("text"), str):
        fields["text"] = cause_text(detail["text"], names.language, name=names.short)
    fields["verb"] = names.verb(str(detail.get("verb", "")))
    value = detail.get("value")
    fields["value"] = "" if value is None else f" {_plain(value)}"
    fields["reason"] = str(detail.get("reason", ""))
    fields.update(people_fields(entry.kind, entry.what, detail, names.language, name=names.of))
    if isinstance(detail.get("area"), str):
        fields["area"] = names.of(detail["area"])
    if isinstance(until := detail.get("until_ms"), int):
        fields["until"] = names.moment(until)
    fields["reasons"] = _reasons(detail.get("reasons", ()), names)
    if isinstance(detail.get("used"), float | int):
        fields["percent"] = f"{100 * float(detail['used']):.0f}"
    if "fingerprint" in detail:
        fields["fingerprint"] = str(detail["fingerprint"])[:16]
    return fields


def _reasons(reasons: Any, names: Names) -> str:
    """Reasons are kept as records with their parameters, or by their codes alone."""
    if not isinstance(reasons, Sequence) or isinstance(reasons, str):
        return ""
    texts = []
    for item in reasons:
        if isinstance(item, Mapping):
            reason = Reason(str(item.get("check", "")), dict(item.get("params", {})), bool(item.get("blocking", True)))
            texts.append(reason_words(reason, names.language))
        else:
            code = str(item)
            texts.append(reason_words(Reason(code), names.language) if code in REASON_CODES else code)
    return ("；" if names.language == "zh" else "; ").join(texts)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
