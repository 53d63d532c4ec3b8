"""How a terminal asks the engine: sign in, commit a request, follow its results and say each step."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer

from app.cli.signing import EXIT_REFUSED, second_signer, sign_in
from app.cli.words import state_words, words
from app.model.commands.verbs import Check
from app.model.records import CommandState, Person, RequestKind, Result
from app.storage.contract import DeskStore, RoomStore

__all__ = [
    "EXIT_FAILED",
    "EXIT_REFUSED",
    "EXIT_UNKNOWN",
    "Terminal",
    "can_be_asked",
    "exit_code",
    "is_demo",
    "shown",
    "signed_in",
]

EXIT_FAILED, EXIT_UNKNOWN = 4, 5

ANSWER_S: Final = 8.0
"""How long the engine may take to take a request at all."""
RESOLVE_S: Final = 15.0
"""How long an unknown outcome is waited for: the PLC may be back by then."""
LONGEST_S: Final = 20.0
"""How long a request without a PLC in it may take between two steps."""


class Terminal:
    """A person at a terminal, signed in: the demo user on a demo store. Close it to end the session."""

    def __init__(self, store: str, *, language: str, user: str | None = None) -> None:
        from app.storage.opening import open_desk_store, open_room_store

        self.language: Final = language
        self.reader: Final[RoomStore] = open_room_store(store)
        self._desk: DeskStore = open_desk_store(store)
        self._seconds: list[Person] = []
        try:
            self.person: Final[Person] = sign_in(
                self._desk,
                f"{socket.gethostname()} terminal {os.getpid()}",
                user=user,
                demo=self.reader.facts().demo,
                store=shown(store),
                language=language,
            )
        except BaseException:
            self._desk.close()
            self.reader.close()
            raise

    def second(self, name: str | None) -> Person | None:
        """Let a second person sign; None if nobody was named. His signature counts for a minute."""
        person = second_signer(self._desk, self.person, name, language=self.language)
        if person is not None:
            self._seconds.append(person)
        return person

    def ask(
        self,
        kind: RequestKind,
        payload: dict[str, Any],
        *,
        second: Person | None = None,
        longest_s: float = LONGEST_S,
        quiet: bool = False,
    ) -> CommandState | None:
        """Ask, say every step and reason unless `quiet`, and return the last state (None: no engine answered)."""
        state = None
        request_id = self._desk.submit(kind, self.person, payload, second=second)
        for result in self._follow(request_id, longest_s=longest_s):
            if not quiet:
                self._say(kind, result, str(payload.get("equipment", "")))
            state = result.state
        if state is None:
            typer.echo(words("silent", self.language, store=self.reader.facts().address), err=True)
        return state

    def close(self) -> None:
        """End the session, and those of second signers: it holds no selection any more."""
        for person in (self.person, *self._seconds):
            self._desk.end_session(person.session)
        self._desk.close()
        self.reader.close()

    def _follow(self, request_id: str, *, longest_s: float) -> Iterator[Result]:
        """Yield results of a request as they come, until a final one or until `longest_s` are over.

        An unknown outcome is waited for a little: the engine still asks the PLC.
        """
        told = 0
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            for result in self.reader.results_of(request_id)[told:]:
                told += 1
                yield result
                if result.state is CommandState.UNKNOWN:
                    until = time.monotonic() + RESOLVE_S
                elif result.state.final:
                    return
                else:
                    until = time.monotonic() + longest_s
            self.reader.wait_bell(min(0.5, max(0.0, until - time.monotonic())))

    def _say(self, kind: RequestKind, result: Result, path: str) -> None:
        """Print one step: its state, and each reason on a line of its own ("✗" blocks, "!" warns). What waits for a
        person's look on site at the equipment `path` says by which verb to tell of it."""
        from app.model.reasons import reason_text

        print(state_words(kind, result.state, self.language), flush=True)
        for reason in result.reasons:
            print(f"  {'✗' if reason.blocking else '!'} {reason_text(reason, self.language)}", flush=True)
            if path and reason.check == Check.LATE_EXECUTION:
                print(f"    {words('look_first', self.language, path=path)}", flush=True)


@contextmanager
def signed_in(store: str, *, language: str, user: str | None = None) -> Iterator[Terminal]:
    """Give a terminal that is signed in. Who is refused reads why, and the command ends with 3."""
    terminal = Terminal(store, language=language, user=user)
    try:
        yield terminal
    finally:
        terminal.close()


def shown(store: str) -> str:
    """Return a store's address as a person may see it: without a password."""
    from app.storage.opening import backend_of

    return backend_of(store).address


def is_demo(store: str) -> bool:
    """Return whether the store is a demo for ever."""
    from app.storage.opening import open_room_store

    reader = open_room_store(store)
    try:
        return reader.facts().demo
    finally:
        reader.close()


def can_be_asked(store: str) -> bool:
    """Return whether anybody can sign in: a live store without accounts knows nobody."""
    from app.storage.opening import open_desk_store

    if is_demo(store):
        return True
    desk = open_desk_store(store)
    try:
        return desk.people.founded()
    finally:
        desk.close()


def exit_code(state: CommandState | None) -> int:
    """Return the exit code for how a request ended: 0 done, 3 refused, expired or superseded, 4 failed or mismatch,
    5 unknown, or nobody answered."""
    match state:
        case CommandState.DONE | CommandState.SELECTED | CommandState.ACCEPTED:
            return 0
        case CommandState.REFUSED | CommandState.EXPIRED | CommandState.CANCELLED:
            return EXIT_REFUSED
        case CommandState.FAILED | CommandState.MISMATCH:
            return EXIT_FAILED
    return EXIT_UNKNOWN
