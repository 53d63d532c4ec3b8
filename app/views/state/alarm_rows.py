"""The main list as rows of the overview: where, what, since when, what to do; made once for each row of the book."""

from __future__ import annotations

from typing import Final

from app.model.alarms.status import AlarmStatus
from app.model.spec import Label, Site
from app.views.state.abnormal_rows import AbnormalRow, Kind
from app.views.state.alarm_book import AlarmBook, shown_priority
from app.views.state.alarm_places import place_to_go
from app.views.state.alarm_words import AlarmNames

__all__ = ["SHOWN", "AlarmRows"]

SHOWN: Final = 100
"""Rows that the overview lists, the highest: the rest is on the alarm page."""
_NOTHING: Final = Label("", "")


class AlarmRows:
    """Follows a book."""

    def __init__(self, book: AlarmBook, site: Site | None) -> None:
        self._book = book
        self._names = AlarmNames(site)
        self._kept: dict[str, tuple[AlarmStatus, bool, AbnormalRow]] = {}

    def rows(self) -> list[AbnormalRow]:
        """Return the highest rows, worst first."""
        kept, known = self._kept, self._book.known
        self._kept = {}
        for path in self._book.main.first(SHOWN):
            status = self._book.statuses[path]
            before = kept.get(path)
            fits = before is not None and before[0] is status and before[1] == known
            row = before[2] if before is not None and fits else self._row(status)
            self._kept[path] = (status, known, row)
        return [row for _, _, row in self._kept.values()]

    def _row(self, status: AlarmStatus) -> AbnormalRow:
        path, spec, names = status.path, self._book.specs.get(status.path), self._names
        page, target = place_to_go(spec, path)
        value, bound = (names.value(status, spec, lang) for lang in ("zh", "en")), names.bound(status, spec)
        zh, en = value
        return AbnormalRow(
            path,
            shown_priority(status),
            Kind.ALARM,
            page,
            target,
            self._book.place_of(path),
            self._book.label(path),
            Label(names.place(spec, path, "zh"), names.place(spec, path, "en")),
            spec.action if spec is not None else _NOTHING,
            value=Label(f"{zh}（{bound}）", f"{en} ({bound})") if bound and zh else Label(zh or bound, en or bound),
            since_ms=status.raised_ms,
            frozen=status.frozen or not self._book.known,
            state=status.state,
        )
