"""`qianliyan command`: an equipment is asked to act, by the same desk and checks as in a room. Also hold tags and
manual values."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from app.cli.signing import SecondOption, UserOption
from app.cli.words import LangOption, language_of, words
from app.model.records import CommandState, Reason, RequestKind

if TYPE_CHECKING:
    from app.model.spec import CommandSpec, Site
    from app.storage.contract import RoomStore

__all__ = ["register"]

Store = Annotated[str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")]
Why = Annotated[str, typer.Option(help="Why; goes into the journals.")]
Path_ = Annotated[str, typer.Argument(help="Path of the equipment, such as ps01/pump1.")]
Value = Annotated[float | None, typer.Option(help="Target of a set-point, or number of a mode.")]
Private = Annotated[
    Path | None, typer.Option(help="This workstation's keys and certificates; by default QIANLIYAN_PRIVATE.")
]

LONGEST_STEP_S = 120.0
"""A gate's stroke is the longest feedback."""


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    for verb in (command, hold, unhold, substitute, prove, accept_late, pin):
        app.command()(verb)


def command(
    equipment: Path_,
    verb: Annotated[str, typer.Argument(help="start, stop (gates too), auto, mode, speed, level, reset, open, close.")],
    expect: Annotated[
        str,
        typer.Option(
            help="The state you believe it is in: running, stopped, tripped for a pump; opened, closed, moving, "
            "between, tripped for a gate; or any."
        ),
    ],
    reason: Why,
    value: Value = None,
    store: Store = None,
    user: UserOption = None,
    second: SecondOption = None,
    lang: LangOption = None,
) -> None:
    """Select, check, send once and wait for feedback; print every step and every reason.

    Ends with 0 done, 3 refused, 4 failed or mismatch, 5 unknown or no engine.
    """
    from app.cli.asking import exit_code, signed_in

    with signed_in(_address(store), language=language_of(lang), user=user) as terminal:
        applied = terminal.reader.applied_site()
        site = applied.site if applied else None
        _refuse_unknown_verb(site, equipment, verb, terminal.language)
        print(_title(site, equipment, verb, value, terminal.language), flush=True)
        signer = terminal.second(second)
        state = terminal.ask(RequestKind.SELECT, {"equipment": equipment})
        if state is CommandState.SELECTED:
            payload = {"equipment": equipment, "verb": verb, "value": value, "expect": expect, "reason": reason}
            state = terminal.ask(RequestKind.OPERATE, payload, second=signer, longest_s=LONGEST_STEP_S)
            if state is CommandState.REFUSED:
                terminal.ask(RequestKind.CANCEL, {"equipment": equipment}, quiet=True)
                print(words("released", terminal.language))
    raise typer.Exit(exit_code(state))


def hold(equipment: Path_, reason: Why, store: Store = None, user: UserOption = None, lang: LangOption = None) -> None:
    """Place a hold tag (挂牌): the equipment takes no command until it is removed."""
    _ask(store, lang, user, RequestKind.HOLD, {"equipment": equipment, "reason": reason})


