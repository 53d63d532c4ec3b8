"""The rows of a handover sheet as lines of text: heads, widths in percent, and each row's cells. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.model.alarms.status import AlarmState
from app.model.reasons import quality_text
from app.model.records import Reason
from app.views.state.alarm_words import STATES, moment_text
from app.views.state.causes import reason_words
from app.views.state.handover_words import RESULTS, of, word
from app.views.state.values import clock_text

__all__ = ["Line", "item_title", "section_lines"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a text per column, and what is said below it over the whole width (caption, text)."""

    cells: tuple[str, ...]
    below: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Speech:
    """In which language and time zone a sheet is read; `at_ms` is when it was made."""

    language: str
    zone: str
    at_ms: int

    def time(self, at_ms: Any) -> str:
        return moment_text(int(at_ms or 0), self.at_ms, self.zone)

    def word(self, name: str, /, **fields: object) -> str:
        return word(name, self.language, **fields)

    def of(self, names: Any) -> str:
        return of(names, self.language)


def section_lines(
    section: str, rows: Sequence[Row], sheet: Row, language: str
) -> tuple[tuple[str, ...], tuple[int, ...], list[Line]]:
    """Return the column heads of a section, their widths, and a line per row."""
    speech = _Speech(language, str(sheet["zone"]), int(sheet["at_ms"]))
    columns, line = _SECTIONS[section]
    heads = tuple(speech.word(name) for name, _ in columns)
    return heads, tuple(width for _, width in columns), [line(row, speech) for row in rows]


def item_title(section: str, row: Row, language: str) -> tuple[str, str]:
    """Return an item of the highest priority in two lines: what, and where or by whom."""
    if section == "pinned":
        return str(row["text"]).replace("\n", " "), str(row["person"])
    if section == "commands":
        result = RESULTS.get(row["state"])
        state = result.get(language) if result is not None else str(row["state"])
        return f"{of(row['verb'], language)} · {state}", of(row["place"], language)
    return of(row["label"], language), of(row["place"], language)


def _alarm(row: Row, speech: _Speech) -> str:
    return f"{speech.of(row['label'])}\n{speech.of(row['place'])}"


def _state(row: Row, speech: _Speech) -> str:
    known = row["state"] in tuple(AlarmState)
    text = STATES[AlarmState(row["state"])].get(speech.language) if known else str(row["state"])
    return f"{text}\n{speech.word('frozen')}" if row["frozen"] else text


def _active(row: Row, speech: _Speech) -> Line:
    acked = speech.word("acked", who=row["ack_by"], when=speech.time(row["ack_ms"])) if row["ack_by"] else ""
    who = acked or speech.word("not_acked")
    if row["ack_note"]:
        who += f": {row['ack_note']}"
    times = f" ×{row['count']}" if row["count"] > 1 else ""
    value = " ".join(t for t in (speech.of(row["value"]), row["bound"] and f"({row['bound']})") if t)
    cells = (_alarm(row, speech), f"{_state(row, speech)}\n{value}", speech.time(row["raised_ms"]) + times, who)
    below = (
        (speech.word("consequence"), speech.of(row.get("consequence"))),
        (speech.word("action"), speech.of(row.get("action"))),
    )
    return Line(cells, below)


def _shelved(row: Row, speech: _Speech) -> Line:
    left = speech.word("left", left=clock_text(row["left_s"]))
    until = f"{speech.time(row['until_ms'])}\n{left}"
    if row["one_shot"]:
        until += f" · {speech.word('one_shot')}"
    who = row["person"] + (f"\n{speech.word('second', name=row['second'])}" if row["second"] else "")
    return Line((_alarm(row, speech), _state(row, speech), until, who, row["reason"]))


def _suppressed(row: Row, speech: _Speech) -> Line:
    stands = f"\n{speech.word('stands')}" if row["stands"] else ""
    return Line(
        (_alarm(row, speech), f"{_state(row, speech)}{stands}", speech.time(row["since_ms"]), speech.of(row["rule"]))
    )


