"""The door to the network: one request at a time to the signing service, over TLS with a certificate on both sides."""

from __future__ import annotations

import http.client
import ssl
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from pipeline.errors import EsignError, SettingsError

_MOST_BYTES = 64 * 1024 * 1024
_PIECE = 64 * 1024


class NotReachedError(EsignError):
    """Nothing was sent: the service does not answer, or one side does not trust the other."""


class UncertainError(EsignError):
    """Something was sent, and what the service made of it is not known."""


class Presentable(Protocol):
    """A certificate that can be shown to the service."""

    def pem(self) -> tuple[bytes, str]:
        """Key and chain as PEM, the key locked, and its password."""


@dataclass(frozen=True)
class Answer:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Address:
    """Where the service is, and how it is known."""

    endpoint: str
    """An https address without what comes after the service's root."""
    authorities: Path | None
    """A PEM file of the authorities that are trusted; None for the machine's own."""
    organisation: str
    """The organisation number in the service's certificate; without one, the certificate must bear the host's name."""
    timeout: float
    """Seconds for one request and its answer."""


class Connection:
    """Asks the service; redirects are not followed, and no other host is ever asked."""

    def __init__(self, address: Address, certificate: Presentable) -> None:
        """Raises SettingsError where the certificate or the authorities cannot be used."""
        self._address = address
        self._root = urlsplit(address.endpoint)
        self._context = _context(address, certificate)

    def ask(self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, whatever its status. Raises NotReachedError or UncertainError."""
        target = urlsplit(url)
        if (target.scheme, target.netloc) != (self._root.scheme, self._root.netloc):
            raise EsignError(
                f"The service sends on to another place, {target.scheme}://{target.netloc}, which is not asked."
            )
        deadline = time.monotonic() + self._address.timeout
        connection = http.client.HTTPSConnection(
            str(target.hostname), target.port, timeout=self._address.timeout, context=self._context
        )
        try:
            self._open(connection)
            path = f"{target.path}?{target.query}" if target.query else target.path
            return _exchange(connection, _Request(method, path, body, headers or {}), deadline)
        finally:
            connection.close()

    def _open(self, connection: http.client.HTTPSConnection) -> None:
        where = f"{connection.host}:{connection.port}"
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            raise NotReachedError(
                f"The certificate of {where} is not trusted ({error.verify_message}). Check PIPELINE_ESIGN_AUTHORITIES "
                "and PIPELINE_ESIGN_SERVICE."
            ) from error
        except ssl.SSLError as error:
            raise NotReachedError(
                f"{where} does not accept the connection ({error.reason}). Check the certificate."
            ) from error
        except OSError as error:
            raise NotReachedError(
                f"{where} is not reached ({error.strerror or error}). Check the address, or try later."
            ) from error
        if self._address.organisation and self._address.organisation not in _organisations(connection.sock):
            raise NotReachedError(
                f"The certificate of {where} is not that of {self._address.organisation}. Check PIPELINE_ESIGN_SERVICE."
            )


def _context(address: Address, certificate: Presentable) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = not address.organisation
    try:
        if address.authorities:
            context.load_verify_locations(address.authorities)
        else:
            context.load_default_certs()
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"{address.authorities} is no PEM file of certificates. Correct PIPELINE_ESIGN_AUTHORITIES."
        ) from error
    pem, password = certificate.pem()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        path.write_bytes(pem)
        context.load_cert_chain(path, password=password)
    return context


def _organisations(sock: Any) -> set[str]:
    """The organisation numbers in a certificate, as ETSI EN 319 412-1 and, before it, SEID write them."""
    subject = (sock.getpeercert() or {}).get("subject", ())
    named = (pair for parts in subject for pair in parts)
    return {value.removeprefix("NTRNO-") for name, value in named if name in {"organizationIdentifier", "serialNumber"}}


def _exchange(connection: http.client.HTTPSConnection, request: _Request, deadline: float) -> Answer:
    try:
        connection.request(request.method, request.path, request.body, dict(request.headers))
        response = connection.getresponse()
        content = _read(response, deadline)
    except TimeoutError as error:
        raise UncertainError("The service did not answer in time.") from error
    except (OSError, http.client.HTTPException) as error:
        raise UncertainError(f"The connection to the service broke off ({type(error).__name__}).") from error
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    content = bytearray()
    while piece := response.read1(_PIECE):
        content += piece
        if len(content) > _MOST_BYTES:
            raise UncertainError(f"The service's answer is larger than {_MOST_BYTES} bytes.")
        if time.monotonic() > deadline:
            raise TimeoutError
    if response.length:
        raise http.client.IncompleteRead(bytes(content), response.length)
    return bytes(content)
