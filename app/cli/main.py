"""The root of the command line. Each group of verbs is a file of its own; a role's modules are imported only when it
runs, so that `qianliyan live` does not pay for Qt."""

from __future__ import annotations

import importlib
from typing import Final

import typer

__all__ = ["app"]

app = typer.Typer(name="qianliyan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

# Each module has `register(app)`, which adds its verbs.
GROUPS: Final[tuple[str, ...]] = (
    "store",
    "site",
    "plant",
    "engine",
    "live",
    "command",
    "alarms",
    "people",
    "site_apply",
    "room",
    "demo",
    "probe",
    "importing",
    "exporting",
)

for _group in GROUPS:
    importlib.import_module(f"app.cli.{_group}").register(app)
