"""The desk as `qianliyan people` uses it: opened for one command, signed in if something changes, refusals in words."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NoReturn
from zoneinfo import ZoneInfo

import typer

from app.cli.people_words import account_line, people_words, session_line
from app.cli.signing import EXIT_REFUSED, answer_to, sentences, sign_in
from app.cli.times import shown_time
from app.model.access import EVERYWHERE, Role
from app.model.people import Account
from app.model.records import Person

if TYPE_CHECKING:
    from app.model.spec import Site
    from app.storage.contract import DeskStore
    from app.storage.desk_contract import PeopleStore

__all__ = ["PeopleDesk", "people_desk"]


class PeopleDesk:
    """One command's way to the desk."""

    def __init__(self, desk: DeskStore, site: Site | None, *, demo: bool, address: str, language: str) -> None:
        self._desk: Final = desk
        self._site: Final = site
        self._demo: Final = demo
        self._address: Final = address
        self._language: Final = language
        self._workstation: Final = f"{socket.gethostname()} terminal {os.getpid()}"
        self._signed: list[Person] = []

    @property
    def people(self) -> PeopleStore:
        """Return accounts and sessions."""
        return self._desk.people

    def founded(self) -> bool:
        """Return whether there is any account."""
        return self._desk.people.founded()

    def found(self, name: str, full_name: str) -> None:
        """Make the first account, the administrator's."""
        self.say("founding", name=name)
        self._signed.append(self._desk.people.found(name, full_name, self.new_password(name), self._workstation))
        self.say("founded", name=name)

    def sign_in(self, user: str | None) -> Person:
        """Sign in whoever acts."""
        person = sign_in(
            self._desk, self._workstation, user=user, demo=self._demo, store=self._address, language=self._language
        )
        self._signed.append(person)
        return person

    def account_name(self, user: str | None) -> str:
        """Return the name of whoever acts."""
        return user or answer_to(self._words("account"), "QIANLIYAN_USER")

    def change_own_password(self, name: str) -> None:
        """Ask for the old and the new one."""
        old = answer_to(self._words("old_password", name=name), "QIANLIYAN_PASSWORD", hidden=True)
        new = self.new_password(name)
        self._signed.append(self._desk.people.sign_in(name, old, self._workstation, new_password=new))

    def new_password(self, name: str) -> str:
        """Ask for a new password, twice."""
        question = self._words("new_password", name=name)
        return answer_to(question, "QIANLIYAN_NEW_PASSWORD", hidden=True, twice=True)

    def account(self, name: str) -> Account:
        """Return an account as it is now; ends the command if there is none."""
        found = next((a for a in self._desk.people.accounts() if a.name == name), None)
        if found is None:
            self.refuse("no_account", name=name)
        return found

    def line_of(self, name: str) -> str:
        """Return how an account reads now."""
        return account_line(self.account(name), self._language, self._zone)

    def checked_role(self, role: str) -> str:
        """Return a role that exists; ends the command for another."""
        if role not in set(Role):
            self.refuse("no_role", role=role, roles=", ".join(Role))
        return role

    def checked_area(self, area: str) -> str:
        """Return an area of the site in force, or "*"; ends the command for another. Without a site any may be."""
        known = [a.id for a in self._site.areas] if self._site is not None else []
        if known and area not in (*known, EVERYWHERE):
            self.refuse("no_area", area=area, areas=", ".join(known))
        return area

    def print_accounts(self) -> None:
        """Print one line for each account."""
        found = self._desk.people.accounts()
        for account in found:
            print(account_line(account, self._language, self._zone))
        if not found:
            self.say("nobody")

    def print_sessions(self) -> None:
        """Print one line for each session."""
        found = self._desk.people.sessions()
        for session in found:
            print(session_line(session, self._language, self._zone))
        if not found:
            self.say("no_sessions")

    def now_ms(self) -> int:
        """Return the store's clock."""
        return self._desk.now_ms()

    def shown_time(self, at_ms: int) -> str:
        """Return a time in the site's zone."""
        return shown_time(at_ms, self._zone, "minutes")

    def say(self, key: str, **fields: object) -> None:
        """Print a sentence."""
        print(self._words(key, **fields), flush=True)

    def refuse(self, key: str, **fields: object) -> NoReturn:
        """End the command with a sentence."""
        typer.echo(self._words(key, **fields), err=True)
        raise typer.Exit(EXIT_REFUSED)

    def close(self) -> None:
        """End what was signed in, and close the desk."""
        try:
            for person in self._signed:
                self._desk.end_session(person.session)
        finally:
            self._desk.close()

    def _words(self, key: str, **fields: object) -> str:
        return people_words(key, self._language, **fields)

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._site.timezone if self._site is not None else "UTC")


@contextmanager
def people_desk(store: str | None, language: str) -> Iterator[PeopleDesk]:
    """Open the desk for one command. A refusal is said in words and ends the command with 3."""
    from app.config import load_config
    from app.errors import AccessRefused
    from app.storage.opening import backend_of, open_desk_store, open_room_store

    address = load_config(store=store).store
    reader = open_room_store(address)
    try:
        applied, demo = reader.applied_site(), reader.facts().demo
    finally:
        reader.close()
    desk = PeopleDesk(
        open_desk_store(address),
        applied.site if applied is not None else None,
        demo=demo,
        address=backend_of(address).address,
        language=language,
    )
    try:
        yield desk
    except AccessRefused as refused:
        for sentence in sentences(refused, language):
            typer.echo(sentence, err=True)
        raise typer.Exit(EXIT_REFUSED) from None
    finally:
        desk.close()
