"""People and services of the tests: made-up names, certificates of an authority of the tests, and how they sign."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1, translate_pyca_cryptography_key_to_asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

CHECKED = datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)
"""When the tests look at what came back."""
_LONG = (datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC), datetime.datetime(2050, 1, 1, tzinfo=datetime.UTC))
Period = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True)
class Person:
    """Somebody, or a service, with a key and a certificate."""

    name: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    def pem(self) -> bytes:
        """The certificate as it lies in a trust list."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def _name(common: str, organisation: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "NO"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.insert(1, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _usage(**used: bool) -> x509.KeyUsage:
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: used.get(name, False) for name in every.split()})


def authority(name: str) -> Person:
    """Somebody who issues certificates, with one made by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, "")
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_LONG[0])
        .not_valid_after(_LONG[1])
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Person(name, builder.sign(key, hashes.SHA256()), key)


def certified(
    name: str, issuer: Person, valid: Period = _LONG, *, organisation: str = "", stamps_time: bool = False
) -> Person:
    """Somebody with a certificate for signing, or for saying what time it is, which pyHanko does in RSA only."""
    key = rsa.generate_private_key(65537, 2048) if stamps_time else ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name, organisation))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(_usage(digital_signature=stamps_time, content_commitment=not stamps_time), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    if stamps_time:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return Person(name, builder.sign(issuer.key, hashes.SHA256()), key)


def signed(
    pdf: bytes,
    field: str,
    by: Person,
    *,
    box: tuple[int, int, int, int] | None = None,
    stamp: DummyTimeStamper | None = None,
) -> bytes:
    """The PDF with a signature by PAdES (ETSI EN 319 142-1) added to it; in a new field where a `box` is given."""
    signer = SimpleSigner(
        signing_cert=translate_pyca_cryptography_cert_to_asn1(by.certificate),
        signing_key=translate_pyca_cryptography_key_to_asn1(by.key),
        cert_registry=SimpleCertificateStore(),
    )
    about = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    new = SigFieldSpec(field, box=box) if box else None
    shown = TextStampStyle(stamp_text="Signert av %(signer)s")
    pdf_signer = PdfSigner(about, signer, timestamper=stamp, stamp_style=shown, new_field_spec=new)
    return _written(pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=box is None))


def time_stamper(by: Person, moment: datetime.datetime) -> DummyTimeStamper:
    """A service that says at any time that it is a certain one."""
    return DummyTimeStamper(
        translate_pyca_cryptography_cert_to_asn1(by.certificate),
        translate_pyca_cryptography_key_to_asn1(by.key),
        fixed_dt=moment,
    )


def time_stamped(pdf: bytes, stamp: DummyTimeStamper) -> bytes:
    """The PDF with a time stamp of the whole document added to it."""
    done = PdfTimeStamper(stamp).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256")
    return _written(done)


def _written(stream: Any) -> bytes:
    content: bytes = stream.getvalue()
    return content
