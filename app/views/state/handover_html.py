"""A handover sheet as a document: the same text on screen and on paper, in either language. Pure of Qt.

Written in the small HTML that rich text documents understand: tables, bold, colours, anchors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from app.model.people import Handover
from app.model.records import Journal
from app.views.state.handover_lines import section_lines
from app.views.state.handover_sheet import SECTIONS, highest_items
from app.views.state.handover_words import NOTHING, TITLES, of, word
from app.views.state.sentences import JOURNAL_NAMES
from app.views.state.zone_time import date_text, time_text

__all__ = ["Paper", "sheet_html"]

_MARKS: Final = {
    1: ("#D01F2E", "#FFFFFF"),
    2: ("#F08C00", "#1D2329"),
    3: ("#EAC100", "#1D2329"),
    4: ("#1AA6BF", "#1D2329"),
}
_DIM: Final = "#4B555E"
_RULE: Final = "#CDD2D6"
_HEAD: Final = "#E5E7E9"
_READ: Final = "#DCE6F0"


@dataclass(frozen=True, slots=True)
class Paper:
    """How a sheet is written. `most` rows of a section at most; what is left out is counted. `chosen` is the key of
    the item that stands out. `kept` is the signed handover, None for a draft."""

    language: str
    sha256: str
    most: int = 200
    chosen: str = ""
    kept: Handover | None = None
    head: bool = True


def sheet_html(sheet: Mapping[str, Any], paper: Paper) -> str:
    """Return the document."""
    must = {row["key"] for _, row in highest_items(sheet)}
    parts = [_head(sheet, paper)] if paper.head else []
    parts += [_facts(sheet, paper), _signatures(sheet, paper)]
    for section in SECTIONS:
        parts.append(_section(sheet, section, must, paper))
    parts += [_counts(sheet, paper), _heads(sheet, paper)]
    return "".join(parts)


def _head(sheet: Mapping[str, Any], paper: Paper) -> str:
    language = paper.language
    site = escape(of(sheet["site"]["label"], language))
    title = escape(word("title", language))
    draft = "" if paper.kept is not None else f" <b>· {escape(word('draft', language))}</b>"
    return f"<p style='font-size:18px'><b>{title}</b> &nbsp; {site}{draft}</p>"


def _facts(sheet: Mapping[str, Any], paper: Paper) -> str:
    language, zone = paper.language, sheet["zone"]
    shift, engine = sheet["shift"], sheet["engine"]
    name = of(shift["label"], language)
    epoch = word("epoch", language, n=engine["epoch"])
    rows = [
        (word("shift", language), f"{shift['day']} {name}".strip()),
        (
            word("period", language),
            f"{_moment(sheet['start_ms'], zone, language)} – {_moment(sheet['at_ms'], zone, language)}",
        ),
        (word("made", language), f"{_moment(sheet['at_ms'], zone, language)} · {sheet['zone_text']}"),
        (word("on_duty", language), "、".join(sheet["on_duty"]) if language == "zh" else ", ".join(sheet["on_duty"])),
        (word("site", language), f"{sheet['site']['id']} · {word('revision', language, n=sheet['site']['revision'])}"),
        (word("engine", language), f"{engine['holder']} · {epoch}" if engine["epoch"] else word("no_engine", language)),
    ]
    rows.append((word("hash", language), paper.sha256))
    cells = "".join(
        f"<tr><td style='color:{_DIM}'>{escape(a)}&nbsp;&nbsp;</td><td>{escape(b) or '—'}</td></tr>" for a, b in rows
    )
    silent = f"<p><b>⚠ {escape(word('silent', language))}</b></p>" if engine["silent"] else ""
    return f"{silent}<table cellspacing='0' cellpadding='2'>{cells}</table>"


def _section(sheet: Mapping[str, Any], section: str, must: set[str], paper: Paper) -> str:
    rows: Sequence[Mapping[str, Any]] = sheet[section]
    language, title = paper.language, TITLES[section].get(paper.language)
    if not rows:
        return _title(title, NOTHING.get(language))
    shown = _shown(rows, paper)
    heads, widths, lines = section_lines(section, shown, sheet, language)
    body = "".join(_row(row, line, must, paper, len(heads)) for row, line in zip(shown, lines, strict=True))
    left = len(rows) - len(shown)
    more = f"<p>{escape(word('more', language, n=left))}</p>" if left > 0 else ""
    if section == "commands" and not sheet["commands_whole"]:
        more += f"<p>{escape(word('commands_more', language))}</p>"
    return _table(f"{title} · {len(rows)}", heads, widths, body) + more


def _shown(rows: Sequence[Mapping[str, Any]], paper: Paper) -> Sequence[Mapping[str, Any]]:
    """Return as many rows as are wanted, and the one that somebody opened, wherever it stands."""
    chosen = [r for r in rows[paper.most :] if paper.chosen and r.get("key") == paper.chosen]
    return [*rows[: paper.most], *chosen]


def _title(title: str, note: str = "") -> str:
    return f"<p style='font-size:14px;margin-top:14px;margin-bottom:3px'><b>{escape(title)}</b> &nbsp;{_dim(note)}</p>"


def _table(title: str, heads: Sequence[str], widths: Sequence[int], body: str) -> str:
    """Return a table whose title and heads stand on each page that it goes over."""
    names = "".join(
        f"<td width='{w}%' bgcolor='{_HEAD}' style='color:{_DIM}'>{escape(h)}</td>"
        for h, w in zip(heads, widths, strict=True)
    )
    named = f"<tr><td colspan='{len(heads)}' style='font-size:14px'><b>{escape(title)}</b></td></tr><tr>{names}</tr>"
    start = "<p style='font-size:4px;margin:0'>&nbsp;</p><table width='100%' cellspacing='0' cellpadding='3'>"
    return f"{start}<thead>{named}</thead>{body}</table>"


def _row(row: Mapping[str, Any], line: Any, must: set[str], paper: Paper, columns: int) -> str:
    key = str(row.get("key", ""))
    ground = f" bgcolor='{_READ}'" if key and key == paper.chosen else ""
    rule = f"border-top:1px solid {_RULE}"
    cells = "".join(
        f"<td{ground} style='{rule}'>{_mark(row, first=i == 0)}{_text(cell)}</td>" for i, cell in enumerate(line.cells)
    )
    anchor = f"<a name='{escape(key, quote=True)}'></a>" if key in must else ""
    below = "".join(
        f"<tr><td{ground}></td><td{ground} colspan='{columns - 1}'>{_dim(name)} &nbsp;{_text(text)}</td></tr>"
        for name, text in line.below
        if text
    )
    return f"<tr>{cells.replace('>', '>' + anchor, 1)}</tr>{below}"


def _mark(row: Mapping[str, Any], *, first: bool) -> str:
    priority = row.get("priority")
    if not first or priority not in _MARKS:
        return ""
    ground, ink = _MARKS[priority]
    return f"<span style='background-color:{ground};color:{ink}'><b>&nbsp;{priority}&nbsp;</b></span>&nbsp; "


def _dim(text: str) -> str:
    return f"<span style='color:{_DIM}'>{escape(text)}</span>"


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _counts(sheet: Mapping[str, Any], paper: Paper) -> str:
    language, counts = paper.language, sheet["counts"]
    p1, p2, p3, p4 = counts["raised"]
    text = word("counts_text", language, p1=p1, p2=p2, p3=p3, p4=p4, ack=counts["acknowledged"])
    if not counts["whole"]:
        text += " " + word("counts_more", language)
    most = "; ".join(f"{of(m['name'], language)} ×{m['count']}" for m in counts["most"])
    line = (
        f"<br><span style='color:{_DIM}'>{escape(word('most', language))}</span> &nbsp;{escape(most)}" if most else ""
    )
    return f"{_title(word('counts', language))}<p>{escape(text)}{line}</p>"


def _heads(sheet: Mapping[str, Any], paper: Paper) -> str:
    language = paper.language
    rows = "".join(
        f"<tr><td>{escape(_journal(name, language))}</td><td>{seq}</td><td><tt>{escape(str(digest))}</tt></td></tr>"
        for name, (seq, digest) in sheet["heads"].items()
    )
    columns = (word("journal", language), word("seq", language), "SHA-256")
    return _table(word("heads", language), columns, (15, 15, 70), rows)


def _signatures(sheet: Mapping[str, Any], paper: Paper) -> str:
    """Both signatures, at the top of the first page."""
    language, zone, kept = paper.language, sheet["zone"], paper.kept
    if kept is None:
        return f"<p><b>{escape(word('not_signed', language))}</b></p>"
    cells = []
    for name, side in (("outgoing", kept.outgoing), ("incoming", kept.incoming)):
        when = f"{_moment(side.at_ms, zone, language)} · {sheet['zone_text']}"
        signed = f"<br><b>{escape(side.person)}</b> &nbsp;{escape(side.workstation)}<br>{escape(when)}"
        cells.append(f"<td width='50%' style='border:1px solid {_RULE}'>{_dim(word(name, language))}{signed}</td>")
    space = "<p style='font-size:4px;margin:0'>&nbsp;</p>"
    return f"{space}<table width='100%' cellspacing='0' cellpadding='8'><tr>{''.join(cells)}</tr></table>"


def _journal(name: str, language: str) -> str:
    return JOURNAL_NAMES[Journal(name)].get(language) if name in tuple(Journal) else name


def _moment(at_ms: int, zone: str, language: str) -> str:
    return f"{date_text(at_ms, zone, language)} {time_text(at_ms, zone)}"
