"""Signatures of requests: each session has an Ed25519 key whose private half never leaves the process that signed in.

A request that somebody wrote into the store by hand, changed there, or copied from another session therefore does not
count. Whoever may write sessions themselves into the store is not held off by this: guard the account of the rooms.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.storage.canonical import to_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["Keys", "fits", "signed_text"]


class Keys:
    """The private keys of the sessions that this process opened. Usable by several threads.

    A room hands one object to each desk that it opens, so that its sessions outlive a store that was away.
    """

    def __init__(self) -> None:
        self._keys: dict[str, Ed25519PrivateKey] = {}
        self._lock = threading.Lock()

    def make(self, session: str) -> str:
        """Make the key of a session and return its public half in hexadecimal."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # only who signs in pays

        key = Ed25519PrivateKey.generate()
        with self._lock:
            self._keys[session] = key
        return key.public_key().public_bytes_raw().hex()

    def sign(self, session: str, text: str) -> str:
        """Return the signature in hexadecimal, "" if this process did not open the session."""
        with self._lock:
            key = self._keys.get(session)
        return "" if key is None else key.sign(text.encode()).hex()

    def forget(self, session: str) -> None:
        """Throw a key away. Idempotent."""
        with self._lock:
            self._keys.pop(session, None)


def signed_text(request_id: str, kind: str, session: str, second: str, payload: Mapping[str, Any], at_ms: int) -> str:
    """Return what both signers of a request sign. The time is the store's: one that nobody took may not be given the
    time of now later on."""
    said = {"at_ms": at_ms, "id": request_id, "kind": kind, "payload": payload, "second": second, "session": session}
    return "qianliyan request\n" + to_text(said)


def fits(public: str, signature: str, text: str) -> bool:
    """Return whether a signature over `text` was made with the private half of `public`. Both come from columns that
    others write: SQLite gives back whatever they put there."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text.encode())
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
