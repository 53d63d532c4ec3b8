"""Signing in at a terminal: the demo user on a demo store, a person with name and password on a live one."""

from __future__ import annotations

import getpass
import os
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from app.cli.words import words
from app.model.records import Person, Reason

if TYPE_CHECKING:
    from app.errors import AccessRefused
    from app.storage.contract import DeskStore

__all__ = ["SecondOption", "UserOption", "answer_to", "second_signer", "sentences", "sign_in"]

EXIT_REFUSED: Final = 3

UserOption = Annotated[
    str | None,
    typer.Option("--user", help="Your account; else QIANLIYAN_USER. The password is asked, or QIANLIYAN_PASSWORD."),
]
SecondOption = Annotated[
    str | None,
    typer.Option(
        "--second",
        help="Account of the second signer, where two must sign. The password is asked, or QIANLIYAN_SECOND_PASSWORD.",
    ),
]


def sign_in(desk: DeskStore, workstation: str, *, user: str | None, demo: bool, store: str, language: str) -> Person:
    """Open a session. Whoever is refused reads why, and the command ends with 3."""
    if demo:
        return desk.sign_in_demo(workstation)
    if not desk.people.founded():
        _end(words("needs_accounts", language, store=store))
    name = user or answer_to(words("account", language), "QIANLIYAN_USER")
    password = _password("QIANLIYAN_PASSWORD", name, language)

    def first() -> Person:
        from app.errors import AccessRefused

        try:
            return desk.people.sign_in(name, password, workstation)
        except AccessRefused as refused:
            if not any(params.get("why") == "must_change" for _, params in refused.reasons):
                raise
            typer.echo("\n".join(sentences(refused, language)), err=True)
            new = answer_to(words("new_password", language), "QIANLIYAN_NEW_PASSWORD", hidden=True, twice=True)
            return desk.people.sign_in(name, password, workstation, new_password=new)

    return _or_say_why(first, language)


def second_signer(desk: DeskStore, first: Person, name: str | None, *, language: str) -> Person | None:
    """Let a second person sign with his own password; None if nobody was named."""
    if name is None:
        return None
    password = _password("QIANLIYAN_SECOND_PASSWORD", name, language)
    return _or_say_why(lambda: desk.people.sign_second(name, password, first.workstation, first), language)


def _password(variable: str, name: str, language: str) -> str:
    return answer_to(words("password", language, name=name), variable, hidden=True)


def answer_to(question: str, variable: str, *, hidden: bool = False, twice: bool = False) -> str:
    """Return what the environment says, else ask. Raises ConfigurationFault where nobody can be asked."""
    if given := os.environ.get(variable):
        return given
    try:
        with warnings.catch_warnings():  # of input that is no terminal, whose echo nobody can turn off
            warnings.simplefilter("ignore", getpass.GetPassWarning)
            return str(typer.prompt(question, hide_input=hidden, confirmation_prompt=twice, err=True))
    except typer.Abort:
        if sys.stdin is not None and sys.stdin.isatty():
            raise
        from app.errors import ConfigurationFault

        raise ConfigurationFault(f"there is no terminal to ask at: set {variable}") from None


def _or_say_why(call: Callable[[], Person], language: str) -> Person:
    from app.errors import AccessRefused

    try:
        return call()
    except AccessRefused as refused:
        _end(*sentences(refused, language))


def sentences(refused: AccessRefused, language: str) -> list[str]:
    """Return the reasons of a refusal in words."""
    from app.model.reasons import reason_text

    return [reason_text(Reason(code, params), language) for code, params in refused.reasons]


def _end(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(EXIT_REFUSED)
