"""The door to cryptography: the sender's enterprise certificate, which signs bundles and is shown to the service."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from pipeline.errors import SettingsError

_EXPORT = "Export it again with its key and the certificates of its issuers up to the root."


@dataclass(frozen=True)
class EnterpriseCertificate:
    """An enterprise certificate with its key and its issuers up to the root."""

    issuer: str
    """The issuer's distinguished name by RFC 4514."""
    serial: int
    chain: tuple[bytes, ...]
    """The certificate as DER, then those of its issuers up to the root."""
    owner: str
    """Who it is issued to, as it says itself."""
    _key: RSAPrivateKey = field(repr=False)

    def sign(self, content: bytes) -> bytes:
        """The RSA signature with SHA-256 (PKCS #1 v1.5)."""
        return self._key.sign(content, PKCS1v15(), hashes.SHA256())

    def pem(self) -> tuple[bytes, str]:
        """Key and chain as PEM, the key locked with a password made for this once, and that password."""
        password = secrets.token_urlsafe(32)
        locked = BestAvailableEncryption(password.encode())
        key = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
        chain = (x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in self.chain)
        return key + b"".join(chain), password


def load_certificate(path: Path, password: str, now: datetime.datetime) -> EnterpriseCertificate:
    """Reads a PKCS #12 file (.p12 or .pfx). Raises SettingsError where it cannot be used now."""
    try:
        key, own, others = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode())
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}). Check the address of the certificate."
        ) from error
    except ValueError as error:
        raise SettingsError(f"{path} cannot be opened. Check that it is a .p12 file, and its password.") from error
    if own is None or not isinstance(key, RSAPrivateKey):
        raise SettingsError(f"{path} holds no certificate with an RSA key, which the service asks for. {_EXPORT}")
    if not own.not_valid_before_utc <= now <= own.not_valid_after_utc:
        days = f"{own.not_valid_before_utc.date()} to {own.not_valid_after_utc.date()}"
        raise SettingsError(f"The certificate in {path} is valid from {days} only. Take one that is valid today.")
    chain = _chain(path, own, others)
    return EnterpriseCertificate(
        issuer=own.issuer.rfc4514_string(),
        serial=own.serial_number,
        chain=tuple(one.public_bytes(Encoding.DER) for one in chain),
        owner=own.subject.rfc4514_string(),
        _key=key,
    )


def _chain(path: Path, own: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificate and its issuers up to and with the root, which the service's profile wants all."""
    chain = [own]
    while not _issued(chain[-1], chain[-1]):
        issuer = next((one for one in others if one not in chain and _issued(one, chain[-1])), None)
        if issuer is None:
            name = chain[-1].issuer.rfc4514_string()
            raise SettingsError(f"{path} lacks the certificate of the issuer {name}. {_EXPORT}")
        chain.append(issuer)
    return chain


def _issued(issuer: x509.Certificate, one: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
