"""Which server certificates an engineer has accepted. Trust on first use would trust whoever answers first.

A certificate that a server shows for the first time is kept as *offered*, and the link refuses until a person accepts
that fingerprint. Files: `<private>/pki/<device>/offered.der` and `accepted.der`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from app.errors import BadReply, ConfigurationFault

__all__ = ["ServerCertificate", "accept", "accepted", "describe", "keys_in", "offer", "offered"]

_OFFERED: Final = "offered.der"
_ACCEPTED: Final = "accepted.der"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A server's certificate as a person judges it. `fingerprint` is SHA-256, lower-case hex without separators."""

    fingerprint: str
    subject: str
    valid_from: datetime
    valid_until: datetime
    der: bytes


@contextmanager
def keys_in(private: Path) -> Iterator[None]:
    """Turn what a folder that is full, read-only or damaged raises into ConfigurationFault, which names the folder."""
    try:
        yield
    except (OSError, ValueError, LookupError, x509.ExtensionNotFound) as fault:
        raise ConfigurationFault(f"keys and certificates in {private} cannot be used: {fault}") from fault


def describe(der: bytes) -> ServerCertificate:
    """Read a DER certificate (of a chain: the first one). Raises BadReply if it is none."""
    try:
        certificate = x509.load_der_x509_certificate(_first(der))
    except ValueError as fault:
        raise BadReply("the server's certificate cannot be read", der) from fault
    return ServerCertificate(
        fingerprint=certificate.fingerprint(SHA256()).hex(),
        subject=certificate.subject.rfc4514_string(),
        valid_from=certificate.not_valid_before_utc,
        valid_until=certificate.not_valid_after_utc,
        der=_first(der),
    )


def offered(device_id: str, *, private: Path) -> ServerCertificate | None:
    """Return the certificate that waits for acceptance, None if none does."""
    return _read(private, device_id, _OFFERED)


def accepted(device_id: str, *, private: Path) -> ServerCertificate | None:
    """Return the certificate in force, None if none was accepted yet."""
    return _read(private, device_id, _ACCEPTED)


def offer(device_id: str, der: bytes, *, private: Path) -> ServerCertificate:
    """Keep a certificate that a server showed, for a person to judge."""
    certificate = describe(der)
    _write(private, device_id, _OFFERED, certificate.der)
    return certificate


def accept(device_id: str, fingerprint: str, *, private: Path) -> ServerCertificate:
    """Put the offered certificate in force. Raises ConfigurationFault unless its fingerprint is the one named.

    Colons, blanks and capitals in `fingerprint` do not count. Accepting the certificate in force again is no fault.
    """
    wanted = re.sub(r"[^0-9a-f]", "", fingerprint.lower())
    candidate, now = offered(device_id, private=private), accepted(device_id, private=private)
    if candidate is not None and candidate.fingerprint == wanted:
        _write(private, device_id, _ACCEPTED, candidate.der)
        (_folder(private, device_id) / _OFFERED).unlink(missing_ok=True)
        return candidate
    if now is not None and now.fingerprint == wanted:
        return now
    shown = candidate.fingerprint if candidate else "none"
    raise ConfigurationFault(f"{device_id}: certificate {wanted} was not offered (offered: {shown})")


def _first(der: bytes) -> bytes:
    """Return the first certificate of a chain: a DER sequence says its own length."""
    if len(der) < 4 or der[0] != 0x30:
        return der
    if der[1] < 0x80:
        return der[: 2 + der[1]]
    size = der[1] & 0x7F
    return der[: 2 + size + int.from_bytes(der[2 : 2 + size])]


def _folder(private: Path, device_id: str) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", device_id) or device_id.startswith("."):
        raise ConfigurationFault(f"device id {device_id!r} cannot name a folder")
    return private / "pki" / device_id


def _read(private: Path, device_id: str, name: str) -> ServerCertificate | None:
    path = _folder(private, device_id) / name
    with keys_in(private):
        der = path.read_bytes() if path.exists() else None
    try:
        return None if der is None else describe(der)
    except BadReply as fault:
        raise ConfigurationFault(f"the certificate {path} is damaged: remove it, and accept it anew") from fault


def _write(private: Path, device_id: str, name: str, der: bytes) -> None:
    folder = _folder(private, device_id)
    with keys_in(private):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Whole or not at all: engine and probe may both be here.
        temporary = folder / f".{name}.{os.getpid()}"
        temporary.write_bytes(der)
        temporary.replace(folder / name)
