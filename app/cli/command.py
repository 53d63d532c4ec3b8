"""`qianliyan command`: an equipment is asked to act, by the same desk and checks as in a room. Also hold tags and
manual values."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.model.records import CommandState, RequestKind

if TYPE_CHECKING:
    from app.cli.asking import Terminal

__all__ = ["register"]

Store = Annotated[str | None, typer.Option(help="Store: a folder, or postgresql://…")]
Why = Annotated[str, typer.Option(help="Why; goes into the journals.")]
Path_ = Annotated[str, typer.Argument(help="Path of the equipment, such as ps01/pump1.")]

LONGEST_STEP_S = 120.0
"""A gate's stroke is the longest feedback."""


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    for verb in (command, hold, unhold, substitute, prove, pin):
        app.command()(verb)


def command(
    equipment: Path_,
    verb: Annotated[str, typer.Argument(help="start, stop, auto, mode, speed, level, reset, open, close.")],
    expect: Annotated[str, typer.Option(help="The state you believe it is in: running, stopped, closed…, or any.")],
    reason: Why,
    value: Annotated[float | None, typer.Option(help="Target of a set-point, or number of a mode.")] = None,
    store: Store = None,
) -> None:
    """Select, check, send once and wait for feedback; print every step and every reason.

    Ends with 0 done, 3 refused, 4 failed or mismatch, 5 unknown.
    """
    from app.cli.asking import exit_code, say

    with _terminal(store) as terminal:
        selected = terminal.simple(RequestKind.SELECT, {"equipment": equipment})
        if selected is not CommandState.SELECTED:
            raise typer.Exit(exit_code(selected))
        payload = {"equipment": equipment, "verb": verb, "value": value, "expect": expect, "reason": reason}
        state = None
        for result in terminal.follow(terminal.ask(RequestKind.OPERATE, payload), longest_s=LONGEST_STEP_S):
            say(result, terminal.language)
            state = result.state
        if state is CommandState.REFUSED:
            terminal.simple(RequestKind.CANCEL, {"equipment": equipment})
    raise typer.Exit(exit_code(state))


def hold(equipment: Path_, reason: Why, store: Store = None) -> None:
    """Place a hold tag (挂牌): the equipment takes no command until it is removed."""
    _simple(store, RequestKind.HOLD, {"equipment": equipment, "reason": reason})


def unhold(equipment: Path_, reason: Why, store: Store = None) -> None:
    """Remove a hold tag."""
    _simple(store, RequestKind.UNHOLD, {"equipment": equipment, "reason": reason})


def substitute(
    tag: Annotated[str, typer.Argument(help="Path of the tag, such as ps01/well/level.")],
    reason: Why,
    value: Annotated[float | None, typer.Option(help="The manual value; without it the substitute is ended.")] = None,
    minutes: Annotated[float, typer.Option(help="How long it stands.", min=0.1, max=10_080.0)] = 60.0,
    store: Store = None,
) -> None:
    """Put a manual value in place of a failed sensor (shown "M"), or end it."""
    if value is None:
        _simple(store, RequestKind.UNSUBSTITUTE, {"tag": tag, "reason": reason})
    # A millisecond short of a week, so that the engine's own clock does not find it too long.
    until_ms = time.time_ns() // 1_000_000 + int(minutes * 60_000) - 1_000
    _simple(store, RequestKind.SUBSTITUTE, {"tag": tag, "value": value, "until_ms": until_ms, "reason": reason})


def prove(equipment: Path_, reason: Why, store: Store = None) -> None:
    """Say that a person saw commands arrive rightly after their address changed: they are enabled again."""
    _simple(store, RequestKind.PROVE, {"equipment": equipment, "reason": reason})


def pin(
    device: Annotated[str, typer.Argument(help="Id of an OPC UA device.")],
    fingerprint: Annotated[str, typer.Option(help="SHA-256 that you compared at the server itself.")],
    reason: Why,
    store: Store = None,
) -> None:
    """Accept the certificate that a server shows; until then nothing is read from it."""
    payload = {"device": device, "fingerprint": fingerprint, "reason": reason}
    _simple(store, RequestKind.PIN_CERTIFICATE, payload)


def _simple(store: str | None, kind: RequestKind, payload: dict[str, Any]) -> None:
    from app.cli.asking import exit_code

    with _terminal(store) as terminal:
        state = terminal.simple(kind, payload)
    raise typer.Exit(exit_code(state))


@contextmanager
def _terminal(store: str | None) -> Iterator[Terminal]:
    from app.cli.asking import Terminal
    from app.config import load_config

    config = load_config(store=store)
    terminal = Terminal(config.store, language="en" if config.language == "en" else "zh")
    try:
        yield terminal
    finally:
        terminal.close()
