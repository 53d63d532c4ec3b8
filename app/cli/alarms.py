"""`qianliyan alarms …`: the list of alarms, and all that a person may do with one, by the same desk as a room.

`group` is the one place where verbs about alarms are registered; other files add theirs to it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.signing import SecondOption, UserOption
from app.cli.words import LangOption, language_of, words
from app.model.records import RequestKind

if TYPE_CHECKING:
    from app.cli.alarm_table import Shown

__all__ = ["group", "register"]

group = typer.Typer(no_args_is_help=True, help="List, acknowledge, shelve alarms; query their journal.")

Store = Annotated[str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")]
Path_ = Annotated[str, typer.Argument(help="Path of the alarm, such as ps01/well/level:HH.")]
Why = Annotated[str, typer.Option(help="Why; goes into the journals.")]
Note = Annotated[str, typer.Option(help="A note for the journal.")]


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    from app.cli import alarms_journal, alarms_sheet

    app.add_typer(group, name="alarms")
    alarms_journal.register(group)
    alarms_sheet.register(group)


@group.command("list")
def list_(
    store: Store = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is shelved, suppressed by design or out of service.")
    ] = False,
    area: Annotated[list[str] | None, typer.Option(help="Only this area; may be given several times.")] = None,
    priority: Annotated[list[int] | None, typer.Option(help="Only this priority.", min=1, max=4)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line; times as UTC ms.")] = False,
    lang: LangOption = None,
) -> None:
    """Print the alarms that stand, the unacknowledged of the highest priority first.

    Ends with 5 when no engine runs: then nobody has judged them since."""
    from app.cli.alarm_table import UNJUDGED, judged_now, shown_alarms, table

    address = _address(store)
    found = shown_alarms(address, everything=everything, areas=area or (), priorities=priority or ())
    judged = judged_now(address)
    if not judged:
        typer.echo(UNJUDGED[language_of(lang) == "en"], err=True)
    lines = (
        (json.dumps(one.plain(), ensure_ascii=False) for one in found) if as_json else table(found, language_of(lang))
    )
    for line in lines:
        print(line)
    if not found:
        typer.echo(words("no_alarm", language_of(lang)), err=True)
    if not judged:
        raise typer.Exit(5)


@group.command()
def ack(
    alarms: Annotated[list[str], typer.Argument(help="Paths of the alarms.")],
    note: Note = "",
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Acknowledge the occurrences of these alarms that stand now; one that comes later is another one."""
    known = {one.status.path: one for one in _known(store)}
    pairs = [[path, known[path].status.occurrence if path in known else ""] for path in alarms]
    try:
        _ask(store, lang, user, None, RequestKind.ACKNOWLEDGE, {"alarms": pairs, "reason": note})
    except typer.Exit as ended:
        for path in alarms if ended.exit_code == 0 else ():
            if path not in known or not known[path].status.state.unacknowledged:
                print(words("not_waiting", language_of(lang), alarm=path))
        raise


@group.command()
def reset(alarm: Path_, note: Note = "", store: Store = None, user: UserOption = None, lang: LangOption = None) -> None:
    """Let go of a latched alarm that has returned and was acknowledged."""
    occurrence = next((one.status.occurrence for one in _known(store) if one.status.path == alarm), "")
    payload = {"alarm": alarm, "occurrence": occurrence, "reason": note}
    _ask(store, lang, user, None, RequestKind.RESET_ALARM, payload)


@group.command()
def shelve(
    alarm: Path_,
    reason: Why,
    minutes: Annotated[float, typer.Option(help="For how long: at most 8 h, a week for a supervisor.", min=1)] = 15.0,
    one_shot: Annotated[bool, typer.Option(help="End also when the alarm returns to normal.")] = False,
    store: Store = None,
    user: UserOption = None,
    second: SecondOption = None,
    lang: LangOption = None,
) -> None:
    """Put an alarm aside for a while; one of the highest priority needs a second signer."""
    payload = {"alarm": alarm, "duration_s": minutes * 60.0, "one_shot": one_shot, "reason": reason}
    _ask(store, lang, user, second, RequestKind.SHELVE, payload)


@group.command()
def unshelve(
    alarm: Path_, note: Note = "", store: Store = None, user: UserOption = None, lang: LangOption = None
) -> None:
    """Take an alarm back from its shelf."""
    _ask(store, lang, user, None, RequestKind.UNSHELVE, {"alarm": alarm, "reason": note})


@group.command("out-of-service")
def out_of_service(
    alarm: Path_,
    reason: Why,
    work_order: Annotated[str, typer.Option(help="Number of the work order.")],
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Take an alarm out of service for maintenance; it has no end of its own."""
    payload = {"alarm": alarm, "work_order": work_order, "reason": reason}
    _ask(store, lang, user, None, RequestKind.OUT_OF_SERVICE, payload)


@group.command("in-service")
def in_service(
    alarm: Path_, reason: Why, store: Store = None, user: UserOption = None, lang: LangOption = None
) -> None:
    """Put an alarm back into service; the reason is the sign-off."""
    _ask(store, lang, user, None, RequestKind.IN_SERVICE, {"alarm": alarm, "reason": reason})


@group.command()
def change(
    alarm: Path_,
    reason: Why,
    limit: Annotated[float | None, typer.Option(help="In the unit of the tag.")] = None,
    deadband: Annotated[float | None, typer.Option(help="In the unit of the tag.")] = None,
    on_delay: Annotated[float | None, typer.Option(help="Seconds.")] = None,
    off_delay: Annotated[float | None, typer.Option(help="Seconds.")] = None,
    priority: Annotated[int | None, typer.Option(help="1 is the highest.", min=1, max=4)] = None,
    as_site: Annotated[bool, typer.Option(help="All as the site says it again.")] = False,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Change limit, deadband, delays or priority of an alarm at run time."""
    from app.errors import ConfigurationFault

    given = {
        "limit": limit, "deadband": deadband, "on_delay_s": on_delay, "off_delay_s": off_delay, "priority": priority,
    }  # fmt: skip
    _refuse_no_numbers(given.values())
    named = {name: value for name, value in given.items() if value is not None or as_site}
    if not named:
        options = "--limit, --deadband, --on-delay, --off-delay, --priority or --as-site"
        raise ConfigurationFault(f"say what changes: {options}")
    _ask(store, lang, user, None, RequestKind.CHANGE_ALARM, {"alarm": alarm, "reason": reason, **named})


def _refuse_no_numbers(values: Iterable[float | None]) -> None:
    """Refuse "nan" and "inf": in a request these are no value, which means "as the site says"."""
    from app.errors import ConfigurationFault

    if any(value is not None and not math.isfinite(value) for value in values):
        raise ConfigurationFault("a limit, a deadband or a delay is a number")


def _known(store: str | None) -> list[Shown]:
    from app.cli.alarm_table import shown_alarms

    return shown_alarms(_address(store), everything=True)


def _ask(
    store: str | None, lang: Any, user: str | None, second: str | None, kind: RequestKind, payload: dict[str, Any]
) -> None:
    from app.cli.asking import exit_code, signed_in

    with signed_in(_address(store), language=language_of(lang), user=user) as terminal:
        state = terminal.ask(kind, payload, second=terminal.second(second))
    raise typer.Exit(exit_code(state))


def _address(store: str | None) -> str:
    from app.config import load_config

    return load_config(store=store).store
