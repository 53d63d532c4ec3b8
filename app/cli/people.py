"""`qianliyan people …`: accounts, roles in areas, passwords and sessions, by the same rules as in a room.

Whoever changes something signs in first, and no password is ever an argument: it is asked, or comes from the
environment. On a live store without accounts the first one made is its administrator.
"""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from app.cli.people_asking import PeopleDesk, people_desk
from app.cli.signing import UserOption
from app.cli.words import LangOption, language_of
from app.model.access import Role
from app.model.people import Account, Grant

__all__ = ["register"]

_people = typer.Typer(no_args_is_help=True, help="Keep accounts, roles, passwords and sessions.")

Store = Annotated[str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")]
Name = Annotated[str, typer.Argument(help="Name of the account.")]
HOUR_MS = 3_600_000
NOTHING = "none"


def register(app: typer.Typer) -> None:
    """Add the group to the command line."""
    app.add_typer(_people, name="people")


@_people.command("list")
def list_(store: Store = None, lang: LangOption = None) -> None:
    """Print all accounts: role in the whole site, roles in areas, and what keeps one from signing in."""
    with people_desk(store, language_of(lang)) as desk:
        desk.print_accounts()


@_people.command()
def add(
    name: Name,
    full_name: Annotated[str, typer.Option(help="The person's name as others read it.")] = "",
    role: Annotated[str | None, typer.Option(help="Role in the whole site; without one viewer.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="A role in one area, as AREA=ROLE; may be given several times.")
    ] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Make an account; its person changes the password at the first sign-in.

    The first one of a live store is its administrator, whose password stays."""
    with people_desk(store, language_of(lang)) as desk:
        if not desk.founded():
            if role not in (None, Role.ADMINISTRATOR.value) or area:
                desk.refuse("first_is_administrator")
            desk.found(name, full_name)
            return
        grants = tuple(_grant(desk, given) for given in area or ())
        account = Account(name, full_name, desk.checked_role(role or Role.VIEWER.value), grants)
        by = desk.sign_in(user)
        desk.people.add_account(by, account, desk.new_password(name))
        desk.say("added", name=name)


@_people.command("role")
def role_(
    name: Name,
    role: Annotated[str, typer.Argument(help="viewer, operator, supervisor, engineer, administrator; none: take it.")],
    area: Annotated[str | None, typer.Option(help="Only in this area; without it in the whole site.")] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Give a role in the whole site or in one area, instead of the one held there."""
    with people_desk(store, language_of(lang)) as desk:
        if role != NOTHING:
            desk.checked_role(role)
        if area is not None:
            desk.checked_area(area)
        by = desk.sign_in(user)
        before = desk.account(name)
        if area is None:
            after = dataclasses.replace(before, role=Role.VIEWER.value if role == NOTHING else role)
        else:
            others = tuple(grant for grant in before.grants if grant.area != area)
            given = () if role == NOTHING else (Grant(area, role),)
            after = dataclasses.replace(before, grants=(*others, *given))
        desk.people.change_account(by, after)
        desk.say("changed", line=desk.line_of(name))


@_people.command()
def cover(
    name: Name,
    area: Annotated[str, typer.Argument(help="The area to cover.")],
    hours: Annotated[float, typer.Option(help="For how long.", min=0.1, max=16.0)] = 12.0,
    role: Annotated[str, typer.Option(help="operator or viewer.")] = Role.OPERATOR.value,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Let a person work in another area for one shift (a supervisor of that area)."""
    with people_desk(store, language_of(lang)) as desk:
        desk.checked_role(role)
        desk.checked_area(area)
        by = desk.sign_in(user)
        # A second short, so that sixteen hours are not too long by the time they arrive.
        until_ms = desk.now_ms() + int(hours * HOUR_MS) - 1_000
        desk.people.cover(by, name, Grant(area, role, until_ms))
        desk.say("covered", name=name, area=area, until=desk.shown_time(until_ms))


@_people.command()
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let the person sign in again.")] = False,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Keep a person from signing in, and end the sessions; what he did stays on record."""
    with people_desk(store, language_of(lang)) as desk:
        by = desk.sign_in(user)
        desk.people.change_account(by, dataclasses.replace(desk.account(name), disabled=not undo))
        desk.say("enabled" if undo else "disabled", name=name)


@_people.command()
def unlock(name: Name, store: Store = None, user: UserOption = None, lang: LangOption = None) -> None:
    """End the lock-out after too many wrong passwords."""
    with people_desk(store, language_of(lang)) as desk:
        by = desk.sign_in(user)
        desk.people.unlock_account(by, name)
        desk.say("unlocked", name=name)


@_people.command()
def password(
    name: Annotated[str | None, typer.Argument(help="Another person's account; without it your own.")] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Change your own password, or set another person's, who must change it at the next sign-in."""
    with people_desk(store, language_of(lang)) as desk:
        me = desk.account_name(user)
        if name is None or name == me:
            desk.change_own_password(me)
            desk.say("password_changed")
            return
        by = desk.sign_in(me)
        desk.people.set_password(by, name, desk.new_password(name))
        desk.say("password_set", name=name)


@_people.command()
def sessions(
    end: Annotated[str | None, typer.Option(help="Sign this person out everywhere.")] = None,
    store: Store = None,
    user: UserOption = None,
    lang: LangOption = None,
) -> None:
    """Print who is signed in where, or sign a person out everywhere."""
    with people_desk(store, language_of(lang)) as desk:
        if end is None:
            desk.print_sessions()
            return
        by = desk.sign_in(user)
        desk.people.end_sessions_of(by, end)
        desk.say("sessions_ended", name=end)


def _grant(desk: PeopleDesk, given: str) -> Grant:
    """Read AREA=ROLE."""
    area, equals, role = given.partition("=")
    if not equals:
        desk.refuse("no_grant", given=given, area=area)
    return Grant(desk.checked_area(area), desk.checked_role(role))
