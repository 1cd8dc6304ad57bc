"""The door to pyHanko: the electronic signatures of a PDF, whether they hold, and what came after the issued bytes."""

from __future__ import annotations

import datetime
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor

from pipeline.documents.returned.trust import Terms
from pipeline.documents.returned.verdict import Coverage, SignatureSeen

_COVERAGES: dict[SignatureCoverageLevel | None, Coverage] = {
    SignatureCoverageLevel.ENTIRE_FILE: "file",
    SignatureCoverageLevel.ENTIRE_REVISION: "revision",
}
_OUT_OF_DATE = {
    AdESIndeterminate.EXPIRED,
    AdESIndeterminate.NOT_YET_VALID,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
}
_TIME_STAMP = "/DocTimeStamp"

for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)  # what it finds is said in the verdict


class UnreadableError(Exception):
    """The PDF cannot be judged; its text is the code of the reason."""


@dataclass(frozen=True)
class SignedFile:
    """What the structure of a PDF shows of its signatures."""

    signatures: tuple[SignatureSeen, ...]
    """In the order of signing; time stamps of the whole document are not among them."""
    only_signed: bool
    """Whether nothing but signatures and filled fields was added to what was issued (ISO 32000-2, 12.8.2.2)."""
    is_covered: bool
    """Whether the last signature or time stamp covers all, but for data that proves signatures for the long term."""
    is_cut_off: bool
    """Whether a signature speaks of bytes that are not there."""


def read_signed(pdf: bytes, issued: bytes | None, terms: Terms) -> SignedFile:
    """The signatures of a PDF and, where it begins with an `issued` one, what was added to that.

    Nothing is fetched: whether a certificate has been revoked is not asked. Raises UnreadableError.
    """
    try:
        reader = _opened(pdf)
        embedded = list(_embedded(reader))
        seen = [_seen(one, name, terms) for name, one in embedded if one is None or one.sig_object_type != _TIME_STAMP]
        last = embedded[-1][1] if embedded else None
        return SignedFile(
            signatures=tuple(seen),
            only_signed=issued is None or _only_signed(reader, issued),
            is_covered=last is not None and _is_covered(last, pdf, terms),
            is_cut_off=any(_end(one) > len(pdf) for _, one in embedded if one),
        )
    except UnreadableError:
        raise
    except Exception as error:  # whatever somebody's file makes the library stumble over
        raise UnreadableError("broken") from error


def _opened(pdf: bytes) -> PdfFileReader:
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    if reader.security_handler is not None:
        raise UnreadableError("encrypted")
    return reader


def _embedded(reader: PdfFileReader) -> Iterator[tuple[str, EmbeddedPdfSignature | None]]:
    """Each filled signature field by its name, in the order of signing; those that cannot be read come first."""
    found: list[tuple[int, str, EmbeddedPdfSignature | None]] = []
    for name, _, field in enumerate_sig_fields(reader, filled_status=True):
        try:
            one = EmbeddedPdfSignature(reader, field, name)
            found.append((one.signed_revision, name, one))
        except Exception:  # noqa: BLE001  # a signature that is damaged is a finding, whatever the damage
            found.append((-1, name, None))
    for _, name, embedded in sorted(found, key=lambda each: each[0]):
        yield name, embedded


def _seen(embedded: EmbeddedPdfSignature | None, name: str, terms: Terms) -> SignatureSeen:
    broken = SignatureSeen(name, "", "", None, time_is_proven=False, valid=False, trusted=False, coverage="part")
    if embedded is None:
        return broken
    try:
        status, stamped = _status(embedded, terms)
        certificate = embedded.signer_cert
        return SignatureSeen(
            field=name,
            signer=_name(certificate.subject),
            issuer=_name(certificate.issuer),
            time=stamped or embedded.self_reported_timestamp,
            time_is_proven=stamped is not None,
            valid=_holds(status),
            trusted=_holds(status) and bool(status.trusted),
            coverage=_COVERAGES.get(status.coverage, "part"),
            level=_level(status, terms),
            certificate=certificate.sha256.hex(),
            expired=status.trust_problem_indic in _OUT_OF_DATE,
        )
    except Exception:  # noqa: BLE001  # as above
        return broken


