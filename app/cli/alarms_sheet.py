"""`qianliyan alarms sheet`: the rationalisation sheet out of a site's folder as CSV, and back with a difference to
approve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.cli.words import LangOption, language_of

if TYPE_CHECKING:
    from app.site.alarm_sheet import SheetChange

__all__ = ["register", "sheet"]

_BOM: Final = "\ufeff"
"""Without it Excel takes Chinese for another code page."""

_TEXT: Final[dict[str, tuple[str, str]]] = {
    "alarm": ("报警", "Alarm"),
    "condition": ("条件", "Condition"),
    "field": ("字段", "Field"),
    "before": ("现在", "Now"),
    "after": ("表中", "Sheet"),
    "count": ("{alarms} 条报警，{fields} 处不同", "{alarms:alarm} edited, {fields:word} changed"),
    "nothing": ("表与站点文件没有差别", "the sheet says what the site files say"),
    "confirm": ("将这些差别写入 {file}？", "Write these differences into {file}?"),
    "written": (
        "已写入 {file}；用 qianliyan site apply 启用",
        "written into {file}; put it in force with qianliyan site apply",
    ),
    "reason": ("请用 --reason 说明原因", "say why with --reason"),
}


def register(group: typer.Typer) -> None:
    """Add the verb to the group `alarms`."""
    group.command()(sheet)


def sheet(
    folder: Annotated[Path, typer.Argument(help="The folder with the site files.")],
    take: Annotated[Path | None, typer.Option(help="A sheet that comes back: show what it changes and ask.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the sheet here instead of to the terminal.")] = None,
    reason: Annotated[str, typer.Option(help="Why; is kept beside each changed alarm.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")] = False,
    lang: LangOption = None,
) -> None:
    """Write every alarm of a site as CSV; with --take show what an edited sheet changes, and keep it in alarms.csv.

    Ends with 2 if the site or the sheet has faults; then nothing is written.
    """
    language = language_of(lang)
    if take is None:
        _write_sheet(folder, out)
    else:
        _take(folder, take, reason.strip(), yes, language)


def _write_sheet(folder: Path, out: Path | None) -> None:
    from app.site.alarm_sheet import sheet_text

    text = _BOM + sheet_text(folder)
    if out is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    else:
        _save(out, text)
        print(out)


def _take(folder: Path, file: Path, reason: str, yes: bool, language: str) -> None:
    from app.errors import ConfigurationFault
    from app.site.alarm_sheet import take
    from app.site.folder import ALARMS_CSV

    taken = take(folder, file, reason=reason)
    if not taken.changes:
        print(_words("nothing", language))
        return
    _show(taken.changes, language)
    if not reason:
        raise ConfigurationFault(_words("reason", language))
    target = folder / ALARMS_CSV
    if not yes:
        typer.confirm(_words("confirm", language, file=target), abort=True)
    if taken.text:
        _save(target, _BOM + taken.text)
    else:
        target.unlink(missing_ok=True)
    print(_words("written", language, file=target))


def _show(changes: tuple[SheetChange, ...], language: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from app.model.counting import Count

    grid = Table(*(_words(word, language) for word in ("alarm", "condition", "field", "before", "after")))
    for change in changes:
        for number, field in enumerate(change.fields):
            first = (change.path, change.label.get(language)) if number == 0 else ("", "")
            grid.add_row(*first, field.name, field.before, field.after)
    Console().print(grid)
    fields = sum(len(change.fields) for change in changes)
    print(_words("count", language, alarms=Count(len(changes)), fields=Count(fields)))


def _save(target: Path, text: str) -> None:
    """Write beside the target first, so that a full disk leaves what was there."""
    from app.errors import ConfigurationFault
    from app.exchange.new_file import NewFile

    new = NewFile(target)
    try:
        new.part.write_text(text, encoding="utf-8", newline="")
        new.put()
    except OSError as error:
        new.drop()
        raise ConfigurationFault(f"cannot write {target}: {error.strerror or error}") from error


def _words(key: str, language: str, **fields: object) -> str:
    return _TEXT[key][language == "en"].format_map(fields)
