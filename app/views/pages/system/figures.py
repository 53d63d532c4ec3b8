"""The figures of engine, store and room in words, for the System page."""

from __future__ import annotations

import math

from app.model.quality import BAD
from app.views.feed import ALARMS_EACH, QUEUE_LIMIT
from app.views.feed_stats import FeedStats
from app.views.gateway.system import SystemFacts
from app.views.gateway.worker import LIMIT
from app.views.insight import Insight
from app.views.pages.system.facts import Fact
from app.views.room import Room
from app.views.state.sentences import JOURNAL_NAMES
from app.views.state.values import age_text, clock_text, show

__all__ = ["SPOOL_MB", "engine_facts", "queue_facts", "room_facts", "store_facts"]

SPOOL_MB = 64
"""What the engine keeps at most while the store is away (app.engine.writer)."""

_ENGINE = ("cpu", "memory", "loop_lag", "commit_ms", "history", "history_lag")


def _pick(language: str, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def engine_facts(room: Room, insight: Insight, facts: SystemFacts | None) -> tuple[Fact, ...]:
    """State, lease and the figures that the engine publishes of itself."""
    language = room.language
    lines = [_state(room, insight)]
    if facts is not None and facts.lease is not None:
        lines.append(Fact(_pick(language, "租约持有者", "Lease holder"), facts.lease.holder))
        lines.append(Fact(_pick(language, "任期", "Epoch"), str(facts.lease.epoch)))
    live = room.present.live
    if live is None:
        return tuple(lines)
    for name in _ENGINE:
        spec = live.spec(f"engine/{name}")
        if spec is not None:
            value = live.get(spec.path)
            beyond = spec.normal_high is not None and value.value > spec.normal_high
            bad = value.quality < BAD and (beyond or value.value in spec.abnormal)
            text = show(value, spec, now_ms=room.now_ms(), language=language).whole
            lines.append(Fact(spec.label.get(language), text, bad))
    return tuple(lines)


def _state(room: Room, insight: Insight) -> Fact:
    name = _pick(room.language, "状态", "State")
    if room.present.silent:
        silent = clock_text(insight.feed.silent_for_s)
        return Fact(name, _pick(room.language, f"无响应 {silent}", f"silent for {silent}"), bad=True)
    return Fact(name, _pick(room.language, "运行", "running"))


def store_facts(facts: SystemFacts | None, insight: Insight, *, now_ms: int, language: str) -> tuple[Fact, ...]:
    """Where the store is, how large, how full its disk, and how long its journals are."""
    lines = []
    if insight.feed.trouble:
        lines.append(Fact(_pick(language, "故障", "Trouble"), insight.feed.trouble, bad=True))
    if facts is None:
        return (*lines, Fact(_pick(language, "状态", "State"), "…"))
    store = facts.store
    oldest = age_text(now_ms - store.oldest_frame_ms) if store.oldest_frame_ms else "—"
    used = 100 * store.used_fraction
    lines += [
        Fact(
            _pick(language, "类型", "Kind"),
            f"{store.backend}{_pick(language, ' · 演示', ' · demo') if store.demo else ''}",
        ),
        Fact(_pick(language, "位置", "Place"), store.address),
        Fact(_pick(language, "大小", "Size"), f"{store.bytes / 1e6:,.1f} MB"),
        Fact(_pick(language, "其中历史", "Of it history"), f"{store.history_bytes / 1e6:,.1f} MB"),
        Fact(_pick(language, "磁盘占用", "Disk used"), f"{used:.0f} %", bad=used >= 80),
        Fact(_pick(language, "帧数", "Frames"), f"{store.frames:,}"),
        Fact(_pick(language, "最早的帧", "Oldest frame"), oldest),
    ]
    for head in facts.heads:
        name = _pick(language, f"{JOURNAL_NAMES[head.journal].zh}日志条数", f"{JOURNAL_NAMES[head.journal].en} journal")
        lines.append(Fact(name, f"{head.seq:,}"))
    return tuple(lines)


def room_facts(facts: SystemFacts | None, insight: Insight, *, monotonic: float, language: str) -> tuple[Fact, ...]:
    """The room's own process, its feed and its queues."""
    stats = insight.feed.stats
    lines = []
    if facts is not None:
        own = facts.room
        lines += [
            Fact("CPU", f"{own.cpu:.0f} %"),
            Fact(_pick(language, "内存", "Memory"), f"{own.memory_mb:.0f} MB"),
            Fact(_pick(language, "线程 / 文件", "Threads / files"), f"{own.threads} / {own.files}"),
        ]
    ages = f"{_ms(stats.age_ms(50))} / {_ms(stats.age_ms(95))}"
    ticks = f"{_ms(FeedStats.of(stats.tick_ms, 50))} / {_ms(FeedStats.of(stats.tick_ms, 95))}"
    freezes = f"{insight.freeze.freezes} · {insight.freeze.longest_s:.1f} s"
    return (
        *lines,
        Fact(_pick(language, "每秒帧数", "Frames per second"), f"{stats.frames_per_second(monotonic):.1f}"),
        Fact(_pick(language, "数值时延 P50 / P95", "Value age p50 / p95"), ages),
        Fact(_pick(language, "刷新耗时 P50 / P95", "Tick time p50 / p95"), ticks),
        Fact(_pick(language, "界面卡顿 · 最长", "Freezes · longest"), freezes),
    )


def queue_facts(room: Room, insight: Insight) -> tuple[Fact, ...]:
    """Every queue between PLC and screen: how much waits, of how much at most, and what gives way then."""
    language = room.language
    reads, requests = insight.gauges.gauges()
    full = _pick(language, "满则拒绝新任务", "when full the newest is refused")
    anew = _pick(language, "满则从关键帧重载", "when full: anew from the keyframe")
    overflows = insight.feed.stats.overflows
    lost = _pick(language, f"溢出 {overflows} 次", f"overflows {overflows}")
    return (
        Fact(_pick(language, "引擎写入", "Engine's writer"), _waiting(room, "writer_queue")),
        Fact(
            _pick(language, "引擎暂存帧", "Engine's spool"),
            _waiting(room, "spooled"),
            note=_pick(language, f"至多 {SPOOL_MB} MB，弃最旧", f"{SPOOL_MB} MB, then the oldest frames go"),
        ),
        Fact(
            _pick(language, "数据接收", "Feed"),
            f"{insight.feed.waiting} / {QUEUE_LIMIT}",
            bad=overflows > 0,
            note=lost if overflows else anew,
        ),
        Fact(
            _pick(language, "报警待显示", "Alarm rows"),
            f"{insight.feed.alarms_waiting}",
            note=_pick(language, f"每拍至少 {ALARMS_EACH} 行", f"{ALARMS_EACH} a beat at least"),
        ),
        Fact(_pick(language, "查询", "Reads"), f"{reads} / {LIMIT}", note=full),
        Fact(_pick(language, "请求", "Requests"), f"{requests} / {LIMIT}", note=full),
    )


def _waiting(room: Room, name: str) -> str:
    live = room.present.live
    spec = live.spec(f"engine/{name}") if live is not None else None
    if live is None or spec is None:
        return "—"
    return show(live.get(spec.path), spec, now_ms=room.now_ms(), language=room.language).whole


def _ms(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"