def _status(embedded: EmbeddedPdfSignature, terms: Terms) -> tuple[PdfSignatureStatus, datetime.datetime | None]:
    """What pyHanko says at the moment of checking, or at that of a trusted time stamp, and the time that it proves."""
    status = validate_pdf_signature(embedded, _context(terms, terms.moment))
    stamp = status.timestamp_validity
    if not stamp or not stamp.trusted:
        return status, None
    if not status.trusted:
        status = validate_pdf_signature(embedded, _context(terms, stamp.timestamp), _context(terms, terms.moment))
    return status, stamp.timestamp


def _context(terms: Terms, moment: datetime.datetime) -> ValidationContext:
    roots = [one.certificate for one in terms.trust]
    return ValidationContext(trust_roots=roots, moment=moment, allow_fetching=False, revocation_mode="soft-fail")


def _holds(status: PdfSignatureStatus) -> bool:
    """Whether a signature fits its bytes, covers the whole file of its time, and only signatures came later."""
    later = status.diff_result
    return bool(
        status.intact
        and status.valid
        and status.coverage in _COVERAGES
        and isinstance(later, DiffResult)
        and later.modification_level <= ModificationLevel.FORM_FILLING
    )


def _level(status: PdfSignatureStatus, terms: Terms) -> str:
    """What the trust list says of the certificates of the one who vouches."""
    path = status.validation_path
    if path is None or not isinstance(path.trust_anchor, CertTrustAnchor):
        return ""
    vouching = path.trust_anchor.certificate.sha256
    return next((one.level for one in terms.trust if one.certificate.sha256 == vouching), "")


def _name(name: Any) -> str:
    """The common name, or else the organisation; never the serial number, which may be an identity number."""
    said = name.native
    value = said.get("common_name") or said.get("organization_name") or ""
    return str(value if isinstance(value, str) else value[0])


def _only_signed(reader: PdfFileReader, issued: bytes) -> bool:
    """Whether each revision after the issued ones passes pyHanko's policy for signing and filling in.

    The first revisions must be the issued ones: a file may begin with the issued bytes and yet not go back to them.
    """
    before = PdfFileReader(io.BytesIO(issued), strict=True).xrefs
    revisions = range(before.total_revisions)
    if len(revisions) >= reader.xrefs.total_revisions or any(
        reader.xrefs.get_startxref_for_revision(one) != before.get_startxref_for_revision(one) for one in revisions
    ):
        return False
    last_issued = before.total_revisions - 1
    found = DEFAULT_DIFF_POLICY.review_file(reader, last_issued)
    return isinstance(found, DiffResult) and found.modification_level <= ModificationLevel.FORM_FILLING


def _is_covered(last: EmbeddedPdfSignature, pdf: bytes, terms: Terms) -> bool:
    """Whether only blanks, or data for long-term proof (ETSI EN 319 142-1, 5.4), follow the last signature."""
    if last.sig_object_type == _TIME_STAMP:
        later = validate_pdf_timestamp(last, _context(terms, terms.moment)).diff_result
    else:
        later = validate_pdf_signature(last, _context(terms, terms.moment)).diff_result
    if not isinstance(later, DiffResult):
        return False
    has_revisions = last.signed_revision < last.reader.xrefs.total_revisions - 1
    is_blank = not pdf[_end(last) :].strip()
    return (has_revisions and later.modification_level <= ModificationLevel.LTA_UPDATES) or is_blank


def _end(embedded: EmbeddedPdfSignature) -> int:
    """Where the bytes that a signature covers come to their end."""
    *_, start, length = (int(number) for number in embedded.byte_range)
    return start + length
