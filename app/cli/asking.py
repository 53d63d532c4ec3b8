"""How a terminal asks the engine: sign in, commit a request, follow its results and say each step."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import typer

from app.model.records import CommandState, Person, RequestKind, Result
from app.storage.contract import DeskStore, RoomStore

__all__ = ["EXIT_FAILED", "EXIT_REFUSED", "EXIT_UNKNOWN", "Terminal", "exit_code", "say"]

EXIT_REFUSED, EXIT_FAILED, EXIT_UNKNOWN = 3, 4, 5

ANSWER_S = 8.0
"""How long the engine may take to take a request at all."""
RESOLVE_S = 15.0
"""How long an unknown outcome is waited for: the PLC may be back by then."""


class Terminal:
    """A person at a terminal, signed in on a demo store. Close it to end the session."""

    def __init__(self, store: str, *, language: str) -> None:
        from app.storage.opening import open_desk_store, open_room_store

        self.language = language
        self._reader: RoomStore = open_room_store(store)
        self._desk: DeskStore = open_desk_store(store)
        self.person: Person = self._desk.sign_in_demo(f"{socket.gethostname()} terminal {os.getpid()}")

    def ask(self, kind: RequestKind, payload: dict[str, Any]) -> str:
        """Commit a request and return its id."""
        return self._desk.submit(kind, self.person, payload)

    def follow(self, request_id: str, *, longest_s: float) -> Iterator[Result]:
        """Yield results of a request as they come, until a final one or until `longest_s` are over.

        An unknown outcome is waited for a little: the engine still asks the PLC.
        """
        told = 0
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until:
            for result in self._reader.results_of(request_id)[told:]:
                told += 1
                yield result
                if result.state is CommandState.UNKNOWN:
                    until = time.monotonic() + RESOLVE_S
                elif result.state.final:
                    return
                else:
                    until = time.monotonic() + longest_s
            self._reader.wait_bell(min(0.5, max(0.0, until - time.monotonic())))

    def simple(self, kind: RequestKind, payload: dict[str, Any], *, longest_s: float = 20.0) -> CommandState | None:
        """Ask, say every step, and return the last state (None: no engine answered)."""
        state = None
        for result in self.follow(self.ask(kind, payload), longest_s=longest_s):
            say(result, self.language)
            state = result.state
        if state is None:
            silence = {"zh": "引擎没有应答", "en": "no engine answered"}
            typer.echo(silence[self.language], err=True)
        return state

    @property
    def reader(self) -> RoomStore:
        """The store as a reader."""
        return self._reader

    def close(self) -> None:
        """End the session: it holds no selection any more."""
        self._desk.end_session(self.person.session)
        self._desk.close()
        self._reader.close()


def say(result: Result, language: str) -> None:
    """Print one step: its state, and each reason on a line of its own ("✗" blocks, "!" warns)."""
    from app.model.reasons import reason_text

    print(_STATES[result.state][language == "en"], flush=True)
    for reason in result.reasons:
        print(f"  {'✗' if reason.blocking else '!'} {reason_text(reason, language)}", flush=True)


def exit_code(state: CommandState | None) -> int:
    """Return the exit code for how a request ended: 0 done, 3 refused or expired, 4 failed or mismatch, 5 unknown."""
    match state:
        case CommandState.DONE | CommandState.SELECTED | CommandState.ACCEPTED:
            return 0
        case CommandState.REFUSED | CommandState.EXPIRED | CommandState.CANCELLED:
            return EXIT_REFUSED
        case CommandState.FAILED | CommandState.MISMATCH:
            return EXIT_FAILED
    return EXIT_UNKNOWN


_STATES = {
    CommandState.REFUSED: ("已拒绝", "refused"),
    CommandState.ACCEPTED: ("已接受", "accepted"),
    CommandState.SELECTED: ("已选中", "selected"),
    CommandState.CANCELLED: ("已取消", "cancelled"),
    CommandState.EXPIRED: ("已过期", "expired"),
    CommandState.INTENT: ("已记录", "recorded"),
    CommandState.SENT: ("已发送", "sent"),
    CommandState.EXECUTING: ("控制器已接受，等待反馈", "accepted by the PLC, waiting for feedback"),
    CommandState.DONE: ("完成", "done"),
    CommandState.FAILED: ("失败", "failed"),
    CommandState.MISMATCH: ("反馈不符", "mismatch: the feedback did not come"),
    CommandState.UNKNOWN: ("结果未知", "unknown: nothing is sent again"),
}
