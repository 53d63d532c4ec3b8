"""The table role × action as the rules say it, for the engine and for the terminal: who may do what in area east."""

from __future__ import annotations

from typing import Final

from app.model.records import Person, RequestKind

__all__ = ["ALLOWED", "PEOPLE", "WHO"]

PEOPLE: Final[dict[str, Person | None]] = {
    "viewer": Person("vera", "viewer", "s-v", "desk 1"),
    "operator": Person("olga", "viewer", "s-o", "desk 1", (("east", "operator"),)),
    "operator of another area": Person("otto", "viewer", "s-w", "desk 1", (("west", "operator"),)),
    "supervisor": Person("sam", "supervisor", "s-s", "desk 1"),
    "engineer": Person("ed", "engineer", "s-e", "desk 1"),
    "administrator": Person("ada", "administrator", "s-a", "desk 1"),
    "locked": Person("lou", "engineer", "s-l", "desk 1", locked=True),
    "expired": None,
}
"""Sessions of now as `DeskStore.vouch` gives them. `forged` has none."""

WHO: Final = (*PEOPLE, "forged")

_OPERATE: Final = frozenset({"operator", "supervisor", "engineer"})
_SUPERVISE: Final = frozenset({"supervisor", "engineer"})
_ENGINEER: Final = frozenset({"engineer"})

ALLOWED: Final[dict[RequestKind, frozenset[str]]] = {
    RequestKind.SELECT: _OPERATE,
    RequestKind.CANCEL: _OPERATE,
    RequestKind.OPERATE: _OPERATE,
    RequestKind.HOLD: _OPERATE,
    RequestKind.UNHOLD: _OPERATE,
    RequestKind.SUBSTITUTE: _SUPERVISE,
    RequestKind.UNSUBSTITUTE: _SUPERVISE,
    RequestKind.ACCEPT_LATE: _SUPERVISE,
    RequestKind.APPLY_SITE: _ENGINEER,
    RequestKind.ROLL_BACK_SITE: _ENGINEER,
    RequestKind.PROVE: _ENGINEER,
    RequestKind.PIN_CERTIFICATE: _ENGINEER,
    RequestKind.ACKNOWLEDGE: _OPERATE,
    RequestKind.RESET_ALARM: _OPERATE,
    RequestKind.SHELVE: _OPERATE,
    RequestKind.UNSHELVE: _OPERATE,
    RequestKind.OUT_OF_SERVICE: _ENGINEER,
    RequestKind.IN_SERVICE: _ENGINEER,
    RequestKind.CHANGE_ALARM: _ENGINEER,
}
