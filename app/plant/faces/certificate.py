"""The plant's own certificate for OPC UA, made on first use and kept in the private folder."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.errors import EnvironmentFault

__all__ = ["Identity", "fingerprint_of", "plant_identity"]

VALID: Final = dt.timedelta(days=3650)
KEY_BITS: Final = 2048
"""What Basic256Sha256 asks for at least."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate, its key (PEM files), and the application URI that stands in it."""

    uri: str
    certificate: Path
    key: Path


def plant_identity(private: Path, device: str) -> Identity:
    """Return the identity of a device's server, made if it is not there. Raises EnvironmentFault."""
    folder = private / "plant"
    found = Identity(f"urn:qianliyan:plant:{device}", folder / f"{device}.pem", folder / f"{device}.key")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (found.certificate.exists() and found.key.exists()):
            _make(found)
    except OSError as e:
        raise EnvironmentFault(f"cannot keep the plant's certificate in {folder}: {e.strerror or e}") from e
    return found


def fingerprint_of(identity: Identity) -> str:
    """Return the SHA-256 of the certificate, lower-case hex: what a client is asked to accept."""
    return x509.load_pem_x509_certificate(identity.certificate.read_bytes()).fingerprint(hashes.SHA256()).hex()


def _make(identity: Identity) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(identity.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    identity.certificate.write_bytes(_certificate(identity, key).public_bytes(serialization.Encoding.PEM))


def _certificate(identity: Identity, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Return a self-signed certificate with what OPC 10000-6, 6.2.2 asks of an application's."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Plant {identity.key.stem}")])
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True,
        key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + VALID)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    builder = builder.add_extension(_names(identity.uri), critical=False)
    return builder.sign(key, hashes.SHA256())


def _names(uri: str) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [
            x509.UniformResourceIdentifier(uri),
            x509.DNSName(socket.gethostname()),
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.IPv4Address("127.0.0.1")),
        ]
    )
