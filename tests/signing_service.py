"""A signing service on this machine that follows the specification, certificates for both, and a package to sign."""

from __future__ import annotations

import datetime
import hashlib
import http.server
import io
import json
import ssl
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

NS = {"s": "http://signering.posten.no/schema/v1", "d": "http://www.w3.org/2000/09/xmldsig#"}
SENDER = "964338531"
PASSWORD = "hemmelig"  # noqa: S105  # of test certificates that are made anew for each run
SERVICE_NUMBER = "987654321"
_XSD = Path(__file__).resolve().parent.parent / "pipeline" / "packages" / "esign" / "xsd"
_NOW = datetime.datetime.now(tz=datetime.UTC)


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and the certificate of whoever issued it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]

    def p12(self, path: Path, *, issuers: bool = True) -> Path:
        chain = self.issuers if issuers else ()
        locked = BestAvailableEncryption(PASSWORD.encode())
        path.write_bytes(serialize_key_and_certificates(b"test", self.key, self.certificate, chain, locked))
        return path

    def pem(self, path: Path) -> Path:
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(key + self.certificate.public_bytes(Encoding.PEM))
        return path

    def root(self, path: Path) -> Path:
        path.write_bytes(self.issuers[-1].public_bytes(Encoding.PEM))
        return path


class Authority:
    """A made-up authority that issues enterprise certificates."""

    def __init__(self, name: str) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = _name(name, "100000008")
        self.certificate = self._signed(self.name, self.key.public_key(), authority=True)

    def issue(self, name: str, number: str, days: int = 30) -> Issued:
        key = rsa.generate_private_key(65537, 2048)
        return Issued(key, self._signed(_name(name, number), key.public_key(), days=days), (self.certificate,))

    def _signed(
        self, subject: x509.Name, key: rsa.RSAPublicKey, days: int = 30, *, authority: bool = False
    ) -> x509.Certificate:
        start, end = sorted((_NOW - datetime.timedelta(days=1), _NOW + datetime.timedelta(days=days)))
        builder = (
            x509.CertificateBuilder(subject_name=subject, issuer_name=self.name, public_key=key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(_usage(authority), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())


def _usage(authority: bool) -> x509.KeyUsage:
    nothing = dict.fromkeys(
        ("content_commitment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return x509.KeyUsage(
        digital_signature=not authority,
        key_encipherment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        **nothing,
    )


def _name(name: str, number: str) -> x509.Name:
    oid = x509.NameOID
    return x509.Name(
        [
            x509.NameAttribute(oid.COUNTRY_NAME, "NO"),
            x509.NameAttribute(oid.ORGANIZATION_NAME, name),
            x509.NameAttribute(oid.ORGANIZATION_IDENTIFIER, f"NTRNO-{number}"),
            x509.NameAttribute(oid.COMMON_NAME, name),
        ]
    )


@dataclass
class ServerJob:
    """A job as the service has it."""

    number: int
    kind: str
    reference: str
    queue: str
    manifest: etree._Element
    files: dict[str, bytes]
    signed: int = 0
    """So many of its signers have signed."""
    status: str = "IN_PROGRESS"

    @property
    def signers(self) -> list[etree._Element]:
        return list(self.manifest.iter(f"{{{NS['s']}}}signer"))


@dataclass
class SigningService:
    """What the service does next, and what it was asked."""

    root: Path
    """The authority that it trusts, as a PEM file."""
    url: str = ""
    jobs: list[ServerJob] = field(default_factory=list)
    news: list[int] = field(default_factory=list)
    """Jobs whose news waits in the queue."""
    confirmed: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Each request's method and path."""
    on_create: list[str | tuple[int, str]] = field(default_factory=list)
    """What becomes of the next requests for a job: cut, slow, or a status with an error code; else they are met."""
    faults: list[int] = field(default_factory=list)
    """Statuses that the next other requests get."""
    pause: float = 0.0
    """Seconds until it may be asked again after an empty queue."""
    header: str = "X-Next-permitted-poll-time"
    permitted: datetime.datetime = _NOW
    elsewhere: str = ""
    """Another place where it says that results are."""
    released: threading.Event = field(default_factory=threading.Event)

    def sign(self, job: ServerJob, status: str = "COMPLETED_SUCCESSFULLY", signed: int | None = None) -> None:
        """The signers sign, or do not; news of it waits."""
        job.status, job.signed = status, len(job.signers) if signed is None else signed
        self.news.append(job.number)

    def job(self, number: int) -> ServerJob:
        return next(one for one in self.jobs if one.number == number)


class _Handler(http.server.BaseHTTPRequestHandler):
    service: SigningService
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        steps = self._begin(path)
        if self.service.faults:
            return self._refuse(self.service.faults.pop(0), "FAULT")
        if len(steps) == 1:
            return self._answer(200, b"You are " + steps[0].encode(), "text/plain")
        if steps[-1] == "signature-jobs":
            return self._poll(steps[1], query.partition("=")[2])
        content = b"<XAdESSignatures/>" if "xades" in steps else b"%PDF-1.7 signed"
        return self._answer(200, content, "application/octet-stream")

    def do_POST(self) -> None:
        steps = self._begin(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if steps[-1] == "complete":
            if self.service.faults:
                return self._refuse(self.service.faults.pop(0), "FAULT")
            self.service.confirmed.append(int(steps[-2]))
            return self._answer(204, b"")
        what = self.service.on_create.pop(0) if self.service.on_create else ""
        if isinstance(what, tuple):
            return self._refuse(*what)
        if fault := self._create(steps[1], body):
            return self._refuse(400, fault)
        if what == "slow":
            self.service.released.wait(20)
        if what in {"cut", "slow"}:
            self.close_connection = True
            return None
        return self._answer(200, self._created(self.service.jobs[-1]))

    def _begin(self, path: str) -> list[str]:
        self.service.asked.append(f"{self.command} {path}")
        return path.removeprefix("/api/").split("/")

    def _create(self, kind: str, body: bytes) -> str:
        """Takes a job on, or says what is wrong with it."""
        message = BytesParser().parsebytes(
            b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n" + body
        )
        request, bundle = (part.get_payload(decode=True) for part in message.get_payload())  # type: ignore[union-attr]
        with zipfile.ZipFile(io.BytesIO(bundle)) as opened:  # type: ignore[arg-type]
            files = {name: opened.read(name) for name in opened.namelist()}
        asked, manifest = etree.fromstring(request), etree.fromstring(files["manifest.xml"])  # type: ignore[arg-type]
        schema = _schema()
        if not (schema.validate(asked) and schema.validate(manifest)):
            return "SCHEMA_VALIDATION_FAILED"
        if not (verified(files, self.service.root) and is_timely(files)):
            return "ASICE_VALIDATION_FAILED"
        reference = asked.findtext("s:reference", "", NS)
        queue = asked.findtext("s:polling-queue", "", NS)
        self.service.jobs.append(ServerJob(len(self.service.jobs) + 1, kind, reference, queue, manifest, files))
        return ""

    def _created(self, job: ServerJob) -> bytes:
        more = f"<cancellation-url>{self._url(job, 'cancel')}</cancellation-url>"
        if job.kind == "direct":
            ways = [(one[0].text, self._url(job, f"redirect/{number}")) for number, one in enumerate(job.signers)]
            more = "".join(f"<redirect-url>{url}</redirect-url>" for _, url in ways)
            more += f"<status-url>{self._url(job, 'status')}</status-url>"
            more += "".join(
                f'<signer href="{url}"><signer-identifier>{who}</signer-identifier>'
                f"<redirect-url>{url}</redirect-url></signer>"
                for who, url in ways
            )
        return _xml(f"{job.kind}-signature-job-response", f"<signature-job-id>{job.number}</signature-job-id>{more}")

    def _poll(self, kind: str, queue: str) -> None:
        service, now = self.service, datetime.datetime.now(tz=datetime.UTC)
        waiting = [n for n in service.news if (service.job(n).kind, service.job(n).queue) == (kind, queue)]
        if now < service.permitted:
            return self._answer(429, b"", next_poll=service.permitted)
        if not waiting:
            service.permitted = now + datetime.timedelta(seconds=service.pause)
            return self._answer(204, b"", next_poll=service.permitted)
        service.news.remove(waiting[0])
        return self._answer(200, self._news(service.job(waiting[0])), next_poll=now)

    def _news(self, job: ServerJob) -> bytes:
        base = f"<reference>{job.reference}</reference><signature-job-id>{job.number}</signature-job-id>"
        confirm = f"<confirmation-url>{self._url(job, 'complete')}</confirmation-url>"
        states = ["SIGNED"] * job.signed + ["REJECTED" if job.status == "FAILED" else "WAITING"] * len(job.signers)
        since = 'since="2026-11-23T12:51:43+01:00"'
        pades = f"<pades-url>{self._url(job, 'pades')}</pades-url>" if job.status == "COMPLETED_SUCCESSFULLY" else ""
        rows = list(zip(job.signers, states, strict=False))
        if job.kind == "direct":
            told = "".join(f'<status signer="{one[0].text}" {since}>{state}</status>' for one, state in rows)
            urls = "".join(
                f'<xades-url signer="{one[0].text}">{self._url(job, f"xades/{n}")}</xades-url>'
                for n, (one, state) in enumerate(rows)
                if state == "SIGNED"
            )
            inner = f"<signature-job-status>{job.status}</signature-job-status>{told}{confirm}{urls}{pades}"
        else:
            told = "".join(
                f"<signature><status {since}>{state}</status>{_identifier(one)}"
                + (f"<xades-url>{self._url(job, f'xades/{n}')}</xades-url>" if state == "SIGNED" else "")
                + "</signature>"
                for n, (one, state) in enumerate(rows)
            )
            inner = f"<status>{job.status}</status>{confirm}<signatures>{told}{pades}</signatures>"
        kind = (
            "portal-signature-job-status-change-response"
            if job.kind == "portal"
            else "direct-signature-job-status-response"
        )
        return _xml(kind, base + inner)

    def _url(self, job: ServerJob, what: str) -> str:
        base = self.service.elsewhere if self.service.elsewhere and what == "pades" else self.service.url
        return f"{base}/{SENDER}/{job.kind}/signature-jobs/{job.number}/{what}"

    def _refuse(self, status: int, code: str) -> None:
        message = "<error-message>No,\n not now.</error-message><error-type>CLIENT</error-type>"
        self._answer(status, _xml("error", f"<error-code>{code}</error-code>{message}"))

    def _answer(
        self, status: int, body: bytes, kind: str = "application/xml", *, next_poll: datetime.datetime | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if next_poll and self.service.header == "Retry-After":
            self.send_header("Retry-After", "0")
        elif next_poll:
            self.send_header(self.service.header, next_poll.isoformat())
        self.end_headers()
        self.wfile.write(body)


def _identifier(signer: etree._Element) -> str:
    inner = signer.find("s:notifications", NS)
    assert inner is not None
    return "<identifier>" + "".join(etree.tostring(one, encoding="unicode") for one in inner) + "</identifier>"


@lru_cache(maxsize=1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(_XSD / "direct-and-portal.xsd"))


def _xml(name: str, inner: str) -> bytes:
    """An answer, held against the schema as the service's own are."""
    xml = f'<{name} xmlns="{NS["s"]}">{inner}</{name}>'.encode()
    _schema().assertValid(etree.fromstring(xml))
    return xml


def verified(files: dict[str, bytes], root: Path) -> list[str]:
    """The names that the bundle's signature covers, by signxml, which does not sign here; none if it is broken."""
    signature = etree.fromstring(files["META-INF/signatures.xml"])
    config = SignatureConfiguration(location=".//", expect_references=len(files))
    try:
        results = XMLVerifier().verify(
            signature, ca_pem_file=str(root), uri_resolver=files.__getitem__, expect_config=config
        )
    except Exception:  # noqa: BLE001  # whatever it does not accept, it does not accept
        return []
    assert isinstance(results, list)
    return [one.get("URI", "") for one in signature.iter("{http://www.w3.org/2000/09/xmldsig#}Reference")]


def verified_by_xmlsec(files: dict[str, bytes], root: Path) -> bool:
    """Whether the library that the xmlsec tool is made of accepts the bundle's signature, of all files but itself."""
    signature = etree.fromstring(files["META-INF/signatures.xml"]).find(f"{{{NS['d']}}}Signature")
    assert signature is not None
    keys = xmlsec.KeysManager()
    keys.load_cert(str(root), xmlsec.constants.KeyDataFormatPem, xmlsec.constants.KeyDataTypeTrusted)
    context = xmlsec.SignatureContext(keys)  # type: ignore[call-arg]  # not in the stub
    [properties] = signature.iter("{http://uri.etsi.org/01903/v1.3.2#}SignedProperties")
    context.register_id(properties, "Id")
    with _served(files):
        try:
            context.verify(signature)
        except xmlsec.Error:
            return False
    return True


@contextmanager
def _served(files: dict[str, bytes]) -> Iterator[None]:
    """Lets xmlsec read the files that a signature names, and nothing else."""
    xmlsec.cleanup_callbacks()
    xmlsec.register_callbacks(
        lambda name: name.decode() in files,
        lambda name: io.BytesIO(files[name.decode()]),
        lambda opened, buffer: opened.readinto(buffer),
        lambda opened: opened.close(),
    )
    try:
        yield
    finally:
        xmlsec.cleanup_callbacks()
        xmlsec.register_default_callbacks()


def is_timely(files: dict[str, bytes]) -> bool:
    """Whether the bundle says that it was signed within 5 seconds of now."""
    told = etree.fromstring(files["META-INF/signatures.xml"]).findtext(
        ".//{http://uri.etsi.org/01903/v1.3.2#}SigningTime", ""
    )
    off = abs(datetime.datetime.fromisoformat(told) - datetime.datetime.now(tz=datetime.UTC))
    return off < datetime.timedelta(seconds=5)


@contextmanager
def serving(service: SigningService, own: Path, trusted: Path) -> Iterator[None]:
    """Serves on a port of this machine until the end."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(own)
    context.load_verify_locations(trusted)

    class Handler(_Handler):
        pass

    Handler.service = service
    server = _Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    service.url = f"https://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        service.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that goes away is what some tests are about."""


def a4(*, size: tuple[float, float] = (595.28, 841.89), pages: int = 1, **saving: Any) -> bytes:
    """A PDF of empty pages."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=size)
        pdf.save(target, deterministic_id=not saving.get("encryption"), **saving)
    return target.getvalue()


def pack(folder: Path, documents: Sequence[dict[str, Any]], slug: str = "bergen") -> None:
    """A package's folder with a packing list; each document has its PDF under pdf."""
    listed = []
    for one in documents:
        path = folder / one["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one["pdf"])
        files = [{"path": one["path"], "bytes": len(one["pdf"]), "sha256": hashlib.sha256(one["pdf"]).hexdigest()}]
        signed = [{"field": field, "role": "", "name": name} for field, name in one["signed"]]
        listed.append(
            {
                "document": one["document"],
                "version": "0.1",
                "title": one["title"],
                "recipient": "ks",
                "pages": 1,
                "signature_fields": signed,
                "files": files,
            }
        )
    inventory = {
        "format": 1,
        "municipality": {"slug": slug, "number": "4601", "name": "Bergen", "organisation_number": SENDER},
        "document_date": "2026-11-23",
        "language": "nb",
        "documents": listed,
    }
    (folder / "packing-list.json").write_text(json.dumps(inventory), encoding="utf-8")
