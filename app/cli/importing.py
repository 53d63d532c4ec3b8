"""`qianliyan import`: histories of other systems come in, are listed, and are taken back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.exchange_words import exchange_words
from app.cli.words import LangOption, language_of

__all__ = ["register"]

EXIT_ENDED = 4
"""Ended before the end; what was added stays."""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("import")(import_)


def import_(
    files: Annotated[list[Path] | None, typer.Argument(help="CSV or Parquet files, in the order of time.")] = None,
    store: Annotated[
        str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
    ] = None,
    layout: Annotated[
        str, typer.Option(help="long (time, tag, value), wide (a column for each tag), or auto.")
    ] = "auto",
    time: Annotated[str, typer.Option(help="iso, unix-s, unix-ms, or a format such as %d.%m.%Y %H:%M:%S.")] = "iso",
    zone: Annotated[str, typer.Option(help="Of times that say none; by default the file's or the site's.")] = "",
    fold: Annotated[str, typer.Option(help="Times of an hour that came twice: refuse, earlier, or later.")] = "refuse",
    decimal: Annotated[str, typer.Option(help="Decimal mark: . or ,")] = ".",
    quality: Annotated[
        str, typer.Option(help="Codes of quality: ours, or opc (192 is good); good, uncertain, bad are always known.")
    ] = "ours",
    delimiter: Annotated[str, typer.Option(help="Between columns; found out by default.")] = "",
    encoding: Annotated[str, typer.Option(help="Such as utf-8 or gb18030; found out by default.")] = "",
    map_: Annotated[
        Path | None, typer.Option("--map", help="CSV of name, path of the tag; without a path it is left out.")
    ] = None,
    earliest: Annotated[datetime | None, typer.Option(help="Times before this are refused.")] = None,
    report: Annotated[Path | None, typer.Option(help="CSV file for all rows that are refused.")] = None,
    reason: Annotated[str, typer.Option(help="Why; goes into the journal.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, write nothing.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List all imports.")] = False,
    undo: Annotated[int | None, typer.Option(help="Take back an import by its revision.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")] = False,
    lang: LangOption = None,
) -> None:
    """Import histories from files; what is good comes in, what is not is named. No engine may run.

    Ends with 1 if the store or a file cannot be read or written, 3 while an engine runs, 4 when it was ended.
    """
    from app.cli import import_work
    from app.config import load_config
    from app.errors import ConfigurationFault

    language, address = language_of(lang), load_config(store=store).store
    if list_:
        import_work.show_imports(address, language)
    elif undo is not None:
        import_work.take_back(address, undo, reason, yes=yes, language=language)
    elif not files:
        raise ConfigurationFault(exchange_words("nothing_asked", language))
    else:
        asked = import_work.Asked(
            tuple(files),
            layout,
            time,
            zone,
            fold,
            decimal,
            quality,
            delimiter,
            encoding,
            map_,
            earliest,
            report,
            reason,
        )
        whole = import_work.run(address, asked, language, dry_run=dry_run)
        raise typer.Exit(0 if whole else EXIT_ENDED)
