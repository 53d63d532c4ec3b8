"""Every field of a journal line with its name: what the pane beside the journal shows. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.model.alarms.status import AlarmState
from app.model.records import Journal, JournalEntry
from app.model.spec import Site
from app.model.terms import Label
from app.views.state.alarm_words import STATES, bound_text
from app.views.state.sentences import JOURNAL_NAMES, Names, kind_text, sentence
from app.views.state.sentences_alarms import FLAGS, alarm_value, quality_text
from app.views.state.zone_time import date_text, time_text, zone_text

__all__ = ["Field", "fields_of", "page_of", "place_and_text", "stamp"]


@dataclass(frozen=True, slots=True)
class Field:
    """A name and what stands there. `mono` is for what is compared letter by letter."""

    name: str
    text: str
    mono: bool = False


_NAMES: Final[dict[str, Label]] = {
    "place": Label("地点", "Place"),
    "path": Label("路径", "Path"),
    "area": Label("区域", "Area"),
    "priority": Label("优先级", "Priority"),
    "who": Label("人员", "Person"),
    "where": Label("工作站", "Workstation"),
    "second": Label("第二人", "Second person"),
    "said": Label("原因或备注", "Reason or note"),
    "state": Label("状态", "State"),
    "value": Label("数值", "Value"),
    "limit": Label("限值", "Limit"),
    "quality": Label("质量", "Quality"),
    "flags": Label("标志", "Flags"),
    "annunciated": Label("发出声光", "Annunciated"),
    "count": Label("本次第几次", "Times in this occurrence"),
    "occurrence": Label("报警次", "Occurrence"),
    "source_ms": Label("源时间", "Source time"),
    "receipt_ms": Label("接收时间", "Receipt time"),
    "at_ms": Label("日志时间", "Journal time"),
    "site_revision": Label("站点配置版本", "Site revision"),
    "journal": Label("日志与序号", "Journal and number"),
    "kind": Label("类别", "Kind"),
    "hash": Label("SHA-256", "SHA-256"),
    "more": Label("其余记录", "Everything else"),
}
_YES: Final = (Label("否", "no"), Label("是", "yes"))
_NONE: Final = Label("无", "none")
_TOLD: Final = frozenset(
    (
        "occurrence", "tag", "from", "state", "value", "limit", "quality", "source_ms", "receipt_ms", "flags", "count",
        "annunciated", "note", "reason", "second", "site_revision",
    )
)  # fmt: skip
"""Details of alarm lines that have a field of their own."""


def place_and_text(entry: JournalEntry, names: Names) -> tuple[str, str]:
    """Return where and what, for one line: an alarm's place, and its condition before what it did."""
    spec = names.alarms.get(entry.what) if entry.journal is Journal.ALARMS else None
    text = sentence(entry, names)
    if spec is None:
        return names.of(entry.what), text
    colon = "：" if names.language == "zh" else ": "
    home = spec.equipment or spec.device or spec.facility or spec.tag
    return names.of(home), f"{spec.label.get(names.language)}{colon}{text}"


def page_of(entry: JournalEntry, site: Site | None) -> str:
    """Return the page that shows what a line speaks of; "" when no page does."""
    if entry.journal is Journal.ALARMS:
        return "alarms"
    if site is None:
        return ""
    place = entry.what.partition("/")[0]
    if any(f.id == place for f in site.facilities):
        return "station"
    return "system" if any(d.id == place for d in site.devices) else ""


def stamp(ms: int, zone: str, language: str) -> str:
    """Write an instant to the millisecond with its offset."""
    offset = zone_text(ms, zone).rpartition(" ")[2]
    return f"{date_text(ms, zone, language)}  {time_text(ms, zone)}.{ms % 1000:03d}  {offset}"


def fields_of(entry: JournalEntry, names: Names, zone: str) -> tuple[Field, ...]:
    """Return what was recorded; fields without content are left out."""
    texts = {"place": names.of(entry.what), **_common(entry, names)}
    told: frozenset[str] = frozenset(("reason", "note", "second"))
    if entry.journal is Journal.ALARMS:
        texts |= _alarm(entry, names, zone)
        told = _TOLD
    texts |= _chain(entry, names, zone)
    rest = {k: v for k, v in entry.detail.items() if k not in told}
    if rest:
        texts["more"] = json.dumps(rest, ensure_ascii=False, indent=1, default=str)
    return tuple(_fields(texts, names.language))


def _fields(texts: dict[str, str], language: str) -> Iterator[Field]:
    for name in _NAMES:
        if text := texts.get(name, ""):
            yield Field(_NAMES[name].get(language), text, name in ("path", "occurrence", "hash", "more"))


def _common(entry: JournalEntry, names: Names) -> dict[str, str]:
    detail = entry.detail
    return {
        "path": entry.what,
        "area": names.of(entry.area) if entry.area else "",
        "priority": str(entry.priority) if entry.priority else "",
        "who": entry.who,
        "where": entry.where,
        "second": str(detail.get("second") or ""),
        "said": str(detail.get("note") or detail.get("reason") or ""),
    }


def _alarm(entry: JournalEntry, names: Names, zone: str) -> dict[str, str]:
    detail, language = entry.detail, names.language
    spec = names.alarms.get(entry.what)
    tag = names.tags.get(spec.tag if spec is not None else str(detail.get("tag", "")))
    limit = detail.get("limit")
    flags = [FLAGS[f].get(language) if f in FLAGS else str(f) for f in detail.get("flags") or ()]
    bound = bound_text(spec, limit, tag) if spec is not None and isinstance(limit, float | int) else ""
    states = [_state(detail.get(name), language) for name in ("from", "state")]
    return {
        "state": " → ".join(dict.fromkeys(s for s in states if s)),
        "value": alarm_value(detail.get("value"), spec, tag, language) or "—",
        "limit": bound or ("—" if limit is None else f"{limit:g}"),
        "quality": f"{quality_text(detail.get('quality'), language)}  ({detail.get('quality')})",
        "flags": ", ".join(flags) or _NONE.get(language),
        "annunciated": _YES[bool(detail.get("annunciated"))].get(language),
        "count": str(detail.get("count") or ""),
        "occurrence": str(detail.get("occurrence") or ""),
        **{name: stamp(ms, zone, language) for name in ("source_ms", "receipt_ms") if (ms := _ms(detail.get(name)))},
        "site_revision": str(detail.get("site_revision") or ""),
    }


def _chain(entry: JournalEntry, names: Names, zone: str) -> dict[str, str]:
    return {
        "at_ms": stamp(entry.at_ms, zone, names.language),
        "journal": f"{JOURNAL_NAMES[entry.journal].get(names.language)} {entry.seq}",
        "kind": f"{kind_text(entry.kind, names.language)}  ({entry.kind})",
        # In groups, so that it can be wrapped and compared.
        "hash": " ".join(entry.hash[i : i + 16] for i in range(0, len(entry.hash), 16)),
    }


def _state(state: Any, language: str) -> str:
    known = state in frozenset(AlarmState)
    return STATES[AlarmState(state)].get(language) if known else str(state or "")


def _ms(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
