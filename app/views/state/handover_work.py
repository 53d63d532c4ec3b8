"""What people did and left on the plant, for a handover sheet: commands, hold tags, manual values. Pure, plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.model.records import CommandState, EquipmentStatus, JournalEntry, Substitute
from app.model.spec import Equipment, Site, TagSpec
from app.model.terms import Label
from app.views.state.handover_alarms import Row, both

__all__ = ["WorkSections", "is_open"]

_OPEN: Final = frozenset(str(s) for s in CommandState if not s.final) | {str(CommandState.UNKNOWN)}


def is_open(state: str) -> bool:
    """Return whether a command is under way, or nobody knows what became of it."""
    return state in _OPEN


class WorkSections:
    """Names come from one site, in both languages."""

    def __init__(self, site: Site) -> None:
        self._equipment = {e.path: e for e in site.equipment}
        self._facilities = {f.id: f.label for f in site.facilities}
        self._tags = {t.path: t for t in site.tags}

    def commands(self, entries: Iterable[JournalEntry], equipment: Iterable[EquipmentStatus]) -> list[Row]:
        """Return each command of the shift with its newest step; those under way or of unknown outcome first, then
        the newest. Commands of before that are still open come from the equipment's rows."""
        found: dict[str, Row] = {}
        for entry in sorted(entries, key=_written):
            self._step(found, entry)
        for status in equipment:
            state = str(status.state or "")
            if status.request_id and is_open(state) and status.request_id not in found:
                found[status.request_id] = self._standing(status, state)
        return sorted(found.values(), key=_command_order)

    def holds(self, equipment: Iterable[EquipmentStatus]) -> list[Row]:
        """Return the hold tags that hang now, by place."""
        rows = [
            {
                "path": s.path,
                "place": self._place(s.path),
                "person": s.hold.person,
                "reason": s.hold.reason,
                "since_ms": s.hold.since_ms,
            }
            for s in equipment
            if s.hold is not None
        ]
        return sorted(rows, key=_by_path)

    def substitutes(self, substitutes: Sequence[Substitute]) -> list[Row]:
        """Return the manual values in force, by tag."""
        return [self._substitute(s) for s in sorted(substitutes, key=_tag)]

    def _step(self, found: dict[str, Row], entry: JournalEntry) -> None:
        detail = entry.detail
        request, verb = str(detail.get("request") or ""), str(detail.get("verb") or "")
        if not request or not verb:
            return  # selecting alone is no command
        row = found.setdefault(request, self._command(request, entry.what, verb, detail.get("value"), entry.at_ms))
        row["who"] = row["who"] or entry.who
        row["where"] = row["where"] or entry.where
        row["why"] = row["why"] or str(detail.get("reason") or "")
        row |= {"state": entry.kind, "state_ms": entry.at_ms, "open": is_open(entry.kind)}
        row["reasons"] = _reasons(detail.get("reasons"))

    def _standing(self, status: EquipmentStatus, state: str) -> Row:
        row = self._command(status.request_id, status.path, status.verb, None, 0)
        return row | {"state": state, "state_ms": status.state_since_ms, "open": True}

    def _command(self, request: str, path: str, verb: str, value: Any, asked_ms: int) -> Row:
        equipment = self._equipment.get(path)
        spec = equipment.command(verb) if equipment is not None else None
        return {
            "key": f"command:{request}",
            "request": request,
            "path": path,
            "place": self._place(path),
            "verb": both(spec.label) if spec is not None else {"zh": verb, "en": verb},
            "value": self._value(equipment, verb, value),
            "who": "",
            "where": "",
            "why": "",
            "asked_ms": asked_ms,
            "state": "",
            "state_ms": asked_ms,
            "open": False,
            "reasons": [],
        }

    def _value(self, equipment: Equipment | None, verb: str, value: Any) -> Row:
        """Return what a command carried: a choice by its name, a number with its unit, "" for none."""
        if value is None:
            return {"zh": "", "en": ""}
        spec = equipment.command(verb) if equipment is not None else None
        if isinstance(value, int | float) and spec is not None:
            choice = next((c for c in spec.choices if c.value == value), None)
            if choice is not None:
                return both(choice.label)
            return both(Label(*[f"{value:g} {spec.unit}".rstrip()] * 2))
        return {"zh": str(value), "en": str(value)}

    def _substitute(self, substitute: Substitute) -> Row:
        tag: TagSpec | None = self._tags.get(substitute.tag)
        return {
            "tag": substitute.tag,
            "place": self._place(substitute.tag.rpartition("/")[0]),
            "label": both(tag.label) if tag is not None else {"zh": substitute.tag, "en": substitute.tag},
            "value": substitute.value,
            "unit": tag.unit if tag is not None else "",
            "person": substitute.person,
            "reason": substitute.reason,
            "since_ms": substitute.since_ms,
            "until_ms": substitute.until_ms,
        }

    def _place(self, path: str) -> Row:
        equipment = self._equipment.get(path)
        if equipment is None:
            first = path.partition("/")[0]
            label = self._facilities.get(first)
            return both(label) if label is not None else {"zh": path, "en": path}
        facility = self._facilities.get(equipment.facility, Label("", ""))
        return {
            lang: " · ".join(t for t in (facility.get(lang), equipment.label.get(lang)) if t) for lang in ("zh", "en")
        }


def _reasons(reasons: Any) -> list[Row]:
    """Return reasons as records; what a program wrote otherwise is left out."""
    if not isinstance(reasons, list | tuple):
        return []
    return [
        {"check": str(r.get("check", "")), "params": dict(r.get("params") or {})}
        for r in reasons
        if isinstance(r, dict) and r.get("blocking", True)
    ]


def _written(entry: JournalEntry) -> tuple[int, int]:
    return entry.seq, entry.at_ms


def _command_order(row: Row) -> tuple[bool, int, str]:
    return not row["open"], -int(row["state_ms"]), str(row["key"])


def _by_path(row: Row) -> str:
    return str(row["path"])


def _tag(substitute: Substitute) -> str:
    return substitute.tag
