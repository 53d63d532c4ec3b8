"""Progress of an import and of an export at a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.cli.exchange_words import exchange_words
from app.exchange.importing import ImportProgress

__all__ = ["progress_line", "shown_progress"]

_SHOW_S: Final = 0.2


def progress_line() -> Progress:
    """Return a line with a bar, per cent, words and the time that is left; gone when the work is done."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


@contextmanager
def shown_progress(now: ImportProgress, stop: Callable[[], bool], language: str) -> Iterator[Callable[[], bool]]:
    """Show how far an import is whenever it asks whether to stop; give what it shall ask."""
    started = time.monotonic()
    shown = 0.0
    with progress_line() as line:
        task = line.add_task(exchange_words("reading", language), total=1.0, words="")

        def ask() -> bool:
            nonlocal shown
            at = time.monotonic()
            if at - shown >= _SHOW_S:
                shown = at
                rate = now.rows / max(at - started, 0.001)
                text = exchange_words(
                    "rate", language, rows=f"{now.rows:,}", rate=f"{rate:,.0f}", refused=f"{now.refused:,}"
                )
                line.update(task, completed=now.bytes / max(1, now.total_bytes), words=text)
            return stop()

        yield ask
