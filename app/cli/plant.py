"""`qianliyan plant …`: run the demo plant, make faults in it, look at its true state."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.model.spec import Site
    from app.plant.control import PlantControl
    from app.plant.running import PlantOptions

__all__ = ["group", "register"]

CONTROL = "127.0.0.1:15020"
group = typer.Typer(invoke_without_command=True, help="Run the demo plant (no verb), or speak to one that runs.")

Control = Annotated[str, typer.Option(help="Control port of the plant, host:port.")]
Target = Annotated[str, typer.Argument(help="Station, equipment, tag or device, such as ps01/pump1 or plc-ps01.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(group, name="plant")


@group.callback()
def run(
    context: typer.Context,
    site: Annotated[Path, typer.Option(help="Folder of the site to play.")] = Path("resources/sites/xiasha"),
    addresses: Annotated[Path | None, typer.Option(help="JSON file: address by device id.")] = None,
    control: Control = CONTROL,
    speed: Annotated[float, typer.Option(help="Simulated seconds per second.", min=0.01, max=200.0)] = 1.0,
    scenario: Annotated[str, typer.Option(help="dry or storm.")] = "dry",
    model: Annotated[Path | None, typer.Option(help="SWMM model; the one of the demo zone if absent.")] = None,
    private: Annotated[Path | None, typer.Option(help="Folder for the plant's certificates.")] = None,
    seed: Annotated[int, typer.Option(help="Of the sensors' noise.")] = 1,
) -> None:
    """Run the plant until it is told to end. Prints one JSON line with all addresses when every server listens."""
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from app.config import load_config
    from app.logs import set_up_logging
    from app.plant.running import MODEL, PlantOptions
    from app.site.loading import load_site

    config = load_config(private=private)
    set_up_logging("plant", config.log_level)
    loaded = load_site(site, addresses=_addresses(addresses))
    options = PlantOptions(
        private=config.private,
        model=model or MODEL,
        control=_host_and_port(control),
        speed=speed,
        scenario=scenario,
        seed=seed,
        passwords=_passwords(loaded),
    )
    asyncio.run(_run(loaded, options))


@group.command()
def fault(
    kind: Annotated[str, typer.Argument(help="trip, stuck, frozen, …: docs/plant.md lists all.")],
    target: Target,
    params: Annotated[list[str] | None, typer.Argument(help="name=value, such as code=winding or delay_s=3.")] = None,
    control: Control = CONTROL,
) -> None:
    """Make a fault."""
    _control(control).fault(kind, target, **_params(params or []))


@group.command()
def clear(
    kind: Annotated[str, typer.Argument(help="Kind of the faults to undo; all if empty.")] = "",
    target: Annotated[str, typer.Argument(help="Their target; any if empty.")] = "",
    control: Control = CONTROL,
) -> None:
    """Undo faults and say how many there were."""
    print(_control(control).clear(kind, target))


@group.command()
def state(control: Control = CONTROL) -> None:
    """Print the true state of the plant as JSON."""
    print(json.dumps(_control(control).state(), ensure_ascii=False, indent=2))


@group.command()
def scenario(name: Annotated[str, typer.Argument(help="dry or storm.")], control: Control = CONTROL) -> None:
    """Start a scenario from its beginning."""
    _control(control).scenario(name)


async def _run(site: Site, options: PlantOptions) -> None:
    import asyncio
    import signal

    from app.plant.running import run_plant

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        except NotImplementedError:
            # Windows' loops take no signal handlers; there Ctrl-C ends asyncio.run itself.
            break
    await run_plant(site, options, ready=_say_ready, stop=stop)


def _say_ready(where: Mapping[str, Any]) -> None:
    print(json.dumps({"ready": True, **where}), flush=True)


def _addresses(file: Path | None) -> dict[str, str]:
    from app.errors import ConfigurationFault

    if file is None:
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ConfigurationFault(f"{file}: {e}") from e
    if not isinstance(found, dict):
        raise ConfigurationFault(f"{file}: expected an object, address by device id")
    return {str(k): str(v) for k, v in found.items()}


def _passwords(site: Site) -> dict[str, str]:
    """Return the passwords that the environment holds for devices with a user."""
    from app.devices.secrets import variable_of

    named = {d.id: variable_of(d.id) for d in site.devices if d.user}
    return {device: os.environ[name] for device, name in named.items() if name in os.environ}


def _host_and_port(text: str) -> tuple[str, int]:
    from app.errors import ConfigurationFault

    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise ConfigurationFault(f"{text!r}: expected host:port")
    return host, int(port)


def _control(text: str) -> PlantControl:
    from app.plant.control import PlantControl

    return PlantControl(*_host_and_port(text))


def _params(pairs: list[str]) -> dict[str, str | float]:
    from app.errors import ConfigurationFault

    found: dict[str, str | float] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ConfigurationFault(f"{pair!r}: expected name=value")
        found[name] = _number_or_word(value)
    return found


def _number_or_word(text: str) -> str | float:
    try:
        return float(text) if any(c.isdigit() for c in text) else text  # "nan" and "inf" are words
    except ValueError:
        return text
