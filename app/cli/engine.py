"""`qianliyan engine`: run an engine in the foreground, as a service does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("engine")(engine)


def engine(
    store: Annotated[
        str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
    ] = None,
    private: Annotated[
        Path | None, typer.Option(help="This workstation's keys and certificates; by default QIANLIYAN_PRIVATE.")
    ] = None,
) -> None:
    """Run the engine until SIGTERM: read devices, write frames, execute commands.

    Exit codes: 0 stopped in order, 2 configuration, 3 another engine holds the lease, 4 the lease was lost,
    5 the store cannot be used, 70 a defect.
    """
    from app.config import load_config
    from app.engine.running import run_engine
    from app.logs import set_up_logging

    config = load_config(store=store, private=private)
    set_up_logging("engine", config.log_level)
    raise typer.Exit(run_engine(config))