def unhold(
    equipment: Path_,
    reason: Why,
    of: Annotated[str | None, typer.Option(help="Whose tag you take off; by default your own.")] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Take a hold tag off: your own, or the one of the person that you name. Another person's stays."""
    from app.cli.asking import EXIT_REFUSED, exit_code, signed_in

    with signed_in(_address(store), language=language_of(lang), user=user) as terminal:
        held = next((e.hold for e in terminal.reader.equipment_after(0) if e.path == equipment), None)
        if held is not None and held.person != (of or terminal.person.name):
            fields = {"path": equipment, "holder": held.person, "why": held.reason}
            typer.echo(words("other_hold", terminal.language, **fields), err=True)
            raise typer.Exit(EXIT_REFUSED)
        payload = {"equipment": equipment, "hold": held.request_id if held else "", "reason": reason}
        state = terminal.ask(RequestKind.UNHOLD, payload)
    raise typer.Exit(exit_code(state))


def substitute(
    tag: Annotated[str, typer.Argument(help="Path of the tag, such as ps01/well/level.")],
    reason: Why,
    value: Annotated[float | None, typer.Option(help="The manual value; without it the substitute is ended.")] = None,
    minutes: Annotated[float, typer.Option(help="How long it stands.", min=0.1, max=10_080.0)] = 60.0,
    of: Annotated[str | None, typer.Option(help="Whose value you end; by default your own.")] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Put a manual value in place of a failed sensor (shown "M"), or end your own, or the one of the person that you
    name."""
    if value is None:
        _take_back(store, lang, user, tag, of, reason)
    if of is not None:
        raise typer.BadParameter("says whose value is ended; it goes without --value", param_hint="--of")
    # A second short of a week, so that the engine's own clock does not find it too long.
    until_ms = time.time_ns() // 1_000_000 + int(minutes * 60_000) - 1_000
    payload = {"tag": tag, "value": value, "until_ms": until_ms, "reason": reason}
    _ask(store, lang, user, RequestKind.SUBSTITUTE, payload)


def prove(
    equipment: Path_,
    revision: Annotated[
        int,
        typer.Option(
            help="Revision of the site that you compared with the PLC, as `site history` says.", min=1, max=2**31 - 1
        ),
    ],
    reason: Why,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Say that a person saw commands arrive rightly after their address changed: they are enabled again, unless another
    revision is in force by now."""
    _ask(store, lang, user, RequestKind.PROVE, {"equipment": equipment, "revision": revision, "reason": reason})


def accept_late(
    equipment: Path_,
    reason: Why,
    request: Annotated[
        str | None,
        typer.Option(help="The command that timed out and that you looked at on site; without it you are told which."),
    ] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Say that a person looked on site after a command timed out on a PLC that may execute late: all equipment of that
    PLC takes commands again, unless another command has timed out by now."""
    from app.cli.asking import EXIT_REFUSED, exit_code, signed_in
    from app.model.commands.endpoint import command_device_at
    from app.model.reasons import reason_text

    with signed_in(_address(store), language=language_of(lang), user=user) as terminal:
        applied = terminal.reader.applied_site()
        device = command_device_at(applied.site, equipment) if applied else None
        if applied is None or device is None:
            said = reason_text(Reason("no_such_equipment", {"equipment": equipment}), terminal.language)
        elif request is None:
            said = _late_words(terminal.reader, applied.site, equipment, terminal.language)
        else:
            payload = {"device": device, "request": request, "reason": reason}
            raise typer.Exit(exit_code(terminal.ask(RequestKind.ACCEPT_LATE, payload)))
        typer.echo(said, err=True)
    raise typer.Exit(EXIT_REFUSED)


def pin(
    device: Annotated[str, typer.Argument(help="Id of an OPC UA device.")],
    fingerprint: Annotated[str, typer.Option(help="SHA-256 that you compared at the server itself.")],
    reason: Why,
    store: Store = None,
    private: Private = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Accept the certificate that a server shows; until then nothing is read from it.

    Through the running engine; on a live store without accounts by the account that owns it, while no engine runs.
    """
    from app.cli.asking import can_be_asked

    if not can_be_asked(_address(store)):
        _pin_directly(_address(store), device, fingerprint, reason, private, language_of(lang))
        return
    payload = {"device": device, "fingerprint": fingerprint, "reason": reason}
    _ask(store, lang, user, RequestKind.PIN_CERTIFICATE, payload)


def _take_back(store: str | None, lang: Any, user: str | None, tag: str, of: str | None, reason: str) -> NoReturn:
    from app.cli.asking import EXIT_REFUSED, exit_code, signed_in

    with signed_in(_address(store), language=language_of(lang), user=user) as terminal:
        present = next((s for s in terminal.reader.substitutes() if s.tag == tag), None)
        if present is not None and present.person != (of or terminal.person.name):
            fields = {"tag": tag, "value": f"{present.value:g}", "holder": present.person, "why": present.reason}
            typer.echo(words("other_substitute", terminal.language, **fields), err=True)
            raise typer.Exit(EXIT_REFUSED)
        payload = {"tag": tag, "since_ms": present.since_ms if present else 0, "reason": reason}
        state = terminal.ask(RequestKind.UNSUBSTITUTE, payload)
    raise typer.Exit(exit_code(state))


def _late_words(reader: RoomStore, site: Site, path: str, language: str) -> str:
    """Name the command whose late execution keeps an equipment from being commanded, with its id."""
    from zoneinfo import ZoneInfo

    from app.cli.times import shown_time
    from app.storage.intents import intent_of

    status = next((e for e in reader.equipment_after(0) if e.path == path), None)
    if status is None or not status.late_execution:
        return words("not_late", language, path=path)
    intent = intent_of(reader, status.late_request)
    if intent is None:
        return words("late.unknown", language, request=status.late_request)
    return words(
        "late", language, verb=intent.detail.get("verb", ""), path=intent.what, who=intent.who,
        time=shown_time(intent.at_ms, ZoneInfo(site.timezone)), request=status.late_request,
    )  # fmt: skip


def _ask(store: str | None, lang: Any, user: str | None, kind: RequestKind, payload: dict[str, Any]) -> None:
    from app.cli.asking import exit_code, signed_in

    with signed_in(_address(store), language=language_of(lang), user=user) as terminal:
        state = terminal.ask(kind, payload)
    raise typer.Exit(exit_code(state))


def _pin_directly(store: str, device: str, fingerprint: str, reason: str, private: Path | None, language: str) -> None:
    from app.cli.directly import os_person, owned
    from app.clock import SystemClock
    from app.config import load_config
    from app.devices.pinning import accept
    from app.engine.offline import pin_certificate

    folder = load_config(private=private).private
    person = os_person()
    with owned(store, language=language) as owner:
        pin_certificate(
            owner, device, fingerprint, by=person, reason=reason, clock=SystemClock(),
            accept=lambda d, f: accept(d, f, private=folder),
        )  # fmt: skip
    print(words("pinned", language, device=device, who=person.name))


def _refuse_unknown_verb(site: Site | None, path: str, verb: str, language: str) -> None:
    """End with 3 for a verb that the equipment does not have; the engine judges everything else."""
    from app.cli.asking import EXIT_REFUSED

    known = next(([c.verb for c in e.commands] for e in site.equipment if e.path == path), None) if site else None
    if known is None or verb in known:
        return
    key = "no_verb" if known else "no_commands"
    typer.echo(words(key, language, path=path, verb=verb, verbs=", ".join(known)), err=True)
    raise typer.Exit(EXIT_REFUSED)


def _title(site: Site | None, path: str, verb: str, value: float | None, language: str) -> str:
    """Say what is asked by the labels of the site; words that it does not know stand as they were given."""
    equipment = next((e for e in site.equipment if e.path == path), None) if site else None
    spec = equipment.command(verb) if equipment else None
    fields = {
        "verb": spec.label.get(language) if spec else verb,
        "equipment": equipment.label.get(language) if equipment else path,
        "path": path,
    }
    if value is None:
        return words("command", language, **fields)
    return words("command.value", language, value=_value(spec, value, language), **fields)


def _value(spec: CommandSpec | None, value: float, language: str) -> str:
    choices = {float(c.value): c.label.get(language) for c in spec.choices} if spec else {}
    return choices.get(value, f"{value:g} {spec.unit if spec else ''}".strip())


def _address(store: str | None) -> str:
    from app.config import load_config

    return load_config(store=store).store
