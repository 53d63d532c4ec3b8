"""`make bench`, or `python -m benchmarks [NAME …]`: run the benchmarks and print one table.

Each benchmark is a module here with `def run() -> list[Figure]`, and runs in a process of its own, so that none
inherits the other's memory.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.figures import Figure, console_for_figures, show
from benchmarks.measuring import measure

ALL = (
    "frame_bus", "acquisition", "room", "alarms_room", "alarm_flood", "pipeline", "import_history", "history_size",
    "history_ingest", "history_reads", "past_alarms", "formulas", "trends",
)  # fmt: skip


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; return 1 when a limit is missed or a benchmark fails."""
    console = console_for_figures()
    figures: list[Figure] = []
    failed: list[str] = []
    for name in names or list(ALL):
        console.print(f"[bold]{name}[/] …")
        try:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                figures += pool.submit(measure, name).result()
        except Exception as fault:  # noqa: BLE001 - the others must still run; it is named below and fails the command
            failed.append(f"{name}: {type(fault).__name__}: {fault}")
    kept = show(figures, console)
    for line in failed:
        console.print(f"[bold red]failed[/] {line}")
    return 0 if kept and not failed else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(ALL)}; all without a name")
    chosen = parser.parse_args().names
    if unknown := [name for name in chosen if name not in ALL]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}")
    raise SystemExit(main(chosen))
