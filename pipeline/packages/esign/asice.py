"""Makes the bundle of a job: a ZIP by ETSI TS 102 918 (ASiC-E) with one XAdES signature over all that is in it."""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Protocol

from lxml import etree

from pipeline.packages.esign.schema import require_valid

_DS = "http://www.w3.org/2000/09/xmldsig#"
_XADES = "http://uri.etsi.org/01903/v1.3.2#"
_ASIC = "http://uri.etsi.org/2918/v1.2.1#"
_PREFIXES = {"asic": _ASIC, "ds": _DS, "xades": _XADES}
"""All declared at the root and none as the default: canonical parts then read the same wherever they are taken out."""
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
"""Names the certificate only; the service's profile asks for it there."""
_SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_MANIFEST, _SIGNATURES = "manifest.xml", "META-INF/signatures.xml"
_FIXED = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o100644 << 16


class SigningSender(Protocol):
    """Whoever signs the bundle, with an enterprise certificate."""

    @property
    def issuer(self) -> str:
        """The issuer's distinguished name by RFC 4514."""

    @property
    def serial(self) -> int:
        """The certificate's serial number."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificate as DER, then those of its issuers up to the root."""

    def sign(self, content: bytes) -> bytes:
        """The RSA signature with SHA-256 (PKCS #1 v1.5)."""


def bundle(pdfs: Mapping[str, bytes], manifest: bytes, sender: SigningSender, moment: datetime.datetime) -> bytes:
    """The ASiC-E file, signed at `moment`, which the service wants right within 5 seconds.

    The same input gives the same bytes. Raises EsignError where the signature breaks its schema.
    """
    files = {**pdfs, _MANIFEST: manifest}
    files[_SIGNATURES] = signatures(files, sender, moment)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIXED)
            entry.create_system, entry.external_attr, entry.compress_type = _UNIX, _READABLE, zipfile.ZIP_DEFLATED
            made.writestr(entry, content)
    return target.getvalue()


def signatures(files: Mapping[str, bytes], sender: SigningSender, moment: datetime.datetime) -> bytes:
    """The file META-INF/signatures.xml over `files`, by XAdES B-B (ETSI TS 103 171) and the service's profile."""
    root = etree.Element(f"{{{_ASIC}}}XAdESSignatures", nsmap=_PREFIXES)
    signature = _add(root, _DS, "Signature", Id="Signature")
    signed_info = _add(signature, _DS, "SignedInfo")
    value = _add(signature, _DS, "SignatureValue")
    data = _add(_add(signature, _DS, "KeyInfo"), _DS, "X509Data")
    for certificate in sender.chain:
        _add(data, _DS, "X509Certificate", _base64(certificate))
    properties = _properties(_add(signature, _DS, "Object"), list(files), sender, moment)
    _fill(signed_info, files, _canonical(properties))
    value.text = _base64(sender.sign(_canonical(signed_info)))
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    require_valid(xml, "signatures")
    return xml


def _fill(signed_info: etree._Element, files: Mapping[str, bytes], properties: bytes) -> None:
    """What is signed: every file as it is, and the properties in canonical form."""
    _add(signed_info, _DS, "CanonicalizationMethod", Algorithm=_C14N)
    _add(signed_info, _DS, "SignatureMethod", Algorithm=_RSA_SHA256)
    for number, (name, content) in enumerate(files.items()):
        reference = _add(signed_info, _DS, "Reference", Id=f"ID_{number}", URI=name)
        _digest(reference, _SHA256, hashlib.sha256(content).digest())
    reference = _add(signed_info, _DS, "Reference", Type=_SIGNED_PROPERTIES, URI="#SignedProperties")
    _add(_add(reference, _DS, "Transforms"), _DS, "Transform", Algorithm=_C14N)
    _digest(reference, _SHA256, hashlib.sha256(properties).digest())


def _properties(
    parent: etree._Element, names: list[str], sender: SigningSender, moment: datetime.datetime
) -> etree._Element:
    qualifying = _add(parent, _XADES, "QualifyingProperties", Target="#Signature")
    properties = _add(qualifying, _XADES, "SignedProperties", Id="SignedProperties")
    of_signature = _add(properties, _XADES, "SignedSignatureProperties")
    told = moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _add(of_signature, _XADES, "SigningTime", told)
    certificate = _add(_add(of_signature, _XADES, "SigningCertificate"), _XADES, "Cert")
    sha1 = hashlib.sha1(sender.chain[0], usedforsecurity=False).digest()
    _digest(_add(certificate, _XADES, "CertDigest"), _SHA1, sha1)
    serial = _add(certificate, _XADES, "IssuerSerial")
    _add(serial, _DS, "X509IssuerName", sender.issuer)
    _add(serial, _DS, "X509SerialNumber", str(sender.serial))
    of_files = _add(properties, _XADES, "SignedDataObjectProperties")
    for number, name in enumerate(names):
        form = _add(of_files, _XADES, "DataObjectFormat", ObjectReference=f"#ID_{number}")
        _add(form, _XADES, "MimeType", "application/xml" if name == _MANIFEST else "application/pdf")
    return properties


def _digest(parent: etree._Element, algorithm: str, digest: bytes) -> None:
    _add(parent, _DS, "DigestMethod", Algorithm=algorithm)
    _add(parent, _DS, "DigestValue", _base64(digest))


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=False, with_comments=False)


def _add(
    parent: etree._Element, namespace: str, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    child = etree.SubElement(parent, f"{{{namespace}}}{name}", attributes)
    child.text = text
    return child


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
