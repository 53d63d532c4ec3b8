"""What the journal page asks for, and what that means for the store. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.model.alarms.spec import PRIORITIES
from app.model.records import Journal
from app.model.shifts import ShiftSpec, shift_at
from app.model.spec import Site
from app.model.terms import Label
from app.views.state.zone_time import date_text, time_text

__all__ = ["CUSTOM", "DAY", "SHIFT", "SPANS", "WEEK", "JournalFilter", "filter_of", "places_of", "span_ms", "span_text"]

SHIFT: Final = "shift"
DAY: Final = "day"
WEEK: Final = "week"
CUSTOM: Final = "custom"
SPANS: Final[dict[str, Label]] = {
    SHIFT: Label("本班", "This shift"),
    DAY: Label("最近 24 小时", "Last 24 h"),
    WEEK: Label("最近 7 天", "Last 7 days"),
    CUSTOM: Label("自定义", "From … to …"),
}
_HOUR_MS: Final = 3_600_000
_BACK_MS: Final = {SHIFT: 8 * _HOUR_MS, DAY: 24 * _HOUR_MS, WEEK: 7 * 24 * _HOUR_MS}
_OPEN: Final = 1 << 62
_MOST_PLACES: Final = 40


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """`journal`, `area` are ids, "" for all; `place` and `text` are as written; times (UTC ms) count for CUSTOM."""

    span: str = SHIFT
    start_ms: int = 0
    end_ms: int = 0
    journal: str = ""
    area: str = ""
    place: str = ""
    priorities: tuple[int, ...] = PRIORITIES
    who: str = ""
    text: str = ""

    @property
    def live(self) -> bool:
        """True while the span ends now: new lines belong to it."""
        return self.span != CUSTOM

    @property
    def journals(self) -> tuple[Journal, ...]:
        """Return the journals asked for."""
        return (Journal(self.journal),) if self.journal else tuple(Journal)

    @property
    def asked_priorities(self) -> tuple[int, ...]:
        """Return the priorities that lines must have; () asks nothing, so that lines without one are found too."""
        return () if len(self.priorities) in (0, len(PRIORITIES)) else self.priorities

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data, without the words: those are asked once."""
        kept = asdict(replace(self, text="", place="", who=""))
        return kept | {"priorities": list(self.priorities)}


def filter_of(kept: Any) -> JournalFilter:
    """Return a filter that was kept as plain data; what cannot be read counts as not kept."""
    if not isinstance(kept, Mapping):
        return JournalFilter()
    texts = {k: kept[k] for k in ("span", "journal", "area") if isinstance(kept.get(k), str)}
    times = {k: kept[k] for k in ("start_ms", "end_ms") if isinstance(kept.get(k), int)}
    priorities = kept.get("priorities")
    chosen = tuple(p for p in PRIORITIES if p in priorities) if isinstance(priorities, list) else PRIORITIES
    made = JournalFilter(**texts, **times, priorities=chosen)
    if made.span not in SPANS or (made.journal and made.journal not in set(Journal)):
        return JournalFilter()
    return made


def span_ms(asked: JournalFilter, now_ms: int, shifts: tuple[ShiftSpec, ...], zone: str) -> tuple[int, int]:
    """Return start and end (excluded) in UTC ms; a span that ends now has no end."""
    if asked.span == CUSTOM:
        return asked.start_ms, asked.end_ms
    if asked.span == SHIFT and (shift := shift_at(shifts, now_ms, zone)) is not None:
        return shift.start_ms, _OPEN
    return now_ms - _BACK_MS[asked.span], _OPEN


def places_of(words: str, site: Site | None) -> tuple[str, ...]:
    """Return the paths that written words mean: a path is itself; else all places whose names have every word, without
    those that lie under another. Words that mean nothing are taken as a path, which finds nothing."""
    words = words.strip()
    if not words or site is None:
        return (words,) if words else ()
    called = _called(site)
    if words in called:
        return (words,)
    if exact := tuple(path for path, names in called.items() if words in names):
        return exact
    wanted = words.casefold().replace("·", " ").split()
    texts = {path: " ".join(names).casefold() for path, names in called.items()}
    found = [path for path, text in texts.items() if all(_found(word, path, text) for word in wanted)]
    top: dict[str, None] = {}
    for path in sorted(found, key=len):
        if not any(_parent in top for _parent in _parents(path)):
            top[path] = None
    return tuple(list(top)[:_MOST_PLACES]) or (words,)


def _found(word: str, path: str, name: str) -> bool:
    """Return whether a word is in a place's names, or begins a part of its path."""
    return word in name or any(part.startswith(word) for part in path.casefold().replace(":", "/").split("/"))


def _parents(path: str) -> list[str]:
    """Return everything a path lies under."""
    place = path.partition(":")[0]
    parts = place.split("/")
    above = ["/".join(parts[:i]) for i in range(1, len(parts))]
    return [*above, place] if place != path else above


def _called(site: Site) -> dict[str, tuple[str, str]]:
    """Return what every place is called in both languages, its homes before it."""
    labels: dict[str, Label] = {f.id: f.label for f in site.facilities}
    labels |= {d.id: d.label for d in site.devices}
    labels |= {e.path: e.label for e in site.equipment}
    labels |= {t.path: t.label for t in site.tags}
    labels |= {a.path: a.label for a in site.alarms}
    called = {}
    for path, label in labels.items():
        whole = [*(labels[p] for p in _parents(path) if p in labels), label]
        called[path] = (" · ".join(x.zh for x in whole), " · ".join(x.en for x in whole))
    return called


def span_text(start_ms: int, end_ms: int, zone: str, language: str) -> str:
    """Write a span; one without end ends now."""
    now = "现在" if language == "zh" else "now"
    return f"{_moment(start_ms, zone)} – {now if end_ms >= _OPEN else _moment(end_ms, zone)}"


def _moment(ms: int, zone: str) -> str:
    return f"{date_text(ms, zone, 'en')[:10]} {time_text(ms, zone, seconds=False)}"
