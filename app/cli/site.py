"""`qianliyan site …`: check site files, print their schema, show what they compile to.

`group` is the one place where verbs of a site are registered; other files add theirs to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["group", "register"]

group = typer.Typer(no_args_is_help=True, help="Check, show and apply site files.")

Folder = Annotated[Path, typer.Argument(help="The folder with site.yaml, types.yaml, layouts.yaml, devices.yaml.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(group, name="site")


@group.command()
def check(folder: Folder) -> None:
    """List every fault with file, line and column, one per line; ends with 2 if there is any."""
    from app.model.counting import Count
    from app.site.faults import SiteFaults
    from app.site.loading import load_site
    from app.site.outline import summary

    try:
        site = load_site(folder)
    except SiteFaults as faults:
        for fault in faults.faults:
            print(fault)
        typer.echo(f"{Count(len(faults.faults)):fault}", err=True)
        raise typer.Exit(2) from None
    print(summary(site))


@group.command()
def schema(
    kind: Annotated[str | None, typer.Argument(help="One kind of file, such as devices.yaml; all if absent.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write one file per kind into this folder.")] = None,
) -> None:
    """Print the JSON Schema of the site files, for editors."""
    from app.errors import ConfigurationFault
    from app.site.schema import schemas

    every = schemas()
    if kind is not None and kind not in every:
        raise ConfigurationFault(f"there is no kind {kind!r}; kinds: {', '.join(every)}")
    chosen = every if kind is None else {kind: every[kind]}
    if out is None:
        print(json.dumps(chosen if kind is None else every[kind], ensure_ascii=False, indent=2))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in chosen.items():
            target = out / f"{Path(Path(name).parts[0]).stem}.schema.json"
            target.write_text(json.dumps(text, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            print(target)
    except OSError as error:
        raise ConfigurationFault(f"cannot write to {out}: {error.strerror or error}") from error


@group.command()
def show(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="The canonical JSON that the store keeps.")] = False,
    tags: Annotated[bool, typer.Option(help="Every tag with its device, address, unit and group.")] = False,
) -> None:
    """Show what the files compile to: facilities, equipment, commands; with --tags every tag and its address."""
    from app.model.spec_json import site_to_json
    from app.site.loading import load_site
    from app.site.outline import outline

    site = load_site(folder)
    print(site_to_json(site) if as_json else "\n".join(outline(site, with_tags=tags)))
