"""`qianliyan site apply|history|rollback`: put a site in force, with a preview and a reason.

A running engine of a demo store changes over without a restart. While none runs, the account of the operating system
that owns the store writes it directly; on a live store without accounts that is the only way (ADR 15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import site as site_group
from app.cli.signing import UserOption
from app.cli.words import LangOption, language_of, words
from app.model.records import RequestKind

if TYPE_CHECKING:
    from app.model.records import AppliedSite, JournalEntry
    from app.model.spec import Site
    from app.site.difference import SiteDifference
    from app.storage.contract import EngineStore, RoomStore

__all__ = ["register"]

Store = Annotated[str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")]
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
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Show what would change, ask, and put the site in force. Ends with 2 for faults in the files, 3 if refused."""
    from app.model.spec_json import site_to_json
    from app.site.loading import load_site

    site, address, language = load_site(folder), _address(store), language_of(lang)
    if not _preview(_in_force(address), site, language):
        print(words("nothing_differs", language))
        return
    if not yes:
        typer.confirm(words("confirm", language), abort=True)
    payload = {"site": site_to_json(site), "reason": reason}
    _put(address, lambda owner: site, RequestKind.APPLY_SITE, payload, language, user)


def rollback(
    revision: Annotated[int, typer.Argument(help="A revision of `site history`.", min=1, max=2**31 - 1)],
    reason: Why,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Put an earlier site in force again, as a new revision."""

    def earlier(owner: EngineStore) -> Site:
        from app.errors import ConfigurationFault

        found = owner.site_revision(revision)
        if found is None:
            raise ConfigurationFault(f"there is no revision {revision}: see `qianliyan site history`")
        return found.site

    payload = {"revision": revision, "reason": reason}
    _put(_address(store), earlier, RequestKind.ROLL_BACK_SITE, payload, language_of(lang), user)


def history(store: Store = None, lang: LangOption = None) -> None:
    """List the sites that were in force: revision, time, who and why."""
    from zoneinfo import ZoneInfo

    from app.cli.times import shown_time
    from app.storage.opening import open_room_store

    language = language_of(lang)
    with closing(open_room_store(_address(store))) as reader:
        now = reader.applied_site()
        zone = ZoneInfo(now.site.timezone if now is not None else "UTC")
        for entry in _applied(reader):
            time = shown_time(entry.at_ms, zone)
            print(f"{entry.detail['revision']:>5}  {time}  {entry.who}: {entry.detail.get('reason')}")
            print(f"       {_counts(entry.detail.get('counts', {}))}")
    if now is None:
        print(words("no_site", language))
        return
    fields = {"revision": now.revision, "time": shown_time(now.at_ms, zone), "who": now.person, "reason": now.reason}
    print(words("in_force", language, **fields))


def _applied(reader: RoomStore) -> list[JournalEntry]:
    """Return every line of the journal that tells of a site put in force, oldest first."""
    from app.model.records import Journal
    from app.storage.contract import JournalQuery
    from app.storage.journal_walk import pages_of

    query = JournalQuery(journals=(Journal.EVENTS,), kinds=("site-applied",))
    return [entry for page in pages_of(reader, query) for entry in page][::-1]


def _put(
    store: str,
    site_of: Callable[[EngineStore], Site],
    kind: RequestKind,
    payload: dict[str, Any],
    language: str,
    user: str | None,
) -> None:
    """Put a site in force: directly while no engine runs, else by asking the engine."""
    from app.cli.asking import exit_code, signed_in
    from app.cli.directly import os_person, owned
    from app.clock import SystemClock
    from app.engine.offline import NotPutInForce, put_in_force
    from app.errors import LeaseHeld

    person = os_person()
    try:
        with owned(store, language=language) as owner:
            applied = put_in_force(owner, site_of(owner), by=person, reason=payload["reason"], clock=SystemClock())
    except NotPutInForce as refused:
        _say_refused(refused, language)
    except LeaseHeld:
        with signed_in(store, language=language, user=user) as terminal:
            state = terminal.ask(kind, payload)
        raise typer.Exit(exit_code(state)) from None
    else:
        print(words("applied", language, revision=applied.revision, who=person.name))


def _say_refused(refused: Any, language: str) -> None:
    from app.cli.asking import EXIT_REFUSED
    from app.cli.words import state_words
    from app.model.reasons import reason_text
    from app.model.records import CommandState

    print(state_words(RequestKind.APPLY_SITE, CommandState.REFUSED, language))
    for reason in refused.reasons:
        print(f"  ✗ {reason_text(reason, language)}")
    raise typer.Exit(EXIT_REFUSED)


def _in_force(store: str) -> AppliedSite | None:
    from app.storage.opening import open_room_store

    reader = open_room_store(store)
    try:
        return reader.applied_site()
    finally:
        reader.close()


def _preview(applied: AppliedSite | None, site: Site, language: str) -> bool:
    """Print what would change; return False when nothing does."""
    from app.site.difference import difference

    changes = difference(applied.site if applied else None, site)
    if applied is None:
        print(_counts(changes.counts()))
    else:
        for line in _lines(changes, language):
            print(line)
    if changes.rewired:
        print(words("rewired", language))
    return bool(changes)


def _counts(counts: Mapping[str, int]) -> str:
    """Return how much was added, removed and changed: "added: 1 area, 2 facilities; changed: 1 device"."""
    from app.model.counting import Count

    said: dict[str, list[str]] = {}
    for key, count in counts.items():
        kind, _, what = key.partition(" ")
        said.setdefault(kind, []).append(f"{Count(count):{what}}")
    return "; ".join(f"{kind}: {', '.join(things)}" for kind, things in said.items())


def _lines(changes: SiteDifference, language: str) -> Iterator[str]:
    """Yield the changes by their names in the site files, which are the same in every language."""
    for line in changes.lines():
        yield line if language == "en" or not line.startswith("!") else _rewired_in_chinese(line)


def _rewired_in_chinese(line: str) -> str:
    return line.replace("moved:", f"{words('moved', 'zh')}：").replace("new:", f"{words('new', 'zh')}：")


def _address(store: str | None) -> str:
    from app.config import load_config

    return load_config(store=store).store
