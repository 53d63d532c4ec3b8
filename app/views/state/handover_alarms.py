"""The alarms of a handover sheet: active, shelved, suppressed, out of service, with changed limits. Pure, plain data.

Names stand in both languages, because a site may change while its sheets are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.model.alarms.spec import AlarmSpec
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.spec import Site
from app.model.terms import Label
from app.views.state.alarm_book import order_key, shown_priority
from app.views.state.alarm_words import AlarmNames

__all__ = ["AlarmSections", "Row", "both"]

Row = dict[str, Any]
_EXPLAINED: Final = (1, 2)
"""Priorities whose consequence and action stand on the sheet."""
_SETTINGS: Final = ("limit", "deadband", "on_delay_s", "off_delay_s", "priority")


def both(label: Label) -> Row:
    """Return a name in both languages as plain data."""
    return {"zh": label.zh, "en": label.en}


class AlarmSections:
    """Makes the sections from the rows of one instant."""

    def __init__(self, site: Site, alarms: Iterable[AlarmStatus], at_ms: int) -> None:
        self._specs: Mapping[str, AlarmSpec] = {a.path: a for a in site.alarms}
        self._names = AlarmNames(site)
        self._at_ms = at_ms
        self._rows = sorted(alarms, key=order_key)

    def active(self) -> list[Row]:
        """Return the main list, worst first."""
        return [self._active(s) for s in self._rows if s.listed]

    def shelved(self) -> list[Row]:
        """Return what people put aside, with who, why and for how long still."""
        return [self._shelved(s) for s in self._rows if s.shelf is not None]

    def suppressed(self) -> list[Row]:
        """Return what is suppressed by design, with the rule."""
        return [self._suppressed(s) for s in self._rows if s.suppressed]

    def out_of_service(self) -> list[Row]:
        """Return what is out of service, with work order and since when."""
        return [self._out(s) for s in self._rows if s.out_of_service is not None]

    def changed(self) -> list[Row]:
        """Return what was changed at run time: each setting with the site's value and the one in force."""
        rows = [self._changed(s) for s in self._rows if s.override is not None]
        return [row for row in rows if row["changes"]]

    def _head(self, status: AlarmStatus, kind: str, episode: str) -> Row:
        spec = self._specs.get(status.path)
        label = spec.label if spec is not None else Label(status.path, status.path)
        return {
            "key": f"{kind}:{status.path}:{episode}",
            "path": status.path,
            "priority": shown_priority(status),
            "label": both(label),
            "place": {lang: self._names.place(spec, status.path, lang) for lang in ("zh", "en")},
            "state": str(status.state),
            "frozen": status.frozen,
        }

    def _active(self, status: AlarmStatus) -> Row:
        spec = self._specs.get(status.path)
        row = self._head(status, "active", status.occurrence) | {
            "raised_ms": status.raised_ms,
            "since_ms": status.since_ms,
            "count": status.count,
            "ack_by": status.ack_by,
            "ack_ms": status.ack_ms,
            "ack_note": status.ack_note,
            "escalated_to": status.escalated_to,
            "value": {lang: self._names.value(status, spec, lang) for lang in ("zh", "en")},
            "bound": self._names.bound(status, spec),
        }
        return row | self._explained(status, spec)

    def _explained(self, status: AlarmStatus, spec: AlarmSpec | None) -> Row:
        if spec is None or shown_priority(status) not in _EXPLAINED:
            return {}
        return {"consequence": both(spec.consequence), "action": both(spec.action)}

    def _shelved(self, status: AlarmStatus) -> Row:
        shelf = status.shelf
        assert shelf is not None
        return self._head(status, "shelved", str(shelf.since_ms)) | {
            "person": shelf.person,
            "second": shelf.second,
            "reason": shelf.reason,
            "since_ms": shelf.since_ms,
            "until_ms": shelf.until_ms,
            "left_s": max(0, shelf.until_ms - self._at_ms) // 1000,
            "one_shot": shelf.one_shot,
        }

    def _suppressed(self, status: AlarmStatus) -> Row:
        zh, _, en = status.suppressed.partition("|")
        return self._head(status, "suppressed", str(status.suppressed_ms)) | {
            "rule": {"zh": zh, "en": en or zh},
            "since_ms": status.suppressed_ms,
            "stands": status.state is not AlarmState.NORM,
        }

    def _out(self, status: AlarmStatus) -> Row:
        out = status.out_of_service
        assert out is not None
        return self._head(status, "out", str(out.since_ms)) | {
            "person": out.person,
            "reason": out.reason,
            "work_order": out.work_order,
            "since_ms": out.since_ms,
        }

    def _changed(self, status: AlarmStatus) -> Row:
        override, spec = status.override, self._specs.get(status.path)
        assert override is not None
        now = {name: getattr(override, name) for name in _SETTINGS}
        changes = [
            [name, getattr(spec, name) if spec is not None else None, value]
            for name, value in now.items()
            if value is not None
        ]
        return self._head(status, "changed", str(override.since_ms)) | {
            "changes": changes,
            "person": override.person,
            "reason": override.reason,
            "since_ms": override.since_ms,
        }
