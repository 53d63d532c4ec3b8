"""This workstation's own OPC UA certificate, made on first use."""

from __future__ import annotations

import os
import shutil
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["Identity", "own_identity"]

VALID_DAYS: Final = 3650


@dataclass(frozen=True, slots=True)
class Identity:
    """Paths of certificate (DER) and key (PEM), and the application URI, which must equal the certificate's."""

    certificate: Path
    key: Path
    uri: str


def own_identity(private: Path) -> Identity:
    """Return the identity kept in `private`, making it if there is none."""
    folder = private / "pki" / "own"
    if not (folder / "certificate.der").exists():
        _make(folder)
    certificate = x509.load_der_x509_certificate((folder / "certificate.der").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    uri = names.get_values_for_type(x509.UniformResourceIdentifier)[0]
    return Identity(folder / "certificate.der", folder / "key.pem", uri)


def _make(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Whole or not at all, and the first of two processes wins: the folder is made aside and renamed.
    aside = folder.with_name(f".own-{uuid4().hex}")
    aside.mkdir(mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    descriptor = os.open(aside / "key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (aside / "certificate.der").write_bytes(_certificate(key).public_bytes(Encoding.DER))
    try:
        aside.rename(folder)
    except OSError:
        shutil.rmtree(aside)
        if not (folder / "certificate.der").exists():
            raise


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """Sign our own certificate with the extensions that OPC 10000-6, 6.2.2 asks of an application instance."""
    host = socket.gethostname()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Qianliyan at {host}"[:64])])
    uri = f"urn:{host}:qianliyan:{uuid4()}"
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True,
        key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=x509.random_serial_number(),
        # A PLC's clock may be behind ours.
        not_valid_before=now - timedelta(days=1), not_valid_after=now + timedelta(days=VALID_DAYS),
    )  # fmt: skip
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri), x509.DNSName(host)])
    client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    builder = builder.add_extension(names, critical=False).add_extension(usage, critical=True)
    builder = builder.add_extension(client, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.sign(key, SHA256())
