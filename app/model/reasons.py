"""One sentence for each reason, in Chinese and in English: why something is refused, failed or warned about.

A reason's code is a `Check`, `plc_` with the name of an `EchoReason`, or one of the codes below that name what happened
on the way. Where a reason has several causes, `why` in its params chooses the sentence (`code.why`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.model.commands.block import EchoReason
from app.model.commands.verbs import Verb
from app.model.people_reasons import PEOPLE_REASONS
from app.model.quality import Quality
from app.model.records import Reason
from app.model.role_names import role_text

__all__ = ["REASON_CODES", "plc_reason", "quality_text", "reason_text", "state_text"]

# code -> (zh, en). Fields in braces come from the reason's params, after `_shown`.
_TEXT: Final[dict[str, tuple[str, str]]] = {
    "right": ("您的角色（{role}）无此权限", "Your role ({role}) does not have this right"),
    "right.somebody": ("无此权限", "The person does not have this right"),
    "target.no_such_verb": ("该设备没有“{verb}”命令", "This equipment has no command “{verb}”"),
    "target.no_value_taken": ("命令“{verb}”不带数值", "The command “{verb}” takes no value"),
    "target.value_missing": ("命令“{verb}”需要一个数值", "The command “{verb}” needs a value"),
    "target.no_such_choice": ("{value} 不是可选项", "{value} is not one of the choices"),
    "target.range": ("{value} {unit} 超出范围 {low} 至 {high}", "{value} {unit} is outside {low} to {high}"),
    "two_person": ("此操作需要两人确认：请第二人签名", "This needs two persons: a second one must sign"),
    "two_person.same": ("第二签名人不能是本人", "The second signer must be another person"),
    "two_person.right": (
        "第二签名人 {who}（{role}）在此区域无此权限",
        "The second signer, {who} ({role}), does not have this right here",
    ),
    "store.cannot_commit": (
        "数据库当前无法写入：请使用就地控制箱",
        "The store cannot record commands now: use the local panel",
    ),
    "store.disk_full": ("数据库磁盘已满 95 %：请使用就地控制箱", "The store's disk is 95 % full: use the local panel"),
    "expired": ("请求已过期：{age_s} 秒，限 {limit_s} 秒", "The request is too old: {age_s} s, limit {limit_s} s"),
    "future": (
        "请求时间超前 {ahead_s} 秒（时钟被调整过）：请重新操作",
        "The request is {ahead_s} s ahead of the clock, which was set meanwhile: ask again",
    ),
    "selection": ("已被 {holder} 选中", "Selected by {holder}"),
    "selection.none": ("尚未选中，或选中已过期", "Not selected, or the selection has expired"),
    "busy": ("本站另一命令正在执行：{equipment}", "Another command of this station is under way: {equipment}"),
    "hold": ("已挂牌，{holder}：{reason}", "Hold tag by {holder}: {reason}"),
    "hold.other": (
        "现在挂的是另一块牌，{holder}：{reason}。它没有被摘下",
        "Another hold tag hangs here now, by {holder}: {reason}. It was not taken off",
    ),
    "unproven": (
        "命令“{verb}”的地址已更改，尚未现场验证",
        "The address of “{verb}” changed and nobody has proven it yet",
    ),
    "unproven.other": (
        "现用站点配置是版本 {revision}，而比对的是版本 {seen}：请重新比对",
        "Revision {revision} of the site is in force now, and {seen} was compared with the PLC: compare again",
    ),
    "late_execution": (
        "上次命令超时，控制器可能延迟执行：须有人现场查看并确认",
        "The last command timed out and the PLC may still execute it: a person must look and acknowledge",
    ),
    "late_execution.other": (
        "此后又有另一命令超时：请再次现场查看",
        "Another command has timed out since: look again",
    ),
    "commissioning": ("设备处于调试状态", "The device is being commissioned"),
    "link": ("通信中断", "No communication with the device"),
    "heartbeat": (
        "控制器心跳已 {age_s} 秒未变，限 {limit_s} 秒",
        "The PLC's heartbeat has stood still for {age_s} s, limit {limit_s} s",
    ),
    "remote": ("现场开关在“就地”", "The switch at the equipment stands at Local"),
    "expect": ("设备状态为“{state}”，而非“{expected}”", "The equipment is {state}, not {expected}"),
    "quality": (
        "{tag} 的值{quality}，{age_s} 秒前，限 {limit_s} 秒",
        "{tag} is {quality}, {age_s} s old, limit {limit_s} s",
    ),
    "quality.never": ("{tag} 的值{quality}", "{tag} is {quality}"),
    "heartbeat.never": ("尚未见到控制器心跳", "No heartbeat of the PLC has been seen yet"),
    "no_trip": ("故障跳闸未复位：{code}", "A trip is latched: {code}"),
    "tripped": ("没有可复位的跳闸", "There is no trip to reset"),
    "tripped.unknown": ("跳闸状态未知，不能复位", "It is not known whether there is a trip to reset"),
    "permissive": (
        "允许条件不满足：{label}（{value} {unit}，要求 {op} {limit}）",
        "Permissive not met: {label} ({value} {unit}, needed {op} {limit})",
    ),
    "interlock": (
        "联锁动作：{label}（{value} {unit}，要求 {op} {limit}）",
        "Interlocked: {label} ({value} {unit}, needed {op} {limit})",
    ),
    "min_time": ("{remaining} 后才允许启动", "Start allowed in {remaining}"),
    "starts": ("最近一小时已启动 {value} 次，限 {limit} 次", "{value} starts in the last hour, limit {limit}"),
    # Before anything is checked.
    "past": (
        "正在查看历史：按 F4 返回当前后才能操作",
        "This is the past: nothing is done to it. F4 returns to now",
    ),
    "no_session": ("会话未打开或已结束：请登录", "No open session: sign in"),
    "session_locked": ("会话已锁定：请先解锁", "The session is locked: unlock it first"),
    "forged": ("请求的签名无效", "The request is not signed by the session it names"),
    "malformed": ("请求不完整：{what}", "The request is incomplete: {what}"),
    "no_such_equipment": ("没有设备 {equipment}", "There is no equipment {equipment}"),
    "no_such_device": ("没有控制器 {device}", "There is no device {device}"),
    "no_such_tag": ("没有测点 {tag}", "There is no tag {tag}"),
    "other_substitute": (
        "现在是另一个人工值 {value}，{holder}：{reason}。它没有被取消",
        "Another manual value is in force now, {value} by {holder}: {reason}. It was not taken back",
    ),
    "nothing_to_do": ("无须执行：{what}", "There is nothing to do: {what}"),
    "no_site": ("尚未应用站点配置", "No site is applied"),
    "other_site": ("站点 {site} 的编号与现用的 {applied} 不同", "This is site {site}; the one in force is {applied}"),
    "demo_site": (
        "站点配置写明“demo: true”，而这是正式库",
        "The site says `demo: true`, and this is a live store",
    ),
    "live_site": (
        "这是演示库：站点配置须写明“demo: true”",
        "This is a demo store: the site must say `demo: true`",
    ),
    "bad_site": ("站点配置无法读取：{what}", "The site cannot be read: {what}"),
    "no_such_revision": ("没有版本 {revision}", "There is no revision {revision}"),
    "not_loopback": (
        "演示库只允许本机地址：{device} 为 {address}",
        "A demo store admits loopback addresses only: {device} has {address}",
    ),
    "command_in_flight": ("有命令正在执行：{equipment}", "A command is under way: {equipment}"),
    "site_changing": ("正在更换站点配置", "The site is being changed"),
    "change_failed": (
        "站点配置已写入，但引擎未能切换，命令已停用：请重启引擎",
        "The site is in the store, but the engine could not go over to it and takes no command: restart the engine",
    ),
    "pin_refused": ("证书未被接受：{what}", "The certificate was not accepted: {what}"),
    # Why a request about an alarm is refused.
    "alarm.active": ("报警仍在，不能复位", "The alarm still stands and cannot be reset"),
    "alarm.unacknowledged": ("请先确认，再复位", "Acknowledge it first, then reset it"),
    "alarm.not_latched": ("该报警没有自锁，无须复位", "The alarm is not latched: there is nothing to reset"),
    "alarm.shelved": ("已由 {holder} 搁置", "{holder} has shelved it already"),
    "alarm.duration": ("搁置时间必须大于零", "It can be shelved for a time above zero only"),
    "alarm.out_of_service": ("已由 {holder} 停用", "{holder} has taken it out of service already"),
    "alarm.in_service": ("该报警未停用", "The alarm is in service"),
    "no_such_alarm": ("没有报警 {alarm}", "There is no alarm {alarm}"),
    "alarm.shelf_range": (
        "搁置时间 {value} 秒超出范围 {low} 至 {high} 秒",
        "{value} s is outside the time for which it can be shelved: {low} to {high} s",
    ),
    "alarm.no_such_setting": ("该报警没有“{what}”", "This alarm has no “{what}”"),
    "alarm.range": (
        "{what} {value} {unit} 须在 {low} 与 {high} 之间",
        "{what} {value} {unit} must lie between {low} and {high}",
    ),
    "alarm.neighbour": (
        "限值 {limit} 与 {other}（{other_limit}）的次序不符",
        "A limit of {limit} would leave the order with {other} at {other_limit}",
    ),
    "alarm.value": ("“{what}”的数值无效", "The value of “{what}” is not valid"),
    "reason_missing": ("请填写原因", "A reason is needed"),
    **PEOPLE_REASONS,
    # On the way.
    "superseded": ("已由后来的命令“{verb}”取代", "Superseded by the later command “{verb}”"),
    "not_sent": ("没有发送任何内容", "Nothing was sent"),
    "link_lost": (
        "命令发出时通信中断；命令不会重发",
        "The link went while the command was on its way; it is not sent again",
    ),
    "not_connected": ("命令通道未连接：{what}", "The command connection could not be made: {what}"),
    "write_refused": ("控制器拒绝写入：{what}", "The device refused the write: {what}"),
    "ack_timeout": ("控制器在 {limit_s} 秒内没有应答", "The PLC did not acknowledge within {limit_s} s"),
    "not_taken": (
        "控制器没有接受该命令，也不会再执行",
        "The PLC did not take the command and will not execute it any more",
    ),
    "feedback_timeout": ("已接受，但 {limit_s} 秒内没有反馈", "Accepted, but no feedback within {limit_s} s"),
    "restarted": (
        "命令执行期间引擎重新启动；命令不会重发",
        "The engine restarted while the command was on its way; it is not sent again",
    ),
    "claimed_before": (
        "该请求已处理过，不会再次执行",
        "This request was taken before and is not executed again",
    ),
    "lease_lost": ("本引擎已失去控制权", "This engine has lost its lease"),
    "engine_stops": ("引擎正在停止", "The engine is stopping"),
    # What a PLC answers.
    "plc_none": ("控制器拒绝，未说明原因", "The PLC rejected it and gave no reason"),
    "plc_old_heartbeat": ("控制器拒绝：命令太旧", "The PLC rejected it: the command came too late"),
    "plc_old_sequence": ("控制器拒绝：序号已用过", "The PLC rejected it: its number was used before"),
    "plc_unknown_equipment": ("控制器拒绝：不认识该设备", "The PLC rejected it: it does not know this equipment"),
    "plc_unknown_verb": ("控制器拒绝：不认识该命令", "The PLC rejected it: it does not know this command"),
    "plc_local": ("控制器拒绝：开关在“就地”", "The PLC rejected it: the switch stands at Local"),
    "plc_tripped": ("控制器拒绝：故障跳闸未复位", "The PLC rejected it: a trip is latched"),
    "plc_interlock": ("控制器拒绝：联锁动作", "The PLC rejected it: interlocked"),
    "plc_min_time": ("控制器拒绝：最短停机时间未到", "The PLC rejected it: the minimum off time has not passed"),
    "plc_starts": ("控制器拒绝：每小时启动次数已满", "The PLC rejected it: too many starts in this hour"),
    "plc_range": ("控制器拒绝：数值超出范围", "The PLC rejected it: the value is out of range"),
    "plc_not_tripped": ("控制器拒绝：没有可复位的跳闸", "The PLC rejected it: there is no trip to reset"),
    "plc_refused": ("控制器因自身原因拒绝", "The PLC refuses for a reason of its own"),
}

REASON_CODES: Final = frozenset(key.partition(".")[0] for key in _TEXT)
"""Every code that has a sentence."""

_STATES: Final[dict[str, tuple[str, str]]] = {
    "running": ("运行", "running"),
    "stopped": ("停止", "stopped"),
    "tripped": ("跳闸", "tripped"),
    "opened": ("全开", "open"),
    "closed": ("全关", "closed"),
    "between": ("中间位置", "between its ends"),
    "moving": ("动作中", "moving"),
    "unknown": ("未知", "unknown"),
    "any": ("—", "—"),
}

_VERBS: Final[dict[str, tuple[str, str]]] = {
    Verb.START: ("启动", "start"),
    Verb.STOP: ("停止", "stop"),
    Verb.AUTO: ("转自动", "return to Auto"),
    Verb.MODE: ("运行方式", "mode"),
    Verb.SPEED: ("频率设定", "speed"),
    Verb.LEVEL: ("液位设定", "level"),
    Verb.RESET: ("故障复位", "trip reset"),
    Verb.OPEN: ("开启", "open"),
    Verb.CLOSE: ("关闭", "close"),
}

_QUALITIES: Final[dict[int, tuple[str, str]]] = {
    Quality.GOOD: ("良好", "good"),
    Quality.MANUAL: ("为人工值", "a manual value"),
    Quality.SIMULATED: ("为仿真值", "simulated"),
    Quality.UNCERTAIN: ("不确定", "uncertain"),
    Quality.OUT_OF_RANGE: ("超量程", "out of range"),
    Quality.CALIBRATING: ("校准中", "being calibrated"),
    Quality.MAINTENANCE: ("维护中", "in maintenance"),
    Quality.CLOCK_OFF: ("时钟不准", "uncertain (clock off)"),
    Quality.BAD: ("无效", "bad"),
    Quality.COMM_LOST: ("通信中断", "lost (no communication)"),
    Quality.STALE: ("过旧", "stale"),
    Quality.SENSOR_FAULT: ("传感器故障", "bad (sensor fault)"),
    Quality.NOT_YET: ("尚未读到", "not read yet"),
    Quality.REFUSED: ("被设备拒绝", "refused by the device"),
    Quality.BAD_REPLY: ("应答错误", "bad (wrong reply)"),
    Quality.ENGINE_LOST: ("引擎无响应", "unknown (engine silent)"),
}

_TRIPS: Final[dict[int, tuple[str, str]]] = {
    1: ("过载", "overload"),
    2: ("绕组过热", "winding hot"),
    3: ("密封泄漏", "seal leak"),
    4: ("干转", "dry run"),
    5: ("启动失败", "failed to start"),
}


def reason_text(reason: Reason, language: str) -> str:
    """Return the sentence of a reason in `language` ("zh" or "en"); an unknown code comes as it is."""
    texts = _TEXT.get(_key(reason))
    if texts is None:
        return reason.check
    shown = {name: _shown(name, value, language) for name, value in reason.params.items()}
    if "remaining_s" in reason.params:
        shown["remaining"] = _minutes(float(reason.params["remaining_s"]))
    sentence = texts[language == "en"].format_map(_Filled(shown))
    return " ".join(sentence.split()).replace(" ，", "，").replace(" ,", ",")


def plc_reason(code: int) -> str:
    """Return the reason code for what a PLC answered; unknown numbers count as a reason of its own."""
    try:
        return f"plc_{EchoReason(code).name.lower()}"
    except ValueError:
        return "plc_refused"


def state_text(state: str, language: str) -> str:
    """Return a state word of `commands.checks.state_word` for people."""
    return _STATES[state][language == "en"] if state in _STATES else state


def quality_text(code: int | None, language: str) -> str:
    """Return a quality for people, such as "stale"."""
    if code is None:
        return ("不存在", "missing")[language == "en"]
    return _QUALITIES.get(code, (str(code), str(code)))[language == "en"]


def _key(reason: Reason) -> str:
    """Choose among the sentences of a code."""
    code, params = str(reason.check), reason.params
    if "why" in params:
        return f"{code}.{params['why']}"
    if code == "selection" and not params.get("holder"):
        return "selection.none"
    if code in ("quality", "heartbeat") and params.get("age_s") is None:
        return f"{code}.never"
    if code == "right" and "role" not in params:
        return "right.somebody"
    if code == "tripped" and params.get("known") is False:
        return "tripped.unknown"
    return code


def _shown(name: str, value: Any, language: str) -> str:
    """Return one parameter for people."""
    if name == "quality":
        return quality_text(value, language)
    if name == "verb" and value in _VERBS:
        return _VERBS[value][language == "en"]
    if name in ("state", "expected"):
        return state_text(str(value), language)
    if name == "role":
        return role_text(str(value), language)
    if name == "code":
        return _trip(value, language)
    if isinstance(value, Mapping):
        return str(value.get(language, ""))
    if value is None:
        return "—"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _trip(code: Any, language: str) -> str:
    unknown = ("原因未知", "cause unknown")
    return _TRIPS.get(code, unknown)[language == "en"] if isinstance(code, int) else unknown[language == "en"]


def _minutes(seconds: float) -> str:
    """Return m:ss, rounded up: a start is never announced too early."""
    whole = int(-(-seconds // 1))
    return f"{whole // 60}:{whole % 60:02d}"


class _Filled(dict[str, str]):
    """Shows a parameter that is missing as a dash: an old journal entry must stay readable."""

    def __missing__(self, key: str) -> str:
        return "—"
