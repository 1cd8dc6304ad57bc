"""Writes what the service is told of a job: the manifest in the bundle, and the request beside it."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.packages.esign.job import Job, Signer
from pipeline.packages.esign.schema import SERVICE, require_valid

_LEVELS = {
    "authenticated": "AUTHENTICATED_ELECTRONIC_SIGNATURE",
    "advanced": "ADVANCED_ELECTRONIC_SIGNATURE",
}
_IN_A_ROLE = "OTHER"
"""Whoever signs for an organisation; the service then sends nothing to that person's private mailbox."""
_SECONDS_A_DAY = 86_400


def manifest(job: Job) -> bytes:
    """The file manifest.xml, the same bytes for the same job. Raises EsignError where the schema refuses it."""
    root = _root(f"{job.kind}-signature-job-manifest")
    if job.kind == "portal":
        signers = _add(root, "signers")
        for order, signer in enumerate(job.signers):
            _portal_signer(signers, signer, order, job)
    else:
        for signer in job.signers:
            _direct_signer(root, signer, job)
    _add(_add(root, "sender"), "organization-number", job.sender)
    _add(root, "title", job.title)
    if job.description:
        _add(root, "description", job.description)
    documents = _add(root, "documents")
    for one in job.documents:
        _add(_add(documents, "document", href=one.name, mime="application/pdf"), "title", one.title)
    if job.kind == "portal":
        _add(_add(root, "availability"), "available-seconds", str(job.days * _SECONDS_A_DAY))
    if job.identifier:
        _add(root, "identifier-in-signed-documents", job.identifier)
    return _written(root)


def request(job: Job, reference: str, queue: str) -> bytes:
    """What is sent beside the bundle. Raises EsignError where the schema refuses it."""
    root = _root(f"{job.kind}-signature-job-request")
    _add(root, "reference", reference)
    if job.kind == "direct":
        exits = _add(root, "exit-urls")
        for outcome in ("completion", "rejection", "error"):
            _add(exits, f"{outcome}-url", job.exit_url)
        _add(root, "status-retrieval-method", "POLLING")
    _add(root, "polling-queue", queue)
    return _written(root)


def service_number(phone: str) -> str:
    """A telephone number as the service writes it: digits alone, without Norway's own code."""
    return re.sub(r"^(\+|00)47", "", phone.replace(" ", ""))


def _portal_signer(signers: etree._Element, signer: Signer, order: int, job: Job) -> None:
    one = _add(signers, "signer", order=str(order))
    _add(one, "identified-by-contact-information")
    if job.level:
        _add(one, "signature-type", _LEVELS[job.level])
    notifications = _add(one, "notifications")
    if signer.email:
        _add(notifications, "email", address=signer.email)
    if signer.mobile:
        _add(notifications, "sms", number=service_number(signer.mobile))
    _add(one, "on-behalf-of", _IN_A_ROLE)


def _direct_signer(root: etree._Element, signer: Signer, job: Job) -> None:
    one = _add(root, "signer")
    _add(one, "signer-identifier", signer.field)
    if job.level:
        _add(one, "signature-type", _LEVELS[job.level])
    _add(one, "on-behalf-of", _IN_A_ROLE)


def _root(name: str) -> etree._Element:
    return etree.Element(f"{{{SERVICE}}}{name}", nsmap={None: SERVICE})  # type: ignore[dict-item]  # lxml's own way to say "by default"


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{SERVICE}}}{name}", attributes)
    child.text = text
    return child


def _written(root: etree._Element) -> bytes:
    etree.indent(root, "    ")
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    require_valid(xml, "direct-and-portal")
    return xml
