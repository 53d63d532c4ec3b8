"""`qianliyan export`: histories into a CSV or Parquet file."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from app.cli.words import LangOption, language_of

__all__ = ["register"]

EXIT_ENDED: Final = 4
_FORMS: Final = {".csv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet"}
_UNITS: Final = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(export)


def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; .csv or .parquet.")],
    tags: Annotated[list[str], typer.Option(help="Path of a tag, or a pattern such as ps01/*; as often as you like.")],
    start: Annotated[datetime, typer.Option("--from", help="Begin, in the zone of --zone.")],
    end: Annotated[datetime | None, typer.Option("--to", help="End, excluded; by default now.")] = None,
    store: Annotated[
        str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
    ] = None,
    every: Annotated[str, typer.Option(help="raw, or the width of buckets such as 10s, 1min, 1h, 1d.")] = "raw",
    layout: Annotated[str, typer.Option(help="long (time, tag, value) or wide (columns for each tag).")] = "long",
    form: Annotated[str, typer.Option("--format", help="csv or parquet; by default what the file's name says.")] = "",
    zone: Annotated[str, typer.Option(help="Of times and days; by default the site's.")] = "",
    lang: LangOption = None,
) -> None:
    """Write samples, or buckets with least, greatest and mean value, into a file: whole, or none.

    Ends with 1 if the store cannot be read or the file not be written, 4 when it was ended.
    """
    from app.cli import export_work
    from app.config import load_config

    asked = export_work.Asked(tuple(tags), start, end, every_ms(every), layout, form or _form_of(out), zone)
    whole = export_work.run(load_config(store=store).store, asked, out, language_of(lang))
    raise typer.Exit(0 if whole else EXIT_ENDED)


def every_ms(text: str) -> int:
    """Return the width of buckets, 0 for raw. Raises ConfigurationFault."""
    from app.errors import ConfigurationFault

    if text == "raw":
        return 0
    found = re.fullmatch(r"(\d{1,6})\s*(s|min|h|d)", text)
    if found is None or not int(found.group(1)):
        raise ConfigurationFault(f"--every is raw, or a width such as 10s, 1min, 1h or 1d, and not {text}")
    return int(found.group(1)) * _UNITS[found.group(2)]


def _form_of(out: Path) -> str:
    """Return the format that a file's name says. Raises ConfigurationFault where it says none that we write."""
    from app.errors import ConfigurationFault

    form = _FORMS.get(out.suffix.lower(), "")
    if not form:
        raise ConfigurationFault(f"{out} ends in neither .csv nor .parquet: say --format csv or --format parquet")
    return form