def _out(row: Row, speech: _Speech) -> Line:
    return Line((_alarm(row, speech), row["work_order"], speech.time(row["since_ms"]), row["person"], row["reason"]))


def _changed(row: Row, speech: _Speech) -> Line:
    changes = "\n".join(f"{speech.word(n)} {_figure(a)} → {_figure(b)}" for n, a, b in row["changes"])
    return Line((_alarm(row, speech), changes, speech.time(row["since_ms"]), row["person"], row["reason"]))


def _substitute(row: Row, speech: _Speech) -> Line:
    what = f"{speech.of(row['label'])}\n{speech.of(row['place'])}"
    value = f"{_figure(row['value'])} {row['unit']}".rstrip()
    return Line((what, value, speech.time(row["since_ms"]), speech.time(row["until_ms"]), row["person"], row["reason"]))


def _hold(row: Row, speech: _Speech) -> Line:
    return Line((speech.of(row["place"]), speech.time(row["since_ms"]), row["person"], row["reason"]))


def _command(row: Row, speech: _Speech) -> Line:
    result = RESULTS.get(row["state"])
    state = result.get(speech.language) if result is not None else row["state"]
    what = " ".join(t for t in (speech.of(row["verb"]), speech.of(row["value"])) if t)
    reasons = [reason_words(Reason(r["check"], r["params"]), speech.language) for r in row["reasons"]]
    if row["open"]:
        state = f"⚠ {state}"
    return Line(
        (speech.time(row["asked_ms"] or row["state_ms"]), f"{what}\n{speech.of(row['place'])}", row["who"] or "—",
         "\n".join([state, *reasons]), row["why"])
    )  # fmt: skip


def _device(row: Row, speech: _Speech) -> Line:
    return Line((speech.of(row["label"]), speech.time(row["last_good_ms"]), speech.word("bad_tags", n=row["tags"])))


def _tags(row: Row, speech: _Speech) -> Line:
    named = [
        f"{speech.of(t['label'])} ({t['tag']}): {quality_text(t['quality'], speech.language)}" for t in row["tags"]
    ]
    left = row["count"] - len(named)
    if left > 0:
        named.append(speech.word("more", n=left))
    return Line((speech.of(row["label"]), speech.word("bad_tags", n=row["count"]), "\n".join(named)))


def _note(row: Row, speech: _Speech) -> Line:
    links = "\n".join(speech.of(link["name"]) for link in row["links"])
    return Line((speech.time(row["at_ms"]), row["person"], row["text"], links))


def _figure(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else "—"


_NOTE: Final = (("asked", 14), ("who", 14), ("note", 48), ("where", 24))
_SECTIONS: Final[dict[str, tuple[tuple[tuple[str, int], ...], Callable[[Row, _Speech], Line]]]] = {
    "active": ((("alarm", 37), ("state", 28), ("raised", 13), ("by", 22)), _active),
    "shelved": ((("alarm", 32), ("state", 16), ("until", 18), ("by", 14), ("reason", 20)), _shelved),
    "suppressed": ((("alarm", 36), ("state", 22), ("since", 16), ("rule", 26)), _suppressed),
    "out_of_service": ((("alarm", 34), ("work_order", 16), ("since", 14), ("by", 14), ("reason", 22)), _out),
    "changed": ((("alarm", 30), ("change", 24), ("since", 14), ("by", 14), ("reason", 18)), _changed),
    "substitutes": (
        (("what", 28), ("value", 12), ("since", 13), ("until", 13), ("by", 14), ("reason", 20)), _substitute
    ),
    "holds": ((("where", 36), ("since", 16), ("by", 14), ("reason", 34)), _hold),
    "commands": ((("asked", 14), ("what", 29), ("by", 14), ("result", 25), ("reason", 18)), _command),
    "devices": ((("device", 46), ("last_good", 26), ("tags", 28)), _device),
    "tags": ((("device", 24), ("value", 14), ("tags", 62)), _tags),
    "pinned": (_NOTE, _note),
    "notes": (_NOTE, _note),
}  # fmt: skip
