"""`qianliyan room`: the control room's windows."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


class Language(StrEnum):
    """Languages of the screen."""

    ZH = "zh"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command()(room)


def room(
    store: Annotated[
        str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
    ] = None,
    private: Annotated[
        Path | None, typer.Option(help="This workstation's keys and certificates; by default QIANLIYAN_PRIVATE.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the screen; by default QIANLIYAN_LANG.")] = None,
    windows: Annotated[int, typer.Option(help="One per monitor.", min=1, max=8)] = 1,
    engine: Annotated[bool, typer.Option(help="Keep an engine running on a folder store.")] = True,
    tour: Annotated[bool, typer.Option("--tour", help="Visit every page offscreen, act once, and end.")] = False,
    shots: Annotated[Path | None, typer.Option(help="Where the tour's pictures and its report go.")] = None,
) -> None:
    """Open the control room. Closing it never stops acquisition: the engine goes on."""
    from app.cli.demo import has_display
    from app.config import load_config
    from app.errors import ConfigurationFault, EnvironmentFault
    from app.logs import set_up_logging
    from app.views.main import Options, run_room

    config = load_config(store=store, private=private)
    set_up_logging("room", config.log_level)
    if "://" not in config.store and not Path(config.store).is_dir():
        raise ConfigurationFault(f"there is no store at {config.store}: make one with `qianliyan store init`")
    if not (tour or has_display() or os.environ.get("QT_QPA_PLATFORM")):  # Qt would end the process itself
        raise EnvironmentFault("there is no display to open windows on: neither DISPLAY nor WAYLAND_DISPLAY is set")
    folder = (shots or Path("shots")).absolute() if tour else None
    language = lang.value if lang is not None else config.language
    options = Options(
        config.store,
        language=language,
        windows=windows,
        tour=folder,
        preferences=None if tour else config.private / "preferences.json",
        engine_private=config.private if engine and not tour else None,
    )
    if not tour:
        raise typer.Exit(run_room(options))
    from app.views.tour import run_tour  # it drives the pages, which the window itself loads later

    raise typer.Exit(run_room(options, tour=run_tour))
