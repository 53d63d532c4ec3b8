"""`qianliyan demo`: the whole control room on a living plant, on a fresh store that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

__all__ = ["has_display", "register"]


def register(app: typer.Typer) -> None:
    """Add the verb to the command line."""
    app.command()(demo)


def has_display() -> bool:
    """Return True when a window can be shown; Windows and macOS always can."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo(
    headless: Annotated[bool, typer.Option(help="Tour offscreen, even with a display.")] = False,
    seconds: Annotated[float | None, typer.Option("--for", help="End after this many seconds.", min=1.0)] = None,
    shots: Annotated[Path | None, typer.Option(help="Where the tour's pictures go.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was seen to this JSON file.")] = None,
    store: Annotated[
        str | None,
        typer.Option(help="A postgresql:// URL of an empty database; without it a folder that is gone afterwards."),
    ] = None,
) -> None:
    """Open the room on the demo zone. Without a display: an offscreen tour with pictures and a report.

    Ends with 1 when anything that was expected did not happen.
    """
    # Imported here: the other verbs must not pay for what the demo needs.
    from app.cli.demo.play import Options, Play
    from app.cli.demo.report import Report
    from app.cli.demo.stage import set_stage
    from app.errors import QianliyanError

    console = Console()
    offscreen = headless or not has_display()
    folder = Path(tempfile.mkdtemp(prefix="qianliyan-demo-"))
    pictures = (shots or Path("shots")).absolute() if offscreen else None
    seen = Report()
    # A terminal that closes or a supervisor that stops us is as good a reason to end in order as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        play = Play(set_stage(folder, store=store), Options(offscreen, pictures, seconds), report=seen, console=console)
        play.run()
    except QianliyanError as fault:
        seen.expect("the demo ran to its end", False, str(fault))
    except KeyboardInterrupt:
        console.print("\nEnding the demo.")
    finally:
        seen.show(console)
        if report is not None:
            seen.write(report)
        if seen.missed:
            console.print(f"Logs of all processes: {folder / 'logs'}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    if seen.missed:
        raise typer.Exit(1)
