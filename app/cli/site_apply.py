"""`qianliyan site apply|history|rollback`: put a site in force, with a preview and a reason.

A running engine changes over without a restart. With none, the first site of an empty store is written directly.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import site as site_group
from app.model.records import CommandState, RequestKind

if TYPE_CHECKING:
    from app.model.records import AppliedSite
    from app.model.spec import Site

__all__ = ["register"]

Store = Annotated[str | None, typer.Option(help="Store: a folder, or postgresql://…")]
Why = Annotated[str, typer.Option(help="Why; goes into the journals.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether to go on.")]


def register(app: typer.Typer) -> None:
    """Add the verbs to the group `site`."""
    for name, verb in (("apply", apply), ("history", history), ("rollback", rollback)):
        site_group.group.command(name)(verb)


def apply(
    folder: Annotated[Path, typer.Argument(help="The folder with the site files.")],
    reason: Why,
    store: Store = None,
    yes: Yes = False,
) -> None:
    """Show what would change, ask, and put the site in force. Ends with 2 for faults in the files, 3 if refused."""
    from app.cli.asking import Terminal
    from app.config import load_config
    from app.model.spec_json import site_to_json
    from app.site.loading import load_site

    config = load_config(store=store)
    site = load_site(folder)
    applied = _in_force(config.store)
    if not _preview(applied, site):
        print("nothing differs from the site in force")
        return
    _confirm(yes)
    if applied is None and _apply_first(config.store, site, reason):
        return
    terminal = Terminal(config.store, language=config.language)
    try:
        state = terminal.simple(RequestKind.APPLY_SITE, {"site": site_to_json(site), "reason": reason})
    finally:
        terminal.close()
    _end(state)


def history(store: Store = None) -> None:
    """List the sites that were in force: revision, time, who and why."""
    from app.config import load_config
    from app.model.records import Journal
    from app.storage.opening import open_room_store

    reader = open_room_store(load_config(store=store).store)
    try:
        for entry in reader.journal_newest(Journal.EVENTS, 10_000):
            if entry.kind == "site-applied":
                counts = ", ".join(f"{n} {what}" for what, n in entry.detail.get("counts", {}).items())
                print(f"{entry.detail['revision']:>5}  {_time(entry.at_ms)}  {entry.who}: {entry.detail.get('reason')}")
                print(f"       {counts}")
        now = reader.applied_site()
        if now is not None:
            print(f"in force: revision {now.revision}, {_time(now.at_ms)}, {now.person}: {now.reason}")
    finally:
        reader.close()


def rollback(
    revision: Annotated[int, typer.Argument(help="A revision of `site history`.")],
    reason: Why,
    store: Store = None,
) -> None:
    """Put an earlier site in force again, as a new revision. Needs a running engine."""
    from app.cli.asking import Terminal
    from app.config import load_config

    config = load_config(store=store)
    terminal = Terminal(config.store, language=config.language)
    try:
        state = terminal.simple(RequestKind.ROLL_BACK_SITE, {"revision": revision, "reason": reason})
    finally:
        terminal.close()
    _end(state)


def _in_force(store: str) -> AppliedSite | None:
    from app.storage.opening import open_room_store

    reader = open_room_store(store)
    try:
        return reader.applied_site()
    finally:
        reader.close()


def _preview(applied: AppliedSite | None, site: Site) -> bool:
    """Print what would change; return False when nothing does."""
    from app.site.difference import difference

    changes = difference(applied.site if applied else None, site)
    if applied is None:
        print(", ".join(f"{n} {what}" for what, n in changes.counts().items()))
    else:
        for line in changes.lines():
            print(line)
    if changes.rewired:
        print("Commands marked ! are disabled until a person has proven them.")
    return bool(changes)


def _confirm(yes: bool) -> None:
    if not yes:
        typer.confirm("Put this site in force?", abort=True)


def _apply_first(store: str, site: Site, reason: str) -> bool:
    """Write the first site of a store that no engine runs on; False when one does: it must be asked."""
    from app.clock import SystemClock
    from app.errors import LeaseHeld
    from app.storage.opening import open_engine_store

    owner = open_engine_store(store, clock=SystemClock())
    try:
        owner.take_lease("site apply")
        applied = owner.apply_site(site, "terminal", reason)
        owner.release_lease()
    except LeaseHeld:
        return False
    finally:
        owner.close()
    print(f"revision {applied.revision} is in force; no engine was running")
    return True


def _end(state: CommandState | None) -> None:
    from app.cli.asking import exit_code

    raise typer.Exit(exit_code(state))


def _time(utc_ms: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(utc_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}Z"
