"""`qianliyan store …`: make, check, copy and migrate a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

__all__ = ["register"]

Address = Annotated[
    str | None, typer.Option("--store", help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
]

_store = typer.Typer(no_args_is_help=True, help="Make, check, copy and migrate the store.")


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(_store, name="store")


@_store.command()
def init(
    store: Address = None, demo: Annotated[bool, typer.Option(help="For demo and training, for ever.")] = False
) -> None:
    """Make the store unless it exists. A store is for ever demo or live."""
    from app.storage.opening import create_store

    create_store(_address(store), demo=demo)
    print(f"The {'demo' if demo else 'live'} store stands at {_shown(store)}.")


@_store.command()
def verify(store: Address = None) -> None:
    """Check journals, applied sites, every frame and all history; ends with 1 if anything is wrong.

    An engine may run meanwhile."""
    from app.model.counting import Count
    from app.storage.verify import verify_store

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Frames", total=None)
        report = verify_store(_address(store), progress=lambda done: progress.update(task, completed=done))
    print(
        f"{Count(report.frames):frame} with {Count(report.samples):sample}, {Count(report.entries):journal entry}, "
        f"{Count(report.sites):site}"
    )
    for month in report.history.months:
        packed = f"{Count(month.samples):sample} in {Count(month.blocks):block}, {Count(month.windows):window}"
        print(f"history of {month.name}: {packed}")
    if report.history.mark is not None:
        print(f"history has all frames to number {report.history.mark.seq}")
    for head in report.heads.values():
        print(f"journal {head.journal}: {Count(head.seq):entry}, head {head.hash}")
    for fault in report.faults:
        print(f"FAULT {fault}")
    print("The store is sound." if not report.faults else f"The store has {Count(len(report.faults)):fault}.")
    raise typer.Exit(1 if report.faults else 0)


@_store.command()
def backup(
    target: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    store: Address = None,
    since: Annotated[
        Path | None, typer.Option(help="A former backup: months that have not changed since are taken from there.")
    ] = None,
) -> None:
    """Copy the store, also while it is in use."""
    from app.storage.backup import backup_store

    for file in backup_store(_address(store), target, since=since):
        print(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")


@_store.command()
def restore(source: Annotated[Path, typer.Argument(help="The folder of a backup.")], store: Address = None) -> None:
    """Make a store from a backup where none is, and verify it."""
    from app.model.counting import Count
    from app.storage.backup import restore_store

    report = restore_store(source, _address(store))
    for fault in report.faults:
        print(f"FAULT {fault}")
    print(f"Restored {Count(report.frames):frame} and {Count(report.entries):journal entry} to {report.address}.")
    raise typer.Exit(1 if report.faults else 0)


@_store.command()
def migrate(store: Address = None) -> None:
    """Bring the store to this program's revision. No engine may run."""
    from app.storage.migrating import migrate_store
    from app.storage.opening import existing_backend

    for owner, (before, after) in migrate_store(existing_backend(_address(store))).items():
        print(f"{owner}: revision {after}" + (f", was {before}" if before != after else ", nothing to do"))


def _address(store: str | None) -> str:
    from app.config import load_config

    return load_config(store=store).store


def _shown(store: str | None) -> str:
    """Return the address as a person may see it."""
    from app.storage.opening import backend_of

    return backend_of(_address(store)).address
